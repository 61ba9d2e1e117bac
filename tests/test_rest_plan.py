"""Rests that an earlier one stands for: what their estimated error is made of, and what a plan of them leaves out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import exp, inf
from typing import Any

import pytest
from small_animals import bound, disturbed_state

from circuits import ligated, sham
from circuits.circuit import Circuit
from circuits.manipulations import anaesthesia
from circuits.moment import Moment
from circuits.plasticity import relaxation_hours
from circuits.rest_error import EXPECTED, FREE_SITE, LONGEST_HOURS, QUANTITY, Outlook, estimated_error
from core.exposure import NO_DRUG, Exposure, SiteBinding
from drugs import Regimen, amitriptyline, duloxetine, fluoxetine, vehicle
from experiments import Arm, Silencing, Study
from experiments.laboratory import assays
from experiments.laboratory.rest_plan import planned
from experiments.laboratory.timetable import FRESH, rests, stops

DAY = 24.0
#: Long after the ligation, when its own differences stand still.
LATE = 400 * DAY
MONTH = duloxetine.daily("10 mg/kg", route="s.c.", from_day=1, until_day=28)


def outlook(
    hours: float = LATE, exposure: Exposure = NO_DRUG, circuit: Circuit = ligated, **variables: float
) -> Outlook:
    state = disturbed_state(hours)
    return Outlook.first(Moment(circuit, replace(state, variables={**state.variables, **variables}), exposure))


def arms_hours(given: tuple[Regimen, ...], last: float = 28 * DAY) -> list[float]:
    return rests(given, (), -DAY, last)


# --- the estimate ---------------------------------------------------------------------------------------------


def test_a_rat_that_has_not_moved_has_no_error() -> None:
    assert estimated_error(outlook(), outlook(LATE + 1.0)) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", ["sensitisation_ipsi", "sensitisation_contra", "alpha2delta_missing"])
def test_the_error_of_a_slow_variable_is_its_change_over_the_bound(name: str) -> None:
    start = disturbed_state().variables[name]
    for share in (0.3, 0.9, 2.0):
        changed: dict[str, Any] = {name: start + share * QUANTITY}
        moved = outlook(LATE + 1.0, **changed)
        assert estimated_error(outlook(), moved) >= share - 1e-9
        assert estimated_error(moved, outlook(LATE + 2.0)) >= share - 1e-9, "whichever way it moved"
    alone = outlook(LATE + 1.0, sensitisation_contra=disturbed_state().variables["sensitisation_contra"] + QUANTITY)
    assert estimated_error(outlook(), alone) == pytest.approx(1.0, rel=1e-6)


def test_what_only_the_slow_clock_follows_asks_for_no_rest() -> None:
    assert estimated_error(outlook(), outlook(LATE + 1.0, mood=9.0)) == pytest.approx(0.0, abs=1e-6)


def test_a_receptor_that_loses_sensitivity_shows_in_what_is_expected() -> None:
    """The variable itself moves by less than its bound, what follows from it by more."""
    moved = estimated_error(outlook(), outlook(LATE + 1.0, alpha2_soma_sensitivity=0.86))
    assert moved > 0.04 / QUANTITY
    assert EXPECTED < 1.0


def test_the_error_of_a_drug_is_the_change_of_the_sites_it_leaves_free() -> None:
    """At a site on which no transmitter of these rats depends."""

    def held(block: float, drive: float = 0.0) -> Outlook:
        return outlook(exposure=bound({"Nav_resting": SiteBinding(block=block, drive=drive)}, ("raphe",)))

    assert estimated_error(held(1.0), held(1.1)) == pytest.approx(0.0488 / FREE_SITE, rel=1e-3)
    assert estimated_error(held(1.0), held(3.0)) == pytest.approx(0.6931 / FREE_SITE, rel=1e-3)
    assert estimated_error(held(1.0), held(1.0, 0.2)) == pytest.approx(0.1823 / FREE_SITE, rel=1e-3)
    assert estimated_error(held(1.0), outlook()) == estimated_error(outlook(), held(1.0)) > 1.0


def test_an_injury_that_builds_up_is_measured_by_what_it_makes_in_the_end() -> None:
    """The muscarinic link begins on day 2 and comes with a time constant of 4 days."""
    share = exp(-3.0 / 4.0) - exp(-3.5 / 4.0)
    assert estimated_error(outlook(5 * DAY), outlook(5.5 * DAY)) >= share / QUANTITY - 1e-9 > 1.0
    assert estimated_error(outlook(5 * DAY, circuit=sham), outlook(5 * DAY + 6.0, circuit=sham)) < 1e-6


def test_age_and_anaesthetics_forbid_it() -> None:
    assert estimated_error(outlook(), outlook(LATE + LONGEST_HOURS)) == inf
    condition = anaesthesia.AnaestheticCondition(anaesthesia.ANAESTHETICS[0], ((LATE, LATE + 2.0),))
    asleep = ligated.manipulated(anaesthesia=(condition,))
    during, after = outlook(LATE + 1.0, circuit=asleep), outlook(LATE + 3.0, circuit=asleep)
    assert estimated_error(during, after) == inf
    assert estimated_error(after, outlook(LATE + 4.0, circuit=asleep)) < 1.0


def test_pain_lags_behind_what_acts_on_it_as_sensitisation_does() -> None:
    """Two days after a drug came, sites are as they were a day ago, and sensitisation still moves."""
    drug = bound({"NET": SiteBinding(block=9.0)})
    first = outlook().later(outlook(LATE, drug).moment)
    day, two = (first.later(outlook(LATE + k * DAY, drug).moment) for k in (1, 2))
    expected = relaxation_hours(ligated.plasticity, "sensitisation_ipsi", rising=False)
    assert 2 * DAY < expected < 3 * DAY
    assert estimated_error(day, two) > 1.0
    long_after = day
    for k in range(2, 30):
        long_after = long_after.later(outlook(LATE + k * DAY, drug).moment)
    assert estimated_error(long_after, long_after.later(outlook(LATE + 30 * DAY, drug).moment)) < 1.0


# --- the plan -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "most"),
    [
        (MONTH, 75),
        (duloxetine.daily("10 mg/kg", route="s.c.", from_day=14, until_day=41), 60),
        (amitriptyline.daily("10 mg/kg", route="i.p.", from_day=1, until_day=28), 83),
        (fluoxetine.daily("10 mg/kg", route="i.p.", from_day=1, until_day=28), 83),
    ],
    ids=str,
)
def test_a_dosed_month_runs_few_of_its_rests(given: Regimen, most: int) -> None:
    """Fewest where the injury stands still, most while it builds up."""
    hours = arms_hours((given,), last=max(28, given.until_day or 0) * DAY)
    run = [rest.hours for rest in planned(ligated, (given,), hours) if rest.like is None]
    assert len(run) <= most < len(hours)
    assert run[0] == hours[0]
    assert max(b - a for a, b in pairwise(run)) <= LONGEST_HOURS + 1e-9


def test_each_rest_is_run_or_has_one_that_was_run_before_it_within_the_longest_time() -> None:
    found = planned(ligated, (MONTH,), arms_hours((MONTH,)))
    run = {rest.hours for rest in found if rest.like is None}
    stood = [(rest.hours, rest.like) for rest in found if rest.like is not None]
    assert stood
    assert all(like in run and 0.0 < hours - like < LONGEST_HOURS for hours, like in stood)
    assert all(abs((hours - like) % DAY) < 1e-6 for hours, like in stood if like > 20 * DAY), "the same hour of a day"


def test_a_smaller_error_runs_more_and_none_runs_all() -> None:
    hours = arms_hours((MONTH,))
    run = [sum(rest.like is None for rest in planned(ligated, (MONTH,), hours, most)) for most in (0.0, 0.2, 1.0, 3.0)]
    assert run[0] == len(hours) > run[1] > run[2] > run[3]


@pytest.mark.parametrize("until", [3 * DAY, 14 * DAY + 1.0, 20 * DAY])
def test_a_plan_that_is_resumed_or_cut_short_is_the_same(until: float) -> None:
    whole = planned(ligated, (MONTH,), arms_hours((MONTH,)))
    part = planned(ligated, (MONTH,), [each for each in arms_hours((MONTH,)) if each <= until])
    assert part == whole[: len(part)]
    assert planned(ligated, (MONTH,), arms_hours((MONTH,))) == whole


def test_arms_have_one_plan_until_their_treatments_part() -> None:
    late = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14)
    arms = (Arm(ligated, vehicle.daily("1 mg/kg", from_day=14)), Arm(ligated, late), Arm(ligated, MONTH, name="early"))
    study = Study(name="plans", animals=1, arms=arms, assays=assays.paw_pressure.on_days(28, 35))
    plain, treated, early = ([(s.hours, s.like) for s in stops(study, arm) if not s.measurement] for arm in arms)

    def before(plan: list[tuple[float, float | None]], day: int) -> list[tuple[float, float | None]]:
        return [each for each in plan if each[0] <= day * DAY]

    assert before(plain, 14) == before(treated, 14)
    assert before(plain, 1) == before(early, 1)
    assert plain != treated != early


def test_an_assay_never_goes_by_an_earlier_rest() -> None:
    measured = assays.paw_pressure.on_days(7, 20, 27)
    study = Study(name="kept", animals=1, arms=[Arm(ligated, MONTH)], assays=measured)
    found = stops(study, study.arms[0])
    assert all(stop.like is None for stop in found if stop.measurement)
    assert sum(stop.measurement is not None for stop in found) == 3
    assert FRESH < 1.0


def test_marks_are_always_run() -> None:
    """After light has begun transmitters still settle, which no quantity tells."""
    silenced = Arm(sham, silencing=Silencing(populations="locus_coeruleus", on_days=1, lasts_hours=2.0))
    study = Study(name="lit", animals=1, arms=[silenced], assays=assays.paw_pressure.on_days(2))
    like = {stop.hours: stop.like for stop in stops(study, study.arms[0]) if not stop.measurement}
    marks = study.arms[0].marks()
    assert len(marks) >= 4
    assert all(like[hours] is None for hours in marks)
    assert any(earlier is not None for earlier in like.values())
