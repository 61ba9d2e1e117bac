"""The command `evidence`: run published findings as virtual experiments and say which of them are reproduced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import UserError
from experiments.commands.hypotheses import HypothesisOptions, judge_hypotheses, list_hypotheses
from experiments.commands.terminal import (
    AsJson,
    Extensions,
    Scheduler,
    Workers,
    as_options,
    folder_option,
    kept_when_stopped,
    names_with,
    print_json,
    print_table,
    show,
    split_names,
    worker_pool,
)

if TYPE_CHECKING:
    from experiments.evidence.evaluation import RunOptions
    from experiments.evidence.finding import Finding

Only = Annotated[str, typer.Option(help="Ids of findings, such as A1,A2; all by default.", metavar="IDS")]
OwnFindings = Annotated[
    Path | None, typer.Option("--findings", help="Folder of your own findings, instead of bluespot's.", metavar="DIR")
]
RunSeed = Annotated[int, typer.Option(help="Of the run; each publication's animals follow from it.", metavar="N")]


def evidence(
    names: Annotated[
        str, typer.Argument(help="With --hypotheses: names of hypotheses, or TOML files; all by default.")
    ] = "",
    only: Only = "",
    own: OwnFindings = None,
    hypotheses: Annotated[
        bool, typer.Option("--hypotheses", help="Judge candidate answers to open questions by findings of role fit.")
    ] = False,
    with_checks: Annotated[
        bool, typer.Option("--with-checks", help="With --hypotheses: run the checks too, which is a look at them.")
    ] = False,
    out: Annotated[Path, folder_option("Folder for the results; finished animals in it are kept.")] = Path(
        "runs/evidence"
    ),
    listing: Annotated[bool, typer.Option("--list", help="List the findings, or hypotheses, and run nothing.")] = False,
    readings: Annotated[bool, typer.Option(help="List what an outcome can read, and run nothing.")] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    animals: Annotated[int | None, typer.Option(help="Animals per arm, instead of the finding's.", metavar="N")] = None,
    size: Annotated[float | None, typer.Option(help="Scale of all populations, instead of 1.", metavar="X")] = None,
    switch_off: Annotated[str, typer.Option(help="Mechanisms to switch off, such as alpha2.", metavar="NAMES")] = "",
    seed: RunSeed = 1,
    with_: Extensions = None,
    json: AsJson = False,
) -> None:
    """Judge the model by published findings.

    Each finding is run as a virtual experiment. With --hypotheses the model stands beside other candidate answers to
    questions that the literature leaves open.
    """
    from experiments.commands.terminal.progress_bar import ProgressBar
    from experiments.evidence.evaluation import RunOptions
    from experiments.evidence.finding import chosen, known_findings

    wanted = HypothesisOptions(split_names(names), with_checks, bool(only), own is not None, json)
    if not hypotheses or switch_off:
        _refuse(wanted, hypotheses)
    if readings:
        _list_readings(json)
        return
    if listing and hypotheses:
        list_hypotheses(wanted.names, json)
        return
    findings = chosen(only, known_findings(own, names_with(with_)))
    if listing:
        _list(findings, json)
        return
    options = RunOptions(out, worker_pool(workers, scheduler), ProgressBar(), size, animals, seed)
    try:
        if hypotheses:
            judge_hypotheses(findings, wanted, options)
        else:
            _judge(findings, split_names(switch_off), options, wanted, with_ or [])
    except UserError as error:
        raise UserError(as_options(error, {"Arm: switch_off": "--switch-off"})) from None


def _refuse(wanted: HypothesisOptions, hypotheses: bool) -> None:
    """UserError for options that go with --hypotheses alone, and for --switch-off beside it."""
    if hypotheses:
        raise UserError("--switch-off: a candidate has switches of its own; expected none beside --hypotheses.")
    if wanted.names:
        raise UserError(f"{','.join(wanted.names)}: names of hypotheses go with --hypotheses; findings with --only.")
    if wanted.with_checks:
        raise UserError("--with-checks: it goes with --hypotheses; without it all findings are run.")


def _judge(
    findings: tuple[Finding, ...],
    switches: tuple[str, ...],
    options: RunOptions,
    wanted: HypothesisOptions,
    extensions: list[str],
) -> None:
    """Judge the model as it stands, or with extensions, write the report and print it."""
    from experiments.evidence import evaluation, evidence_report, looks
    from experiments.evidence.finding_variants import without
    from experiments.evidence.verdict_counts import count_verdicts
    from experiments.evidence.verdict_words import counts_in_words, headline

    with kept_when_stopped("Finished animals", options.out):
        found = evaluation.judge(without(findings, switches), options)
    counts = count_verdicts(found)
    run_with: dict[str, Any] = {"seed": options.seed, "animals": options.animals, "size": options.size}
    run_with |= {"switch_off": ",".join(switches), "model": looks.present_hash()}
    run_with |= {"with": ", ".join(extensions)} if extensions else {}
    files = evidence_report.write(found, counts, options.out, run_with)
    if wanted.json:
        print_json(evidence_report.as_dictionary(found, counts, run_with))
        return
    print_table(evidence_report.EVIDENCE_COLUMNS, evidence_report.rows(found))
    if contradicting := evidence_report.contradiction_rows(found):
        print_table(evidence_report.CONTRADICTION_COLUMNS, contradicting)
    show(headline(found))
    show(counts_in_words(counts))
    show(f"{', '.join(path.name for path in files)} are in {options.out}")
    if not wanted.own and not extensions:  # the log is of the model as it comes
        show(f'For the log of looks: seed = {options.seed}, model = "{run_with["model"]}"')


def _list(findings: tuple[Finding, ...], json: bool) -> None:
    if json:
        print_json([finding.about() for finding in findings])
        return
    tested = (f"{len(f.study.arms)} arms x {f.animals}" if f.study else f.not_testable or "slices" for f in findings)
    rows = [(f.id, f.role, test, f.claim, f.citation) for f, test in zip(findings, tested, strict=True)]
    print_table(("id", "role", "tested by", "claim", "source"), rows)


def _list_readings(json: bool) -> None:
    from experiments.evidence.readings import catalogue

    found = catalogue()
    if json:
        print_json([{"name": name, **each._asdict()} for name, each in found.items()])
        return
    rows = [(name, e.unit, ", ".join(e.needs), ", ".join(e.takes), e.words) for name, e in found.items()]
    print_table(("reading", "unit", "needs", "takes", "what it is"), rows)
