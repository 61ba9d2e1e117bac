"""The commands that check, run and read studies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import UserError
from experiments.commands.terminal import AsJson, note, print_json, print_table, size_in_words

if TYPE_CHECKING:
    from experiments.protocol.study import Study
    from experiments.running.cohort import Estimate
    from experiments.running.comparison import Findings

StudyName = Annotated[str, typer.Argument(help="The name of a bundled study, or a TOML file.", metavar="STUDY")]
Animals = Annotated[int | None, typer.Option(help="Animals per arm, instead of the study's.", metavar="N")]
Size = Annotated[float | None, typer.Option(help="Scale of all populations, instead of the study's.", metavar="X")]
Workers = Annotated[int | None, typer.Option(help="Processes on this machine; all cores by default.", metavar="N")]
Scheduler = Annotated[
    str | None, typer.Option(help="Instead: address of a Dask scheduler whose workers do it.", metavar="ADDRESS")
]
Seed = Annotated[int | None, typer.Option(help="Random seed, instead of the study's.", metavar="S")]


def run(
    study: StudyName,
    out: Annotated[Path, typer.Option(help="Folder for the results; a run that was stopped goes on in it.")],
    workers: Workers = None,
    scheduler: Scheduler = None,
    animals: Animals = None,
    size: Size = None,
    seed: Seed = None,
    compare: Annotated[bool, typer.Option(help="Compare the arms when all animals are finished.")] = True,
    json: AsJson = False,
) -> None:
    """Run a study: all animals of all arms, then the comparison of the arms."""
    from experiments.running import cohort

    wanted = read_changed(study, animals, size, seed)
    processes = all_cores(workers, scheduler)
    started = time.monotonic()
    try:
        finished = cohort.run(
            wanted,
            out,
            processes,
            scheduler=scheduler,
            before=lambda estimate: _announce(wanted, out, estimate),
            quiet=json,
        )
    except KeyboardInterrupt:
        note(f"Finished animals are kept in {out}; the same command goes on from there.")
        raise
    findings = finished.compare() if compare else None
    if json:
        _print_run(wanted, out, time.monotonic() - started, findings)
    elif findings:
        findings.summary()
    else:
        print(f"{wanted.animals * len(wanted.arms)} animals in {out}")


def validate(
    study: StudyName, animals: Animals = None, size: Size = None, seed: Seed = None, json: AsJson = False
) -> None:
    """Check a study without running it, and say what it will take."""
    from experiments.laboratory.animal import plan
    from experiments.running.speed import expected_speed

    wanted = read_changed(study, animals, size, seed)
    planned, speed = plan(wanted), expected_speed(wanted.size)
    core_seconds = planned.simulated_seconds / speed.value
    if json:
        print_json({"study": wanted.table(), "plan": asdict(planned), "core_seconds": core_seconds})
        return
    print(_headline(wanted))
    print_table(("arm", "circuit", "treatment", "changes"), _arm_rows(wanted))
    print_table(("assay", "sides", "days", "hour"), _assay_rows(wanted))
    for line in _injection_lines(wanted):
        print(line)
    print(_cost(planned.epochs, planned.simulated_seconds, planned.bytes) + f", {_duration(core_seconds)} on one core")


def inspect(
    path: Annotated[Path, typer.Argument(help="The file of an animal, or the folder of a study.", metavar="PATH")],
    json: AsJson = False,
) -> None:
    """Say what is in a result file or a study folder."""
    from results import store

    summary = store.inspect(path)
    if json:
        print_json(summary)
    else:
        print("\n".join(store.describe(summary)))


def compare(
    folder: Annotated[Path, typer.Argument(help="The folder of a study.", metavar="DIR")],
    reference: Annotated[
        list[str] | None, typer.Option(help="Compare an arm with another one than follows.", metavar="ARM=ARM")
    ] = None,
    analysis: Annotated[
        list[str] | None,
        typer.Option(help="An analysis besides those of the study, such as dose-response.", metavar="NAME"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Compare the arms of a study, as far as its animals are finished; writes tables and figures to DIR/compare."""
    from experiments.running.comparison import compare_arms

    findings = compare_arms(folder, dict(map(_pair, reference or [])) or None, analysis or ())
    if json:
        print(findings.comparison.json(), end="")
    else:
        findings.report()


def read_changed(name: str, animals: int | None, size: float | None, seed: int | None) -> Study:
    """The study of that name or file, with what options change; `UserError` as the options call it."""
    from experiments.protocol.study_file import read_study

    study = read_study(name)
    try:
        return study.changed(animals=animals, size=size, seed=seed)
    except UserError as error:
        raise UserError("\n".join(line.replace("Study: ", "--", 1) for line in str(error).split("\n"))) from None


def all_cores(workers: int | None, scheduler: str | None) -> int | None:
    """As many workers as this process may use cores, where neither workers nor a scheduler are given."""
    if workers is not None or scheduler is not None:
        return workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _announce(study: Study, out: Path, estimate: Estimate) -> None:
    note(_headline(study))
    kept = estimate.animals - estimate.missing
    if kept:
        note(f"{kept} of {estimate.animals} animals are finished in {out} and kept.")
    if estimate.missing:
        how = "measured on this machine" if estimate.speed.measured else "a guess until a run on this machine is over"
        cost = _cost(estimate.epochs, sum(estimate.simulated_seconds.values()), estimate.bytes)
        note(f"{cost} in {out}; about {_duration(estimate.seconds)} {estimate.crew} ({how}).")


def _headline(study: Study) -> str:
    what = f"{len(study.arms)} arms x {study.animals} animals, days {study.first_day} to {study.last_day}"
    return f"{study.name}: {what}, size {study.size:g}, seed {study.seed}"


def _cost(epochs: int, simulated_seconds: float, count: int) -> str:
    return f"{epochs} epochs, {simulated_seconds:.0f} simulated s, at most {size_in_words(count)}"


def _duration(seconds: float) -> str:
    from experiments.running.progress import in_words

    return in_words(seconds)


def _arm_rows(study: Study) -> list[tuple[str, str, str, str]]:
    return [(arm.name, arm.circuit, arm.treatment, arm.manipulation or "-") for arm in study.arms]


def _injection_lines(study: Study) -> Iterator[str]:
    yield from (f"{each}: {', '.join(each.arms) or 'all arms'}" for each in study.injections)
    yield from (f"{injection}: {arm.name}" for arm in study.arms for injection in arm.injections)


def _assay_rows(study: Study) -> list[tuple[str, str, str, str]]:
    return [(m.assay, ", ".join(m.sides) or "-", _numbers(m.days), f"{m.hour:g}") for m in study.assays]


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _pair(text: str) -> tuple[str, str]:
    arm, equals, reference = text.partition("=")
    if not equals:
        raise UserError(f'--reference "{text}": expected two arms, such as "ligated-duloxetine=ligated-vehicle".')
    return arm, reference


def _print_run(study: Study, out: Path, seconds: float, findings: Findings | None) -> None:
    import json

    print_json(
        {
            "study": study.name,
            "out": str(out),
            "arms": [arm.name for arm in study.arms],
            "animals": study.animals,
            "seconds": round(seconds, 1),
            "files": [str(path) for path in findings.files] if findings else [],
            "comparison": json.loads(findings.comparison.json()) if findings else None,
        }
    )
