"""What a study can ask for after the comparison of its arms: `analyses = ["dose-response"]`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from core.errors import unknown_name
from experiments.schema import HERE, refusal

#: name -> what it makes of a finished study.
ANALYSES = {
    "dose-response": "for every drug given in three doses or more, Emax, ED50 and slope with intervals",
    "combination": "for two drugs alone and together, the dose of equal effect and the interaction index",
    "onset": "for every treated arm, the days until half of its effect on thresholds and on mood",
    "ranking": "arms in the order of their effect, injured and uninjured side by side",
    "antagonists": "what is left of each drug's effect under each injected antagonist",
}


def _known(name: str) -> str:
    if name not in ANALYSES:
        raise refusal(str(unknown_name("analysis", name, ANALYSES, HERE)))
    return name


AnalysisName = Annotated[str, AfterValidator(_known), Field(description='the name of an analysis such as "onset"')]
