"""Uncertain numbers of the circuit and of drugs: which may be moved, within which range, and on which scale.

A number is uncertain where it has a range and no firm source. Its position is 0 at the low end of the range and 1 at
the high end; the scale is logarithmic where the range spans more than a factor of `WIDE`, else linear.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from brian2.units import Quantity
from brian2.units.fundamentalunits import get_dimensions

import drugs
from circuits import ligated
from core.errors import UserError, nearest
from core.quantities import write_quantity
from core.sourced import Sourced
from drugs import DRUGS
from experiments.evidence.parameters import numbers

#: Status of numbers that may be moved; all others were read in the source they name.
UNCERTAIN = ("assumed", "fitted", "derived")
WIDE = 3.0
_DIGITS = 6


@dataclass(frozen=True)
class UncertainParameter:
    """One uncertain number, or several that have one value and move together.

    Attributes
    ----------
    paths
        Of the numbers, such as "receptors.D2.half_activation".
    status
        Of the numbers, such as "assumed".
    like
        The value in use, with its unit.
    value, low, high
        The value in use and the ends of the range, in SI units.
    """

    paths: tuple[str, ...]
    status: tuple[str, ...]
    like: Quantity | float
    value: float
    low: float
    high: float

    @property
    def name(self) -> str:
        """All paths, separated by commas."""
        return ", ".join(self.paths)

    @property
    def logarithmic(self) -> bool:
        """Whether the scale is logarithmic."""
        return self.low > 0.0 and self.high > WIDE * self.low

    def position(self, value: float) -> float:
        """Position of a value in SI units; 0..1 within the range."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def at(self, position: float) -> float:
        """Value in SI units at a position, which is limited to 0..1; rounded to six digits."""
        position = min(1.0, max(0.0, float(position)))
        if self.logarithmic:
            value = self.low * (self.high / self.low) ** position
        else:
            value = self.low + position * (self.high - self.low)
        return min(self.high, max(self.low, float(f"{value:.{_DIGITS}g}")))

    @property
    def of_drugs(self) -> bool:
        """Whether they are numbers of drugs."""
        return any(path in uncertain_of_drugs() for path in self.paths)

    def settings(self, position: float) -> dict[str, str | float]:
        """The `set` entry of an arm at a position; empty at the current value."""
        value = self.at(position)
        if math.isclose(value, self.value, rel_tol=10.0 ** (1 - _DIGITS), abs_tol=1e-30):
            return {}
        return dict.fromkeys(self.paths, self.written(value))

    def written(self, value: float) -> str | float:
        """A value in SI units as study files write it, with unit."""
        return write_quantity(Quantity(value, dim=get_dimensions(self.like)))


@cache
def uncertain_of_drugs() -> Mapping[str, Sourced]:
    """Path -> number, of all numbers of drugs that may be moved; those that several drugs share are left out.

    Arms set numbers of the circuit only, so that these are moved where no animal is run.
    """
    return {path: number for path, number in drugs.parameters() if path.split(".")[0] in DRUGS and _may_move(number)}


@cache
def uncertain() -> Mapping[str, Sourced]:
    """Path -> number, of all numbers of the circuit that may be moved: with a range and without a firm source."""
    return {path: number for path, number in ligated.parameters() if _may_move(number)}


def parameter(paths: Sequence[str], where: str) -> UncertainParameter:
    """Make a parameter of numbers that move together, within the part that their ranges share.

    Parameters
    ----------
    paths
        Of one number or more.
    where
        Place that an error names.

    Raises
    ------
    UserError
        For a number that is unknown, neither of the circuit nor of one drug, from a firm source, or without a range;
        and for numbers that differ in unit or value, or whose ranges do not overlap.
    """
    found = [_number(path, where) for path in paths]
    first = found[0]
    for path, number in zip(paths, found, strict=True):
        if get_dimensions(number.value) != get_dimensions(first.value) or float(number.value) != float(first.value):
            raise UserError(
                f"{where}: {path} is {write_quantity(number.value)} and {paths[0]} {write_quantity(first.value)}; "
                "numbers that move together have one value."
            )
    ranges = [
        (float(low), float(high)) for each in found if (low := each.low) is not None and (high := each.high) is not None
    ]
    low, high = max(each[0] for each in ranges), min(each[1] for each in ranges)
    if not low < high:
        raise UserError(f"{where}: the ranges of {', '.join(paths)} do not meet.")
    status = tuple(dict.fromkeys(number.status for number in found))
    return UncertainParameter(tuple(paths), status, first.value, float(first.value), low, high)


def settings(parameters: Sequence[UncertainParameter], positions: Sequence[float]) -> dict[str, str | float]:
    """The `set` entry of an arm for all parameters at their positions, (n,)."""
    return {
        path: value
        for one, position in zip(parameters, positions, strict=True)
        for path, value in one.settings(position).items()
    }


def _may_move(number: Sourced) -> bool:
    return number.status in UNCERTAIN and number.low is not None and number.high is not None


def _number(path: str, where: str) -> Sourced:
    known = {**uncertain(), **uncertain_of_drugs()}
    if path in known:
        return known[path]
    everything = {name: number for _, name, number in numbers()}
    if path not in everything:
        close = nearest(path, known)
        hint = f" Nearest: {', '.join(close)};" if close else ""
        raise UserError(f'{where}: no parameter "{path}".{hint} `bluespot parameters` lists them all.')
    number = everything[path]
    if path not in dict(ligated.parameters()) and path.split(".")[0] not in DRUGS:
        raise UserError(f"{where}: {path} is no number of the circuit, nor of one drug; no other may be moved.")
    if number.status not in UNCERTAIN:
        raise UserError(
            f"{where}: {path} has a firm source ({number.source}, {number.status}); "
            f"only numbers that are {', '.join(UNCERTAIN)} may be moved."
        )
    raise UserError(f"{where}: {path} has no range to be moved in.")
