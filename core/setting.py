"""Parameter values as a study writes them: `"120 pF"`, `"0.5 nM/s"`, or `0.3` where there is no unit."""

from __future__ import annotations

import re
from functools import cache, reduce
from operator import mul

from brian2.units import Quantity, joule, kelvin, kilogram, watt
from brian2.units.fundamentalunits import Dimension, get_dimensions

from core.errors import UserError
from core.units import UNITS, is_dimensionless

_ALL_UNITS: dict[str, Quantity] = {**UNITS, "kg": kilogram, "K": kelvin, "J": joule, "W": watt}
_NUMBER = r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"
_FACTOR = r"(?:1|[A-Za-z_]+(?:\^-?[0-9.]+)?)"
_SETTING = re.compile(rf"\s*({_NUMBER})\s*({_FACTOR}(?:[*/]{_FACTOR})*)\s*")
#: Units that have no name of their own and are written all the same.
_COMPOUND = ("L/kg", "g/mol")
_RATES = ("1/h", "1/s")
_BASE_UNITS = {"m": "m", "kg": "kg", "s": "s", "A": "A", "K": "K", "mol": "mol"}


def read_setting(value: str | float | Quantity, like: Quantity | float, where: str) -> Quantity | float:
    """The quantity `value` names, with the dimension of `like`; `UserError` where it has another, or no unit."""
    if isinstance(value, Quantity) and not is_dimensionless(value):
        quantity = value
    elif isinstance(value, str):
        quantity = _parsed(value, like, where)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(value, like, where)
    else:
        quantity = float(value)
    if get_dimensions(quantity) != get_dimensions(like):
        raise _wrong(value, like, where)
    return quantity


def write_setting(quantity: Quantity | float) -> str | float:
    """The text that `read_setting` reads back, in the unit that gives the shortest number."""
    if is_dimensionless(quantity):
        return float(quantity)
    dimension = get_dimensions(quantity)
    names = _names_of(dimension)
    texts = [f"{float(quantity / _unit(name)):.12g} {name}" for name in names]
    return min(texts, key=len)


def exact_setting(quantity: Quantity | float) -> str | float:
    """The shortest text that `read_setting` reads back as the very same number."""
    if is_dimensionless(quantity):
        return float(quantity)
    dimension = get_dimensions(quantity)
    names = _names_of(dimension, *_RATES)
    texts = [f"{float(quantity / _unit(name)):.{digits}g} {name}" for name in names for digits in (3, 6, 12, 15, 17)]
    same = [text for text in texts if float(read_setting(text, quantity, "")) == float(quantity)]
    return min(same or texts, key=lambda text: (len(text.split(" ")[0]), text.startswith("0.")))


def _parsed(text: str, like: Quantity | float, where: str) -> Quantity | float:
    if is_dimensionless(like) and re.fullmatch(rf"\s*{_NUMBER}\s*", text):
        return float(text)
    match = _SETTING.fullmatch(text)
    if not match or _unknown_units(match.group(2)):
        raise _wrong(text, like, where)
    number, expression = float(match.group(1)), match.group(2)
    per = expression.removeprefix("1/")
    return number / _unit(per) if per in _ALL_UNITS and per != expression else number * _unit(expression)


def _unknown_units(expression: str) -> list[str]:
    return [name for name in re.findall(r"[A-Za-z_]+", expression) if name not in _ALL_UNITS]


def _unit(expression: str) -> Quantity:
    """`nM/s`, `1/s`, `mV*s^0.5`: units multiplied and divided from left to right."""
    factors = re.findall(rf"([*/]?)({_FACTOR})", expression)
    return reduce(mul, (_power(name) ** (-1 if sign == "/" else 1) for sign, name in factors))


def _power(factor: str) -> Quantity | float:
    name, _, exponent = factor.partition("^")
    return 1.0 if name == "1" else _ALL_UNITS[name] ** float(exponent or 1)


@cache
def _names_of(dimension: Dimension, *more: str) -> list[str]:
    """Units of a dimension, by name; what they are made of where it has none."""
    names = (*UNITS, *_COMPOUND, *more)
    return [name for name in names if get_dimensions(_unit(name)) == dimension] or [_base_unit(dimension)]


def _base_unit(dimension: Dimension) -> str:
    powers = {unit: dimension.get_dimension(name) for name, unit in _BASE_UNITS.items()}
    return "*".join(unit if power == 1 else f"{unit}^{power:g}" for unit, power in powers.items() if power)


def _wrong(value: object, like: Quantity | float, where: str) -> UserError:
    shown = f'"{value}"' if isinstance(value, str | Quantity) else repr(value)
    if is_dimensionless(like):
        return UserError(f"{where} = {shown}: expected a plain number, such as {float(like):g}.")
    return UserError(f'{where} = {shown}: expected a quantity such as "{write_setting(like)}".')
