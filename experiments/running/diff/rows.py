"""Rows of a diff: one thing that differs, with both of its values, their unit and their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any

from brian2.units.fundamentalunits import get_dimensions

from core.quantities import write_alike, write_quantity
from core.sourced import Sourced

#: Stands for what the other one has and this one lacks.
LACKING = "none"
#: Groups of rows, in the order in which they are shown -> what is compared in them.
DIFF_GROUPS: Mapping[str, str] = {
    "study": "seed, animals, size, precision, days",
    "arms": "which arms there are",
    "assays": "what is measured, on which sides and days",
    "drugs": "drugs, doses, routes, days, injections",
    "switches": "mechanisms that are switched off",
    "manipulations": "lesions, knock-downs, optogenetics",
    "injury": "what the injury has changed",
    "wiring": "cells, contacts, weights, delays, couplings",
    "parameters": "all other numbers of the circuit",
    "rates": "firing rates without a stimulus",
    "responses": "firing rates under the same stimulus",
}


@dataclass(frozen=True)
class DiffRow:
    """One thing that differs between A and B.

    Attributes
    ----------
    group : str
        One of `DIFF_GROUPS`.
    item : str
        What differs: a parameter by its path, a drug, an assay, a population.
    a, b : str
        What A and B have, without the unit; "none" where one lacks it.
    unit : str
        Of both; "" for texts and plain numbers.
    arm : str
        The arm of both studies in which it differs; "" where two arms or circuits are compared.
    a_value, b_value : float
        The numbers in that unit; NaN for texts.
    source_a, source_b : str
        Source and status of a number, such as "Medlock2022 (derived)".
    note : str
        What else there is to say.
    low, high : float
        95 % interval of B minus A over animals; NaN for what animals do not enter.
    n_a, n_b : int
        Animals behind `a` and `b`.
    end_a, end_b : float
        What a quantity of the injury comes to in the end; NaN for anything else.
    place : dict
        Where a rate was measured: population, day, hour, phase, part, side, stimulus and its strength.
    """

    group: str
    item: str
    a: str
    b: str
    unit: str = ""
    arm: str = ""
    a_value: float = nan
    b_value: float = nan
    source_a: str = ""
    source_b: str = ""
    note: str = ""
    low: float = nan
    high: float = nan
    n_a: int = 0
    n_b: int = 0
    end_a: float = nan
    end_b: float = nan
    place: Mapping[str, Any] = field(default_factory=dict)


def number_row(group: str, item: str, a: Any, b: Any) -> DiffRow:
    """The row of two numbers of one dimension, written in one unit; `Sourced` ones bring their sources along."""
    values = [each.value if isinstance(each, Sourced) else each for each in (a, b)]
    sources = [source_of(each) if isinstance(each, Sourced) else "" for each in (a, b)]
    texts = write_alike(values, rates=item.startswith("transmitters."))
    if texts[0] == texts[1]:  # they differ beyond the six digits of a table
        texts = [str(write_quantity(value, exact=True)) for value in values]
    parts = [text.partition(" ") for text in texts]
    alike = parts[0][2] == parts[1][2]
    written, unit = ([part[0] for part in parts], parts[0][2]) if alike else (texts, "")
    numbers = [float(part[0]) if alike else nan for part in parts]
    row = DiffRow(group, item, written[0], written[1], unit, source_a=sources[0], source_b=sources[1])
    return replace(row, a_value=numbers[0], b_value=numbers[1])


def source_of(number: Sourced) -> str:
    """Source and status of a number in a few words: `Medlock2022 (derived)`, `assumed`."""
    if number.source.lower() == number.status:
        return number.status
    return number.source if number.status == "seen" else f"{number.source} ({number.status})"


def leaf_rows(group: str, a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[DiffRow]:
    """Rows of what differs between the leaves of two trees, by path; a part that one of them lacks is one row."""
    for path in a:
        if path in b and not same(a[path], b[path]):
            yield leaf_row(group, path, a[path], b[path])
    for part in lacking(a, b):
        yield DiffRow(group, part, _there(part, a), LACKING, source_a=_source_in(part, a))
    for part in lacking(b, a):
        yield DiffRow(group, part, LACKING, _there(part, b), source_b=_source_in(part, b))


def leaf_row(group: str, path: str, a: Any, b: Any) -> DiffRow:
    """The row of two leaves that differ: numbers of one dimension, or anything else as text."""
    if isinstance(a, Sourced) and isinstance(b, Sourced) and get_dimensions(a.value) == get_dimensions(b.value):
        if a.si != b.si:
            return number_row(group, path, a, b)
        row = number_row(group, path, a, b)
        return replace(row, note="the same number; its source, note or range differs")
    return DiffRow(group, path, in_text(a), in_text(b))


def same(a: Any, b: Any) -> bool:
    """Whether two leaves are equal; numbers with their sources."""
    return bool(a == b) if not isinstance(a, Sourced) else isinstance(b, Sourced) and vars_of(a) == vars_of(b)


def vars_of(number: Sourced) -> tuple[Any, ...]:
    """All that a number says, in SI units."""
    ends = [None if end is None else float(end) for end in (number.low, number.high)]
    return (number.si, str(get_dimensions(number.value)), number.source, number.note, number.status, *ends)


def lacking(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """The shortest paths of what stands in `a` and not in `b`."""
    known = {path[:end] for path in b for end in _ends(path)}
    alone = (path for path in a if path not in b)
    return list(dict.fromkeys(next(p[:end] for end in _ends(p) if p[:end] not in known) for p in alone))


def _ends(path: str) -> list[int]:
    """Where each part of a dotted path ends."""
    return [*(k for k, letter in enumerate(path) if letter == "."), len(path)]


def _there(part: str, tree: Mapping[str, Any]) -> str:
    return in_text(tree[part]) if part in tree else "present"


def _source_in(part: str, tree: Mapping[str, Any]) -> str:
    return source_of(tree[part]) if isinstance(tree.get(part), Sourced) else ""


def in_text(value: Any) -> str:
    """A value in words: numbers with unit, truth values as yes and no, nothing as `none`."""
    if isinstance(value, Sourced):
        return str(write_quantity(value.value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(map(str, value)) or LACKING
    if isinstance(value, float):
        return f"{value:g}"
    return LACKING if value is None or value == "" else str(value)
