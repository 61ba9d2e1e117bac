"""A text table as rows of cells: byte order mark, delimiter, decimal commas, remarks, and where each cell stands."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
MISSING = {"", "na", "n/a", "n.a.", "nan", "-", "."}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")
_REMARK = re.compile(r"#\s*(\w+)\s*:\s*(.+)")
_ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class TableRow:
    """A row of a table: its line in the file, counted from 1, and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class CellTable:
    """A table as it was written.

    Attributes
    ----------
    name
        Of the file, for messages.
    header
        The titles of the columns, and their line.
    rows
        All others that are not blank.
    remarks
        Of lines such as `# unit: mN` above the table: key -> text.
    delimiter
        A key of `DELIMITERS`.
    """

    name: str
    header: TableRow
    rows: tuple[TableRow, ...]
    remarks: Mapping[str, str]
    delimiter: str

    def number(self, row: TableRow, column: int) -> float:
        """The number in a cell; NaN for an empty one.

        Raises
        ------
        UserError
            For a text that is no number, with its place.
        """
        text = row.cells[column].strip()
        if text.casefold() in MISSING:
            return math.nan
        if _COMMA_NUMBER.fullmatch(text):
            if self.delimiter == ",":
                expected = text.replace(",", ".")
                raise self.error(row, column, f"expected a decimal point, {expected}, because commas part the columns")
            text = text.replace(",", ".")
        if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
            raise self.error(row, column, "expected a number")
        return float(text)

    def whole_number(self, row: TableRow, column: int) -> int | None:
        """The whole number in a cell, None for an empty one; UserError for any other number or text."""
        value = self.number(row, column)
        if math.isnan(value):
            return None
        if value != round(value):
            raise self.error(row, column, "expected a whole number")
        return round(value)

    def error(self, row: TableRow, column: int, expected: str) -> UserError:
        """An error that names the place of a cell, what came, and what was expected."""
        title = self.header.cells[column].strip() or f"{column + 1}"
        return UserError(f'{self.name}: row {row.line}, column {title}: "{row.cells[column].strip()}": {expected}.')


def read_cells(path: Path | str) -> CellTable:
    """Read a table of text with commas, semicolons or tabs between its columns.

    Parameters
    ----------
    path
        Of a file in UTF-8, with or without a byte order mark, or in UTF-16.

    Raises
    ------
    UserError
        Where it cannot be read, is empty, or a row has not as many cells as the header.
    """
    path = Path(path)
    lines = list(enumerate(_text(path).splitlines(), 1))
    told = [_REMARK.match(line.strip().strip(',;"')) for _, line in lines]
    remarks = {match[1].casefold(): match[2].strip() for match in told if match}
    table = [(number, line) for number, line in lines if line.strip(" ,;\t") and not line.lstrip(' "').startswith("#")]
    if not table:
        raise UserError(f"{path.name}: it is empty; expected a table with a row of titles.")
    delimiter = next((sign for sign in ("\t", ";") if sign in table[0][1]), ",")
    rows = [TableRow(number, tuple(next(csv.reader(io.StringIO(line), delimiter=delimiter)))) for number, line in table]
    header = rows[0]
    if len(rows) == 1:
        raise UserError(f"{path.name}: it has a row of titles and nothing below it.")
    found = CellTable(path.name, header, tuple(rows[1:]), remarks, delimiter)
    for row in found.rows:
        _check_width(found, row)
    return found


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: it cannot be read: {error.strerror}.") from error
    try:
        return content.decode(_ENCODINGS.get(content[:2], "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(f"{path.name}: byte {error.start} is no UTF-8; save the table as CSV in UTF-8.") from error


def _check_width(table: CellTable, row: TableRow) -> None:
    if len(row.cells) == len(table.header.cells):
        return
    hint = " (a decimal comma?)" if table.delimiter == "," and len(row.cells) > len(table.header.cells) else ""
    raise UserError(
        f"{table.name}: row {row.line}: it has {len(row.cells)} cells, and there are {len(table.header.cells)} "
        f"titles{hint}."
    )
