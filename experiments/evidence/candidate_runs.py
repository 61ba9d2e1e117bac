"""Judges findings under every candidate of open questions, on the same animals; equal candidates are run once.

Several candidates are run together: their arms stand in one study for each protocol, and arms that they do not change
are simulated once. Finished animals are kept in the folder, as `evaluation.judge` keeps them.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from experiments.evidence import evaluation
from experiments.evidence.evaluation import RunOptions
from experiments.evidence.finding import Finding
from experiments.evidence.parameter_points import POINTS_PER_STUDY
from experiments.evidence.question import Candidate, Changes, Question
from experiments.evidence.verdict import JudgedFinding, judge_finding
from experiments.running.cohort import CohortError
from results.statistics.intervals import Estimate

_NO_ESTIMATE = Estimate(0, math.nan, math.nan, math.nan, math.nan)
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
    """Run candidates together; on failure each alone, so that only those are lost that cannot be simulated."""
    altered = [
        each.model_copy(update={"id": f"{each.id} under {label}"})
        for label, candidate in candidates.items()
        for each in candidate.applied(findings)
    ]
    try:
        judged = evaluation.judge(altered, options)
    except CohortError as error:
        if len(candidates) > 1:
            alone = (_run({label: each}, findings, options) for label, each in candidates.items())
            return {label: found for each in alone for label, found in each.items()}
        (label,) = candidates
        _LOG.warning(f"{label} cannot be simulated: {error}")
        return {label: tuple(map(_failed, findings))}
    named = iter([replace(each, finding=one) for each, one in zip(judged, [*findings] * len(candidates), strict=True)])
    return {label: tuple(islice(named, len(findings))) for label in candidates}


def _failed(finding: Finding) -> JudgedFinding:
    count = len(finding.outcomes)
    return judge_finding(finding, [_NO_ESTIMATE] * count, [None] * count)
