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
from results.comparison.frames import where
from results.figures.style import BLUE, styled

#: So many factors are shown, those that move most.
MOST_FACTORS = 30
#: Ends of the colours, in standard errors.
_SCALE = (0.1, 10.0)
#: Width of the panel of verdicts, inches.
_FLIPS = 1.4


@styled
def draw_sensitivity(effects: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Draw a sensitivity analysis: mu* of each factor on each outcome left, verdicts that it changed right.

    mu* is the mean absolute elementary effect (Morris screening), in standard errors of the published number.

    Parameters
    ----------
    effects
        With the columns factor, finding, outcome and mu_star.
    summary
        With the columns factor, flips (verdicts that changed) and verdicts (that could have), in the order to draw.

    Raises
    ------
    UserError
        Where no factor was moved.
    """
    names = summary["factor"].tolist()[:MOST_FACTORS]
    if not names:
        raise UserError("no factor was moved.")
    outcomes = list(dict.fromkeys(zip(effects["finding"].tolist(), effects["outcome"].tolist(), strict=True)))
    cells, words = max(2.6, 0.55 * len(outcomes)), 0.06 * max(map(len, names))
    figure = Figure(figsize=(cells + words + _FLIPS + 1.0, 2.6 + 0.24 * len(names)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(cells, _FLIPS))
    _draw_effects(figure, left, effects, names, outcomes)
    flips = 100.0 * summary["flips"][: len(names)] / np.maximum(summary["verdicts"][: len(names)], 1)
    right.barh(np.arange(len(names)), flips, 0.7, color=BLUE)
    right.set_xlabel("verdicts changed\n(% of steps)")
    right.set_xlim(0.0, max(10.0, 1.05 * float(flips.max())))
    return figure


def _draw_effects(
    figure: Figure, axes: Axes, effects: pd.DataFrame, names: list[str], outcomes: list[tuple[str, str]]
) -> None:
    sizes = np.array(
        [
            [
                where(effects, factor=name, finding=finding, outcome=outcome)["mu_star"][0]
                for finding, outcome in outcomes
            ]
            for name in names
        ]
    )
    shown = np.ma.masked_invalid(np.clip(sizes, *_SCALE))
    image = axes.imshow(shown, cmap="cividis", norm=LogNorm(*_SCALE), aspect="auto")
    for row, column in np.ndindex(sizes.shape):
        size = float(sizes[row, column])
        color = "black" if size > 1.0 else "white"
        text, color = (_written(size), color) if np.isfinite(size) else ("none", "black")
        axes.text(column, row, text, ha="center", va="center", fontsize=6, color=color)
    labels = ["\n".join(textwrap.wrap(f"{finding}: {outcome}", 26)) for finding, outcome in outcomes]
    axes.set_xticks(range(len(outcomes)), labels, rotation=90, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.tick_params(length=0)
    bar = figure.colorbar(image, ax=axes, location="top", shrink=0.8, aspect=25, extend="both")
    bar.set_ticks([0.1, 1.0, 10.0], labels=["0.1", "1", "10"])
    bar.set_label("mu* (standard errors of the\npublished number, over the stretch)")


def _written(size: float) -> str:
    """A size with two digits; "0" where it is too small to matter."""
    return two_digits(size) if size >= 0.005 else "0"
