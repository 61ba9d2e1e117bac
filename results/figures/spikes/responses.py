"""Response curves and peristimulus histograms: populations against strength and time, arms side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.errors import UserError
from results.comparison.frames import distinct, where
from results.figures.sheet import finish, hide, sheet
from results.figures.spikes.populations import by_part, side_of, without_side
from results.figures.style import GREY, PAGE_MM, ArmStyle, arm_styles, mixed, pretty, styled
from results.figures.timecourse import animals_of, legend_of_arms
from results.files.folder import ManifestArm
from results.spikes.over_animals import over_animals

#: Height of a panel with title and axis, in mm.
_PANEL = 34.0
_UNITS = {"g": "force (g)", "degC": "skin temperature (°C)", "1": "strength (share)"}
_WIDE = 120.0


@styled
def draw_responses(
    responses: pd.DataFrame, arms: Sequence[ManifestArm], title: str = "", *, width_mm: float = PAGE_MM
) -> Figure:
    """Draw response curves: rate and share of cells that fire against the strength of a stimulus, by population.

    Parameters
    ----------
    responses
        Of one stimulus and side on one day, as `results.study.StudyResults.responses`.
    arms
        Of the study.
    title
        Of the figure.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where nothing was measured under a stimulus, or no population answers.
    """
    responses = responses.assign(strength=_middle(responses["low"], responses["high"]))
    populations = _answering(responses, "rate")
    both = responses["recruited"].notna().any()
    measures = [("rate", "rate (Hz per cell)"), ("recruited", "share of cells that fire")][: 2 if both else 1]
    per_row = 2 if width_mm > _WIDE else 1
    rows = -(-len(populations) // per_row)
    figure = sheet(width_mm, _PANEL * rows + 6.0)
    grid = figure.subplots(rows, per_row * len(measures), squeeze=False, sharex=True)
    panels = grid.reshape(rows * per_row, len(measures))
    styles = arm_styles(arms)
    unit = str(responses["unit"].iloc[0])
    drawn = pd.DataFrame()
    for axes_row, population in zip(panels, populations, strict=False):
        for axes, (measure, label) in zip(axes_row, measures, strict=True):
            means = _reached_by_all(over_animals(where(responses, population=population), measure, ["arm", "strength"]))
            _draw_lines(axes, means, "strength", styles, marked=True)
            _label(axes, population, _UNITS.get(unit, f"strength ({unit})"), label)
            drawn = pd.concat([drawn, means])
    hide(panels[len(populations) :].ravel())
    figure.suptitle(title, fontsize=7.0)
    rising = (responses["low"] != responses["high"]).any()
    bands = (
        " Of a rising stimulus a point is a band of strengths that all animals of the arm reached." if rising else ""
    )
    note = f"Mean and 95 % interval over the animals of the arm.{bands}"
    return finish(figure, list(legend_of_arms(distinct(drawn["arm"]), styles, animals_of(drawn))), [note])


@styled
def draw_histogram(
    histogram: pd.DataFrame, arms: Sequence[ManifestArm], title: str = "", *, width_mm: float = PAGE_MM
) -> Figure:
    """Draw peristimulus time histograms (PSTH): rates around the onset of a stimulus, a panel for each population.

    Parameters
    ----------
    histogram
        Of one stimulus and side on one day, as `results.study.StudyResults.histogram`.
    arms
        Of the study.
    title
        Of the figure.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where no population fires.
    """
    populations = _answering(histogram, "rate")
    columns = min(2 if width_mm > _WIDE else 1, len(populations))
    rows = -(-len(populations) // columns)
    figure = sheet(width_mm, _PANEL * rows + 6.0)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    styles = arm_styles(arms)
    drawn = pd.DataFrame()
    for axes, population in zip(grid, populations, strict=False):
        means = over_animals(where(histogram, population=population), "rate", ["arm", "seconds"])
        _draw_lines(axes, means, "seconds", styles, marked=False)
        axes.axvline(0, color=GREY, lw=0.6, ls=(0, (4, 3)), zorder=0)
        _label(axes, population, "time from the onset of the stimulus (s)", "rate (Hz per cell)")
        drawn = pd.concat([drawn, means])
    hide(grid[len(populations) :])
    figure.suptitle(title, fontsize=7.0)
    seconds = np.unique(histogram["seconds"])
    width = 1000 * float(np.diff(seconds).min()) if len(seconds) > 1 else 0.0
    note = f"Mean over the animals of the arm, shaded its 95 % interval; bins of {width:.3g} ms."
    return finish(figure, list(legend_of_arms(distinct(drawn["arm"]), styles, animals_of(drawn))), [note])


def _reached_by_all(means: pd.DataFrame) -> pd.DataFrame:
    """The strengths that all animals of an arm reached: of others the mean is that of the least sensitive ones."""
    kept: pd.DataFrame = means[means["n"] == means.groupby("arm", observed=True)["n"].transform("max")]
    return kept


def _middle(low: pd.Series, high: pd.Series) -> pd.Series:
    """Middle of each band of strengths; of the open one above all others its lower edge."""
    return ((low + high.where(np.isfinite(high), low)) / 2).astype(float)


def _answering(frame: pd.DataFrame, measure: str) -> list[str]:
    """Populations with a number above 0, from skin to brain."""
    if not len(frame):
        raise UserError("nothing was measured under such a stimulus; there is nothing to draw.")
    top = frame.groupby("population", observed=True, sort=False)[measure].max()
    found = [str(name) for name, value in top.items() if value > 0]
    if not found:
        raise UserError("no population answers this stimulus; there is nothing to draw.")
    return [name for names in by_part(found).values() for name in names]


def _name(population: str) -> str:
    side = side_of(population)
    return ", ".join(filter(None, (pretty(without_side(population)), pretty(side) if side else "")))


def _label(axes: Axes, population: str, across: str, up: str) -> None:
    """Title and axes of the panel of a population; every panel has numbers below it, and begins at 0."""
    axes.set_title(_name(population))
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_ylim(bottom=0)
    axes.tick_params(labelbottom=True)


def _draw_lines(axes: Axes, means: pd.DataFrame, across: str, styles: dict[str, ArmStyle], marked: bool) -> None:
    """A line for each arm: points with intervals, or a band."""
    for arm, look in styles.items():
        rows = means[means["arm"] == arm].sort_values(across)
        if not len(rows):
            continue
        x, low, high = (rows[name].to_numpy(float) for name in (across, "lower", "upper"))
        if marked:
            axes.vlines(x, np.maximum(low, 0.0), high, color=look.color, lw=0.6, zorder=2)
        else:
            axes.fill_between(x, np.maximum(low, 0.0), high, color=mixed(look.color, "white", 0.8), lw=0, zorder=1)
        marker = {"marker": look.marker, "ms": 2.6, "mfc": look.face, "mew": 0.7} if marked else {}
        axes.plot(x, rows["mean"], color=look.color, ls=look.line, zorder=3, **marker)  # type: ignore[arg-type]
