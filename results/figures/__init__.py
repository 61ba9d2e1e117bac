"""Figures of studies, epochs, dosing courses, findings and sensitivities; the only place that uses matplotlib.

Every `draw_...` function returns a matplotlib figure and writes nothing; `save` writes one as PNG and SVG, `draw_study`
all figures of a comparison as PNG.
"""

from __future__ import annotations

from results.figures.analyses.attribution import draw_attributions
from results.figures.analyses.dose_response import draw_dose_response
from results.figures.analyses.effects import draw_antagonists, draw_ranking
from results.figures.analyses.evidence import EvidenceRow, draw_evidence
from results.figures.analyses.hypotheses import CandidateRow, draw_hypotheses
from results.figures.analyses.isobologram import draw_isobologram
from results.figures.analyses.onsets import draw_onsets
from results.figures.analyses.sensitivity import draw_sensitivity
from results.figures.analyses.verdicts import draw_verdicts
from results.figures.course import DosingCourse, draw_course
from results.figures.gallery import draw_study
from results.figures.neuromodulators import draw_neuromodulators
from results.figures.rates import draw_rates
from results.figures.saving import save, save_as
from results.figures.sheet import Drawing
from results.figures.spikes.rasters import draw_raster
from results.figures.thresholds import draw_thresholds

__all__ = [
    "CandidateRow",
    "DosingCourse",
    "Drawing",
    "EvidenceRow",
    "draw_antagonists",
    "draw_attributions",
    "draw_course",
    "draw_dose_response",
    "draw_evidence",
    "draw_hypotheses",
    "draw_isobologram",
    "draw_neuromodulators",
    "draw_onsets",
    "draw_ranking",
    "draw_raster",
    "draw_rates",
    "draw_sensitivity",
    "draw_study",
    "draw_thresholds",
    "draw_verdicts",
    "save",
    "save_as",
]
