"""TOML files: read with one error for whatever is wrong with them, and plain tables written as their text."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.limits import LARGEST_TEXT_FILE

#: Tables and lists within one another: none of our files comes near it, and Python's own stack bears it easily.
DEEPEST = 60


def read_text(path: Path) -> str:
    """The text of a file, without the byte order mark that Windows puts in front; `UserError` for what is no text."""
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: {'a folder' if path.is_dir() else 'no regular file'}, not a text file.")
        with path.open("rb") as file:
            content = file.read(LARGEST_TEXT_FILE + 1)
        if len(content) > LARGEST_TEXT_FILE:
            raise UserError(f"{path}: too large; expected a text file of at most {LARGEST_TEXT_FILE // 10**6} MB.")
        return content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as text: {' '.join(str(error).split())}.") from None


def read_tables(text: str, where: str) -> dict[str, Any]:
    """The tables of a TOML text; `UserError` beginning with `where` for what is not TOML, or nested too deeply."""
    try:
        text.encode()  # half of a pair of code units is no text, and nothing that names it could be shown
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else error
        raise UserError(f"{where}: not TOML: {reason}.") from None
    if _deeper_than(DEEPEST, tables):
        raise UserError(f"{where}: nested too deeply: more than {DEEPEST} tables and lists within one another.")
    return tables


def _deeper_than(most: int, tables: object) -> bool:
    """Whether more than `most` tables and lists stand within one another; counted level by level, without recursion."""
    level = [tables]
    for _ in range(most):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: object) -> list[Any]:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [part for part in parts if isinstance(part, Mapping | list)]


class Inline(dict[str, Any]):
    """A table that is written on one line: `{ value = "7.5 nM", source = "Key2001" }`."""


def toml_text(table: Mapping[str, Any]) -> str:
    """The file that reads back as `table`: mappings, lists, strings, numbers and booleans."""
    return "\n".join(_lines(table)).strip() + "\n"


def _lines(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    inner = {key: value for key, value in table.items() if _is_table(value)}
    yield from (f"{_key(key)} = {_value(value)}" for key, value in table.items() if key not in inner)
    for key, value in inner.items():
        place = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(value, Mapping):
            yield from ("", f"[{place}]") if _needs_header(value) else ()
            yield from _lines(value, place)
            continue
        for part in value:
            yield from ("", f"[[{place}]]")
            yield from _lines(part, place)


def _needs_header(table: Mapping[str, Any]) -> bool:
    """Whether anything but tables stands in it; the headers of those say it is there."""
    return not table or not all(map(_is_table, table.values()))


def _is_table(value: object) -> bool:
    if isinstance(value, Inline):
        return False
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isascii() and key.isidentifier() else json.dumps(key)


def _value(value: object) -> str:
    """A TOML value; JSON spells strings, numbers, booleans and lists of them alike, but for one character."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {_value(inner)}' for key, inner in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
