"""Plots of what assays measured, over days: means of arms, their intervals, and single animals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.days import HOURS_PER_DAY
from results.page import plots
from results.page.looks import ArmLook
from results.page.plots import Plot, Trace
from results.page.words import estimate, moment, titled

#: Of each arm so many animals, the first by number, are drawn as points; so a page does not grow with the animals.
MOST_POINTS = 12
#: Endings of measures that are thresholds of withdrawal.
#: From so many days on, the axis is ruled in weeks.
_WEEKS = 14
THRESHOLDS = ("_threshold", "_latency")
#: So far aside, as a share of the days, lie arms of one moment, and what was read after a manipulation.
_ARM_STEP, _PHASE_STEP = 0.0035, 0.03


@dataclass(frozen=True)
class Courses:
    """What the plots of courses are made of.

    Attributes
    ----------
    summary
        Table `assay_summary` of a comparison.
    assays
        Values of single animals, at most `MOST_POINTS` of each arm.
    looks
        Arm -> its look, in the order of the study.
    dosing
        First and last day of each dosing period, of any arm.
    """

    summary: pd.DataFrame
    assays: pd.DataFrame
    looks: Mapping[str, ArmLook]
    dosing: tuple[tuple[float, float], ...] = ()


def course_plots(data: Courses, assays: Sequence[str]) -> Iterator[Plot]:
    """Yield a plot for each measure and side of some assays, in the order in which they were measured."""
    rows = data.summary[data.summary["assay"].isin(assays)]
    for name, sides in rows.groupby("name", observed=True, sort=False)["side"]:
        for side in sorted(sides.unique(), key=lambda side: side != "ipsi"):
            yield _plot(data, str(name), str(side))


def first_animals(assays: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first `MOST_POINTS` animals of each arm."""
    numbers = assays[["arm", "animal"]].drop_duplicates().sort_values("animal")
    kept = numbers.groupby("arm", observed=True).head(MOST_POINTS)
    return assays.merge(kept, on=["arm", "animal"])


def _plot(data: Courses, name: str, side: str) -> Plot:
    rows = _of(data.summary, name, side)
    unit = str(rows["unit"].iloc[0])
    days = _days(rows)
    span = max(float(days.max() - days.min()), 1.0)
    traces = list(_traces(data, name, side, span))
    cut_off = rows.loc[rows["censored"] > 0, "mean"].max() if (rows["censored"] == rows["n"]).any() else np.nan
    shapes = [plots.shaded(*period) for period in data.dosing]
    shapes += [plots.vertical(0.0)] if days.min() < 0 < days.max() else []
    shapes += [plots.horizontal(float(cut_off))] if np.isfinite(cut_off) else []
    pad = 0.04 * span
    shown = plots.layout("days after surgery", "index" if unit == "1" else unit, shapes)
    shown["xaxis"] |= {"range": [float(days.min()) - pad, float(days.max()) + span * _PHASE_STEP + pad]}
    shown["xaxis"] |= {"dtick": 7} if span >= _WEEKS else {}
    shown["yaxis"] |= _range(data, name)
    shown["annotations"] = list(_annotations(rows, float(days.max()) + span * _PHASE_STEP))
    title = titled(name, side)
    return Plot(f"plot-{name}-{side}", title, _alternative(title, rows, unit), "", shown, traces)


def _range(data: Courses, name: str) -> dict[str, list[float]]:
    """One range for both sides of a measure, so that they can be compared; from 0, where nothing is below."""
    summary, points = (table[table["name"] == name] for table in (data.summary, data.assays))
    values = np.concatenate([summary[key].to_numpy(float) for key in ("mean", "low", "high")] + [points["value"]])
    values = values[np.isfinite(values)]
    least, most = min(0.0, float(values.min(initial=0.0))), float(values.max(initial=0.0))
    pad = 0.06 * (most - least) or 1.0
    return {"range": [least - pad * (least < 0), most + pad]}


