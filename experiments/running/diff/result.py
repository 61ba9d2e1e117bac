"""The diff of two circuits, arms, studies or animals: what differs, and what was compared and found equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from core.errors import UserError
from experiments.running.diff.arm_rows import arm_rows
from experiments.running.diff.circuit_rows import CircuitPair, circuit_rows, compared, manipulation_rows
from experiments.running.diff.operands import Given, Operand, operand
from experiments.running.diff.recorded_rows import Recorded, finished_rows, recorded_rows
from experiments.running.diff.rows import DIFF_GROUPS, LACKING, DiffRow
from experiments.running.diff.study_rows import study_rows

#: The day from surgery on which an injury is looked at: its quick parts stand, its slow ones are under way.
INJURY_DAY = 14
#: Stands in place of the names of arms where a row is that of all that both studies have.
ALL_ARMS = "all arms"


@dataclass(frozen=True)
class Diff:
    """What differs between A and B.

    Attributes
    ----------
    a, b : Operand
        What was compared.
    rows : tuple of DiffRow
        One for each thing that differs, group by group.
    equal : dict of str
        Group -> how much was compared in it and found equal, in words.
    told : dict of str
        Group of rates -> how many places were compared in it, and how.
    unsure : dict of str
        The same of groups in which rates are unequal, and no place is told apart from chance.
    day : int
        The day from surgery on which the quantities of the injury are told.
    """

    a: Operand
    b: Operand
    rows: tuple[DiffRow, ...]
    equal: Mapping[str, str]
    told: Mapping[str, str]
    unsure: Mapping[str, str]
    day: int = INJURY_DAY

    def groups(self) -> dict[str, list[DiffRow]]:
        """Group -> its rows, in the order of the groups; only those in which anything differs."""
        found: dict[str, list[DiffRow]] = {group: [] for group in DIFF_GROUPS}
        for row in self.rows:
            found[row.group].append(row)
        return {group: rows for group, rows in found.items() if rows}

    def headline(self) -> str:
        """How many things differ in which groups, or that none does, in one line."""
        if not self.rows:
            return "no difference that is told apart from chance" if self.unsure else "no difference"
        counted = ", ".join(f"{group} {len(rows)}" for group, rows in self.groups().items())
        return f"{len(self.rows)} difference{'s' if len(self.rows) > 1 else ''}: {counted}"

    def frame(self) -> Any:
        """The rows as a `pandas.DataFrame`: the fields of `DiffRow` and of its places, and `difference`, b minus a."""
        import pandas as pd

        rows = [asdict(row) for row in self.rows]
        places = [row.pop("place") for row in rows]
        table = pd.DataFrame(rows, columns=[field.name for field in fields(DiffRow) if field.name != "place"])
        table.insert(table.columns.get_loc("b_value") + 1, "difference", table["b_value"] - table["a_value"])
        if any(places):
            table = table.join(pd.DataFrame(places))
        return table.astype(dict.fromkeys(("group", "arm", "unit"), "category"))

    def as_json(self) -> dict[str, Any]:
        """The whole diff, ready for JSON: NaN becomes None."""
        groups = [
            {"group": group, "rows": [_without_nan(asdict(row)) for row in rows]}
            for group, rows in self.groups().items()
        ]
        sides = {name: {"title": each.title, "kind": each.kind} for name, each in (("a", self.a), ("b", self.b))}
        told = {"compared": dict(self.told), "unsure": dict(self.unsure), "equal": dict(self.equal)}
        return {**sides, "differences": len(self.rows), "day": self.day, "groups": groups, **told}


def diff(a: Given, b: Given, day: int = INJURY_DAY) -> Any:
    """Compare two circuits, arms, studies or animals, and return what differs.

    Parameters
    ----------
    a, b : str, Path, Circuit, Arm or Study
        Objects, or what `bluespot diff` takes: "sham", "quick-look:ligated-vehicle", a study file, a results folder,
        the file of an animal.
    day : int
        Day from surgery on which the quantities of the injury are told.

    Returns
    -------
    pandas.DataFrame
        One row for each thing that differs; none where nothing does. `group` and `item` say what it is, `a` and `b`
        what both have, in words; numbers stand in `a_value`, `b_value` and `difference` (b minus a) as well, in `unit`.

    Raises
    ------
    UserError
        For what is nothing of this kind, with the nearest names, and for a whole study beside a single arm.
    """
    return compare_two(a, b, day).frame()


def compare_two(a: Given, b: Given, day: int = INJURY_DAY) -> Diff:
    """The same as an object that also says what is equal; `bluespot diff` prints it."""
    one, other = _alike(operand(a), operand(b))
    found = _rows_by_arm(one, other, day) if one.is_study else _rows_of(one, other, day)
    recorded = _recorded(one, other)
    rows = [*_study_rows(one, other), *found, *recorded.rows]
    order = list(DIFF_GROUPS)
    rows.sort(key=lambda row: order.index(row.group))
    equal = _equal(one, other, {row.group for row in rows}) | recorded.equal
    return Diff(one, other, tuple(rows), equal, recorded.told, recorded.unsure, day)


def _recorded(a: Operand, b: Operand) -> Recorded:
    """What differs between their animals, where both were run and are not the same files."""
    if a.folder is None or b.folder is None:
        return Recorded((), {}, {}, {})
    finished = finished_rows(a, b)
    if a.is_study:
        found = recorded_rows(a, b, [(name, name) for name in a.arms if name in b.arms])
    else:
        found = recorded_rows(a, b, [(a.arm.name if a.arm else "", b.arm.name if b.arm else "")])
    return replace(found, rows=(*finished, *found.rows))


def _alike(a: Operand, b: Operand) -> tuple[Operand, Operand]:
    """Both as studies, or both as single arms or circuits; a study of one arm stands for it beside one of these."""
    if a.is_study == b.is_study:
        return a, b
    whole, single = (a, b) if a.is_study else (b, a)
    if len(whole.arms) > 1:
        names = ", ".join(whole.arms)
        raise UserError(
            f"{single.title} is one {single.kind}, {whole.title} a study of {len(whole.arms)} arms; name one of them, "
            f"such as {whole.title}:{next(iter(whole.arms))}. It has: {names}."
        )
    only = whole.of_arm(next(iter(whole.arms)))
    return (only, b) if a.is_study else (a, only)


def _study_rows(a: Operand, b: Operand) -> Iterator[DiffRow]:
    if a.study is None or b.study is None:
        return
    single = a.animal is not None or b.animal is not None  # a file does not say how many others there are
    yield from (row for row in study_rows(a.study, b.study) if not (single and row.item in ("animals", "analyses")))


def _rows_of(a: Operand, b: Operand, day: int) -> Iterator[DiffRow]:
    """Rows of two circuits or arms."""
    if a.circuit is None or b.circuit is None:
        return
    yield from circuit_rows(CircuitPair(a.circuit, b.circuit, a.size, b.size, day))
    if a.arm is None and b.arm is None:
        yield from manipulation_rows(a.circuit, b.circuit)
    yield from arm_rows(a.arm, b.arm, (a.injections, b.injections))


def _rows_by_arm(a: Operand, b: Operand, day: int) -> list[DiffRow]:
    """Rows of the arms of two studies, matched by their names; what all of them have alike is one row."""
    both = [name for name in a.arms if name in b.arms]
    found = [replace(row, arm=name) for name in both for row in _rows_of(a.of_arm(name), b.of_arm(name), day)]
    return [*_arms_of_one(a, b), *_gathered(found, both)]


def _arms_of_one(a: Operand, b: Operand) -> Iterator[DiffRow]:
    for name in {**a.arms, **b.arms}:
        one, other = a.arms.get(name), b.arms.get(name)
        if one is None or other is None:
            texts = [LACKING if arm is None else f"{arm.circuit}, {arm.treatment}" for arm in (one, other)]
            yield DiffRow("arms", name, texts[0], texts[1])


def _gathered(rows: Sequence[DiffRow], arms: Sequence[str]) -> list[DiffRow]:
    """Rows that are equal in every arm as one."""
    alike: dict[str, list[DiffRow]] = {}
    for row in rows:
        alike.setdefault(repr(replace(row, arm="")), []).append(row)
    whole = len(arms) > 1
    return [
        row
        for same in alike.values()
        for row in ([replace(same[0], arm=ALL_ARMS)] if whole and len(same) == len(arms) else same)
    ]


def _equal(a: Operand, b: Operand, differing: set[str]) -> dict[str, str]:
    """Group -> what was compared in it, of the groups in which nothing differs."""
    said = {group: DIFF_GROUPS[group] for group in ("drugs", "manipulations")}
    if a.circuit is not None:
        said |= compared(a.circuit, a.size)
    if a.study is not None and b.study is not None:
        said |= {group: DIFF_GROUPS[group] for group in ("study", "assays")}
        if a.is_study:
            said |= {group: DIFF_GROUPS[group] for group in ("arms", "injury", "wiring", "parameters", "switches")}
            said["arms"] = f"{len(a.arms)} arms"
    if a.arm is None and b.arm is None and not a.is_study:
        del said["drugs"]
    return {group: said[group] for group in DIFF_GROUPS if group in said and group not in differing}


def _without_nan(row: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and value != value else value for key, value in row.items()}
