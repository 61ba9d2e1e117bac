"""Statistics over animals."""
