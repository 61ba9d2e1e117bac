"""Draws and saves all figures of a study, and tells which are not drawn and why."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from functools import wraps
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from core.errors import UserError
from results.comparison.arms import Comparison
from results.figures.analyses.dose_response import draw_dose_response
from results.figures.analyses.effects import draw_antagonists, draw_ranking
from results.figures.analyses.isobologram import draw_isobologram
from results.figures.analyses.onsets import draw_onsets
from results.figures.neuromodulators import draw_neuromodulators
from results.figures.rates import draw_rates
from results.figures.saving import save_as
from results.figures.sheet import standing_notes
from results.figures.thresholds import MEASURE_ENDINGS, draw_thresholds


def _with_caveats(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """The same figure, with what is to be known of the comparison below it."""

    @wraps(draw)
    def drawn(comparison: Comparison, *given: Any, **options: Any) -> Figure:
        with standing_notes(comparison.caveats):
            return draw(comparison, *given, **options)

    return drawn


#: Figures of every study, which show all of its arms.
STUDY_FIGURES: dict[str, Callable[..., Figure]] = {
    "thresholds": _with_caveats(draw_thresholds),
    "neuromodulators": _with_caveats(draw_neuromodulators),
    "rates": _with_caveats(draw_rates),
}
#: Analysis -> (name of its figure, what draws it).
ANALYSIS_FIGURES: dict[str, tuple[str, Callable[..., Figure]]] = {
    "dose-response": ("dose_response", _with_caveats(draw_dose_response)),
    "combination": ("isobologram", _with_caveats(draw_isobologram)),
    "onset": ("onset", _with_caveats(draw_onsets)),
    "ranking": ("ranking", _with_caveats(draw_ranking)),
    "antagonists": ("antagonists", _with_caveats(draw_antagonists)),
}
_LOG = logging.getLogger("bluespot")


def usual_figures(comparison: Comparison) -> list[str]:
    """Names of the figures that answer a study: thresholds, or rates where it has none, and those of its analyses."""
    measured = comparison.tables["assay_summary"]["name"].astype(str)
    first = "thresholds" if measured.str.endswith(MEASURE_ENDINGS).any() else "rates"
    return [first, *(ANALYSIS_FIGURES[analysis.name][0] for analysis in comparison.analyses)]


def draw_study(comparison: Comparison, folder: Path | str, names: Collection[str] | None = None) -> list[Path]:
    """Draw every figure of a study and save it as PNG; `bluespot figure` gives any of them as SVG, PDF or EPS.

    A figure that cannot be drawn is left out, and the logger `bluespot` says which and why: where the study has not
    what it shows, and where a fit failed.

    Parameters
    ----------
    comparison
        Of the study, with the analyses whose figures are wanted.
    folder
        For the files; those of an earlier comparison are replaced.
    names
        Which figures to draw; all by default.

    Returns
    -------
    list of Path
        The files, one for each figure.

    Raises
    ------
    UserError
        Where the folder cannot be written.
    """
    drawn: dict[str, Figure] = {}
    for name, draw in _wanted(comparison).items():
        if names is not None and name not in names:
            continue
        try:
            drawn[name] = draw(comparison)
        except UserError as error:
            _LOG.warning(f"{name}: not drawn; {error}")
    return [save_as(figure, Path(folder) / f"{name}.png") for name, figure in drawn.items()]


def _wanted(comparison: Comparison) -> dict[str, Callable[..., Figure]]:
    """Name -> what draws the figure, of those that the study asks for."""
    return {**STUDY_FIGURES, **dict(ANALYSIS_FIGURES[analysis.name] for analysis in comparison.analyses)}
