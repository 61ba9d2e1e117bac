"""Runs the studies of the findings, as far as they are not finished in a folder, and judges every finding."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from circuits import CIRCUITS
from core.keys import word
from experiments.evidence import slices, statistic
from experiments.evidence.finding import Finding, Outcome, Value
from experiments.evidence.grouping import Group, grouped
from experiments.evidence.readings import Animals
from experiments.evidence.verdict import Judgement, judged
from experiments.protocol.arm import Arm
from experiments.protocol.study import Study
from experiments.running.study_folder import prepare
from experiments.running.workers import Crew
from results.folder import MANIFEST, Manifest, animal_path, read_manifest
from results.statistics import Estimate

STUDIES = "studies"


def without(findings: Iterable[Finding], switches: Sequence[str]) -> tuple[Finding, ...]:
    """The same findings with mechanisms switched off in every arm."""
    return tuple(_altered(finding, lambda arm: _without(arm, switches)) for finding in findings)


def with_settings(findings: Iterable[Finding], settings: Mapping[str, str | float]) -> tuple[Finding, ...]:
    """The same findings with other numbers of the circuit in every arm whose circuit has them; what an arm sets itself
    stays.
    """
    return tuple(_altered(finding, lambda arm: _with_settings(arm, settings)) for finding in findings)


def judge(
    findings: Sequence[Finding],
    out: Path,
    workers: int | None = None,
    *,
    scheduler: str | None = None,
    size: float | None = None,
    animals: int | None = None,
    switches: Sequence[str] = (),
    tell: Callable[[str], None] = lambda text: None,
) -> list[Judgement]:
    """Run what is missing in `out` and judge; workers and scheduler as `Study.run` has them, size and animals instead
    of those of the findings.
    """
    Crew.of(workers, scheduler)
    altered = without(findings, switches) if switches else tuple(findings)
    groups = grouped(altered, size, animals)
    seen: dict[str, tuple[Group, Animals]] = {}
    for k, group in enumerate(groups, start=1):
        tell(f"study {k} of {len(groups)}, for {', '.join(group.findings)}")
        folder = run_group(group, out, workers, scheduler)
        seen |= dict.fromkeys(group.findings, (group, Animals.of(folder)))
    return [_judgement(finding, seen, animals) for finding in altered]


def run_group(group: Group, out: Path, workers: int | None = None, scheduler: str | None = None) -> Path:
    """Run one study, animals taken over from other studies of the folder first; returns its own folder."""
    folder = folder_of(group.study, out)
    prepare(group.study, folder)
    _take_over(group.study, folder, out / STUDIES)
    group.study.run(folder, workers, scheduler)
    return folder


def folder_of(study: Study, out: Path) -> Path:
    """One folder for each set of arms and each number of animals' size."""
    return out / STUDIES / f"{study.name}-{word(study.fingerprint()):08x}"


def _take_over(study: Study, folder: Path, studies: Path) -> None:
    """Animals of the same arms that other studies of the same protocol and the same model have finished."""
    wanted = read_manifest(folder)
    for other in sorted(path.parent for path in studies.glob(f"{study.name}-*/{MANIFEST}")):
        manifest = read_manifest(other)
        if other == folder or manifest.study != study.name or _made_with(manifest) != _made_with(wanted):
            continue
        for arm in study.arms:
            for number in range(1, study.animals + 1):
                _link(animal_path(other, arm.name, number), animal_path(folder, arm.name, number))


def _made_with(manifest: Manifest) -> dict[str, Any]:
    """Model, versions and whatever else animals follow from besides their arm."""
    return {key: value for key, value in manifest.extra.items() if key != "fingerprint"}


def _link(there: Path, here: Path) -> None:
    """The same file under both names where the file system can, else a copy that appears complete."""
    if here.exists() or not there.is_file():
        return
    here.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(there, here)
    except OSError:
        part = here.with_name(f".{here.name}.part")
        shutil.copyfile(there, part)
        os.replace(part, here)


def _altered(finding: Finding, change: Callable[[Arm], Arm]) -> Finding:
    new: dict[str, Any] = {"sliced": change(finding.sliced)}
    if finding.study is not None:
        new["study"] = finding.study.changed(arms=tuple(map(change, finding.study.arms)))
    return finding.model_copy(update=new)


def _without(arm: Arm, switches: Sequence[str]) -> Arm:
    return Arm(**_fields(arm) | {"switch_off": (*arm.switch_off, *switches)})


def _with_settings(arm: Arm, settings: Mapping[str, str | float]) -> Arm:
    known = dict(CIRCUITS[arm.circuit].parameters())
    own = {path: value for path, value in settings.items() if path in known}
    return Arm(**_fields(arm) | {"set": own | arm.set})


def _fields(arm: Arm) -> dict[str, Any]:
    return {name: getattr(arm, name) for name in Arm.model_fields}


def _judgement(finding: Finding, seen: dict[str, tuple[Group, Animals]], animals: int | None) -> Judgement:
    estimates = _estimates(finding, seen, animals or finding.animals)
    pairs = zip(finding.outcomes, estimates, strict=True)
    return Judgement(finding, tuple(judged(outcome, estimate) for outcome, estimate in pairs))


def _estimates(finding: Finding, seen: dict[str, tuple[Group, Animals]], animals: int) -> Iterator[Estimate]:
    for outcome in finding.outcomes:
        if outcome.slice is not None:
            circuit = finding.sliced.prepared_circuit()
            yield statistic.of_animals(slices.measured(outcome.slice, animals, 1, circuit))
        else:
            yield _of_study(outcome, finding, seen, animals)


def _of_study(outcome: Outcome, finding: Finding, seen: dict[str, tuple[Group, Animals]], animals: int) -> Estimate:
    group, records = seen[finding.id]
    names = group.arms[finding.id]

    def read(arm: str, value: Value) -> dict[int, float]:
        return records.read(names[arm], value, animals)

    return statistic.estimated(outcome, read)
