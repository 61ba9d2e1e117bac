"""The two clocks: refining any part of the split, or doing without it, moves outcomes by less than stated bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from brian2.units import second
from brian2.units.fundamentalunits import have_same_dimensions

from benchmarks.shortened import Problem, first_wait, renewals, shortened, split, unsplit
from benchmarks.split_error import DEFAULT, INJURED_DAYS, VARIANTS, differences, full_length, written
from circuits import ligated
from circuits.moment import Moment
from circuits.slow_clock import advance
from circuits.slow_state import SlowState, first_state
from core.exposure import Exposure
from drugs import duloxetine, exposure, regimens_of

SIZE = 0.1
#: Largest change of a small animal's outcome that a finer split may make: more than four standard deviations of the
#: change that other noise makes in the same animal. Names as in `full_length`.
BOUNDS = {
    "threshold, injured (g)": 40.0,
    "threshold, duloxetine (g)": 50.0,
    "sensitisation, injured": 0.35,
    "sensitisation, duloxetine": 0.35,
    "glutamate clearance, vehicle day 17": 0.002,
    "glutamate clearance, duloxetine day 17": 0.02,
    "mood, duloxetine day 17": 0.09,
    "LC rate, injured (Hz)": 0.3,
    "LC rate, duloxetine (Hz)": 0.4,
    "NA in the cord, injured (nM)": 2.6,
}


# --- the slow clock alone --------------------------------------------------------------------------------------


def _advanced(longest: float, pieces: int = 1) -> SlowState:
    """Two days of duloxetine from day 14 on, in `pieces` macro steps of equal length under the same observations."""
    regimens = regimens_of(duloxetine.daily("10 mg/kg", route="s.c.", from_day=14))
    start = first_state(336.0, assume_rest=True)
    start = replace(start, drive={"ipsi": 0.15, "contra": 0.01}, reference={"noradrenaline": 14.0, "serotonin": 5.0})

    def exposure_at(hours: float) -> Exposure:
        return exposure(regimens, hours)

    moment = Moment(ligated, start)
    for piece in range(pieces):
        moment = advance(moment, exposure_at, 336.0 + 48.0 * (piece + 1) / pieces, longest)
    return moment.state


def _apart(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return max(abs(one[name] - other[name]) for name in one)


def test_the_sub_step_of_the_slow_clock_costs_under_a_thousandth_and_its_error_shrinks_with_it() -> None:
    exact = _advanced(0.125).variables
    coarse, fine = (_apart(_advanced(longest).variables, exact) for longest in (2.0, 1.0))
    assert fine < 0.001
    assert fine < 0.75 * coarse


def test_where_the_slow_clock_stops_without_looking_changes_nothing() -> None:
    assert _apart(_advanced(1.0).variables, _advanced(1.0, pieces=8).variables) < 1e-9


# --- the shortened problem -------------------------------------------------------------------------------------


def test_shortening_divides_slow_times_and_nothing_else() -> None:
    before, after = dict(ligated.parameters()), dict(shortened(ligated, 100.0).parameters())
    changed = {path for path in before if before[path] != after[path]}
    assert {path.split(".")[0] for path in changed} == {"differences", "plasticity"}
    for path in changed:
        assert have_same_dimensions(before[path].value, second)
        assert after[path].si == pytest.approx(before[path].si / 100.0)
    slow = [p for p in before if p.startswith(("differences.", "plasticity.")) and "time" in p.rsplit(".", 1)[1]]
    assert all(path in changed for path in slow)


@pytest.mark.parametrize("shape", [1.5, 4.0])
@pytest.mark.parametrize("seconds", [0.5, 2.0, 8.0])
def test_trains_that_go_on_keep_their_rate_however_time_is_cut(shape: float, seconds: float) -> None:
    rng = np.random.default_rng(1)
    rates, total = np.full(2000, 0.6), 24.0
    waiting, counted = first_wait(len(rates), shape, rng), []
    for _ in range(round(total / seconds)):
        times, fibre, waiting = renewals(rates, waiting, seconds, shape, rng)
        assert ((times >= 0) & (times < seconds)).all()
        assert (waiting >= 0).all()
        counted.append(len(fibre) / len(rates) / seconds)
    assert np.mean(counted) == pytest.approx(0.6, rel=0.03)
    assert counted[0] == pytest.approx(0.6, rel=0.12)


@pytest.mark.slow
def test_the_split_agrees_with_simulating_all_of_the_time() -> None:
    problem = Problem(day_seconds=60.0, first_day=11.5, treated_from=13.5, last_day=15.0)
    whole = unsplit(problem, 2.0, number=1, size=SIZE)
    moments = [11.5 + 0.25 * k for k in range(15)]
    parts = split(problem, moments, replace(DEFAULT, rest_seconds=6.0), number=1, size=SIZE)
    for days in ((12.75, 13.0, 13.25), (14.25, 14.5, 14.75)):
        one, other = (np.mean([track.at(day, half_width=0.1) for day in days], axis=0) for track in (whole, parts))
        assert other[0] == pytest.approx(one[0], abs=0.15)
        assert other[1] == pytest.approx(one[1], abs=0.005)
        assert other[2] == pytest.approx(one[2], rel=0.25)
        assert other[3] == pytest.approx(one[3], rel=0.15)
    assert one[1] < 0.98


# --- a study under a finer split -------------------------------------------------------------------------------


@cache
def found(variant: str) -> Mapping[str, float]:
    return full_length(VARIANTS[variant], 1, SIZE)


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["macro step / 2", "rest epoch x 2", "dt / 2"])
def test_a_finer_split_moves_outcomes_within_bounds(variant: str) -> None:
    default, finer = found("default"), found(variant)
    assert finer != default, "the variant reaches the animal"
    beyond = {name: (default[name], finer[name]) for name in BOUNDS if abs(finer[name] - default[name]) > BOUNDS[name]}
    assert not beyond


@pytest.mark.slow
def test_rests_that_are_not_run_move_outcomes_of_a_dosed_animal_within_bounds() -> None:
    """Two weeks of duloxetine. Of so small an animal noise moves the clearance by 0.005; docs/numerics.md has large
    ones.
    """
    every, chosen = (
        full_length(VARIANTS[name], 1, SIZE, injured=INJURED_DAYS, treated=(20, 24, 27))
        for name in ("every rest", "default")
    )
    assert every != chosen
    bounds = {name.replace("day 17", "day 27"): bound for name, bound in BOUNDS.items()}
    beyond = {name: (every[name], chosen[name]) for name in bounds if abs(chosen[name] - every[name]) > bounds[name]}
    assert not beyond


@pytest.mark.slow
def test_other_noise_is_the_same_animal_with_other_spikes() -> None:
    default, other = found("default"), found("other noise")
    assert other["LC rate, injured (Hz)"] != default["LC rate, injured (Hz)"]
    assert not [name for name in BOUNDS if abs(other[name] - default[name]) > BOUNDS[name]]


# --- showing ---------------------------------------------------------------------------------------------------


def test_differences_are_paired_and_marked_where_their_interval_leaves_out_zero() -> None:
    rows = differences({"default": [{"x": 1.0}, {"x": 5.0}, {"x": 3.0}], "finer": [{"x": 2.0}, {"x": 6.1}, {"x": 4.0}]})
    assert rows["x"]["default"].value == pytest.approx(3.0)
    assert rows["x"]["finer"].value == pytest.approx(31 / 30)
    assert "| x | 3 | +1* [" in written(rows)
    same = [{"x": 1.0}, {"x": 5.0}]
    assert "| x | 3 | +0 [+0, +0] |" in written(differences({"default": same, "finer": same}))
