"""Compares the arms of a study: long tables, contrasts, summaries, and the report as text."""
