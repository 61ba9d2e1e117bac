"""Closed form of first-order steps in a row: absorption, elimination, formation of a metabolite, entry into brain.

An amount that passes through steps of rates r1..rn decays as the convolution of exp(-r1 t), ..., exp(-rn t), which
is, up to sign, the divided difference of exp(-r t) at the rates. The textbook sum of exponentials divides by the
differences of rates (Bateman 1910) and fails where two are equal (flip-flop kinetics). Here a recurrence is used
where the rates lie apart and a power series where they lie close. McCurdy, Ng and Parlett 1984 combine the recurrence
with another method too; whether with such a series was not read. Every term of it is positive, so that no digit is
lost and no amount turns negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import factorial

import numpy as np

#: The series serves below this spread of rates x time; with this many terms its remainder is below 1e-16 there.
_SERIES_BELOW = 0.5
_SERIES_TERMS = 15


def convolved_exponentials(hours: np.ndarray, rates_per_hour: Sequence[float]) -> np.ndarray:
    """Convolution of n decaying exponentials after a unit impulse, 0 before it.

    Parameters
    ----------
    hours : numpy.ndarray
        Times after the impulse, of any shape; negative before it.
    rates_per_hour : sequence of float
        n >= 1 rate constants, each 0 or more (0 integrates), in any order; equal ones are allowed.

    Returns
    -------
    numpy.ndarray
        Of the shape of `hours`, in hour ** (n - 1).
    """
    rates = tuple(sorted(rates_per_hour))
    after = np.maximum(hours, 0.0)
    row = [np.exp(-rate * after) for rate in rates]
    for order in range(1, len(rates)):
        windows = (rates[start : start + order + 1] for start in range(len(rates) - order))
        row = [_joined(after, window, *pair) for window, pair in zip(windows, pairwise(row), strict=True)]
    return np.where(hours >= 0.0, row[0], 0.0)


def _joined(hours: np.ndarray, rates: tuple[float, ...], slower: np.ndarray, faster: np.ndarray) -> np.ndarray:
    """The convolution over all `rates` from those without the fastest (`slower`) and without the slowest."""
    spread = rates[-1] - rates[0]
    close = spread * hours < _SERIES_BELOW
    if not close.any():
        quotient: np.ndarray = (slower - faster) / spread
        return quotient
    joined: np.ndarray = np.divide(slower - faster, spread, out=np.zeros_like(slower), where=~close)
    joined[close] = _series(hours[close], rates)
    return joined


def _series(hours: np.ndarray, rates: tuple[float, ...]) -> np.ndarray:
    """Expansion about the fastest rate, by Horner's rule."""
    scaled = (rates[-1] - rates[0]) * hours
    total = np.zeros_like(hours)
    for coefficient in reversed(_coefficients(rates)):
        total = total * scaled + coefficient
    found: np.ndarray = total * np.exp(-rates[-1] * hours) * hours ** (len(rates) - 1)
    return found


@lru_cache(maxsize=256)
def _coefficients(rates: tuple[float, ...]) -> tuple[float, ...]:
    """Complete homogeneous symmetric polynomials of the distances to the fastest rate, over factorials."""
    spread = rates[-1] - rates[0] or 1.0
    polynomials = [1.0] + [0.0] * (_SERIES_TERMS - 1)
    for rate in rates:
        distance = (rates[-1] - rate) / spread
        for power in range(1, _SERIES_TERMS):
            polynomials[power] += distance * polynomials[power - 1]
    first = len(rates) - 1
    return tuple(value / factorial(first + power) for power, value in enumerate(polynomials))
