# ruff: noqa: E501  (a table of mistakes)
"""Studies as TOML: what is written reads back equal, and each mistake is one line that names the place and the remedy."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_samples import STUDY

import circuits
import drugs
from core.errors import UserError
from experiments import Study, read_study
from experiments.protocol.catalogue import Catalogue
from experiments.protocol.study_file import bundled, parse_study


def lines_of(text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        parse_study(text, "study.toml")
    return str(caught.value).split("\n")


def changed(old: str, new: str) -> str:
    assert STUDY.count(old) >= 1, old
    return STUDY.replace(old, new, 1)


def test_the_sample_says_what_it_says() -> None:
    study = parse_study(STUDY)
    assert [arm.name for arm in study.arms] == ["control", "ligated-duloxetine+amitriptyline-without-alpha2"]
    assert study.arms[0].treatment == "vehicle"
    assert (study.first_day, study.last_day, study.span, study.size) == (-1, None, (-1, 28), 1.0)
    assert [m.sides for m in study.assays] == [("ipsi",), ()]
    daily, once = study.arms[1].treatments
    assert daily == drugs.duloxetine.daily("10 mg/kg", route="s.c.", from_day=14, until_day=20)
    assert once == drugs.amitriptyline.once("3 mg/kg", on_day=21, hour=1.5)


def test_written_and_read_back_it_is_equal() -> None:
    study = parse_study(STUDY)
    assert parse_study(study.to_toml()) == study
    assert parse_study(study.to_toml()).fingerprint() == study.fingerprint()


@pytest.mark.parametrize("name", sorted(bundled()))
def test_bundled_studies_are_in_order(name: Any) -> None:
    study = read_study(name)
    assert study.name == name
    assert study.question
    assert parse_study(study.to_toml()) == study


def test_the_main_study_has_the_arms_and_the_antagonist_it_needs() -> None:
    study = read_study("ligation-vs-sham")
    assert {(arm.circuit, arm.name.split("-")[1]) for arm in study.arms} == {
        (circuit, treatment)
        for circuit in ("sham", "ligated")
        for treatment in ("vehicle", "duloxetine", "amitriptyline")
    }
    assert all(study.phase(arm.name, 28, 3.5) == "intrathecal idazoxan" for arm in study.arms)
    assert study.phase("ligated-duloxetine", 28, 2.5) == ""


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
hours = st.floats(-12, 24)


@settings(max_examples=60, deadline=None)
@given(question=texts, seed=st.integers(0, 2**62), size=st.floats(1e-3, 1e3), hour=hours, lasts=st.floats(1e-3, 48))
def test_any_words_and_numbers_survive_the_file(question: Any, seed: Any, size: Any, hour: Any, lasts: Any) -> None:
    study = parse_study(STUDY).changed(question=question, seed=seed, size=size)
    moved = study.assays[0].model_copy(update={"hour": hour})
    injection = study.injections[0].model_copy(update={"lasts_hours": lasts})
    study = study.changed(assays=(moved, study.assays[1]), injections=(injection,))
    assert parse_study(study.to_toml()) == study


def test_unquoted_dotted_paths_are_paths_too() -> None:
    text = changed('"cells.projection.capacitance" = "90 pF"', 'cells.projection.capacitance = "90 pF"')
    assert parse_study(text) == parse_study(STUDY)


def test_vehicle_needs_no_dose() -> None:
    text = changed('circuit = "sham"', 'circuit = "sham"\ntreatments = [{ drug = "vehicle" }]')
    assert parse_study(text) == parse_study(STUDY)


MISTAKES = {
    "drug": ('"duloxetine"', '"duloxetin"', 'arms[1].treatments[0].drug: no drug "duloxetin". Nearest: duloxetine, '),
    "circuit": ('"ligated"', '"ligatd"', 'arms[1].circuit: no circuit "ligatd". Nearest: ligated. Allowed: ligated, naive'),
    "assay": ('"paw_pressure"', '"paw_presure"', 'assays[0].assay: no assay "paw_presure". Nearest: paw_pressure.'),
    "side": ('["ipsi"]', '["ipsy"]', 'assays[0].sides: no side "ipsy". Nearest: ipsi. Allowed: contra, ipsi.'),
    "side of none": ('days = [28]', 'sides = ["ipsi"]\ndays = [28]', 'assays[1].sides = "ipsi": microdialysis has no sides'),
    "switch": ('["alpha2"]', '["alfa2"]', 'arms[1].switch_off: no switch "alfa2". Nearest: alpha2,'),
    "parameter": ("l5_share", "l5_shar", 'arms[1].set: no parameter "l5_shar". Nearest: l5_share'),
    "parameter unit": ('"90 pF"', '"90 mV"', 'arms[1].set.cells.projection.capacitance = "90 mV": expected a quantity such as "80 pF"'),
    "parameter no unit": ('"90 pF"', "90", 'arms[1].set.cells.projection.capacitance = 90: expected a quantity such as'),
    "parameter with unit": ("0.4", '"0.4 mV"', 'arms[1].set.l5_share = "0.4 mV": expected a plain number'),
    "arm of injection": ('arms = ["control"]', 'arms = ["contrl"]', 'injections[0].arms: no arm "contrl". Nearest: control.'),
    "key": ("animals = 2", "animals = 2\nanimal = 3", 'no key "animal". Nearest: animals, analyses. Allowed: anaesthesia, analyses, animals,'),
    "inner key": ("from_day", "fromday", 'arms[1].treatments[0]: no key "fromday". Nearest: from_day'),
    "dose without units": ('"10 mg/kg"', '"10"', 'arms[1].treatments[0].dose = "10": expected a dose per body weight'),
    "dose as a number": ('"10 mg/kg"', "10", 'arms[1].treatments[0].dose = 10: expected a dose such as "10 mg/kg".'),
    "dose of an injection": ('"30 ug"', '"30 mg/kg"', 'injections[0].dose = "30 mg/kg": expected an amount such as "30 ug"'),
    "negative dose": ('"10 mg/kg"', '"-10 mg/kg"', 'arms[1].treatments[0].dose = "-10 mg/kg": a dose is 0 or more, and less'),
    "route": ('"s.c."', '"s.k."', 'arms[1].treatments[0].route: no route "s.k.". Nearest: s.c.'),
    "route the drug lacks": ('"s.c."', '"intra-LC"', "arms[1].treatments[0]: duloxetine has no numbers for the route"),
    "route of injection": ('"i.t."', '"i.p."', 'injections[0].route: no route of an injection "i.p.". Nearest:'),
    "schedule": ('"daily"', '"dayly"', 'arms[1].treatments[0].schedule: no schedule "dayly". Nearest: daily'),
    "no first day": ("from_day = 14\n", "", 'arms[1].treatments[0].from_day: missing; duloxetine with the schedule "daily"'),
    "misplaced day": ("on_day = 21", "on_day = 21\nuntil_day = 22", 'arms[1].treatments[1].until_day = 22: the schedule "once"'),
    "until before from": ("until_day = 20", "until_day = 2", "arms[1].treatments[0].until_day = 2: before from_day = 14."),
    "negative animals": ("animals = 2", "animals = -2", "animals = -2: expected a whole number of animals per arm, 1 or more"),
    "negative seed": ("seed = 7", "seed = -7", "seed = -7: expected a whole number of 0 or more"),
    "precision": ("seed = 7", 'seed = 7\nprecision = "half"', 'precision = "half": expected "single" or "double"'),
    "size": ("seed = 7", "seed = 7\nsize = 0", "size = 0: expected a scale of all populations above 0"),
    "day out of range": ("seed = 7", "seed = 7\nlast_day = 28\nfirst_day = 0", "assays[0].days: day -1 lies outside the study"),
    "day before the first": ("[-1, 14, 28]", "[-3, 14, 28]", "assays[0].days: day -3 lies outside the study"),
    "injection out of range": ("on_days = [28]", "on_days = [29]", "injections[0].on_days: day 29 lies outside the study"),
    "treatment out of range": ("on_day = 21", "on_day = 40", "arms[1].treatments[1]: day 40 lies outside the study"),
    "days reversed": ("seed = 7", "seed = 7\nlast_day = -2", "last_day = -2: before first_day = -1."),
    "half a day": ("[-1, 14, 28]", "[0.5]", "assays[0].days[0] = 0.5: expected a whole day counted from surgery"),
    "no days": ("[-1, 14, 28]", "[]", "assays[0].days = []: expected a list of whole days"),
    "hour": ("hour = 5.0", "hour = 25", "assays[1].hour = 25: expected hours after the dosing hour of that day, -12 to 24"),
    "hour of a dose": ("hour = 1.5", "hour = -1.5", "arms[1].treatments[1].hour = -1.5: expected an hour of the day"),
    "duplicate arms": ('circuit = "ligated"', 'circuit = "ligated"\nname = "control"', 'arms: 2 arms are called "control"'),
    "name of an arm": ('"control"', '"../control"', 'arms[0].name = "../control": expected a name of letters, digits'),
    "missing": ('name = "sample"', "", 'name: missing; expected a name of letters, digits'),
    "missing circuit": ('circuit = "sham"', "", 'arms[0].circuit: missing; expected the name of a circuit such as "ligated".'),
}  # fmt: skip


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_each_mistake_is_one_line_with_place_and_remedy(mistake: Any) -> None:
    old, new, expected = MISTAKES[mistake]
    (line,) = lines_of(changed(old, new))
    assert line.startswith(f"study.toml: {expected}"), line
    assert len(line) < 700


def test_an_entry_that_is_no_table_is_told() -> None:
    (line,) = lines_of('name = "x"\nanimals = 1\narms = ["sham"]\nassays = [{assay = "pinch", days = 1}]')
    assert line.startswith('study.toml: arms[0] = "sham": expected a table with keys out of circuit, '), line


def test_all_mistakes_are_told_at_once() -> None:
    text = STUDY
    told = ("drug", "circuit", "assay", "switch", "key", "negative animals", "hour", "dose of an injection")
    for old, new, _ in (MISTAKES[mistake] for mistake in told if mistake not in ("key",)):
        text = text.replace(old, new, 1)
    lines = lines_of(text.replace("seed = 7", "seed = 7\nsed = 8"))
    assert len(lines) == len(told)
    assert all(line.startswith("study.toml: ") for line in lines)


def test_the_same_measurement_twice_is_told() -> None:
    (line,) = lines_of(STUDY + '\n[[assays]]\nassay = "paw_pressure"\ndays = [14, 15]\n')
    assert line == "study.toml: assays[2]: assays[0] measures paw_pressure on day 14 at the same hour."


def test_broken_toml_tells_the_line() -> None:
    (line,) = lines_of('name = "x"\nanimals = = 3\n')
    assert line.startswith("study.toml: not TOML: ")
    assert "line 2" in line


def test_a_missing_file_names_the_nearest_bundled_study(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"quick-lok: no such file.*Nearest bundled study: quick-look\."):
        read_study("quick-lok")
    with pytest.raises(UserError, match="a folder, not a study file"):
        read_study(tmp_path)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match=r"study\.toml: cannot be read as text"):
        read_study(tmp_path / "study.toml")


def test_a_file_of_the_name_of_a_bundled_study_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quick-look").write_text(STUDY)
    assert read_study("quick-look").name == "sample"


def test_names_come_from_the_catalogue_that_is_given() -> None:
    @dataclass(frozen=True)
    class TailFlick:
        sides: tuple[str, ...] = ("tail",)
        sides_unless_named: tuple[str, ...] = ("tail",)

    catalogue = Catalogue(circuits.CIRCUITS, circuits.SWITCHES, {"tail_flick": TailFlick()}, drugs.by_name)
    text = 'name = "x"\nanimals = 1\narms = [{circuit = "naive"}]\nassays = [{assay = "tail_flick", days = [1]}]'
    study = parse_study(text, catalogue=catalogue)
    assert isinstance(study, Study)
    assert study.assays[0].sides == ("tail",)
    assert 'no assay "tail_flick"' in lines_of(text)[0]


def test_what_is_written_is_plain_toml() -> None:
    tables = tomllib.loads(parse_study(STUDY).to_toml())
    assert tables["arms"][1]["set"] == {"cells.projection.capacitance": "90 pF", "l5_share": 0.4}
    assert tables["injections"][0]["arms"] == ["control"]
