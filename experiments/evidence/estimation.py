"""Estimates outcomes of findings from animals, with 95 % intervals, and says what a repeated vehicle would show.

Each statistic that a finding may name (`outcome_statistics.STATISTICS`) has its function here, which says which columns
of numbers it needs and how it follows from their means. Animals are paired by number.

What a repeated vehicle shows: the statistic is computed anew from animals that are drawn from one that has no effect.

| statistic | drawn from |
|---|---|
| between an arm and its reference, slope over doses | all groups from the reference |
| since a baseline | both groups from the arm at its baseline |
| between two changes | both groups from the reference, the same animals on both days |
| between two effects | blocked from the arm, blocked_reference from the reference |
| mean, half_effect_day, half_effect_dose | nothing: they have no reference of which an effect would be a change |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from experiments.evidence.finding import Finding
from experiments.evidence.outcome_statistics import ComparedArms
from experiments.evidence.slice_experiments import SliceExperiment
from experiments.evidence.statistic_forms import (
    DRAWS,
    Form,
    Intervals,
    Linear,
    Ratio,
    Resampled,
    first_reached,
    middle_share,
    redrawn_means,
)
from experiments.evidence.value import Value
from results.statistics.intervals import Estimate

#: (arm, value) -> animal number -> its number.
Read = Callable[[str, Value], Mapping[int, float]]
#: Experiment -> animal number -> its number.
ReadSlices = Callable[[SliceExperiment], Mapping[int, float]]
#: Ends between which 95 % of the draws of a repeated vehicle lie; None for a statistic without a reference.
Band: TypeAlias = tuple[float, float] | None


@dataclass(frozen=True)
class Definition:
    """How a statistic is computed.

    Attributes
    ----------
    columns
        (arm, value) of each column of numbers.
    form
        How it follows from their means.
    repeated
        For each column: the column that its animals are drawn from where nothing has an effect, and its group; columns
        of one group are the same animals. Empty for a statistic without a reference.
    """

    columns: tuple[tuple[str, Value], ...]
    form: Form
    repeated: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class AnimalNumbers:
    """The numbers of the animals that an outcome is estimated from.

    Attributes
    ----------
    definition
        Of the statistic.
    values
        (..., animals, columns), without NaN. Axes before these two hold many samples at once.
    """

    definition: Definition
    values: np.ndarray

    @classmethod
    def of_arms(cls, outcome: ComparedArms, read: Read) -> AnimalNumbers:
        """Read what an outcome compares, of the animals that have all of its numbers."""
        assert outcome.value is not None
        definition = _STATISTICS[outcome.statistic](outcome, outcome.value)
        found = [read(arm, value) for arm, value in definition.columns]
        animals = sorted(set.intersection(*(set(numbers) for numbers in found)))
        return cls(definition, _complete([[numbers[animal] for numbers in found] for animal in animals], len(found)))

    @classmethod
    def of_slices(cls, numbers: Mapping[int, float]) -> AnimalNumbers:
        """One number of each animal, of which the mean is wanted."""
        return cls(Definition((), Linear((1.0,))), _complete([[number] for number in numbers.values()], 1))

    @property
    def count(self) -> int:
        """Animals, or pairs of animals."""
        return int(self.values.shape[-2])

    def estimate(self) -> Estimate:
        """The statistic of one sample, with its interval."""
        return Estimate(self.count, *map(_plain, self.intervals()))

    def intervals(self) -> Intervals:
        """The statistic of each sample, with its intervals."""
        if self.count >= 2:
            return self.definition.form.intervals(self.values)
        nothing = np.full(self.values.shape[:-2], np.nan)
        value = self.definition.form.of_means(self.values.mean(axis=-2)) if self.count else nothing
        return Intervals(value, nothing, nothing, nothing)

    def band(self) -> Band:
        """What a repeated vehicle shows, for one sample."""
        ends = self.bands()
        return None if ends is None else (_plain(ends[0]), _plain(ends[1]))

    def bands(self, draws: int = DRAWS) -> np.ndarray | None:
        """What a repeated vehicle shows, for each sample, (..., 2)."""
        if not self.definition.repeated or self.count < 2:
            return None
        means = redrawn_means(self.values, self.definition.repeated, draws)
        return middle_share(self.definition.form.of_means(means))

    def redrawn(self, places: np.ndarray) -> AnimalNumbers:
        """Many samples of the animals at these places, (samples, animals)."""
        return AnimalNumbers(self.definition, self.values[places])


def finding_numbers(finding: Finding, read: Read, measured: ReadSlices) -> Iterator[AnimalNumbers]:
    """Yield what each outcome of a finding is estimated from; read, measured: what gives animals and slices."""
    for outcome in finding.outcomes:
        if outcome.slice is not None:
            yield AnimalNumbers.of_slices(measured(outcome.slice))
        else:
            yield AnimalNumbers.of_arms(outcome, read)


def _plain(number: np.ndarray) -> float:
    """The number as a float; all NaN are one object, so that equal results compare as equal."""
    return np.nan if np.isnan(number) else float(number)


def _complete(rows: list[list[float]], columns: int) -> np.ndarray:
    """The rows without a NaN, (animals, columns)."""
    table = np.array(rows, float).reshape(-1, columns)
    return np.asarray(table[np.isfinite(table).all(axis=1)])


def _mean(outcome: ComparedArms, value: Value) -> Definition:
    return Definition(((outcome.arm, value),), Linear((1.0,)))


def _pair(form: Callable[[ComparedArms], Form]) -> Callable[[ComparedArms, Value], Definition]:
    """A statistic of an arm and its reference."""
    return lambda outcome, value: Definition(
        ((outcome.arm, value), (outcome.reference, value)), form(outcome), ((1, 0), (1, 1))
    )


def _since(form: Callable[[ComparedArms], Form]) -> Callable[[ComparedArms, Value], Definition]:
    """A statistic of an arm and the same arm at its baseline."""
    return lambda outcome, value: Definition(
        ((outcome.arm, value), (outcome.arm, outcome.baseline)), form(outcome), ((1, 0), (1, 1))
    )


def _four(form: Callable[[ComparedArms], Form]) -> Callable[[ComparedArms, Value], Definition]:
    """A statistic of two effects, that of the arm over the reference first."""

    def definition(outcome: ComparedArms, value: Value) -> Definition:
        names = (outcome.arm, outcome.reference, outcome.blocked, outcome.blocked_reference)
        return Definition(tuple((name, value) for name in names), form(outcome), ((0, 0), (1, 1), (0, 2), (1, 3)))

    return definition


def _change_difference(outcome: ComparedArms, value: Value) -> Definition:
    columns = [(name, when) for name in (outcome.arm, outcome.reference) for when in (value, outcome.baseline)]
    return Definition(tuple(columns), Linear((1.0, -1.0, -1.0, 1.0)), ((2, 0), (3, 0), (2, 1), (3, 1)))


def _percent_effect_difference(outcome: ComparedArms) -> Form:
    one = Ratio((1.0, -1.0), (0.0, -1.0), _maximum(outcome), 100.0)
    return Resampled(lambda means: one.of_means(means[..., :2]) - one.of_means(means[..., 2:]))


def _half_effect_day(outcome: ComparedArms, value: Value) -> Definition:
    when = [value.model_copy(update={"day": day}) for day in outcome.days]
    days = np.array(outcome.days, float)

    def until(means: np.ndarray) -> np.ndarray:
        gains = means[..., : len(days)] - means[..., len(days) :]
        half = np.where(gains[..., -1] > 0.0, gains[..., -1] / 2.0, np.inf)
        return np.asarray(np.maximum(first_reached(days, gains, half) - days[0], 0.0))

    columns = tuple((arm, each) for arm in (outcome.arm, outcome.reference) for each in when)
    return Definition(columns, Resampled(until))


def _dose_slope(outcome: ComparedArms, value: Value) -> Definition:
    """Least squares of the means over the logarithm of the dose; the reference says what a vehicle shows."""
    decades = np.log10(list(outcome.doses.values()))
    off = decades - decades.mean()
    columns = (*((arm, value) for arm in outcome.doses), (outcome.reference, value))
    count = len(outcome.doses)
    repeated = tuple((count, group) for group in range(count + 1))
    return Definition(columns, Linear((*(off / (off @ off)).tolist(), 0.0)), repeated)


def _half_effect_dose(outcome: ComparedArms, value: Value) -> Definition:
    """ED50, interpolated on the logarithm of the dose; 0 below the lowest dose, infinite above the highest."""
    rising = sorted(outcome.doses, key=lambda arm: outcome.doses[arm])
    decades = np.log10([outcome.doses[arm] for arm in rising])
    maximum = _maximum(outcome)

    def half(means: np.ndarray) -> np.ndarray:
        reference = means[..., -1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = (means[..., :-1] - reference) / (maximum - reference)
        return np.asarray(10.0 ** first_reached(decades, shares, np.full(shares.shape[:-1], 0.5)))

    return Definition((*((arm, value) for arm in rising), (outcome.reference, value)), Resampled(half))


def _maximum(outcome: ComparedArms) -> float:
    assert outcome.maximum is not None
    return outcome.maximum


_GAIN, _ARM, _REFERENCE = (1.0, -1.0), (1.0, 0.0), (0.0, 1.0)
_STATISTICS: Mapping[str, Callable[[ComparedArms, Value], Definition]] = {
    "mean": _mean,
    "difference": _pair(lambda _: Linear(_GAIN)),
    "ratio": _pair(lambda _: Ratio(_ARM, _REFERENCE)),
    "percent_change": _pair(lambda _: Ratio(_ARM, _REFERENCE, 0.0, 100.0, -100.0)),
    "percent_effect": _pair(lambda outcome: Ratio(_GAIN, (0.0, -1.0), _maximum(outcome), 100.0)),
    "change": _since(lambda _: Linear(_GAIN)),
    "ratio_to_baseline": _since(lambda _: Ratio(_ARM, _REFERENCE)),
    "percent_of_baseline": _since(lambda _: Ratio(_ARM, _REFERENCE, 0.0, 100.0)),
    "percent_of_maximum": _since(lambda outcome: Ratio(_GAIN, (0.0, -1.0), _maximum(outcome), 100.0)),
    "change_difference": _change_difference,
    "effect_difference": _four(lambda _: Linear((1.0, -1.0, -1.0, 1.0))),
    "percent_effect_difference": _four(_percent_effect_difference),
    "percent_blocked": _four(lambda _: Ratio((0.0, 0.0, 1.0, -1.0), (1.0, -1.0, 0.0, 0.0), 0.0, -100.0, 100.0)),
    "half_effect_day": _half_effect_day,
    "dose_slope": _dose_slope,
    "half_effect_dose": _half_effect_dose,
}
