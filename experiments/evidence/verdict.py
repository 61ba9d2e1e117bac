"""Verdicts: whether an estimate with its interval reproduces what was published (rules: docs/evidence.md).

A direction counts as found where the whole 95 % interval lies on the expected side of no effect, and the estimate lies
beyond what a repeated vehicle shows. No effect counts as shown only where one could have been seen. The same rules hold
for every finding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from experiments.evidence.estimation import AnimalNumbers, Band
from experiments.evidence.finding import Finding
from experiments.evidence.outcome import Outcome
from results.statistics.intervals import Estimate

REPRODUCED, DIRECTION, NOT_SHOWN, NOT_REPRODUCED, NOT_TESTABLE = (
    "reproduced",
    "direction only",
    "not shown",
    "not reproduced",
    "not testable",
)
#: From the best to the worst, and what was not tried.
VERDICTS = (REPRODUCED, DIRECTION, NOT_SHOWN, NOT_REPRODUCED, NOT_TESTABLE)
FOUND = (REPRODUCED, DIRECTION)


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
        "reproduced", "direction only", "not shown" or "not reproduced".
    too_few
        Whether the interval is too wide to tell, so that more animals could change the verdict.
    band
        What a repeated vehicle shows; None for a statistic without a reference.
    """

    outcome: Outcome
    estimate: Estimate
    verdict: str
    too_few: bool
    band: Band = None


@dataclass(frozen=True)
class JudgedFinding:
    """The verdict of a finding: that of the worst of its outcomes, those that were not published left out.

    Attributes
    ----------
    finding
        The published finding.
    judged
        Its outcomes with their verdicts; none for a finding that is not testable.
    numbers
        What each outcome is estimated from, where it is at hand.
    """

    finding: Finding
    judged: tuple[JudgedOutcome, ...]
    numbers: tuple[AnimalNumbers, ...] = field(default=(), repr=False, compare=False)

    @property
    def verdict(self) -> str:
        """ "reproduced", "direction only", "not shown", "not reproduced" or "not testable"."""
        if self.finding.not_testable:
            return NOT_TESTABLE
        return max((each.verdict for each in self.published), key=VERDICTS.index)

    @property
    def too_few(self) -> bool:
        """Whether more animals could change the verdict: every outcome that failed has too few."""
        failed = [each for each in self.published if each.verdict not in FOUND]
        return bool(failed) and all(each.too_few for each in failed)

    @property
    def published(self) -> tuple[JudgedOutcome, ...]:
        """The outcomes that count: those that were published, or all where none was."""
        return tuple(each for each in self.judged if not each.outcome.added) or self.judged

    @property
    def deciding(self) -> JudgedOutcome | None:
        """The first outcome whose verdict is that of the finding; None for a finding that is not testable."""
        return next((each for each in self.published if each.verdict == self.verdict), None)


def judge_animals(finding: Finding, numbers: Sequence[AnimalNumbers]) -> JudgedFinding:
    """Judge a finding by the numbers of its animals, which it keeps.

    Parameters
    ----------
    finding
        What was published.
    numbers
        Of each of its outcomes.
    """
    judged = judge_finding(finding, [each.estimate() for each in numbers], [each.band() for each in numbers])
    return replace(judged, numbers=tuple(numbers))


def judge_finding(finding: Finding, estimates: Sequence[Estimate], bands: Sequence[Band]) -> JudgedFinding:
    """Judge all outcomes of a finding.

    Parameters
    ----------
    finding
        What was published.
    estimates, bands
        What the model gives for each outcome, and what a repeated vehicle shows.
    """
    judged = [judge_outcome(*each) for each in zip(finding.outcomes, estimates, bands, strict=True)]
    by_name = {each.outcome.says: each for each in judged}
    return JudgedFinding(finding, tuple(_seen(each, by_name) for each in judged))


def judge_outcome(outcome: Outcome, estimate: Estimate, band: Band = None) -> JudgedOutcome:
    """Judge an estimate by what was published, as if an effect could have been seen where none is.

    Parameters
    ----------
    outcome
        What was published, and what counts as reproduced.
    estimate
        What the model gives, in the unit of the outcome.
    band
        What a repeated vehicle shows; None where there is no reference.
    """
    if outcome.expected == "same":
        verdict, too_few = _same(outcome, estimate)
    elif outcome.expected == "value":
        verdict, too_few = _value(outcome, estimate)
    elif outcome.expected == "at least":
        verdict, too_few = _at_least(outcome, estimate)
    else:
        verdict, too_few = _directed(outcome, estimate, band)
    return JudgedOutcome(outcome, estimate, verdict, too_few, band)


def _seen(one: JudgedOutcome, by_name: Mapping[str, JudgedOutcome]) -> JudgedOutcome:
    """The outcome, "not shown" where it is reproduced but its control is not found."""
    if one.verdict != REPRODUCED or not one.outcome.control:
        return one
    control = by_name[one.outcome.control]
    return one if control.verdict in FOUND else replace(one, verdict=NOT_SHOWN, too_few=control.too_few)


def _directed(outcome: Outcome, estimate: Estimate, band: Band) -> tuple[str, bool]:
    """(verdict, too few animals) where an effect is expected."""
    rises = outcome.expected == "up"
    beyond_none = estimate.low > outcome.none if rises else estimate.high < outcome.none
    low, high = _target(outcome)
    if beyond_none and _beyond(band, estimate.value, rises):
        return (REPRODUCED if low <= estimate.value <= high else DIRECTION), False
    covers_none = estimate.low <= outcome.none <= estimate.high
    expected_side = (estimate.value > outcome.none) == rises
    sized = outcome.low is not None or outcome.high is not None
    reaches = estimate.low <= high and estimate.high >= low if sized else expected_side
    return NOT_REPRODUCED, _unbounded(estimate) or ((covers_none or beyond_none) and reaches)


def _beyond(band: Band, value: float, rises: bool) -> bool:
    """Whether a value lies on the expected side of all that a repeated vehicle shows."""
    return band is None or (value > band[1] if rises else value < band[0])


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


def _at_least(outcome: Outcome, estimate: Estimate) -> tuple[str, bool]:
    """(verdict, too few animals) of one-sided non-inferiority: the lower end of the interval reaches the margin."""
    low, _ = _target(outcome)
    if estimate.low >= low:
        return REPRODUCED, False
    return NOT_REPRODUCED, _unbounded(estimate) or estimate.high >= low


def _target(outcome: Outcome) -> tuple[float, float]:
    low = -math.inf if outcome.low is None else outcome.low
    return low, math.inf if outcome.high is None else outcome.high


def _unbounded(estimate: Estimate) -> bool:
    """Whether there is no interval: too few pairs, or a ratio whose denominator is not distinguishable from zero."""
    return math.isnan(estimate.low) or math.isnan(estimate.high)


def counted(judgements: Sequence[JudgedFinding]) -> dict[str, int]:
    """Verdict -> number of findings."""
    verdicts = [each.verdict for each in judgements]
    return {name: verdicts.count(name) for name in VERDICTS}
