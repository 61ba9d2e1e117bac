"""What is given over minutes or hours, and courses that begin at their steady state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from drugs import (
    Regimen,
    amitriptyline,
    clonidine,
    concentration_table,
    duloxetine,
    nortriptyline,
    pregabalin,
    unbound_concentrations,
)
from experiments.laboratory.timetable import hours_since_dose, rests

TEN = "10 mg/kg"
HOURS = np.linspace(0.0, 72.0, 2881)


def brain(regimen: Regimen | tuple[Regimen, ...], hours: Any = HOURS) -> np.ndarray:
    """Free drug in nM, (hours,)."""
    one = regimen[0] if isinstance(regimen, tuple) else regimen
    return concentration_table(regimen, hours).columns[f"{one.drug.name}_brain_nanomolar"]


def water(**course: Any) -> Regimen:
    return duloxetine.in_drinking_water("10 mg/kg/day", **({"hour": 9.0, "from_day": 0} | course))


def test_an_infusion_of_a_moment_is_a_bolus_and_a_longer_one_is_lower_and_later() -> None:
    bolus = duloxetine.once(TEN, route="i.v.")
    np.testing.assert_allclose(brain(bolus.over(1e-3), HOURS[1:]), brain(bolus, HOURS[1:]), rtol=1e-5)
    short, long = (brain(bolus.over(minutes)) for minutes in (15.0, 60.0))
    assert short.max() > long.max()
    assert HOURS[short.argmax()] == pytest.approx(0.25)
    assert HOURS[long.argmax()] == pytest.approx(1.0)


@settings(max_examples=25, deadline=None)
@given(st.floats(1.0, 600.0), st.sampled_from(["i.v.", "s.c.", "i.p."]))
def test_an_infusion_gives_the_area_of_the_whole_dose(minutes: Any, route: Any) -> None:
    hours = np.linspace(0.0, 300.0, 60_001)
    once = pregabalin.once(TEN, route=route)
    whole, infused = (np.trapezoid(brain(each, hours), hours) for each in (once, once.over(minutes)))
    assert infused == pytest.approx(whole, rel=2e-3)


def test_an_infusion_is_the_sum_of_many_small_doses() -> None:
    """Midpoint rule over 400 parts: the error lies far below what is asked."""
    infused = brain(duloxetine.once(TEN, route="s.c.").over(120.0))
    parts = [duloxetine.once("0.025 mg/kg", route="s.c.", hour=2.0 * (k + 0.5) / 400) for k in range(400)]
    np.testing.assert_allclose(infused[90:], brain(tuple(parts))[90:], rtol=1e-4)


def test_an_infusion_into_one_place_stays_there() -> None:
    seen = concentration_table(clonidine.intrathecal("15 ug").over(10.0), HOURS).columns
    assert not seen["clonidine_brain_nanomolar"].any()
    assert HOURS[seen["clonidine_cord_nanomolar"].argmax()] == pytest.approx(10 / 60, abs=0.03)


def test_drinking_water_is_taken_up_evenly_over_the_dark_phase_of_every_day() -> None:
    course = water(until_day=1)
    assert course.times == (9.0, 21.0, 33.0, 45.0)
    assert str(course) == "duloxetine 10 mg/kg per day in drinking water from day 0 until day 1"
    seen = brain(course)
    np.testing.assert_array_equal(seen[HOURS <= 9.0], 0.0)
    night = (HOURS > 9.05) & (HOURS < 21.0)
    assert (np.diff(seen[night]) > 0).all(), "it rises all night"
    assert seen.argmax() > np.flatnonzero(night)[-1], "the second night is the higher one"
    sips = [duloxetine.once("0.05 mg/kg", route="p.o.", hour=9.0 + 12 * (k + 0.5) / 200) for k in range(200)]
    np.testing.assert_allclose(brain(water(until_day=0))[HOURS > 10], brain(tuple(sips))[HOURS > 10], rtol=1e-3)


def test_a_night_without_drug_is_a_missed_day() -> None:
    assert water(until_day=2).missing(1).times == (9.0, 21.0, 57.0, 69.0)


def test_while_it_flows_it_is_given_at_every_moment() -> None:
    course = water(until_day=0)
    assert hours_since_dose([course], 15.0) == 0.0
    assert hours_since_dose([course], 24.0) == 3.0
    assert hours_since_dose([course], 5.0) is None


def test_an_animal_is_looked_at_after_both_ends_of_what_flows() -> None:
    seen = rests([water(until_day=0)], (), 0.0, 30.0)
    assert {9.0 + 1.5, 21.0 + 1.5} <= set(seen)


def test_an_infusion_that_began_before_an_assay_ends_during_it() -> None:
    infused = duloxetine.once(TEN, route="i.v.").over(30.0)
    (seen, *_) = unbound_concentrations(infused, np.array([1.0, 2.0]), before=0.25)
    np.testing.assert_array_equal(seen.brain, brain(infused, np.array([1.0, 2.0])))
    (later, *_) = unbound_concentrations(replace(infused, hour=0.5), np.array([1.0]), before=0.25)
    assert not later.brain.any()


@pytest.mark.parametrize("schedule", ["daily", "twice daily", "every 8 h", "every 2 days"])
def test_at_steady_state_every_interval_is_as_the_first(schedule: str) -> None:
    course = Regimen(duloxetine, TEN, "i.v.", schedule, 0, 60)
    given = course.at_steady_state()
    between = {"daily": 24.0, "twice daily": 12.0, "every 8 h": 8.0, "every 2 days": 48.0}[schedule]
    after = np.linspace(0.01, 0.99, 25) * between
    for k in (1, 20):
        np.testing.assert_allclose(brain(given, after + k * between), brain(given, after), rtol=1e-4)
    assert brain(course, after)[0] < brain(given, after)[0]
    assert given[1] == course


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: duloxetine.minipump(TEN).at_steady_state(), 'duloxetine: the schedule "minipump" has none.'),
        (lambda: water().at_steady_state(), 'duloxetine: the schedule "drinking water" has none.'),
        (lambda: water().loaded(TEN), 'duloxetine: the schedule "drinking water" has none.'),
        (lambda: water().over(10.0), 'the schedule "drinking water" infuses over hours anyway.'),
        (
            lambda: Regimen(clonidine, "15 ug", "i.t.", "daily", 0, 2).at_steady_state(),
            "a steady state of clonidine i.t.: what goes into one place reaches none.",
        ),
        (lambda: duloxetine.once(TEN, route="p.o.").over(10.0), 'over hours it is "drinking water".'),
        (
            lambda: duloxetine.once(TEN, route="i.v.").over(-1.0),
            "over_minutes of duloxetine is -1.0; an infusion takes",
        ),
        (lambda: duloxetine.twice_daily(TEN, route="i.v.").over(721.0), "at most 720 here, until the next."),
        (
            lambda: Regimen(duloxetine, TEN, "s.c.", "drinking water", 0),
            'schedule "drinking water" by the route "s.c.": what is drunk goes p.o.',
        ),
        (
            lambda: nortriptyline.in_drinking_water(TEN, hour=9.0),
            'nortriptyline has no numbers for the route "p.o."; it has:',
        ),
    ],
)
def test_what_cannot_be_is_told_in_one_line(make: Any, told: str) -> None:
    with pytest.raises(UserError) as error:
        make()
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("drug", [amitriptyline, duloxetine])
def test_antidepressants_go_to_the_cord_by_the_kinetics_that_others_share(drug: Any) -> None:
    assert drug.kinetics.routes["i.t."] is clonidine.kinetics.routes["i.t."]
    assert drug.intrathecal("60 ug").dose.milligram == pytest.approx(0.06)
