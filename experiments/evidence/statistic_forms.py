"""How a statistic follows from the means of columns of numbers, and its 95 % interval over animals.

The numbers are an array (..., animals, columns): one column for each arm and time. Axes before these two hold many
samples at once. A statistic is linear in the means (Student's t), a ratio of two that are (Fieller), or any other
function of them (animals drawn anew).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from results.statistics.intervals import CONFIDENCE_LEVEL, fieller, t_quantile

DRAWS = 2000
_SEED = 1


class Intervals(NamedTuple):
    """A statistic of one or many samples with its 95 % interval, each (...); NaN where there is none."""

    value: np.ndarray
    sem: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Form(Protocol):
    """How a statistic follows from means (..., columns), and its intervals from numbers (..., animals, columns)."""

    def of_means(self, means: np.ndarray) -> np.ndarray:
        """The statistic, (...)."""

    def intervals(self, numbers: np.ndarray) -> Intervals:
        """The statistic with its intervals; of two animals or more."""


@dataclass(frozen=True)
class Linear:
    """Sum of the means times `weights`, one for each column."""

    weights: Sequence[float]

    def of_means(self, means: np.ndarray) -> np.ndarray:
        """The statistic, (...)."""
        return np.asarray(means @ np.array(self.weights))

    def intervals(self, numbers: np.ndarray) -> Intervals:
        """Student's t intervals."""
        sums = self.of_means(numbers)
        n = sums.shape[-1]
        mean, sem = sums.mean(axis=-1), sums.std(axis=-1, ddof=1) / np.sqrt(n)
        half = t_quantile(n - 1) * sem
        return Intervals(mean, sem, mean - half, mean + half)


@dataclass(frozen=True)
class Ratio:
    """offset + scale x (sum of the means times `above`) / (constant + sum of the means times `below`)."""

    above: Sequence[float]
    below: Sequence[float]
    constant: float = 0.0
    scale: float = 1.0
    offset: float = 0.0

    def of_means(self, means: np.ndarray) -> np.ndarray:
        """The statistic, (...); NaN over 0."""
        above, below = np.moveaxis(self._parts(means), -1, 0)
        return self._scaled(above / np.where(below == 0.0, np.nan, below))

    def intervals(self, numbers: np.ndarray) -> Intervals:
        """Fieller's intervals; NaN where the sum below is not distinguishable from 0."""
        parts = self._parts(numbers)
        n = parts.shape[-2]
        means = parts.mean(axis=-2)
        off = parts - means[..., None, :]
        covariance = np.swapaxes(off, -1, -2) @ off / (n - 1) / n
        ends = [self._scaled(end) for end in fieller(means, covariance, t_quantile(n - 1))]
        value = self.of_means(numbers.mean(axis=-2))
        return Intervals(value, np.full_like(value, np.nan), np.minimum(*ends), np.maximum(*ends))

    def _parts(self, numbers: np.ndarray) -> np.ndarray:
        return np.asarray(numbers @ np.array([self.above, self.below]).T + [0.0, self.constant])

    def _scaled(self, ratio: np.ndarray) -> np.ndarray:
        return np.asarray(self.offset + self.scale * ratio)


@dataclass(frozen=True)
class Resampled:
    """Any function of the means; infinite where the statistic lies beyond what was measured."""

    function: Callable[[np.ndarray], np.ndarray]

    def of_means(self, means: np.ndarray) -> np.ndarray:
        """The statistic, (...)."""
        return self.function(means)

    def intervals(self, numbers: np.ndarray) -> Intervals:
        """Intervals of animals drawn anew; NaN where an end lies beyond what was measured."""
        columns = numbers.shape[-1]
        drawn = self.function(redrawn_means(numbers, [(k, 0) for k in range(columns)], DRAWS))
        low, high = np.moveaxis(middle_share(drawn), -1, 0)
        bounded = np.isfinite(low) & np.isfinite(high)
        value = self.function(numbers.mean(axis=-2))
        spread = np.std(np.where(np.isfinite(drawn), drawn, np.nan), axis=-1)
        sem = np.where(bounded, spread, np.nan)
        return Intervals(_finite(value), sem, np.where(bounded, low, np.nan), np.where(bounded, high, np.nan))


def redrawn_means(numbers: np.ndarray, plan: Sequence[tuple[int, int]], draws: int) -> np.ndarray:
    """Means of as many animals, drawn from them with replacement, with a fixed seed.

    Parameters
    ----------
    numbers
        Of the animals, (..., animals, columns). Deviations from the mean are widened by sqrt(n / (n - 1)), because the
        animals of a sample lie nearer to their own mean than to the true one.
    plan
        For each column that is wanted: the column that it is drawn from, and its group. Columns of one group are the
        same animals, those of different groups are drawn independently.
    draws
        How many.

    Returns
    -------
    array
        (..., draws, columns of the plan).
    """
    n = numbers.shape[-2]
    means = numbers.mean(axis=-2, keepdims=True)
    widened = np.ascontiguousarray(np.moveaxis(means + (numbers - means) * np.sqrt(n / (n - 1)), -1, 0))
    weights = _weights(n, 1 + max(group for _, group in plan), draws)
    # Not as matrix products, whose threads wait for one another where processors are busy.
    return np.stack([np.einsum("...n,nd->...d", widened[source], weights[group]) for source, group in plan], axis=-1)


def middle_share(drawn: np.ndarray) -> np.ndarray:
    """Ends between which 95 % of the draws lie, (..., draws) -> (..., 2); NaN counts as above all."""
    count = drawn.shape[-1]
    below = round((0.5 - CONFIDENCE_LEVEL / 2) * count)
    ends = [below, count - 1 - below]
    return np.asarray(np.partition(drawn, ends, axis=-1)[..., ends])


def first_reached(at: np.ndarray, course: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Where courses first reach a level, interpolated linearly.

    Parameters
    ----------
    at
        Rising places of the points, (points,).
    course
        Heights there, (..., points).
    level
        (...).

    Returns
    -------
    array
        (...); -inf where the first point reaches it already, inf where none does.
    """
    reached = course >= level[..., None]
    after = reached.argmax(axis=-1)
    before = np.maximum(after - 1, 0)
    low, high = (np.take_along_axis(course, k[..., None], axis=-1)[..., 0] for k in (before, after))
    with np.errstate(divide="ignore", invalid="ignore"):
        place = at[before] + (level - low) / (high - low) * (at[after] - at[before])
    return np.select([~reached.any(axis=-1), after == 0], [np.inf, -np.inf], place)


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


@lru_cache(maxsize=32)
def _weights(n: int, groups: int, draws: int) -> np.ndarray:
    """Share of each animal in each draw of each group, (groups, n, draws)."""
    generator = np.random.default_rng(_SEED)
    drawn = generator.multinomial(n, np.full(n, 1.0 / n), size=(groups, draws))
    return np.ascontiguousarray(np.swapaxes(drawn, -1, -2)) / n
