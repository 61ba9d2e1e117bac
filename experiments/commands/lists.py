"""The commands that list what a study can name: studies, assays, switches, manipulations, parameters."""

from __future__ import annotations

from typing import Annotated

import typer

from core.errors import UserError, nearest, unknown_name
from experiments.commands.terminal import AsJson, Extensions, names_with, print_json, print_table, show


def studies(
    name: Annotated[
        str | None, typer.Argument(help="A bundled study, to print its file and change it.", metavar="NAME")
    ] = None,
    json: AsJson = False,
) -> None:
    """List the bundled studies, or print the file of one."""
    import tomllib

    from experiments.protocol.study_file import bundled, find_study

    if name is not None:
        show(find_study(name).read_text("utf-8"), end="")
        return
    found = [tomllib.loads(path.read_text("utf-8")) | {"path": str(path)} for path in bundled().values()]
    rows = [(s["name"], f"{len(s['arms'])} x {s['animals']}", s.get("question", "")) for s in found]
    if json:
        keys = ("name", "question", "animals", "path")
        print_json([{key: s.get(key) for key in keys} | {"arms": [arm["name"] for arm in s["arms"]]} for s in found])
    else:
        print_table(("study", "arms x animals", "question"), rows)


def assays(with_: Extensions = None, json: AsJson = False) -> None:
    """List the assays, their sides and units."""
    from experiments.protocol.catalogue import installed

    known = (names_with(with_) or installed()).assays.values()
    found = [{"name": a.name, "sides": list(a.sides), "unit": a.unit, "description": a.description} for a in known]
    if json:
        print_json(found)
    else:
        rows = [(a["name"], ", ".join(a["sides"]), a["unit"], a["description"]) for a in found]
        print_table(("assay", "sides", "unit", "what is done"), rows)


def switches(with_: Extensions = None, json: AsJson = False) -> None:
    """List the mechanisms that an arm can switch off."""
    from experiments.protocol.catalogue import installed

    found = (names_with(with_) or installed()).switches
    if json:
        print_json(found)
    else:
        print_table(("switch", "what it removes"), found.items())


def extensions(
    name: Annotated[
        str | None, typer.Argument(help="An installed extension, to print its file and change it.", metavar="NAME")
    ] = None,
    json: AsJson = False,
) -> None:
    """List installed extensions, or print one."""
    from experiments.protocol.extensions.installed import facts_of, installed_extensions, text_of

    if name is not None:
        show(text_of(name), end="")
        return
    found = [facts_of(each) for each in installed_extensions()]
    if json:
        print_json(found)
    else:
        print_table(("extension", "file", "what it adds"), [tuple(map(str, each.values())) for each in found])


def manipulations(json: AsJson = False) -> None:
    """List what can be done to animals besides drugs."""
    from experiments.commands.pages.manipulations import as_dictionaries

    found = as_dictionaries()
    if json:
        print_json(found)
    else:
        rows = [(m["table"], m["name"], m["route"], m["description"], m["defaults"]) for m in found]
        print_table(("table", "name", "route", "what it does", "by default"), rows)


def parameters(
    circuit: Annotated[
        str, typer.Argument(help="naive, sham, ligated, or that of an injury in --with.", metavar="CIRCUIT")
    ] = "ligated",
    like: Annotated[
        str, typer.Option(help="Only paths that contain this text, in upper or lower case.", metavar="TEXT")
    ] = "",
    with_: Extensions = None,
    json: AsJson = False,
) -> None:
    """List the numbers of a circuit that an arm can set."""
    from core.quantities import write_quantity
    from experiments.protocol.catalogue import installed

    circuits = (names_with(with_) or installed()).circuits
    if circuit not in circuits:
        raise unknown_name("circuit", circuit, circuits)
    found = [
        {"path": path, "value": write_quantity(s.value), "source": s.source, "status": s.status, "note": s.note}
        for path, s in circuits[circuit].parameters()
        if like.lower() in path.lower()
    ]
    if not found:
        raise _not_found(circuit, like, [path for path, _ in circuits[circuit].parameters()])
    if json:
        print_json(found)
    else:
        print_table(("parameter", "value", "source", "status", "note"), (tuple(p.values()) for p in found))


def _not_found(circuit: str, like: str, paths: list[str]) -> UserError:
    """The error for a text that no path contains; names the parts of paths that are spelled most like it."""
    close = nearest(like, {part for path in paths for part in (path, *path.split("."))})
    hint = f"Nearest: {', '.join(close)}." if close else "`bluespot parameters` lists all."
    return UserError(f'--like "{like}": no parameter of {circuit} has this in its path. {hint}')
