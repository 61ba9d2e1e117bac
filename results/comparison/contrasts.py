"""Contrasts between arms: which arm is compared with which reference, and the paired differences and ratios.

An arm is compared with every arm that has the baseline value (`BASELINES`) of one of treatment, circuit and
manipulation, and is equal in the other two. Animals are paired by number: animal 3 of both arms has the same cells,
wiring and random numbers, so that the difference is what the arm does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from core.errors import unknown_name
from results.comparison.frames import rows_of
from results.files.folder import ManifestArm

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


def samples(table: pd.DataFrame) -> Samples:
    """The values of assays by arm, measure and animal.

    Parameters
    ----------
    table
        As `results.study.StudyResults.assays`, one row for each value. Repetitions are averaged, values that are not
        finite left out.
    """
    values: dict[str, dict[Measure, dict[int, list[Sample]]]] = {}
    for row in rows_of(table):
        if np.isfinite(row["value"]):
            measure = Measure(*(row[name] for name in Measure._fields))
            animals = values.setdefault(row["arm"], {}).setdefault(measure, {})
            animals.setdefault(row["animal"], []).append(Sample(row["value"], row["censored"]))
    return {
        arm: {measure: {k: _mean(found) for k, found in animals.items()} for measure, animals in measures.items()}
        for arm, measures in values.items()
    }


def _differs_in(kind: str, baseline: str, arm: ManifestArm, other: ManifestArm) -> bool:
    same = all(getattr(arm, name) == getattr(other, name) for name in BASELINES if name != kind)
    return same and getattr(arm, kind) != baseline and getattr(other, kind) == baseline


def _mean(found: Sequence[Sample]) -> Sample:
    return Sample(float(np.mean([one.value for one in found])), any(one.censored for one in found))
