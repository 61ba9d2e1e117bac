"""How fast bluespot is, beside what else one could use: each benchmark a function that returns rows of plain data."""
