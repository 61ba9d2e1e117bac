"""What differs between what is done to the animals of two arms: drugs, injections and other manipulations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from core.sourced import leaves
from experiments.protocol.arm import MANIPULATIONS, Arm
from experiments.running.diff.rows import LACKING, DiffRow, in_text, leaf_rows

if TYPE_CHECKING:
    from drugs import Regimen
    from experiments.protocol.manipulations.injection import Injection

#: Key of an arm -> what one of its entries is called.
_ONE = {"lesions": "lesion", "knock_downs": "knock-down"} | {
    name: name for name in ("silencing", "stimulation", "anaesthesia")
}
#: The fields of a regimen that are told one by one.
_OF_A_REGIMEN = ("dose", "route", "schedule", "from_day", "until_day", "hour", "missed_days", "over_minutes")


class _Table(Protocol):
    def table(self) -> dict[str, Any]: ...


def arm_rows(
    a: Arm | None, b: Arm | None, injections: tuple[Sequence[Injection], Sequence[Injection]]
) -> Iterator[DiffRow]:
    """All rows of two arms but those of their circuits; None stands for an untreated one.

    injections: into the animals of either, those of its study included.
    """
    yield from _regimen_rows(*(_by_drug(arm) for arm in (a, b)))
    yield from _part_rows("drugs", "injection", *injections)
    ranges = [arm.ranges if arm and arm.ranges else "in use" for arm in (a, b)]
    if ranges[0] != ranges[1]:
        yield DiffRow("drugs", "numbers within their ranges", ranges[0], ranges[1])
    for kind in MANIPULATIONS:
        if kind != "injections":
            parts = (getattr(arm, kind) if arm else () for arm in (a, b))
            yield from _part_rows("manipulations", _ONE[kind], *parts)


def _by_drug(arm: Arm | None) -> dict[str, list[Regimen]]:
    found: dict[str, list[Regimen]] = {}
    for regimen in arm.treatments if arm else ():
        found.setdefault(regimen.drug.name, []).append(regimen)
    return found


def _regimen_rows(a: Mapping[str, list[Regimen]], b: Mapping[str, list[Regimen]]) -> Iterator[DiffRow]:
    for drug in {**a, **b}:
        one, other = a.get(drug, []), b.get(drug, [])
        if len(one) == len(other) == 1:
            yield from _course_rows(one[0], other[0])
        elif list(map(str, one)) != list(map(str, other)):
            yield DiffRow("drugs", drug, _course(one, drug), _course(other, drug))
        if one and other and one[0].drug != other[0].drug:
            trees = (dict(leaves(regimens[0].drug, drug)) for regimens in (one, other))
            yield from leaf_rows("drugs", *trees)


def _course_rows(a: Regimen, b: Regimen) -> Iterator[DiffRow]:
    """A row for each field in which two courses of one drug differ."""
    for name in _OF_A_REGIMEN:
        one, other = (getattr(regimen, name) for regimen in (a, b))
        one, other = (each.text if name == "dose" else in_text(each) for each in (one, other))
        if one != other:
            yield DiffRow("drugs", f"{a.drug.name}: {name.replace('_', ' ')}", one, other)


def _course(regimens: list[Regimen], drug: str) -> str:
    return " + ".join(str(regimen).removeprefix(f"{drug} ") for regimen in regimens) or LACKING


def _part_rows(group: str, kind: str, a: Sequence[Any], b: Sequence[Any]) -> Iterator[DiffRow]:
    """Rows of the parts of one kind: those that only one has, paired in their order where both have such."""
    only_a, only_b = ([each for each in own if each not in other] for own, other in ((a, b), (b, a)))
    for k in range(max(len(only_a), len(only_b))):
        one, other = (only[k] if k < len(only) else None for only in (only_a, only_b))
        texts = [LACKING if part is None else str(part) for part in (one, other)]
        row = DiffRow(group, kind, texts[0], texts[1])
        yield replace(row, note=_fields_that_differ(one, other)) if one and other else row


def _fields_that_differ(a: _Table, b: _Table) -> str:
    """`dose, hour`: what the tables of two parts have unequal."""
    one, other = a.table(), b.table()
    return ", ".join(key for key in {**one, **other} if one.get(key) != other.get(key) and key != "arms")
