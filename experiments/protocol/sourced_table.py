"""A number of biology as a table of a file: value with unit, source, note, status and range; read and written."""

from __future__ import annotations

from typing import Any

from brian2.units import Quantity
from pydantic import Field

from core.errors import UserError
from core.number_table import broken_rules, read_number
from core.quantities import write_quantity
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
    facts = table.model_dump()
    try:
        made = read_number(facts, like, path)
    except UserError as error:
        return Sourced(like, ASSUMED, "stands in for a mistake"), str(error).split("\n"), []
    return made, [], list(broken_rules(facts, made, path))


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
