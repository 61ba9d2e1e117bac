"""Parsing extensions: the text of a TOML or Python file, and the table by which a study carries one."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from core.errors import UserError
from experiments.protocol.extensions.extension import DATA_ENDING, PROGRAM_ENDING, Extension
from experiments.protocol.extensions.extension_table import ExtensionFile, ExtensionTable
from experiments.protocol.schema import mistakes
from experiments.protocol.toml_text import read_tables

ENDINGS = (DATA_ENDING, PROGRAM_ENDING)
EXPECTED_FILE = (
    f'expected a file that ends in "{DATA_ENDING}" or "{PROGRAM_ENDING}", or the name of an installed extension'
)


def parse_extension(text: str, name: str, where: str, *, named: bool = False) -> Extension:
    """An extension from the text of its file; `where` begins each line of the `UserError`."""
    if name.endswith(PROGRAM_ENDING):
        return Extension(_table(ExtensionTable, {"name": name, "program": text}, where), named=named)
    tables = _table(ExtensionFile, read_tables(text, where), where)
    given = {key: getattr(tables, key) for key in tables.model_fields_set}
    if not any(given.values()):
        keys = ", ".join(f"[[{key}]]" for key in ExtensionFile.model_fields)
        raise UserError(f"{where}: nothing in it; expected tables {keys}.")
    return Extension(_table(ExtensionTable, {"name": name, **given}, where))


def carried_extension(entry: object, where: str) -> Extension:
    """An extension that a study carries as a table; nobody has named it."""
    return Extension(_table(ExtensionTable, entry, where))


def _table(model: type[Any], fields: object, where: str) -> Any:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise UserError("\n".join(f"{where}: {line}" for line in mistakes(model, error))) from None
