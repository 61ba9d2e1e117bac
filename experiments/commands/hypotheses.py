"""What `evidence --hypotheses` does: judge findings under candidate answers to open questions, and rank these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from experiments.commands.terminal import kept_when_stopped, print_json, print_table, show

if TYPE_CHECKING:
    from experiments.evidence.candidate_ranking import GroupStandings
    from experiments.evidence.candidate_runs import JudgedQuestion
    from experiments.evidence.evaluation import RunOptions
    from experiments.evidence.finding import Finding
    from experiments.evidence.question import Question

_LIST_COLUMNS = ("hypothesis", "candidate", "says", "changes", "for", "against")


@dataclass(frozen=True)
class HypothesisOptions:
    """What the command line says of hypotheses.

    names: of questions; none for all. with_checks: whether findings that check the model are run. only: whether the
    findings were chosen by their ids. own: whether they are the reader's own.
    """

    names: tuple[str, ...]
    with_checks: bool
    only: bool
    own: bool
    json: bool


def list_hypotheses(names: Sequence[str], json: bool) -> None:
    """Print the questions and their candidates."""
    from experiments.evidence import hypothesis_report, question

    found = question.chosen(names)
    if json:
        print_json([hypothesis_report.about(each) for each in found])
        return
    print_table(("hypothesis", "question"), ((each.name, each.question) for each in found))
    show()
    print_table(_LIST_COLUMNS, hypothesis_report.question_rows(found))


def judge_hypotheses(findings: Sequence[Finding], wanted: HypothesisOptions, options: RunOptions) -> None:
    """Run the findings under every candidate, write the report and print it."""
    from experiments.evidence import candidate_ranking, hypothesis_report, looks, question
    from experiments.evidence.candidate_runs import judge_questions

    questions = question.chosen(wanted.names)
    allowed = allowed_findings(findings, wanted)
    with kept_when_stopped("Finished animals", options.out):
        judged = judge_questions(questions, allowed, options)
    standings = candidate_ranking.standings(judged)
    about = _about(questions, allowed, wanted, options) | {"model": looks.present_hash()}
    files = hypothesis_report.write(judged, standings, options.out, about)
    if wanted.json:
        print_json(hypothesis_report.as_dictionary(judged, standings, about))
        return
    _print(judged, standings)
    show(f"{', '.join(path.name for path in files)} are in {options.out}")
    if wanted.with_checks and not wanted.own:
        show(look_line(about))


def allowed_findings(findings: Sequence[Finding], wanted: HypothesisOptions) -> tuple[Finding, ...]:
    """The findings that may be run: of role fit, and with checks those that check the model or contradict another.

    Raises
    ------
    UserError
        For a finding that was asked for by its id and may not be run, and where none is of role fit.
    """
    from experiments.evidence.candidate_ranking import COUNTED_GROUPS, RANKED_BY
    from experiments.evidence.verdict_counts import group_of

    groups = COUNTED_GROUPS if wanted.with_checks else (RANKED_BY,)
    tested = [each for each in findings if not each.not_testable]
    lines = [f"--only: {_refused(each)}" for each in findings if each.not_testable or group_of(each) not in groups]
    if lines and wanted.only:
        raise UserError("\n".join(lines))
    if not any(group_of(each) == RANKED_BY for each in tested):
        raise UserError("--hypotheses: candidates are ranked by findings of role fit, and none was chosen.")
    return tuple(each for each in tested if group_of(each) in groups)


def look_line(about: dict[str, Any]) -> str:
    """What the log of looks needs to be told, in one line."""
    names = f"under the candidates of {', '.join(about['hypotheses'])}"
    ids = ", ".join(f'"{id}"' for id in about["findings"])
    return f'For the log of looks: seed = {about["seed"]}, model = "{about["model"]}", findings = [{ids}], {names}'


def _refused(finding: Finding) -> str:
    from experiments.evidence.verdict_counts import CONTRADICTING, group_of

    if finding.not_testable:
        return f"{finding.id} cannot be tested: {finding.not_testable}"
    if finding.role == "construction" and not finding.contradicts:
        return f"{finding.id} is of role construction; --hypotheses runs findings of role fit."
    kind = "contradicts another" if group_of(finding) == CONTRADICTING else "is of role check"
    return f"{finding.id} {kind}: running it is a look, and needs --with-checks."


def _about(
    questions: Sequence[Question], findings: Sequence[Finding], wanted: HypothesisOptions, options: RunOptions
) -> dict[str, Any]:
    return {
        "hypotheses": [each.name for each in questions],
        "findings": [each.id for each in findings],
        "with_checks": wanted.with_checks,
        "seed": options.seed,
        "animals": options.animals,
        "size": options.size,
    }


def _print(judged: Sequence[JudgedQuestion], standings: Sequence[GroupStandings]) -> None:
    from experiments.evidence import hypothesis_report

    print_table(hypothesis_report.STANDING_COLUMNS, hypothesis_report.standing_rows(standings))
    for each in judged:
        show(f"\n{each.question.question}")
        rows = hypothesis_report.difference_rows(each)
        if rows:
            print_table(("id", "group", *each.found, "claim"), rows)
        else:
            show("Each finding has the same verdict under all candidates.")
    show()
    for line in hypothesis_report.headlines(standings):
        show(line)
