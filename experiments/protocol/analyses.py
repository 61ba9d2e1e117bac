"""Names of the analyses that a study can ask for after the comparison of its arms: `analyses = ["dose-response"]`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from experiments.protocol.schema import HERE, collected
from experiments.protocol.spellings import read_name
from results.analyses.names import ANALYSES


def _known(name: str) -> str:
    with collected():
        return read_name("analysis", name, ANALYSES, HERE)


AnalysisName = Annotated[str, AfterValidator(_known), Field(description='the name of an analysis such as "onset"')]
