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
#: From so many days on, the axis is ruled in weeks.
_WEEKS = 14
#: Endings of measures that are thresholds of withdrawal.
THRESHOLDS = ("_threshold", "_latency")
#: Unit -> what is measured in it, as the axis is named.
_QUANTITIES = {"g": "force (g)", "Hz": "rate (Hz)", "nM": "concentration (nM)", "s": "time (s)", "1": "index"}
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


@dataclass(frozen=True)
class _Axis:
    """Where values stand across a plot: over days, or by arm where all were measured at one moment.

    first, last: of the days. arms: of the study. by_arm: whether there is one moment only.
    """

    first: float
    last: float
    arms: tuple[str, ...]
    by_arm: bool

    @classmethod
    def of(cls, rows: pd.DataFrame, arms: Sequence[str]) -> _Axis:
        days = _days(rows)
        moments = rows[["day", "hour", "phase"]].drop_duplicates()
        return cls(float(days.min()), float(days.max()), tuple(arms), len(moments) == 1)

    @property
    def span(self) -> float:
        return max(self.last - self.first, 1.0)

    @property
    def right(self) -> float:
        """Where what was read after a manipulation on the last day stands."""
        return self.last + self.span * _PHASE_STEP

    def places(self, position: int, rows: pd.DataFrame) -> np.ndarray:
        """Place of each row of an arm; arms lie a little aside of one another."""
        if self.by_arm:
            return np.full(len(rows), float(position))
        aside = (position - (len(self.arms) - 1) / 2) * _ARM_STEP + (rows["phase"] != "").to_numpy() * _PHASE_STEP
        found: np.ndarray = _days(rows) + aside * self.span
        return found

    def shown(self) -> dict[str, object]:
        """In Plotly's words."""
        if self.by_arm:
            ticks = {"tickvals": list(range(len(self.arms))), "ticktext": list(self.arms), "automargin": True}
            return {**ticks, "title": {"text": ""}, "showgrid": False, "range": [-0.6, len(self.arms) - 0.4]}
        pad = 0.04 * self.span
        ruled = {"dtick": 7} if self.span >= _WEEKS else {}
        return {**ruled, "range": [self.first - pad, self.right + pad]}


def _plot(data: Courses, name: str, side: str) -> Plot:
    rows = _of(data.summary, name, side)
    unit = str(rows["unit"].iloc[0])
    axis = _Axis.of(rows, list(data.looks))
    cut_off = rows.loc[rows["censored"] > 0, "mean"].max() if (rows["censored"] == rows["n"]).any() else np.nan
    shapes = [] if axis.by_arm else [plots.shaded(*period) for period in data.dosing]
    shapes += [plots.vertical(0.0)] if axis.first < 0 < axis.last else []
    shapes += [plots.horizontal(float(cut_off))] if np.isfinite(cut_off) else []
    shown = plots.layout("days after surgery", _QUANTITIES.get(unit, unit), shapes)
    shown["xaxis"] |= axis.shown()
    shown["yaxis"] |= _range(data, name)
    shown["annotations"] = [] if axis.by_arm else list(_annotations(rows, axis.right))
    if shown["annotations"]:
        shown["margin"] = shown["margin"] | {"t": plots.TOP_WITH_TEXT}
    title = titled(name, side)
    caption = f"All at {moment(*rows[['day', 'hour', 'phase']].iloc[0])}." if axis.by_arm else ""
    traces = list(_traces(data, name, side, axis))
    return Plot(f"plot-{name}-{side}", title, _alternative(title, rows, unit), caption, shown, traces)


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


def _traces(data: Courses, name: str, side: str, axis: _Axis) -> Iterator[Trace]:
    """Points of animals behind the means; what was read after a manipulation stands beside, without a line."""
    summary, points = _of(data.summary, name, side), _of(data.assays, name, side)
    for position, (arm, look) in enumerate(data.looks.items()):
        own = points[points["arm"] == arm]
        if len(own):
            yield _points_trace(position, arm, look, axis.places(position, own), own["value"])
        rows = summary[summary["arm"] == arm]
        for after in (False, True):
            told = rows[(rows["phase"] != "") == after].sort_values(["day", "hour"])
            if len(told):
                shown = ArmLook(look.color, look.dash, "x-thin-open") if after and not axis.by_arm else look
                yield plots.means_trace(position, shown, arm, _columns(told, axis.places(position, told)), not after)


def _columns(rows: pd.DataFrame, places: np.ndarray) -> dict[str, np.ndarray]:
    text = [
        "<br>".join(
            [moment(row.day, row.hour, row.phase), estimate(row.mean, row.low, row.high, row.unit), _animals(row)]
        )
        for row in rows.itertuples()
    ]
    means = {key: rows[key].to_numpy(float) for key in ("mean", "low", "high")}
    return {"x": places, "text": np.array(text, object), **means}


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
