"""The command `inspect`: say what is in a result file or a study folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.terminal import AsJson, print_json, show


def inspect(
    path: Annotated[
        Path, typer.Argument(help="The file of an animal, the file cohort.h5 or the folder of a study.", metavar="PATH")
    ],
    json: AsJson = False,
) -> None:
    """Say what is in a result file or a study folder."""
    from results.files import store

    summary = store.inspect(path)
    if json:
        print_json(summary)
    else:
        show("\n".join(store.describe(summary)))
