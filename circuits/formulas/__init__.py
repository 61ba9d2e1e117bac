"""The model as a paper prints it: formulas, their letters, and their LaTeX."""
