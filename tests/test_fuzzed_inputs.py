"""What is read from a user is taken or told, whatever piece of it was changed; `python -m tests.faults` tries more."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzzed_inputs import TARGETS, Target, fault_of, fuzzed
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from experiments import Arm, Study
from experiments.laboratory import assays
from experiments.protocol.study_file import parse_study

BY_NAME = {target.name: target for target in TARGETS}


def read_wrongly(text: str, folder: Path) -> None:
    if text == "elsewhere":
        (folder.parent / "elsewhere").write_text(text)
    if text == "endless":
        while True:
            len(text)
    if text == "mute":
        raise UserError(" ")
    raise {"told": UserError("told")}.get(text, ValueError(text))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("crash", "ValueError: crash"),
        ("elsewhere", "ValueError"),
        ("endless", "_EndlessError: no end within"),
        ("mute", "told without a word"),
        ("told", ""),
    ],
)
def test_what_goes_wrong_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str) -> None:
    monkeypatch.setattr("fuzzed_inputs.LONGEST", 0.1)
    assert fault_of(Target("wrong", tuple, read_wrongly), text, tmp_path).startswith(fault)
    assert bool(fault) == bool(fault_of(Target("wrong", tuple, read_wrongly), text, tmp_path))


def test_what_is_written_elsewhere_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()

    def write(text: str, folder: Path) -> None:
        (folder / text).write_text(text)

    target = Target("writes", tuple, write)
    assert fault_of(target, "here", tmp_path / "own") == ""
    assert fault_of(target, "../there", tmp_path / "own") == f"wrote open {tmp_path}/there"


def told(target: Target, text: str, folder: Path) -> str | None:
    """What the user is told of an input; None where it is taken."""
    try:
        target.read(text, folder)
    except UserError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", BY_NAME)
def test_right_inputs_are_taken_or_name_a_file_that_is_not_there(name: str, tmp_path: Path) -> None:
    refused = {text: line for text in BY_NAME[name].right()[:20] if (line := told(BY_NAME[name], text, tmp_path))}
    allowed = ("no such", "expected the name of the file", "not found", "there is no")
    assert {text: line for text, line in refused.items() if not any(words in line for words in allowed)} == {}


TEXTS = [target for target in TARGETS if target.seldom == 1 and not target.name.startswith(("file of", "table of"))]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(TEXTS), st.text(max_size=60))
def test_any_text_is_taken_or_told(target: Target, text: str) -> None:
    assert told(target, text, Path("/nonexistent")) != ""


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_no_changed_piece_is_a_fault(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    tried = list(fuzzed(BY_NAME[name], 800, tmp_path.resolve(), seed=2))
    assert [each for each in tried if each[1]] == []


def test_half_a_pair_of_code_units_is_told() -> None:
    """Python has texts that no file can hold; an argument of bytes that are no text becomes one."""
    text = 'name = "x\ud800"\nanimals = 1\narms = { circuit = "sham" }\nassays = { assay = "pinch", days = 1 }\n'
    with pytest.raises(UserError, match=r"^study\.toml: not TOML: .*surrogates not allowed") as told:
        parse_study(text, "study.toml")
    assert str(told.value).encode()
    with pytest.raises(UserError, match=r"^Study: name = ") as told:
        Study(name="x\ud800", animals=1, arms=Arm("sham"), assays=assays.pinch.on_days(1))
    assert str(told.value).encode()
