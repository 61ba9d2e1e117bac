"""Every analysis by its name, and those a study has asked for."""

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

BY_NAME: Mapping[str, Callable[[AnalysedStudy], Analysis]] = {
    "dose-response": dose_response,
    "combination": combination,
    "onset": onset,
    "ranking": ranking,
    "antagonists": antagonists,
}


def analyse(study: AnalysedStudy, names: Iterable[str]) -> tuple[Analysis, ...]:
    """The named analyses in their order, each once. Raises UserError for a name that none has."""
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in BY_NAME:
            raise unknown_name("analysis", name, BY_NAME)
    return tuple(BY_NAME[name](study) for name in wanted)
