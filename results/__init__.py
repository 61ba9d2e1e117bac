"""What a study leaves: its files, the numbers read from them, their comparison, and the figures."""
