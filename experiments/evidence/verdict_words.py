"""Verdicts, estimates and targets in words, the same in the terminal, on the page and in the Markdown file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from experiments.evidence.estimation import Band
from experiments.evidence.outcome import Outcome
from experiments.evidence.outcome_statistics import STATISTICS
from experiments.evidence.verdict import REPRODUCED, VERDICTS, JudgedFinding, JudgedOutcome, counted
from experiments.evidence.verdict_counts import GroupCount

NO_BAND = "-"
BAND_NOTE = (
    "Repeated vehicle: the ends between which 95 % of the differences of two groups lie that are drawn anew from the "
    "animals of the reference. A direction counts only beyond them."
)
COUNTS_NOTE = (
    "In brackets: the ends between which the number lies in 95 % of the draws of as many animals, each judged anew. "
    "Findings that contradict another one are counted apart from the roles."
)


def verdict_in_words(judged: JudgedFinding | JudgedOutcome) -> str:
    """The verdict, and whether more animals could change it."""
    return f"{judged.verdict} (n too small)" if judged.too_few else judged.verdict


def estimate_in_words(each: JudgedOutcome) -> str:
    """The estimate with its interval and unit, `1.51 [1.31, 1.67]`; "not reached" for a time or dose that is not."""
    e = each.estimate
    if math.isnan(e.value) and STATISTICS[each.outcome.statistic].none is None:
        return "not reached"
    between = "no interval" if math.isnan(e.low) else f"{e.low:.3g}, {e.high:.3g}"
    return f"{e.value:.3g} [{between}] {each.outcome.unit}".rstrip()


def band_in_words(band: Band) -> str:
    """What a repeated vehicle shows, `[-3.2, 3.1]`."""
    return NO_BAND if band is None else f"[{band[0]:.3g}, {band[1]:.3g}]"


def target_in_words(outcome: Outcome) -> str:
    """The published number and what counts as reproduced, `1.68 [1.35, 2]`; the direction where no size was given."""
    if outcome.expected == "at least":
        return f"at least {outcome.low:g}"
    if outcome.low is None and outcome.high is None:
        return f"{outcome.expected}"
    low, high = ("" if end is None else f"{end:g}" for end in (outcome.low, outcome.high))
    at = f"{outcome.target:g} " if outcome.target is not None else ""
    return f"{'none: ' if outcome.expected == 'same' else ''}{at}[{low}, {high}]"


def headline(found: Sequence[JudgedFinding]) -> str:
    """One line: how many findings have which verdict."""
    return ", ".join(f"{count} {name}" for name, count in counted(found).items())


def count_rows(counts: Sequence[GroupCount]) -> Iterator[tuple[str, ...]]:
    """Yield the heads of a table of counts, then a row for each group."""
    yield "group", "findings", *VERDICTS
    for each in counts:
        shares = (each.verdicts[verdict] for verdict in VERDICTS)
        yield each.group, str(each.findings), *(f"{share.number} [{share.low}, {share.high}]" for share in shares)


def counts_in_words(counts: Sequence[GroupCount]) -> str:
    """One line: how many findings of each group are reproduced, with the interval over draws of animals."""
    told = []
    for each in counts:
        share = each.verdicts[REPRODUCED]
        told.append(f"{each.group} {share.number} of {each.findings} [{share.low}, {share.high}]")
    return f"reproduced [95 % over draws of animals]: {', '.join(told)}"
