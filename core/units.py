"""Quantities as pharmacologists write them: `"10 mg/kg"`, `"30 ug"`, `"3 d"`, `"7.5 nM"`.

Brian2 has neither hours nor days, and in it milligrams per kilogram are a plain number, so that a
dose could be mistaken for a ratio. Hence `hour` and `day` here, and `Dose` as a type of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from brian2.units import (
    Hz,
    Quantity,
    amp,
    cm,
    gram,
    kilogram,
    liter,
    metre,
    mM,
    molar,
    mole,
    ms,
    mV,
    nA,
    nF,
    nM,
    nS,
    pA,
    pF,
    second,
    siemens,
    uM,
    uS,
    volt,
)
from brian2.units.fundamentalunits import DIMENSIONLESS, get_dimensions, get_unit

from core.errors import UserError

SECONDS_PER_HOUR = 3600.0
HOURS_PER_DAY = 24.0

minute = 60 * second
hour = 3600 * second
day = 24 * hour
gram_force = 9.80665e-3 * kilogram * metre / second**2
millinewton = 1e-3 * kilogram * metre / second**2

UNITS: dict[str, Quantity] = {
    "s": second, "ms": ms, "min": minute, "h": hour, "d": day,
    "V": volt, "mV": mV, "A": amp, "nA": nA, "pA": pA, "S": siemens, "uS": uS, "nS": nS,
    "nF": nF, "pF": pF, "Hz": Hz, "M": molar, "mM": mM, "uM": uM, "nM": nM,
    "g_force": gram_force, "mN": millinewton, "m": metre, "cm": cm, "L": liter, "mol": mole, "g": gram,
}  # fmt: skip

_MASS_IN_MG = {"g": 1e3, "mg": 1.0, "ug": 1e-3, "ng": 1e-6}
_NUMBER = r"([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)"


@dataclass(frozen=True)
class Dose:
    """An amount of drug in milligrams, per kilogram of body weight or absolute (intrathecal, intra-LC)."""

    milligram: float
    per_kilogram: bool
    text: str

    def __post_init__(self) -> None:
        if self.milligram < 0:
            raise UserError(f'dose "{self.text}" is negative; a dose is 0 or more.')

    def for_body_weight(self, weight: Quantity) -> float:
        """Milligrams given to an animal of `weight` (a mass)."""
        return self.milligram * float(weight / kilogram) if self.per_kilogram else self.milligram


def parse_dose(text: str | Dose, where: str = "dose") -> Dose:
    """Read `"10 mg/kg"` or `"30 ug"`; anything else, a bare number too, is a `UserError`."""
    if isinstance(text, Dose):
        return text
    match = re.fullmatch(rf"\s*(-?){_NUMBER}\s*(g|mg|ug|ng)\s*(/\s*kg)?\s*", str(text))
    if not match:
        raise UserError(
            f'{where} = {text!r}: expected a dose per body weight such as "10 mg/kg", '
            'or an amount such as "30 ug" for an injection into one place.'
        )
    sign, number, unit, per_kilogram = match.groups()
    if sign:
        raise UserError(f"{where} = {text!r}: a dose is 0 or more.")
    return Dose(float(number) * _MASS_IN_MG[unit], bool(per_kilogram), str(text).strip())


def parse_quantity(text: str | Quantity, like: Quantity, where: str = "value", example: str = "") -> Quantity:
    """Read `"7.5 nM"` as a quantity of the dimension of `like`; wrong or missing units are a `UserError`."""
    wanted = (
        f'expected a quantity such as "{example}"'
        if example
        else f"expected a quantity in {get_unit(get_dimensions(like))}"
    )
    if isinstance(text, Quantity):
        value = text
    else:
        match = re.fullmatch(rf"\s*(-?{_NUMBER})\s*([A-Za-z_]+)\s*", str(text))
        if not match or match.group(3) not in UNITS:
            raise UserError(f"{where} = {text!r}: {wanted}; units: {', '.join(UNITS)}.")
        value = float(match.group(1)) * UNITS[match.group(3)]
    if get_dimensions(value) != get_dimensions(like):
        raise UserError(
            f"{where} = {str(text)!r}: {wanted}; it has the dimension of {get_unit(get_dimensions(value))}."
        )
    return value


def is_dimensionless(value: object) -> bool:
    """Whether a number carries no unit (a plain float or a ratio)."""
    return get_dimensions(value) is DIMENSIONLESS
