"""Rounding numbers for readers."""

from __future__ import annotations


def two_digits(value: float) -> str:
    """Write a number with two significant digits: `0.123` as "0.12", `4567` as "4600"."""
    return f"{float(f'{value:.2g}'):g}"
