"""The command `compare`: compare the arms of a study that was run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import UserError, unknown_name
from experiments.commands.terminal import AsJson, note, show

if TYPE_CHECKING:
    from experiments.running.comparison import WantedComparison

#: Forms in which `--tables` writes.
TABLE_FORMS = ("csv", "parquet")


def compare(
    folder: Annotated[Path, typer.Argument(help="The folder of a study.", metavar="DIR")],
    reference: Annotated[
        list[str] | None,
        typer.Option(
            help="Compare an arm with this arm, not with the one that follows from the treatments.", metavar="ARM=ARM"
        ),
    ] = None,
    analysis: Annotated[
        list[str] | None,
        typer.Option(help="An analysis besides those of the study, such as dose-response.", metavar="NAME"),
    ] = None,
    day: Annotated[
        list[int] | None, typer.Option(help="Compare this day only; may be repeated.", metavar="DAY")
    ] = None,
    assay: Annotated[
        list[str] | None,
        typer.Option(help='Compare this assay only, or "rest"; may be repeated.', metavar="NAME"),
    ] = None,
    figure: Annotated[
        list[str] | None,
        typer.Option(help='Draw this figure only, such as thresholds, or "none"; may be repeated.', metavar="NAME"),
    ] = None,
    tables: Annotated[
        str,
        typer.Option(help="Write all tables, and those of single animals: csv or parquet.", metavar="FORM"),
    ] = "",
    spikes: Annotated[
        bool, typer.Option("--spikes", help="Measure spike trains too: rates, regularity, responses by strength.")
    ] = False,
    population: Annotated[
        list[str] | None,
        typer.Option(help="Whose spikes, with --spikes; projection cells by default.", metavar="NAME"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Compare the arms of a study, as far as it is finished.

    Tables and figures go to DIR/compare; those of chosen days or assays to a folder of their own in it.
    """
    from experiments.running.comparison import WantedComparison, compare_arms

    if tables and tables not in TABLE_FORMS:
        raise unknown_name("form of tables", tables, TABLE_FORMS, "--tables")
    wanted = WantedComparison(tuple(day or ()), tuple(assay or ()), None if figure is None else tuple(figure), tables)
    references = dict(map(_pair, reference or [])) or None
    files = compare_arms(folder, references, analysis or (), wanted)
    if spikes or population:
        _measure_spikes(folder, references, population or (), wanted)
    if json:
        show(files.comparison.json(), end="")
    else:
        show(files.report())


def _measure_spikes(
    folder: Path, references: Mapping[str, str] | None, populations: Sequence[str], wanted: WantedComparison
) -> None:
    from results.spikes.compared import compare_spikes, write_spike_tables

    tables = compare_spikes(folder, references, populations, day=wanted.days or None, assay=wanted.assays or None)
    written = write_spike_tables(tables, folder / wanted.folder)
    note(f"spikes: {', '.join(path.name for path in written)} in {folder / wanted.folder}")


def _pair(text: str) -> tuple[str, str]:
    """The two arms of a text such as `ligated-duloxetine=ligated-vehicle`."""
    arm, equals, reference = text.partition("=")
    if not equals:
        raise UserError(f'--reference "{text}": expected two arms, such as "ligated-duloxetine=ligated-vehicle".')
    return arm, reference
