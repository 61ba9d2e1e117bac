"""Contrasts between arms: which arm is compared with which reference, and the paired differences and ratios.

An arm is compared with every arm that has the baseline value (`BASELINES`) of one of treatment, circuit and
manipulation, and is equal in the other two. Where several values are a baseline, the first that an arm has is taken: a
circuit is compared with sham, and without sham animals with naive ones. Animals are paired by number: animal 3 of both
arms has the same cells, wiring and random numbers, so that the difference is what the arm does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from core.errors import unknown_name
from results.comparison.frames import rows_of
from results.files.folder import ManifestArm
from results.files.several import FiledStudy

#: Circuits without an injury; the first is the better reference.
UNINJURED = ("sham", "naive")
#: Key of an arm -> its values without drug, injury or manipulation, the best reference of a contrast first.
BASELINES: Mapping[str, tuple[str, ...]] = {"treatment": ("vehicle",), "circuit": UNINJURED, "manipulation": ("",)}


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

    kind says in what they differ: "treatment", "circuit" or "manipulation"; "folder" for one arm in two folders,
    "chosen" for a reference of the user. paired: whether animals of one number are the same animal in both.
    """

    kind: str
    arm: str
    reference: str
    paired: bool = True


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
    _check_references(arms, references)
    return tuple(found for arm in arms for found in _of_arm(arm, arms, references))


def contrasts_of(study: FiledStudy, references: Mapping[str, str] | None = None) -> tuple[Contrast, ...]:
    """The contrasts of a study folder, as `contrasts`, or of several folders.

    Of several an arm is compared with a reference of its own folder, and with one of another where its own has none;
    and with itself in an earlier folder.
    """
    arms, origin = study.manifest.arms, study.origin
    _check_references(arms, references)
    found: list[Contrast] = []
    for arm in arms:
        near = sorted(arms, key=lambda other: origin[other.name] != origin[arm.name])
        found += _of_arm(arm, near, references)
        if arm.name not in (references or {}):
            found += [Contrast("folder", name, other) for name, other in study.alike if name == arm.name]
    return tuple(replace(each, paired=study.twins[each.arm] == study.twins[each.reference]) for each in found)


def _check_references(arms: Sequence[ManifestArm], references: Mapping[str, str] | None) -> None:
    names = [arm.name for arm in arms]
    for name in (*(references or {}), *(references or {}).values()):
        if name not in names:
            raise unknown_name("arm", name, names)


def _of_arm(arm: ManifestArm, arms: Sequence[ManifestArm], references: Mapping[str, str] | None) -> Iterator[Contrast]:
    if references and arm.name in references:
        yield Contrast("chosen", arm.name, references[arm.name])
        return
    for kind in BASELINES:
        if (other := counterpart(kind, arm, arms)) is not None:
            yield Contrast(kind, arm.name, other.name)


def counterpart(kind: str, arm: ManifestArm, arms: Sequence[ManifestArm]) -> ManifestArm | None:
    """The arm that is at the baseline in one respect (a key of `BASELINES`), and else equal; None without one.

    A baseline has only better ones for a reference: sham has none, naive has sham.
    """
    same = [other for other in arms if all(getattr(arm, k) == getattr(other, k) for k in BASELINES if k != kind)]
    for baseline in BASELINES[kind]:
        if getattr(arm, kind) == baseline:
            return None
        for other in same:
            if getattr(other, kind) == baseline:
                return other
    return None


def alone(arms: Sequence[ManifestArm], found: Sequence[Contrast]) -> tuple[str, ...]:
    """Names of arms that no contrast has, though they have a treatment, an injury or a manipulation."""
    told = {name for contrast in found for name in (contrast.arm, contrast.reference)}
    plain = [arm.name for arm in arms if all(getattr(arm, kind) in values for kind, values in BASELINES.items())]
    return tuple(arm.name for arm in arms if arm.name not in told and arm.name not in plain)


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


def _mean(found: Sequence[Sample]) -> Sample:
    return Sample(float(np.mean([one.value for one in found])), any(one.censored for one in found))
