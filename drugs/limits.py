"""Limits of pharmacological numbers: what lies outside is a `UserError` in one sentence that names its place."""

from __future__ import annotations

import logging
from functools import cache
from math import isfinite

from brian2.units import Quantity
from brian2.units.fundamentalunits import have_same_dimensions

from core.errors import UserError
from core.sourced import Sourced
from core.units import is_dimensionless

#: Free drug in brain is seldom so far above free drug in plasma, which takes active uptake; total ratios often are.
_DOUBTFUL_RATIO = 3.0


def require_positive(number: Sourced, like: Quantity, example: str, where: str) -> None:
    """Refuse a number without a source, of another dimension than `like`, or not above 0 (`UserError`)."""
    value = _sourced_value(number, where)
    if not have_same_dimensions(value, like):
        raise UserError(f"{where} is {value}; expected a quantity such as {example}.")
    if not (isfinite(number.si) and number.si > 0.0):
        raise UserError(f"{where} is {value}; it lies above 0.")


def require_unbound_ratio(number: Sourced, where: str) -> None:
    """Refuse what is no plain number above 0 (`UserError`); log a doubt about one that looks like a total ratio.

    A number at the upper end of its own range was put there on purpose, and is not doubted.
    """
    value = _sourced_value(number, where)
    if not is_dimensionless(value):
        raise UserError(
            f"{where} is {value}; expected free drug in the tissue over free drug in plasma (Kp,uu), such as 0.7."
        )
    if not (isfinite(number.si) and number.si > 0.0):
        raise UserError(f"{where} is {value}; it lies above 0.")
    if number.si >= _DOUBTFUL_RATIO and number.value != number.high:
        _tell_doubt(f"{where} is {number.si:g}")


@cache
def _tell_doubt(fact: str) -> None:
    """Log it, once."""
    logging.getLogger("bluespot").warning(
        f"{fact}: free drug in the tissue over free drug in plasma (Kp,uu) is seldom that high. "
        "Of a total ratio (Kp), take Kp x fu,brain / fu."
    )


def require_fraction(number: Sourced, where: str) -> None:
    """Refuse what is not a plain number in 0..1 (`UserError`)."""
    value = _sourced_value(number, where)
    if not is_dimensionless(value):
        raise UserError(f"{where} is {value}; a fraction has no unit.")
    if not 0.0 <= number.si <= 1.0:
        raise UserError(f"{where} is {number.si:g}; a fraction lies in 0..1.")


def _sourced_value(number: object, where: str) -> Quantity | float:
    if not isinstance(number, Sourced):
        raise UserError(f"{where} is {number!r}; a number needs its source: Sourced(value, source, note).")
    return number.value
