"""What `manifest.json` of a study folder may hold: each field with what it can be, and one line for what it is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from core.days import FIRST_POSSIBLE_DAY, HOURS_PER_DAY, LAST_POSSIBLE_DAY
from core.limits import LARGEST_SIZE, LONGEST_LIST, MOST_ANIMALS

#: Letters that no folder can have in its name on all systems.
NO_FOLDER = '/\\:*?"<>|\0'
#: A value of a file is told up to so many letters.
_MOST_LETTERS = 40

Check = Callable[[Any, str], None]


def check_manifest(content: object) -> None:
    """ValueError, which names the field, what came and what is allowed, for JSON that cannot be a study's manifest."""
    _table({"study": _text, "animals": _animals, "arms": _arms}, _MAY_HAVE)(content, "")


def _refused(value: object, where: str, expected: str) -> ValueError:
    text = json.dumps(value, default=str)
    came = text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}..."
    return ValueError(f"{where or 'it'} is {came}; expected {expected}")


def _text(value: object, where: str) -> None:
    if not isinstance(value, str) or not value.isprintable():
        raise _refused(value, where, "text that can be printed")


def _folder(value: object, where: str) -> None:
    _text(value, where)
    if not isinstance(value, str) or not value or value[0] == "." or any(letter in value for letter in NO_FOLDER):
        raise _refused(value, where, 'a name that a folder can have, with no "/" and no leading "."')


def _number(low: float, high: float, whole: bool = False) -> Check:
    expected = f"a {'whole ' * whole}number, {low:g} to {high:g}"

    def check(value: Any, where: str) -> None:
        kinds = (int,) if whole else (int, float)
        if type(value) not in kinds or not low <= value <= high:
            raise _refused(value, where, expected)

    return check


def _list_of(check: Check, expected: str = "a list") -> Check:
    def check_list(value: object, where: str) -> None:
        if not isinstance(value, list) or len(value) > LONGEST_LIST:
            raise _refused(value, where, f"{expected}, of at most {LONGEST_LIST}")
        for k, item in enumerate(value):
            check(item, f"{where}[{k}]")

    return check_list


def _named(check: Check) -> Check:
    """A table of any names, each with a value of one kind."""

    def check_named(value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise _refused(value, where, "a table of names and values")
        for name, item in value.items():
            _text(name, f"a name of {where}")
            check(item, f"{where}.{name}")

    return check_named


def _table(must_have: Mapping[str, Check], may_have: Mapping[str, Check], others: bool = True) -> Check:
    """A table of fields; others: whether it may have fields that are not known."""

    def check_table(value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise _refused(value, where, "a table of names and values")
        for name in must_have:
            if name not in value:
                raise ValueError(f"{where + ' lacks' if where else 'it lacks'} {name!r}")
        for name, item in value.items():
            check = must_have.get(name) or may_have.get(name)
            if check:
                check(item, f"{where}.{name}" if where else name)
            elif not others:
                raise ValueError(f"{where} has {name!r}; expected {', '.join([*must_have, *may_have])}")

    return check_table


def _animals(value: object, where: str) -> None:
    """A list of their numbers, or how many there are."""
    most = f"1 to {MOST_ANIMALS}"
    if type(value) is int and 0 <= value <= MOST_ANIMALS:
        return
    if not isinstance(value, list):
        raise _refused(value, where, f"their numbers or how many there are, {most}")
    for number in value:
        if type(number) is not int or not 1 <= number <= MOST_ANIMALS:
            raise _refused(number, f"{where} has a number that", f"whole numbers, {most}")
    if len(set(value)) < len(value):
        raise ValueError("animals has a number twice")


def _period(value: object, where: str) -> None:
    """The first and the last day of a dosing period, which may end within a day."""
    if not isinstance(value, list) or len(value) != 2:
        raise _refused(value, where, "the first and the last day of a period")
    for k, day in enumerate(value):
        _number(FIRST_POSSIBLE_DAY, LAST_POSSIBLE_DAY + 1)(day, f"{where}[{k}]")
    if value[0] > value[1]:
        raise _refused(value, where, "a first day that is not after the last")


def _arms(value: object, where: str) -> None:
    _list_of(_table(_ARM, _MAY_HAVE_ARM), "a list of arms")(value, where)
    names = [arm["name"] for arm in value]  # type: ignore[attr-defined]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f'two arms are called "{name}"')


_DAY = _number(FIRST_POSSIBLE_DAY, LAST_POSSIBLE_DAY, whole=True)
_GIVEN = {
    **dict.fromkeys(("drug", "drug_class", "dose", "route", "schedule"), _text),
    "from_day": _DAY,
}
_MAY_HAVE_GIVEN = {"hour": _number(-HOURS_PER_DAY, HOURS_PER_DAY), "ranges": _text}
_ARM = {"name": _folder, "circuit": _text, "treatment": _text}
_MAY_HAVE_ARM = {
    "manipulation": _text,
    "dosing_days": _list_of(_period),
    "given": _list_of(_table(_GIVEN, _MAY_HAVE_GIVEN, others=False)),
    "fingerprint": _text,
    "earlier_fingerprints": _list_of(_text),
}
_MAY_HAVE = {
    "seed": _number(-(2**63), 2**64, whole=True),
    "size": _number(1e-6, LARGEST_SIZE),
    "fingerprint": _text,
    "model": _text,
    "versions": _named(_text),
    "analyses": _list_of(_text),
    "cut_offs": _named(_number(-1e9, 1e9)),
}
