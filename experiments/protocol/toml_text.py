"""Plain tables as the text of a TOML file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


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
