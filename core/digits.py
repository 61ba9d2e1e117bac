"""Numbers as a reader wants them."""

from __future__ import annotations


def two_digits(value: float) -> str:
    """Two significant digits, written out."""
    return f"{float(f'{value:.2g}'):g}"
