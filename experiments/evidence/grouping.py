"""Findings that do the same to animals at the same times share their studies: arms that coincide are simulated once.

Studies are put together where everything but their arms is equal, and no animal is then another than in a study of
its own: what happens in an arm does not depend on the other arms. Arms are called by what is done in them, so that
animals finished for one selection of findings serve any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.keys import word
from experiments.evidence.finding import Finding
from experiments.protocol.arm import Arm
from experiments.protocol.study import Study


@dataclass(frozen=True)
class Group:
    """One study for several findings. arms: finding -> its own names of arms -> those of the study."""

    study: Study
    arms: Mapping[str, Mapping[str, str]]

    @property
    def findings(self) -> tuple[str, ...]:
        """The ids it serves."""
        return tuple(self.arms)


def grouped(findings: Iterable[Finding], size: float | None = None, animals: int | None = None) -> list[Group]:
    """The studies of the findings; size and animals instead of their own."""
    protocols: dict[str, dict[str, Study]] = {}
    for finding in findings:
        if finding.study is not None:
            study = finding.study.changed(size=size, animals=animals)
            protocols.setdefault(_protocol(study), {})[finding.id] = study
    return [_group(name, studies) for name, studies in protocols.items()]


def _protocol(study: Study) -> str:
    """Equal for studies that may be put together; says what they have in common."""
    common = {key: value for key, value in study.table().items() if key not in ("name", "question", "animals", "arms")}
    first = study.assays[0].assay.replace("_", "-")
    return f"{first}-day-{study.last_day}-{word(json.dumps(common, sort_keys=True)):08x}"


def _group(name: str, studies: Mapping[str, Study]) -> Group:
    names = {id: {arm.name: _content_name(arm) for arm in study.arms} for id, study in studies.items()}
    arms = {names[id][arm.name]: arm for id, study in studies.items() for arm in study.arms}
    animals = max(study.animals for study in studies.values())
    first = next(iter(studies.values()))
    renamed = [arm.model_copy(update={"name": arms_name}) for arms_name, arm in sorted(arms.items())]
    return Group(first.changed(name=name, question="", animals=animals, arms=tuple(renamed)), names)


def _content_name(arm: Arm) -> str:
    """What is done in the arm, with a number that follows from all of it."""
    content = {key: value for key, value in arm.table().items() if key != "name"}
    drugs = "+".join(dict.fromkeys(regimen.drug.name for regimen in arm.treatments)) or "vehicle"
    return f"{arm.circuit}-{drugs}-{word(json.dumps(content, sort_keys=True)):08x}"
