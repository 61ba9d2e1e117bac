"""A number of biology with its unit, where it was read, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

from brian2.units import Quantity
from brian2.units.fundamentalunits import get_dimensions

from core.errors import UserError

ASSUMED = "ASSUMED"
FITTED = "FITTED"
DERIVED = "DERIVED"
STATUSES = ("seen", "memory", "unsure", "assumed", "fitted", "derived")


@dataclass(frozen=True)
class Sourced:
    """`value` with unit; `source` is a key of docs/references.bib or ASSUMED, FITTED, DERIVED.

    `status`: seen (read in the source), memory (recalled), unsure, assumed, fitted, derived.
    `low` and `high` bound the range to scan, in the unit of `value`. The last three sources need a note.
    """

    value: Quantity | float
    source: str
    note: str = ""
    status: str = "seen"
    low: Quantity | float | None = None
    high: Quantity | float | None = None

    def __post_init__(self) -> None:
        if self.source in (ASSUMED, FITTED, DERIVED):
            object.__setattr__(self, "status", self.source.lower())
            if not self.note:
                raise ValueError(f"a number whose source is {self.source} needs a note")
        if self.status not in STATUSES:
            raise ValueError(f'status "{self.status}" is none of {", ".join(STATUSES)}')
        for bound in (self.low, self.high):
            if bound is not None and get_dimensions(bound) != get_dimensions(self.value):
                raise ValueError(f"the range of {self.value} has another dimension: {bound}")

    @cached_property
    def si(self) -> float:
        """The number without its unit, in SI base units (kg, m, s, A, K, mol)."""
        return float(self.value)

    def with_value(self, value: Quantity | float) -> Sourced:
        """The same entry with another number of the same dimension."""
        if get_dimensions(value) != get_dimensions(self.value):
            raise UserError(f"{value} has another dimension than {self.value}.")
        return replace(self, value=value)


def walk(node: Any, path: str = "") -> Iterator[tuple[str, Sourced]]:
    """Every `Sourced` below a tree of dataclasses, mappings and tuples, with its dotted path."""
    if isinstance(node, Sourced):
        yield path, node
        return
    for name, child in _children(node):
        yield from walk(child, f"{path}.{name}" if path else name)


def _children(node: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(node) and not isinstance(node, type):
        yield from ((f.name, getattr(node, f.name)) for f in fields(node))
    elif isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, tuple | list):
        yield from ((getattr(item, "name", str(k)), item) for k, item in enumerate(node))


def with_value(node: Any, path: str, value: Quantity | float) -> Any:
    """A copy of the tree in which the `Sourced` at `path` (as `walk` names it) holds `value`."""
    if not path:
        return node.with_value(value)
    names = dict(_children(node))
    head = max((n for n in names if path == n or path.startswith(n + ".")), key=len, default=None)
    if head is None:
        raise KeyError(path)
    child = with_value(names[head], path[len(head) + 1 :], value)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{head: child})
    if isinstance(node, dict):
        return {**node, head: child}
    position = list(names).index(head)
    return tuple(child if k == position else item for k, item in enumerate(node))
