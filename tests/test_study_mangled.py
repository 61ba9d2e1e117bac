"""Study files that are wrong in any place: the user is told in lines that name the place, whatever stands there."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutated_manifests import places
from study_samples import STUDY
from test_manipulations_study import STUDY as MANIPULATED

from core.errors import UserError
from experiments import Arm, Study, read_study
from experiments.protocol.drug_file import read_drug
from experiments.protocol.study_file import parse_study
from experiments.protocol.toml_text import DEEPEST

HEAD = 'name = "x"\nanimals = 1\nassays = [{ assay = "pinch", days = [1] }]\n'
MARK = "@@"
#: What TOML can hold, right or wrong, and words that stand elsewhere in a study.
VALUES = (
    *('""', '"x"', '"duloxetine"', '"vehicle"', '"ligated"', '"10 mg/kg"', '"1e999 mg/kg"', '"30 ug"', '"daily"'),
    *("0", "-1", "1", "14", "20260101", "1000000000000", "9223372036854775807", "1e308", "inf", "nan", "0.5", "-0.5"),
    *("true", "1979-05-27", "07:32:00", "[]", "{}", "[[]]", "[{}]", '["vehicle"]', '[["vehicle"]]', "[1, 2]", "[-1]"),
    *(
        '{ drug = "vehicle" }',
        '{ a = { b = [{ c = "d" }] } }',
        '[{ drug = "duloxetine" }]',
        '"' + "9" * 400 + ' mg/kg"',
    ),
)


def study_tables() -> dict[str, Any]:
    """A study with one of everything that a study file can hold."""
    tables, manipulated = tomllib.loads(STUDY), tomllib.loads(MANIPULATED)
    treated = tables["arms"][1]["treatments"]
    treated[0] |= {"missed_days": [16], "hour": 1.0}
    course = {"drug": "duloxetine", "route": "p.o.", "steps": [{"from_day": 1, "dose": "1 mg/kg"}], "until_day": 3}
    shared = {"lesions": [{"agent": "DSP-4", "on_day": -7, "arms": ["control"]}], "ranges": "low", "size": 0.5}
    arms = [*tables["arms"], manipulated["arms"][0] | {"name": "done", "treatments": [course], "ranges": "high"}]
    return tables | shared | {"arms": arms, "first_day": -1, "last_day": 28, "precision": "single"}


def mangled(place: tuple[str | int, ...], value: str) -> str:
    """The study with another value in one place."""
    tables = study_tables()
    node: Any = tables
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = MARK
    return written(tables).replace(f'"{MARK}"', value)


def written(tables: dict[str, Any]) -> str:
    """The tables as TOML, all but the outermost on one line: whatever stands in them, lists of mixed things too."""
    return "\n".join(f"{key} = {_inline(value)}" for key, value in tables.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(key)} = {_inline(inner)}' for key, inner in value.items())} }}"
    return f"[{', '.join(map(_inline, value))}]" if isinstance(value, list) else json.dumps(value)


PLACES = list(places(study_tables()))


def test_the_study_that_is_mangled_is_right() -> None:
    assert len(parse_study(written(study_tables())).arms) == 3
    assert len(PLACES) > 120


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(PLACES), st.sampled_from(VALUES))
def test_any_value_in_any_place_is_taken_or_told(place: Any, value: Any) -> None:
    study, told = read(mangled(place, value))
    assert all(line.startswith("study.toml: ") for line in told)
    assert len("".join(told)) < 10_000
    assert study is None or parse_study(study.to_toml()) == study


def read(text: str) -> tuple[Study | None, list[str]]:
    """The study, or the lines that say what is wrong."""
    try:
        return parse_study(text, "study.toml"), []
    except UserError as error:
        return None, str(error).split("\n")


@pytest.mark.parametrize("treatments", ['"vehicle"', '["vehicle"]', "[]", "[[]]"])
def test_a_vehicle_may_be_given_by_its_name(treatments: str) -> None:
    assert parse_study(f'{HEAD}arms = [{{ circuit = "ligated", treatments = {treatments} }}]').arms == (Arm("ligated"),)


@pytest.mark.parametrize("treatments", ['"duloxetine"', '["duloxetine"]', '["vehicle", "duloxetine"]'])
def test_a_drug_that_is_only_named_is_told_how_it_is_given(treatments: str) -> None:
    expected = r'"duloxetine": it does not say how the drug is given; expected a table such as \{ drug = "duloxetine",'
    with pytest.raises(UserError, match=expected):
        parse_study(f'{HEAD}arms = [{{ circuit = "ligated", treatments = {treatments} }}]')
    with pytest.raises(UserError, match=expected):
        Arm("ligated", "duloxetine")
    with pytest.raises(UserError, match=r'^Arm: treatments\[0\]: no drug "duloxetin"\. Nearest: duloxetine'):
        Arm("ligated", "duloxetin")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("question = " + "[" * 1000 + "]" * 1000, "study.toml: not TOML: nested too deeply."),
        ("question = " + "[" * 100 + "]" * 100, f"study.toml: nested too deeply: more than {DEEPEST} tables and lists"),
        (".".join("a" * 20_000) + " = 1", f"study.toml: nested too deeply: more than {DEEPEST} tables and lists"),
        ("seed = " + "9" * 5000, "study.toml: not TOML: "),
        ("seed = 07", "study.toml: not TOML: "),
    ],
)
def test_what_no_reader_of_toml_can_bear_is_told_in_one_line(text: Any, told: str) -> None:
    with pytest.raises(UserError, match=f"^{re.escape(told)}") as error:
        parse_study(HEAD + text, "study.toml")
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + STUDY.encode())
    assert read_study(path) == parse_study(STUDY)


@pytest.mark.parametrize("read", [read_study, read_drug])
def test_a_pipe_is_no_file_to_read(read: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mine.toml")
    with pytest.raises(UserError, match=r"mine\.toml: (no such file|no regular file)"):
        read(tmp_path / "mine.toml")


def test_a_study_of_one_arm_and_one_assay_needs_no_lists() -> None:
    text = 'name = "x"\nanimals = 1\narms = { circuit = "sham" }\nassays = { assay = "pinch", days = 1 }'
    assert isinstance(parse_study(text), Study)
