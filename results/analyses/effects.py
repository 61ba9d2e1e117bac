"""Effects of treated arms against their controls, animal by animal: what every analysis of a study begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.keys import stream
from results.comparison.contrasts import Contrast, Measure, Samples
from results.files.folder import ManifestArm
from results.statistics.intervals import CONFIDENCE_LEVEL

#: Resamples of the animals behind every interval for which there is no formula.
RESAMPLES = 1000
#: Animals below which resampling them says nothing.
FEWEST_RESAMPLED = 3


@dataclass(frozen=True)
class AnalysedStudy:
    """A study as the analyses see it.

    Attributes
    ----------
    arms
        In the order of the manifest.
    samples
        Arm -> measure -> animal number -> sample.
    controls
        Name of a treated arm -> its vehicle arm, or the reference that the user chose.
    uninjured
        Name of an arm -> the arm without injury that it is compared with.
    """

    arms: tuple[ManifestArm, ...]
    samples: Samples
    controls: Mapping[str, ManifestArm]
    uninjured: Mapping[str, ManifestArm] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """Arm minus control in one measure, for each pair of animals.

    Attributes
    ----------
    arm, measure
        The treated arm, and what was measured when.
    animals
        Numbers of the n animals that both arms have.
    values
        Differences, (n,), in the unit of the measure.
    censored
        Pairs in which an animal was at the cut-off.
    """

    arm: ManifestArm
    measure: Measure
    animals: tuple[int, ...]
    values: np.ndarray
    censored: int


def study_of(arms: Sequence[ManifestArm], samples: Samples, contrasts: Iterable[Contrast]) -> AnalysedStudy:
    """The study as analyses see it; the control of an arm is the reference of its treatment, or the user's choice."""
    by_name, every = {arm.name: arm for arm in arms}, tuple(contrasts)
    controls = {c.arm: by_name[c.reference] for c in every if c.kind in ("treatment", "chosen")}
    uninjured = {c.arm: by_name[c.reference] for c in every if c.kind == "circuit"}
    return AnalysedStudy(tuple(arms), samples, controls, uninjured)


def effects(study: AnalysedStudy) -> Iterator[Effect]:
    """Yield the effect of every treated arm that has a control, in every measure that both have."""
    for arm in study.arms:
        if arm.name in study.controls:
            for measure in study.samples.get(arm.name, {}):
                effect = effect_of(study, arm, measure)
                if effect is not None:
                    yield effect


def effect_of(study: AnalysedStudy, arm: ManifestArm, measure: Measure) -> Effect | None:
    """The effect of an arm in one measure; None where the arm or its control lacks it."""
    control = study.controls.get(arm.name)
    if control is None:
        return None
    one, other = in_measure(study, arm, measure), in_measure(study, control, measure)
    animals = tuple(sorted(one.keys() & other.keys()))
    if not animals:
        return None
    values = np.array([one[k][0] - other[k][0] for k in animals])
    return Effect(arm, measure, animals, values, sum(one[k][1] or other[k][1] for k in animals))


def in_measure(study: AnalysedStudy, arm: ManifestArm, measure: Measure) -> Mapping[int, tuple[float, bool]]:
    """Animal number -> sample of an arm at the time of a measure, whatever was done before (its phase)."""
    found = study.samples.get(arm.name, {})
    if measure in found:
        return found[measure]
    untold = {known._replace(phase=""): known for known in found}
    same = untold.get(measure._replace(phase=""))
    return found[same] if same is not None else {}


def resamples(n: int, *key: object) -> np.ndarray:
    """Rows of n animals drawn with replacement, (RESAMPLES, n); the same key gives the same draws."""
    return stream("resample", *key).integers(0, n, (RESAMPLES, n))


def about_resamples() -> str:
    """How intervals for which there is no formula were found, and what they are worth: the last line of an analysis."""
    return (
        f"Intervals of curves, doses and days: the middle 95 % of {RESAMPLES:,} draws of the animals with replacement "
        "(percentile bootstrap). Of six animals or fewer they are too narrow: they hold the true value less often than "
        "95 %."
    )


def percentiles(values: np.ndarray, level: float = CONFIDENCE_LEVEL) -> tuple[float, float]:
    """Ends of the middle `level` of values; infinite values count, NaN do not."""
    values = np.sort(values[~np.isnan(values)])
    if not values.size:
        return np.nan, np.nan
    ends = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2], method="inverted_cdf")
    return float(ends[0]), float(ends[1])


def named(measure: Measure) -> str:
    """A measure in words: `paw_pressure_threshold ipsi, day 14 +2 h`."""
    hour = f" {measure.hour:+g} h" if measure.hour else ""
    return f"{' '.join(filter(None, (measure.name, measure.side)))}, day {measure.day}{hour}"
