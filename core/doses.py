"""Doses as text: `"10 mg/kg"`, `"30 ug"`, `"5 umol/kg"`, `"2 mg/rat"`, and a reader of them.

In Brian2 milligrams per kilogram are a plain number, so that a dose could be mistaken for a ratio. A dose is therefore
a type of its own. It needs no units of Brian2, which take seconds to import.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.errors import UserError
from core.written import LONGEST_TEXT, NUMBER, comma_hint, full_match, place

_MASS_IN_MG = {"g": 1e3, "mg": 1.0, "ug": 1e-3, "ng": 1e-6}
_MOLES_IN_MMOL = {"mol": 1e3, "mmol": 1.0, "umol": 1e-3, "nmol": 1e-6, "pmol": 1e-9}
_DOSE = re.compile(
    rf"\s*(?P<number>{NUMBER})\s*(?P<unit>g|mg|ug|mcg|ng|[munp]?mol)"
    r"(?:(?P<per_kilogram>(?:\s*/\s*[kK]g|\s+[kK]g\^?-1|\s+per\s+[kK]g)(?:\s+(?:b\.?w\.?|body\s+weight))?)"
    r"|(?P<per_rat>\s*(?:/|\s(?:per|a))\s*(?:rat|animal)))?"
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
        Whether it was said to be the dose of a day ("5 mg/kg/day"), which a minipump or drinking water gives.
    per_rat : bool
        Whether it was said to be the dose of a rat ("2 mg/rat"), of whatever weight.

    Raises
    ------
    UserError
        For a dose that is negative, not a number, or as heavy as the animal.
    """

    milligram: float
    per_kilogram: bool
    text: str
    per_day: bool = False
    per_rat: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.milligram < _TOO_MUCH_MG:
            raise UserError(f'dose "{self.text}": {_DOSES_GO}{"/kg" if self.per_kilogram else ""}.')

    def for_body_weight(self, kilograms: float) -> float:
        """Milligrams given to an animal of that weight."""
        return self.milligram * kilograms if self.per_kilogram else self.milligram

    def scaled(self, factor: float) -> Dose:
        """So many times the dose, of six digits."""
        return _of_mass(self.milligram * factor, self.per_kilogram)


def parse_dose(text: str | Dose, where: str = "dose", molar_mass: float | None = None) -> Dose:
    """Read a dose: `"10 mg/kg"`, `"10 mg kg-1"`, `"30 ug"`, `"30 µg"`, `"5 umol/kg"`, `"2 mg/rat"`, `"5 mg/kg/day"`.

    Parameters
    ----------
    text : str or Dose
        A mass (g, mg, ug, ng) or an amount of substance (mol to pmol), per kg of body weight, per rat or neither; a
        `Dose` is given back as it is.
    where : str
        The place that begins the message of an error.
    molar_mass : float, optional
        Of the drug, in g/mol, by which moles become a mass, of six digits.

    Returns
    -------
    Dose
        With its text in one spelling: `"10mg kg-1"` becomes `"10 mg/kg"`.

    Raises
    ------
    UserError
        For anything else, a number without a unit too, and for moles of what has no molar mass.
    """
    if isinstance(text, Dose):
        return text
    match = full_match(_DOSE, text)
    if not match:
        expected = (
            'expected a dose per body weight such as "10 mg/kg", or an amount such as "30 ug" for an injection into '
            "one place"
        )
        raise UserError(f"{place(where, text)}{expected}{_dose_hint(str(text))}.")
    number, unit = match["number"].removeprefix("+"), match["unit"].replace("mcg", "ug")
    if unit in _MOLES_IN_MMOL:
        if molar_mass is None:
            raise UserError(f"{place(where, text)}moles need a molar mass, and none is known here; give a mass.")
        number, unit = _mass(float(number) * _MOLES_IN_MMOL[unit] * molar_mass)
    milligram, per = float(number) * _MASS_IN_MG[unit], "/kg" if match["per_kilogram"] else ""
    if number.startswith("-") or not milligram < _TOO_MUCH_MG:
        raise UserError(f"{place(where, text)}{_DOSES_GO}{per}.")
    return Dose(milligram, bool(per), f"{number} {unit}{per}", bool(match["per_day"]), bool(match["per_rat"]))


def per_weight(dose: Dose, kilograms: float) -> Dose:
    """A dose of one rat as a dose per body weight, of six digits."""
    return _of_mass(dose.milligram / kilograms, per_kilogram=True, per_day=dose.per_day)


def _of_mass(milligram: float, per_kilogram: bool, per_day: bool = False) -> Dose:
    """A dose that was computed: what it holds is what its text says, six digits."""
    number, unit = _mass(milligram)
    return Dose(float(number) * _MASS_IN_MG[unit], per_kilogram, f"{number} {unit}{'/kg' * per_kilogram}", per_day)


def _mass(milligram: float) -> tuple[str, str]:
    """A mass as its text: a number of six digits and a unit."""
    unit = "mg" if milligram == 0.0 or abs(milligram) >= 0.1 else "ug"
    return f"{milligram / _MASS_IN_MG[unit]:.6g}", unit


def _dose_hint(text: str) -> str:
    if len(text) <= LONGEST_TEXT and "," in text:
        return comma_hint(text)
    return ""
