"""Own animals beside the model's: differences with intervals, contrasts, and visual predictive checks.

A visual predictive check asks whether the own animals could be animals of the model (Holford 2005; Bergstrand et al.
2011). As many animals as the own data have are drawn from the model's, with replacement, many times. Between the 2.5th
and the 97.5th percentile of a quantile of these draws lies the predicted interval of that quantile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from results.comparison.contrasts import Contrast
from results.own_data.matching import MatchedData
from results.statistics.grids import WHAT, Grids
from results.statistics.intervals import CONFIDENCE_LEVEL, Estimate, mean_interval, paired_difference

#: Quantiles that are checked of own animals; of a published table it is the mean.
QUANTILES = (0.1, 0.5, 0.9)
DRAWS, DRAW_SEED = 2000, 20180101


@dataclass(frozen=True)
class OwnComparison:
    """Own data beside a study.

    Attributes
    ----------
    matched
        The own data with their places.
    groups
        One row for each arm and time: own n, mean and interval, those of the model, the difference own - model with its
        interval, and the quantiles with their predicted intervals.
    contrasts
        One row for each contrast of two arms that the own data have, and time: the same for arm minus reference.
    """

    matched: MatchedData
    groups: pd.DataFrame
    contrasts: pd.DataFrame


def compare_own(matched: MatchedData, grids: Grids, contrasts: Iterable[Contrast]) -> OwnComparison:
    """Compare own data with the animals of a study.

    Parameters
    ----------
    matched
        Own data with their places in the study.
    grids
        The values of the study.
    contrasts
        Of the study.
    """
    groups = [_group(matched, grids, group) for _, group in matched.rows.groupby(["matched", "column"], sort=False)]
    table = pd.DataFrame(groups)
    return OwnComparison(matched, table, pd.DataFrame(list(_contrasts(table, grids, contrasts))))


def welch(group: Estimate, other: Estimate) -> tuple[float, float, float, float]:
    """Difference of two means with Welch's interval and p value.

    Parameters
    ----------
    group, other
        Mean, standard error and n of each; the difference is group - other.

    Returns
    -------
    difference, low, high, p
        NaN where a group has no standard error, or neither varies.
    """
    from scipy import stats

    difference, error = group.value - other.value, float(np.hypot(group.sem, other.sem))
    if not error > 0:
        return difference, np.nan, np.nan, np.nan
    df = error**4 / (group.sem**4 / (group.n - 1) + other.sem**4 / (other.n - 1))
    half = float(stats.t.ppf(0.5 + CONFIDENCE_LEVEL / 2, df)) * error
    return difference, difference - half, difference + half, float(2 * stats.t.sf(abs(difference) / error, df))


def _group(matched: MatchedData, grids: Grids, group: pd.DataFrame) -> dict[str, object]:
    """The row of one arm at one time."""
    arm, column = group["matched"].iloc[0], int(group["column"].iloc[0])
    values = grids.values[arm][:, column]
    values = values[np.isfinite(values)]
    model, own = mean_interval(values), _own_mean(matched, group)
    difference, low, high, p = welch(own, model)
    observed = {} if matched.published else dict(zip(QUANTILES, np.quantile(group["value"], QUANTILES), strict=True))
    label = {name: grids.measurements[name].iloc[column] for name in (*WHAT, "day", "hour")}
    return {
        "own_arm": group["arm"].iloc[0], "arm": arm, **label, "rows": _rows_text(group),
        **_estimate("own", own), **_estimate("model", model),
        "difference": difference, "difference_low": low, "difference_high": high, "p": p,
        "censored": int(group["censored"].sum()), **_check(values, own, observed), "column": column,
    }  # fmt: skip


def _own_mean(matched: MatchedData, group: pd.DataFrame) -> Estimate:
    """Mean and t interval of own animals, or of a published mean with its n and standard deviation."""
    if not matched.published:
        return mean_interval(group["value"].to_numpy(float))
    from scipy import stats

    n, mean, sd = (float(group[name].iloc[0]) for name in ("n", "value", "sd"))
    sem = sd / np.sqrt(n)
    half = float(stats.t.ppf(0.5 + CONFIDENCE_LEVEL / 2, n - 1)) * sem
    return Estimate(int(n), mean, sem, mean - half, mean + half)


def _estimate(whose: str, found: Estimate) -> dict[str, object]:
    names = ("n", "mean", "sem", "low", "high")
    numbers = (found.n, found.value, found.sem, found.low, found.high)
    return {f"{whose}_{name}": value for name, value in zip(names, numbers, strict=True)}


def _check(values: np.ndarray, own: Estimate, observed: dict[float, float]) -> dict[str, object]:
    """Observed quantiles, or the mean, with their predicted intervals, and how many lie inside."""
    samples = values[np.random.default_rng(DRAW_SEED).integers(0, len(values), (DRAWS, own.n))]
    simulated = {"mean": samples.mean(axis=1)}
    seen = {"mean": own.value}
    if observed:
        found = np.quantile(samples, QUANTILES, axis=1)
        simulated = {f"q{100 * q:.0f}": row for q, row in zip(QUANTILES, found, strict=True)}
        seen = {f"q{100 * q:.0f}": value for q, value in observed.items()}
    result: dict[str, object] = {}
    inside, tail = 0, (1 - CONFIDENCE_LEVEL) / 2
    for name, drawn in simulated.items():
        low, high = np.quantile(drawn, [tail, 1 - tail])
        inside += int(low <= seen[name] <= high)
        result |= {f"{name}_own": seen[name], f"{name}_low": low, f"{name}_high": high}
    return {**result, "checks_inside": inside, "checks": len(simulated)}


def _own(row: dict[str, object]) -> Estimate:
    n, *numbers = (row[f"own_{name}"] for name in ("n", "mean", "sem", "low", "high"))
    return Estimate(int(str(n)), *(float(str(number)) for number in numbers))


def _rows_text(group: pd.DataFrame) -> str:
    lines = sorted(set(group["row"]))
    return f"{lines[0]}" if len(lines) == 1 else f"{lines[0]}-{lines[-1]}"


def _contrasts(groups: pd.DataFrame, grids: Grids, contrasts: Iterable[Contrast]) -> Iterator[dict[str, object]]:
    places = {(row["arm"], row["column"]): row for row in groups.to_dict("records")}
    for contrast in contrasts:
        for (arm, column), row in places.items():
            reference = places.get((contrast.reference, column))
            if arm == contrast.arm and reference is not None and _differ(grids, contrast, column):
                yield _contrast(contrast, row, reference, grids)


def _differ(grids: Grids, contrast: Contrast, column: int) -> bool:
    """Whether the arms of the model differ by then; until then they are the same animals."""
    difference = grids.values[contrast.arm][:, column] - grids.values[contrast.reference][:, column]
    return bool(np.nan_to_num(np.abs(difference)).max() > 0 or not np.isfinite(difference).any())


def _contrast(
    contrast: Contrast, row: dict[str, object], reference: dict[str, object], grids: Grids
) -> dict[str, object]:
    own, column = _difference(_own(row), _own(reference)), int(str(row["column"]))
    model = paired_difference(grids.values[contrast.arm][:, column], grids.values[contrast.reference][:, column])
    difference, low, high, p = welch(own, model)
    return {
        "contrast": contrast.kind, "own_arm": row["own_arm"], "own_reference": reference["own_arm"],
        "arm": contrast.arm, "reference": contrast.reference, **{name: row[name] for name in (*WHAT, "day", "hour")},
        **_estimate("own", own), "own_n": row["own_n"], "own_n_reference": reference["own_n"],
        **_estimate("model", model),
        "difference": difference, "difference_low": low, "difference_high": high, "p": p,
    }  # fmt: skip


def _difference(group: Estimate, other: Estimate) -> Estimate:
    """Difference of two means; its n is that of one group with as many degrees of freedom."""
    value, low, high, _ = welch(group, other)
    sem = float(np.hypot(group.sem, other.sem))
    df = sem**4 / (group.sem**4 / (group.n - 1) + other.sem**4 / (other.n - 1)) if sem > 0 else np.nan
    return Estimate(int(df) + 1 if np.isfinite(df) else min(group.n, other.n), value, sem, low, high)
