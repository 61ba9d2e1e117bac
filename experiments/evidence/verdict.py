"""From an estimate with its interval, and from what was published, to a verdict. The rules are in docs/evidence.md.

A direction counts as found where the 95 % interval leaves out no effect on the expected side. Nothing here knows a
finding by its name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.evidence.finding import Finding, Outcome
from results.statistics import Estimate

REPRODUCED, DIRECTION, NOT_REPRODUCED, NOT_TESTABLE = (
    "reproduced",
    "direction only",
    "not reproduced",
    "not testable",
)
_WORST_LAST = (REPRODUCED, DIRECTION, NOT_REPRODUCED)


@dataclass(frozen=True)
class JudgedOutcome:
    """One outcome, its estimate, its verdict, and whether the interval is too wide to tell."""

    outcome: Outcome
    estimate: Estimate
    verdict: str
    too_few: bool


@dataclass(frozen=True)
class JudgedFinding:
    """A finding with all its outcomes; the verdict is that of the worst of them."""

    finding: Finding
    judged: tuple[JudgedOutcome, ...]

    @property
    def verdict(self) -> str:
        """One of the four."""
        if self.finding.not_testable:
            return NOT_TESTABLE
        return max((each.verdict for each in self.judged), key=_WORST_LAST.index)

    @property
    def too_few(self) -> bool:
        """Whether more animals could change the verdict: all outcomes that are not reproduced were undecided."""
        failed = [each for each in self.judged if each.verdict == NOT_REPRODUCED]
        return bool(failed) and all(each.too_few for each in failed)


def judge_outcome(outcome: Outcome, estimate: Estimate) -> JudgedOutcome:
    """The verdict of one outcome."""
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
    """Where a number without a direction is expected: the estimate lies in the target, or not."""
    low, high = _target(outcome)
    if low <= estimate.value <= high:
        return REPRODUCED, False
    return NOT_REPRODUCED, estimate.low <= high and estimate.high >= low


def _same(outcome: Outcome, estimate: Estimate) -> tuple[str, bool]:
    """Where no effect is expected: all of the interval lies within the margin."""
    low, high = _target(outcome)
    if low <= estimate.low and estimate.high <= high:
        return REPRODUCED, False
    return NOT_REPRODUCED, _unbounded(estimate) or (estimate.low <= high and estimate.high >= low)


def _target(outcome: Outcome) -> tuple[float, float]:
    low = -math.inf if outcome.low is None else outcome.low
    return low, math.inf if outcome.high is None else outcome.high


def _unbounded(estimate: Estimate) -> bool:
    """No interval: too few pairs, or a ratio to something that is not told from zero."""
    return math.isnan(estimate.low) or math.isnan(estimate.high)


def counted(judgements: Sequence[JudgedFinding]) -> dict[str, int]:
    """Findings by verdict."""
    verdicts = [each.verdict for each in judgements]
    return {name: verdicts.count(name) for name in (*_WORST_LAST, NOT_TESTABLE)}
