"""Doses as text: `"10 mg/kg"`, `"30 ug"`, and a reader of them.

In Brian2 milligrams per kilogram are a plain number, so that a dose could be mistaken for a ratio. A dose is therefore
a type of its own. It needs no units of Brian2, which take seconds to import.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.errors import UserError
from core.written import LONGEST_TEXT, NUMBER, TYPED, comma_hint, full_match, place

_MASS_IN_MG = {"g": 1e3, "mg": 1.0, "ug": 1e-3, "ng": 1e-6}
_DOSE = re.compile(
    rf"\s*(?P<number>{NUMBER})\s*(?P<unit>g|mg|ug|ng)"
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

    def for_body_weight(self, kilograms: float) -> float:
        """Milligrams given to an animal of that weight."""
        return self.milligram * kilograms if self.per_kilogram else self.milligram


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
    match = full_match(_DOSE, text)
    if not match:
        expected = (
            'expected a dose per body weight such as "10 mg/kg", or an amount such as "30 ug" for an injection into '
            "one place"
        )
        raise UserError(f"{place(where, text)}{expected}{_dose_hint(str(text))}.")
    number, unit, per_kilogram = match["number"], match["unit"], bool(match["per_kilogram"])
    milligram, per = float(number) * _MASS_IN_MG[unit], "/kg" if per_kilogram else ""
    if number.startswith("-") or not milligram < _TOO_MUCH_MG:
        raise UserError(f"{place(where, text)}{_DOSES_GO}{per}.")
    return Dose(milligram, per_kilogram, f"{number.removeprefix('+')} {unit}{per}", bool(match["per_day"]))


def _dose_hint(text: str) -> str:
    if len(text) <= LONGEST_TEXT and "," in text:
        return comma_hint(text)
    if re.search(r"[0-9]\s*[munp]?mol", text[:LONGEST_TEXT].translate(TYPED)):
        return "; a dose is a mass: moles times the molar mass"
    return ""
