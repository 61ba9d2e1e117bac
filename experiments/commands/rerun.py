"""The command `rerun`: run a study or an animal again from what its files say, and say whether it comes out equal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.terminal import (
    AsJson,
    Extensions,
    Scheduler,
    Workers,
    folder_option,
    kept_when_stopped,
    names_with,
    note,
    print_json,
    show,
    worker_pool,
)

if TYPE_CHECKING:
    from experiments.running.estimate import RunEstimate
    from experiments.running.rerun import Repeated, Rerun

#: Exit status where an animal came out otherwise than its file says.
DIFFERS = 3


def rerun(
    path: Annotated[Path, typer.Argument(help="The folder of a study, or the file of an animal.", metavar="PATH")],
    out: Annotated[Path, folder_option("A new folder for the repetition.")],
    workers: Workers = None,
    scheduler: Scheduler = None,
    with_: Extensions = None,
    json: AsJson = False,
) -> None:
    """Run a study or an animal again, and compare.

    What was done is taken from the files alone. Of a file only its animal is run, of a folder those that are finished.
    Exit status 3: an animal came out otherwise; where and why is said.
    """
    from experiments.commands.terminal.progress_bar import ProgressBar
    from experiments.running.cohort import Conditions
    from experiments.running.matched_animals import AnimalRunner
    from experiments.running.rerun import rerun as run_again

    by = Conditions(worker_pool(workers, scheduler), ProgressBar(_announce, quiet=json), AnimalRunner.installed())
    with kept_when_stopped("Finished animals", out):
        found = run_again(path, out, by, names_with(with_))
    if json:
        print_json(_as_json(found))
    else:
        _show(found)
    if not found.equal:
        raise typer.Exit(DIFFERS)


def _announce(expected: RunEstimate) -> None:
    from experiments.running.progress import duration_in_words

    note(f"{expected.missing} animals of {expected.study.name}; about {duration_in_words(expected.seconds)}.")


def _show(found: Rerun) -> None:
    unequal = [animal for animal in found.animals if not animal.equal]
    count = f"{len(found.animals)} animal{'s' if len(found.animals) > 1 else ''} of {found.study.name} run again"
    show(f"{count} in {found.out}: {f'{len(unequal)} came out otherwise' if unequal else 'all equal'}.")
    for animal in unequal:
        show(f"\n{animal.arm} {animal.animal}: {animal.then} then, {animal.now} now")
        for line in _lines(animal):
            show(f"  {line}")


def _lines(animal: Repeated) -> list[str]:
    """What differs of an animal, and what its files say of the cause."""
    parts = [f"datasets that differ: {', '.join(animal.parts)}"] if animal.parts else []
    if not animal.unlike:
        parts.append("every number is equal")
    causes = [f"why: {cause}" for cause in animal.causes] or [
        "why: no version, compiler or machine differs; the file was changed, or does not hold what was run"
    ]
    return [*parts, *map(str, animal.unlike), *causes]


def _as_json(found: Rerun) -> dict[str, Any]:
    animals = [
        {
            "arm": animal.arm,
            "animal": animal.animal,
            "then": str(animal.then),
            "now": str(animal.now),
            "equal": animal.equal,
            "datasets": list(animal.parts),
            "differences": [vars(part) for part in animal.unlike],
            "causes": list(animal.causes),
        }
        for animal in found.animals
    ]
    return {"study": found.study.name, "out": str(found.out), "equal": found.equal, "animals": animals}
