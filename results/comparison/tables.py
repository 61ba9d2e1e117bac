"""Tables: named columns of equal length, filtered by value and written as CSV or JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from results.files.atomic import write_text

#: Column name -> type of its entries, in the order of the columns.
Schema = Mapping[str, type]


@dataclass(frozen=True)
class Table:
    """A table of n rows.

    Attributes
    ----------
    columns
        Name -> NumPy array (n,) of text, integers, floats or truth values.
    """

    columns: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        lengths = {name: column.shape for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1 or any(len(shape) != 1 for shape in lengths.values()):
            raise ValueError(f"the columns of a table have one length; these have {lengths}")

    @classmethod
    def of_rows(cls, schema: Schema, rows: Sequence[Sequence[Any]]) -> Table:
        """A table from rows whose entries are in the order of `schema`; without rows its columns still have types."""
        columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
        return cls({name: np.array(column, kind) for (name, kind), column in zip(schema.items(), columns, strict=True)})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def where(self, **equal: object) -> Table:
        """The rows in which columns have the given values: `table.where(arm="sham", day=14)`."""
        kept = np.ones(len(self), bool)
        for name, value in equal.items():
            kept &= self.columns[name] == value
        return Table({name: column[kept] for name, column in self.columns.items()})

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each row as a dictionary of plain Python values."""
        for row in zip(*(column.tolist() for column in self.columns.values()), strict=True):
            yield dict(zip(self.columns, row, strict=True))

    def distinct(self, name: str) -> list[Any]:
        """The distinct values of a column, in the order in which they first appear."""
        return list(dict.fromkeys(self.columns[name].tolist()))

    def csv(self) -> str:
        """The table as CSV text: numbers in full precision, truth values as 0 and 1, NaN as an empty cell."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(value) for value in row.values()] for row in self.rows())
        return stream.getvalue()

    def records(self) -> list[dict[str, Any]]:
        """The rows as JSON-ready dictionaries; NaN becomes None."""
        return [{name: _or_none(value) for name, value in row.items()} for row in self.rows()]

    def write_csv(self, path: Path | str, replace: bool = True) -> None:
        """Write the table as CSV, complete or not at all; UserError where it cannot be written."""
        write_text(path, self.csv(), replace)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return "" if _or_none(value) is None else value


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
