"""A number of biology as a table of a file: value with unit, source, note, status and range; read and written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brian2.units import Quantity
from pydantic import Field

from core.errors import UserError, unknown_name
from core.quantities import read_quantity, write_quantity
from core.sourced import ASSUMED, DERIVED, FITTED, STATUSES, Sourced
from experiments.protocol.schema import Part
from experiments.protocol.toml_text import Inline


class Number(Part):
    """One `Sourced` number: `{ value = "7.5 nM", source = "Bymaster2001", note = "Ki, human" }`."""

    value: str | float = Field(description='a number with its unit such as "7.5 nM", or without where it has none')
    source: str = Field(min_length=1, description="where it was read, or ASSUMED, FITTED, DERIVED")
    note: str = Field(default="", description="a note in words")
    status: str | None = Field(default=None, description=f"one of {', '.join(STATUSES)}")
    low: str | float | None = Field(default=None, description="the lower end of its range, as the value")
    high: str | float | None = Field(default=None, description="the upper end of its range, as the value")


def sourced(table: Number, like: Quantity | float, path: str) -> tuple[Sourced, list[str], list[str]]:
    """A number under the contract of bundled ones.

    Parameters
    ----------
    table : Number
        As a file has it.
    like : Quantity or float
        Any number of the dimension that is expected.
    path : str
        The place that begins each mistake.

    Returns
    -------
    number : Sourced
        A stand-in where the number cannot be.
    mistakes, doubts : list of str
        What cannot be, and ranges that do not hold their value or are missing.
    """
    try:
        made = _sourced(table, like, path)
    except UserError as error:
        return Sourced(like, ASSUMED, "stands in for a mistake"), str(error).split("\n"), []
    return made, [], [f"{path}: {line}" for line in _broken_rules(table, made)]


def number_table(number: Sourced) -> Inline:
    """A number as the table of a file, which reads back as an equal one."""
    facts: dict[str, Any] = {
        "value": write_quantity(number.value, exact=True),
        "source": number.source,
        "note": number.note,
    }
    if number.status != "seen" and number.source not in (ASSUMED, FITTED, DERIVED):
        facts["status"] = number.status
    ends = {"low": number.low, "high": number.high}
    facts |= {name: write_quantity(end, exact=True) for name, end in ends.items() if end is not None}
    return Inline({name: fact for name, fact in facts.items() if fact != ""})


def _sourced(table: Number, like: Quantity | float, path: str) -> Sourced:
    ends = {"value": table.value, "low": table.low, "high": table.high}
    read = {
        name: None if end is None else read_quantity(end, like, path if name == "value" else f"{path}.{name}")
        for name, end in ends.items()
    }
    if table.status is not None and table.status not in STATUSES:
        raise unknown_name("status", table.status, STATUSES, path)
    try:
        number = Sourced(
            read["value"], table.source, table.note, table.status or "seen", low=read["low"], high=read["high"]
        )
    except ValueError as error:
        raise UserError(f"{path}: {error}.") from None
    return number


def _broken_rules(table: Number, number: Sourced) -> Iterator[str]:
    if number.low is not None and not number.low <= number.value:
        yield f"its range begins at {table.low}, above its value {table.value}."
    if number.high is not None and not number.value <= number.high:
        yield f"its range ends at {table.high}, below its value {table.value}."
    if number.status in ("assumed", "fitted") and (number.low is None or number.high is None):
        yield f"a number that is {number.status} needs a range, low and high."
