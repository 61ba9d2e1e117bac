"""What is made of a finished study beyond the comparison of its arms; nothing is simulated for it."""
