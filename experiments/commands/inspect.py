"""The command `inspect`: say what is in a result file or a study folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from core.errors import UserError
from experiments.commands.terminal import AsJson, print_json, show

#: Letters of a line where there is no terminal to fit.
RASTER_WIDTH = 120


def inspect(
    path: Annotated[
        Path, typer.Argument(help="The file of an animal, the file cohort.h5 or the folder of a study.", metavar="PATH")
    ],
    raster: Annotated[bool, typer.Option("--raster", help="Show the spikes of one epoch of an animal.")] = False,
    epoch: Annotated[
        str, typer.Option(help="Its label; the first under a stimulus by default.", metavar="LABEL", show_default=False)
    ] = "",
    population: Annotated[
        list[str] | None, typer.Option(help="This population only; may be repeated.", metavar="NAME")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Draw the raster into this file instead.", metavar="FILE", show_default=False)
    ] = None,
    json: AsJson = False,
) -> None:
    """Say what is in a file or study folder, or show its spikes."""
    if raster:
        _show_raster(path, epoch, population or [], out)
        return
    for option, given in (("--epoch", epoch), ("--population", population), ("--out", out)):
        if given:
            raise UserError(f"{option}: it belongs to --raster.")
    from results.files import store

    summary = store.inspect(path)
    if json:
        print_json(summary)
    else:
        show("\n".join(store.describe(summary)))


def _show_raster(path: Path, label: str, populations: list[str], out: Path | None) -> None:
    """Print the raster of an epoch, or draw it into a file."""
    from results.spikes.one_epoch import read_epoch

    record = read_epoch(path, label, populations)
    if out is None:
        from results.spikes.text_raster import text_raster

        width = shutil.get_terminal_size((RASTER_WIDTH, 40)).columns
        show("\n".join(text_raster(record, width)))
        return
    from results.figures import draw_raster, save_as

    show(str(save_as(draw_raster(record), out)))
