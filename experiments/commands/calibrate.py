"""The command `calibrate`: fit uncertain numbers to published findings."""

from __future__ import annotations

import json as json_text
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import UserError
from experiments.commands.terminal import (
    AsJson,
    Scheduler,
    Workers,
    folder_option,
    kept_when_stopped,
    note,
    print_json,
    print_table,
    show,
    worker_pool,
)

if TYPE_CHECKING:
    from experiments.evidence.calibration import Calibration
    from experiments.running.workers import WorkerPool

CRITERION = "criterion"
_CRITERION_SAYS = "The withdrawal criterion that gives sham animals the published paw-pressure threshold (the default)"

CalibrationName = Annotated[
    str, typer.Argument(help="A calibration that --list lists, or a TOML file.", metavar="NAME")
]


def calibrate(
    name: CalibrationName = CRITERION,
    listing: Annotated[bool, typer.Option("--list", help="List the calibrations and run nothing.")] = False,
    out: Annotated[
        Path | None,
        folder_option(
            "Folder for the results; points in it are kept.",
            show_default="runs/calibrations/NAME",
        ),
    ] = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    animals: Annotated[int | None, typer.Option(help="Animals per arm, instead of its own.", metavar="N")] = None,
    size: Annotated[float | None, typer.Option(help="Scale of all populations, instead of 1.", metavar="X")] = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Also the cost of the fit over the range of each number.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Fit uncertain numbers to published findings.

    Without NAME it finds the withdrawal criterion that gives sham animals the published threshold. No number of
    bluespot is changed.
    """
    if listing:
        _list(json)
    elif name == CRITERION:
        if profile:
            raise UserError("--profile: the criterion is found by bisection and has none.")
        _criterion(animals, size, out, json)
    else:
        with worker_pool(workers, scheduler).kept() as pool:
            _fit(_Options(name, out, animals, size, profile, json), pool)


@dataclass(frozen=True)
class _Options:
    """What the command line says of a fit."""

    name: str
    out: Path | None
    animals: int | None
    size: float | None
    profile: bool
    json: bool


def _list(json: bool) -> None:
    from experiments.evidence.calibration import bundled

    found = [(CRITERION, _CRITERION_SAYS, "", "withdrawal_rate")]
    found += [
        (name, each.says, ", ".join(each.named), ", ".join(" = ".join(paths) for paths in each.parameters))
        for name, each in bundled().items()
    ]
    columns = ("name", "says", "findings", "parameters")
    if json:
        print_json([dict(zip(columns, row, strict=True)) for row in found])
    else:
        print_table(columns, found)


def _criterion(animals: int | None, size: float | None, out: Path | None, json: bool) -> None:
    """Find the withdrawal criterion: animals are measured once, and every criterion is tried on their spikes."""
    if animals is not None and animals < 2:
        raise UserError(f"--animals = {animals}: expected 2 or more.")
    if size is not None and not size > 0.0:
        raise UserError(f"--size = {size:g}: expected a scale of all populations above 0.")
    from experiments.laboratory.criterion import measure
    from results.files.atomic import write_text

    found = measure(animals=12 if animals is None else animals, size=1.0 if size is None else size)
    if out is not None:
        write_text(out / "calibration.json", json_text.dumps(asdict(found), indent=1) + "\n", replace=True)
    if json:
        print_json(asdict(found))
    else:
        show("\n".join(found.report()))


def _fit(options: _Options, pool: WorkerPool) -> None:
    """Run a calibration and print what it found."""
    from experiments.commands.terminal.progress_bar import ProgressBar
    from experiments.evidence import calibration_report
    from experiments.evidence.calibration import calibration
    from experiments.evidence.evaluation import RunOptions
    from experiments.evidence.fit import fit
    from experiments.evidence.parameter_points import ParameterPoints, checked

    wanted = calibration(options.name, (CRITERION,))
    folder = Path("runs") / "calibrations" / wanted.name if options.out is None else options.out
    count = wanted.animals if options.animals is None else options.animals
    run = RunOptions(folder, pool, ProgressBar(), options.size, count)
    points = checked(ParameterPoints(wanted.fitted_to, run, wanted.spikes))
    note(_told(wanted, count))
    with kept_when_stopped("Points that were evaluated", folder):
        found = fit(wanted, points, options.profile)
    command = _command(options, folder, count)
    path = calibration_report.write(found, folder, command, points.count())
    if options.json:
        print_json(calibration_report.as_dictionary(found, command, points.count()))
        return
    print_table(calibration_report.PARAMETER_COLUMNS, calibration_report.parameter_rows(found))
    show()
    print_table(calibration_report.OUTCOME_COLUMNS, calibration_report.outcome_rows(found))
    show(calibration_report.headline(found, points.count()))
    show(f"{path} holds all of it. No number of bluespot was changed.")


def _told(wanted: Calibration, animals: int) -> str:
    moved = len(wanted.parameters)
    most = (wanted.steps + 1) * (moved + 1)
    findings = ", ".join(wanted.findings)
    how = f"{animals} animals per arm" if wanted.spikes else "without spikes"
    return f"{wanted.name}: {moved} parameters, findings {findings}, {how}; up to {most} points"


def _command(options: _Options, out: Path, animals: int) -> str:
    """The command that gives this result again."""
    words = ["bluespot", "calibrate", options.name, "--out", str(out), "--animals", str(animals)]
    words += ["--size", f"{options.size:g}"] if options.size is not None else []
    return shlex.join(words + (["--profile"] if options.profile else []))
