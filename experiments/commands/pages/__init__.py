"""Pages and lists that are generated from the code."""
