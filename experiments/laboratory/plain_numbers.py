"""Whether what a user gave is a number at all: True is none, and NumPy's are."""

from __future__ import annotations

from numbers import Integral, Real


def is_whole(value: object) -> bool:
    """Whether a value is a whole number."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether a value is a real number without a unit; infinity and nan are."""
    return isinstance(value, Real) and not isinstance(value, bool)
