"""The figure of a sensitivity analysis: which numbers move the outcomes, and how often they change a verdict."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from core.digits import two_digits
from core.errors import UserError
from results.figures.sheet import finish, sheet
from results.figures.style import BLUE, PAGE_MM, SMALL, styled

#: So many factors are shown, those that move most.
MOST_FACTORS = 30
#: Ends of the colours, in standard errors.
_SCALE = (0.1, 10.0)
#: Width in mm of a cell that has room for its number.
_CELL = 6.5


@styled
def draw_sensitivity(effects: pd.DataFrame, summary: pd.DataFrame, *, width_mm: float = PAGE_MM) -> Figure:
    """Draw a sensitivity analysis: mu* of each factor on each outcome left, verdicts that it changed right.

    mu* is the mean absolute elementary effect (Morris screening), in standard errors of the published number.

    Parameters
    ----------
    effects
        With the columns factor, finding, outcome and mu_star.
    summary
        With the columns factor, flips (verdicts that changed) and verdicts (that could have), in the order to draw.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where no factor was moved.
    """
    names = summary["factor"].tolist()[:MOST_FACTORS]
    if not names:
        raise UserError("no factor was moved.")
    outcomes = list(dict.fromkeys(zip(effects["finding"].tolist(), effects["outcome"].tolist(), strict=True)))
    figure = sheet(width_mm, 62.0 + 4.2 * len(names))
    ratios = (max(3.0, len(outcomes)), max(1.2, len(outcomes) / 5))
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=ratios)
    numbers = width_mm * 0.5 / len(outcomes) > _CELL
    _draw_effects(left, _sizes(effects, names, outcomes), names, outcomes, numbers)
    flips, verdicts = (summary[name].to_numpy()[: len(names)] for name in ("flips", "verdicts"))
    flips = 100.0 * flips / np.maximum(verdicts, 1)
    right.barh(np.arange(len(names)), flips, 0.7, color=BLUE)
    right.set_xlabel("verdicts\nchanged\n(% of steps)")
    right.set_xlim(0.0, max(10.0, 1.05 * float(flips.max())))
    note = (
        "Colours: mu*, the mean absolute change of an outcome when the factor goes over its stretch, the part of its "
        "range that the screening covers, in standard errors of the published number. Bars: steps of the screening "
        "that changed a verdict."
    )
    return finish(figure, (), [note])


def _sizes(effects: pd.DataFrame, names: list[str], outcomes: list[tuple[str, str]]) -> np.ndarray:
    """mu* by factor (rows) and outcome (columns)."""
    found = {
        (factor, finding, outcome): size
        for factor, finding, outcome, size in zip(
            *(effects[name] for name in ("factor", "finding", "outcome", "mu_star")), strict=True
        )
    }
    return np.array([[found[name, finding, outcome] for finding, outcome in outcomes] for name in names], float)


def _draw_effects(
    axes: Axes, sizes: np.ndarray, names: list[str], outcomes: list[tuple[str, str]], numbers: bool
) -> None:
    shown = np.ma.masked_invalid(np.clip(sizes, *_SCALE))
    image = axes.imshow(shown, cmap="cividis", norm=LogNorm(*_SCALE), aspect="auto")
    for row, column in np.ndindex(sizes.shape if numbers else (0, 0)):
        size = float(sizes[row, column])
        color = "black" if size > 1.0 else "white"
        text, color = (_written(size), color) if np.isfinite(size) else ("none", "black")
        axes.text(column, row, text, ha="center", va="center", fontsize=SMALL, color=color)
    labels = ["\n".join(textwrap.wrap(f"{finding}: {outcome}", 30)) for finding, outcome in outcomes]
    axes.set_xticks(range(len(outcomes)), labels, rotation=90, fontsize=SMALL, linespacing=0.95)
    axes.set_yticks(range(len(names)), ["\n".join(textwrap.wrap(name, 34)) for name in names], fontsize=SMALL)
    axes.tick_params(length=0)
    bar = axes.get_figure().colorbar(image, ax=axes, location="top", aspect=30, extend="both")  # type: ignore[union-attr]
    bar.set_ticks([0.1, 1.0, 10.0], labels=["0.1", "1", "10"])
    bar.set_label("mu* (standard errors)")


def _written(size: float) -> str:
    """A size with two digits; "0" where it is too small to matter."""
    return two_digits(size) if size >= 0.005 else "0"
