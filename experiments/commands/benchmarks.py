"""The command `benchmarks`: run the benchmarks of a checkout (the folder benchmarks/, which wheels leave out)."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from core.errors import UserError, unknown_name
from experiments.commands.terminal import AsJson, note, print_json, print_table, show

_ROOT = Path(__file__).resolve().parents[2]


def benchmarks(
    name: Annotated[
        str, typer.Argument(help="One of them: kernel, startup, scale, ...; all without a name.", metavar="NAME")
    ] = "",
    large: Annotated[
        bool, typer.Option("--large", help="Also the cases that need many minutes and gigabytes.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Measure how fast bluespot is on this machine.

    Beside it: plain Brian2, other simulators and a hand-written loop.
    """
    catalogue = _catalogue()
    known = catalogue.BENCHMARKS
    if name and name not in known:
        raise unknown_name("benchmark", name, known)
    machine, found = catalogue.machine(), {}
    for chosen in [name] if name else list(known):
        note(f"{chosen}: {known[chosen].question} ...")
        found[chosen] = known[chosen].measure(large)
        if not json:
            _show(chosen, found[chosen])
    if json:
        print_json({"machine": machine, "benchmarks": found})
    else:
        show("; ".join(f"{key} {value}" for key, value in machine.items()))


def _show(name: str, rows: list[dict[str, Any]]) -> None:
    show(f"\n{name}")
    print_table(list(rows[0]), (tuple(row.values()) for row in rows))


def _catalogue() -> ModuleType:
    """The module benchmarks.catalogue of the checkout: beside this package, or in the working folder."""
    for folder in (_ROOT, Path.cwd()):
        if (folder / "benchmarks" / "catalogue.py").exists():
            if str(folder) not in sys.path:
                sys.path.append(str(folder))
            return import_module("benchmarks.catalogue")
    raise UserError("the benchmarks are not in this installation: run `bluespot benchmarks` in a checkout of bluespot.")
