"""What a study can ask for after the comparison of its arms: `analyses = ["dose-response"]`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from core.errors import unknown_name
from experiments.protocol.schema import HERE, refusal
from results.analyses.names import ANALYSES


def _known(name: str) -> str:
    if name not in ANALYSES:
        raise refusal(str(unknown_name("analysis", name, ANALYSES, HERE)))
    return name


AnalysisName = Annotated[str, AfterValidator(_known), Field(description='the name of an analysis such as "onset"')]
