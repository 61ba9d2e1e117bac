"""Draws and saves all figures of a study, and tells which are not drawn and why."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from pathlib import Path

from matplotlib.figure import Figure

from core.errors import UserError
from results.comparison.arms import Comparison
from results.figures.curves import draw_dose_response
from results.figures.effects import draw_antagonists, draw_ranking
from results.figures.isobologram import draw_isobologram
from results.figures.neuromodulators import draw_neuromodulators
from results.figures.onsets import draw_onsets
from results.figures.rates import draw_rates
from results.figures.style import save
from results.figures.thresholds import draw_thresholds

#: Figures of every study, which show all of its arms.
STUDY_FIGURES: dict[str, Callable[[Comparison], Figure]] = {
    "thresholds": draw_thresholds,
    "neuromodulators": draw_neuromodulators,
    "rates": draw_rates,
}
#: Analysis -> (name of its figure, what draws it).
ANALYSIS_FIGURES: dict[str, tuple[str, Callable[[Comparison], Figure]]] = {
    "dose-response": ("dose_response", draw_dose_response),
    "combination": ("isobologram", draw_isobologram),
    "onset": ("onset", draw_onsets),
    "ranking": ("ranking", draw_ranking),
    "antagonists": ("antagonists", draw_antagonists),
}
#: With more arms the legend of a figure of all arms leaves no room for the figure.
MOST_ARMS = 12
_LOG = logging.getLogger("bluespot")


def draw_study(comparison: Comparison, folder: Path | str, names: Collection[str] | None = None) -> list[Path]:
    """Draw every figure of a study and save it as PNG and SVG.

    A figure that cannot be drawn is left out, and the logger `bluespot` says which and why: where the study has not
    what it shows, where a fit failed, and where there are more than `MOST_ARMS` arms.

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
        The files, two for each figure.

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
    return [path for name, figure in drawn.items() for path in save(figure, folder, name)]


def _wanted(comparison: Comparison) -> dict[str, Callable[[Comparison], Figure]]:
    """Name -> what draws the figure, of those that the study asks for and that can show its arms."""
    arms = len(comparison.manifest.arms)
    if arms > MOST_ARMS:
        names = ", ".join(STUDY_FIGURES)
        _LOG.warning(f"{names}: not drawn; they show at most {MOST_ARMS} arms, and the study has {arms}.")
    of_arms = STUDY_FIGURES if arms <= MOST_ARMS else {}
    return {**of_arms, **dict(ANALYSIS_FIGURES[analysis.name] for analysis in comparison.analyses)}
