"""Evaluates published findings: runs their virtual experiments, estimates every outcome and judges every finding."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from core.errors import UserError
from core.interruption import stopped_in_order
from core.keys import word
from experiments.evidence import slice_experiments
from experiments.evidence.animal_reuse import take_over_animals
from experiments.evidence.estimation import AnimalNumbers, Read, finding_numbers
from experiments.evidence.finding import Finding
from experiments.evidence.joint_studies import JointStudy, joint_studies
from experiments.evidence.readings import FinishedAnimals, drugs_alone
from experiments.evidence.slice_experiments import SliceExperiment
from experiments.evidence.verdict import JudgedFinding, judge_animals, judge_finding
from experiments.protocol.study import Study
from experiments.running.cohort import CohortError, Conditions, run_in_steps
from experiments.running.estimate import RunEstimate
from experiments.running.in_steps import Steps, at_once, overlapping
from experiments.running.matched_animals import AnimalRunner
from experiments.running.progress import LoggedProgress, Observer, RunProgress
from experiments.running.study_folder import prepare
from experiments.running.workers import WorkerPool
from results.statistics.intervals import Estimate

STUDIES_FOLDER = "studies"
#: Findings of one study that are named while it runs; more are counted.
_MOST_NAMED = 10
_NO_ESTIMATE = Estimate(0, math.nan, math.nan, math.nan, math.nan)
_LOG = logging.getLogger("bluespot")


@dataclass(frozen=True)
class RunOptions:
    """Where and how the studies of findings are run.

    Attributes
    ----------
    out
        Folder for the results; finished animals in it are kept and not run again.
    pool, observer
        Who runs the animals and who is told of it, as `cohort.run` takes them.
    size
        Scale of all populations, by default that of each finding's study.
    animals
        Animals per arm, by default those of each finding.
    seed
        Of the run; every publication's animals follow from it and from the publication.
    """

    out: Path
    pool: WorkerPool | None = None
    observer: Observer | None = None
    size: float | None = None
    animals: int | None = None
    seed: int = 1


def judge(findings: Sequence[Finding], options: RunOptions) -> list[JudgedFinding]:
    """Run what is missing of the findings' studies, and judge every finding by its outcomes.

    Parameters
    ----------
    findings
        As `finding.chosen` or `finding.bundled` give them; equal arms of several findings are run once.
    options
        Folder, worker pool, size, number of animals and seed.

    Returns
    -------
    list of JudgedFinding
        One for each finding, in their order, with an estimate and a verdict of every outcome, and their numbers.

    Raises
    ------
    UserError
        For options that no study takes, and for a folder that cannot be used.
    CohortError
        Where the program fails on an animal; the other animals are kept.
    """
    readers = read_studies(findings, options)
    return [judge_animals(each, list(_numbers(each, options, readers))) for each in findings]


def judge_together(
    variants: Mapping[str, Sequence[Finding]], options: RunOptions
) -> Iterator[tuple[str, list[JudgedFinding] | CohortError]]:
    """Judge variants of findings as one study for each protocol; on failure each alone, so that only those are lost.

    Parameters
    ----------
    variants
        What tells a variant, such as "at point 2" -> its findings; of all variants the same findings in the same order.
    options
        As `judge` takes them.

    Yields
    ------
    tuple
        A variant and its judged findings, or why its animals cannot be simulated.
    """
    altered = [
        each.model_copy(update={"id": f"{each.id} {told}"}) for told, found in variants.items() for each in found
    ]
    try:
        judged = iter(judge(altered, options))
    except CohortError as error:
        if len(variants) == 1:
            yield from ((told, error) for told in variants)
            return
        for told, found in variants.items():
            yield from judge_together({told: found}, options)
        return
    yield from ((told, list(islice(judged, len(found)))) for told, found in variants.items())


def judge_unsimulated(finding: Finding) -> JudgedFinding:
    """Judge a finding whose animals cannot be simulated: its estimates are NaN, and it is not reproduced."""
    count = len(finding.outcomes)
    return judge_finding(finding, [_NO_ESTIMATE] * count, [None] * count)


def read_studies(findings: Sequence[Finding], options: RunOptions) -> dict[str, Read]:
    """Run what is missing of the findings' studies: id of a finding -> what reads its animals."""
    if options.seed < 0:
        raise UserError(f"--seed = {options.seed}: expected a whole number of 0 or more.")
    joint = joint_studies(findings, options.size, options.animals, options.seed)
    counts = {finding.id: options.animals or finding.animals for finding in findings}
    readers: dict[str, Read] = {}
    for each, folder in zip(joint, _folders_of_run(joint, options), strict=True):
        animals = FinishedAnimals.of(folder)
        readers |= {id: animals.reader(names, counts[id]) for id, names in each.arms.items()}
    return readers | {
        each.id: drugs_alone(each.study.changed(seed=each.seed(options.seed)), counts[each.id])
        for each in findings
        if each.study is not None and each.id not in readers
    }


def measured_slices(finding: Finding, experiment: SliceExperiment, options: RunOptions) -> dict[int, float]:
    """Animal number -> its number, of the slices of a finding."""
    animals, seed = options.animals or finding.animals, finding.seed(options.seed)
    return slice_experiments.measured(experiment, animals, seed, finding.sliced.prepared_circuit())


def _folders_of_run(joint: Sequence[JointStudy], options: RunOptions) -> Iterator[Path]:
    """Run studies, the next ones begun before the first is over, and yield the folder of each as it is finished."""
    observer = options.observer or LoggedProgress()
    with stopped_in_order(), (options.pool or WorkerPool()).kept() as pool:
        kept = replace(options, pool=pool)
        runs = [
            (
                _Named(observer, f"study {k} of {len(joint)}, for {_named(each.findings)}"),
                partial(_in_steps, each, kept),
            )
            for k, each in enumerate(joint, start=1)
        ]
        yield from overlapping(runs)


@dataclass
class _Named:
    """Logs which study it is before its observer hears of it."""

    observer: Observer
    name: str

    def begins(self, expected: RunEstimate) -> None:
        _LOG.info(self.name)
        self.observer.begins(expected)

    def advances(self, progress: RunProgress) -> None:
        self.observer.advances(progress)

    def ends(self) -> None:
        self.observer.ends()


def run_joint_study(joint: JointStudy, options: RunOptions) -> Path:
    """Run one study in a folder of its own in `options.out`, and return that folder.

    Animals that other studies of `options.out` have finished are taken over.
    """
    return at_once(_in_steps(joint, options, options.observer or LoggedProgress()))


def _in_steps(joint: JointStudy, options: RunOptions, observer: Observer) -> Steps[Path]:
    folder = folder_of(joint.study, options.out)
    prepare(joint.study, folder)
    take_over_animals(joint.study, folder, options.out / STUDIES_FOLDER)
    by = Conditions(options.pool or WorkerPool(), observer, AnimalRunner.installed())
    yield from run_in_steps(joint.study, folder, by)
    return folder


def folder_of(study: Study, out: Path) -> Path:
    """The folder of a study in `out`: one for each set of arms, size and seed."""
    return out / STUDIES_FOLDER / f"{study.name}-{word(study.fingerprint()):08x}"


def _numbers(finding: Finding, options: RunOptions, readers: Mapping[str, Read]) -> Iterator[AnimalNumbers]:
    measured = partial(measured_slices, finding, options=options)
    return finding_numbers(finding, lambda arm, value: readers[finding.id](arm, value), measured)


def _named(ids: Sequence[str]) -> str:
    return ", ".join(ids) if len(ids) <= _MOST_NAMED else f"{len(ids)} findings"
