"""Which arm is compared with which, and every animal's number beside that of its namesake in the other arm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from core.errors import unknown_name
from results.folder import ManifestArm
from results.statistics import mean_interval, paired_difference, ratio_of_means
from results.tables import Table

#: What an arm without injury, drug or manipulation says of itself: where contrasts have their zero.
BASELINES = {"treatment": "vehicle", "circuit": "sham", "manipulation": ""}


class Measure(NamedTuple):
    """What was measured and when; animals of all arms that share it are comparable."""

    assay: str
    name: str
    side: str
    phase: str
    unit: str
    day: int
    hour: float


class Sample(NamedTuple):
    """One animal's number: the mean of its repetitions; censored where any of them was."""

    value: float
    censored: bool


@dataclass(frozen=True)
class Contrast:
    """`arm` minus `reference`; kind: in what they differ (treatment, circuit, manipulation, or "chosen")."""

    kind: str
    arm: str
    reference: str


#: arm -> measure -> animal -> sample
Samples = Mapping[str, Mapping[Measure, Mapping[int, Sample]]]

_MEASURE = {"assay": str, "name": str, "side": str, "phase": str, "unit": str, "day": int, "hour": float}
SUMMARY = {
    "arm": str,
    **_MEASURE,
    "n": int,
    "mean": float,
    "sem": float,
    "low": float,
    "high": float,
    "censored": int,
}
_DIFFERENCE = {
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
DIFFERENCES = {"contrast": str, "arm": str, "reference": str, **_MEASURE, **_DIFFERENCE}
PHASE_DIFFERENCES = {"arm": str, **_MEASURE, "reference_phase": str, "reference_hour": float, **_DIFFERENCE}


def contrasts(arms: Sequence[ManifestArm], references: Mapping[str, str] | None = None) -> tuple[Contrast, ...]:
    """Each arm against those at the baseline of one of treatment, circuit, manipulation and equal in the other two.

    `references` (arm -> reference) replaces that choice for the arms it names. Raises UserError for a name no arm has.
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


def samples(table: Table, by_day: bool = False) -> Samples:
    """The rows of a long table by arm, measure and animal; repetitions are averaged, missing values left out.

    by_day: the hours of a day count as repetitions, and its measure has hour 0.
    """
    values: dict[str, dict[Measure, dict[int, list[Sample]]]] = {}
    for row in table.rows():
        if np.isfinite(row["value"]):
            measure = Measure(*(row[name] for name in Measure._fields))
            measure = measure._replace(hour=0.0) if by_day else measure
            animals = values.setdefault(row["arm"], {}).setdefault(measure, {})
            animals.setdefault(row["animal"], []).append(Sample(row["value"], row["censored"]))
    return {
        arm: {measure: {k: _mean(found) for k, found in animals.items()} for measure, animals in measures.items()}
        for arm, measures in values.items()
    }


def summary(found: Samples) -> Table:
    """Per arm and measure: n, mean, SEM, 95 % t interval, and how many animals were at the cut-off."""
    return Table.of_rows(SUMMARY, [row for arm, measures in found.items() for row in _summary_rows(arm, measures)])


def differences(found: Samples, wanted: Iterable[Contrast]) -> Table:
    """Per contrast and measure both arms have: difference and ratio, paired by animal number. Animals measured at one
    time are compared whatever was injected before, which is what arms may differ in; the phase is that of the arm.
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
    return Table.of_rows(DIFFERENCES, rows)


def phase_differences(found: Samples) -> Table:
    """Within an arm and a day: after something was done against before it, paired by animal number."""
    rows = []
    for arm, measures in found.items():
        for measure in _in_order(measure for measure in measures if measure.phase):
            before = _before(measure, measures)
            numbers = _paired(measures[measure], measures[before]) if before else ()
            if before and numbers:
                rows.append((arm, *measure, before.phase, before.hour, *numbers))
    return Table.of_rows(PHASE_DIFFERENCES, rows)


def _differs_in(kind: str, baseline: str, arm: ManifestArm, other: ManifestArm) -> bool:
    same = all(getattr(arm, name) == getattr(other, name) for name in BASELINES if name != kind)
    return same and getattr(arm, kind) != baseline and getattr(other, kind) == baseline


def _mean(found: Sequence[Sample]) -> Sample:
    return Sample(float(np.mean([one.value for one in found])), any(one.censored for one in found))


def _in_order(measures: Iterable[Measure]) -> list[Measure]:
    """By assay, name and side, then by time; the untouched animal first."""
    return sorted(measures, key=lambda m: (m.assay, m.name, m.side, m.unit, m.day, m.hour, m.phase))


def _summary_rows(arm: str, measures: Mapping[Measure, Mapping[int, Sample]]) -> Iterator[tuple[Any, ...]]:
    for measure in _in_order(measures):
        animals = measures[measure].values()
        mean = mean_interval(np.array([one.value for one in animals]))
        censored = sum(one.censored for one in animals)
        yield (arm, *measure, mean.n, mean.value, mean.sem, mean.low, mean.high, censored)


def _paired(arm: Mapping[int, Sample], reference: Mapping[int, Sample]) -> tuple[Any, ...]:
    """The columns of _DIFFERENCE for the animals both have; none without such an animal."""
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
    """The same measure on the same day before, of the untouched animal if there is one, else of the phase before."""
    earlier = [
        other
        for other in measures
        if other._replace(phase=measure.phase, hour=measure.hour) == measure
        and other.phase != measure.phase
        and other.hour <= measure.hour
    ]
    return max(earlier, key=lambda other: (other.phase == "", other.hour), default=None)
