"""All that knows Brian2: the equations of a circuit, the compiled program made of them, and how it runs."""
