"""Courses of treatment in a study file: steps of dose, loading doses, missed days, switches and combinations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from drugs import amitriptyline, duloxetine
from experiments import Arm, Study, assays
from experiments.commands.command_line import main
from experiments.protocol.study_file import parse_study
from experiments.protocol.study_remarks import added_courses
from experiments.protocol.treatment import table_of

HEAD = """
name = "courses"
animals = 1
[[assays]]
assay = "microdialysis"
days = [28]
[[arms]]
circuit = "ligated"
"""
TEN = "10 mg/kg"


def table(**entries: object) -> str:
    written = {
        key: repr(value).replace("'", '"') if not isinstance(value, str) else f'"{value}"'
        for key, value in entries.items()
    }
    return "[[arms.treatments]]\n" + "".join(f"{key} = {value}\n" for key, value in written.items())


def steps(*pairs: tuple[int, str]) -> str:
    return "steps = [" + ", ".join(f'{{ from_day = {day}, dose = "{dose}" }}' for day, dose in pairs) + "]\n"


def treatments(text: str) -> Any:
    study = parse_study(HEAD + text)
    assert parse_study(study.to_toml()) == study
    assert parse_study(study.to_toml()).fingerprint() == study.fingerprint()
    return study.arms[0].treatments


BASE = {"drug": "duloxetine", "route": "s.c."}


def test_steps_of_dose() -> None:
    text = table(**BASE, until_day=20) + steps((14, "3 mg/kg"), (16, "10 mg/kg"))
    assert treatments(text) == duloxetine.titrated({14: "3 mg/kg", 16: TEN}, route="s.c.", until_day=20)
    pump = table(drug="duloxetine", schedule="minipump") + steps((14, "3 mg/kg"), (16, "10 mg/kg"))
    assert treatments(pump) == duloxetine.titrated({14: "3 mg/kg", 16: TEN}, route="minipump", schedule="minipump")


def test_a_loading_dose() -> None:
    text = table(**BASE, dose=TEN, loading_dose="30 mg/kg", schedule="twice daily", from_day=14, hour=1.0)
    expected = duloxetine.twice_daily(TEN, route="s.c.", from_day=14, hour=1.0).loaded("30 mg/kg")
    assert treatments(text) == expected


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        ("every 8 h", "every 8 h"),
        ("t.i.d.", "every 8 h"),
        ("every other day", "every 2 days"),
        ("every 3 days", "every 3 days"),
        ("every 24 h", "daily"),
        ("q8h", "every 8 h"),
        ("q. 8 h", "every 8 h"),
        ("every 90 min", "every 1.5 h"),
        ("every 2nd day", "every 2 days"),
        ("every 1 week", "every 7 days"),
    ],
)
def test_an_interval_between_doses(written: str, schedule: str) -> None:
    (course,) = treatments(table(**BASE, dose=TEN, from_day=14, until_day=20, schedule=written))
    assert course.schedule == schedule
    assert treatments(table(**table_of(course))) == (course,)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("every 10 min", "expected an interval from 1 hour to 60 days."),
        ("weekly", 'no schedule "weekly": write "every 7 days".'),
        ("at steady state", 'write loading_dose = "steady state" beside a schedule'),
        ("chronic", "say how often"),
        ("every 0.5 h", "expected an interval from 1 hour to 60 days."),
        ("every 1.5 days", 'expected whole days, or hours such as "every 36 h".'),
        ("in the diet", "when rats eat is not modelled"),
        ("infusion", 'write "once", route = "i.v." and over_minutes'),
    ],
)
def test_what_is_no_schedule_is_told_with_the_right_word(written: str, told: str) -> None:
    with pytest.raises(UserError) as error:
        treatments(table(**BASE, dose=TEN, from_day=14, schedule=written))
    assert told in str(error.value)


def test_doses_in_moles_and_of_a_rat() -> None:
    assert treatments(table(**BASE, dose="2.5 mg/rat", from_day=14)) == treatments(table(**BASE, dose=TEN, from_day=14))
    (course,) = treatments(table(**BASE, dose="30 µmol/kg", from_day=14))
    assert course == duloxetine.daily("30 umol/kg", route="s.c.", from_day=14)
    assert treatments(table(**table_of(course))) == (course,)


def test_the_weight_of_a_rat_turns_its_dose_into_one_per_kg() -> None:
    told = table(**BASE, dose="3 mg/rat", from_day=14, body_weight="300 g")
    assert treatments(told) == treatments(table(**BASE, dose=TEN, from_day=14))
    pump = table(drug="duloxetine", schedule="minipump", dose="3 mg/rat/day", from_day=14, body_weight="0.3 kg")
    assert treatments(pump) == (duloxetine.minipump(TEN, from_day=14),)


def test_one_missed_dose_of_two_is_two_courses() -> None:
    one = table(**BASE, dose=TEN, from_day=14, until_day=20)
    other = table(**BASE, dose=TEN, from_day=14, until_day=20, hour=12.0, missed_days=[16])
    first, second = treatments(one + other)
    both = sorted((*first.times, *second.times))
    whole = duloxetine.twice_daily(TEN, route="s.c.", from_day=14, until_day=20)
    assert both == [hour for hour in whole.times if hour != 24.0 * 16 + 12.0]


def test_drinking_water_infusions_and_a_steady_state() -> None:
    night = table(drug="duloxetine", dose="10 mg/kg/day", schedule="in drinking water", from_day=14, hour=9.0)
    assert treatments(night) == (duloxetine.in_drinking_water(TEN, from_day=14, hour=9.0),)
    slow = table(drug="duloxetine", route="i.v.", schedule="once", dose=TEN, on_day=14, over_minutes=10.0)
    assert treatments(slow) == (duloxetine.once(TEN, route="i.v.", on_day=14).over(10.0),)
    steady = table(**BASE, dose=TEN, from_day=14, loading_dose="steady state")
    assert treatments(steady) == duloxetine.daily(TEN, route="s.c.", from_day=14).at_steady_state()


def test_missed_days() -> None:
    text = table(**BASE, dose=TEN, from_day=14, missed_days=[16, 17])
    assert treatments(text) == (duloxetine.daily(TEN, route="s.c.", from_day=14).missing(16, 17),)
    stepped = table(**BASE, missed_days=[15, 17], until_day=20) + steps((14, "3 mg/kg"), (16, TEN))
    assert [regimen.missed_days for regimen in treatments(stepped)] == [(15,), (17,)]


def test_a_switch_and_a_combination_are_two_tables() -> None:
    text = table(**BASE, dose=TEN, from_day=7, until_day=13) + table(
        drug="amitriptyline", dose=TEN, route="i.p.", from_day=14
    )
    first, second = duloxetine.daily(TEN, route="s.c.", from_day=7).switched_to(amitriptyline.daily(TEN, from_day=14))
    assert treatments(text) == (first, second)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (table(**BASE, dose=TEN) + steps((14, TEN)), "treatments[0].dose: the steps have doses and days instead."),
        (table(**BASE, from_day=14) + steps((14, TEN)), "treatments[0].from_day: the steps have doses and days"),
        (table(**BASE, loading_dose=TEN) + steps((14, TEN)), "treatments[0].loading_dose: the steps have doses"),
        (
            table(drug="duloxetine", dose=TEN, from_day=14, schedule="drinking water"),
            "treatments[0].hour: missing; of drinking water it is the hour at which the dark phase begins.",
        ),
        (
            table(**BASE, dose=TEN, from_day=14, body_weight="0.3 kg"),
            'treatments[0].body_weight: only the dose of a rat, such as "2 mg/rat", needs one.',
        ),
        (
            table(**BASE, dose="3 mg/rat", from_day=14, body_weight="300 kg"),
            'treatments[0].body_weight = "300 kg": expected the weight of a rat, 10 g to 2 kg, such as "0.3 kg".',
        ),
        (
            table(**BASE, dose=TEN, from_day=14, schedule="minipump"),
            'treatments[0]: schedule "minipump" by the route "s.c.": a minipump infuses',
        ),
        (table(**BASE, dose=TEN, from_day=14, over_minutes=0), "treatments[0].over_minutes = 0: expected minutes"),
        (
            table(**BASE, dose=TEN, from_day=14, over_minutes=2000),
            "treatments[0]: over_minutes of duloxetine is 2000.0; an infusion takes above 0 minutes, and at most 1440",
        ),
        (table(**BASE) + steps((16, TEN), (14, TEN)), "steps: days 16, 14; each step begins after the one before."),
        (table(**BASE, until_day=15) + steps((14, TEN), (16, TEN)), "until_day = 15: before the last step, day 16."),
        (table(**BASE) + steps((14, "10")), 'treatments[0].steps[0].dose = "10": expected a dose per body weight'),
        (table(**BASE, dose=TEN, loading_dose="x", from_day=14), 'treatments[0].loading_dose = "x": expected a dose'),
        (
            table(drug="duloxetine", dose=TEN, loading_dose=TEN, schedule="minipump", from_day=1),
            'treatments[0].loading_dose: the schedule "minipump" has none.',
        ),
        (table(**BASE, dose=TEN, from_day=14, missed_days=[3]), "missed_days: day 3 is none of the days of dosing."),
        (table(**BASE, dose=TEN, from_day=14, missed_days=[14.5]), "missed_days[0] = 14.5: expected"),
        (
            table(**BASE, dose=TEN, schedule="once", on_day=14, missed_days=[14]),
            'missed_days of duloxetine: the schedule "once" has no day to miss.',
        ),
    ],
)
def test_a_course_that_cannot_be_is_told_in_one_line(text: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=re.escape(sentence)) as error:
        parse_study(HEAD + text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("second", "days"),
    [
        (duloxetine.daily("20 mg/kg", route="s.c.", from_day=21), "day 21 to day 28"),
        (duloxetine.daily("20 mg/kg", route="s.c.", from_day=16, until_day=18), "day 16 to day 18"),
        (duloxetine.daily("20 mg/kg", route="p.o.", from_day=21), ""),
        (duloxetine.once("20 mg/kg", route="s.c.", on_day=21), ""),
        (amitriptyline.daily("10 mg/kg", route="i.p.", from_day=21), ""),
    ],
)
def test_two_courses_of_one_drug_that_add_up_are_told(second: Any, days: str) -> None:
    first = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14)
    told = "".join(added_courses([Arm("ligated", (first, second))], 28))
    assert f"duloxetine s.c. overlap from {days}, and their doses add up" in told if days else not told


def test_a_course_that_ends_before_the_next_begins_is_none_of_them() -> None:
    first = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14, until_day=20)
    second = duloxetine.daily("20 mg/kg", route="s.c.", from_day=21)
    assert not list(added_courses([Arm("ligated", (first, second))], 28))


def test_validate_tells_of_courses_that_add_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    courses = [duloxetine.daily("10 mg/kg", route="s.c.", from_day=day) for day in (7, 14)]
    study = Study(name="twice", arms=Arm("ligated", courses, name="a"), animals=1, assays=assays.von_frey.on_days(14))
    (tmp_path / "twice.toml").write_text(study.to_toml(), "utf-8")
    assert main(["validate", str(tmp_path / "twice.toml")]) == 0
    assert "a: two courses of duloxetine s.c. overlap from day 14 to day 14" in capsys.readouterr().err
