"""The figure of an attribution: what each mechanism adds to a drug's effect, stacked over the days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from core.errors import UserError
from results.analyses.attribution import REMAINDER, TOTAL
from results.comparison.frames import distinct, rows_of, where
from results.figures.analyses.panels import distinct_rows, n_told, panels
from results.figures.sheet import finish
from results.figures.style import BLACK, COLORS, GREY, PAGE_MM, pretty, styled

LABELS = {
    "alpha2": "spinal alpha2",
    "repair": "LC repair",
    "sodium": "sodium channels",
    "alpha2delta": "alpha2delta-1",
    "autoreceptors": "LC autoreceptors",
    REMAINDER: "all else",
}
_HATCHES = ("", "//", "..", "\\\\", "xx", "++")


def draw_attributions(table: pd.DataFrame, *, width_mm: float = PAGE_MM) -> dict[str, Figure]:
    """Draw an attribution: one figure for each measure, with one panel for each arm.

    Shapley values are stacked, positive ones up and negative ones down; the total has its 95 % interval over animals.

    Parameters
    ----------
    table
        With the columns `results.analyses.attribution.ATTRIBUTION_COLUMNS`.
    width_mm
        Of the figures: 170 for a page, 85 for a column.

    Returns
    -------
    dict
        `attribution-NAME-SIDE` -> figure.

    Raises
    ------
    UserError
        Where nothing was measured in both a treated arm and its vehicle arm.
    """
    if not len(table):
        raise UserError("nothing was measured in both a treated arm and its vehicle arm.")
    return {
        _name(measure): _draw_measure(where(table, **measure), width_mm)
        for measure in distinct_rows(table, ("name", "side"))
    }


def _name(measure: dict[str, object]) -> str:
    return "-".join(("attribution", *filter(None, map(str, measure.values()))))


@styled
def _draw_measure(table: pd.DataFrame, width_mm: float) -> Figure:
    places = distinct_rows(table, ("arm", "assay", "name", "side", "unit"))
    mechanisms = [name for name in distinct(table["mechanism"]) if name not in (REMAINDER, TOTAL)]
    looks = {name: (COLORS[k % len(COLORS)], _HATCHES[k % len(_HATCHES)]) for k, name in enumerate(mechanisms)}
    looks[REMAINDER] = (GREY, "")
    figure, grid = panels(len(places), width_mm, 52.0)
    for axes, place in zip(grid, places, strict=True):
        _draw(axes, where(table, **place), looks)
        axes.set_title(f"{place['arm']}: {pretty(str(place['name']))} {pretty(str(place['side']))}".rstrip())
        axes.set_ylabel(f"treated minus vehicle ({place['unit']})")
    notes = [f"Diamonds and vertical lines: total, mean and 95 % interval over animals ({n_told(table['n'])})."]
    return finish(figure, _handles(looks), notes)


def _draw(axes: Axes, table: pd.DataFrame, looks: dict[str, tuple[str, str]]) -> None:
    times = sorted({(row["day"], row["hour"]) for row in rows_of(table)})
    places = np.arange(len(times))
    tops, bottoms = np.zeros(len(times)), np.zeros(len(times))
    for mechanism, (color, hatch) in looks.items():
        values = _over(where(table, mechanism=mechanism), times, "value")
        starts = np.where(values >= 0, tops, bottoms)
        axes.bar(places, values, 0.7, starts, color=color, hatch=hatch, edgecolor="white", linewidth=0.4)
        tops, bottoms = tops + np.maximum(values, 0), bottoms + np.minimum(values, 0)
    total = where(table, mechanism=TOTAL)
    mean, low, high = (_over(total, times, name) for name in ("value", "low", "high"))
    axes.vlines(places, low, high, color=BLACK, lw=0.8, zorder=3)
    axes.plot(places, mean, color=BLACK, ls="", marker="D", mfc="white", ms=3.4, mew=0.8, zorder=4)
    axes.axhline(0, color=BLACK, lw=0.7)
    hours = {hour for _, hour in times}
    axes.set_xticks(places, [f"{day}\n{hour:+g} h" if len(hours) > 1 else str(day) for day, hour in times])
    axes.set_xlabel(f"day from surgery{f', {hours.pop():+g} h' if len(hours) == 1 else ' and hour of that day'}")


def _over(table: pd.DataFrame, times: list[tuple[int, float]], column: str) -> np.ndarray:
    found: dict[Any, float] = {(row["day"], row["hour"]): row[column] for row in rows_of(table)}
    return np.array([found[time] for time in times])


def _handles(looks: dict[str, tuple[str, str]]) -> list[Any]:
    handles: list[Any] = [
        Patch(facecolor=color, hatch=hatch, edgecolor="white", label=LABELS.get(name, name))
        for name, (color, hatch) in looks.items()
    ]
    return [*handles, Line2D([], [], color=BLACK, marker="D", mfc="white", ms=3.4, ls="", label="total")]
