"""A number of biology as a table of a file: value with unit, source, note, status and range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brian2.units import Quantity

from core.errors import UserError, unknown_name
from core.quantities import read_quantity
from core.sourced import STATUSES, Sourced

#: Keys of such a table; `value` and `source` must be there.
NUMBER_KEYS = ("value", "source", "note", "status", "low", "high")


def read_number(table: Mapping[str, Any], like: Quantity | float, path: str) -> Sourced:
    """The number of a table whose keys are known.

    Parameters
    ----------
    table : mapping
        By the names of `NUMBER_KEYS`; a key that is missing, or whose value is None, is not given.
    like : Quantity or float
        Any number of the dimension that is expected.
    path : str
        The place that begins each line of an error.

    Raises
    ------
    UserError
        For what cannot be: another dimension, an unknown status, a missing note.
    """
    ends = {"value": table["value"], "low": table.get("low"), "high": table.get("high")}
    read = {
        name: None if end is None else read_quantity(end, like, path if name == "value" else f"{path}.{name}")
        for name, end in ends.items()
    }
    status = table.get("status")
    if status is not None and status not in STATUSES:
        raise unknown_name("status", status, STATUSES, path)
    value, note = read["value"], table.get("note") or ""
    assert value is not None
    try:
        return Sourced(value, table["source"], note, status or "seen", low=read["low"], high=read["high"])
    except ValueError as error:
        raise UserError(f"{path}: {error}.") from None


def broken_rules(table: Mapping[str, Any], number: Sourced, path: str) -> Iterator[str]:
    """One line for each rule of bundled numbers that the number of a table breaks.

    A range holds the value, and a number that was not read has a range.
    """
    if number.low is not None and not number.low <= number.value:
        yield f"{path}: its range begins at {table['low']}, above its value {table['value']}."
    if number.high is not None and not number.value <= number.high:
        yield f"{path}: its range ends at {table['high']}, below its value {table['value']}."
    if number.status in ("assumed", "fitted") and (number.low is None or number.high is None):
        yield f"{path}: a number that is {number.status} needs a range, low and high."
