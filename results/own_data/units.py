"""Units of own data, and what a number in one of them is in another."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import UserError

#: Newtons of the weight of a gram, at standard gravity.
_GRAM_FORCE_MILLINEWTON = 9.80665
#: Unit -> (what it measures, how many of the first unit of that kind it is). Forces in g are weights, as devices show.
KNOWN_UNITS: Mapping[str, tuple[str, float]] = {
    "g": ("force", 1.0),
    "gf": ("force", 1.0),
    "mN": ("force", 1.0 / _GRAM_FORCE_MILLINEWTON),
    "N": ("force", 1000.0 / _GRAM_FORCE_MILLINEWTON),
    "s": ("time", 1.0),
    "sec": ("time", 1.0),
    "ms": ("time", 0.001),
    "Hz": ("rate", 1.0),
    "nM": ("concentration", 1.0),
    "pM": ("concentration", 0.001),
    "uM": ("concentration", 1000.0),
    "µM": ("concentration", 1000.0),
    "%": ("share", 1.0),
    "1": ("number", 1.0),
}


def convertible(unit: str, to: str) -> bool:
    """Whether numbers in a unit can be told in another; equal units always can."""
    return unit == to or (unit in KNOWN_UNITS and to in KNOWN_UNITS and KNOWN_UNITS[unit][0] == KNOWN_UNITS[to][0])


def factor(unit: str, to: str) -> float:
    """What a number in `unit` is multiplied with to be one in `to`; both measure the same."""
    return 1.0 if unit == to else KNOWN_UNITS[unit][1] / KNOWN_UNITS[to][1]


def check_unit(unit: str, where: str) -> None:
    """UserError for a unit that is not in the table; an empty one is none."""
    if unit and unit not in KNOWN_UNITS:
        raise UserError(f'{where}: unit "{unit}": expected one of {", ".join(KNOWN_UNITS)}.')
