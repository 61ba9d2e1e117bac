"""The report of judged findings: rows of a table for a terminal, evidence.json, and evidence.html with the figure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from experiments.evidence.outcome import Outcome
from experiments.evidence.verdict import VERDICTS, JudgedFinding, JudgedOutcome, counted
from experiments.version import __version__
from results.figures import EvidenceRow, draw_evidence, save
from results.files.atomic import write_text

EVIDENCE_COLUMNS = ("id", "role", "outcome", "estimate [95 %]", "target", "n", "verdict", "finding")
_STYLE = """
body { font: 14px/1.4 sans-serif; margin: 2em auto; max-width: 75em; color: #222; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
td, th { padding: .35em .6em; border-top: 1px solid #ddd; text-align: left; vertical-align: top }
th { border-top: none; border-bottom: 2px solid #222 }
td.number { white-space: nowrap }
small { color: #555 }
svg { max-width: 100%; height: auto }
.v0 { border-left: 6px solid #0072B2 }
.v1 { border-left: 6px solid #E69F00 }
.v2 { border-left: 6px solid #CC79A7 }
.v3 { border-left: 6px solid #D55E00 }
.v4 { border-left: 6px solid #7F7F7F }
"""


def write(found: Sequence[JudgedFinding], out: Path) -> list[Path]:
    """Write evidence.json, evidence.html and the figure into a folder, replacing earlier ones.

    Parameters
    ----------
    found
        Judged findings, as `evaluation.judge` gives them.
    out
        The folder.

    Returns
    -------
    list of Path
        The files.
    """
    figures = save(draw_evidence(evidence_rows(found)), out, "evidence") if any(each.judged for each in found) else []
    drawing = next((path.read_text("utf-8") for path in figures if path.suffix == ".svg"), "")
    write_text(
        out / "evidence.json", json.dumps(as_dictionary(found), indent=1, ensure_ascii=False) + "\n", replace=True
    )
    write_text(out / "evidence.html", html(found, drawing), replace=True)
    return [out / "evidence.json", out / "evidence.html", *figures]


def as_dictionary(found: Sequence[JudgedFinding]) -> dict[str, Any]:
    """JSON-ready dict of judged findings; numbers that do not exist are None."""
    return {"version": __version__, "verdicts": counted(found), "findings": [_finding(each) for each in found]}


def rows(found: Sequence[JudgedFinding]) -> Iterator[tuple[str, ...]]:
    """Yield one row for each outcome; the first row of a finding has its verdict."""
    for one in found:
        if not one.judged:
            yield one.finding.id, one.finding.role, one.finding.not_testable, "", "", "", "", one.verdict
        for k, each in enumerate(one.judged):
            verdict = _verdict(one) if k == 0 else ""
            numbers = (_estimate(each), target_in_words(each.outcome), str(each.estimate.n))
            yield one.finding.id, one.finding.role, each.outcome.says, *numbers, _of_outcome(each), verdict


def headline(found: Sequence[JudgedFinding]) -> str:
    """One line: how many findings have which verdict."""
    return ", ".join(f"{count} {name}" for name, count in counted(found).items())


def evidence_rows(found: Sequence[JudgedFinding]) -> list[EvidenceRow]:
    """Rows of the figure of the evidence, one for each outcome."""
    return [
        EvidenceRow(
            label=f"{one.finding.id}  {each.outcome.says}",
            estimate=(each.estimate.value, each.estimate.low, each.estimate.high),
            none=None if each.outcome.expected == "value" else each.outcome.none,
            target=(each.outcome.target, each.outcome.low, each.outcome.high),
            rises=each.outcome.expected != "down",
            verdict=each.verdict,
        )
        for one in found
        for each in one.judged
    ]


def html(found: Sequence[JudgedFinding], drawing: str) -> str:
    """The judged findings as one HTML page that needs no other file; drawing: the figure as SVG."""
    body = "\n".join(_rows_of(one) for one in found)
    drawing = drawing[drawing.find("<svg") :]
    heads = "".join(f"<th>{head}</th>" for head in ("finding", "outcome", "estimate [95 %]", "target", "n", "verdict"))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>bluespot: evidence</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>Published findings as virtual experiments</h1>\n"
        f"<p>bluespot {__version__}: {escape(headline(found))}. Intervals are of 95 % over animals.</p>\n"
        f"<table><thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>\n{drawing}\n</body></html>\n"
    )


def _rows_of(one: JudgedFinding) -> str:
    finding = one.finding
    tint = VERDICTS.index(one.verdict)
    about = "<br>".join(escape(text) for text in (finding.citation, finding.detail, finding.limits) if text)
    claim = f"<b>{finding.id}</b> ({finding.role}) {escape(finding.claim)}<br><small>{about}</small>"
    lines = [_cells(each) for each in one.judged] or [f'<td colspan="4">{escape(finding.not_testable)}</td>']
    first = f'<td class="v{tint}" rowspan="{len(lines)}">{claim}</td>'
    last = f'<td rowspan="{len(lines)}"><b>{escape(_verdict(one))}</b></td>'
    return "\n".join(
        f"<tr>{first if k == 0 else ''}{line}{last if k == 0 else ''}</tr>" for k, line in enumerate(lines)
    )


def _cells(each: JudgedOutcome) -> str:
    numbers = "".join(
        f'<td class="number">{escape(text)}</td>'
        for text in (_estimate(each), target_in_words(each.outcome), str(each.estimate.n))
    )
    return f"<td>{escape(each.outcome.says)}<br><small>{escape(_of_outcome(each))}</small></td>{numbers}"


def _finding(one: JudgedFinding) -> dict[str, Any]:
    outcomes = [_outcome(each) for each in one.judged]
    return one.finding.about() | {"verdict": one.verdict, "too_few": one.too_few, "outcomes": outcomes}


def _outcome(each: JudgedOutcome) -> dict[str, Any]:
    estimate, outcome = each.estimate, each.outcome
    numbers = {"estimate": estimate.value, "low": estimate.low, "high": estimate.high}
    return {
        "says": outcome.says,
        "statistic": outcome.statistic,
        "unit": outcome.unit,
        "n": estimate.n,
        **{key: None if math.isnan(value) else value for key, value in numbers.items()},
        "expected": outcome.expected,
        "none": outcome.none,
        "target": {"value": outcome.target, "low": outcome.low, "high": outcome.high},
        "verdict": each.verdict,
        "too_few": each.too_few,
    }


def _verdict(one: JudgedFinding) -> str:
    return f"{one.verdict} (n too small)" if one.too_few else one.verdict


def _of_outcome(each: JudgedOutcome) -> str:
    return f"{each.verdict} (n too small)" if each.too_few else each.verdict


def _estimate(each: JudgedOutcome) -> str:
    e = each.estimate
    between = "no interval" if math.isnan(e.low) else f"{e.low:.3g}, {e.high:.3g}"
    return f"{e.value:.3g} [{between}] {each.outcome.unit}".rstrip()


def target_in_words(outcome: Outcome) -> str:
    """The published number and what counts as reproduced, `1.68 [1.35, 2]`; the direction where no size was given."""
    if outcome.low is None and outcome.high is None:
        return f"{outcome.expected}"
    low, high = ("" if end is None else f"{end:g}" for end in (outcome.low, outcome.high))
    at = f"{outcome.target:g} " if outcome.target is not None else ""
    return f"{'none: ' if outcome.expected == 'same' else ''}{at}[{low}, {high}]"
