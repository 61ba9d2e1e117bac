# ruff: noqa: E501  (tables of words and mistakes)
"""Names and numbers as people write them: taken where they can mean one thing only, else told with the right word."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from study_samples import STUDY

from core.errors import UserError
from drugs import DRUGS, duloxetine
from experiments import Arm, Injection, KnockDown, Lesion, Measurement, Silencing, Study
from experiments.laboratory import assays
from experiments.protocol.drug_file import parse_drug, tables_of, write_drug
from experiments.protocol.spellings import WRITTEN_FOR, meant_name, plain_name
from experiments.protocol.study_file import parse_study

TREATED = {"drug": "duloxetine", "dose": "10 mg/kg", "route": "i.p.", "from_day": 14}


def given(**entries: Any) -> Arm:
    return Arm("ligated", TREATED | entries)


# --- taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ({"drug": "Duloxetine"}, {}),
        ({"drug": "DULOXETINE "}, {}),
        ({"route": "IP"}, {}),
        ({"route": "intraperitoneal"}, {}),
        ({"route": "oral"}, {"route": "p.o."}),
        ({"route": "po"}, {"route": "p.o."}),
        ({"route": "S.C."}, {"route": "s.c."}),
        ({"route": "sc"}, {"route": "s.c."}),
        ({"schedule": "b.i.d."}, {"schedule": "twice daily"}),
        ({"schedule": "BID"}, {"schedule": "twice daily"}),
        ({"schedule": "q.d."}, {"schedule": "daily"}),
        ({"schedule": "once daily"}, {"schedule": "daily"}),
        ({"drug": "clonidine", "dose": "30 ug", "route": "Intrathecal"}, {"drug": "clonidine", "dose": "30 ug", "route": "i.t."}),
    ],
)  # fmt: skip
def test_a_treatment_in_other_words_is_the_same(written: dict[str, Any], ours: dict[str, Any]) -> None:
    assert given(**written) == given(**ours)


def test_a_pump_and_a_single_dose_in_other_words_are_the_same() -> None:
    pump = {"drug": "duloxetine", "dose": "5 mg/kg", "from_day": 14}
    assert Arm("ligated", pump | {"schedule": "osmotic pump"}) == Arm("ligated", pump | {"schedule": "minipump"})
    once = {"drug": "duloxetine", "dose": "5 mg/kg", "route": "i.p.", "on_day": 14}
    assert Arm("ligated", once | {"schedule": "single dose"}) == Arm("ligated", once | {"schedule": "once"})
    assert Arm("ligated", {"drug": "Vehicle"}) == Arm("ligated", {"drug": "saline"}) == Arm("ligated")


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        (lambda: Arm("SNL"), lambda: Arm("ligated")),
        (lambda: Arm("Sham-operated"), lambda: Arm("sham")),
        (lambda: Arm("naïve"), lambda: Arm("naive")),
        (lambda: Arm("sham", switch_off=["Alpha2"]), lambda: Arm("sham", switch_off=["alpha2"])),
        (lambda: Lesion(agent="dsp4", on_day=1), lambda: Lesion(agent="DSP-4", on_day=1)),
        (
            lambda: Lesion(agent="6-OHDA", route="intrathecal", on_day=1, compartments="Dorsal horn ipsi"),
            lambda: Lesion(agent="6-OHDA", route="i.t.", on_day=1, compartments="dorsal_horn_ipsi"),
        ),
        (lambda: KnockDown(protein="glt1", on_day=1), lambda: KnockDown(on_day=1)),
        (
            lambda: Silencing(populations="Locus coeruleus", assays="Paw pressure", from_second=0.0, until_second=1.0),
            lambda: Silencing(populations="locus_coeruleus", assays="paw_pressure", from_second=0.0, until_second=1.0),
        ),
        (
            lambda: Measurement(assay="Randall-Selitto", sides="ipsilateral", days=1),
            lambda: Measurement(assay="paw_pressure", sides="ipsi", days=1),
        ),
        (lambda: Measurement(assay="pinch", days=range(1, 4)), lambda: Measurement(assay="pinch", days=[1, 2, 3])),
        (lambda: Measurement(assay="Hargreaves", days=1), lambda: Measurement(assay="plantar_heat", days=1)),
        (
            lambda: Injection(drug="Idazoxan", dose="30 ug", route="intrathecal", on_days=1),
            lambda: Injection(drug="idazoxan", dose="30 ug", on_days=1),
        ),
    ],
)
def test_anything_else_in_other_words_is_the_same(written: Any, ours: Any) -> None:
    assert written() == ours()


def test_an_analysis_in_other_words_is_the_same() -> None:
    text = STUDY.replace("seed = 7", 'seed = 7\nanalyses = ["Dose response"]')
    assert parse_study(text).analyses == ("dose-response",)


def test_other_words_mean_one_thing_each() -> None:
    for kind, names in WRITTEN_FOR.items():
        for name, others in names.items():
            assert {meant_name(kind, word, names) for word in (name, *others)} == {name}, name
    assert meant_name("arm", "lv", ["LV", "l-v"]) is None, "it might be either"
    assert meant_name("arm", "l-v", ["LV", "l-v"]) == "l-v"
    assert meant_name("arm", "...", ["-"]) is None
    assert all(meant_name("drug", name.upper(), DRUGS) == name for name in DRUGS)


# --- told -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: given(schedule="in the diet"), 'no schedule "in the diet": when rats eat is not modelled'),
        (lambda: given(schedule="monthly"), 'no schedule "monthly".'),
        (lambda: given(route="i.c.v."), 'no route "i.c.v.": no cerebral ventricle is modelled'),
        (lambda: given(route="intraplantar"), 'no route "intraplantar": what a drug does to nerve endings in the skin'),
        (lambda: Arm("neuropathic"), 'no circuit "neuropathic": "ligated" is a spinal nerve ligation; docs/injuries.md has other'),
        (lambda: Arm("CCI"), 'Arm: circuit: no circuit "CCI": it is an extension; write extensions = ["constricted"], and'),
        (lambda: given(route="rectal"), 'no route "rectal".'),
        (lambda: given(drug="Duloxetin"), 'no drug "Duloxetin". Nearest: duloxetine'),
        (lambda: Arm("sham", name="sham 1"), 'Arm: name = "sham 1": expected a name of letters, digits and . _ + -, such as "sham-1".'),
        (lambda: Arm("sham", name="Müller α2"), 'such as "Muller-alpha2".'),
        (lambda: Arm("sham", name="../x"), 'such as "x".'),
        (lambda: Arm("sham", name="°"), 'such as "ligated-treated".'),
        (lambda: Arm("sham", name="a" * 101), "expected a name of at most 100 letters, digits and . _ + -, such as \"aaa"),
        (lambda: write_drug(replace(duloxetine, name="NETblocker-1")), 'name = "NETblocker-1": expected a name of small letters, digits and _, such as "netblocker_1".'),
        (lambda: parse_drug(tables_of(duloxetine) | {"name": "5-HT blocker"}), 'name = "5-HT blocker": expected a name of small letters, digits and _, such as "ht_blocker".'),
    ],
)  # fmt: skip
def test_what_is_not_here_is_told_with_the_right_word(make: Any, told: str) -> None:
    with pytest.raises(UserError, match=re.escape(told)) as error:
        make()
    assert "\n" not in str(error.value)


def test_a_drug_of_a_script_must_be_called_so_that_its_file_can_be_read() -> None:
    drug = replace(duloxetine, name="Mine 2")
    arm = Arm("sham", drug.once("1 mg/kg", on_day=1), name="x")
    with pytest.raises(UserError, match='name of a drug = "Mine 2": expected a name of small letters'):
        Study(name="x", animals=1, arms=arm, assays=assays.pinch.on_days(1))


def test_names_that_differ_in_capitals_only_would_be_one_folder_on_some_systems() -> None:
    with pytest.raises(UserError, match='arms "LV" and "lv" differ in capital letters only'):
        Study(
            name="x", animals=1, arms=[Arm("sham", name="LV"), Arm("sham", name="lv")], assays=assays.pinch.on_days(1)
        )


def test_plain_names_are_what_letters_and_digits_say() -> None:
    assert plain_name("  Café 5 µg, β  ") == "Cafe-5-mug-beta"
    assert plain_name("a  b", "_") == "a_b"


# --- numbers that are slips of the finger ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[-1, 14, 28]", "[20260101]", "assays[0].days[0] = 20260101: expected a whole day counted from surgery, -1000 to 1000"),
        ("from_day = 14", "from_day = 20260101", "arms[1].treatments[0].from_day = 20260101: expected a whole day counted"),
        ("until_day = 20", "until_day = 20260101", "arms[1].treatments[0].until_day = 20260101: expected a whole day"),
        ("seed = 7", "seed = 7\nfirst_day = -20260101", "first_day = -20260101: expected a whole day counted from surgery"),
        ("seed = 7", "seed = 7\nlast_day = 20260101", "last_day = 20260101: expected a whole day counted from surgery"),
        ("on_days = [28]", "on_days = [28]\ntimes = 1000000000000", "injections[0].times = 1000000000000: expected"),
        ("on_days = [28]", "on_days = [20260101]", "injections[0].on_days[0] = 20260101: expected a whole day"),
        ("animals = 2", "animals = 1000000000000", "animals = 1000000000000: expected a whole number of animals per arm, 1"),
        ("seed = 7", f"seed = {2**63}", f"seed = {2**63}: expected a whole number of 0 or more, below 2^63."),
        ("seed = 7", "seed = 7\nsize = 1e308", "size = 1e+308: expected a scale of all populations above 0"),
        ('"10 mg/kg"', '"1e999 mg/kg"', "arms[1].treatments[0].dose"),
        ('"10 mg/kg"', '"1e308 g/kg"', "arms[1].treatments[0].dose"),
    ],
)  # fmt: skip
def test_a_number_that_no_study_can_have_is_told_at_once(old: str, new: str, told: str) -> None:
    assert old in STUDY
    with pytest.raises(UserError, match=f"^study: {re.escape(told)}") as error:
        parse_study(STUDY.replace(old, new, 1))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("field", ["from_day", "until_day"])
def test_nor_can_a_regimen_of_a_script(field: str) -> None:
    days: dict[str, Any] = {"from_day": 1, "until_day": 2} | {field: 20260101 if field == "until_day" else -20260101}
    with pytest.raises(
        UserError, match=rf"{field} of duloxetine is -?20260101; a day counted from surgery lies in -1000"
    ):
        duloxetine.daily("10 mg/kg", **days)
