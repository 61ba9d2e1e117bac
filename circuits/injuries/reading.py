"""Reads an injury from its table in a TOML file, and writes it back; every mistake is one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from brian2.units import Quantity

from circuits.injury import QUANTITY_UNITS, Difference, Injury, Recovery
from core.errors import UserError, unknown_name
from core.number_table import NUMBER_KEYS, broken_rules, read_number
from core.quantities import write_quantity
from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import day
from core.written import shown

_INJURY_KEYS = ("name", "description", "operated", "numbers", "differences")
_DIFFERENCE_KEYS = ("name", "quantity", "sides", "roots", "amplitude", "onset", "time_constant", "recovery")
_RECOVERY_KEYS = ("share", "onset", "time_constant")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_A_NAME = "a name of small letters, digits and _"
_A_NUMBER = 'a table such as { value = "2 d", source = "Key2001" }, or the name of one of the numbers of the injury'
_MOST = 200
Made = TypeVar("Made")


def read_injury(table: object, where: str) -> Injury:
    """The injury of a table.

    Parameters
    ----------
    table : object
        As TOML gives an entry of `[[injuries]]`.
    where : str
        The place that begins each line of an error, such as "mine.toml: injuries[0]".

    Raises
    ------
    UserError
        With one line for each mistake.
    """
    reader = _Reader(where)
    found = reader.injury(table)
    if reader.lines or found is None:
        raise UserError("\n".join(dict.fromkeys(reader.lines)))
    return found


def injury_table(injury: Injury) -> dict[str, Any]:
    """An injury as a table that `read_injury` reads back as an equal one."""
    found: dict[str, Any] = {"name": injury.name, "description": injury.description}
    found |= {} if injury.operated else {"operated": False}
    found["differences"] = [_difference_table(each) for each in injury.differences]
    return found


class _Reader:
    """Makes the parts of an injury, and collects the mistakes, so that all are told at once."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.lines: list[str] = []
        self.numbers: Mapping[str, Any] = {}
        self.used: set[str] = set()

    def injury(self, table: object) -> Injury | None:
        if not self._has_keys(table, _INJURY_KEYS, ("name", "description"), "") or not isinstance(table, Mapping):
            return None
        name = self._name(table["name"], "name")
        description, operated = table["description"], table.get("operated", True)
        if not isinstance(description, str) or not description.strip():
            self._tell(f"description = {shown(description)}", "expected what is done, in words")
        if not isinstance(operated, bool):
            self._tell(f"operated = {shown(operated)}", "expected true or false")
        self.numbers = self._numbers(table.get("numbers", {}))
        listed = table.get("differences", [])
        if not isinstance(listed, list | tuple) or len(listed) > _MOST:
            self._tell("differences", f"expected tables, [[injuries.differences]], at most {_MOST}")
            return None
        made = [self._difference(each, f"differences[{k}]") for k, each in enumerate(listed)]
        differences = tuple(each for each in made if each is not None)
        if not self.lines:
            for spare in self.numbers.keys() - self.used:
                self._tell(f"numbers.{spare}", "no difference names it; leave it out")
        if self.lines:
            return None
        return self._made("", lambda: Injury(name, description, differences, operated))

    def _difference(self, table: object, place: str) -> Difference | None:
        needed = ("name", "quantity", "amplitude", "onset", "time_constant")
        if not self._has_keys(table, _DIFFERENCE_KEYS, needed, place) or not isinstance(table, Mapping):
            return None
        before = len(self.lines)
        name, quantity = self._name(table["name"], f"{place}.name"), table["quantity"]
        sides = self._names(table.get("sides", ["ipsi"]), f"{place}.sides")
        roots = self._names(table.get("roots", []), f"{place}.roots")
        unit: Quantity | float = QUANTITY_UNITS.get(quantity, 1.0) if isinstance(quantity, str) else 1.0
        amplitude = self._number(table["amplitude"], unit, f"{place}.amplitude")
        onset, time = (self._number(table[key], 1 * day, f"{place}.{key}") for key in ("onset", "time_constant"))
        recovery = self._recovery(table.get("recovery"), f"{place}.recovery")
        if len(self.lines) > before or amplitude is None or onset is None or time is None:
            return None
        made = self._made(
            place, lambda: Difference(name, str(quantity), amplitude, onset, time, sides, roots, recovery)
        )
        for key, sentence in [] if made is None else made.mistakes():
            self._tell(f"{place}.{key} = {_written(table, key, self.numbers)}", sentence)
        return made

    def _recovery(self, table: object, place: str) -> Recovery | None:
        if table is None:
            return None
        if not self._has_keys(table, _RECOVERY_KEYS, _RECOVERY_KEYS, place) or not isinstance(table, Mapping):
            return None
        share = self._number(table["share"], 1.0, f"{place}.share")
        onset, time = (self._number(table[key], 1 * day, f"{place}.{key}") for key in ("onset", "time_constant"))
        if share is None or onset is None or time is None:
            return None
        return Recovery(share, onset, time)

    def _numbers(self, tables: object) -> Mapping[str, Any]:
        """The numbers of the injury that differences name, as tables."""
        if not isinstance(tables, Mapping):
            self._tell("numbers", "expected tables of numbers by name, [injuries.numbers]")
            return {}
        return {str(name): table for name, table in tables.items()}

    def _number(self, given: object, like: Quantity | float, place: str) -> Sourced | None:
        if isinstance(given, str):
            if given not in self.numbers:
                self._tell_error(unknown_name("number of the injury", given, self.numbers, f"{self.where}.{place}"))
                return None
            self.used.add(given)
            place, given = f"numbers.{given}", self.numbers[given]
        if not isinstance(given, Mapping):
            self._tell(f"{place} = {shown(given)}", f"expected {_A_NUMBER}")
            return None
        if not self._has_keys(given, NUMBER_KEYS, ("value", "source"), place):
            return None
        path, before = f"{self.where}.{place}", len(self.lines)
        for key, kinds in (("source", str), ("note", str), ("status", str)):
            if key in given and not (isinstance(given[key], kinds) and (given[key] or key == "note")):
                self._tell(f"{place}.{key} = {shown(given[key])}", "expected a text")
        for key in ("value", "low", "high"):
            if key in given and (isinstance(given[key], bool) or not isinstance(given[key], str | int | float)):
                self._tell(f"{place}.{key} = {shown(given[key])}", "expected a number with its unit, in quotes")
        if len(self.lines) > before:
            return None
        number = self._made(None, lambda: read_number(given, like, path))
        self.lines += [] if number is None else broken_rules(given, number, path)
        return number

    def _made(self, place: str | None, make: Callable[[], Made]) -> Made | None:
        """What a function makes; None where it refuses. place: what is put before its lines, None for nothing."""
        try:
            return make()
        except UserError as error:
            at = "" if place is None else f"{self.where}.{place}" if place else self.where
            self.lines += [f"{at}.{line}" if at else line for line in str(error).split("\n")]
            return None

    def _has_keys(self, table: object, known: Iterable[str], needed: Iterable[str], place: str) -> bool:
        """Whether it is a table that has all it needs; tells what it lacks, and what it may not have."""
        at = f"{self.where}.{place}" if place else self.where
        if not isinstance(table, Mapping):
            self.lines.append(f"{at} = {shown(table)}: expected a table with keys out of {', '.join(known)}.")
            return False
        odd = [str(key) for key in table if key not in known]
        lacking = [key for key in needed if key not in table]
        self.lines += [str(unknown_name("key", key, known, at)) for key in odd]
        self.lines += [f"{at}.{key}: missing." for key in lacking]
        return not odd and not lacking

    def _name(self, given: object, place: str) -> str:
        if not isinstance(given, str) or not _NAME.fullmatch(given):
            self._tell(f"{place} = {shown(given)}", f"expected {_A_NAME}")
        return str(given)

    def _names(self, given: object, place: str) -> tuple[str, ...]:
        if not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
            self._tell(f"{place} = {shown(given)}", 'expected a list of names such as ["ipsi"] or ["L4", "L5"]')
            return ()
        return tuple(given)

    def _tell(self, place: str, sentence: str) -> None:
        self.lines.append(f"{self.where}.{place}: {sentence}.")

    def _tell_error(self, error: UserError) -> None:
        self.lines += str(error).split("\n")


