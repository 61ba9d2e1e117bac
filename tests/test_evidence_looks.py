"""The log of looks is complete, and whatever it leaves out is told: a number that moved, a finding, a verdict."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from brian2.units import ms
from evidence_samples import finding

from core.errors import UserError
from core.sourced import ASSUMED, Sourced
from experiments.evidence import misses
from experiments.evidence.finding import Finding, bundled
from experiments.evidence.looks import Log, evaluated, faults, model_hash, read_log, unseen
from experiments.evidence.parameters import numbers
from experiments.evidence.verdict import NOT_TESTABLE
from experiments.protocol.toml_text import toml_text

VERDICTS = Path(__file__).parents[1] / "docs" / "verdicts.md"
MODEL = {"cells.a.time": Sourced(2.5 * ms, ASSUMED, "a note"), "x": Sourced(0.5, ASSUMED, "another")}
HASH = model_hash(MODEL.items())
ROLES: dict[str, Any] = {"date": "2026-11-24", "says": "As proposed.", "fit": ["T1"], "check": ["T2"]}
MOVE = {"path": "cells.a.time", "before": "2 ms", "after": "2.5 ms", "why": "T1"}
FIRST: dict[str, Any] = {"number": 1, "date": "2026-11-24", "findings": ["T1", "T2"], "seen": "One of two."}
LAST: dict[str, Any] = FIRST | {"number": 2, "date": "2026-11-30", "model": HASH, "seen": "Two of two."}


def log(tmp_path: Path, *looks: Any, roles: Any = (ROLES,)) -> Log:
    path = tmp_path / "looks.toml"
    text = toml_text({"roles": list(roles), "looks": list(looks)})
    path.write_text(re.sub(r'date = "(.*)"', r"date = \1", text), "utf-8")
    return read_log(path)


def findings(**roles: Any) -> dict[str, Finding]:
    return {id: finding(id, role=role) for id, role in ({"T1": "fit", "T2": "check"} | roles).items()}


def test_the_log_that_comes_along_is_complete() -> None:
    model = {path: number for _, path, number in numbers()}
    assert list(faults(read_log(), bundled(), model)) == []


def test_verdicts_that_are_stated_come_from_a_look() -> None:
    text = VERDICTS.read_text("utf-8")
    row = r"^\| (\w+) \| (construction|fit|check) \|.*\| (?!not testable)[^|]+ \|$"
    stated = re.findall(row, text, re.MULTILINE)
    (look,) = re.findall(r"^This is look (\d+),", text, re.MULTILINE)
    assert unseen(read_log(), int(look), [id for id, _ in stated]) == []
    assert {id for id, _ in stated} == evaluated(read_log(), int(look))
    assert [(id, bundled()[id].role) for id, _ in stated] == stated, "the roles of the page are those of the files"
    assert misses.look() == int(look)
    tested = [id for id, verdict in misses.verdicts().items() if verdict != NOT_TESTABLE]
    assert set(tested) == {id for id, _ in stated}


def test_a_complete_log_is_none_to_complain_of(tmp_path: Path) -> None:
    assert list(faults(log(tmp_path, FIRST, LAST), findings(), MODEL)) == []
    moved = LAST | {"model": "of before", "moved": [MOVE], "model_after": HASH}
    assert list(faults(log(tmp_path, FIRST, moved), findings(), MODEL)) == []


def test_a_number_that_moved_without_a_look_is_told(tmp_path: Path) -> None:
    moved = MODEL | {"x": Sourced(0.6, ASSUMED, "another")}
    (line,) = faults(log(tmp_path, FIRST, LAST), findings(), moved)
    assert line.startswith(
        f"look 2 left the model at {HASH}, and its numbers are now {model_hash(moved.items())}: a number"
    )
    (line,) = faults(log(tmp_path, FIRST), findings(), MODEL)
    assert "look 1 left the model at an unknown state" in line


def test_sources_and_notes_are_no_move() -> None:
    other = {path: Sourced(number.value, "Ito2018", "read") for path, number in MODEL.items()}
    assert model_hash(other.items()) == HASH
    assert model_hash(reversed(list(MODEL.items()))) == HASH
    assert model_hash({**MODEL, "y": MODEL["x"]}.items()) != HASH


@pytest.mark.parametrize(
    ("looks", "roles", "told"),
    [
        ((FIRST, LAST), {"T3": "check"}, "T3: its role is not in the log."),
        ((FIRST, LAST), {"T2": "fit"}, "T2: fit, but check in the log."),
        ((FIRST, LAST | {"findings": ["T1", "T9"]}), {}, "look 2: T9 was evaluated before its role was fixed."),
        ((FIRST | {"date": "2026-11-23"}, LAST), {}, "look 1: T1 was evaluated before its role was fixed."),
        ((LAST | {"number": 1}, FIRST | {"number": 2, "date": "2026-11-30"}), {}, "look 2: no hash of the model"),
        ((FIRST, LAST | {"moved": [MOVE]}), {}, "look 2: expected model_after where numbers moved, and only there."),
        (
            (FIRST, LAST | {"model_after": HASH}),
            {},
            "look 2: expected model_after where numbers moved, and only there.",
        ),
        (
            (FIRST | {"moved": [MOVE | {"after": "3 ms"}]}, LAST),
            {},
            "look 1: cells.a.time moved to 3 ms, but is 2.5 ms.",
        ),
        ((FIRST | {"moved": [MOVE | {"after": "3 mV"}]}, LAST), {}, "look 1: cells.a.time"),
    ],
)
def test_what_a_log_leaves_out_is_told(tmp_path: Path, looks: Any, roles: Any, told: str) -> None:
    lines = list(faults(log(tmp_path, *looks), findings(**roles), MODEL))
    assert lines
    assert any(line.startswith(told) for line in lines), lines


def test_the_newest_move_of_a_number_counts(tmp_path: Path) -> None:
    looks = (FIRST | {"moved": [MOVE | {"after": "3 ms"}]}, LAST | {"moved": [MOVE], "model_after": HASH})
    assert list(faults(log(tmp_path, *looks), findings(), MODEL)) == []


def test_a_finding_that_is_gone_is_told(tmp_path: Path) -> None:
    (line,) = faults(log(tmp_path, FIRST, LAST), {"T1": findings()["T1"]}, MODEL)
    assert line == "T2: in the log of roles, but no finding."


def test_a_verdict_from_a_look_that_left_it_out_is_told(tmp_path: Path) -> None:
    own = log(tmp_path, FIRST, LAST)
    assert unseen(own, 2, ["T1", "T3"]) == ["T3: a verdict is stated, and look 2 left it out."]
    assert unseen(own, 3, ["T1"]) == ["look 3: not in the log, whose last is look 2."]


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ((FIRST, FIRST), "looks[1].number = 1: expected 2."),
        ((LAST | {"number": 1}, FIRST | {"number": 2}), "looks: dates fall; expected the order of time."),
        ((FIRST | {"findings": []},), "looks[0].findings = []: expected a list of findings"),
        ((FIRST | {"sen": "x"},), 'looks[0]: no key "sen". Nearest: seen'),
    ],
)
def test_a_mistake_in_the_log_is_one_line(tmp_path: Path, looks: Any, told: str) -> None:
    with pytest.raises(UserError) as caught:
        log(tmp_path, *looks)
    (line,) = str(caught.value).split("\n")
    assert line.startswith("looks.toml: ")
    assert told in line


def test_a_look_adds_to_those_before_it_at_the_same_model_and_seed(tmp_path: Path) -> None:
    whole = FIRST | {"model": HASH}
    part = {"number": 2, "date": "2026-11-30", "findings": ["T2"], "seen": "Two again.", "model": HASH}
    assert evaluated(log(tmp_path, whole, part), 2) == {"T1", "T2"}
    assert evaluated(log(tmp_path, whole, part), 1) == {"T1", "T2"}
    assert evaluated(log(tmp_path, whole, part | {"seed": 2}), 2) == {"T2"}
    assert evaluated(log(tmp_path, whole, part | {"model": "another"}), 2) == {"T2"}
    assert evaluated(log(tmp_path, FIRST, part | {"model": ""}), 2) == {"T2"}
