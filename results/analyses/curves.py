"""Dose-response data: the values of the same animals at several doses of a drug or of a fixed mixture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.doses import parse_dose
from core.schedules import PER_DAY
from results.analyses.effects import FEWEST_RESAMPLED, AnalysedStudy, in_measure, resamples
from results.analyses.hill import Hill, fit
from results.comparison.contrasts import Measure
from results.files.folder import DosingRecord, ManifestArm
from results.statistics.intervals import Estimate, mean_interval

#: A curve needs so many different doses above 0.
FEWEST_DOSES = 3


@dataclass(frozen=True)
class Curve:
    """Values of n animals at k doses.

    Attributes
    ----------
    arms
        One for each dose, vehicle first.
    measure
        What was measured when.
    doses
        Rising, (k,), the first 0 (vehicle), in `unit`.
    animals
        Numbers of the animals that were measured at all doses.
    values
        In the unit of the measure, (n, k).
    censored
        Animals at the cut-off at each dose, (k,).
    """

    arms: tuple[ManifestArm, ...]
    measure: Measure
    doses: np.ndarray
    unit: str
    animals: tuple[int, ...]
    values: np.ndarray
    censored: np.ndarray

    @cached_property
    def trend(self) -> Estimate:
        """Mean slope over the ranks of the doses: what one step of dose adds, with a t interval over animals."""
        ranks = np.arange(self.doses.size) - (self.doses.size - 1) / 2
        return mean_interval(self.values @ ranks / (ranks @ ranks))

    @property
    def flat(self) -> bool:
        """Whether the interval of the trend holds 0, or is missing: the effect is not distinguishable from zero."""
        return not (self.trend.low > 0 or self.trend.high < 0)

    @cached_property
    def best(self) -> Hill:
        """The curve fitted to the means."""
        return fit(self.doses, self.values.mean(axis=0))

    @cached_property
    def resampled(self) -> tuple[Hill, ...]:
        """Curves fitted to the means of resampled animals; none where animals are too few to resample."""
        n = len(self.animals)
        if n < FEWEST_RESAMPLED:
            return ()
        rows = resamples(n, *self.measure)
        return tuple(fit(self.doses, self.values[some].mean(axis=0), self.best) for some in rows)

    @property
    def lowest(self) -> float:
        """The lowest dose above 0."""
        return float(self.doses[1])

    @property
    def highest(self) -> float:
        """The highest dose."""
        return float(self.doses[-1])


def curve(study: AnalysedStudy, arms: Mapping[float, ManifestArm], unit: str, measure: Measure) -> Curve | None:
    """The curve of arms by their dose, and of their common vehicle arm; None where too few doses were measured."""
    controls = {study.controls[arm.name].name: study.controls[arm.name] for arm in arms.values()}
    if len(arms) < FEWEST_DOSES or len(controls) != 1:
        return None
    by_dose = {0.0: next(iter(controls.values())), **dict(sorted(arms.items()))}
    found = {dose: in_measure(study, arm, measure) for dose, arm in by_dose.items()}
    animals = tuple(sorted(set.intersection(*(set(one) for one in found.values()))))
    if not animals:
        return None
    values = np.array([[one[k][0] for one in found.values()] for k in animals])
    censored = np.array([sum(one[k][1] for k in animals) for one in found.values()])
    return Curve(tuple(by_dose.values()), measure, np.array(list(by_dose)), unit, animals, values, censored)


def milligrams(record: DosingRecord) -> tuple[float, str]:
    """A dose as (amount, unit): (10.0, "mg/kg"), (0.03, "mg"), (5.0, "mg/kg per day")."""
    dose = parse_dose(record.dose)
    unit = "mg/kg" if dose.per_kilogram else "mg"
    return dose.milligram, f"{unit} per day" if record.schedule in PER_DAY else unit


def measures_of(study: AnalysedStudy, arms: Iterable[ManifestArm]) -> list[Measure]:
    """The measures that all these arms have, whatever their phase, sorted by time."""
    names = [{m._replace(phase="") for m in study.samples.get(arm.name, {})} for arm in arms]
    shared = set.intersection(*names) if names else set()
    return sorted(shared, key=lambda m: (m.assay, m.name, m.side, m.day, m.hour))
