"""Estimates outcomes of findings from animals: mean, difference, ratio, per cent, day of half effect; with intervals.

Each statistic that a finding may name (`outcome_statistics.STATISTICS`) has its function here. Animals are paired by
number, and intervals are of 95 % over animals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from experiments.evidence.outcome_statistics import ComparedArms, Value
from results.statistics.intervals import CONFIDENCE_LEVEL, Estimate, mean_interval, paired_difference, ratio_of_means

#: (arm, value) -> animal number -> its number.
Read = Callable[[str, Value], Mapping[int, float]]
_ONSET_RESAMPLES = 2000


def estimate(outcome: ComparedArms, read: Read) -> Estimate:
    """Estimate an outcome that reads from a study.

    Parameters
    ----------
    outcome
        With the statistic and the arms that it compares.
    read
        Gives the number of each animal of an arm.

    Returns
    -------
    Estimate
        In the unit of the outcome, with its 95 % interval.
    """
    assert outcome.value is not None
    return _STATISTICS[outcome.statistic](outcome, outcome.value, read)


def mean_of_animals(values: Mapping[int, float]) -> Estimate:
    """Mean of one number of each animal; the interval of a number that does not vary has no width."""
    return mean_interval(np.array(list(values.values())))


def _paired(read: Read, *wanted: tuple[str, Value]) -> list[np.ndarray]:
    """For each (arm, value) an array (n,) of the animals that all of them have, in the same order."""
    found = [read(arm, value) for arm, value in wanted]
    animals = sorted(set.intersection(*(set(values) for values in found)))
    return [np.array([values[animal] for animal in animals]) for values in found]


def _mean(outcome: ComparedArms, value: Value, read: Read) -> Estimate:
    return mean_of_animals(read(outcome.arm, value))


def _difference(outcome: ComparedArms, value: Value, read: Read) -> Estimate:
    arm, reference = _paired(read, (outcome.arm, value), (outcome.reference, value))
    return paired_difference(arm, reference)


def _ratio(outcome: ComparedArms, value: Value, read: Read) -> Estimate:
    arm, reference = _paired(read, (outcome.arm, value), (outcome.reference, value))
    return ratio_of_means(arm, reference)


def _percent_change(outcome: ComparedArms, value: Value, read: Read) -> Estimate:
    return _linear(_ratio(outcome, value, read), 100.0, -100.0)


def _percent_of_baseline(outcome: ComparedArms, value: Value, read: Read) -> Estimate:
    before = value.model_copy(update={"day": outcome.baseline_day})
    after, baseline = _paired(read, (outcome.arm, value), (outcome.arm, before))
    return _linear(ratio_of_means(after, baseline), 100.0, 0.0)


def _percent_effect(outcome: ComparedArms, value: Value, read: Read) -> Estimate:
    arm, reference = _paired(read, (outcome.arm, value), (outcome.reference, value))
    assert outcome.maximum is not None
    return _linear(ratio_of_means(arm - reference, outcome.maximum - reference), 100.0, 0.0)


def _percent_blocked(outcome: ComparedArms, value: Value, read: Read) -> Estimate:
    names = (outcome.arm, outcome.reference, outcome.blocked, outcome.blocked_reference)
    arm, reference, blocked, blocked_reference = _paired(read, *((name, value) for name in names))
    return _linear(ratio_of_means(blocked - blocked_reference, arm - reference), -100.0, 100.0)


def _half_effect_day(outcome: ComparedArms, value: Value, read: Read) -> Estimate:
    """Days to half of the last gain of the means; the interval is from resampled animals."""
    days = np.array(outcome.days, float)
    gains = []
    for day in outcome.days:
        arm, reference = _paired(
            read, *((name, value.model_copy(update={"day": day})) for name in (outcome.arm, outcome.reference))
        )
        gains.append(arm - reference)
    table = np.array(gains)
    generator = np.random.default_rng(1)
    n = table.shape[1]
    drawn = np.array(
        [_half_time(days, table[:, generator.integers(0, n, n)].mean(axis=1)) for _ in range(_ONSET_RESAMPLES)]
    )
    if np.isfinite(drawn).mean() < CONFIDENCE_LEVEL:
        return Estimate(n, _half_time(days, table.mean(axis=1)), np.nan, np.nan, np.nan)
    low, high = np.nanquantile(drawn, (0.5 - CONFIDENCE_LEVEL / 2, 0.5 + CONFIDENCE_LEVEL / 2))
    return Estimate(n, _half_time(days, table.mean(axis=1)), float(np.nanstd(drawn)), float(low), float(high))


def _half_time(days: np.ndarray, gain: np.ndarray) -> float:
    """Days from the first one to half of the last gain, interpolated; NaN where the last gain is not above 0."""
    half = gain[-1] / 2.0
    if half <= 0.0:
        return float("nan")
    k = int(np.argmax(gain >= half))
    if k == 0:
        return 0.0
    share = (half - gain[k - 1]) / (gain[k] - gain[k - 1])
    return float(days[k - 1] + share * (days[k] - days[k - 1]) - days[0])


def _linear(estimate: Estimate, factor: float, offset: float) -> Estimate:
    ends = sorted((factor * estimate.low + offset, factor * estimate.high + offset))
    return replace(estimate, value=factor * estimate.value + offset, low=ends[0], high=ends[1])


_STATISTICS: Mapping[str, Callable[[ComparedArms, Value, Read], Estimate]] = {
    "mean": _mean,
    "difference": _difference,
    "ratio": _ratio,
    "percent_change": _percent_change,
    "percent_of_baseline": _percent_of_baseline,
    "percent_effect": _percent_effect,
    "percent_blocked": _percent_blocked,
    "half_effect_day": _half_effect_day,
}
