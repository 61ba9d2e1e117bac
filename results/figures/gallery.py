"""All figures of a study at once, each where the study has what it shows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from core.errors import UserError
from results.comparison import Comparison
from results.figures.neuromodulators import draw_neuromodulators
from results.figures.rates import draw_rates
from results.figures.style import save
from results.figures.thresholds import draw_thresholds

FIGURES: dict[str, Callable[[Comparison], Figure]] = {
    "thresholds": draw_thresholds,
    "neuromodulators": draw_neuromodulators,
    "rates": draw_rates,
}


def draw_study(comparison: Comparison, folder: Path | str) -> list[Path]:
    """Save every figure of FIGURES as PNG and SVG in `folder` and return the paths; one without data is left out.

    Raises UserError where the folder cannot be written.
    """
    drawn: dict[str, Figure] = {}
    for name, draw in FIGURES.items():
        with contextlib.suppress(UserError):
            drawn[name] = draw(comparison)
    return [path for name, figure in drawn.items() for path in save(figure, folder, name)]
