"""Means, paired differences and ratios with their intervals; the animal is the unit, never the neuron."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number and its interval. sem: standard error of the mean; low, high: interval, NaN where none exists."""

    n: int
    value: float
    sem: float
    low: float
    high: float


def mean_interval(values: np.ndarray, level: float = LEVEL) -> Estimate:
    """Mean of `values` (n,) with Student's t interval; NaNs are left out. One value has no interval, none no mean."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    n = values.size
    if n == 0:
        return Estimate(0, np.nan, np.nan, np.nan, np.nan)
    mean = float(values.mean())
    if n == 1:
        return Estimate(1, mean, np.nan, np.nan, np.nan)
    sem = float(values.std(ddof=1)) / float(np.sqrt(n))
    half = float(stats.t.ppf(0.5 + level / 2, n - 1)) * sem
    return Estimate(n, mean, sem, mean - half, mean + half)


def paired_difference(values: np.ndarray, references: np.ndarray, level: float = LEVEL) -> Estimate:
    """Mean of `values - references`, pair by pair (n,), with Student's t interval of the differences."""
    return mean_interval(np.asarray(values, float) - np.asarray(references, float), level)


def ratio_of_means(values: np.ndarray, references: np.ndarray, level: float = LEVEL) -> Estimate:
    """mean(values) / mean(references) of pairs (n,) with Fieller's interval (Fieller 1954).

    The interval is NaN where it is not bounded: where the mean of the references does not differ from 0 at
    that level, and for fewer than two pairs. sem is NaN; the interval is not symmetric.
    """
    pairs = np.column_stack([np.asarray(values, float), np.asarray(references, float)])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    n = len(pairs)
    above, below = pairs.mean(axis=0) if n else (np.nan, np.nan)
    ratio = float(above / below) if below != 0 else np.nan
    if n < 2:
        return Estimate(n, ratio, np.nan, np.nan, np.nan)
    covariance = np.cov(pairs, rowvar=False) / n
    low, high = _fieller(float(above), float(below), covariance, float(stats.t.ppf(0.5 + level / 2, n - 1)))
    return Estimate(n, ratio, np.nan, low, high)


def _fieller(above: float, below: float, covariance: np.ndarray, t: float) -> tuple[float, float]:
    """The roots r of (above - r below)^2 = t^2 Var(above - r below), between which every ratio is accepted."""
    square = below**2 - t**2 * covariance[1, 1]
    middle = above * below - t**2 * covariance[0, 1]
    constant = above**2 - t**2 * covariance[0, 0]
    if square <= 0:
        return np.nan, np.nan
    root = np.sqrt(max(middle**2 - square * constant, 0.0))
    return float((middle - root) / square), float((middle + root) / square)
