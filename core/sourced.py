"""A number of biology with its unit, where it was read, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

from brian2.units import Quantity
from brian2.units.fundamentalunits import get_dimensions

from core.errors import unknown_name
from core.quantities import read_quantity

ASSUMED = "ASSUMED"
FITTED = "FITTED"
DERIVED = "DERIVED"
STATUSES = ("seen", "assumed", "fitted", "derived")


@dataclass(frozen=True)
class Sourced:
    """One number of biology with its unit, source, status and range.

    Parameters
    ----------
    value : Quantity or float
        The number in use; a float has no unit.
    source : str
        A key of docs/references.bib, or ASSUMED, FITTED, DERIVED, which need a note.
    note : str
        What was measured, in which species, or why it was chosen so.
    status : str
        seen (read in the source that is named), assumed, fitted or derived. The last three follow from the source
        where it is ASSUMED, FITTED or DERIVED.
    low, high : Quantity, float or None
        Ends of the range to scan, of the dimension of `value`; None where no range is known.

    Raises
    ------
    ValueError
        For an unknown status, a missing note, or a range of another dimension.
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

    def with_value(self, value: Quantity | float | str, where: str = "value") -> Sourced:
        """A copy with another number; source, note, status and range stay.

        Parameters
        ----------
        value : Quantity, float or str
            A number of the same dimension, also as text: "7.5 nM".
        where : str
            The place that begins the message of an error.

        Raises
        ------
        UserError
            For another dimension, and for what is no number.
        """
        return replace(self, value=read_quantity(value, self.value, where))


def walk(node: Any, path: str = "") -> Iterator[tuple[str, Sourced]]:
    """List every sourced number below a tree of dataclasses, dictionaries and tuples, with its dotted path.

    Parameters
    ----------
    node : Any
        The tree, such as a circuit or a drug. An entry of a tuple goes by its `name`, else by its position.
    path : str
        The path of `node` itself, with which each path begins.

    Yields
    ------
    (str, Sourced)
        Path and number, such as `kinetics.disposition.half_life`.
    """
    if isinstance(node, Sourced):
        yield path, node
        return
    for name, child in _children(node):
        yield from walk(child, f"{path}.{name}" if path else name)


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """List everything that stands in a tree, with its dotted path: numbers as `walk` does, texts, truth values.

    Parameters
    ----------
    node : Any
        The tree, such as a circuit or a drug. A tuple of texts is one leaf, and so is an empty one.
    path : str
        The path of `node` itself, with which each path begins.

    Yields
    ------
    (str, Any)
        Path and what stands there, such as `couplings.alpha2_on_c_terminals.targets`.
    """
    plain = isinstance(node, Sourced) or (isinstance(node, tuple) and all(isinstance(item, str) for item in node))
    below = [] if plain else list(_children(node))
    if not below:
        yield path, node
    for name, child in below:
        yield from leaves(child, f"{path}.{name}" if path else name)


def with_value(node: Any, path: str, value: Quantity | float | str) -> Any:
    """A copy of a tree of dataclasses, dictionaries and tuples with another number at one path.

    Parameters
    ----------
    node : Any
        The tree, such as a circuit or a drug.
    path : str
        Where the number stands, as `walk` names it.
    value : Quantity, float or str
        A number of the same dimension, also as text: "90 pF".

    Returns
    -------
    Any
        A tree of the same kind; what is not on the path is shared with `node`.

    Raises
    ------
    UserError
        For a path that leads to no number (with the nearest paths), another dimension, what is no number, and a
        number that the tree refuses.
    """
    known = dict(walk(node))
    if path not in known:
        raise unknown_name("parameter", str(path), known)
    return _replaced(node, path, known[path].with_value(value, path))


def _children(node: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(node) and not isinstance(node, type):
        yield from ((f.name, getattr(node, f.name)) for f in fields(node))
    elif isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, tuple | list):
        yield from ((getattr(item, "name", str(k)), item) for k, item in enumerate(node))


def _replaced(node: Any, path: str, number: Sourced) -> Any:
    """The tree with `number` at a path that exists."""
    if not path:
        return number
    names = dict(_children(node))
    head = max((name for name in names if path == name or path.startswith(f"{name}.")), key=len)
    child = _replaced(names[head], path[len(head) + 1 :], number)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{head: child})
    if isinstance(node, dict):
        return {**node, head: child}
    position = list(names).index(head)
    return tuple(child if k == position else item for k, item in enumerate(node))
