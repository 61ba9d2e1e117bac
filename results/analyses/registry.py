"""Runs the analyses that a study asks for, by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from core.errors import unknown_name
from results.analyses.analysis import Analysis
from results.analyses.antagonists import antagonists
from results.analyses.combination import combination
from results.analyses.dose_response import dose_response
from results.analyses.effects import AnalysedStudy
from results.analyses.onset import onset
from results.analyses.ranking import ranking

ANALYSIS_FUNCTIONS: Mapping[str, Callable[[AnalysedStudy], Analysis]] = {
    "dose-response": dose_response,
    "combination": combination,
    "onset": onset,
    "ranking": ranking,
    "antagonists": antagonists,
}


def analyse(study: AnalysedStudy, names: Iterable[str]) -> tuple[Analysis, ...]:
    """Run analyses by name.

    Parameters
    ----------
    study
        The finished animals of a study.
    names
        Names from `results.analyses.names.ANALYSES`; one that is repeated is run once.

    Returns
    -------
    tuple of Analysis
        In the order of the names.

    Raises
    ------
    UserError
        For an unknown name, with the nearest ones.
    """
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in ANALYSIS_FUNCTIONS:
            raise unknown_name("analysis", name, ANALYSIS_FUNCTIONS)
    return tuple(ANALYSIS_FUNCTIONS[name](study) for name in wanted)
