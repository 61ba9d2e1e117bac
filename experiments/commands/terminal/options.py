"""Options and arguments that several commands share, and what commands make of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import UserError

if TYPE_CHECKING:
    from experiments.protocol.catalogue import Catalogue
    from experiments.protocol.study import Study
    from experiments.running.workers import WorkerPool

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
StudyName = Annotated[str, typer.Argument(help="The name of a bundled study, or a TOML file.", metavar="STUDY")]
Animals = Annotated[int | None, typer.Option(help="Animals per arm, instead of the study's.", metavar="N")]
Size = Annotated[float | None, typer.Option(help="Scale of all populations, instead of the study's.", metavar="X")]
Workers = Annotated[int | None, typer.Option(help="Processes on this machine; all cores by default.", metavar="N")]
Scheduler = Annotated[
    str | None, typer.Option(help="Instead: address of a Dask scheduler whose workers run it.", metavar="ADDRESS")
]
Allow = Annotated[bool, typer.Option("--allow", help="Take doses above what rats are given.")]
Seed = Annotated[int | None, typer.Option(help="Random seed, instead of the study's.", metavar="S")]


Extensions = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        help="Add a TOML file, a Python file (which is run), or an installed extension by its name; may be repeated.",
        metavar="FILE",
    ),
]


def folder_option(help: str, **settings: Any) -> Any:
    """The option --out of a command that writes into a folder; UserError where it is given a file."""
    return typer.Option(help=help, callback=_no_file, **settings)


def _no_file(path: Path | None) -> Path | None:
    if path is not None and path.exists() and not path.is_dir():
        raise UserError(f"--out {path}: this is a file; expected a folder, which is made if need be.")
    return path


def worker_pool(workers: int | None, scheduler: str | None) -> WorkerPool:
    """The pool that the options ask for; one worker for each core that this process may use where they say nothing."""
    from experiments.running.workers import WorkerPool

    if workers is None and scheduler is None:
        workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return WorkerPool.of(workers, scheduler)


def names_with(extensions: list[str] | None) -> Catalogue | None:
    """The catalogue with the extensions that options name, None without any."""
    from experiments.protocol.catalogue import extended

    if not extensions:
        return None
    try:
        return extended(*extensions)
    except UserError as error:
        raise UserError("\n".join(f"--with {line}" for line in str(error).split("\n"))) from None


def read_changed(name: str, changes: dict[str, Any], *, allow: bool, extensions: list[str] | None = None) -> Study:
    """The study of that name or file, with what options change; UserError names the option that is wrong.

    allow: whether doses may be above what rats are given. extensions: what is added to it.
    """
    from experiments.protocol.study_file import read_study
    from experiments.protocol.study_remarks import extreme_doses

    study = read_study(name, names_with(extensions))
    try:
        changed = study.changed(**changes)
    except UserError as error:
        raise UserError(as_options(error)) from None
    if not allow and (lines := list(extreme_doses(changed))):
        raise UserError("\n".join(f"{name}: {line.removesuffix('.')}; --allow takes it." for line in lines))
    return changed


def as_options(error: UserError, fields: dict[str, str] | None = None) -> str:
    """The text of an error, with the fields of a study called as the options are that set them.

    fields: places of the error to replace by options, besides those of `Study`.
    """
    text = "\n".join(line.replace("Study: ", "--", 1) for line in str(error).split("\n"))
    for place, option in (fields or {}).items():
        text = text.replace(place, option)
    return text


def split_names(text: str) -> tuple[str, ...]:
    """The names of a list such as `A1,A2`."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
