"""Contrasts between arms: which arm is compared with which reference, and the paired differences and ratios.

An arm is compared with every arm that has the baseline value (`BASELINES`) of one of treatment, circuit and
manipulation, and is equal in the other two. Animals are paired by number: animal 3 of both arms has the same cells,
wiring and random numbers, so that the difference is what the arm does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from core.errors import unknown_name
from results.comparison.frames import frame_of, rows_of
from results.files.folder import ManifestArm
from results.statistics.intervals import mean_interval, paired_difference, ratio_of_means

#: Key of an arm -> its value without drug, injury or manipulation: that of the reference of a contrast.
BASELINES = {"treatment": "vehicle", "circuit": "sham", "manipulation": ""}


class Measure(NamedTuple):
    """What was measured and when; numbers of the same measure are comparable between arms.

    phase is what was done to the animal before, such as the injection of an antagonist, "" for nothing. day is the day
    from surgery, hour the hour of that day.
    """

    assay: str
    name: str
    side: str
    phase: str
    unit: str
    day: int
    hour: float

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Measure:
        """The measure of a row of a table that has no column `phase`."""
        return cls(**{"phase": "", **{name: row[name] for name in PLACE_COLUMNS}})

    @property
    def place(self) -> tuple[Any, ...]:
        """What was measured and when, whatever was done before: its values of `PLACE_COLUMNS`."""
        return tuple(getattr(self, name) for name in PLACE_COLUMNS)


class Sample(NamedTuple):
    """One number of one animal: the mean of its repetitions, and whether any of them was censored at the cut-off."""

    value: float
    censored: bool


@dataclass(frozen=True)
class Contrast:
    """A comparison of two arms, `arm` minus `reference`.

    kind says in what they differ: "treatment", "circuit" or "manipulation"; "chosen" for a reference of the user.
    """

    kind: str
    arm: str
    reference: str


#: Arm -> measure -> animal number -> sample.
Samples = Mapping[str, Mapping[Measure, Mapping[int, Sample]]]

MEASURE_COLUMNS = {"assay": str, "name": str, "side": str, "phase": str, "unit": str, "day": int, "hour": float}
PLACE_COLUMNS = {name: kind for name, kind in MEASURE_COLUMNS.items() if name != "phase"}
SUMMARY_COLUMNS = {
    "arm": str,
    **MEASURE_COLUMNS,
    "n": int,
    "mean": float,
    "sem": float,
    "low": float,
    "high": float,
    "censored": int,
}
_DIFFERENCE_NUMBERS = {
    "pairs": int,
    "difference": float,
    "sem": float,
    "low": float,
    "high": float,
    "ratio": float,
    "ratio_low": float,
    "ratio_high": float,
    "censored": int,
}
DIFFERENCE_COLUMNS = {"contrast": str, "arm": str, "reference": str, **MEASURE_COLUMNS, **_DIFFERENCE_NUMBERS}
PHASE_DIFFERENCE_COLUMNS = {
    "arm": str,
    **MEASURE_COLUMNS,
    "reference_phase": str,
    "reference_hour": float,
    **_DIFFERENCE_NUMBERS,
}


def contrasts(arms: Sequence[ManifestArm], references: Mapping[str, str] | None = None) -> tuple[Contrast, ...]:
    """The contrasts of a study: each arm against the arms that are at the baseline in one respect and else equal.

    Parameters
    ----------
    arms
        In the order of the manifest.
    references
        Arm -> the reference it is compared with instead.

    Raises
    ------
    UserError
        For a name that no arm has, with the nearest ones.
    """
    names = [arm.name for arm in arms]
    for name in (*(references or {}), *(references or {}).values()):
        if name not in names:
            raise unknown_name("arm", name, names)
    found = []
    for arm in arms:
        if references and arm.name in references:
            found.append(Contrast("chosen", arm.name, references[arm.name]))
            continue
        for kind, baseline in BASELINES.items():
            others = [other.name for other in arms if _differs_in(kind, baseline, arm, other)]
            found += [Contrast(kind, arm.name, other) for other in others[:1]]
    return tuple(found)


def samples(table: pd.DataFrame, by_day: bool = False) -> Samples:
    """The rows of a long table by arm, measure and animal.

    Parameters
    ----------
    table
        With the columns `results.comparison.gathering.LONG_COLUMNS`, one row for each value. Repetitions are averaged,
        values that are not finite left out.
    by_day
        Whether all hours of a day count as repetitions of one measure, which then has hour 0.
    """
    values: dict[str, dict[Measure, dict[int, list[Sample]]]] = {}
    for row in rows_of(table):
        if np.isfinite(row["value"]):
            measure = Measure(*(row[name] for name in Measure._fields))
            measure = measure._replace(hour=0.0) if by_day else measure
            animals = values.setdefault(row["arm"], {}).setdefault(measure, {})
            animals.setdefault(row["animal"], []).append(Sample(row["value"], row["censored"]))
    return {
        arm: {measure: {k: _mean(found) for k, found in animals.items()} for measure, animals in measures.items()}
        for arm, measures in values.items()
    }


def summary(found: Samples) -> pd.DataFrame:
    """Table of the arms: for each arm and measure n, mean, SEM, 95 % t interval and animals at the cut-off."""
    return frame_of(SUMMARY_COLUMNS, [row for arm, measures in found.items() for row in _summary_rows(arm, measures)])


def differences(found: Samples, wanted: Iterable[Contrast]) -> pd.DataFrame:
    """Table of the contrasts: for each contrast and measure of both arms the paired difference and ratio.

    Animals that were measured at the same time are compared whatever was done to them before, because that is what arms
    may differ in. The column `phase` is that of the arm.
    """
    rows = []
    for contrast in wanted:
        arm, reference = found.get(contrast.arm, {}), found.get(contrast.reference, {})
        untold = {measure._replace(phase=""): measure for measure in reference}
        for measure in _in_order(arm):
            other = measure if measure in reference else untold.get(measure._replace(phase=""))
            numbers = _paired(arm[measure], reference[other]) if other else ()
            if numbers:
                rows.append((contrast.kind, contrast.arm, contrast.reference, *measure, *numbers))
    return frame_of(DIFFERENCE_COLUMNS, rows)


def phase_differences(found: Samples) -> pd.DataFrame:
    """Table of the phases: within each arm and day, the measure after a manipulation minus that before it, paired."""
    rows = []
    for arm, measures in found.items():
        for measure in _in_order(measure for measure in measures if measure.phase):
            before = _before(measure, measures)
            numbers = _paired(measures[measure], measures[before]) if before else ()
            if before and numbers:
                rows.append((arm, *measure, before.phase, before.hour, *numbers))
    return frame_of(PHASE_DIFFERENCE_COLUMNS, rows)


def _differs_in(kind: str, baseline: str, arm: ManifestArm, other: ManifestArm) -> bool:
    same = all(getattr(arm, name) == getattr(other, name) for name in BASELINES if name != kind)
    return same and getattr(arm, kind) != baseline and getattr(other, kind) == baseline


def _mean(found: Sequence[Sample]) -> Sample:
    return Sample(float(np.mean([one.value for one in found])), any(one.censored for one in found))


def _in_order(measures: Iterable[Measure]) -> list[Measure]:
    """Sorted by assay, name and side, then by time; phase "" first."""
    return sorted(measures, key=lambda m: (m.assay, m.name, m.side, m.unit, m.day, m.hour, m.phase))


def _summary_rows(arm: str, measures: Mapping[Measure, Mapping[int, Sample]]) -> Iterator[tuple[Any, ...]]:
    for measure in _in_order(measures):
        animals = measures[measure].values()
        mean = mean_interval(np.array([one.value for one in animals]))
        censored = sum(one.censored for one in animals)
        yield (arm, *measure, mean.n, mean.value, mean.sem, mean.low, mean.high, censored)


def _paired(arm: Mapping[int, Sample], reference: Mapping[int, Sample]) -> tuple[Any, ...]:
    """The columns `_DIFFERENCE_NUMBERS` for the animals that both have; empty without such an animal."""
    animals = sorted(arm.keys() & reference.keys())
    if not animals:
        return ()
    values = np.array([arm[k].value for k in animals])
    references = np.array([reference[k].value for k in animals])
    difference, ratio = paired_difference(values, references), ratio_of_means(values, references)
    censored = sum(arm[k].censored or reference[k].censored for k in animals)
    interval = (difference.value, difference.sem, difference.low, difference.high)
    return (len(animals), *interval, ratio.value, ratio.low, ratio.high, censored)


def _before(measure: Measure, measures: Iterable[Measure]) -> Measure | None:
    """The same measure earlier that day, at best in phase "", else in the last phase before; None without one."""
    earlier = [
        other
        for other in measures
        if other._replace(phase=measure.phase, hour=measure.hour) == measure
        and other.phase != measure.phase
        and other.hour <= measure.hour
    ]
    return max(earlier, key=lambda other: (other.phase == "", other.hour), default=None)
