"""Makes DataFrames from rows, filters them by value, and writes them as CSV or JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from results.files.atomic import write_text

#: Column name -> type of its entries, in the order of the columns.
Schema = Mapping[str, type]
#: Significant digits of numbers in CSV files.
DIGITS = 9


def frame_of(schema: Schema, rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """A DataFrame of rows whose entries are in the order of `schema`; texts are categories.

    Without rows its columns still have types.
    """
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pd.DataFrame(
        {name: typed(column, kind) for (name, kind), column in zip(schema.items(), columns, strict=True)}
    )


def typed(column: Sequence[Any], kind: type) -> Any:
    """The entries of a column: texts as categories in the order of the alphabet, all else as an array of its type."""
    return categories_of(column, sorted(set(column))) if kind is str else np.array(column, kind)


def categories_of(texts: Sequence[str], known: Sequence[str]) -> pd.Categorical:
    """Texts as categories, whose order is that of `known`."""
    return pd.Categorical(texts, categories=pd.Index(known, dtype=object))


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of tables with the same columns, one table after another; texts stay categories."""
    first = tables[0]
    columns = {}
    for name in first:
        parts = [table[name] for table in tables]
        is_text = isinstance(first[name].dtype, pd.CategoricalDtype)
        columns[name] = union_categoricals(parts) if is_text else np.concatenate(parts)
    return pd.DataFrame(columns)


def where(table: pd.DataFrame, **equal: object) -> pd.DataFrame:
    """The rows in which columns have the given values, numbered anew: `where(table, arm="sham", day=14)`."""
    kept = np.ones(len(table), bool)
    for name, value in equal.items():
        kept &= (table[name] == value).to_numpy()
    return table[kept].reset_index(drop=True)


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries of plain Python values."""
    columns = [table[name].tolist() for name in table.columns]
    return [dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def distinct(column: pd.Series) -> list[Any]:
    """The distinct values of a column, in the order in which they first appear."""
    return list(dict.fromkeys(column.tolist()))


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV text: numbers with `DIGITS` significant digits, truth values as 0 and 1, NaN as an empty cell."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*(_cells(table[name]) for name in table.columns), strict=True))
    return stream.getvalue()


def write_csv(table: pd.DataFrame, path: Path | str, replace: bool = True) -> None:
    """Write a table as CSV, complete or not at all; UserError where it cannot be written."""
    write_text(path, csv_text(table), replace)


def json_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as JSON-ready dictionaries; NaN becomes None."""
    return [{name: _or_none(value) for name, value in row.items()} for row in rows_of(table)]


def _cells(column: pd.Series) -> list[Any]:
    kind, values = column.dtype.kind, column.tolist()
    if kind == "f":
        return [f"{value:.{DIGITS}g}" if math.isfinite(value) else "" for value in values]
    return [int(value) for value in values] if kind == "b" else values


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
