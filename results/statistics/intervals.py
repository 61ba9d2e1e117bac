"""Statistics over animals: means, paired differences and ratios, each with its 95 % confidence interval.

The animal is the unit of all statistics, never the neuron. Animals of one number in two arms are the same animal, so
that arms are compared in pairs. Intervals are not corrected for their number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Share of repeated experiments whose interval holds the true number.
CONFIDENCE_LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number estimated from animals, with its confidence interval.

    Attributes
    ----------
    n
        Animals, or pairs of animals, it is estimated from.
    value
        The estimate; NaN without an animal.
    sem
        Standard error of the mean; NaN where there is none, as of a ratio.
    low, high
        Ends of the interval; NaN where there is none, as of a single animal.
    """

    n: int
    value: float
    sem: float
    low: float
    high: float


def mean_interval(values: np.ndarray, level: float = CONFIDENCE_LEVEL) -> Estimate:
    """Mean with Student's t interval.

    Parameters
    ----------
    values
        One value for each animal, (n,); NaN values are left out.
    level
        Confidence level, 0.95 by default.

    Returns
    -------
    Estimate
        Without an interval for one value, and all NaN for none.
    """
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    n = values.size
    if n == 0:
        return Estimate(0, np.nan, np.nan, np.nan, np.nan)
    mean = float(values.mean())
    if n == 1:
        return Estimate(1, mean, np.nan, np.nan, np.nan)
    sem = float(values.std(ddof=1)) / float(np.sqrt(n))
    half = t_quantile(n - 1, level) * sem
    return Estimate(n, mean, sem, mean - half, mean + half)


def paired_difference(values: np.ndarray, references: np.ndarray, level: float = CONFIDENCE_LEVEL) -> Estimate:
    """Mean of the differences of pairs, with Student's t interval.

    Parameters
    ----------
    values, references
        Both numbers of each pair, (n,) each; the difference is value minus reference.
    level
        Confidence level, 0.95 by default.
    """
    return mean_interval(np.asarray(values, float) - np.asarray(references, float), level)


def ratio_of_means(values: np.ndarray, references: np.ndarray, level: float = CONFIDENCE_LEVEL) -> Estimate:
    """Ratio of the means of pairs, mean(values) / mean(references), with Fieller's interval (Fieller 1954).

    Parameters
    ----------
    values, references
        Both numbers of each pair, (n,) each; pairs with a NaN are left out.
    level
        Confidence level, 0.95 by default.

    Returns
    -------
    Estimate
        sem is NaN, and the interval is not symmetric. The interval is NaN for fewer than two pairs, and where it has no
        bounds because the mean of the references is not distinguishable from 0.
    """
    pairs = np.column_stack([np.asarray(values, float), np.asarray(references, float)])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    n = len(pairs)
    means = pairs.mean(axis=0) if n else np.full(2, np.nan)
    ratio = float(means[0] / means[1]) if means[1] != 0 else np.nan
    if n < 2:
        return Estimate(n, ratio, np.nan, np.nan, np.nan)
    low, high = fieller(means, np.cov(pairs, rowvar=False) / n, t_quantile(n - 1, level))
    return Estimate(n, ratio, np.nan, float(low), float(high))


def t_quantile(degrees: float, level: float = CONFIDENCE_LEVEL) -> float:
    """Student's t for an interval of that level: half of its width in standard errors."""
    from scipy.special import stdtrit  # scipy.stats takes half a second to import

    return float(stdtrit(degrees, 0.5 + level / 2))


def fieller(means: np.ndarray, covariance: np.ndarray, t: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of Fieller's interval of one or many ratios of means: every ratio between them is accepted.

    They are the roots r of (above - r below)^2 = t^2 Var(above - r below).

    Parameters
    ----------
    means
        Both means of each ratio, (..., 2), that above first.
    covariance
        Of the means, (..., 2, 2).
    t
        Student's t, as `t_quantile` gives it.

    Returns
    -------
    low, high : array
        (...); NaN where the mean below is not distinguishable from 0.
    """
    above, below = means[..., 0], means[..., 1]
    square = below**2 - t**2 * covariance[..., 1, 1]
    middle = above * below - t**2 * covariance[..., 0, 1]
    constant = above**2 - t**2 * covariance[..., 0, 0]
    root = np.sqrt(np.maximum(middle**2 - square * constant, 0.0))
    divisor = np.where(square > 0.0, square, np.nan)
    return (middle - root) / divisor, (middle + root) / divisor
