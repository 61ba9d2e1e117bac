"""All figures of a study at once, each where the study has what it shows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from core.errors import UserError
from results.comparison import Comparison
from results.figures.curves import draw_dose_response
from results.figures.effects import draw_antagonists, draw_ranking
from results.figures.isobologram import draw_isobologram
from results.figures.neuromodulators import draw_neuromodulators
from results.figures.onsets import draw_onsets
from results.figures.rates import draw_rates
from results.figures.style import save
from results.figures.thresholds import draw_thresholds

FIGURES: dict[str, Callable[[Comparison], Figure]] = {
    "thresholds": draw_thresholds,
    "neuromodulators": draw_neuromodulators,
    "rates": draw_rates,
}
#: Figures of analyses, which a study asks for.
OF_ANALYSES: dict[str, Callable[[Comparison], Figure]] = {
    "dose_response": draw_dose_response,
    "isobologram": draw_isobologram,
    "onset": draw_onsets,
    "ranking": draw_ranking,
    "antagonists": draw_antagonists,
}
#: With more arms the legend leaves no room for figures that show them all.
MOST_ARMS = 12


def draw_study(comparison: Comparison, folder: Path | str) -> list[Path]:
    """Save every figure as PNG and SVG in `folder` and return the paths; one without data is left out, those of all
    arms where the arms are very many.

    Raises UserError where the folder cannot be written.
    """
    drawn: dict[str, Figure] = {}
    wanted = FIGURES if len(comparison.manifest.arms) <= MOST_ARMS else {}
    for name, draw in {**wanted, **OF_ANALYSES}.items():
        with contextlib.suppress(UserError):
            drawn[name] = draw(comparison)
    return [path for name, figure in drawn.items() for path in save(figure, folder, name)]
