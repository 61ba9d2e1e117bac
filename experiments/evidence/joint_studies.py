"""Puts findings with the same protocol into one study, so that arms that are equal are simulated once.

Studies are put together where everything but their arms is equal. That changes no animal, because what happens in an
arm does not depend on the other arms. The seed is among what must be equal, and each publication has its own: its
findings share animals, as they did in the laboratory, and verdicts of two publications are independent. Arms are named
by what is done in them, so that animals finished for one choice of findings serve any other.
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
class JointStudy:
    """One study that serves several findings.

    Attributes
    ----------
    study
        With every arm that one of the findings needs, each once.
    arms
        Id of a finding -> its own name of an arm -> name of that arm in `study`.
    """

    study: Study
    arms: Mapping[str, Mapping[str, str]]

    @property
    def findings(self) -> tuple[str, ...]:
        """Ids of the findings it serves."""
        return tuple(self.arms)


def joint_studies(
    findings: Iterable[Finding], size: float | None = None, animals: int | None = None, seed: int = 1
) -> list[JointStudy]:
    """The studies that all findings need together, one for each protocol of each publication.

    Parameters
    ----------
    findings
        Those that read from slices or from doses only need none.
    size, animals
        Scale of all populations and animals per arm, by default those of the findings.
    seed
        Of the run; each publication has a seed of its own that follows from it.

    Raises
    ------
    UserError
        For a size or a number of animals that no study takes.
    """
    protocols: dict[str, dict[str, Study]] = {}
    for finding in findings:
        if finding.study is not None and _needs_animals(finding):
            study = finding.study.changed(size=size, animals=animals, seed=finding.seed(seed)).resolved()
            protocols.setdefault(_protocol(study), {})[finding.id] = study
    return [_joint(name, studies) for name, studies in protocols.items()]


def _needs_animals(finding: Finding) -> bool:
    return any(outcome.value is not None and not outcome.value.of_drugs for outcome in finding.outcomes)


def _protocol(study: Study) -> str:
    """Name of a protocol: equal for studies that may be put together."""
    common = {key: value for key, value in study.table().items() if key not in ("name", "question", "animals", "arms")}
    first = study.assays[0].assay.replace("_", "-")
    return f"{first}-day-{study.span[1]}-{word(json.dumps(common, sort_keys=True)):08x}"


def _joint(name: str, studies: Mapping[str, Study]) -> JointStudy:
    names = {id: {arm.name: _content_name(arm) for arm in study.arms} for id, study in studies.items()}
    arms = {names[id][arm.name]: arm for id, study in studies.items() for arm in study.arms}
    animals = max(study.animals for study in studies.values())
    first = next(iter(studies.values()))
    renamed = [arm.model_copy(update={"name": arms_name}) for arms_name, arm in sorted(arms.items())]
    return JointStudy(first.changed(name=name, question="", animals=animals, arms=tuple(renamed)), names)


def _content_name(arm: Arm) -> str:
    """Name of an arm by what is done in it: circuit, drugs, and a hash of everything else."""
    content = {key: value for key, value in arm.table().items() if key != "name"}
    drugs = "+".join(dict.fromkeys(regimen.drug.name for regimen in arm.treatments)) or "vehicle"
    return f"{arm.circuit}-{drugs}-{word(json.dumps(content, sort_keys=True)):08x}"
