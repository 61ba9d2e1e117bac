"""An extension: what one file from outside adds to the model, carried by a study to workers and into its results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import InstanceOf

from core.errors import UserError
from experiments.protocol.extensions.extension_table import ExtensionFile, ExtensionTable, ProgramAssay
from experiments.protocol.schema import without_blanks

#: Keys of a table under which stand words alone.
_WORDS = ("note", "source", "description", "status", "low", "high")
PROGRAM_ENDING, DATA_ENDING = ".py", ".toml"


@dataclass(frozen=True, eq=False)
class Extension:
    """A file that adds to the model: data, or the text of a Python file.

    Two are equal where they hold the same, whatever their files are called.

    Attributes
    ----------
    table : ExtensionTable
        All that is in it, as a study carries it.
    named : bool
        Whether somebody who may run programs here has named the file, or installed it. The program of one that is not
        named is never started: it came with a study or a result, which are data.
    """

    table: ExtensionTable
    named: bool = field(default=False)

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.table.name

    @property
    def program(self) -> str:
        """The text of its Python file, "" for data."""
        return self.table.program

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Extension) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f'Extension("{self.name}")'

    @cached_property
    def digest(self) -> str:
        """A digest of all that it holds but for its name."""
        return _hashed({"program": self.program} if self.program else self.whole())

    @cached_property
    def fingerprint(self) -> str:
        """A digest of what changes an animal: the same whatever its notes and sources say."""
        return _hashed({"program": self.program} if self.program else _without_words(_without_name(self.tables())))

    @property
    def contents(self) -> str:
        """What it adds, in words: `assays tail_flick, hot_plate`."""
        if self.program:
            return "a program"
        kinds = [(kind, getattr(self.table, kind)) for kind in ExtensionFile.model_fields]
        named = [(kind, [_name_of(each) for each in found]) for kind, found in kinds if found]
        return "; ".join(f"{kind} {', '.join(names)}" for kind, names in named)

    def tables(self) -> dict[str, Any]:
        """What a study that carries it has under `[[extensions]]`."""
        found: dict[str, Any] = _plain(self.table.model_copy(update={"drugs": ()}))
        return found

    def whole(self) -> dict[str, Any]:
        """All that its TOML file holds."""
        found: dict[str, Any] = _plain(self.table)
        return _without_name(found)

    def telling(self, assays: Iterable[Any]) -> Extension:
        """The same, whose table tells what assays its program holds, so that results can be read without running it.

        assays: objects with the fields of `ProgramAssay`.
        """
        names = list(ProgramAssay.model_fields)
        told = [{name: getattr(assay, name) for name in names} for assay in assays]
        fields = [{name: _as_table(value) for name, value in each.items() if value is not None} for each in told]
        given = {"name": self.name, "program": self.program, "program_assays": fields}
        return replace(self, table=ExtensionTable.model_validate(given))

    def vouched(self, by: Iterable[Extension]) -> Extension:
        """The same, as named, where one of `by` is named and has the same program."""
        if self.named or not self.program:
            return self
        found = next((each for each in by if each.named and each.program == self.program), None)
        return self if found is None else replace(self, named=True)


def alike(some: Iterable[Extension], others: Iterable[Extension]) -> bool:
    """Whether both are the same extensions in the same order, named alike."""
    return [(each, each.named) for each in some] == [(each, each.named) for each in others]


def require_named(extensions: Iterable[Extension], where: str = "") -> None:
    """`UserError` for a program that came with a study and that nobody has named.

    where: the folder of copies of the extensions, if there is one.
    """
    lines = [
        f'extension "{each.name}": it is a program that came with the study, and nobody has named it; look at it, then '
        f"name its file: --with {where}{each.name}."
        for each in extensions
        if each.program and not each.named
    ]
    if lines:
        raise UserError("\n".join(lines))


#: Extensions of a study.
CarriedExtensions = tuple[InstanceOf[Extension], ...]


def together(extensions: Iterable[Extension]) -> tuple[Extension, ...]:
    """All of them, each once, in their order; a named one stands for those that are equal.

    Raises UserError for two of one file name that hold different things.
    """
    found: dict[str, Extension] = {}
    for each in extensions:
        known = found.setdefault(each.fingerprint, each)
        if each.named and not known.named:
            found[each.fingerprint] = replace(known, named=True)
    by_name: dict[str, Extension] = {}
    for each in found.values():
        other = by_name.setdefault(each.name, each)
        if other is not each:
            raise UserError(
                f'extensions: two that hold different things are called "{each.name}"; give each file its own name.'
            )
    return tuple(found.values())


def _name_of(part: Any) -> str:
    return str(part.get("name", "?") if isinstance(part, Mapping) else part.name)


def _as_table(value: Any) -> Any:
    """A value of an assay in a file."""
    if isinstance(value, Mapping):
        return {str(name): float(each) for name, each in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _without_name(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tables.items() if key != "name"}


def _hashed(content: object) -> str:
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()


def _without_words(value: Any) -> Any:
    """The tables without what changes no animal: notes, sources, descriptions."""
    if isinstance(value, Mapping):
        words = _WORDS if "value" in value or "description" in value else ()
        return {name: _without_words(each) for name, each in value.items() if name not in words}
    return [_without_words(each) for each in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """Parts as tables, tuples as lists; what is not given is left out."""
    if hasattr(value, "model_fields_set"):
        fields = {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
        return without_blanks({name: _plain(each) for name, each in fields.items()})
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
