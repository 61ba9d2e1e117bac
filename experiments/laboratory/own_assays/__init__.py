"""Assays from outside: described by a table, or programmed in a Python file that a user names."""
