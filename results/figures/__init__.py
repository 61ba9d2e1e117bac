"""The figures of a study and of an epoch, and how they are saved; the only place that knows matplotlib."""

from __future__ import annotations

from results.figures.course import Course, draw_course
from results.figures.gallery import draw_study
from results.figures.neuromodulators import draw_neuromodulators
from results.figures.rasters import draw_raster
from results.figures.rates import draw_rates
from results.figures.style import save
from results.figures.thresholds import draw_thresholds

__all__ = [
    "Course",
    "draw_course",
    "draw_neuromodulators",
    "draw_raster",
    "draw_rates",
    "draw_study",
    "draw_thresholds",
    "save",
]
