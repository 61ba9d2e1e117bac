"""Judges findings under every candidate of open questions, on the same animals; equal candidates are run once.

Several candidates are run together: their arms stand in one study for each protocol, and arms that they do not change
are simulated once. Finished animals are kept in the folder, as `evaluation.judge` keeps them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from experiments.evidence import evaluation
from experiments.evidence.evaluation import RunOptions
from experiments.evidence.finding import Finding
from experiments.evidence.parameter_points import POINTS_PER_STUDY
from experiments.evidence.question import Candidate, Changes, Question
from experiments.evidence.verdict import JudgedFinding
from experiments.running.cohort import CohortError

_LOG = logging.getLogger("bluespot")


@dataclass(frozen=True)
class JudgedQuestion:
    """A question, and the judged findings under each of its candidates.

    Attributes
    ----------
    question
        With its candidates.
    found
        Name of a candidate -> its judged findings, of all candidates the same findings in the same order.
    """

    question: Question
    found: dict[str, tuple[JudgedFinding, ...]]


def judge_questions(
    questions: Sequence[Question], findings: Sequence[Finding], options: RunOptions
) -> list[JudgedQuestion]:
    """Run what is missing of the findings under every candidate, and judge them.

    Parameters
    ----------
    questions
        As `question.chosen` gives them.
    findings
        What is judged under every candidate.
    options
        Folder, worker pool, size, number of animals and seed.

    Returns
    -------
    list of JudgedQuestion
        One for each question. Findings that cannot be simulated under a candidate have NaN estimates there, which are
        judged as not reproduced.

    Raises
    ------
    UserError
        For options that no study takes, and for a folder that cannot be used.
    """
    distinct: dict[Changes, tuple[str, Candidate]] = {}
    for question in questions:
        for each in question.candidates:
            label = "the default" if each.default else f"{each.name} ({question.name})"
            distinct.setdefault(each.changes, (label, each))
    candidates = dict(distinct.values())
    judged: dict[str, tuple[JudgedFinding, ...]] = {}
    labels = list(candidates)
    for start in range(0, len(labels), POINTS_PER_STUDY):
        batch = labels[start : start + POINTS_PER_STUDY]
        judged |= _run({label: candidates[label] for label in batch}, findings, options)
        _LOG.info(f"{len(judged)} of {len(labels)} candidates are judged")
    found = {changes: judged[label] for changes, (label, _) in distinct.items()}
    return [JudgedQuestion(each, {one.name: found[one.changes] for one in each.candidates}) for each in questions]


def _run(
    candidates: Mapping[str, Candidate], findings: Sequence[Finding], options: RunOptions
) -> dict[str, tuple[JudgedFinding, ...]]:
    """Run candidates together; findings keep their own names."""
    told = {f"under {label}": label for label in candidates}
    variants = {key: candidates[label].applied(findings) for key, label in told.items()}
    found: dict[str, tuple[JudgedFinding, ...]] = {}
    for key, judged in evaluation.judge_together(variants, options):
        label = told[key]
        if isinstance(judged, CohortError):
            _LOG.warning(f"{label} cannot be simulated: {judged}")
            found[label] = tuple(map(evaluation.judge_unsimulated, findings))
        else:
            found[label] = tuple(replace(each, finding=one) for each, one in zip(judged, findings, strict=True))
    return found
