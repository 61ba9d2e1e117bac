"""The page of the evidence: evidence.html, with counts, contradictions, every outcome and the figures."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from experiments.evidence.verdict import VERDICTS, JudgedFinding, JudgedOutcome
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

_STYLE = """
body { font: 14px/1.4 sans-serif; margin: 2em auto; max-width: 75em; color: #222; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
td, th { padding: .35em .6em; border-top: 1px solid #ddd; text-align: left; vertical-align: top }
th { border-top: none; border-bottom: 2px solid #222 }
td.number { white-space: nowrap }
small { color: #555 }
img { max-width: 100%; height: auto }
.v0 { border-left: 6px solid #0072B2 }
.v1 { border-left: 6px solid #E69F00 }
.v2 { border-left: 6px solid #CC79A7 }
.v3 { border-left: 6px solid #D55E00 }
.v4 { border-left: 6px solid #7F7F7F }
"""

_HEADS = ("finding", "outcome", "estimate [95 %]", "repeated vehicle", "target", "n", "verdict")


def html(found: Sequence[JudgedFinding], counts: Sequence[GroupCount], drawings: Sequence[str]) -> str:
    """The judged findings as one HTML page that needs no other file.

    Parameters
    ----------
    found, counts
        Judged findings and their counts.
    drawings
        The figures as SVG: the first stands below the counts, the others at the end.
    """
    body = "\n".join(_rows_of(one) for one in found)
    overview, *others = map(_image, drawings) if drawings else [""]
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>bluespot: evidence</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>Published findings as virtual experiments</h1>\n"
        f"<p>bluespot {__version__}: {escape(headline(found))}. Intervals are of 95 % over animals.</p>\n"
        f"{''.join(_counts(counts))}{overview}{''.join(_contradictions(found))}<h2>Findings</h2>\n"
        f"<p>{escape(BAND_NOTE)}</p>\n"
        f"<table>{_head(_HEADS)}<tbody>\n{body}\n</tbody></table>\n{''.join(others)}\n</body></html>\n"
    )


def _image(drawing: str) -> str:
    """A drawing inside the page; as an image of its own, so that names inside two of them do not clash."""
    text = base64.b64encode(drawing.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{text}" alt="The verdicts of the table below, drawn">\n'


def _counts(counts: Sequence[GroupCount]) -> Iterator[str]:
    heads, *rows = count_rows(counts)
    yield f"<h2>Counts</h2>\n<p>{escape(COUNTS_NOTE)}</p>\n<table>{_head(heads)}<tbody>\n"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n"
    yield "</tbody></table>\n"


def _contradictions(found: Sequence[JudgedFinding]) -> Iterator[str]:
    """Pairs of findings that contradict one another, both verdicts in one row; nothing where there are none."""
    pairs = list(contradictions(found))
    if not pairs:
        return
    yield f"<h2>Findings that contradict one another</h2>\n<table>{_head(('finding', 'verdict') * 2)}<tbody>\n"
    for pair in pairs:
        yield f"<tr>{''.join(map(_claimed, pair))}</tr>\n"
    yield "</tbody></table>\n"


def _claimed(one: JudgedFinding) -> str:
    claim = f"<b>{one.finding.id}</b> {escape(one.finding.claim)}"
    return f'<td class="v{_tint(one)}">{claim}</td><td><b>{escape(verdict_in_words(one))}</b></td>'


def _head(heads: Iterable[str]) -> str:
    return f"<thead><tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr></thead>"


def _tint(one: JudgedFinding) -> int:
    return VERDICTS.index(one.verdict)


def _rows_of(one: JudgedFinding) -> str:
    finding = one.finding
    about = "<br>".join(escape(text) for text in (finding.citation, finding.detail, finding.limits) if text)
    claim = f"<b>{finding.id}</b> ({finding.role}) {escape(finding.claim)}<br><small>{about}</small>"
    lines = [_cells(each) for each in one.judged] or [f'<td colspan="5">{escape(finding.not_testable)}</td>']
    first = f'<td class="v{_tint(one)}" rowspan="{len(lines)}">{claim}</td>'
    last = f'<td rowspan="{len(lines)}"><b>{escape(verdict_in_words(one))}</b></td>'
    return "\n".join(
        f"<tr>{first if k == 0 else ''}{line}{last if k == 0 else ''}</tr>" for k, line in enumerate(lines)
    )


def _cells(each: JudgedOutcome) -> str:
    texts = (estimate_in_words(each), band_in_words(each.band), target_in_words(each.outcome), str(each.estimate.n))
    numbers = "".join(f'<td class="number">{escape(text)}</td>' for text in texts)
    added = " (added)" if each.outcome.added else ""
    says = f"{escape(each.outcome.says)}{added}"
    return f"<td>{says}<br><small>{escape(verdict_in_words(each))}</small></td>{numbers}"
