"""The command `export`: write animals of a study for other people's tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.errors import UserError
from experiments.commands.terminal import show


def export(
    path: Annotated[Path, typer.Argument(help="The folder of a study, or the file of an animal.", metavar="DIR|FILE")],
    sonata: Annotated[
        Path | None, typer.Option(help="Write SONATA circuits, with a simulation for each epoch.", metavar="OUT")
    ] = None,
    arm: Annotated[list[str] | None, typer.Option(help="Only animals of this arm; may be repeated.")] = None,
    animal: Annotated[list[int] | None, typer.Option(help="Only animals of this number; may be repeated.")] = None,
    day: Annotated[list[int] | None, typer.Option(help="Only epochs of this day from surgery.")] = None,
    epoch: Annotated[
        list[str] | None, typer.Option(help="Only epochs of this label, or for this: rest, or an assay.")
    ] = None,
) -> None:
    """Write animals for other people's tools: as SONATA circuits.

    All that is finished is written unless animals or epochs are chosen. Nothing is overwritten.
    """
    from experiments.running.exporting import export_sonata
    from results.exports.choice import Choice

    if sonata is None:
        raise UserError("nothing to write: name a format and a place, such as --sonata OUT.")
    choice = Choice(tuple(arm or ()), tuple(animal or ()), tuple(day or ()), tuple(epoch or ()))
    animals = export_sonata(path, sonata, choice)
    show(f"{sonata}: {animals} {'animal' if animals == 1 else 'animals'} as SONATA circuits")
