"""Standardised effects: Hedges' g of two groups and of pairs, with intervals from the noncentral t distribution."""

from __future__ import annotations

import numpy as np

from results.statistics.intervals import CONFIDENCE_LEVEL

#: From here on the ends of an interval grow in proportion to t, within a thousandth.
LARGEST_T = 1e3


def hedges_g(
    difference: np.ndarray, spread: np.ndarray, n: np.ndarray, n_reference: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hedges' g of two independent groups.

    Parameters
    ----------
    difference
        Difference of the means, any shape.
    spread
        Pooled standard deviation.
    n, n_reference
        Animals of both groups.

    Returns
    -------
    g, low, high
        The effect without its bias in small samples, and the 95 % interval of the population's effect; NaN where the
        spread is 0. The interval needs three animals of both groups together, g itself four.
    """
    shared = np.divide(n * n_reference, n + n_reference, out=np.full(np.shape(n), np.nan), where=n + n_reference > 0)
    return _corrected(difference, spread, shared, n + n_reference - 2)


def paired_hedges_g(
    difference: np.ndarray, spread: np.ndarray, pairs: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hedges' g of pairs: the mean difference over the standard deviation of the differences.

    Parameters
    ----------
    difference, spread
        Mean and standard deviation of the differences of pairs.
    pairs
        Number of pairs.

    Returns
    -------
    g, low, high
        As `hedges_g` gives them; NaN where all differences are equal. The interval needs two pairs, g itself three.
    """
    return _corrected(difference, spread, np.asarray(pairs, float), pairs - 1)


def _corrected(
    difference: np.ndarray, spread: np.ndarray, size: np.ndarray, degrees: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effect times Hedges' correction, and the effects whose noncentral t has the seen one at its 2.5 % ends."""
    from scipy.special import gammaln

    usable = (np.asarray(spread) > 0) & (degrees >= 1)
    effect = np.divide(difference, spread, out=np.full(np.shape(difference), np.nan), where=usable)
    m = np.where(usable, np.maximum(degrees, 2), 2).astype(float)
    # gamma(m/2) / (sqrt(m/2) gamma((m-1)/2)), which for one degree of freedom is 0: no correction is defined there.
    correction = np.where(degrees >= 2, np.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / np.sqrt(m / 2), np.nan)
    root, tail = np.sqrt(size), (1 - CONFIDENCE_LEVEL) / 2
    with np.errstate(invalid="ignore"):
        low, high = (_noncentrality(np.maximum(degrees, 1.0), p, effect * root) / root for p in (1 - tail, tail))
    return effect * correction, np.where(usable, low, np.nan), np.where(usable, high, np.nan)


def _noncentrality(degrees: np.ndarray, share: float, t: np.ndarray) -> np.ndarray:
    """Noncentrality of a t distribution that has this share below t; in proportion to t where t is very large.

    SciPy looks for it in steps that grow too slowly: of twins that are almost equal, t is above 1e6 and takes minutes.
    """
    from scipy.special import nctdtrinc

    near = np.clip(t, -LARGEST_T, LARGEST_T)
    found: np.ndarray = nctdtrinc(degrees, share, near) * np.maximum(np.abs(t) / LARGEST_T, 1.0)
    return found
