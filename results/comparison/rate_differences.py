"""Firing rates of two groups of animals, compared place by place: population, time, phase, and stimulus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from results.comparison.cut_bands import cut_short
from results.statistics.corrections import METHODS, corrected
from results.statistics.intervals import CONFIDENCE_LEVEL

if TYPE_CHECKING:
    import pandas as pd

#: What two rates must have in common to be compared.
RATE_PLACE = ("population", "day", "hour", "phase", "part", "side", "stimulus", "low", "high", "unit")
#: Share of wrong ones that is expected among the places of which it is said that they differ.
FALSE_DISCOVERY_RATE = 0.05
#: A standard error below this share of its difference is what rounding leaves of none.
_ROUNDING = 1e-9


def rate_differences(a: pd.DataFrame, b: pd.DataFrame, parts: Sequence[str], matched: bool) -> pd.DataFrame:
    """Compare the rates of two groups of animals at every place that both have.

    Bands of a rising stimulus in which an animal withdrew are left out (`results.comparison.cut_bands`).
    Differences are tested by Student's t over pairs where the animals are matched, by Welch's t otherwise. Of all
    places, those are said to differ that the procedure of Benjamini and Hochberg (1995) keeps.

    Parameters
    ----------
    a, b
        Rows of `StudyResults.rates` of the one and of the other group, each of one arm.
    parts
        Parts of epochs to compare, such as ("rest",).
    matched
        Whether animals of one number are the same animal in both. Those without a match are then left out.

    Returns
    -------
    pandas.DataFrame
        One row for each place: the columns of `RATE_PLACE`; a and b, mean rates in Hz per cell; difference, b minus a,
        with the ends of its 95 % interval, low_end and high_end; n_a and n_b animals; p; equal, whether no animal
        differs; differs. Single animals have no interval, and differ where their rates do.
    """
    import pandas as pd

    one, other = (_by_place(rates, parts) for rates in (a, b))
    places = one.index.intersection(other.index)
    one, other = one.loc[places], other.loc[places]
    if matched:
        numbers = one.columns.intersection(other.columns)
        one, other = one[numbers], other[numbers]
    found = places.to_frame(index=False)
    tested = _paired(one.to_numpy(), other.to_numpy()) if matched else _unpaired(one.to_numpy(), other.to_numpy())
    for name, column in tested.items():
        found[name] = column
    found = found[(found["n_a"] > 0) & (found["n_b"] > 0)].reset_index(drop=True)
    found["differs"] = _discoveries(found)
    return pd.DataFrame(found)


def _by_place(rates: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame:
    """Rate of each place (rows) and animal (columns), over all epochs and cells of the place."""
    kept = rates[rates["part"].isin(list(parts)) & ~cut_short(rates, ("animal", "epoch"))]
    known = {name: kept[name].fillna(-1.0) for name in ("low", "high")}  # rows without a strength are a group as well
    kept = kept.assign(exposure=kept["cells"] * kept["seconds"], **known)
    sums = kept.groupby([*RATE_PLACE, "animal"], observed=True)[["spikes", "exposure"]].sum()
    return (sums["spikes"] / sums["exposure"]).unstack("animal")


def _paired(a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
    """Means, interval and p of the differences of pairs; arrays (places, animals), NaN where an animal has none."""
    both = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(both, a, np.nan), np.where(both, b, np.nan)
    n = both.sum(axis=1)
    difference, variance = _mean_and_variance(b - a)
    tested = _tested(difference, variance / np.maximum(n, 1), n - 1.0)
    equal = (np.where(both, a, 0.0) == np.where(both, b, 0.0)).all(axis=1)
    return {"a": _mean_and_variance(a)[0], "b": _mean_and_variance(b)[0], **tested, "n_a": n, "n_b": n, "equal": equal}


def _unpaired(a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
    """The same of two groups of different animals, with Welch's degrees of freedom."""
    counts = [np.isfinite(group).sum(axis=1) for group in (a, b)]
    means, variances = zip(*(_mean_and_variance(group) for group in (a, b)), strict=True)
    parts = [variance / np.maximum(n, 1) for variance, n in zip(variances, counts, strict=True)]
    with np.errstate(divide="ignore", invalid="ignore"):
        below = sum(part**2 / np.maximum(n - 1.0, 0.0) for part, n in zip(parts, counts, strict=True))
        freedom = (parts[0] + parts[1]) ** 2 / below
    tested = _tested(means[1] - means[0], parts[0] + parts[1], freedom)
    alike = [(variance == 0.0) | (n == 1) for variance, n in zip(variances, counts, strict=True)]
    equal = (means[0] == means[1]) & alike[0] & alike[1]
    return {"a": means[0], "b": means[1], **tested, "n_a": counts[0], "n_b": counts[1], "equal": equal}


def _mean_and_variance(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Over the animals of each row; a variance of fewer than two is NaN."""
    n = np.isfinite(values).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.nansum(values, axis=1) / n
        variance = np.nansum((values - mean[:, None]) ** 2, axis=1) / (n - 1.0)
    return mean, np.where(n > 1, variance, np.nan)


def _tested(difference: np.ndarray, square: np.ndarray, freedom: np.ndarray) -> dict[str, Any]:
    """Interval and p of differences whose squared standard errors are given; NaN where there is no spread."""
    from scipy import stats

    error = np.sqrt(np.where(square > (_ROUNDING * difference) ** 2, square, np.nan))
    half = stats.t.ppf(0.5 + CONFIDENCE_LEVEL / 2, freedom) * error
    p = 2.0 * stats.t.sf(np.abs(difference) / error, freedom)
    return {"difference": difference, "low_end": difference - half, "high_end": difference + half, "p": p}


def _discoveries(found: pd.DataFrame) -> np.ndarray:
    """Which places differ: of single animals any that is not equal, else what Benjamini and Hochberg keep."""
    single = (found["n_a"].to_numpy() == 1) & (found["n_b"].to_numpy() == 1)
    differs: np.ndarray = single & ~found["equal"].to_numpy()
    return differs | (corrected(found["p"].to_numpy(), METHODS["bh"]) <= FALSE_DISCOVERY_RATE)
