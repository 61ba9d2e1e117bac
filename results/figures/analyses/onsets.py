"""The figure of onsets: effects over the days of dosing as shares of the settled effect, thresholds beside mood."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.analyses.analysis import NOT_FROM_ZERO
from results.comparison.arms import Comparison
from results.comparison.frames import rows_of, where
from results.figures.analyses.panels import analysis_of, distinct_rows, n_told, panels
from results.figures.sheet import finish, note_of
from results.figures.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PAGE_MM,
    PURPLE,
    SMALL,
    VERMILLION,
    WORDS,
    arm_labels,
    pretty,
    styled,
)

_MEASURE_LOOKS = ((VERMILLION, "o", "-"), (BLUE, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"), (ORANGE, "v", "-"))
#: Ends of the axis, in settled effects; intervals end there.
_ENDS = (-0.4, 2.0)
_LEAVING = f"; they end where the panel ends, at {_ENDS[0]:g} and {_ENDS[1]:g}."


@styled
def draw_onsets(comparison: Comparison, *, width_mm: float = PAGE_MM) -> Figure:
    """Draw onsets: one panel for each arm, with the course of every measure.

    The effect is 1 where it settles; the day of its half has its 95 % interval. An effect that is not distinguishable
    from zero is named, not drawn.

    Parameters
    ----------
    comparison
        Of a study with the analysis `onset`.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where no arm was measured often enough.
    """
    tables = analysis_of(comparison, "onset", "onset").tables
    arms = [str(group["arm"]) for group in distinct_rows(tables["onset"], ("arm",))]
    measures = distinct_rows(tables["onset"], ("name", "side"))
    labels = arm_labels(comparison.manifest.arms)
    figure, grid = panels(len(arms), width_mm, 48.0)
    for axes, arm in zip(grid, arms, strict=True):
        of_arm = {name: where(table, arm=arm) for name, table in tables.items()}
        for k, measure in enumerate(measures):
            _draw(axes, {name: where(table, **measure) for name, table in of_arm.items()}, k)
        _dress(axes, labels.get(arm, arm), of_arm["onset"])
    handles = [
        note_of(f"{pretty(str(measure['name']))} {pretty(str(measure['side']))}", **_look(k))
        for k, measure in enumerate(measures)
    ]
    handles.append(note_of("day of half the effect, 95 % interval", marker="D", mfc="white", ls="-", lw=1.6, ms=3.6))
    return finish(figure, handles, [f"Points and vertical lines: mean and 95 % interval over animals{_LEAVING}"])


def _look(k: int) -> dict[str, Any]:
    color, marker, line = _MEASURE_LOOKS[k % len(_MEASURE_LOOKS)]
    return {"color": color, "marker": marker, "ls": line, "ms": 3.0}


def _draw(axes: Axes, tables: dict[str, pd.DataFrame], k: int) -> None:
    for row in rows_of(tables["onset"]):
        if row["outcome"] == NOT_FROM_ZERO:
            continue
        look = _look(k)
        course, settled = tables["onset_courses"], row["settled"]
        share, low, high = (course[name].to_numpy() / settled for name in ("effect", "low", "high"))
        ends = np.sort(np.array([low, high]), axis=0).clip(*_ENDS)
        axes.vlines(course["day_of_dosing"], *ends, color=look["color"], lw=0.6, zorder=2)
        axes.plot(course["day_of_dosing"], share, zorder=3, **look)
        height = 0.5 + 0.05 * (1 - 2 * k)
        if np.isfinite(row["half_low"]):
            last = row["half_high"] if np.isfinite(row["half_high"]) else course["day_of_dosing"].max()
            axes.plot(
                [row["half_low"], last], [height] * 2, color=look["color"], lw=1.6, solid_capstyle="butt", zorder=5
            )
        axes.plot([row["half_day"]], [height], marker="D", ms=3.6, mfc="white", mec=look["color"], ls="", zorder=6)


def _dress(axes: Axes, arm: str, onsets: pd.DataFrame) -> None:
    left_out = [row["name"] for row in rows_of(onsets) if row["outcome"] == NOT_FROM_ZERO]
    axes.set_title(f"{arm} ({n_told(onsets['n'])})")
    axes.axhline(0, color=GREY, lw=0.6)
    axes.axhline(1, color=GREY, lw=0.6, ls=":")
    axes.set_ylim(*_ENDS)
    axes.set_xlabel("days from the first dose")
    axes.set_ylabel("share of the settled effect")
    if left_out:
        text = "\n".join([f"{NOT_FROM_ZERO}:", *map(pretty, left_out)])
        axes.text(0.98, 0.02, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=SMALL, color=WORDS)
