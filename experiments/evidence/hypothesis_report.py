"""The report of candidate answers to open questions: rows for a terminal; JSON, CSV and the figure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.evidence.candidate_ranking import COUNTED, COUNTED_GROUPS, RANKED_BY, GroupStandings, Standing
from experiments.evidence.candidate_runs import JudgedQuestion
from experiments.evidence.question import Question
from experiments.evidence.verdict import JudgedFinding
from experiments.evidence.verdict_counts import Share, group_of
from experiments.version import __version__
from results.comparison.frames import write_csv
from results.figures import CandidateRow, draw_hypotheses, save
from results.files.atomic import write_text

STANDING_COLUMNS = (
    *("hypothesis", "findings", "rank", "candidate", "findings reproduced", "in direction", "outcomes reproduced"),
    *("in direction", "findings against default", "first in draws"),
)
#: Widths in mm of the figure, and what its files are called.
FIGURES = {"hypotheses": 170.0, "hypotheses-column": 85.0}


def write(
    judged: Sequence[JudgedQuestion], standings: Sequence[GroupStandings], out: Path, options: Mapping[str, Any]
) -> list[Path]:
    """Write hypotheses.json, hypotheses.csv, hypothesis-outcomes.csv and the figure, replacing earlier ones.

    Parameters
    ----------
    judged, standings
        As `candidate_runs.judge_questions` and `candidate_ranking.standings` give them.
    out
        The folder.
    options
        What the animals were run with, kept in the JSON.

    Returns
    -------
    list of Path
        The files.
    """
    text = json.dumps(as_dictionary(judged, standings, options), indent=1, ensure_ascii=False)
    paths = [out / name for name in ("hypotheses.json", "hypotheses.csv", "hypothesis-outcomes.csv")]
    write_text(paths[0], text + "\n", replace=True)
    write_csv(pd.DataFrame(list(_standing_records(standings))), paths[1])
    write_csv(pd.DataFrame(list(_outcome_records(judged))), paths[2])
    rows, groups = figure_rows(judged, standings), figure_groups(judged)
    for name, width in FIGURES.items():
        paths += save(draw_hypotheses(rows, groups, width_mm=width), out, name)
    return paths


def as_dictionary(
    judged: Sequence[JudgedQuestion], standings: Sequence[GroupStandings], options: Mapping[str, Any]
) -> dict[str, Any]:
    """JSON-ready dict of questions, standings and all outcomes; numbers that do not exist are None."""
    outcomes = [
        {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}
        for row in _outcome_records(judged)
    ]
    return {
        "version": __version__,
        "options": dict(options),
        "questions": [about(each.question) for each in judged],
        "decided": {each.question: each.decided for each in standings if each.group == RANKED_BY},
        "standings": list(_standing_records(standings)),
        "outcomes": outcomes,
    }


def about(question: Question) -> dict[str, Any]:
    """JSON-ready dict of a question and its candidates."""
    return question.model_dump(mode="json")


def question_rows(questions: Iterable[Question]) -> Iterator[tuple[str, ...]]:
    """Yield one row for each candidate: question, candidate, what it says and changes, sources for and against it."""
    for one in questions:
        for k, each in enumerate(one.candidates):
            settings, switches = each.changes
            changes = [f"{path} = {value}" for path, value in settings] + [f"without {name}" for name in switches]
            words = ", ".join(changes) or "nothing (the default)"
            sources = ", ".join(each.sources_for), ", ".join(each.sources_against)
            yield one.name if k == 0 else "", each.name, each.says, words, *sources


def standing_rows(standings: Sequence[GroupStandings]) -> Iterator[tuple[str, ...]]:
    """Yield one row for each candidate of each group; ranks stand in the group that candidates are ranked by."""
    for group in standings:
        for k, each in enumerate(group.standings):
            head = (group.question, f"{group.group}: {group.findings}") if k == 0 else ("", "")
            rank = str(each.rank) if group.group == RANKED_BY else ""
            counts = (_with_ends(each.counts[measure]) for measure in COUNTED)
            gain = "-" if each.default else _with_ends(each.against_default[COUNTED[0]], "+")
            yield *head, rank, _named(each), *counts, gain, f"{each.first:.0%}"


def difference_rows(judged: JudgedQuestion) -> list[tuple[str, ...]]:
    """One row for each finding that candidates of a question judge differently: its id, role, verdicts and claim."""
    rows = []
    for alike in zip(*judged.found.values(), strict=True):
        verdicts = [each.verdict for each in alike]
        if len(set(verdicts)) > 1:
            finding = alike[0].finding
            rows.append((finding.id, group_of(finding), *verdicts, finding.claim))
    return rows


def headlines(standings: Sequence[GroupStandings]) -> Iterator[str]:
    """Yield one line for each question: which candidate is the best on findings of role fit, and how sure that is."""
    for group in standings:
        if group.group == RANKED_BY:
            best = [each for each in group.standings if each.rank == 1]
            names = " and ".join(_named(each) for each in best)
            how = f"is first in {best[0].first:.0%} of the draws of animals" if len(best) == 1 else "are equal"
            yield f"{group.question}: {names} {how}{'' if group.decided else '; these findings do not decide'}"


def figure_rows(judged: Sequence[JudgedQuestion], standings: Sequence[GroupStandings]) -> list[CandidateRow]:
    """Rows of the figure: the candidates of each question, the best first, with the fits that they reproduce."""
    found = {each.question.name: each for each in judged}
    return [
        CandidateRow(
            group.question,
            f"{_named(each)}: {_with_ends(each.counts[COUNTED[0]])}",
            {one.finding.id: one.verdict for one in found[group.question].found[each.candidate]},
        )
        for group in standings
        if group.group == RANKED_BY
        for each in group.standings
    ]


def figure_groups(judged: Sequence[JudgedQuestion]) -> dict[str, list[str]]:
    """Group -> ids of its findings that can be tested."""
    found = next(iter(judged[0].found.values()))
    groups = {
        name: [one.finding.id for one in found if one.judged and group_of(one.finding) == name]
        for name in COUNTED_GROUPS
    }
    return {name: ids for name, ids in groups.items() if ids}


def _standing_records(standings: Sequence[GroupStandings]) -> Iterator[dict[str, Any]]:
    for group in standings:
        of = {"findings": group.findings, "outcomes": group.outcomes}
        for each in group.standings:
            for measure in COUNTED:
                share, gain = each.counts[measure], each.against_default[measure]
                yield {
                    "question": group.question,
                    "group": group.group,
                    "candidate": each.candidate,
                    "default": each.default,
                    "rank": each.rank,
                    "first_in_draws": each.first,
                    "measure": measure,
                    "of": of[measure.split()[0]],
                    **share._asdict(),
                    **{f"{name}_against_default": value for name, value in gain._asdict().items()},
                }


def _outcome_records(judged: Sequence[JudgedQuestion]) -> Iterator[dict[str, Any]]:
    for question in judged:
        for candidate, found in question.found.items():
            for one in found:
                yield from _outcomes(question.question, candidate, one)


def _outcomes(question: Question, candidate: str, one: JudgedFinding) -> Iterator[dict[str, Any]]:
    for each in one.judged:
        yield {
            "question": question.name,
            "candidate": candidate,
            "finding": one.finding.id,
            "group": group_of(one.finding),
            "named_by_a_candidate": question.named(one.finding),
            "finding_verdict": one.verdict,
            "outcome": each.outcome.says,
            "unit": each.outcome.unit,
            "n": each.estimate.n,
            "estimate": each.estimate.value,
            "low": each.estimate.low,
            "high": each.estimate.high,
            "verdict": each.verdict,
        }


def _named(each: Standing) -> str:
    return f"{each.candidate} (default)" if each.default else each.candidate


def _with_ends(share: Share, sign: str = "") -> str:
    """`10 [8, 11]`, or `+1 [-1, 3]`."""
    return f"{share.number:{sign}} [{share.low:{sign}}, {share.high:{sign}}]"
