"""Reading extensions: files, installed ones by name, and what a study carries, from wherever a study names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from core.errors import UserError
from core.written import shown
from experiments.protocol.extensions.extension import Extension
from experiments.protocol.extensions.installed import installed_extension, installed_extensions, installed_programs
from experiments.protocol.extensions.parsing import ENDINGS, EXPECTED_FILE, carried_extension, parse_extension
from experiments.protocol.toml_text import read_text


def read_extension(written: str | Path, folder: Path = Path(), *, named: bool = False) -> Extension:
    """Read an extension.

    Parameters
    ----------
    written : str or Path
        A TOML or Python file, or the name of an installed extension.
    folder : Path
        From where the path of a file counts.
    named : bool
        Whether somebody names the file who may run programs here; a study file does not.

    Raises
    ------
    UserError
        With one line for each mistake of the file.
    """
    path = Path(written)
    if path.suffix not in ENDINGS:
        return installed_extension(str(written))
    if not (folder / path).exists():
        hint = f' "{path.stem}" is the name of an installed one.' if path.stem in installed_extensions() else ""
        raise UserError(f"{written}: no such file.{hint} {EXPECTED_FILE[0].upper()}{EXPECTED_FILE[1:]}.")
    return parse_extension(read_text(folder / path), path.name, str(written), named=named)


def read_extensions(
    entries: object, named: Iterable[Extension] = (), folder: Path = Path(), *, by_user: bool = False
) -> tuple[Extension, ...]:
    """Read the extensions of a study: paths, names, and those that it carries.

    Each line of an error begins with the place, such as `extensions[0]`.

    Parameters
    ----------
    entries : object
        What stands in the study.
    named : iterable of Extension
        Those that were named by somebody who may run programs here; they vouch for equal programs.
    folder : Path
        From where paths count.
    by_user : bool
        Whether a path of a Python file in `entries` is written by such a somebody, as in a script.

    Raises
    ------
    UserError
        For what is no extension, and for a Python file that nobody has named.
    """
    listed = entries if isinstance(entries, list | tuple) else [entries]
    vouching = tuple(named)
    return tuple(_read(each, vouching, folder, f"extensions[{k}]", by_user) for k, each in enumerate(listed))


def _read(entry: object, vouching: tuple[Extension, ...], folder: Path, where: str, by_user: bool) -> Extension:
    if isinstance(entry, Extension):
        return entry.vouched(vouching)
    if isinstance(entry, Mapping):
        found = carried_extension(entry, where).vouched(vouching)
        return found.vouched(installed_programs()) if found.program and not found.named else found
    if not isinstance(entry, str | Path):
        return _of_object(entry, where)
    try:
        found = read_extension(entry, folder, named=by_user).vouched(vouching)
    except UserError as error:
        raise UserError("\n".join(f"{where}: {line}" for line in str(error).split("\n"))) from None
    if found.program and not found.named:
        raise UserError(
            f'{where} = "{entry}": a Python file is a program, and a study file starts none; '
            f"name the file yourself: --with {entry}."
        )
    return found


def _of_object(entry: object, where: str) -> Extension:
    """An injury that a script has made, as the extension of a file of its name."""
    from circuits import Injury
    from circuits.injuries.reading import injury_table

    if not isinstance(entry, Injury):
        raise UserError(f"{where} = {shown(entry)}: {EXPECTED_FILE}.")
    name = f"{entry.name}{ENDINGS[0]}"
    return carried_extension({"name": name, "injuries": [injury_table(entry)]}, where)
