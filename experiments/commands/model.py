"""The command `model`: the tables of a circuit, and one animal as a script in plain Brian2."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import UserError, unknown_name
from experiments.commands.terminal import AsJson, Extensions, names_with, note, print_json, print_table, show

if TYPE_CHECKING:
    from experiments.laboratory.animal_script import EpochWanted
    from experiments.protocol.catalogue import Catalogue
    from experiments.protocol.study import Study


def model(
    arm: Annotated[
        str,
        typer.Argument(
            help="naive, sham, ligated, or that of an injury in --with; with --study an arm of it.", metavar="ARM"
        ),
    ] = "ligated",
    study: Annotated[
        str | None, typer.Option(help="The name of a bundled study, or a TOML file.", metavar="STUDY")
    ] = None,
    brian2: Annotated[
        bool, typer.Option("--brian2", help="Write an animal as a script that needs Brian2 only.")
    ] = False,
    day: Annotated[int | None, typer.Option(help="Day from surgery on which the script's epoch lies.")] = None,
    hour: Annotated[float, typer.Option(help="Hours after that day's hour of dosing.")] = 2.0,
    epoch: Annotated[str, typer.Option(help="rest, pinch:ipsi or pinch:contra.")] = "rest",
    number: Annotated[int, typer.Option(help="Which animal of the arm.", min=0)] = 1,
    seed: Annotated[int | None, typer.Option(help="Random seed; the study's or 1 by default.", min=0)] = None,
    size: Annotated[float | None, typer.Option(help="Scale of all populations; the study's or 1 by default.")] = None,
    out: Annotated[Path | None, typer.Option(help="The script to write; printed without it.")] = None,
    with_: Extensions = None,
    json: AsJson = False,
) -> None:
    """Print the model in tables, or write an animal in Brian2.

    The tables are those of docs/model.md, with what the arm changes. A script holds one epoch of one animal, after
    its history up to that day.
    """
    found = _study(arm, study, names_with(with_))
    if not brian2:
        if day is not None or out is not None:
            raise UserError("--day and --out belong to a script; add --brian2.")
        _print_tables(found, arm, json)
        return
    if day is None:
        raise UserError("--day is missing: the day from surgery on which the script's epoch lies, such as --day 14.")
    from experiments.laboratory.animal_script import EpochWanted, animal_script
    from experiments.laboratory.timetable import Stop
    from results.files.atomic import write_text

    if out is not None and out.exists():
        raise UserError(f"{out}: there is such a file already; nothing was changed.")
    wanted = EpochWanted(found.changed(seed=seed, size=size), arm, number, Stop.asked_for(day, hour), epoch)
    note(_about(wanted))
    text = animal_script(wanted)
    if out is None:
        show(text, end="")
        return
    write_text(out, text)
    show(str(out))


def _study(arm: str, study: str | None, names: Catalogue | None) -> Study:
    """The study of that name or file, or one of a circuit alone."""
    from experiments.laboratory.assays import pinch
    from experiments.protocol.catalogue import installed
    from experiments.protocol.study import Study
    from experiments.protocol.study_file import read_study

    if study is not None:
        found = read_study(study, names)
        found.arm(arm)
        return found
    names = names or installed()
    if arm not in names.circuits:
        raise unknown_name("circuit", arm, names.circuits, "ARM (an arm of a study is named with --study)")
    fields = {"name": arm, "arms": ({"circuit": arm, "name": arm},), "animals": 1, "seed": 1}
    return Study.checked({**fields, "assays": (pinch.on_days(0),)}, names)


def _print_tables(study: Study, arm: str, json: bool) -> None:
    from experiments.commands.pages.model_tables import tables

    found = tables(study.arm(arm).prepared_circuit())
    if json:
        rows = ([dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in found)
        named = zip(found, rows, strict=True)
        print_json([{"table": t.name, "title": t.title, "note": t.note, "rows": each} for t, each in named])
        return
    for table in found:
        show(f"\nTable {table.name}. {table.title}\n")
        print_table(table.columns, table.rows)
        if table.note:
            show(f"\n{table.note}")


def _about(wanted: EpochWanted) -> str:
    when = wanted.when
    return f"simulating animal {wanted.number} of {wanted.arm} up to day {when.day}, hour {when.hour:g}"
