"""How many animals it takes: the least n for a power, and the smallest difference that a number of animals shows."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

POWER, SIGNIFICANCE = 0.8, 0.05
#: More animals than these are not looked for.
MOST_ANIMALS_LOOKED_FOR = 1000
#: A noncentrality from which on the power is 1.
_CERTAIN = 10.0


def least_pairs(effect: np.ndarray, power: float = POWER) -> np.ndarray:
    """The least number of pairs with which a paired t test at 5 % has the power; NaN above `MOST_ANIMALS_LOOKED_FOR`.

    Parameters
    ----------
    effect
        Mean difference over the standard deviation of the differences, any shape.
    power
        Chance to see an effect of that size, 0..1.
    """
    from statsmodels.stats.power import TTestPower

    return _least(TTestPower(), {}, effect, power)


def least_per_arm(effect: np.ndarray, power: float = POWER) -> np.ndarray:
    """The least animals in each of two arms with which an unpaired t test at 5 % has the power.

    Parameters
    ----------
    effect
        Difference over the pooled standard deviation, any shape.
    power
        As in `least_pairs`.
    """
    from statsmodels.stats.power import TTestIndPower

    return _least(TTestIndPower(), {"ratio": 1.0}, effect, power)


@cache
def smallest_paired_effect(pairs: int, power: float = POWER) -> float:
    """The smallest standardised effect that so many pairs show with the power; NaN for fewer than two."""
    from statsmodels.stats.power import TTestPower

    return float(TTestPower().solve_power(nobs=pairs, alpha=SIGNIFICANCE, power=power)) if pairs > 1 else np.nan


@cache
def smallest_effect(n: int, n_reference: int, power: float = POWER) -> float:
    """The smallest standardised effect that two arms of such sizes show with the power; NaN for fewer than two each."""
    from statsmodels.stats.power import TTestIndPower

    if min(n, n_reference) < 2:
        return np.nan
    solved = TTestIndPower().solve_power(nobs1=n, ratio=n_reference / n, alpha=SIGNIFICANCE, power=power)
    return float(np.squeeze(solved))


def _least(test: Any, more: dict[str, float], effect: np.ndarray, power: float) -> np.ndarray:
    """Halve the range of n for all effects at once, by the power that statsmodels gives."""
    size = np.abs(np.asarray(effect, float))
    usable = np.isfinite(size) & (size > 0)
    low, high = np.full(size.shape, 1), np.full(size.shape, MOST_ANIMALS_LOOKED_FOR + 1)
    while (high - low)[usable].max(initial=0) > 1:
        middle = np.where(high - low > 1, (low + high) // 2, high)
        reached = np.full(size.shape, np.nan)
        # One-sided at half the significance: the other tail adds nothing at such powers, and underflows to NaN.
        reached[usable] = test.power(size[usable], middle[usable], SIGNIFICANCE / 2, alternative="larger", **more)
        enough = np.where(np.isnan(reached), size * np.sqrt(middle) > _CERTAIN, reached >= power)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(usable & (high <= MOST_ANIMALS_LOOKED_FOR), high, np.nan).astype(float)
