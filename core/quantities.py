"""Quantities as text: one reader and one writer of `"120 pF"`, `"0.5 nM/s"`, `"3 d"`; doses are in `core.doses`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache, reduce
from math import isfinite
from numbers import Real
from operator import mul

import numpy as np
from brian2.units import Quantity
from brian2.units.fundamentalunits import Dimension, get_dimensions

from core.errors import UserError, nearest
from core.units import UNITS, is_dimensionless
from core.written import LONGEST_TEXT, NUMBER, comma_hint, full_match, place

#: Units that have no name of their own and are written all the same.
_COMPOUND = ("L/kg", "g/mol", "m/s", "g_force/s", "W/m^2", "J^2/m^4/K^2/s")
#: How a rate of change is written, where a rate of spikes is written in Hz.
_RATES = ("1/s", "1/h")
_BASE_UNITS = {"m": "m", "kg": "kg", "s": "s", "A": "A", "K": "K", "mol": "mol"}

#: How many digits are tried until a number reads back as the same.
_DIGITS = (3, 6, 12, 15, 17)
_FACTOR = r"(?:1(?=\s*/)|[A-Za-z_]+(?:\^-?[0-9]{1,2}(?:\.[0-9]{1,4})?|-[1-9])?)"
_QUANTITY = re.compile(rf"\s*({NUMBER})\s*(/?\s*{_FACTOR}(?:\s*[*/]\s*{_FACTOR}|\s+{_FACTOR}){{0,7}})?\s*")
_FACTORS = re.compile(rf"([*/]?)\s*({_FACTOR})")


def read_quantity(
    given: str | float | Quantity, like: Quantity | float, where: str = "value", example: str = ""
) -> Quantity | float:
    """Read a number with its unit, of one dimension: `"7.5 nM"`, `"12 nM/s"`, `"3 mV*s^0.5"`, `"2 h-1"`, or `0.3`.

    Parameters
    ----------
    given : str, float or Quantity
        What came. A number without a unit only where `like` has none.
    like : Quantity or float
        Any number of the dimension that is expected.
    where : str
        The place that begins the message of an error.
    example : str
        What the message shows as an example; `like` by default.

    Returns
    -------
    Quantity or float
        The quantity; a float where `like` has no unit.

    Raises
    ------
    UserError
        For another dimension, an unknown or missing unit, a number that is not finite, or anything that is no number.
    """
    quantity = _read(given)
    if quantity is None or get_dimensions(quantity) != get_dimensions(like) or not isfinite(float(quantity)):
        there = place(where, str(given) if isinstance(given, Quantity) else given)
        raise UserError(f"{there}{_expected(like, example)}{_hint(given)}.")
    return float(quantity) if is_dimensionless(like) else quantity


def write_quantity(quantity: Quantity | float, *, exact: bool = False) -> str | float:
    """Write a quantity as the text that `read_quantity` reads back: `"120 pF"`; a plain number stays one.

    Parameters
    ----------
    quantity : Quantity or float
        One number with or without a unit.
    exact : bool
        Whether the text must read back as the very same number. Otherwise it holds at most 12 digits.

    Returns
    -------
    str or float
        The shortest text over the units of its dimension; a float where it has none.
    """
    if is_dimensionless(quantity):
        return float(quantity)
    if not exact:
        return min((f"{_over(quantity, name):.12g} {name}" for name in _names(quantity)), key=len)
    names = (*_names(quantity), *_rates(quantity))
    overs = {name: _over(quantity, name) for name in names}
    numbers = [(f"{over:.{digits}g}", name) for name, over in overs.items() for digits in _DIGITS]
    same = [written for written in numbers if _in_si(float(written[0]), written[1]) == float(quantity)]
    return min((" ".join(written) for written in same or numbers), key=_digits)


def write_alike(quantities: Sequence[Quantity | float | None], *, rates: bool = False) -> list[str]:
    """Write numbers of one dimension in one unit with six digits, in the unit that needs the fewest digits of all.

    Parameters
    ----------
    quantities : sequence of Quantity, float or None
        The first is a number; None becomes "".
    rates : bool
        Whether numbers per time are rates of change, written in 1/s or 1/h, and not frequencies in Hz.

    Returns
    -------
    list of str
        One text for each.
    """
    first = quantities[0]
    if is_dimensionless(first):
        return ["" if quantity is None else f"{float(quantity):.6g}" for quantity in quantities]
    names = (rates and _rates(first)) or _names(first)
    texts = [["" if q is None else f"{_over(q, name):.6g} {name}" for q in quantities] for name in names]
    return min(texts, key=lambda written: (sum(_digits(text)[0] for text in written), _digits(written[0])[1]))


def _read(given: object) -> Quantity | float | None:
    """The number that came, None where it is none."""
    if isinstance(given, str):
        return _parsed(given)
    if isinstance(given, Quantity):
        return given if given.ndim == 0 else None
    if isinstance(given, bool) or not isinstance(given, Real):
        return None
    return float(given)


def _parsed(text: str) -> Quantity | float | None:
    match = full_match(_QUANTITY, text)
    if not match or _unknown_units(match[2] or ""):
        return None
    number, expression = float(match[1]), (match[2] or "").strip()
    if not expression:
        return number
    per = _per(expression)
    with np.errstate(over="ignore"):  # what is too large is told by who asked
        return number / UNITS[per] if per else number * _unit(expression)


@lru_cache(maxsize=512)
def _per(expression: str) -> str:
    """The unit by which a number is divided, such as s in `1/s`; "" for any other expression."""
    per = re.sub(r"^1?\s*/\s*", "", expression)
    return per if per in UNITS and per != expression else ""


def _in_si(number: float, expression: str) -> float:
    """As `_parsed`, without units: what a number in a unit is in the base units."""
    per = _per(expression)
    return number / _si(per) if per else number * _si(expression)


@lru_cache(maxsize=512)
def _si(expression: str) -> float:
    return float(_unit(expression))


def _unknown_units(expression: str) -> list[str]:
    return [name for name in re.findall(r"[A-Za-z_]+", expression) if name not in UNITS]


@lru_cache(maxsize=512)
def _unit(expression: str) -> Quantity:
    """`nM/s`, `1/s`, `mV*s^0.5`, `h-1`: units multiplied and divided from left to right."""
    factors = _FACTORS.findall(expression)
    return reduce(mul, (_power(name) ** (-1 if sign == "/" else 1) for sign, name in factors))


def _power(factor: str) -> Quantity | float:
    name, exponent = re.fullmatch(r"(1|[A-Za-z_]+)\^?(.*)", factor).groups()  # type: ignore[union-attr]
    return 1.0 if name == "1" else UNITS[name] ** float(exponent or 1)


def _over(quantity: Quantity, unit: str) -> float:
    """How many of a unit of its dimension a quantity is."""
    return float(quantity) / _si(unit)


def _names(quantity: Quantity) -> tuple[str, ...]:
    return _names_of(get_dimensions(quantity), *UNITS, *_COMPOUND)


def _rates(quantity: Quantity) -> tuple[str, ...]:
    """Per second and per hour for a number per time, else nothing."""
    return _RATES if get_dimensions(quantity) == get_dimensions(_unit(_RATES[0])) else ()


@cache
def _names_of(dimension: Dimension, *names: str) -> tuple[str, ...]:
    """Units of a dimension, by name; what they are made of where it has none."""
    found = tuple(name for name in names if get_dimensions(_unit(name)) == dimension)
    return found or (_base_unit(dimension),)


def _base_unit(dimension: Dimension) -> str:
    powers = {unit: dimension.get_dimension(name) for name, unit in _BASE_UNITS.items()}
    return "*".join(unit if power == 1 else f"{unit}^{power:g}" for unit, power in powers.items() if power)


def _digits(text: str) -> tuple[int, bool]:
    """How long the number of a text is; of two of one length, the one that begins with 0 comes last."""
    return len(text.split(" ")[0]), text.startswith(("0.", "-0."))


def _expected(like: Quantity | float, example: str) -> str:
    if is_dimensionless(like):
        return f"expected a plain number, such as {example or f'{float(like):g}'}"
    return f'expected a quantity such as "{example or write_quantity(like)}"'


def _hint(given: object) -> str:
    """What is wrong with a text that is no quantity, where that can be said."""
    if not isinstance(given, str) or len(given) > LONGEST_TEXT:
        return ""
    if "," in given:
        return comma_hint(given)
    match = full_match(_QUANTITY, given)
    unknown = _unknown_units(match[2] or "") if match else []
    if unknown:
        close = ", ".join(nearest(unknown[0], UNITS))
        return f'; no unit "{unknown[0]}"{f", nearest: {close}" if close else ""}'
    quantity = _parsed(given)
    return "; the number is too large" if quantity is not None and not isfinite(float(quantity)) else ""
