"""Reads own data: a tidy table, the wide table of GraphPad Prism, or a published table of means.

| table | columns |
|---|---|
| tidy | arm, day, value; optional: animal, hour, assay, side, unit, censored |
| wide | days; then a column for each animal, with its arm as title, which stands in all or in the first of them |
| published | arm, day, mean, n, and sem or sd; optional: hour, assay, side, unit |

What a table has no column for may stand above it, as `# unit: mN`. `# source: ...` is the citation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import UserError, nearest
from results.own_data.cells import CellTable, TableRow, read_cells

#: Column -> other titles that people give it.
TITLES: Mapping[str, tuple[str, ...]] = {
    "arm": ("group", "treatment"),
    "animal": ("rat", "animal id", "rat id", "subject", "id"),
    "day": ("days", "day after surgery", "days after surgery", "time (days)", "time"),
    "hour": ("hours",),
    "assay": ("test",),
    "side": ("paw",),
    "value": ("threshold", "latency", "measurement"),
    "unit": ("units",),
    "censored": ("cut-off", "cutoff", "cut off"),
    "mean": ("average",),
    "sem": ("se", "s.e.m."),
    "sd": ("std", "s.d."),
    "n": ("animals",),
}
COLUMNS = ("row", "arm", "animal", "day", "hour", "assay", "side", "unit", "value", "censored", "n", "sd")
#: Titles of the first column of a wide table, besides those of days.
WIDE_TITLES = ("", "x", "x title")
#: More animals than these have no published group.
MOST_OWN_ANIMALS = 10_000
YES, NO = ("1", "yes", "true", "y"), ("0", "no", "false", "n", "")
_REPLICATE = re.compile(r"(:\s*Y?\d+|_Y\d+|\.\d+|\s*#\d+)$")


@dataclass(frozen=True)
class OwnData:
    """A table of own data.

    Attributes
    ----------
    name
        Of the file.
    rows
        One row for each value of an animal, or for each published mean: columns `COLUMNS`. `row` is the line in the
        file; a mean has its n and standard deviation, and no animal; hour is NaN and a text "" where none was given.
    published
        Whether the rows are means.
    source
        The citation; "" for none.
    """

    name: str
    rows: pd.DataFrame
    published: bool
    source: str


def read_own_data(path: Path | str) -> OwnData:
    """Read own data from a file.

    Raises
    ------
    UserError
        With the row and column of what is not understood.
    """
    table = read_cells(path)
    columns = _columns(table)
    if "mean" in columns:
        rows, published = _published(table, columns), True
    elif "value" in columns or "arm" in columns:
        rows, published = _tidy(table, columns), False
    else:
        rows, published = _wide(table, columns), False
    frame = pd.DataFrame(rows, columns=COLUMNS).dropna(subset="value").reset_index(drop=True)
    if not len(frame):
        raise UserError(f"{table.name}: it holds no number.")
    if not published:
        _check_doubles(table, frame)
    return OwnData(table.name, frame, published, table.remarks.get("source", ""))


def _columns(table: CellTable) -> dict[str, int]:
    """Column as `TITLES` has it -> its position; UserError for one that is there twice."""
    found: dict[str, int] = {}
    for k, title in enumerate(table.header.cells):
        plain = " ".join(title.casefold().replace("_", " ").split())
        name = next((name for name, others in TITLES.items() if plain == name or plain in others), None)
        if name in found and name in ("arm", "day", "value", "mean"):
            raise UserError(
                f'{table.name}: row {table.header.line}: two columns are the {name}, "{title}" is one of them.'
            )
        if name is not None:
            found.setdefault(name, k)
    return found


def _needed(table: CellTable, columns: Mapping[str, int], names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in columns]
    if missing:
        titles = [title.strip() for title in table.header.cells]
        close = [f'"{like[0]}"' for name in missing if (like := nearest(name, titles))]
        hint = f" Nearest: {', '.join(close)}." if close else ""
        listed = ", ".join(missing)
        raise UserError(
            f"{table.name}: row {table.header.line}: no column {listed}.{hint} It has: {', '.join(titles)}."
        )


def _tidy(table: CellTable, columns: Mapping[str, int]) -> list[dict[str, object]]:
    _needed(table, columns, ("arm", "day", "value"))
    return [
        {
            **_place(table, columns, row),
            "animal": _text(row, columns, "animal"),
            "value": table.number(row, columns["value"]),
            "censored": _truth(table, columns, row),
        }
        for row in table.rows
    ]


def _published(table: CellTable, columns: Mapping[str, int]) -> list[dict[str, object]]:
    _needed(table, columns, ("arm", "day", "mean", "n"))
    spread = next((name for name in ("sem", "sd") if name in columns), None)
    if spread is None:
        _needed(table, columns, ("sem",))
    return [_mean(table, columns, row, str(spread)) for row in table.rows]


def _mean(table: CellTable, columns: Mapping[str, int], row: TableRow, spread: str) -> dict[str, object]:
    n, error = table.whole_number(row, columns["n"]), table.number(row, columns[spread])
    if n is None or not 2 <= n <= MOST_OWN_ANIMALS:
        raise table.error(row, columns["n"], f"expected a number of animals, 2 to {MOST_OWN_ANIMALS}")
    if not error >= 0:
        raise table.error(row, columns[spread], "expected a number of 0 or more")
    sd = error * np.sqrt(n) if spread == "sem" else error
    value = table.number(row, columns["mean"])
    return {**_place(table, columns, row), "animal": "", "value": value, "censored": False, "n": n, "sd": sd}


def _place(table: CellTable, columns: Mapping[str, int], row: TableRow) -> dict[str, object]:
    """Arm, time and measure of a row."""
    arm = _text(row, columns, "arm")
    if not arm:
        raise table.error(row, columns["arm"], "expected the name of an arm")
    day = table.whole_number(row, columns["day"])
    if day is None:
        raise table.error(row, columns["day"], "expected a day from surgery")
    hour = table.number(row, columns["hour"]) if "hour" in columns else _remark_number(table, "hour")
    texts = {name: _text(row, columns, name) or table.remarks.get(name, "") for name in ("assay", "side", "unit")}
    return {"row": row.line, "arm": arm, "day": day, "hour": hour, **texts}


def _text(row: TableRow, columns: Mapping[str, int], name: str) -> str:
    return row.cells[columns[name]].strip() if name in columns else ""


def _truth(table: CellTable, columns: Mapping[str, int], row: TableRow) -> bool:
    text = _text(row, columns, "censored").casefold()
    if text not in (*YES, *NO):
        raise table.error(row, columns["censored"], "expected yes or no")
    return text in YES


def _remark_number(table: CellTable, name: str) -> float:
    text = table.remarks.get(name)
    if text is None:
        return np.nan
    try:
        return float(text)
    except ValueError as error:
        raise UserError(f'{table.name}: "# {name}: {text}": expected a number.') from error


def _wide(table: CellTable, columns: Mapping[str, int]) -> list[dict[str, object]]:
    """Rows of a table of days against animals."""
    first = table.header.cells[0].strip().casefold()
    if len(table.header.cells) < 2 or not (columns.get("day") == 0 or first in WIDE_TITLES):
        _not_understood(table)
    arms, named = _titles(table), _animal_names(table)
    body = table.rows[1:] if named else table.rows
    texts = {name: table.remarks.get(name, "") for name in ("assay", "side", "unit")}
    found = []
    for row in body:
        day = table.whole_number(row, 0)
        if day is None:
            raise table.error(row, 0, "expected a day from surgery")
        place = {"row": row.line, "day": day, "hour": _remark_number(table, "hour"), **texts}
        for column, arm in arms.items():
            value = table.number(row, column)
            animal = named.get(column, f"column {column + 1}")
            found.append({**place, "arm": arm, "animal": animal, "value": value, "censored": False})
    return found


def _titles(table: CellTable) -> dict[int, str]:
    """Column -> its arm: an empty title continues the one before, and numbers of replicates are no part of it."""
    found, arm = {}, ""
    for column, title in list(enumerate(table.header.cells))[1:]:
        arm = _REPLICATE.sub("", title.strip()) or arm
        if not arm:
            raise table.error(table.header, column, "expected the name of an arm as title")
        found[column] = arm
    return found


def _animal_names(table: CellTable) -> dict[int, str]:
    """Column -> name of its animal, from a second row of titles; empty without one."""
    first = table.rows[0]
    others = [cell.strip() for cell in first.cells[1:]]
    if (
        first.cells[0].strip()
        or not all(others)
        or any(_is_number(table, first, k) for k in range(1, len(first.cells)))
    ):
        return {}
    return {column: f"{name}, column {column + 1}" for column, name in enumerate(others, 1)}


def _is_number(table: CellTable, row: TableRow, column: int) -> bool:
    try:
        table.number(row, column)
    except UserError:
        return False
    return True


def _not_understood(table: CellTable) -> None:
    titles = ", ".join(title.strip() for title in table.header.cells)
    raise UserError(
        f"{table.name}: row {table.header.line}: the columns {titles} are no table known here. Expected: arm, day, "
        "value; or arm, day, mean, sem, n; or days in the first column and then one for each animal, titled by its arm."
    )


def _check_doubles(table: CellTable, frame: pd.DataFrame) -> None:
    """UserError for an animal that has two values of one measure at one time."""
    keys = ["arm", "animal", "day", "hour", "assay", "side", "unit"]
    named = frame.assign(hour=frame["hour"].map(str))[frame["animal"] != ""]
    again = named[named.duplicated(keys)]
    if not len(again):
        return
    second = again.iloc[0]
    first = named[(named[keys] == second[keys]).all(axis=1)].iloc[0]
    raise UserError(
        f"{table.name}: row {second['row']}: animal {second['animal']} of {second['arm']} has a value of day "
        f"{second['day']} already, in row {first['row']}."
    )
