"""Verdicts: whether an estimate with its interval reproduces what was published (rules: docs/evidence.md).

A direction counts as found where the whole 95 % interval lies on the expected side of no effect. The same rules hold
for every finding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.evidence.finding import Finding, Outcome
from results.statistics.intervals import Estimate

REPRODUCED, DIRECTION, NOT_REPRODUCED, NOT_TESTABLE = (
    "reproduced",
    "direction only",
    "not reproduced",
    "not testable",
)
_WORST_LAST = (REPRODUCED, DIRECTION, NOT_REPRODUCED)


@dataclass(frozen=True)
class JudgedOutcome:
    """The verdict of one outcome.

    Attributes
    ----------
    outcome
        What was published.
    estimate
        What the model gives, in the unit of the outcome.
    verdict
        "reproduced", "direction only" or "not reproduced".
    too_few
        Whether the interval is too wide to tell, so that more animals could change the verdict.
    """

    outcome: Outcome
    estimate: Estimate
    verdict: str
    too_few: bool


@dataclass(frozen=True)
class JudgedFinding:
    """The verdict of a finding: that of the worst of its outcomes.

    Attributes
    ----------
    finding
        The published finding.
    judged
        Its outcomes with their verdicts; none for a finding that is not testable.
    """

    finding: Finding
    judged: tuple[JudgedOutcome, ...]

    @property
    def verdict(self) -> str:
        """ "reproduced", "direction only", "not reproduced" or "not testable"."""
        if self.finding.not_testable:
            return NOT_TESTABLE
        return max((each.verdict for each in self.judged), key=_WORST_LAST.index)

    @property
    def too_few(self) -> bool:
        """Whether more animals could change the verdict: every outcome that is not reproduced has too few."""
        failed = [each for each in self.judged if each.verdict == NOT_REPRODUCED]
        return bool(failed) and all(each.too_few for each in failed)


def judge_outcome(outcome: Outcome, estimate: Estimate) -> JudgedOutcome:
    """Judge an estimate by what was published.

    Parameters
    ----------
    outcome
        What was published, and what counts as reproduced.
    estimate
        What the model gives, in the unit of the outcome.
    """
    if outcome.expected == "same":
        return JudgedOutcome(outcome, estimate, *_same(outcome, estimate))
    if outcome.expected == "value":
        return JudgedOutcome(outcome, estimate, *_value(outcome, estimate))
    return JudgedOutcome(outcome, estimate, *_directed(outcome, estimate))


def _directed(outcome: Outcome, estimate: Estimate) -> tuple[str, bool]:
    """(verdict, too few animals) where an effect is expected."""
    found = estimate.low > outcome.none if outcome.expected == "up" else estimate.high < outcome.none
    low, high = _target(outcome)
    if found:
        return (REPRODUCED if low <= estimate.value <= high else DIRECTION), False
    covers_none = estimate.low <= outcome.none <= estimate.high
    expected_side = (estimate.value > outcome.none) == (outcome.expected == "up")
    sized = outcome.low is not None or outcome.high is not None
    reaches = estimate.low <= high and estimate.high >= low if sized else expected_side
    return NOT_REPRODUCED, _unbounded(estimate) or (covers_none and reaches)


def _value(outcome: Outcome, estimate: Estimate) -> tuple[str, bool]:
    """(verdict, too few animals) where a number without a direction is expected: the estimate lies in the target."""
    low, high = _target(outcome)
    if low <= estimate.value <= high:
        return REPRODUCED, False
    return NOT_REPRODUCED, estimate.low <= high and estimate.high >= low


def _same(outcome: Outcome, estimate: Estimate) -> tuple[str, bool]:
    """(verdict, too few animals) where no effect is expected: the whole interval lies within the margin."""
    low, high = _target(outcome)
    if low <= estimate.low and estimate.high <= high:
        return REPRODUCED, False
    return NOT_REPRODUCED, _unbounded(estimate) or (estimate.low <= high and estimate.high >= low)


def _target(outcome: Outcome) -> tuple[float, float]:
    low = -math.inf if outcome.low is None else outcome.low
    return low, math.inf if outcome.high is None else outcome.high


def _unbounded(estimate: Estimate) -> bool:
    """Whether there is no interval: too few pairs, or a ratio whose denominator is not distinguishable from zero."""
    return math.isnan(estimate.low) or math.isnan(estimate.high)


def counted(judgements: Sequence[JudgedFinding]) -> dict[str, int]:
    """Verdict -> number of findings."""
    verdicts = [each.verdict for each in judgements]
    return {name: verdicts.count(name) for name in (*_WORST_LAST, NOT_TESTABLE)}
