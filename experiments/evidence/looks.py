"""The log of looks: when which findings were evaluated, what was seen, and which numbers of the model moved after it.

A check is blind only as long as nobody moved a number after seeing it. So each look stands in `looks.toml`, with a hash
of the model's numbers, and so does each number that moved. The log also holds the role of every finding, from the day
on which it was fixed.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from core.errors import UserError
from core.quantities import read_quantity, write_quantity
from core.sourced import Sourced
from experiments.evidence.finding import ROLES, Finding, Role
from experiments.evidence.parameters import numbers
from experiments.protocol.schema import HERE, Part, listed, read_part, refusal

FILE = Path(str(files("experiments") / "evidence" / "looks.toml"))
_HASH_DIGITS = 16
_DIGITS = 9
Ids = Annotated[tuple[str, ...], BeforeValidator(listed)]


class Roles(Part):
    """Roles of findings that were fixed on one day, before any of them was evaluated in that role."""

    date: datetime.date = Field(description="a date such as 2026-11-30")
    says: str = Field(description="why these roles, in a sentence")
    construction: Ids = ()
    fit: Ids = ()
    check: Ids = ()

    @property
    def by_id(self) -> dict[str, Role]:
        """Id of a finding -> its role."""
        return {id: role for role in ROLES for id in getattr(self, role)}


class Move(Part):
    """A number that moved after a look; `before` is left out for a number that was not there before."""

    path: str = Field(description='the path of a number such as "plasticity.repair.time"')
    before: str = Field(default="", description='its value with unit, such as "2 d"')
    after: str = Field(description='its value with unit, such as "2.5 d"')
    why: str = Field(description="the reason, in words")


class Look(Part):
    """One evaluation of findings, and the numbers that moved after it.

    `model` is the hash of the model's numbers in the evaluation; those of the first looks were not kept. `model_after`
    is the hash once the numbers in `moved` had moved.
    """

    number: int = Field(ge=1, description="a whole number, one more than that of the look before")
    date: datetime.date = Field(description="a date such as 2026-11-30")
    findings: Ids = Field(min_length=1, description='a list of findings such as ["A1"]')
    seed: int = Field(default=1, ge=0, description="a whole number of 0 or more")
    seen: str = Field(description="what was seen, in a sentence")
    model: str = Field(default="", description="a hash of the model's numbers")
    moved: tuple[Move, ...] = Field(default=(), strict=False, description="tables with path, before, after and why")
    model_after: str = Field(default="", description="a hash of the model's numbers")

    @property
    def left(self) -> str:
        """Hash of the numbers that the model had from then on; "" where it was not kept."""
        return self.model_after if self.moved else self.model


class Log(Part):
    """The whole log, in the order of time."""

    roles: tuple[Roles, ...] = Field(strict=False, description="tables with date, says and findings by role")
    looks: tuple[Look, ...] = Field(strict=False, min_length=1, description="tables of looks")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        lines = [
            f"{HERE}.looks[{k}].number = {look.number}: expected {k + 1}."
            for k, look in enumerate(self.looks)
            if look.number != k + 1
        ]
        for name in ("roles", "looks"):
            dates = [each.date for each in getattr(self, name)]
            lines += [f"{HERE}.{name}: dates fall; expected the order of time."] if dates != sorted(dates) else []
        if lines:
            raise refusal(*lines)
        return self


def read_log(path: Path = FILE) -> Log:
    """Read a log of looks, by default that of bluespot; UserError with one line for each mistake."""
    return read_part(Log, path)


def model_hash(model: Iterable[tuple[str, Sourced]]) -> str:
    """Hash of the paths and values of numbers; their sources, notes and ranges do not count, nor does their order."""
    lines = sorted(f"{path} {float(number.value):.{_DIGITS}g}" for path, number in model)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_HASH_DIGITS]


def present_hash() -> str:
    """Hash of the numbers of the model as it stands."""
    return model_hash((path, number) for _, path, number in numbers())


def faults(log: Log, findings: Mapping[str, Finding], model: Mapping[str, Sourced]) -> Iterator[str]:
    """Yield one line for whatever the log leaves out.

    Parameters
    ----------
    log
        As `read_log` gives it.
    findings
        Id -> finding, of all that come with bluespot.
    model
        Path -> number, of all numbers of the model.
    """
    yield from _wrong_roles(log, findings)
    yield from _wrong_looks(log)
    now, last = model_hash(model.items()), log.looks[-1]
    if last.left != now:
        yield (
            f"look {last.number} left the model at {last.left or 'an unknown state'}, and its numbers are now {now}: a "
            "number moved, or came or went, and stands in no look."
        )
    yield from _wrong_moves(log, model)


def evaluated(log: Log, look: int) -> set[str]:
    """Ids of the findings whose verdicts stand after a look: its own, and those of earlier looks at the same model.

    The same model is one of the same numbers, looked at with the same seed; a finding that was evaluated twice has the
    later verdict.
    """
    last = log.looks[look - 1]
    alike = (
        [each for each in log.looks[:look] if (each.model, each.seed) == (last.model, last.seed)] if last.model else []
    )
    return {id for each in (*alike, last) for id in each.findings}


def unseen(log: Log, look: int, stated: Iterable[str]) -> list[str]:
    """One line for each finding whose verdict is stated and was evaluated neither in a look nor in one it adds to.

    Parameters
    ----------
    log
        As `read_log` gives it.
    look
        The number of the look that the verdicts are said to come from, with those that `evaluated` counts to it.
    stated
        Ids of findings.
    """
    if not 1 <= look <= len(log.looks):
        return [f"look {look}: not in the log, whose last is look {len(log.looks)}."]
    seen = evaluated(log, look)
    return [f"{id}: a verdict is stated, and look {look} left it out." for id in stated if id not in seen]


def _wrong_roles(log: Log, findings: Mapping[str, Finding]) -> Iterator[str]:
    newest: dict[str, Role] = {}
    for fixed in log.roles:
        newest |= fixed.by_id
    for id, one in findings.items():
        if id not in newest:
            yield f"{id}: its role is not in the log."
        elif newest[id] != one.role:
            yield f"{id}: {one.role}, but {newest[id]} in the log."
    yield from (f"{id}: in the log of roles, but no finding." for id in newest if id not in findings)


def _wrong_looks(log: Log) -> Iterator[str]:
    kept = False
    for look in log.looks:
        fixed = {id for each in log.roles if each.date <= look.date for id in each.by_id}
        yield from (
            f"look {look.number}: {id} was evaluated before its role was fixed."
            for id in look.findings
            if id not in fixed
        )
        if kept and not look.model:
            yield f"look {look.number}: no hash of the model's numbers."
        kept = kept or bool(look.model)
        if kept and bool(look.moved) != bool(look.model_after):
            yield f"look {look.number}: expected model_after where numbers moved, and only there."


def _wrong_moves(log: Log, model: Mapping[str, Sourced]) -> Iterator[str]:
    """Yield a line for each number that is not where its last move left it."""
    newest = {move.path: (look.number, move.after) for look in log.looks for move in look.moved}
    for path, (number, after) in newest.items():
        if path not in model:
            continue
        value = model[path].value
        try:
            told = float(read_quantity(after, value, f"look {number}: {path}"))
        except UserError as error:
            yield str(error)
            continue
        if abs(told - float(value)) > 1e-6 * abs(float(value)):
            yield f"look {number}: {path} moved to {after}, but is {write_quantity(value)}."
