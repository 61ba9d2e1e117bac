"""Values at a cut-off as what they are, censored: means of a Tobit model, and log-rank tests between arms.

An animal that did not withdraw before the cut-off has a threshold somewhere above it. The plain mean takes the cut-off
as its threshold and is too low. The Tobit model takes the values as normal and the censored ones as only known to lie
above (Tobin 1958). The log-rank test compares the forces, or times, at which the animals of two arms withdrew, and
assumes no distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from results.comparison.contrasts import Contrast
from results.statistics.grids import WHAT, WHEN, Grids
from results.statistics.intervals import CONFIDENCE_LEVEL

#: Fewer different values below the cut-off do not tell a mean from a spread.
LEAST_UNCENSORED = 2


@dataclass(frozen=True)
class TobitMean:
    """The mean of values some of which are censored from above.

    Attributes
    ----------
    mean, sd
        Of the normal distribution of the values, by maximum likelihood; NaN where they are not defined.
    sem
        Standard error of the mean, from the observed information.
    note
        Why there is no mean; "" where there is one.
    """

    mean: float
    sd: float
    sem: float
    note: str = ""


def tobit_mean(values: np.ndarray, censored: np.ndarray) -> TobitMean:
    """Fit a normal distribution to values of which some are only known to lie above.

    Parameters
    ----------
    values
        (n,); for a censored value the cut-off.
    censored
        Whether a value lies above, (n,).
    """
    from scipy import stats
    from statsmodels.tools.numdiff import approx_hess

    below = values[~censored]
    if not len(below):
        return TobitMean(np.nan, np.nan, np.nan, "all at the cut-off: the mean lies above it")
    if len(np.unique(below)) < LEAST_UNCENSORED:
        return TobitMean(np.nan, np.nan, np.nan, "fewer than two different values below the cut-off")
    data = stats.CensoredData(uncensored=below, right=values[censored])
    mean, sd = map(float, stats.norm.fit(data, optimizer=_minimum))

    def log_likelihood(parameters: np.ndarray) -> float:
        seen, above = stats.norm.logpdf(below, *parameters), stats.norm.logsf(values[censored], *parameters)
        return float(seen.sum() + above.sum())

    covariance = np.linalg.pinv(-approx_hess(np.array([mean, sd]), log_likelihood))
    return TobitMean(mean, sd, float(np.sqrt(covariance[0, 0])))


def _minimum(function: object, start: np.ndarray, args: tuple[object, ...], disp: int) -> np.ndarray:
    """The optimiser of `scipy.stats.norm.fit`, with tolerances a thousand times finer than its own."""
    from scipy.optimize import fmin

    return np.asarray(fmin(function, start, args=args, disp=disp, xtol=1e-9, ftol=1e-12, maxiter=4000, maxfun=4000))


def censored_means(grids: Grids) -> pd.DataFrame:
    """The Tobit mean beside the plain one, for each arm and measurement in which an animal reached the cut-off."""
    rows = []
    for arm, values in grids.values.items():
        for k in np.flatnonzero(grids.censored[arm].any(axis=0)):
            measured = np.isfinite(values[:, k])
            rows.append(
                {"arm": arm, **_label(grids, k), **_means(values[measured, k], grids.censored[arm][measured, k])}
            )
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = (
    "arm", *WHAT, *WHEN, "n", "censored", "plain_mean", "tobit_mean", "tobit_sd", "tobit_sem", "tobit_low",
    "tobit_high", "note",
)  # fmt: skip


def _label(grids: Grids, k: int) -> dict[str, object]:
    return {name: grids.measurements[name].iloc[k] for name in (*WHAT, *WHEN)}


def _means(values: np.ndarray, censored: np.ndarray) -> dict[str, object]:
    from scipy import stats

    found = tobit_mean(values, censored)
    half = float(stats.norm.ppf(0.5 + CONFIDENCE_LEVEL / 2)) * found.sem
    return {
        "n": len(values), "censored": int(censored.sum()), "plain_mean": float(values.mean()),
        "tobit_mean": found.mean, "tobit_sd": found.sd, "tobit_sem": found.sem,
        "tobit_low": found.mean - half, "tobit_high": found.mean + half, "note": found.note,
    }  # fmt: skip


def logrank_p(grids: Grids, contrast: Contrast, columns: tuple[int, int]) -> float:
    """p of the log-rank test of two arms at a measurement; NaN where no animal is censored, or all are.

    Parameters
    ----------
    grids, contrast
        Of the study.
    columns
        The measurement of the arm and that of its reference.
    """
    from scipy import stats

    samples = []
    for arm, k in zip((contrast.arm, contrast.reference), columns, strict=True):
        values, censored = grids.values[arm][:, k], grids.censored[arm][:, k]
        measured = np.isfinite(values)
        samples.append((values[measured & ~censored], values[measured & censored]))
    if not any(len(right) for _, right in samples) or not any(len(below) for below, _ in samples):
        return np.nan
    if not all(len(below) + len(right) for below, right in samples):
        return np.nan
    x, y = (stats.CensoredData(uncensored=below, right=right) for below, right in samples)
    return float(stats.logrank(x, y).pvalue)
