"""What a number of pharmacology may be; a value outside it is told in one sentence that names its place."""

from __future__ import annotations

from math import isfinite

from brian2.units import Quantity
from brian2.units.fundamentalunits import have_same_dimensions

from core.errors import UserError
from core.sourced import Sourced
from core.units import is_dimensionless


def require_positive(number: Sourced, like: Quantity, example: str, where: str) -> None:
    """Refuse a number without a source, of another dimension than `like`, or not above 0 (`UserError`)."""
    value = _sourced_value(number, where)
    if not have_same_dimensions(value, like):
        raise UserError(f"{where} is {value}; expected a quantity such as {example}.")
    if not (_finite(value) and float(value) > 0.0):
        raise UserError(f"{where} is {value}; it lies above 0.")


def require_ratio(number: Sourced, where: str) -> None:
    """Refuse what is not a plain number above 0 (`UserError`)."""
    require_positive(number, Quantity(1.0), "0.7, without a unit", where)


def require_fraction(number: Sourced, where: str) -> None:
    """Refuse what is not a plain number in 0..1 (`UserError`)."""
    value = _sourced_value(number, where)
    if not is_dimensionless(value):
        raise UserError(f"{where} is {value}; a fraction has no unit.")
    if not 0.0 <= float(value) <= 1.0:
        raise UserError(f"{where} is {float(value):g}; a fraction lies in 0..1.")


def _sourced_value(number: object, where: str) -> Quantity | float:
    if not isinstance(number, Sourced):
        raise UserError(f"{where} is {number!r}; a number needs its source: Sourced(value, source, note).")
    return number.value


def _finite(value: Quantity | float) -> bool:
    return isfinite(float(value))
