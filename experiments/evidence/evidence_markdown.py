"""The evidence as Markdown, as docs/evidence.md has it: counts, contradictions, and what decides each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from experiments.evidence.verdict import REPRODUCED, JudgedFinding
from experiments.evidence.verdict_counts import GroupCount, contradictions
from experiments.evidence.verdict_words import (
    BAND_NOTE,
    COUNTS_NOTE,
    band_in_words,
    count_rows,
    estimate_in_words,
    headline,
    target_in_words,
    verdict_in_words,
)
from experiments.version import __version__

_HEADS = (
    *("id", "role", "deciding outcome", "estimate [95 %]", "repeated vehicle", "target", "n", "outcomes met"),
    "verdict",
)


def markdown(found: Sequence[JudgedFinding], counts: Sequence[GroupCount]) -> str:
    """The judged findings as a Markdown text.

    Parameters
    ----------
    found, counts
        Judged findings and their counts.
    """
    pairs = [[*_claimed(one), *_claimed(other)] for one, other in contradictions(found)]
    contradicting = ["## Findings that contradict one another", "", *_table(("finding", "verdict") * 2, pairs), ""]
    heads, *rows = count_rows(counts)
    lines = [
        *("# Published findings as virtual experiments", "", f"bluespot {__version__}: {headline(found)}.", ""),
        *("## Counts", "", COUNTS_NOTE, "", *_table(heads, rows), ""),
        *(contradicting if pairs else ()),
        *("## Findings", "", BAND_NOTE, "", *_table(_HEADS, map(_row, found))),
    ]
    return "\n".join(lines) + "\n"


def _claimed(one: JudgedFinding) -> tuple[str, str]:
    return f"{one.finding.id}: {one.finding.claim}", verdict_in_words(one)


def _row(one: JudgedFinding) -> tuple[str, ...]:
    finding, each = one.finding, one.deciding
    if each is None:
        return finding.id, finding.role, finding.not_testable, "", "", "", "", "", one.verdict
    met = sum(other.verdict == REPRODUCED for other in one.published)
    return (
        *(finding.id, finding.role, each.outcome.says, estimate_in_words(each), band_in_words(each.band)),
        *(target_in_words(each.outcome), str(each.estimate.n), f"{met} of {len(one.published)}", verdict_in_words(one)),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(heads)
    yield "|" + "---|" * len(heads)
    yield from map(_line, rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
