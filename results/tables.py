"""Tables of named columns, small enough to need no data-frame package, written as CSV and JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from results.atomic import write_text

#: Column name -> type of its entries, in the order of the columns.
Schema = Mapping[str, type]


@dataclass(frozen=True)
class Table:
    """Columns of one length, each a NumPy array (n,) of text, integers, floats or truth values."""

    columns: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        lengths = {name: column.shape for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1 or any(len(shape) != 1 for shape in lengths.values()):
            raise ValueError(f"the columns of a table have one length; these have {lengths}")

    @classmethod
    def of_rows(cls, schema: Schema, rows: Sequence[Sequence[Any]]) -> Table:
        """A table from rows in the order of `schema`; with no row it still has typed columns."""
        columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
        return cls({name: np.array(column, kind) for (name, kind), column in zip(schema.items(), columns, strict=True)})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def where(self, **equal: object) -> Table:
        """The rows whose columns equal all that is given: `table.where(arm="sham", day=14)`."""
        kept = np.ones(len(self), bool)
        for name, value in equal.items():
            kept &= self.columns[name] == value
        return Table({name: column[kept] for name, column in self.columns.items()})

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row as a dictionary of plain Python values."""
        for row in zip(*(column.tolist() for column in self.columns.values()), strict=True):
            yield dict(zip(self.columns, row, strict=True))

    def distinct(self, name: str) -> list[Any]:
        """The values of a column in the order of their first appearance."""
        return list(dict.fromkeys(self.columns[name].tolist()))

    def csv(self) -> str:
        """Header and rows; numbers in full precision, truth values as 0 and 1, a missing number as nothing."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(value) for value in row.values()] for row in self.rows())
        return stream.getvalue()

    def records(self) -> list[dict[str, Any]]:
        """The rows for JSON, in which a missing number is null."""
        return [{name: _or_none(value) for name, value in row.items()} for row in self.rows()]

    def write_csv(self, path: Path | str, replace: bool = True) -> None:
        """Write `csv()` to `path`, complete or not at all. Raises UserError where it cannot be written."""
        write_text(path, self.csv(), replace)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return "" if _or_none(value) is None else value


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