def _annotations(rows: pd.DataFrame, right: float) -> Iterator[dict[str, object]]:
    """What the crosses stand for, above them."""
    phases = [phase for phase in dict.fromkeys(rows["phase"]) if phase]
    if phases:
        text = f"× {phases[0]}" if len(phases) == 1 else "× after a manipulation"
        yield {
            "x": right, "y": 1.0, "yref": "paper", "yanchor": "bottom", "xanchor": "right", "text": text,
            "showarrow": False, "font": {"size": 12},
        }  # fmt: skip


def _of(table: pd.DataFrame, name: str, side: str) -> pd.DataFrame:
    return table[(table["name"] == name) & (table["side"] == side)]


def _days(rows: pd.DataFrame) -> np.ndarray:
    found: np.ndarray = rows["day"].to_numpy(float) + rows["hour"].to_numpy(float) / HOURS_PER_DAY
    return found


def _traces(data: Courses, name: str, side: str, span: float) -> Iterator[Trace]:
    """Points of animals behind the means; what was read after a manipulation stands beside, without a line."""
    summary, points = _of(data.summary, name, side), _of(data.assays, name, side)
    unit = str(summary["unit"].iloc[0])
    middle = (len(data.looks) - 1) / 2
    for position, (arm, look) in enumerate(data.looks.items()):
        aside = (position - middle) * _ARM_STEP * span
        own = points[points["arm"] == arm]
        if len(own):
            x = _days(own) + aside + (own["phase"] != "").to_numpy() * _PHASE_STEP * span
            yield _points_trace(position, arm, look, x, own["value"])
        rows = summary[summary["arm"] == arm]
        for after in (False, True):
            told = rows[(rows["phase"] != "") == after].sort_values(["day", "hour"])
            if len(told):
                yield _means(position, arm, look, told, (aside + after * _PHASE_STEP * span, unit, not after))


def _means(position: int, arm: str, look: ArmLook, rows: pd.DataFrame, how: tuple[float, str, bool]) -> Trace:
    aside, unit, line = how
    text = [
        f"{moment(row.day, row.hour, row.phase)}<br>{estimate(row.mean, row.low, row.high, unit)}<br>{_animals(row)}"
        for row in rows.itertuples()
    ]
    columns = {"x": _days(rows) + aside, "text": text, **{key: rows[key].to_numpy() for key in ("mean", "low", "high")}}
    shown = look if line else ArmLook(look.color, look.dash, "x-thin-open")
    return plots.means_trace(position, shown, arm, columns, line)


def _animals(row: object) -> str:
    count = f"{row.n} animals"  # type: ignore[attr-defined]
    return f"{count}, {row.censored} at the cut-off" if row.censored else count  # type: ignore[attr-defined]


def _points_trace(position: int, arm: str, look: ArmLook, x: np.ndarray, values: pd.Series) -> Trace:
    return {
        "type": "scatter",
        "name": arm,
        "meta": position,
        "mode": "markers",
        "x": plots.rounded(x),
        "y": plots.rounded(values),
        "hoverinfo": "skip",
        "marker": {"color": look.color, "symbol": "circle", "size": 4, "opacity": 0.35},
    }


def _alternative(title: str, rows: pd.DataFrame, unit: str) -> str:
    """What the plot shows: when, in which arms, and the values on the last day without a manipulation."""
    plain = rows[rows["phase"] == ""]
    plain = plain if len(plain) else rows
    last = plain.sort_values(["day", "hour"]).groupby("arm", observed=True, sort=False).tail(1)
    values = "; ".join(
        f"{row.arm} {estimate(row.mean, row.low, row.high, unit)} on day {row.day}" for row in last.itertuples()
    )
    days = sorted(rows["day"].unique())
    return f"{title}, mean and 95 % interval of {len(last)} arms on days {days[0]} to {days[-1]}. Last: {values}."
