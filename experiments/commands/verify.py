"""The command `verify`: say whether a study folder or an animal's file is whole, and is what it says that it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.terminal import AsJson, note, print_json, show

#: Exit status where anything is wrong.
WRONG = 1


def verify(
    path: Annotated[Path, typer.Argument(help="The folder of a study, or the file of an animal.", metavar="PATH")],
    json: AsJson = False,
) -> None:
    """Say whether results are whole and what they should be.

    Everything is read: checksums, every value and spike, what files say of one another, and fingerprints. Exit status
    1: something is wrong; each file is named.
    """
    from experiments.running.verification import verify as verified

    found = verified(path)
    if json:
        print_json({**vars(found), "path": str(found.path)})
    else:
        for fault in found.faults:
            show(fault)
        for remark in found.remarks:
            note(remark)
        wrong = f"{len(found.faults)} faults" if len(found.faults) != 1 else "1 fault"
        show(f"{path}: {found.there} of {found.wanted} animals, {found.whole} of them whole; {wrong}.")
    if found.faults:
        raise typer.Exit(WRONG)
