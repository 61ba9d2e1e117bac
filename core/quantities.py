"""Quantities as text: one reader and one writer of `"120 pF"`, `"0.5 nM/s"`, `"3 d"`, and a reader of doses.

In Brian2 milligrams per kilogram are a plain number, so that a dose could be mistaken for a ratio. A dose is therefore
a type of its own, `Dose`, with a reader of its own, `parse_dose`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from math import isfinite
from numbers import Real
from operator import mul

import numpy as np
from brian2.units import Quantity, kilogram
from brian2.units.fundamentalunits import Dimension, get_dimensions

from core.errors import UserError, nearest
from core.units import UNITS, is_dimensionless

#: Units that have no name of their own and are written all the same.
_COMPOUND = ("L/kg", "g/mol", "m/s", "g_force/s", "W/m^2", "J^2/m^4/K^2/s")
#: How a rate of change is written, where a rate of spikes is written in Hz.
_RATES = ("1/s", "1/h")
_BASE_UNITS = {"m": "m", "kg": "kg", "s": "s", "A": "A", "K": "K", "mol": "mol"}

#: How many digits are tried until a number reads back as the same.
_DIGITS = (3, 6, 12, 15, 17)
#: Longer texts are no quantity, and are not searched for one.
_LONGEST_TEXT = 100
#: Signs that papers print, as the keyboard has them: both micro signs, the minus sign, raised digits, dots.
_TYPED = str.maketrans({"µ": "u", "μ": "u", "−": "-", "⁻": "-", "¹": "1", "²": "2", "³": "3", "·": " ", "⋅": " "})
# Atomic, so that a number is never cut short: "31/h" would otherwise be 3 times "1/h".
_NUMBER = r"(?>[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)"
_FACTOR = r"(?:1(?=\s*/)|[A-Za-z_]+(?:\^-?[0-9]{1,2}(?:\.[0-9]{1,4})?|-[1-9])?)"
_QUANTITY = re.compile(rf"\s*({_NUMBER})\s*(/?\s*{_FACTOR}(?:\s*[*/]\s*{_FACTOR}|\s+{_FACTOR}){{0,7}})?\s*")
_FACTORS = re.compile(rf"([*/]?)\s*({_FACTOR})")

_MASS_IN_MG = {"g": 1e3, "mg": 1.0, "ug": 1e-3, "ng": 1e-6}
_DOSE = re.compile(
    rf"\s*(?P<number>{_NUMBER})\s*(?P<unit>g|mg|ug|ng)"
    r"(?P<per_kilogram>\s*/\s*kg|\s+kg\^?-1|\s+per\s+kg)?"
    r"(?P<per_day>\s*/\s*(?:day|d)|\s+(?:day|d)\^?-1|\s+(?:per|a)\s+day)?\s*"
)
#: No dose weighs as much as the animal that gets it.
_TOO_MUCH_MG = 1e6
_DOSES_GO = "a dose is 0 or more, and less than 1 kg"


@dataclass(frozen=True)
class Dose:
    """An amount of drug, per kilogram of body weight or absolute (intrathecal, intra-LC).

    Parameters
    ----------
    milligram : float
        The amount in mg, or in mg per kg of body weight; from 0 to less than 1e6 (a kilogram).
    per_kilogram : bool
        Whether it is per body weight.
    text : str
        The dose as it is shown and written, such as "10 mg/kg".
    per_day : bool
        Whether it was said to be the dose of a day ("5 mg/kg/day"), which only a minipump gives.

    Raises
    ------
    UserError
        For a dose that is negative, not a number, or as heavy as the animal.
    """

    milligram: float
    per_kilogram: bool
    text: str
    per_day: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.milligram < _TOO_MUCH_MG:
            raise UserError(f'dose "{self.text}": {_DOSES_GO}{"/kg" if self.per_kilogram else ""}.')

    def for_body_weight(self, weight: Quantity) -> float:
        """Milligrams given to an animal of `weight` (a mass)."""
        return self.milligram * float(weight / kilogram) if self.per_kilogram else self.milligram


def parse_dose(text: str | Dose, where: str = "dose") -> Dose:
    """Read a dose: `"10 mg/kg"`, `"10 mg kg-1"`, `"30 ug"`, `"30 µg"`, and for minipumps `"5 mg/kg/day"`.

    Parameters
    ----------
    text : str or Dose
        A mass (g, mg, ug, ng), per kg of body weight or not; a `Dose` is given back as it is.
    where : str
        The place that begins the message of an error.

    Returns
    -------
    Dose
        With its text in one spelling: `"10mg kg-1"` becomes `"10 mg/kg"`.

    Raises
    ------
    UserError
        For anything else, a number without a unit too.
    """
    if isinstance(text, Dose):
        return text
    match = _fullmatch(_DOSE, text)
    if not match:
        expected = (
            'expected a dose per body weight such as "10 mg/kg", or an amount such as "30 ug" for an injection into '
            "one place"
        )
        raise UserError(f"{_place(where, text)}{expected}{_dose_hint(str(text))}.")
    number, unit, per_kilogram = match["number"], match["unit"], bool(match["per_kilogram"])
    milligram, per = float(number) * _MASS_IN_MG[unit], "/kg" if per_kilogram else ""
    if number.startswith("-") or not milligram < _TOO_MUCH_MG:
        raise UserError(f"{_place(where, text)}{_DOSES_GO}{per}.")
    return Dose(milligram, per_kilogram, f"{number.removeprefix('+')} {unit}{per}", bool(match["per_day"]))


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
        raise UserError(f"{_place(where, given)}{_expected(like, example)}{_hint(given)}.")
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
    match = _fullmatch(_QUANTITY, text)
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


def _fullmatch(pattern: re.Pattern[str], text: object) -> re.Match[str] | None:
    """The match of a whole text, spelled as the keyboard has it; None for a text that is too long, or for no text."""
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        return None
    return pattern.fullmatch(text.translate(_TYPED))


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


def _place(where: str, given: object) -> str:
    text = f'"{given}"' if isinstance(given, str | Quantity) else repr(given)
    text = " ".join(text.split())
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return f"{where} = {shown}: " if where else f"{shown}: "


def _expected(like: Quantity | float, example: str) -> str:
    if is_dimensionless(like):
        return f"expected a plain number, such as {example or f'{float(like):g}'}"
    return f'expected a quantity such as "{example or write_quantity(like)}"'


def _hint(given: object) -> str:
    """What is wrong with a text that is no quantity, where that can be said."""
    if not isinstance(given, str) or len(given) > _LONGEST_TEXT:
        return ""
    if "," in given:
        return _comma_hint(given)
    match = _fullmatch(_QUANTITY, given)
    unknown = _unknown_units(match[2] or "") if match else []
    if unknown:
        close = ", ".join(nearest(unknown[0], UNITS))
        return f'; no unit "{unknown[0]}"{f", nearest: {close}" if close else ""}'
    quantity = _parsed(given)
    return "; the number is too large" if quantity is not None and not isfinite(float(quantity)) else ""


def _dose_hint(text: str) -> str:
    if len(text) <= _LONGEST_TEXT and "," in text:
        return _comma_hint(text)
    if re.search(r"[0-9]\s*[munp]?mol", text[:_LONGEST_TEXT].translate(_TYPED)):
        return "; a dose is a mass: moles times the molar mass"
    return ""


def _comma_hint(text: str) -> str:
    """How to write a number with a comma, which is a decimal sign here and divides thousands there."""
    if text.count(",") == 1 and not re.search(r",[0-9]{3}(?![0-9])", text):
        return f'; write "{text.strip().replace(",", ".")}", with a point'
    return "; write the number without a comma, with a point before decimals only"
