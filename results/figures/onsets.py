"""The figure of onsets: effects over the days of dosing as shares of the settled effect, thresholds beside mood."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results.analyses.analysis import NOT_FROM_ZERO
from results.comparison.arms import Comparison
from results.comparison.frames import rows_of, where
from results.figures.curves import MOST_PANELS, analysis_of, distinct_rows, panels
from results.figures.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILLION, pretty, styled

_MEASURE_LOOKS = ((VERMILLION, "o", "-"), (BLUE, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"), (ORANGE, "v", "-"))


@styled
def draw_onsets(comparison: Comparison) -> Figure:
    """Draw onsets: one panel for each arm, at most `MOST_PANELS`, with the course of every measure.

    The effect is 1 where it settles; the day of its half has its 95 % interval. An effect that is not distinguishable
    from zero is named, not drawn.

    Parameters
    ----------
    comparison
        Of a study with the analysis `onset`.

    Raises
    ------
    UserError
        Where no arm was measured often enough.
    """
    tables = analysis_of(comparison, "onset", "onset").tables
    arms = [group["arm"] for group in distinct_rows(tables["onset"], ("arm",))][:MOST_PANELS]
    measures = distinct_rows(tables["onset"], ("name", "side"))[: len(_MEASURE_LOOKS)]
    figure, grid = panels(len(arms), 4.2, 2.7)
    for axes, arm in zip(grid, arms, strict=True):
        of_arm = {name: where(table, arm=arm) for name, table in tables.items()}
        for k, measure in enumerate(measures):
            _draw(axes, {name: where(table, **measure) for name, table in of_arm.items()}, k)
        _dress(axes, str(arm), of_arm["onset"])
    handles = [
        Line2D(
            [],
            [],
            color=color,
            marker=marker,
            ls=line,
            ms=4,
            label=f"{pretty(str(m['name']))} {pretty(str(m['side']))}",
        )
        for m, (color, marker, line) in zip(measures, _MEASURE_LOOKS, strict=False)
    ]
    handles.append(
        Line2D(
            [], [], color=BLACK, marker="|", ls="", ms=8, label="mean, 95 % interval over animals (may leave the panel)"
        )
    )
    handles.append(
        Line2D([], [], color=BLACK, marker="D", mfc="white", lw=2.2, ms=5, label="day of half the effect, 95 %")
    )
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def _draw(axes: Axes, tables: dict[str, pd.DataFrame], k: int) -> None:
    for row in rows_of(tables["onset"]):
        if row["outcome"] == NOT_FROM_ZERO:
            continue
        color, marker, line = _MEASURE_LOOKS[k]
        course, settled = tables["onset_courses"], row["settled"]
        share, low, high = (course[name].to_numpy() / settled for name in ("effect", "low", "high"))
        ends = np.sort(np.array([low, high]), axis=0)
        spread = np.nan_to_num(np.abs(share - ends))
        look: dict[str, Any] = {
            "color": color,
            "marker": marker,
            "ls": line,
            "ms": 4,
            "capsize": 1.5,
            "elinewidth": 0.8,
        }
        axes.errorbar(course["day_of_dosing"], share, spread, zorder=3, **look)
        height = 0.5 + 0.03 * (1 - 2 * k)
        if np.isfinite(row["half_low"]):
            last = row["half_high"] if np.isfinite(row["half_high"]) else course["day_of_dosing"].max()
            axes.plot([row["half_low"], last], [height] * 2, color=color, lw=2.4, solid_capstyle="butt", zorder=5)
        axes.plot([row["half_day"]], [height], marker="D", ms=5, mfc="white", mec=color, ls="", zorder=6)


def _dress(axes: Axes, arm: str, onsets: pd.DataFrame) -> None:
    left_out = [row["name"] for row in rows_of(onsets) if row["outcome"] == NOT_FROM_ZERO]
    n = onsets["n"]
    axes.set_title(f"{arm} (n = {n.min()})")
    axes.axhline(0, color=GREY, lw=0.6)
    axes.axhline(1, color=GREY, lw=0.6, ls=":")
    axes.set_ylim(-0.4, 2.0)
    axes.set_xlabel("days from the first dose")
    axes.set_ylabel("share of the settled effect")
    if left_out:
        text = f"{NOT_FROM_ZERO}: " + ", ".join(map(pretty, left_out))
        axes.text(0.98, 0.04, text, transform=axes.transAxes, ha="right", fontsize=7, color="#555555")
