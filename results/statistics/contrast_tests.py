"""Planned contrasts at each time: paired and unpaired tests of every arm against its references, with effect sizes.

A contrast is tested for several quantities of an animal: the value itself, its change from its own baseline, per cent
of the maximum possible effect, and the area under its course. Every quantity has a paired answer, from virtual twins
(animals of one number), and beside it Welch's, as of two groups of rats that have nothing in common.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.days import HOURS_PER_DAY
from results.comparison.contrasts import Contrast
from results.statistics.censored_values import logrank_p
from results.statistics.designs import Span
from results.statistics.effect_sizes import hedges_g, paired_hedges_g
from results.statistics.grids import WHAT, Grids
from results.statistics.intervals import CONFIDENCE_LEVEL

VALUE, CHANGE, MPE, AREA = "value", "change", "percent_mpe", "area"


@dataclass(frozen=True)
class Quantity:
    """One quantity of all animals of two arms at k measurements.

    Attributes
    ----------
    name
        `VALUE`, `CHANGE`, `MPE` or `AREA`.
    columns
        Positions of the measurements, (k,); for an area that of the last measure.
    unit
        Of the quantity; "" for that of the measure.
    arm, reference
        Arrays (n, k), rows by animal number; NaN where an animal has no value.
    censored
        Animals and reference animals together that reached the cut-off, (k,).
    p_logrank
        Of the log-rank test, (k,); NaN where none was made.
    """

    name: str
    columns: list[int]
    unit: str
    arm: np.ndarray
    reference: np.ndarray
    censored: np.ndarray
    p_logrank: np.ndarray


def contrast_tests(grids: Grids, span: Span, cut_offs: Mapping[str, float]) -> pd.DataFrame:
    """Tests of a contrast: a row for each quantity, measure and time after its arms have begun to differ.

    Parameters
    ----------
    grids
        Of the study.
    span
        The contrast, the moment of its baseline, and the moment after which it is tested.
    cut_offs
        Name of a measure -> its cut-off; one that an animal has reached is known without.
    """
    found = list(_quantities(grids, span, {**_cut_offs(grids), **cut_offs}))
    columns = [column for quantity in found for column in quantity.columns]
    labels = grids.measurements.iloc[columns].reset_index(drop=True)
    units = [quantity.unit for quantity in found for _ in quantity.columns]
    labels["unit"] = np.where(np.array(units, object) == "", labels["unit"], units)
    labels.insert(0, "quantity", [quantity.name for quantity in found for _ in quantity.columns])
    for k, name in enumerate(("contrast", "arm", "reference")):
        labels.insert(k, name, getattr(span.contrast, "kind" if name == "contrast" else name))
    arm, reference = (np.hstack([getattr(quantity, side) for quantity in found]) for side in ("arm", "reference"))
    numbers = {**_paired(arm, reference), **_unpaired(arm, reference)}
    for name in ("censored", "p_logrank"):
        numbers[name] = np.concatenate([getattr(quantity, name) for quantity in found])
    table = pd.concat([labels, pd.DataFrame(numbers)], axis=1)
    return table[(table["hours"] > span.tested_after) & (table["n"] > 0) & (table["n_reference"] > 0)]


def _quantities(grids: Grids, span: Span, cut_offs: Mapping[str, float]) -> Iterator[Quantity]:
    yield _values(grids, span.contrast)
    both = grids.measured(span.contrast.arm) & grids.measured(span.contrast.reference)
    for measure in grids.measures():
        columns = [c for c in grids.course(measure) if both[c]]
        before = np.flatnonzero(grids.measurements["hours"].to_numpy()[columns] <= span.baseline)
        if not before.size or before[-1] + 1 == len(columns):
            continue
        baseline, after = columns[before[-1]], columns[before[-1] + 1 :]
        yield _change(grids, span.contrast, baseline, after)
        if measure[1] in cut_offs and span.contrast.kind != "circuit":
            yield _maximum_effect(grids, span.contrast, baseline, after, cut_offs[measure[1]])
        yield _area(grids, span.contrast, [baseline, *after])


def _values(grids: Grids, contrast: Contrast) -> Quantity:
    """The values, at all measurements of the arm that the reference has too, whatever was done to it before."""
    partners = _partners(grids, contrast)
    mine, others = list(partners), list(partners.values())
    cut = grids.censored[contrast.arm][:, mine].sum(axis=0) + grids.censored[contrast.reference][:, others].sum(axis=0)
    p = np.array(
        [logrank_p(grids, contrast, pair) if n else np.nan for pair, n in zip(partners.items(), cut, strict=True)]
    )
    values = grids.values[contrast.arm][:, mine], grids.values[contrast.reference][:, others]
    return Quantity(VALUE, mine, "", *values, cut, p)


def _partners(grids: Grids, contrast: Contrast) -> dict[int, int]:
    """Measurement of the arm -> that of the reference: the same, else one of the same time in another phase."""
    have, has = grids.measured(contrast.arm), grids.measured(contrast.reference)
    place = list(map(tuple, grids.measurements[[*WHAT, "day", "hour"]].to_numpy()))
    others = {place[k]: int(k) for k in np.flatnonzero(has)}
    found = {k: k if has[k] else others.get(place[k], -1) for k in np.flatnonzero(have).tolist()}
    return {k: other for k, other in found.items() if other >= 0}


def _cut_offs(grids: Grids) -> dict[str, float]:
    """Name of a measure -> its cut-off, of those that any animal reached."""
    found: dict[str, float] = {}
    keys = grids.measurements["name"].tolist()
    for arm, censored in grids.censored.items():
        for k in np.flatnonzero(censored.any(axis=0)):
            found[keys[k]] = max(found.get(keys[k], -np.inf), float(grids.values[arm][censored[:, k], k].max()))
    return found


def _change(grids: Grids, contrast: Contrast, baseline: int, after: list[int]) -> Quantity:
    values = [grids.values[arm][:, after] - grids.values[arm][:, [baseline]] for arm in _arms(contrast)]
    return _derived(CHANGE, after, "", values, _cut(grids, contrast, after))


def _maximum_effect(grids: Grids, contrast: Contrast, baseline: int, after: list[int], cut_off: float) -> Quantity:
    """100 x (value - baseline) / (cut-off - baseline); NaN for an animal whose baseline is the cut-off."""
    values = []
    for arm in _arms(contrast):
        own = grids.values[arm][:, [baseline]]
        room = np.where(own < cut_off, cut_off - own, np.nan)
        values.append(100.0 * (grids.values[arm][:, after] - own) / room)
    return _derived(MPE, after, "%", values, _cut(grids, contrast, after))


def _area(grids: Grids, contrast: Contrast, columns: list[int]) -> Quantity:
    """Area under the course from the baseline to the last measure, by trapezoids; NaN where a measure is missing."""
    days = grids.measurements["hours"].to_numpy()[columns] / HOURS_PER_DAY
    values = [np.trapezoid(grids.values[arm][:, columns], days, axis=1)[:, None] for arm in _arms(contrast)]
    unit = f"{grids.measurements['unit'].iloc[columns[-1]]} day"
    return _derived(AREA, columns[-1:], unit, values, np.array([_cut(grids, contrast, columns).sum()]))


def _derived(name: str, columns: list[int], unit: str, values: list[np.ndarray], cut: np.ndarray) -> Quantity:
    return Quantity(name, columns, unit, values[0], values[1], cut, np.full(len(columns), np.nan))


def _arms(contrast: Contrast) -> tuple[str, str]:
    return contrast.arm, contrast.reference


def _cut(grids: Grids, contrast: Contrast, columns: list[int]) -> np.ndarray:
    return np.asarray(sum(grids.censored[arm][:, columns].sum(axis=0) for arm in _arms(contrast)))


def _paired(a: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
    """Student's t of the differences of twins; no p where all differences are equal."""
    from scipy import stats

    difference = a - b
    n, mean, spread = _moments(difference)
    sem = spread / np.sqrt(np.maximum(n, 1))
    low, high = _interval(mean, sem, n - 1)
    testable = (n > 1) & (spread > 0)
    p = np.full(n.shape, np.nan)
    if testable.any():
        p[testable] = stats.ttest_rel(a[:, testable], b[:, testable], nan_policy="omit").pvalue
    g, g_low, g_high = paired_hedges_g(mean, spread, n)
    return {
        "pairs": n, "identical": (n > 0) & (np.nan_to_num(np.abs(difference)).max(axis=0, initial=0.0) == 0),
        "difference": mean, "sem": sem, "low": low, "high": high, "p_paired": p,
        "g_paired": g, "g_paired_low": g_low, "g_paired_high": g_high, "twin_correlation": _correlation(a, b),
    }  # fmt: skip


