"""Writes the tables of a comparison into its folder, and takes away what an earlier comparison left there."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from core.errors import UserError
from results.comparison.frames import csv_text
from results.files.atomic import new_file, write_text
from results.files.parts import remove_dead_parts

#: Tables that only earlier versions wrote.
FORMER_TABLES = ("averages", "rates", "comparison")
TABLE_FORMS = ("csv", "parquet")


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path, form: str = "csv") -> list[Path]:
    """Write each table as FOLDER/NAME.csv or .parquet, replacing earlier ones.

    Raises
    ------
    UserError
        Where the folder cannot be written, and where pyarrow is not installed.
    """
    paths = [folder / f"{name}.{form}" for name in tables]
    for path, table in zip(paths, tables.values(), strict=True):
        if form == "csv":
            write_text(path, csv_text(table), replace=True)
        else:
            _write_parquet(table, path)
    return paths


def remove_earlier(folder: Path, names: Iterable[str], kept: Collection[Path]) -> None:
    """Remove tables of an earlier comparison that this one has not written, and parts of one that was killed.

    Parameters
    ----------
    folder
        Of the comparison.
    names
        Of all tables that a comparison can write.
    kept
        Files that this one has written.
    """
    former = (folder / f"{name}.{end}" for name in (*names, *FORMER_TABLES) for end in (*TABLE_FORMS, "json"))
    for path in (path for path in former if path not in kept):
        with contextlib.suppress(OSError):
            path.unlink()
    remove_dead_parts(folder)


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    with new_file(path, replace=True) as part:
        try:
            table.to_parquet(part, engine="pyarrow", index=False)
        except ImportError as error:
            raise UserError('Parquet needs pyarrow: pip install "bluespot[analysis]".') from error
