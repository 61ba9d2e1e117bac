"""The figure of own data beside a study: own animals over the model's, and a visual predictive check at each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results.figures.style import BLACK, GREY, arm_styles, pretty, styled
from results.files.folder import ManifestArm
from results.own_data.comparing import OwnComparison
from results.statistics.grids import Grids

_MM = 1 / 25.4
#: Width of a panel with few and with many times, its height, what is around all panels, and the legend, in mm.
PANEL_WIDTH, WIDE_PANEL, PANEL_HEIGHT, AROUND_HEIGHT = 54.0, 80.0, 42.0, 3.0
LEGEND_WIDTH, LEGEND_LINE = 56.0, 3.4
#: With more times than these a panel is wide.
FEW_PLACES = 5
#: Colour of predicted intervals: light enough that points are seen on them.
INTERVAL = "#9CC9E8"
#: Where the animals of the model, the checks and the own animals stand beside a time, in shares of its place.
_MODEL_PLACE, _OWN_PLACE, _CHECK_PLACES = -0.32, 0.32, (-0.16, 0.0, 0.16)
_NAMES = {"q10": "10 %", "q50": "50 %", "q90": "90 %"}


@styled
def draw_own_data(own: OwnComparison, grids: Grids, arms: Sequence[ManifestArm], *, width_mm: float = 170.0) -> Figure:
    """Draw own animals over the model's: a panel for each measure and arm, a place for each day.

    Beside each day stand the model's animals, then the predicted intervals with what was observed, then own animals. Of
    a published table its mean is drawn with its 95 % interval.

    Parameters
    ----------
    own
        As `compare_own` gives it.
    grids
        The values of the study.
    arms
        Of the study.
    width_mm
        Of the figure.
    """
    panels = list(own.groups.groupby(["name", "side", "arm"], sort=False))
    times = max(len(groups) for _, groups in panels)
    columns = max(1, min(len(panels), int(width_mm // (WIDE_PANEL if times > FEW_PLACES else PANEL_WIDTH))))
    rows = -(-len(panels) // columns)
    legend = _legend(own.matched.published)
    across = max(1, int(width_mm // LEGEND_WIDTH))
    around = AROUND_HEIGHT + LEGEND_LINE * -(-len(legend) // across)
    figure = Figure(figsize=(width_mm * _MM, (rows * PANEL_HEIGHT + around) * _MM), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    styles = arm_styles(arms)
    for place, (axes, ((_, _, arm), groups)) in enumerate(zip(grid.flat, panels, strict=False)):
        _draw_panel(axes, own, grids, groups.sort_values(["day", "hour"]), styles[arm].color)
        axes.set_ylabel(_axis(groups.iloc[0]) if place % columns == 0 else "", fontsize=7)
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    _equal_heights(list(grid.flat), panels)
    figure.legend(handles=legend, loc="outside lower center", ncols=across, fontsize=6)
    return figure


def _draw_panel(axes: Axes, own: OwnComparison, grids: Grids, groups: pd.DataFrame, color: str) -> None:
    rows = own.matched.rows
    for place, group in enumerate(groups.to_dict("records")):
        values = grids.values[group["arm"]][:, int(group["column"])]
        values = values[np.isfinite(values)]
        axes.plot(np.full(len(values), place + _MODEL_PLACE), values, ".", color=color, ms=3, zorder=2)
        for shift, name in zip(_check_places(group), _checked(group), strict=True):
            _draw_check(axes, place + shift, [group[f"{name}_{end}"] for end in ("low", "high", "own")])
        mine = rows[(rows["matched"] == group["arm"]) & (rows["column"] == group["column"])]["value"].to_numpy(float)
        _draw_own(axes, place + _OWN_PLACE, mine, group, own.matched.published)
    first = groups.iloc[0]
    axes.set_xticks(range(len(groups)), _times(groups), fontsize=6)
    spare = max(0.0, (3 - len(groups)) / 2)
    axes.set_xlim(-0.6 - spare, len(groups) - 0.4 + spare)
    axes.set_xlabel("day from surgery", fontsize=7)
    numbers = f"own n = {_counts(groups['own_n'])}, model n = {_counts(groups['model_n'])}"
    side = f", {pretty(first['side'])}" if first["side"] else ""
    axes.set_title(f"{_cut(first['own_arm'])}{side}\n{numbers}", fontsize=7, parse_math=False)
    axes.tick_params(labelsize=6)


def _equal_heights(axes: Sequence[Axes], panels: Sequence[tuple[Any, pd.DataFrame]]) -> None:
    """Panels of one measure have one scale, from 0 to above all that is drawn."""
    tops: dict[str, float] = {}
    names = [key[0] for key, _ in panels]
    for name, each in zip(names, axes, strict=False):
        tops[name] = max(tops.get(name, 0.0), each.get_ylim()[1])
    for name, each in zip(names, axes, strict=False):
        each.set_ylim(0, tops[name])


def _axis(group: pd.Series) -> str:
    return f"{pretty(group['name'])} ({group['unit']})"


def _draw_check(axes: Axes, place: float, numbers: Sequence[float]) -> None:
    """A predicted interval, and on it what was observed: a bar inside, a cross outside."""
    low, high, seen = numbers
    axes.plot([place, place], [low, high], color=INTERVAL, lw=2.4, solid_capstyle="butt", zorder=1)
    inside = low <= seen <= high
    axes.plot(place, seen, "_" if inside else "x", color=BLACK, ms=3.6, mew=0.9, zorder=4)


def _draw_own(axes: Axes, place: float, values: np.ndarray, group: dict[str, Any], published: bool) -> None:
    look: dict[str, Any] = {"color": BLACK, "mfc": "white", "ms": 3.5, "mew": 0.7, "zorder": 3}
    if not published:
        axes.plot(np.full(len(values), place), values, "o", ls="", **look)
        return
    mean = group["own_mean"]
    ends = [[mean - group["own_low"]], [group["own_high"] - mean]]
    axes.errorbar(place, mean, ends, fmt="s", elinewidth=0.8, capsize=1.5, **look)


def _checked(group: dict[str, Any]) -> list[str]:
    """Names of what is checked: quantiles, or the mean of a published table."""
    return [name for name in _NAMES if np.isfinite(group.get(f"{name}_own", np.nan))] or ["mean"]


def _check_places(group: dict[str, Any]) -> tuple[float, ...]:
    return _CHECK_PLACES if len(_checked(group)) == len(_CHECK_PLACES) else (0.0,)


def _legend(published: bool) -> list[Line2D]:
    told = "the mean" if published else "10, 50, 90 % quantiles"
    own = (
        Line2D([], [], color=BLACK, marker="s", mfc="white", ms=3.5, lw=0.8, label="published mean, 95 % interval")
        if published
        else Line2D([], [], color=BLACK, marker="o", mfc="white", ms=3.5, ls="", label="own animal")
    )
    return [
        Line2D([], [], color=GREY, marker=".", ms=4, ls="", label="animal of the model, in the colour of its arm"),
        Line2D([], [], color=INTERVAL, lw=4, label=f"95 % predicted interval of {told}"),
        own,
        Line2D([], [], color=BLACK, marker="_", ms=5, mew=0.9, ls="", label="observed, inside it"),
        Line2D([], [], color=BLACK, marker="x", ms=3.6, mew=0.9, ls="", label="observed, outside"),
    ]


def _times(groups: pd.DataFrame) -> list[str]:
    """Days; with the hour where a day is there twice."""
    again = groups["day"].duplicated(keep=False)
    places = zip(groups["day"], groups["hour"], again, strict=True)
    return [f"{day}\n{hour:g} h" if twice else f"{day}" for day, hour, twice in places]


def _cut(text: str, most: int = 44) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _counts(numbers: pd.Series) -> str:
    low, high = int(numbers.min()), int(numbers.max())
    return f"{low}" if low == high else f"{low} to {high}"
