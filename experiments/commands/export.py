"""The command `export`: write animals of a study for other people's tools."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import UserError
from experiments.commands.terminal import show

if TYPE_CHECKING:
    from results.exports.choice import Choice

#: Writes chosen animals of a file or folder to a place, and says how many.
Writer = Callable[..., int]


def export(
    path: Annotated[Path, typer.Argument(help="The folder of a study, or the file of an animal.", metavar="DIR|FILE")],
    sonata: Annotated[
        Path | None, typer.Option(help="SONATA circuits, with a simulation for each epoch.", metavar="OUT")
    ] = None,
    nwb: Annotated[Path | None, typer.Option(help="One file of Neurodata Without Borders each.", metavar="OUT")] = None,
    csv: Annotated[Path | None, typer.Option(help="The frames of results as CSV.", metavar="OUT")] = None,
    parquet: Annotated[Path | None, typer.Option(help="The frames of results as Parquet.", metavar="OUT")] = None,
    pack: Annotated[
        Path | None, typer.Option(help="Copies of the animals' files, compressed to less than half.", metavar="OUT")
    ] = None,
    spikes: Annotated[bool, typer.Option("--spikes", help="With --csv and --parquet: every spike as well.")] = False,
    record: Annotated[
        list[str] | None,
        typer.Option(
            help="With --sonata: run the chosen epochs again and report this, such as ipsi_projection=v,g_ampa.",
            metavar="PLACE=NAMES",
        ),
    ] = None,
    every: Annotated[float, typer.Option(help="Milliseconds from sample to sample of --record.")] = 0.1,
    arm: Annotated[list[str] | None, typer.Option(help="Only animals of this arm; may be repeated.")] = None,
    animal: Annotated[list[int] | None, typer.Option(help="Only animals of this number; may be repeated.")] = None,
    day: Annotated[list[int] | None, typer.Option(help="Only this day from surgery; may be repeated.")] = None,
    epoch: Annotated[
        list[str] | None, typer.Option(help="Only epochs of this label, or for this: rest, or an assay.")
    ] = None,
) -> None:
    """Write animals for other tools: SONATA, NWB, CSV, Parquet.

    All that is finished is written unless animals, days or epochs are chosen. Nothing is overwritten. For the file of
    one animal, --nwb and --pack take the name of a file; else OUT is a new folder.
    """
    from experiments.running.exporting import export_nwb, export_packed, export_sonata, export_tables
    from experiments.running.recorded_traces import wanted_of
    from results.exports.choice import Choice

    if record and (sonata is None or not epoch):
        raise UserError(
            "--record runs epochs again, which takes seconds for each: name them by --epoch, with --sonata."
        )
    if spikes and csv is None and parquet is None:
        raise UserError("--spikes belongs to --csv or --parquet; the other forms have all spikes.")
    if pack is not None and (day or epoch):
        raise UserError("--pack copies whole animals; leave --day and --epoch out, or pack by another command.")
    forms: tuple[tuple[str, Path | None, Writer], ...] = (
        ("as SONATA circuits", sonata, partial(export_sonata, wanted=wanted_of(record or (), every))),
        ("as NWB", nwb, export_nwb),
        ("as CSV", csv, partial(export_tables, form="csv", spikes=spikes)),
        ("as Parquet", parquet, partial(export_tables, form="parquet", spikes=spikes)),
        ("compressed", pack, export_packed),
    )
    choice = Choice(tuple(arm or ()), tuple(animal or ()), tuple(day or ()), tuple(epoch or ()))
    _write(path, choice, [(what, out, write) for what, out, write in forms if out is not None])


def _write(path: Path, choice: Choice, forms: list[tuple[str, Path, Writer]]) -> None:
    """Write all forms, once it is known that none of them would overwrite anything."""
    from results.exports.new_folder import refuse_existing

    if not forms:
        raise UserError("nothing to write: name a form and a place, such as --sonata OUT or --csv OUT.")
    for _, out, _ in forms:
        refuse_existing(out)
    for what, out, write in forms:
        animals = write(path, out, choice)
        show(f"{out}: {animals} {'animal' if animals == 1 else 'animals'} {what}")
