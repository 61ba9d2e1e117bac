"""95 % intervals of many means, differences and ratios at once, from running sums over animals.

A mean that cannot be negative has the interval of its logarithm, and a mean between 0 and a cut-off that of its logit
(delta method, Student's t): such an interval stays within what can be, and holds the true mean as often as it says or
more nearly so than the symmetric one (docs/design.md). Differences have Student's t interval, and ratios Fieller's.
Where all animals are equal, as twins are until their treatments differ, nothing is known of the spread, and there is
no interval.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from results.comparison.running_sums import PairedSums, RunningSums
from results.statistics.intervals import CONFIDENCE_LEVEL

#: An interval that reaches further from its mean than by this factor says nothing, and is left out. That happens with
#: two animals only.
LARGEST_FACTOR = 100.0
Floats = NDArray[np.float64]
Interval = tuple[Floats, Floats]


def t_quantiles(degrees: Floats, level: float = CONFIDENCE_LEVEL) -> Floats:
    """Quantiles of Student's t for intervals of that level; NaN below one degree of freedom."""
    from scipy.special import stdtrit

    found: Floats = stdtrit(np.where(degrees >= 1.0, degrees, np.nan), 0.5 + level / 2)
    return found


def _quantiles_of_means(n: Floats) -> Floats:
    """Quantiles of Student's t for means of n animals each, worked out once for each n; NaN below two animals."""
    each = t_quantiles(np.arange(n.max(initial=0.0) + 1.0) - 1.0)
    return each[n.astype(np.intp)]


def standard_errors(sums: RunningSums) -> Floats:
    """Standard errors of the means; NaN for fewer than two animals."""
    found: Floats = np.sqrt(_variances(sums) / np.maximum(sums.n, 1.0))
    return found


def half_widths(sums: RunningSums) -> Floats:
    """Half of Student's t intervals of the means; NaN where there is no spread between animals."""
    errors = standard_errors(sums)
    return np.where(errors > 0.0, _quantiles_of_means(sums.n) * errors, np.nan)


def mean_intervals(sums: RunningSums, lower: Floats, upper: Floats) -> Interval:
    """Intervals of means that lie between bounds.

    Parameters
    ----------
    sums
        Of shape (rows, columns).
    lower, upper
        Bounds of each column, infinite where there is none.
    """
    mean, half = sums.mean, half_widths(sums)
    above, below = mean - lower, upper - mean
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        free = mean - half, mean + half
        factor = np.exp(half / above)
        factor = np.where(factor <= LARGEST_FACTOR, factor, np.nan)
        positive = lower + above / factor, lower + above * factor
        odds, spread = above / below, np.exp(half * (1.0 / above + 1.0 / below))
        enclosed = tuple(lower + (upper - lower) / (1.0 + 1.0 / odd) for odd in (odds / spread, odds * spread))
    known = np.isfinite(lower) & (above > 0.0)
    closed = known & np.isfinite(upper) & (below > 0.0)
    low, high = (
        np.where(closed, in_both, np.where(known, in_one, in_none))
        for in_both, in_one, in_none in zip(enclosed, positive, free, strict=True)
    )
    return low, high


def unpaired_half_widths(sums: PairedSums) -> Floats:
    """Half of Welch's t intervals of the difference, as if the animals of the arms were others (Welch 1947)."""
    arm, reference = _variances(sums.arm), _variances(sums.reference)
    n = np.maximum(sums.difference.n, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        degrees = (n - 1.0) * (arm + reference) ** 2 / (arm**2 + reference**2)
    total = np.sqrt((arm + reference) / n)
    return np.where(total > 0.0, t_quantiles(degrees) * total, np.nan)


def group_differences(arm: RunningSums, reference: RunningSums) -> tuple[Floats, Floats, Floats]:
    """Differences of the means of other animals, their standard errors, and half of Welch's t intervals (Welch 1947).

    NaN where a group has no animal; no interval where one has fewer than two, or neither varies.
    """
    there = (arm.n > 0.0) & (reference.n > 0.0)
    own, other = (_variances(each) / np.maximum(each.n, 1.0) for each in (arm, reference))
    error = np.sqrt(own + other)
    with np.errstate(invalid="ignore", divide="ignore"):
        degrees = (own + other) ** 2 / (own**2 / (arm.n - 1.0) + other**2 / (reference.n - 1.0))
    half = np.where(error > 0.0, t_quantiles(degrees) * error, np.nan)
    return np.where(there, arm.mean - reference.mean, np.nan), error, half


def ratio_intervals(sums: PairedSums) -> tuple[Floats, Floats, Floats]:
    """Ratios of the means, and the ends of Fieller's intervals.

    An interval is NaN for fewer than two pairs, where it has no bounds because the mean of the references is not
    distinguishable from 0, and where no pair differs from another.
    """
    n, above, below = sums.difference.n, sums.arm.mean, sums.reference.mean
    square = _quantiles_of_means(n) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(below != 0.0, above / below, np.nan)
        own, mixed, other = (
            square * product / (n - 1.0) / n for product in (sums.arm.squares, sums.products, sums.reference.squares)
        )
        leading, middle, constant = below**2 - other, above * below - mixed, above**2 - own
        root = np.sqrt(np.maximum(middle**2 - leading * constant, 0.0))
        bounded = (leading > 0.0) & (sums.arm.squares + sums.reference.squares > 0.0)
        low, high = (np.where(bounded, end / leading, np.nan) for end in (middle - root, middle + root))
    return ratio, low, high


def _variances(sums: RunningSums) -> Floats:
    """Variances between animals; NaN for fewer than two."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sums.n > 1.0, sums.squares / (sums.n - 1.0), np.nan)
