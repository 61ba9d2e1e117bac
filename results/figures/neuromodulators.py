"""The figure of neuromodulators: noradrenaline, serotonin and dopamine at rest over days, and the drug below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.days import HOURS_PER_DAY
from core.errors import UserError
from core.vocabulary import TRANSMITTERS
from results.comparison.arms import Comparison
from results.comparison.frames import distinct, where
from results.figures.style import ArmStyle, arm_styles, pretty, styled
from results.figures.timecourse import (
    add_legend,
    animals_of,
    draw_means,
    interval_note,
    mark_days,
    start_at_zero,
)

SHOWN_COMPARTMENTS = ("dorsal_horn_ipsi", "locus_coeruleus", "forebrain")
#: Compartment -> names under which files may store the drug there, the closest first.
_DRUG_PLACES = {
    "dorsal_horn_ipsi": ("dorsal_horn_ipsi", "dorsal_horn", "cord"),
    "dorsal_horn_contra": ("dorsal_horn_contra", "dorsal_horn", "cord"),
}
_MOLECULE_LINES = ("-", "--", ":", "-.")
#: Days that a line between two samples of a drug may span at most.
_LONGEST_LINE = 1.05


@styled
def draw_neuromodulators(
    comparison: Comparison, places: Sequence[str] = SHOWN_COMPARTMENTS, purpose: str = "rest"
) -> Figure:
    """Draw transmitter levels over days: one row for each transmitter, one column for each compartment, drug below.

    Parameters
    ----------
    comparison
        Of the study; drawn are means over each day's epochs, with 95 % intervals over animals.
    places
        Compartments, such as "locus_coeruleus".
    purpose
        What the epochs were for: "rest" or the name of an assay.

    Raises
    ------
    UserError
        Where these epochs hold no transmitter in any of these compartments.
    """
    summary = where(comparison.tables["average_summary"], assay=purpose, phase="")
    measured = set(summary["name"])
    shown = [place for place in places if any(_average(x, place) in measured for x in TRANSMITTERS)]
    if not shown:
        raise UserError(f"the study {comparison.manifest.study} has no transmitters at {purpose} to draw.")
    styles = arm_styles(comparison.manifest.arms)
    drugs = comparison.tables["concentrations"]
    rows = len(TRANSMITTERS) + bool(len(drugs))
    figure = Figure(figsize=(1.0 + 3.3 * len(shown), 0.9 + 1.9 * rows), layout="constrained")
    grid = figure.subplots(rows, len(shown), squeeze=False, sharex=True, sharey="row")
    for row, transmitter in enumerate(TRANSMITTERS):
        for axes, place in zip(grid[row], shown, strict=True):
            draw_means(axes, where(summary, name=_average(transmitter, place)), styles)
        start_at_zero(grid[row], *(where(summary, name=_average(transmitter, place)) for place in shown))
        grid[row, 0].set_ylabel(f"{transmitter} (nM)")
    if len(drugs):
        _draw_drugs(list(grid[-1]), comparison, shown)
    for axes, place in zip(grid[0], shown, strict=True):
        axes.set_title(pretty(place), pad=14)
    for row in range(rows):
        for axes in grid[row]:
            mark_days(axes, comparison.dosing, styles, labelled=row == 0)
            axes.set_xlabel("days from surgery" if row == rows - 1 else "")
    add_legend(figure, styles, animals_of(summary), [interval_note(summary)])
    return figure


def _average(transmitter: str, place: str) -> str:
    return f"{transmitter}_{place}_nanomolar"


def _draw_drugs(panels: Sequence[Axes], comparison: Comparison, places: Sequence[str]) -> None:
    drugs = comparison.tables["concentrations"]
    for axes, place in zip(panels, places, strict=True):
        lines = dict(zip(_molecules(drugs, place), _MOLECULE_LINES * 9, strict=False))
        for arm, look in arm_styles(comparison.manifest.arms).items():
            for (_, column), line in lines.items():
                _draw_drug(axes, where(drugs, arm=arm, name=column), look, line)
        _name_molecules(axes, lines)
    start_at_zero(panels, drugs)
    _span_decades(panels, drugs)
    panels[0].set_ylabel("unbound drug (nM)\nmean, range")


def _draw_drug(axes: Axes, rows: pd.DataFrame, look: ArmStyle, line: Any) -> None:
    """Mean and range over animals; no line where samples lie far apart, because doses may have been given between."""
    if not len(rows) or rows["most"].max() <= 0:
        return
    days, mean = rows["hours"].to_numpy() / HOURS_PER_DAY, rows["mean"].to_numpy()
    gaps = np.flatnonzero((np.diff(days) > _LONGEST_LINE) & (np.maximum(mean[1:], mean[:-1]) > 0)) + 1
    axes.fill_between(days, rows["least"], rows["most"], where=mean > 0, color=look.color, alpha=0.2, lw=0)
    broken = (np.insert(column, gaps, np.nan) for column in (days, mean))
    axes.plot(*broken, color=look.color, linestyle=line, lw=0.8, marker=".", ms=3)


def _span_decades(panels: Sequence[Axes], drugs: pd.DataFrame) -> None:
    """Make the axes logarithmic where peaks differ so much that one drug (a local injection) would flatten another."""
    peaks = [where(drugs, name=name)["most"].max() for name in distinct(drugs["name"])]
    peaks = [peak for peak in peaks if peak > 0]
    if peaks and max(peaks) > 30 * min(peaks):
        for axes in panels:
            axes.set_yscale("symlog", linthresh=min(peaks) / 10)
            axes.set_ylim(0, 3 * max(peaks))


def _molecules(drugs: pd.DataFrame, place: str) -> list[tuple[str, str]]:
    """(molecule, column) of the drug in a compartment, under the closest name that the file has."""
    stems = {name: name.rpartition("_")[0] for name in distinct(drugs["name"])}
    for known in _DRUG_PLACES.get(place, (place, "brain")):
        found = [(stem.removesuffix(f"_{known}"), name) for name, stem in stems.items() if stem.endswith(f"_{known}")]
        if found:
            return found
    return []


def _name_molecules(axes: Axes, lines: dict[tuple[str, str], str]) -> None:
    if len(lines) > 1:
        for (molecule, _), line in lines.items():
            axes.plot([], [], color="#555555", ls=line, lw=0.8, label=pretty(molecule))
        axes.legend(loc="upper left", fontsize=7, handlelength=2.5)
    elif not lines:
        axes.text(0.5, 0.5, "not stored", transform=axes.transAxes, ha="center", color="#555555")
