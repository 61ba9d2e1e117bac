"""Draws any figure of a study folder by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from core.errors import UserError, unknown_name
from results.comparison.arms import compare
from results.figures.gallery import ANALYSIS_FIGURES, STUDY_FIGURES
from results.figures.spikes.choosing import draw_study_histogram, draw_study_raster, draw_study_responses
from results.figures.style import PAGE_MM
from results.study import StudyResults, open_study

#: Figures drawn from the epochs of a study, by their names.
SPIKE_FIGURES: dict[str, Callable[[StudyResults, Mapping[str, Any], float], Figure]] = {
    "raster": draw_study_raster,
    "response-curves": draw_study_responses,
    "psth": draw_study_histogram,
}


def drawn_figure(
    name: str, folder: Path | str, chosen: Mapping[str, Any] | None = None, width_mm: float = PAGE_MM
) -> Figure:
    """Draw a figure of a study.

    Parameters
    ----------
    name
        From `results.figures.names`; "circuit" needs the circuit itself (`results.figures.circuit`).
    folder
        Of the study.
    chosen
        Of figures of spikes: population, arm, animal, epoch, day, assay, side.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        For an unknown name, a choice that the figure does not have, and where the study has not what it shows.
    """
    choice = dict(chosen or {})
    if name in SPIKE_FIGURES:
        return SPIKE_FIGURES[name](open_study(folder), choice, width_mm)
    if choice:
        raise UserError(
            f"{name}: it shows the whole study; {', '.join(f'--{each}' for each in choice)} is for figures of spikes "
            f"({', '.join(SPIKE_FIGURES)}) and circuit."
        )
    if name in STUDY_FIGURES:
        return STUDY_FIGURES[name](compare(folder), width_mm=width_mm)
    analyses = {figure: (analysis, draw) for analysis, (figure, draw) in ANALYSIS_FIGURES.items()}
    if name not in analyses:
        raise unknown_name("figure", name, (*STUDY_FIGURES, *SPIKE_FIGURES, *analyses))
    analysis, draw = analyses[name]
    return draw(compare(folder, analyses=[analysis]), width_mm=width_mm)
