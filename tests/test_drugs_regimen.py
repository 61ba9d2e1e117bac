"""Regimens read like a lab book, and one that cannot be given is told in one sentence."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from brian2.units import kilogram
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.sourced import ASSUMED, Sourced
from drugs import (
    BODY_WEIGHT,
    Regimen,
    amitriptyline,
    concentration_table,
    duloxetine,
    exposure,
    idazoxan,
    regimens_of,
    vehicle,
)
from drugs.overlaps import overlaps
from experiments import Arm

TEN = "10 mg/kg"


def test_days_and_hours() -> None:
    assert duloxetine.once(TEN, on_day=14, hour=2.0).times == (338.0,)
    assert duloxetine.daily(TEN, from_day=14, until_day=16).times == (336.0, 360.0, 384.0)
    assert duloxetine.twice_daily(TEN, from_day=1, until_day=2, hour=1).times == (25.0, 37.0, 49.0, 61.0)
    assert duloxetine.minipump(TEN, from_day=7, until_day=13).times == (168.0, 336.0)
    assert duloxetine.daily(TEN, from_day=-2, until_day=-1).times == (-48.0, -24.0)
    assert idazoxan.intrathecal("30 ug", on_day=28, hour=3).times == (675.0,)
    assert idazoxan.intra_locus_coeruleus("1 ug", on_day=28) == idazoxan.once("1 ug", route="intra-LC", on_day=28)


def test_doses_of_an_interval_are_counted_from_the_first() -> None:
    def times(schedule: str, **course: Any) -> tuple[float, ...]:
        return Regimen(duloxetine, TEN, "i.p.", schedule, 1, **({"until_day": 2} | course)).times

    assert times("every 8 h", hour=2.0) == (26.0, 34.0, 42.0, 50.0, 58.0, 66.0)
    assert times("every 18 h") == (24.0, 42.0, 60.0)
    assert times("every 2 days", until_day=6) == (24.0, 72.0, 120.0)
    assert times("every 2 days", until_day=6, missed_days=(3,)) == (24.0, 120.0)
    assert times("every 36 h", until_day=4, missed_days=(2,)) == (24.0, 96.0)
    assert times("every 12 h") == times("twice daily")
    assert times("every 48 h", until_day=6) == times("every 2 days", until_day=6)


def test_an_interval_has_one_spelling() -> None:
    for text in ("every 8 hours", "Every 8h", "every 8.0 h"):
        assert Regimen(duloxetine, TEN, "i.p.", text, 1).schedule == "every 8 h"
    assert Regimen(duloxetine, TEN, "i.p.", "every 1 day", 1).schedule == "daily"
    assert "every 8 h from day 1" in str(Regimen(duloxetine, TEN, "i.p.", "every 8 h", 1))


@given(st.integers(-5, 30), st.integers(0, 40), st.floats(0.0, 23.9), st.floats(1.0, 200.0), st.floats(-200.0, 2000.0))
def test_events_of_an_interval_up_to_an_hour_are_those_of_the_whole_course(
    first: Any, length: Any, hour: Any, every: Any, until: Any
) -> None:
    course = Regimen(duloxetine, TEN, "i.p.", f"every {every:.2f} h", first, first + length, hour)
    times = np.array(course.times)
    assert (np.diff(times) > 0).all()
    assert times[0] == course.begins
    assert times[-1] < 24.0 * (first + length + 1) + hour
    np.testing.assert_array_equal(course.events(until)[0], times[times <= until])
    for day in range(first, first + length + 1):
        assert course.doses_on(day) == bool(((times - hour + 1e-6) // 24.0 == day).any())


def test_a_loading_dose_takes_the_place_of_a_day_that_begins_with_a_dose() -> None:
    loading, course = Regimen(duloxetine, TEN, "i.p.", "every 2 days", 14, 20).loaded("30 mg/kg")
    assert (loading.times, course.times) == ((336.0,), (384.0, 432.0, 480.0))
    with pytest.raises(UserError, match=r'no day begins with a dose "every 36 h"'):
        Regimen(duloxetine, TEN, "i.p.", "every 36 h", 14).loaded("30 mg/kg")


def test_moles_and_doses_of_a_rat_become_a_mass_per_body_weight() -> None:
    moles = duloxetine.once("100 umol/kg")
    assert moles == duloxetine.once(moles.dose.text)
    assert moles.dose.milligram == pytest.approx(0.1 * float(duloxetine.grams_per_mole or 0.0), rel=1e-5)
    assert duloxetine.once("2.5 mg/rat") == duloxetine.once(TEN)
    assert idazoxan.intrathecal("30 ug/rat") == idazoxan.intrathecal("30 ug")
    assert duloxetine.minipump("2.5 mg/rat/day") == duloxetine.minipump("10 mg/kg/day")


def test_an_open_end_is_closed_by_the_study_and_a_closed_one_is_kept() -> None:
    course = duloxetine.daily(TEN, from_day=14)
    assert course.until_day is None
    assert course.until(16).times == (336.0, 360.0, 384.0)
    assert course.until(16).until(20) == course.until(16)
    with pytest.raises(UserError, match=r"has no last day; give until_day or close it with \.until\(day\)"):
        _ = course.times


@given(st.integers(-5, 30), st.integers(0, 40), st.floats(0.0, 23.9), st.floats(-200.0, 2000.0))
def test_events_up_to_an_hour_are_those_of_the_whole_course(first: Any, length: Any, hour: Any, until: Any) -> None:
    course = duloxetine.twice_daily(TEN, from_day=first, until_day=first + length, hour=hour)
    times = np.array(course.times)
    assert len(times) == 2 * (length + 1)
    assert (np.diff(times) > 0).all()
    np.testing.assert_array_equal(course.events(until)[0], times[times <= until])


def test_a_regimen_says_itself() -> None:
    assert str(duloxetine.daily(TEN, route="s.c.", from_day=14)) == "duloxetine 10 mg/kg s.c. daily from day 14"
    assert str(idazoxan.intrathecal("30 ug", on_day=28)) == "idazoxan 30 ug i.t. on day 28"
    pump = amitriptyline.minipump("2.5 mg/kg", from_day=1, until_day=7)
    assert str(pump) == "amitriptyline 2.5 mg/kg per day minipump from day 1 until day 7"


def test_body_weight_fills_the_syringe_and_leaves_concentrations_alone() -> None:
    light = duloxetine.once(TEN)
    heavy = Regimen(duloxetine, TEN, "i.p.", "once", 0, 0, body_weight=Sourced(0.3 * kilogram, ASSUMED, "test"))
    assert light.body_weight is BODY_WEIGHT
    assert light.milligrams_per_dose == pytest.approx(2.5)
    assert heavy.milligrams_per_dose == pytest.approx(3.0)
    assert idazoxan.intrathecal("30 ug").milligrams_per_dose == pytest.approx(0.03)
    assert exposure(light, 1.0) == exposure(heavy, 1.0)


def test_what_is_printed_is_short() -> None:
    course = duloxetine.daily(TEN, route="s.c.", from_day=14)
    assert repr(course) == str(course)
    assert repr((course,)) == "(duloxetine 10 mg/kg s.c. daily from day 14,)"
    assert (
        repr(duloxetine)
        == 'Drug("duloxetine": SNRI, binds SERT, NET, DAT, 5-HT2A, Nav_open, Nav_inactivated, Nav_resting)'
    )
    assert repr(vehicle) == 'Drug("vehicle": vehicle, binds no site)'


def test_a_minipump_takes_its_dose_per_day() -> None:
    pump = duloxetine.minipump("5 mg/kg/day", from_day=3)
    assert pump == duloxetine.minipump("5 mg/kg", from_day=3)
    assert str(pump) == "duloxetine 5 mg/kg per day minipump from day 3"


def test_a_vehicle_is_given_like_any_drug() -> None:
    assert vehicle.daily("0 mg/kg").until(3).times == (0.0, 24.0, 48.0, 72.0)
    assert vehicle.minipump("5 mg/kg", until_day=2).route == "minipump"
    assert vehicle.intrathecal("30 ug").dose.text == "30 ug"
    assert vehicle.daily("3 mg", route="s.c.").route == "s.c."


def test_a_regimen_survives_a_worker_process() -> None:
    course = amitriptyline.daily(TEN, from_day=3)
    exposure(course, 100.0)
    again = pickle.loads(pickle.dumps(course))
    assert str(again) == str(course)
    assert exposure(again, 100.0) == exposure(course, 100.0)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: duloxetine.once("10 mg"),
            'dose "10 mg" of duloxetine i.p.: expected a dose per body weight, such as "10 mg/kg"; '
            "10 mg in a rat of 0.25 kg is 40 mg/kg.",
        ),
        (
            lambda: duloxetine.minipump("60 ug/day"),
            'dose "60 ug" of duloxetine minipump: expected a dose per body weight, such as "10 mg/kg"; '
            "60 ug in a rat of 0.25 kg is 0.24 mg/kg.",
        ),
        (
            lambda: duloxetine.twice_daily("20 mg/kg/day"),
            "dose of duloxetine is 20 mg/kg per day, which only a minipump or drinking water gives; "
            'the schedule "twice daily" takes the dose of one injection, such as "20 mg/kg".',
        ),
        (
            lambda: idazoxan.intrathecal("1 mg/kg"),
            'dose "1 mg/kg" of idazoxan i.t.: expected an amount, such as "30 ug".',
        ),
        (
            lambda: idazoxan.daily(TEN),
            'idazoxan has no numbers for the route "i.p."; it has: i.t., intra-LC.',
        ),
        (
            lambda: duloxetine.once(TEN, route="minipump"),
            'schedule "once" by the route "minipump": a minipump infuses from its first to its last day, '
            "every other route takes injections.",
        ),
        (
            lambda: duloxetine.daily(TEN, from_day=5, until_day=4),
            "until_day of duloxetine is 4; the last day is not before the first, 5.",
        ),
        (
            lambda: duloxetine.daily(TEN, from_day=0.5),  # type: ignore[arg-type]
            "from_day of duloxetine is 0.5; a day is a whole number, its time is `hour`.",
        ),
        (
            lambda: duloxetine.once(TEN, hour=25),
            "hour of duloxetine is 25; an hour of a day lies in 0..24.",
        ),
    ],
)
def test_what_cannot_be_given_is_told_in_one_sentence(make: Any, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        make()
    assert str(error.value) == sentence


def nanomolar(treatment: Any, hours: Any) -> Any:
    columns = concentration_table(treatment, hours).columns
    return sum(columns.values())


def test_a_titration_is_one_step_after_the_other() -> None:
    low, high = duloxetine.titrated({17: "30 mg/kg", 14: "10 mg/kg"}, route="s.c.", until_day=18)
    assert (low.dose.text, low.times) == ("10 mg/kg", (336.0, 360.0, 384.0))
    assert (high.dose.text, high.times) == ("30 mg/kg", (408.0, 432.0))
    open_end = duloxetine.titrated({14: "10 mg/kg", 17: "30 mg/kg"}, route="minipump", schedule="minipump")
    assert open_end[0].times[1] == 17 * 24.0
    assert open_end[1].until_day is None


def test_a_pump_whose_dose_steps_up_never_stops_between() -> None:
    hours = np.linspace(14 * 24.0, 20 * 24.0, 200)
    stepped = duloxetine.titrated({14: "5 mg/kg", 17: "10 mg/kg"}, route="minipump", schedule="minipump")
    two = [duloxetine.minipump("5 mg/kg", from_day=14), duloxetine.minipump("5 mg/kg", from_day=17)]
    np.testing.assert_allclose(nanomolar(stepped, hours), nanomolar(two, hours), rtol=1e-9, atol=1e-9)


def test_a_loading_dose_comes_first() -> None:
    loading, course = duloxetine.daily(TEN, route="s.c.", from_day=14, until_day=16, hour=2.0).loaded("30 mg/kg")
    assert loading.times == (338.0,)
    assert course.times == (362.0, 386.0)
    assert (loading.dose.text, course.dose.text) == ("30 mg/kg", TEN)
    shorter = duloxetine.loaded("30 mg/kg", TEN, route="s.c.", from_day=14, until_day=16)
    assert shorter == duloxetine.daily(TEN, route="s.c.", from_day=14, until_day=16).loaded("30 mg/kg")


def test_a_loaded_course_keeps_its_schedule_and_the_days_it_misses() -> None:
    loading, course = duloxetine.twice_daily(TEN, from_day=1, until_day=4).missing(1, 3).loaded("30 mg/kg")
    assert (loading.schedule, loading.missed_days, loading.times) == ("once", (), (24.0,))
    assert (course.schedule, course.missed_days, course.times) == ("twice daily", (3,), (48.0, 60.0, 96.0, 108.0))


def test_missed_doses_are_those_of_their_days() -> None:
    course = duloxetine.twice_daily(TEN, from_day=14, until_day=17)
    missed = course.missing(15).missing(16)
    assert missed.times == (336.0, 348.0, 408.0, 420.0)
    assert str(missed).endswith("until day 17, not on day 15, 16")
    hours = np.linspace(330.0, 460.0, 100)
    kept = [duloxetine.once(TEN, on_day=day, hour=hour) for day in (14, 17) for hour in (0.0, 12.0)]
    np.testing.assert_allclose(nanomolar(missed, hours), nanomolar(kept, hours), rtol=1e-12)
    assert missed.stopped_after(15).missed_days == (15,)


def test_a_course_is_stopped_and_washes_out() -> None:
    course = duloxetine.daily(TEN, route="s.c.", from_day=14)
    stopped = course.stopped_after(20)
    assert stopped.until_day == 20
    assert stopped.stopped_after(25) == stopped
    half_life = 12.0
    later, earlier = nanomolar(stopped, [30 * 24.0, 30 * 24.0 - half_life])
    assert later == pytest.approx(earlier / 2.0, rel=1e-6)
    assert nanomolar(course, [30 * 24.0])[0] > 100 * later


def test_a_switch_ends_the_first_before_the_second_begins() -> None:
    first, second = duloxetine.daily(TEN, from_day=7).switched_to(amitriptyline.daily(TEN, from_day=14))
    assert (first.until_day, second.from_day) == (13, 14)
    with pytest.raises(UserError, match="the last day is not before the first"):
        duloxetine.daily(TEN, from_day=14).switched_to(amitriptyline.daily(TEN, from_day=14))


def test_a_combination_is_a_tuple_of_any_depth() -> None:
    parts = (duloxetine.titrated({1: TEN, 3: "20 mg/kg"}), amitriptyline.daily(TEN), vehicle)
    assert [regimen.drug.name for regimen in regimens_of(parts)] == ["duloxetine", "duloxetine", "amitriptyline"]
    together = exposure(parts, 80.0).at("dorsal_horn_ipsi", "NET").block
    alone = [exposure(part, 80.0).at("dorsal_horn_ipsi", "NET").block for part in parts[:2]]
    assert together == pytest.approx(sum(alone))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: duloxetine.once(TEN).missing(0), 'missed_days of duloxetine: the schedule "once" has no day to miss.'),
        (lambda: duloxetine.minipump(TEN).missing(1), 'the schedule "minipump" has no day to miss.'),
        (lambda: duloxetine.daily(TEN, from_day=3).missing(2), "day 2 is none of its days of dosing."),
        (lambda: duloxetine.daily(TEN, until_day=3).missing(4), "day 4 is none of its days of dosing."),
        (
            lambda: duloxetine.daily(TEN, until_day=3).missing(1.5),  # type: ignore[arg-type]
            "day 1.5 is none of its days of dosing.",
        ),
        (lambda: duloxetine.daily(TEN, until_day=1).missing(0, 1), "missed_days of duloxetine: every dose is missed."),
        (
            lambda: duloxetine.loaded("30 mg/kg", TEN, from_day=3, until_day=3),
            "a loading dose of duloxetine on day 3, which is also its last day: the course begins the day after",
        ),
        (lambda: duloxetine.once(TEN).loaded(TEN), 'a loading dose of duloxetine: the schedule "once" has none.'),
        (lambda: duloxetine.minipump(TEN).loaded(TEN), 'a loading dose of duloxetine: the schedule "minipump" has'),
        (lambda: duloxetine.loaded("30", TEN), 'loading dose of duloxetine = "30": expected a dose per body weight'),
        (lambda: duloxetine.titrated({}), "a titration of duloxetine without a dose"),
        (lambda: duloxetine.titrated({1: "10"}), 'dose of duloxetine = "10": expected a dose per body weight'),
    ],
)
def test_a_course_that_cannot_be_is_told_in_one_sentence(make: Any, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        make()
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("dose", ["10", "-1 mg/kg", "ten mg/kg", 10, "10 mg/kg/h"])
def test_a_dose_without_its_unit_names_the_drug_and_what_is_expected(dose: Any) -> None:
    with pytest.raises(UserError, match=r"^dose of duloxetine = .*(expected a dose|a dose is 0 or more)"):
        duloxetine.once(dose)


def test_courses_of_one_drug_that_run_together_are_named() -> None:
    low, high = duloxetine.daily(TEN, from_day=14), duloxetine.daily("30 mg/kg", from_day=17)
    assert list(overlaps([high, low])) == [f"{low}, and {high}: both run from day 17 on, and their doses add up."]
    pumped = duloxetine.minipump(TEN, from_day=16)
    assert len(list(overlaps([low, high, pumped]))) == 3


@pytest.mark.parametrize(
    "together",
    [
        [duloxetine.daily(TEN, from_day=14, until_day=16), duloxetine.daily(TEN, from_day=17)],
        duloxetine.titrated({14: TEN, 17: "30 mg/kg"}),
        duloxetine.loaded("30 mg/kg", TEN),
        [duloxetine.daily(TEN), duloxetine.once("30 mg/kg", on_day=3)],
        [duloxetine.daily(TEN), amitriptyline.daily(TEN)],
        [duloxetine.daily(TEN, hour=hour) for hour in (0.0, 8.0, 16.0)],
        [vehicle.daily(TEN), vehicle.daily(TEN)],
    ],
)
def test_courses_that_do_not_run_together_are_not_named(together: Any) -> None:
    assert not list(overlaps(together))


def test_an_overlap_in_an_arm_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    courses = [duloxetine.daily("11 mg/kg", from_day=14), duloxetine.daily("12 mg/kg", from_day=17)]
    for _ in range(2):
        Arm("sham", courses)
    told = [record for record in caplog.records if record.name == "bluespot"]
    assert [record.levelname for record in told] == ["WARNING"]
    assert "both run from day 17 on" in told[0].getMessage()


def test_an_unknown_schedule_names_the_nearest() -> None:
    with pytest.raises(UserError, match=r'no schedule "dayly"\. Nearest: daily'):
        Regimen(duloxetine, TEN, "i.p.", "dayly", 0)
