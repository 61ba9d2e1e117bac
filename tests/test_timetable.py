"""When the slow clock stops: in order, fine where something is under way, before each assay, alike for all arms."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from circuits import ligated, sham
from drugs import clonidine, duloxetine, idazoxan, vehicle
from experiments import Arm, Injection, Study
from experiments.laboratory import assays
from experiments.laboratory.timetable import AFTER_DOSE, AFTER_SURGERY, LONGEST_STEP, dosed_between, stops

DRUG = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14, until_day=16)


def study(*arms: Arm, days: tuple[int, ...] = (-1, 3, 15, 28), **fields: Any) -> Study:
    measured = (assays.paw_pressure.on_days(*days), assays.microdialysis.on_days(days[-1], hour=5.0))
    return Study(name="times", animals=1, arms=arms or (Arm(ligated),), assays=measured, **fields)


def hours(found: Study, arm: int = 0, step_scale: float = 1.0) -> list[float]:
    return [stop.hours for stop in stops(found, found.arms[arm], step_scale)]


def test_stops_come_in_the_order_of_time_from_the_first_day_to_the_last_assay() -> None:
    times = hours(study(Arm(ligated, DRUG)))
    assert times == sorted(times)
    assert times[0] == -24.0
    assert times[-1] == 28 * 24.0 + 5.0


def test_every_assay_is_done_once_at_its_day_and_hour() -> None:
    found = study(Arm(ligated, DRUG))
    done = [(s.measurement.assay, s.day, s.hour, s.hours) for s in stops(found, found.arms[0]) if s.measurement]
    expected = [("paw_pressure", day, 2.0, 24.0 * day + 2.0) for day in (-1, 3, 15, 28)]
    assert sorted(done) == sorted([*expected, ("microdialysis", 28, 5.0, 28 * 24.0 + 5.0)])


def test_of_a_rest_epoch_and_an_assay_at_one_time_the_rest_comes_first() -> None:
    measured = (assays.brush.on_days(1, hour=AFTER_DOSE[0]),)
    found = Study(name="same", animals=1, arms=[Arm(ligated, duloxetine.once("1 mg/kg", on_day=1))], assays=measured)
    at = [stop.measurement is None for stop in stops(found, found.arms[0]) if stop.hours == 24.0 + AFTER_DOSE[0]]
    assert at == [True, False]


@pytest.mark.parametrize("step_scale", [1.0, 0.5, 0.25])
def test_no_step_is_longer_than_the_longest(step_scale: float) -> None:
    times = hours(study(Arm(ligated)), step_scale=step_scale)
    assert max(b - a for a, b in pairwise(times)) <= LONGEST_STEP * step_scale + 1e-9


def test_the_days_after_surgery_are_looked_at_closely() -> None:
    assert set(AFTER_SURGERY) <= set(hours(study(Arm(ligated))))


def test_each_dose_is_followed_and_its_absence_is_not() -> None:
    treated, plain = study(Arm(ligated, DRUG)), study(Arm(ligated, vehicle.daily("1 mg/kg", from_day=14)))
    doses = [24.0 * day for day in (14, 15, 16)]
    assert {dose + after for dose in doses for after in AFTER_DOSE} <= set(hours(treated))
    assert hours(plain) == hours(study(Arm(ligated)))
    nothing = study(Arm(ligated, duloxetine.daily("0 mg/kg", from_day=14)))
    assert hours(nothing) == hours(plain), "no dose is no event"


def test_a_regimen_without_an_end_lasts_as_long_as_the_study() -> None:
    times = hours(study(Arm(ligated, duloxetine.daily("10 mg/kg", from_day=14))))
    assert 27 * 24.0 + AFTER_DOSE[-1] in times


def test_circuits_stop_together() -> None:
    found = study(Arm(sham), Arm(ligated))
    assert hours(found, 0) == hours(found, 1)


def test_arms_stop_together_until_their_treatments_part() -> None:
    """So that what they share is simulated once, and what differs between them is the treatment."""
    found = study(Arm(ligated), Arm(ligated, DRUG))
    before = [[t for t in hours(found, arm) if t < 14 * 24.0] for arm in (0, 1)]
    assert before[0] == before[1]


def test_an_injection_is_followed_in_its_own_arms_only() -> None:
    given = Injection(drug="idazoxan", dose="30 ug", on_days=28, arms=("ligated-duloxetine",))
    found = study(Arm(ligated), Arm(ligated, DRUG), injections=(given,))
    after = 28 * 24.0 + AFTER_DOSE[0]
    assert after in hours(found, 1)
    assert after not in hours(found, 0)
    assert idazoxan.name == given.drug


def test_a_dose_at_the_hour_of_an_assay_comes_after_it_and_one_before_needs_a_rest_epoch() -> None:
    """So that what is read half an hour after an injection begins from rates under it, however lately it rested."""
    given = (clonidine.intrathecal("30 ug", on_day=1, hour=2.0), vehicle.intrathecal("30 ug", on_day=1, hour=2.2))
    assert [dosed_between(given, 24.0, stop) for stop in (25.9, 26.0, 48.1 - 22.1, 26.1)] == [False] * 3 + [True]
    assert [dosed_between(given, start, 30.0) for start in (26.0, 48.1 - 22.1, 26.1)] == [True, True, False]
    assert not dosed_between((clonidine.intrathecal("0 ug", on_day=1),), 0.0, 100.0)


def test_an_assay_at_the_hour_of_an_injection_is_before_it_in_words_too() -> None:
    """Hours are compared as times, not as numbers: 23.9 hours after the day before is hour -0.1."""
    given = Injection(drug="clonidine", dose="30 ug", on_days=2, hour=-0.1, lasts_hours=1.0)
    assert [given.lasts_at(24.0 + hour) for hour in (23.9, 24.0)] == [False, True]
    assert [given.lasts_at(48.0 + hour) for hour in (-0.1, 0.0, 0.9, 0.95)] == [False, True, True, False]


def test_half_the_step_stops_wherever_the_whole_one_does_and_between() -> None:
    found = study(Arm(ligated, DRUG))
    whole, half = hours(found), hours(found, step_scale=0.5)
    marks = {*AFTER_SURGERY, *(24.0 * day + after for day in (14, 15, 16) for after in AFTER_DOSE)}
    assert marks & set(whole) <= set(half)
    assert {after / 2 for after in AFTER_SURGERY} <= set(half)
    assert len(half) > 1.3 * len(whole)


def test_nothing_happens_after_the_last_assay_or_before_the_first_day() -> None:
    found = study(Arm(sham, duloxetine.daily("10 mg/kg", from_day=2)), days=(1, 2), first_day=1)
    times = hours(found)
    assert min(times) == 24.0
    assert max(times) == 2 * 24.0 + 5.0
