"""The statistics that findings may name: each an estimate with its 95 % interval over animals, paired by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from experiments.evidence.finding import Outcome, Value
from results.statistics import LEVEL, Estimate, mean_interval, paired_difference, ratio_of_means

#: arm, value -> the number of each animal.
Read = Callable[[str, Value], Mapping[int, float]]
_RESAMPLES = 2000


def estimated(outcome: Outcome, read: Read) -> Estimate:
    """The statistic of an outcome that reads from a study."""
    assert outcome.value is not None
    return _STATISTICS[outcome.statistic](outcome, outcome.value, read)


def of_animals(values: Mapping[int, float]) -> Estimate:
    """The mean of one number of each animal; a number that does not vary is its own interval."""
    return mean_interval(np.array(list(values.values())))


def _paired(read: Read, *wanted: tuple[str, Value]) -> list[np.ndarray]:
    """One array for each arm and value, of the animals that all of them have, in one order."""
    found = [read(arm, value) for arm, value in wanted]
    animals = sorted(set.intersection(*(set(values) for values in found)))
    return [np.array([values[animal] for animal in animals]) for values in found]


def _mean(outcome: Outcome, value: Value, read: Read) -> Estimate:
    return of_animals(read(outcome.arm, value))


def _difference(outcome: Outcome, value: Value, read: Read) -> Estimate:
    arm, reference = _paired(read, (outcome.arm, value), (outcome.reference, value))
    return paired_difference(arm, reference)


def _ratio(outcome: Outcome, value: Value, read: Read) -> Estimate:
    arm, reference = _paired(read, (outcome.arm, value), (outcome.reference, value))
    return ratio_of_means(arm, reference)


def _percent_change(outcome: Outcome, value: Value, read: Read) -> Estimate:
    return _linear(_ratio(outcome, value, read), 100.0, -100.0)


def _percent_of_baseline(outcome: Outcome, value: Value, read: Read) -> Estimate:
    before = value.model_copy(update={"day": outcome.baseline_day})
    after, baseline = _paired(read, (outcome.arm, value), (outcome.arm, before))
    return _linear(ratio_of_means(after, baseline), 100.0, 0.0)


def _percent_effect(outcome: Outcome, value: Value, read: Read) -> Estimate:
    arm, reference = _paired(read, (outcome.arm, value), (outcome.reference, value))
    assert outcome.maximum is not None
    return _linear(ratio_of_means(arm - reference, outcome.maximum - reference), 100.0, 0.0)


def _percent_blocked(outcome: Outcome, value: Value, read: Read) -> Estimate:
    names = (outcome.arm, outcome.reference, outcome.blocked, outcome.blocked_reference)
    arm, reference, blocked, blocked_reference = _paired(read, *((name, value) for name in names))
    return _linear(ratio_of_means(blocked - blocked_reference, arm - reference), -100.0, 100.0)


def _half_effect_day(outcome: Outcome, value: Value, read: Read) -> Estimate:
    """Days to half of the last gain, from the means of all animals; the interval is that of resampled animals."""
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
    drawn = np.array([_half_time(days, table[:, generator.integers(0, n, n)].mean(axis=1)) for _ in range(_RESAMPLES)])
    if np.isfinite(drawn).mean() < LEVEL:
        return Estimate(n, _half_time(days, table.mean(axis=1)), np.nan, np.nan, np.nan)
    low, high = np.nanquantile(drawn, (0.5 - LEVEL / 2, 0.5 + LEVEL / 2))
    return Estimate(n, _half_time(days, table.mean(axis=1)), float(np.nanstd(drawn)), float(low), float(high))


def _half_time(days: np.ndarray, gain: np.ndarray) -> float:
    """When a gain first passes half of its last value, interpolated; NaN where there is no gain in the end."""
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


_STATISTICS: Mapping[str, Callable[[Outcome, Value, Read], Estimate]] = {
    "mean": _mean,
    "difference": _difference,
    "ratio": _ratio,
    "percent_change": _percent_change,
    "percent_of_baseline": _percent_of_baseline,
    "percent_effect": _percent_effect,
    "percent_blocked": _percent_blocked,
    "half_effect_day": _half_effect_day,
}
