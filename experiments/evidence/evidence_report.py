"""The report of judged findings: rows for a terminal; evidence.json, .html and .md, verdicts.toml and the figures."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.evidence.evidence_markdown import markdown
from experiments.evidence.evidence_page import html
from experiments.evidence.verdict import REPRODUCED, JudgedFinding, JudgedOutcome, counted
from experiments.evidence.verdict_counts import ROLE_GROUPS, GroupCount, contradictions, group_of
from experiments.evidence.verdict_words import band_in_words, estimate_in_words, target_in_words, verdict_in_words
from experiments.protocol.toml_text import toml_text
from experiments.version import __version__
from results.figures import EvidenceRow, draw_evidence, draw_verdicts, save, save_as
from results.files.atomic import write_text

EVIDENCE_COLUMNS = (
    *("id", "role", "outcome", "estimate [95 %]", "repeated vehicle", "target", "n", "verdict"),
    "finding",
)
CONTRADICTION_COLUMNS = ("id", "claim", "verdict", "contradicts", "its claim", "its verdict")


def write(
    found: Sequence[JudgedFinding], counts: Sequence[GroupCount], out: Path, options: Mapping[str, Any] | None = None
) -> list[Path]:
    """Write evidence.json, .html and .md, verdicts.toml and the figures into a folder, replacing earlier ones.

    The figures: the verdict of every outcome on one page (evidence.png, .svg), and every estimate beside its published
    number (outcomes.svg), which is as long as there are outcomes.

    Parameters
    ----------
    found
        Judged findings, as `evaluation.judge` gives them.
    counts
        Of them, as `verdict_counts.count_verdicts` gives them.
    out
        The folder.
    options
        What the animals were run with, such as the seed; they are kept in evidence.json and verdicts.toml.

    Returns
    -------
    list of Path
        The files.
    """
    figures = _draw(found, out) if any(each.judged for each in found) else []
    drawings = [path.read_text("utf-8") for path in figures if path.suffix == ".svg"]
    texts = {
        "evidence.json": json.dumps(as_dictionary(found, counts, options), indent=1, ensure_ascii=False) + "\n",
        "evidence.html": html(found, counts, drawings),
        "evidence.md": markdown(found, counts),
        "verdicts.toml": toml_text(verdict_tables(found, options)),
    }
    for name, text in texts.items():
        write_text(out / name, text, replace=True)
    return [*(out / name for name in texts), *figures]


def _draw(found: Sequence[JudgedFinding], out: Path) -> list[Path]:
    overview = save(draw_verdicts(outcome_verdicts(found)), out, "evidence")
    return [*overview, save_as(draw_evidence(evidence_rows(found)), out / "outcomes.svg")]


def as_dictionary(
    found: Sequence[JudgedFinding], counts: Sequence[GroupCount], options: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """JSON-ready dict of judged findings, their counts and the options; numbers that do not exist are None."""
    return {
        "version": __version__,
        "options": dict(options or {}),
        "verdicts": counted(found),
        "counts": [_count(each) for each in counts],
        "contradictions": [{one.finding.id: one.verdict for one in pair} for pair in contradictions(found)],
        "findings": [_finding(each) for each in found],
    }


def verdict_tables(found: Sequence[JudgedFinding], options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What decides each finding, in words, as the package keeps it of its last look (`experiments.evidence.misses`).

    Parameters
    ----------
    found
        Judged findings.
    options
        Of the run: its `seed` and `model` are kept.
    """
    kept = {key: value for key, value in (options or {}).items() if key in ("seed", "model")}
    return kept | {each.finding.id: _deciding(each) for each in found}


def _deciding(one: JudgedFinding) -> dict[str, str]:
    told = {"verdict": verdict_in_words(one)}
    if one.deciding is None:
        return told
    each = one.deciding
    return told | {
        "outcome": each.outcome.says,
        "estimate": estimate_in_words(each),
        "target": target_in_words(each.outcome),
    }


def rows(found: Sequence[JudgedFinding]) -> Iterator[tuple[str, ...]]:
    """Yield one row for each outcome; the first row of a finding has its verdict."""
    for one in found:
        if not one.judged:
            yield one.finding.id, one.finding.role, one.finding.not_testable, "", "", "", "", "", one.verdict
        for k, each in enumerate(one.judged):
            verdict = verdict_in_words(one) if k == 0 else ""
            numbers = (estimate_in_words(each), band_in_words(each.band), target_in_words(each.outcome))
            n = str(each.estimate.n)
            yield one.finding.id, one.finding.role, each.outcome.says, *numbers, n, verdict_in_words(each), verdict


def contradiction_rows(found: Sequence[JudgedFinding]) -> list[tuple[str, ...]]:
    """One row for each pair of findings that contradict one another, with both verdicts."""
    return [
        tuple(text for one in pair for text in (one.finding.id, one.finding.claim, verdict_in_words(one)))
        for pair in contradictions(found)
    ]


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


def outcome_verdicts(found: Sequence[JudgedFinding]) -> dict[str, dict[str, list[str]]]:
    """Verdicts of the outcomes by group and finding, for the overview; a heading says how many are reproduced."""
    groups: dict[str, dict[str, list[str]]] = {}
    for group in dict.fromkeys(part for parts in ROLE_GROUPS.values() for part in parts):
        own = [one for one in found if one.judged and group_of(one.finding) == group]
        if own:
            reproduced = sum(one.verdict == REPRODUCED for one in own)
            marks = {one.finding.id: [each.verdict for each in one.judged] for one in own}
            groups[f"{group}: {reproduced} of {len(own)}"] = marks
    return groups


def _count(each: GroupCount) -> dict[str, Any]:
    return {
        "group": each.group,
        "findings": each.findings,
        "verdicts": {verdict: share._asdict() for verdict, share in each.verdicts.items()},
    }


def _finding(one: JudgedFinding) -> dict[str, Any]:
    outcomes = [_outcome(each) for each in one.judged]
    return one.finding.about() | {"verdict": one.verdict, "too_few": one.too_few, "outcomes": outcomes}


def _outcome(each: JudgedOutcome) -> dict[str, Any]:
    estimate, outcome = each.estimate, each.outcome
    numbers = {"estimate": estimate.value, "low": estimate.low, "high": estimate.high}
    band = None if each.band is None else [None if math.isnan(end) else end for end in each.band]
    return {
        "says": outcome.says,
        "statistic": outcome.statistic,
        "unit": outcome.unit,
        "n": estimate.n,
        **{key: None if math.isnan(value) else value for key, value in numbers.items()},
        "repeated_vehicle": band,
        "expected": outcome.expected,
        "control": outcome.control,
        "added": outcome.added,
        "none": outcome.none,
        "target": {"value": outcome.target, "low": outcome.low, "high": outcome.high},
        "verdict": each.verdict,
        "too_few": each.too_few,
    }