def _written(table: Mapping[str, Any], key: str, numbers: Mapping[str, Any]) -> str:
    """The value of a number as it was written."""
    found: Any = table
    for step in key.split("."):
        found = found[step]
    return shown((numbers[found] if isinstance(found, str) else found)["value"])


def _difference_table(difference: Difference) -> dict[str, Any]:
    found: dict[str, Any] = {"name": difference.name, "quantity": difference.quantity}
    found |= {} if difference.sides == ("ipsi",) else {"sides": list(difference.sides)}
    found |= {"roots": list(difference.roots)} if difference.roots else {}
    found |= {key: _number_table(getattr(difference, key)) for key in ("amplitude", "onset", "time_constant")}
    healing = difference.recovery
    if healing is not None:
        found["recovery"] = {key: _number_table(getattr(healing, key)) for key in _RECOVERY_KEYS}
    return found


def _number_table(number: Sourced) -> dict[str, Any]:
    facts = {"value": number.value, "low": number.low, "high": number.high}
    found: dict[str, Any] = {
        key: write_quantity(value, exact=True) for key, value in facts.items() if value is not None
    }
    found |= {"source": number.source} | ({"note": number.note} if number.note else {})
    if number.status != "seen" and number.source not in (ASSUMED, FITTED, DERIVED):
        found["status"] = number.status
    return found
