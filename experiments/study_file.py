"""Studies as TOML: read with every mistake told at once, written so that they read back equal."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import UserError, nearest
from experiments.catalogue import Catalogue
from experiments.schema import mistakes, without_blanks
from experiments.study import Study


def bundled() -> dict[str, Path]:
    """The studies that come with bluespot, by name."""
    folder = Path(str(files("experiments") / "studies"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def find_study(name_or_path: str | Path) -> Path:
    """The file of a bundled study or of a path; `UserError` with the nearest bundled names where there is none."""
    path, studies = Path(name_or_path), bundled()
    if path.is_file():
        return path
    if str(name_or_path) in studies:
        return studies[str(name_or_path)]
    close = nearest(path.stem, studies)
    hint = f" Nearest bundled study: {', '.join(close)}." if close else ""
    kind = "a folder, not a study file" if path.is_dir() else "no such file"
    raise UserError(f"{name_or_path}: {kind}, and no bundled study has that name.{hint} Bundled: {', '.join(studies)}.")


def read_study(name_or_path: str | Path, catalogue: Catalogue | None = None) -> Study:
    """The study of a bundled name or a TOML file; `UserError` with one line for each mistake."""
    path = find_study(name_or_path)
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as text: {' '.join(str(error).split())}.") from None
    return parse_study(text, str(path), catalogue)


def parse_study(text: str, where: str = "study", catalogue: Catalogue | None = None) -> Study:
    """The study a TOML text describes; `where` begins each line of the `UserError`."""
    try:
        return Study.model_validate(tomllib.loads(text), context=catalogue)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{where}: not TOML: {error}.") from None
    except ValidationError as error:
        raise UserError("\n".join(f"{where}: {line}" for line in mistakes(Study, error))) from None


def tables(study: Study) -> dict[str, Any]:
    """The study as the tables of its file."""
    plain = {name: getattr(study, name) for name in ("name", "question", "seed", "animals", "size")}
    parts = {name: [part.table() for part in getattr(study, name)] for name in ("arms", "assays", "injections")}
    return without_blanks(plain | {"first_day": study.first_day, "last_day": study.last_day} | parts)


def write_study(study: Study) -> str:
    """The text of the study's file."""
    return "\n".join(_lines(tables(study))).strip() + "\n"


def _lines(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    inner = {key: value for key, value in table.items() if _is_table(value)}
    yield from (f"{_key(key)} = {_value(value)}" for key, value in table.items() if key not in inner)
    for key, value in inner.items():
        place = f"{path}.{_key(key)}" if path else _key(key)
        header = f"[{place}]" if isinstance(value, Mapping) else f"[[{place}]]"
        for part in [value] if isinstance(value, Mapping) else value:
            yield from ("", header)
            yield from _lines(part, place)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isascii() and key.isidentifier() else json.dumps(key)


def _value(value: object) -> str:
    """A TOML value; JSON spells strings, numbers, booleans and lists of them alike, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
