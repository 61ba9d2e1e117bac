"""The command `report`: write the report of a study as one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.errors import UserError
from experiments.commands.terminal import show


def report(
    folder: Annotated[Path, typer.Argument(help="The folder of a study.", metavar="DIR")],
    out: Annotated[
        Path | None, typer.Option(help="The file; DIR/report.html by default.", metavar="FILE", show_default=False)
    ] = None,
) -> None:
    """Write the report of a study as one HTML page.

    The page holds question, timeline, plots, tables, methods and references, needs no network, and prints as PDF.
    """
    import results
    from experiments import read_study
    from experiments.evidence.study_page import texts_of
    from experiments.running.study_folder import STUDY_FILE
    from results.comparison.arms import compare
    from results.files.inside import inside
    from results.page.document import PAGE, write_page

    if out is not None and out.is_file() and out.suffix != ".html":
        raise UserError(f"--out {out}: there is such a file already, and it is no page; nothing was changed.")
    study = results.open(folder)
    comparison = compare(folder)
    texts = texts_of(read_study(inside(folder, STUDY_FILE)), study.manifest, comparison.statistics)
    path = write_page(study, comparison, texts, out or folder / PAGE)
    animals, arms = len(study.animals), study.animals["arm"].nunique()
    words = f"{animals} animal{'s' * (animals != 1)} in {arms} arm{'s' * (arms != 1)}"
    show(f"{path}: {words}, {path.stat().st_size / 1e6:.1f} MB")
