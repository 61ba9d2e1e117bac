"""The analysis of dose-response: Emax, ED50 and slope of every drug that was given in three doses or more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from results.analyses.analysis import NOT_FROM_ZERO, Analysis, interval, not_from_zero, number
from results.analyses.curves import Curve, curve, measures_of, milligrams
from results.analyses.effects import AnalysedStudy, about_resamples, named, percentiles
from results.comparison.contrasts import PLACE_COLUMNS
from results.comparison.frames import frame_of
from results.files.folder import ManifestArm
from results.statistics.intervals import mean_interval

ED50_ABOVE, ED50_BELOW, CURVE_FITTED = (
    "ED50 above the doses given",
    "ED50 below the doses given",
    "fitted",
)
_CURVE_COLUMNS = {"circuit": str, "manipulation": str, "drug": str, "route": str, "schedule": str, "dose_unit": str}
_FIT_NUMBERS = (
    "vehicle",
    "emax",
    "emax_low",
    "emax_high",
    "ed50",
    "ed50_low",
    "ed50_high",
    "slope",
    "slope_low",
    "slope_high",
)
FIT_COLUMNS = {
    **_CURVE_COLUMNS,
    **PLACE_COLUMNS,
    "n": int,
    "doses": int,
    "outcome": str,
    **dict.fromkeys(_FIT_NUMBERS, float),
    "trend": float,
    "trend_low": float,
    "trend_high": float,
}
_POINT_NUMBERS = ("mean", "low", "high", "effect", "effect_low", "effect_high")
POINT_COLUMNS = {
    **_CURVE_COLUMNS,
    **PLACE_COLUMNS,
    "dose": float,
    "n": int,
    **dict.fromkeys(_POINT_NUMBERS, float),
    "censored": int,
}
BAND_COLUMNS = {**_CURVE_COLUMNS, **PLACE_COLUMNS, "dose": float, "effect": float, "low": float, "high": float}
#: Doses at which a fitted curve is written, from the lowest to the highest.
DOSES_PER_BAND = 60


def dose_response(study: AnalysedStudy) -> Analysis:
    """Hill curves of every drug given in three doses or more beside a vehicle.

    Returns
    -------
    Analysis
        Its tables are `dose_response` (one row for each curve: Emax, ED50, slope, their intervals, and the outcome),
        `dose_response_points` (means and effects at each dose) and `dose_response_curves` (fitted curves with bands).
    """
    fits, points, bands, sentences = [], [], [], []
    for whose, found in curves(study):
        labels = (*whose, *found.measure.place)
        row = _fit_row(found)
        fits.append((*labels, len(found.animals), found.doses.size - 1, *row.values()))
        points += [(*labels, *point) for point in _points(found)]
        bands += [(*labels, *point) for point in _band(found, row["outcome"])]
        sentences.append(_sentence(whose, found, row))
    tables = {
        "dose_response": frame_of(FIT_COLUMNS, fits),
        "dose_response_points": frame_of(POINT_COLUMNS, points),
        "dose_response_curves": frame_of(BAND_COLUMNS, bands),
    }
    title = "DOSE-RESPONSE: Emax, ED50, Hill slope [95 % interval, animals resampled]"
    nothing = "No drug was given alone in three doses or more beside a vehicle."
    return Analysis("dose-response", title, tables, (*sentences, about_resamples()) if sentences else (nothing,))


def curves(study: AnalysedStudy) -> Iterator[tuple[tuple[str, ...], Curve]]:
    """Yield (labels, curve) of every drug given alone, by circuit, manipulation, route, schedule and measure."""
    groups: dict[tuple[Any, ...], dict[float, ManifestArm]] = {}
    for arm in study.arms:
        if len(arm.dosing_records) == 1 and arm.name in study.controls:
            record = arm.dosing_records[0]
            dose, unit = milligrams(record)
            key = (
                arm.circuit,
                arm.manipulation,
                record.label,
                record.route,
                record.schedule,
                unit,
                record.from_day,
                record.hour,
            )
            if dose > 0:
                groups.setdefault(key, {})[dose] = arm
    for key, arms in groups.items():
        for measure in measures_of(study, arms.values()):
            found = curve(study, arms, key[5], measure)
            if found is not None:
                yield key[:6], found


def _fit_row(found: Curve) -> dict[str, Any]:
    row: dict[str, Any] = {"outcome": NOT_FROM_ZERO} | dict.fromkeys(_FIT_NUMBERS, np.nan)
    row["vehicle"] = float(found.values[:, 0].mean())
    if not found.flat:
        best = found.best
        row["outcome"] = (
            ED50_ABOVE if best.ed50 > found.highest else ED50_BELOW if best.ed50 < found.lowest else CURVE_FITTED
        )
        if row["outcome"] == CURVE_FITTED:
            row |= {"emax": best.span, "ed50": best.ed50, "slope": best.slope} | _intervals(found)
    trend = found.trend
    return row | {"trend": trend.value, "trend_low": trend.low, "trend_high": trend.high}


def _intervals(found: Curve) -> dict[str, float]:
    """Ends of the intervals; NaN where the ED50 leaves the given doses, and then also for Emax."""
    fits = found.resampled
    ed50 = np.array([each.ed50 for each in fits])
    ends = {
        "emax": percentiles(np.array([each.span for each in fits])),
        "ed50": percentiles(ed50),
        "slope": percentiles(np.array([each.slope for each in fits])),
    }
    rows = {
        f"{name}_{end}": value for name, pair in ends.items() for end, value in zip(("low", "high"), pair, strict=True)
    }
    if rows["ed50_low"] < found.lowest:
        rows["ed50_low"] = np.nan
    if rows["ed50_high"] > found.highest:
        outer = "emax_high" if found.best.span > 0 else "emax_low"
        rows |= {"ed50_high": np.nan, outer: np.nan}
    return rows


def _points(found: Curve) -> Iterator[tuple[Any, ...]]:
    for k, dose in enumerate(found.doses.tolist()):
        mean, effect = (mean_interval(found.values[:, k] - less) for less in (0.0, found.values[:, 0]))
        numbers = (n for e in (mean, effect) for n in (e.value, e.low, e.high))
        yield dose, mean.n, *numbers, int(found.censored[k])


def _band(found: Curve, outcome: str) -> Iterator[tuple[float, float, float, float]]:
    """Rows (dose, effect, low, high) of the fitted curve between the given doses; none where there is no curve."""
    if outcome == NOT_FROM_ZERO:
        return
    doses = np.geomspace(found.lowest, found.highest, DOSES_PER_BAND)
    others = np.array([each.at(doses) - each.bottom for each in found.resampled]).reshape(-1, DOSES_PER_BAND)
    for dose, value, all_of_them in zip(
        doses.tolist(), (found.best.at(doses) - found.best.bottom).tolist(), others.T, strict=True
    ):
        yield (dose, value, *percentiles(all_of_them))


def _sentence(whose: tuple[str, ...], found: Curve, row: dict[str, Any]) -> str:
    circuit, manipulation, drug, route, schedule, unit = whose
    doses = f"{number(found.lowest)} to {number(found.highest)} {unit}"
    who = ", ".join(filter(None, (f"{drug} {route} {schedule}, {circuit}", manipulation)))
    head = f"{who}; {named(found.measure)} ({doses}, n = {len(found.animals)}): "
    of = "" if found.measure.unit == "1" else f" {found.measure.unit}"
    if row["outcome"] == CURVE_FITTED:
        ends = (f"<{number(found.lowest)}", f">{number(found.highest)}")
        emax = interval(row["emax"], row["emax_low"], row["emax_high"], ("open", "open"))
        ed50 = interval(row["ed50"], row["ed50_low"], row["ed50_high"], ends if found.resampled else ("?", "?"))
        slope = interval(row["slope"], row["slope_low"], row["slope_high"])
        return f"{head}Emax {emax}{of} from {number(row['vehicle'])}; ED50 {ed50} {unit}; slope {slope}."
    if row["outcome"] == NOT_FROM_ZERO:
        steps = interval(row["trend"], row["trend_low"], row["trend_high"])
        return f"{head}{not_from_zero(found.trend)}; a step of dose adds {steps}{of}."
    top = mean_interval(found.values[:, -1] - found.values[:, 0])
    most = interval(top.value, top.low, top.high)
    return f"{head}{row['outcome']}, no Emax; {number(found.highest)} {unit} adds {most}{of}."
