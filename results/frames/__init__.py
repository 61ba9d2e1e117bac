"""Tidy frames of pandas from the files of a study: one row for each value (`results.study` is their door)."""
