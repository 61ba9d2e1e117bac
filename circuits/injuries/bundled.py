"""The injuries whose circuits are always there: naive, sham and ligated rats."""

from __future__ import annotations

import tomllib
from pathlib import Path

from circuits.injuries.reading import read_injury
from circuits.injury import Injury

#: In the order in which they are listed.
_NAMES = ("naive", "sham", "ligated")
INJURY_FILES = {name: Path(__file__).with_name(f"{name}.toml") for name in _NAMES}


def _read(path: Path) -> Injury:
    (table,) = tomllib.loads(path.read_text("utf-8"))["injuries"]
    return read_injury(table, f"{path.name}: injuries[0]")


INJURIES = {name: _read(path) for name, path in INJURY_FILES.items()}
