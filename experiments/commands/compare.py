"""The command `compare`: compare the arms of a study that was run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.errors import UserError
from experiments.commands.terminal import AsJson, show


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
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Write the frames of the study too, to DIR/compare/*.parquet.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Compare the arms of a study, as far as it is finished.

    Tables and figures go to DIR/compare.
    """
    import results
    from experiments.running.comparison import compare_arms
    from results.files.folder import COMPARE

    files = compare_arms(folder, dict(map(_pair, reference or [])) or None, analysis or ())
    if parquet:
        results.open(folder).to_parquet(folder / COMPARE)
    if json:
        show(files.comparison.json(), end="")
    else:
        show(files.report())


def _pair(text: str) -> tuple[str, str]:
    """The two arms of a text such as `ligated-duloxetine=ligated-vehicle`."""
    arm, equals, reference = text.partition("=")
    if not equals:
        raise UserError(f'--reference "{text}": expected two arms, such as "ligated-duloxetine=ligated-vehicle".')
    return arm, reference
