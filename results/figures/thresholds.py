"""The figure of withdrawal thresholds over days: one row for each assay, one column for each side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from core.errors import UserError
from core.vocabulary import SIDES
from results.comparison.arms import Comparison
from results.comparison.frames import distinct, where
from results.figures.style import GREY, arm_styles, pretty, styled
from results.figures.timecourse import (
    add_legend,
    animal_note,
    animals_of,
    draw_animals,
    draw_means,
    interval_note,
    mark_days,
    start_at_zero,
)


@styled
def draw_thresholds(comparison: Comparison, names: Sequence[str] | None = None) -> Figure:
    """Draw withdrawal thresholds over days: means with 95 % intervals by arm, animals faint, dosing shaded.

    Values measured after an injection or another manipulation of that day (a phase) are left out.

    Parameters
    ----------
    comparison
        Of the study.
    names
        Measures to draw, by default all whose name ends in `_threshold` or `_latency`.

    Raises
    ------
    UserError
        Where the study has none of these measures.
    """
    shown = _measures(comparison.tables["assay_summary"], names)
    if not shown:
        raise UserError(f"the study {comparison.manifest.study} has no thresholds to draw.")
    summary, values = (_untouched(comparison.tables[table], list(shown)) for table in ("assay_summary", "assays"))
    columns = max(map(len, shown.values()))
    figure = Figure(figsize=(1.2 + 4.2 * columns, 0.9 + 2.7 * len(shown)), layout="constrained")
    grid = figure.subplots(len(shown), columns, squeeze=False, sharex=True, sharey="row")
    rows = [[], *shown.values(), []]
    for row, (name, sides) in enumerate(shown.items()):
        headed, footed = sides != rows[row], sides != rows[row + 2]
        for axes, side in zip(grid[row], sides, strict=False):
            panel = {"name": name, "side": side}
            _draw_panel(axes, comparison, where(summary, **panel), where(values, **panel), headed)
            _mark_cut_off(axes, where(values, name=name))
            axes.tick_params(labelbottom=footed)
            axes.set_xlabel("days from surgery" if footed else "")
        grid[row, 0].set_ylabel(f"{pretty(name)} ({where(summary, name=name)['unit'][0]})")
        start_at_zero(grid[row], where(summary, name=name), where(values, name=name))
        for axes in grid[row, len(sides) :]:
            axes.set_visible(False)
    _add_legend(figure, comparison, summary, values)
    return figure


def _measures(summary: pd.DataFrame, names: Sequence[str] | None) -> dict[str, list[str]]:
    """Measure -> the sides it was measured on; measures with sides first."""
    wanted = names or [name for name in distinct(summary["name"]) if name.endswith(("_threshold", "_latency"))]
    found = {name: distinct(where(summary, name=name, phase="")["side"]) for name in wanted}
    sided = {name: [side for side in (*SIDES, "") if side in sides] for name, sides in found.items() if sides}
    return dict(sorted(sided.items(), key=lambda item: item[1] == [""]))


def _untouched(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    rows = where(table, phase="")
    return rows[rows["name"].isin(names)].reset_index(drop=True)


def _draw_panel(axes: Axes, comparison: Comparison, summary: pd.DataFrame, values: pd.DataFrame, headed: bool) -> None:
    styles = arm_styles(comparison.manifest.arms)
    draw_animals(axes, values, styles)
    draw_means(axes, summary, styles)
    mark_days(axes, comparison.dosing, styles, labelled=headed)
    if headed:
        axes.set_title(pretty(summary["side"][0]) or "not tied to a side", pad=14)


def _mark_cut_off(axes: Axes, values: pd.DataFrame) -> None:
    """Draw a line at the cut-off, if any animal reached it."""
    reached = values["value"][values["censored"]]
    if reached.size:
        axes.axhline(reached.max(), color=GREY, lw=0.8, ls=(0, (6, 2, 1, 2)), zorder=1)


def _add_legend(figure: Figure, comparison: Comparison, summary: pd.DataFrame, values: pd.DataFrame) -> None:
    extra = [interval_note(summary), animal_note()]
    if values["censored"].any():
        extra.append(Line2D([], [], color=GREY, lw=0.8, ls=(0, (6, 2, 1, 2)), label="cut-off"))
    add_legend(figure, arm_styles(comparison.manifest.arms), animals_of(summary), extra)