def _unpaired(a: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
    """Welch's t of two groups; no p where neither varies, or a group has one animal."""
    from scipy import stats

    (n, mean, spread), (m, other, spread_other) = _moments(a), _moments(b)
    difference = mean - other
    error, error_other = spread**2 / np.maximum(n, 1), spread_other**2 / np.maximum(m, 1)
    sem = np.sqrt(error + error_other)
    testable = (n > 1) & (m > 1) & (sem > 0)
    df, p = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    if testable.any():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Precision loss")  # one of the groups may not vary, as at a cut-off
            found = stats.ttest_ind(a[:, testable], b[:, testable], equal_var=False, nan_policy="omit")
        df[testable], p[testable] = found.df, found.pvalue
    low, high = _interval(difference, sem, df)
    pooled = np.sqrt(((n - 1) * spread**2 + (m - 1) * spread_other**2) / np.maximum(n + m - 2, 1))
    g, g_low, g_high = hedges_g(difference, pooled, n, m)
    return {
        "n": n, "n_reference": m, "difference_unpaired": difference, "sem_unpaired": sem, "df_unpaired": df,
        "low_unpaired": low, "high_unpaired": high, "p_unpaired": p, "g": g, "g_low": g_low, "g_high": g_high,
        "pooled_sd": pooled,
    }  # fmt: skip


def _moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count, mean and standard deviation of each column without NaN; equal values have a deviation of exactly 0."""
    n = np.isfinite(values).sum(axis=0)
    mean = np.full(n.shape, np.nan)
    mean[n > 0] = np.nanmean(values[:, n > 0], axis=0)
    spread = np.full(n.shape, np.nan)
    spread[n > 1] = np.nanstd(values[:, n > 1], axis=0, ddof=1)
    spread[n > 1] = np.where(np.ptp(np.where(np.isfinite(values), values, mean), axis=0)[n > 1] == 0, 0, spread[n > 1])
    return n, mean, spread


def _interval(mean: np.ndarray, sem: np.ndarray, df: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.special import stdtrit

    half = stdtrit(np.where(df >= 1, df, np.nan), 0.5 + CONFIDENCE_LEVEL / 2) * sem
    return mean - half, mean + half


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson's correlation of the twins; NaN for fewer than three pairs, and where an arm does not vary."""
    both = np.isfinite(a) & np.isfinite(b)
    (n, mean, spread), (_, other, spread_other) = (
        _moments(np.where(both, a, np.nan)),
        _moments(np.where(both, b, np.nan)),
    )
    products = np.where(both, (a - mean) * (b - other), 0.0).sum(axis=0)
    scale = (n - 1) * spread * spread_other
    return np.asarray(np.divide(products, scale, out=np.full(n.shape, np.nan), where=(n > 2) & (scale > 0)))
