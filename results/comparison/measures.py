"""What is measured in animals, kept as running sums by place, name, arm and contrast; and the tables made of them.

A *place* is when and under what a number was measured: assay, day, hour, phase, side, stimulus. Numbers of one place
and name are comparable between arms; what an animal has several of in one place, as of a filament that is tried again,
is averaged first.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from results.comparison.contrasts import Contrast
from results.comparison.frames import Schema
from results.comparison.running_sums import PairedSums, RunningSums, grown

#: Units of what is never negative, and of shares.
POSITIVE_UNITS = ("Hz", "nM", "uM", "mM", "g", "mN", "s", "ms", "% of basal")
SHARE = "share of cells"
#: Measures in such a unit that are differences, so that they may be negative.
DIFFERENCES = ("nsia",)
Place = tuple[Any, ...]
#: (name, unit) of what is measured.
NameAndUnit = tuple[str, str]


@dataclass(frozen=True)
class AnimalValues:
    """What was measured in one animal.

    Attributes
    ----------
    places
        Where each row was measured, (k,).
    names
        (name, unit) of each column, (p,).
    values
        (k, p); NaN where nothing was measured.
    censored
        Whether each value is at the cut-off, (k, p).
    """

    places: Sequence[Place]
    names: Sequence[NameAndUnit]
    values: np.ndarray
    censored: np.ndarray


class Codes:
    """Numbers things in the order in which they first come."""

    def __init__(self) -> None:
        self._codes: dict[Hashable, int] = {}

    def of(self, things: Sequence[Hashable]) -> np.ndarray:
        """Code of each thing, (k,)."""
        return np.array([self._codes.setdefault(thing, len(self._codes)) for thing in things], np.intp)

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def things(self) -> list[Any]:
        """All of them by code."""
        return list(self._codes)


class MeasureSums:
    """Running sums of all arms, of all contrasts, and of what came after a manipulation and before it.

    Parameters
    ----------
    columns
        Names and types of the entries of a place; "phase" and "hour" are among them.
    contrasts
        Which arms are paired.

    Attributes
    ----------
    places, names
        What the rows and columns of all sums are.
    arms
        Arm -> its sums.
    pairs
        Contrast -> its sums.
    phases
        Arm -> sums of pairs within an animal: in a phase, and before it.
    before
        Arm -> row in a phase -> row before it.
    """

    def __init__(self, columns: Schema, contrasts: Sequence[Contrast]) -> None:
        self.columns = columns
        self._phase, self._hour = (list(columns).index(name) for name in ("phase", "hour"))
        self.places, self.names = Codes(), Codes()
        self.arms: dict[str, RunningSums] = {}
        self.pairs = {contrast: PairedSums() for contrast in contrasts}
        self.phases: dict[str, PairedSums] = {}
        self.before: dict[str, dict[int, int]] = {}
        self._moments, self._moment_of = Codes(), np.zeros(0, np.intp)
        self._measures, self._measure_of = Codes(), np.zeros(0, np.intp)
        self._least, self._cut_off = np.zeros(0), np.zeros(0)

    def add(self, found: Mapping[str, AnimalValues]) -> None:
        """Add the animals of one number: arm -> what was measured."""
        codes = {arm: (self.places.of(one.places), self.names.of(one.names)) for arm, one in found.items()}
        self._note_moments()
        spread = {arm: self._spread(one, *codes[arm]) for arm, one in found.items()}
        for arm, (values, censored) in spread.items():
            self.arms.setdefault(arm, RunningSums()).add(values, censored)
            self._note_bounds(found[arm], codes[arm][1])
            self._add_phases(arm, values, censored)
        for contrast, sums in self.pairs.items():
            if contrast.arm in spread and contrast.reference in spread:
                rows = self.counterparts(spread[contrast.reference][0])
                sums.add(*paired(spread[contrast.arm], spread[contrast.reference], rows))

    def bounds(self, cut_offs: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bound of each name, (p,), infinite where there is none.

        Parameters
        ----------
        cut_offs
            Name -> where its assay ends without a withdrawal; a cut-off that an animal has reached is known from it.
        """
        names = self.names.things
        least = grown(self._least, (len(names),), np.inf)
        reached = grown(self._cut_off, (len(names),), -np.inf)
        bounded = np.array([is_never_negative(*name) for name in names], bool) & (least >= 0.0)
        ends = np.array([1.0 if unit == SHARE else cut_offs.get(name, np.inf) for name, unit in names])
        return np.where(bounded, 0.0, -np.inf), np.where(np.isfinite(reached), reached, ends)

    def _spread(self, found: AnimalValues, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values by code of place and name, the mean of repetitions, and whether any of them is at the cut-off."""
        total, count, censored = np.zeros((3, len(self.places), len(self.names)))
        there, at = np.isfinite(found.values), np.ix_(rows, columns)
        np.add.at(total, at, np.where(there, found.values, 0.0))
        np.add.at(count, at, there)
        np.add.at(censored, at, found.censored & there)
        with np.errstate(invalid="ignore"):
            return total / count, censored > 0

    def _note_moments(self) -> None:
        """Number the moments, places whatever their phase, and the measures, places whatever their phase and hour."""
        new = self.places.things[len(self._moment_of) :]
        self._moment_of = np.append(self._moment_of, self._moments.of([_without(place, self._phase) for place in new]))
        measures = [_without(place, self._phase, self._hour) for place in new]
        self._measure_of = np.append(self._measure_of, self._measures.of(measures))

    def _note_bounds(self, found: AnimalValues, columns: np.ndarray) -> None:
        """Remember the least value of each name, and the largest at the cut-off."""
        least = np.where(np.isfinite(found.values), found.values, np.inf).min(axis=0, initial=np.inf)
        reached = np.where(found.censored, found.values, -np.inf).max(axis=0, initial=-np.inf)
        shape = (len(self.names),)
        self._least, self._cut_off = grown(self._least, shape, np.inf), grown(self._cut_off, shape, -np.inf)
        np.minimum.at(self._least, columns, least)
        np.maximum.at(self._cut_off, columns, reached)

    def counterparts(self, references: np.ndarray) -> np.ndarray:
        """For each row that of the reference in the same place, else at that moment in any phase; -1 for none."""
        rows, present = np.arange(len(references)), np.isfinite(references).any(axis=1)
        of_moment = np.full(len(self._moments), -1)
        of_moment[self._moment_of[present]] = rows[present]
        return np.where(present, rows, of_moment[self._moment_of])

    def _add_phases(self, arm: str, values: np.ndarray, censored: np.ndarray) -> None:
        present = np.flatnonzero(np.isfinite(values).any(axis=1)).tolist()
        places, known = self.places.things, self.before.setdefault(arm, {})
        for row in present:
            if places[row][self._phase] and row not in known:
                before = self._before(row, present)
                known |= {} if before is None else {row: before}
        if not known:
            return
        rows = np.full(len(values), -1)
        rows[list(known)] = list(known.values())
        self.phases.setdefault(arm, PairedSums()).add(*paired((values, censored), (values, censored), rows))

    def _before(self, row: int, present: Sequence[int]) -> int | None:
        """The row of the same measure earlier that day: at best without a phase, else of the last phase before."""
        places, phase, hour = self.places.things, self._phase, self._hour
        same = [other for other in present if self._measure_of[other] == self._measure_of[row]]
        here = places[row]
        earlier = [k for k in same if places[k][phase] != here[phase] and places[k][hour] <= here[hour]]
        return max(earlier, key=lambda k: (places[k][phase] == "", places[k][hour]), default=None)


def _without(place: Place, *positions: int) -> Place:
    return tuple(entry for k, entry in enumerate(place) if k not in positions)


def paired(
    arm: tuple[np.ndarray, np.ndarray], reference: tuple[np.ndarray, np.ndarray], rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values of an arm, those of the reference in its `rows` (NaN for -1), and whether either is at the cut-off."""
    there = (rows >= 0)[:, None]
    others = np.where(there, reference[0][rows], np.nan)
    return arm[0], others, arm[1] | (reference[1][rows] & there)


def is_never_negative(name: str, unit: str) -> bool:
    """Whether a measure, such as a rate, a threshold or a concentration, cannot be below 0."""
    return unit in (*POSITIVE_UNITS, SHARE) and name not in DIFFERENCES
