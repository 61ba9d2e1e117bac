"""The figure of firing rates: mean rates of all populations over days, one panel for each."""

from __future__ import annotations

import textwrap

from matplotlib.figure import Figure

from core.errors import UserError
from core.vocabulary import SIDES
from results.comparison.arms import Comparison
from results.comparison.frames import distinct, where
from results.figures.style import arm_styles, pretty, styled
from results.figures.timecourse import (
    add_legend,
    animals_of,
    day_notes,
    draw_means,
    interval_note,
    mark_days,
    start_at_zero,
)

PANELS_PER_ROW = 4


@styled
def draw_rates(comparison: Comparison, purpose: str = "rest") -> Figure:
    """Draw firing rates over days: one panel for each population; those silent in all arms are named in the title.

    Parameters
    ----------
    comparison
        Of the study; drawn are rates per cell, means over each day's epochs with 95 % intervals over animals.
    purpose
        What the epochs were for: "rest" or the name of an assay.

    Raises
    ------
    UserError
        Where the study has no such epochs, or no population fires in them.
    """
    summary = where(comparison.tables["rate_summary"], assay=purpose, phase="")
    names = _side_by_side(distinct(summary["name"]))
    silent = [name for name in names if not where(summary, name=name)["mean"].any()]
    names = [name for name in names if name not in silent]
    if not names:
        raise UserError(f"the study {comparison.manifest.study} has no epochs of {purpose} with spikes to draw.")
    styles = arm_styles(comparison.manifest.arms)
    columns = min(PANELS_PER_ROW, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(0.6 + 2.6 * columns, 0.9 + 1.75 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    for axes, name in zip(grid, names, strict=False):
        draw_means(axes, where(summary, name=name), styles)
        mark_days(axes, comparison.dosing, styles, labelled=False)
        axes.set_title(side_and_name(name))
        start_at_zero([axes], where(summary, name=name))
    for axes in grid[len(names) :]:
        axes.set_visible(False)
    for axes in grid[max(0, len(names) - columns) : len(names)]:
        axes.xaxis.set_tick_params(labelbottom=True)
        axes.set_xlabel("days from surgery")
    if silent:
        text = "; ".join(side_and_name(name).replace(" ", "\N{NO-BREAK SPACE}") for name in silent)
        figure.suptitle("\n".join(textwrap.wrap(f"Silent in all arms: {text}", 35 * columns)), fontsize=8)
    figure.supylabel(f"mean rate at {pretty(purpose)} (Hz per cell)", fontsize=8)
    add_legend(figure, styles, animals_of(summary), [interval_note(summary), *day_notes(comparison.dosing)])
    return figure


def side_and_name(name: str) -> str:
    """Title of a population: `ipsi_projection` -> `projection, ipsi`."""
    for side in SIDES:
        if name.startswith(f"{side}_"):
            return f"{pretty(name.removeprefix(f'{side}_'))}, {side}"
    return pretty(name)


def _side_by_side(names: list[str]) -> list[str]:
    """Names ordered so that both sides of a population are neighbours."""
    bases = [name.removeprefix("ipsi_").removeprefix("contra_") for name in names]
    first = {base: k for k, base in reversed(list(enumerate(bases)))}
    return [
        name
        for _, _, name in sorted(
            (first[base], name.startswith("contra_"), name) for base, name in zip(bases, names, strict=True)
        )
    ]
