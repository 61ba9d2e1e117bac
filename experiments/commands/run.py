"""The command `run`: run a study and compare its arms."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.terminal import (
    Allow,
    Animals,
    AsJson,
    Extensions,
    Scheduler,
    Seed,
    Size,
    StudyName,
    Workers,
    folder_option,
    headline,
    kept_when_stopped,
    note,
    print_json,
    read_changed,
    run_lines,
    show,
    worker_pool,
)

if TYPE_CHECKING:
    from experiments.protocol.study import Study
    from experiments.running.comparison import ComparisonFiles
    from experiments.running.estimate import RunEstimate


def run(
    study: StudyName,
    out: Annotated[
        Path, folder_option("Folder for the results; a run that was stopped, or whose study has grown, goes on in it.")
    ],
    workers: Workers = None,
    scheduler: Scheduler = None,
    animals: Animals = None,
    size: Size = None,
    seed: Seed = None,
    with_: Extensions = None,
    allow: Allow = False,
    compare: Annotated[bool, typer.Option(help="Compare the arms when all animals are finished.")] = True,
    json: AsJson = False,
) -> None:
    """Run a study and compare its arms.

    Animals that the folder already holds are kept, so a run that was stopped goes on with the same command. Days,
    assays, arms and animals that were added to the study since are run too.
    """
    from experiments.commands.terminal.progress_bar import ProgressBar
    from experiments.running import cohort

    wanted = read_changed(study, {"animals": animals, "size": size, "seed": seed}, allow=allow, extensions=with_)
    pool, observer = worker_pool(workers, scheduler), ProgressBar(partial(_announce, out), quiet=json)
    started = time.monotonic()
    with kept_when_stopped("Finished animals", out):
        finished = cohort.run(wanted, out, pool, observer=observer)
    comparison = finished.compare() if compare else None
    if json:
        _print_run(finished.study, out, time.monotonic() - started, comparison)
    elif comparison:
        show(comparison.summary())
    else:
        show(f"{wanted.animals * len(wanted.arms)} animals in {out}")


def _announce(out: Path, expected: RunEstimate) -> None:
    """Say what a run will take."""
    for line in (headline(expected.study), *run_lines(out, expected)):
        note(line)


def _print_run(study: Study, out: Path, seconds: float, comparison: ComparisonFiles | None) -> None:
    import json

    print_json(
        {
            "study": study.name,
            "out": str(out),
            "arms": [arm.name for arm in study.arms],
            "animals": study.animals,
            "seconds": round(seconds, 1),
            "files": [str(path) for path in comparison.files] if comparison else [],
            "comparison": json.loads(comparison.comparison.json()) if comparison else None,
        }
    )
