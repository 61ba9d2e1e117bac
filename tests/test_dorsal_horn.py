"""The injured and the uninjured dorsal horn: shared channels, acetylcholine, sensitisation, activity at rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_animals import DAY, SmallAnimal, animal, blocked, bound, disturbed_state

from circuits import Circuit, ligated, sham
from circuits.moment import Moment
from circuits.plasticity import rates_of_change, relaxation_hours
from circuits.receptors import open_share, weight
from circuits.slow_clock import drive_of
from circuits.slow_state import SlowState
from circuits.stimulus import Stimulus
from core.exposure import NO_DRUG, Exposure, SiteBinding

HORN = ("pkc_gamma", "vertical", "parvalbumin", "islet", "projection")
#: Sensitivity of alpha2A in the cord where all that can be lost is lost.
LEFT = 1.0 - ligated.plasticity.alpha2_cord.depth.si
CLONIDINE = bound({"alpha2A": SiteBinding(drive=3.0, held=3.0)})


# --- receptors that share channels -----------------------------------------------------------------------------


@given(st.floats(0.0, 0.99), st.floats(1.0, 4.0))
def test_a_receptor_alone_opens_its_share(share: float, power: float) -> None:
    assert open_share(weight(share, power), power) == pytest.approx(share, abs=1e-12)


@given(st.floats(0.01, 0.4), st.floats(0.01, 0.4), st.floats(1.5, 4.0))
def test_two_little_active_receptors_open_more_than_the_sum_of_each(one: float, other: float, power: float) -> None:
    assert open_share(one + other, power) > open_share(one, power) + open_share(other, power)


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(1.0, 4.0))
def test_channels_are_never_open_twice(one: float, other: float, power: float) -> None:
    assert max(open_share(one, power), open_share(other, power)) <= open_share(one + other, power) <= 1.0


# --- acetylcholine ---------------------------------------------------------------------------------------------


def acetylcholine(circuit: Circuit, drug: Exposure, side: str = "ipsi") -> float:
    return Moment(circuit, disturbed_state(), drug).level("acetylcholine", f"dorsal_horn_{side}")


def test_an_alpha2_agonist_lowers_acetylcholine_in_sham_and_raises_it_after_ligation() -> None:
    """Acetylcholine under clonidine, normal rats and three weeks after ligation (Obata 2005); the sides are ours."""
    assert acetylcholine(sham, CLONIDINE) < 0.9 * acetylcholine(sham, NO_DRUG)
    assert acetylcholine(ligated, CLONIDINE) > 1.5 * acetylcholine(ligated, NO_DRUG)
    assert acetylcholine(ligated, CLONIDINE, "contra") < acetylcholine(ligated, NO_DRUG, "contra")


@pytest.mark.parametrize("cut", ["alpha2_on_acetylcholine_after_injury", "acetylcholine_switch"])
def test_without_the_change_of_the_injury_it_lowers_it_there_too(cut: str) -> None:
    assert acetylcholine(ligated.without(cut), CLONIDINE) < acetylcholine(ligated.without(cut), NO_DRUG)


# --- sensitivity of alpha2A in the cord ------------------------------------------------------------------------


def lost(circuit: Circuit, drug: Exposure) -> Mapping[str, float]:
    """How fast alpha2A of either side loses its effect from full sensitivity, per hour."""
    full = {f"alpha2_cord_sensitivity_{side}": 1.0 for side in ("ipsi", "contra")}
    state = disturbed_state()
    moment = Moment(circuit, replace(state, variables={**state.variables, **full}), drug)
    slopes = rates_of_change(circuit.plasticity, moment.state.variables, drive_of(moment))
    return {side: slopes[f"alpha2_cord_sensitivity_{side}"] for side in ("ipsi", "contra")}


def test_alpha2_is_lost_where_noradrenaline_is_raised() -> None:
    injured, untouched = lost(ligated, NO_DRUG), lost(sham, NO_DRUG)
    assert injured["ipsi"] < 0.0
    assert injured["ipsi"] < injured["contra"]
    assert untouched["ipsi"] == untouched["contra"] >= injured["contra"]
    assert lost(sham, blocked("NET"))["ipsi"] < untouched["ipsi"]


# --- animals ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rats() -> Iterator[list[SmallAnimal]]:
    with ExitStack() as stack:
        yield [stack.enter_context(animal(ligated, number, 0.5)) for number in range(3)]


@pytest.mark.slow
def test_some_cells_of_every_kind_fire_at_rest_in_uninjured_rats(rats: list[SmallAnimal]) -> None:
    """20 % of 140 cells did in control rats, as an abstract prints that was read without its authors."""
    active: dict[str, list[int]] = {name: [] for name in HORN}
    cells: dict[str, int] = dict.fromkeys(HORN, 0)
    for rat in rats:
        spikes = rat.epoch(Stimulus(10.0), rat.settled(-DAY, circuit=sham), circuit=sham).spikes
        for name in HORN:
            train = spikes[f"ipsi_{name}"]
            active[name].append(len(np.unique(train.index)))
            cells[name] += train.cells
            assert len(train.seconds) / train.cells / 10.0 < 10.0, f"{name} fires hard at rest"
    assert all(sum(active[name]) for name in HORN)
    assert 0.1 < sum(map(sum, active.values())) / sum(cells.values()) < 0.35


def sensitised(rat: SmallAnimal, start: float) -> SlowState:
    """The state in which sensitisation has settled two weeks after ligation, from another one; alpha2A of that side has
    lost what noradrenaline takes of it by then.
    """
    state = rat.settled(14 * DAY, sensitisation_ipsi=start, alpha2_cord_sensitivity_ipsi=LEFT)
    for _ in range(6):
        slopes = rates_of_change(ligated.plasticity, state.variables, drive_of(rat.moment(state)))
        slope, now = slopes["sensitisation_ipsi"], state.variables["sensitisation_ipsi"]
        time = relaxation_hours(ligated.plasticity, "sensitisation_ipsi", slope > 0)
        state = rat.settled(14 * DAY, sensitisation_ipsi=now + slope * time, alpha2_cord_sensitivity_ipsi=LEFT)
    return state


@pytest.mark.slow
def test_sensitisation_has_one_stable_state(rats: list[SmallAnimal]) -> None:
    """Whatever it begins from, an untreated animal ends sensitised alike: no drug can cure it for good by a pause."""
    for rat in rats:
        low, high = (sensitised(rat, start).variables["sensitisation_ipsi"] for start in (0.0, 1.0))
        assert low == pytest.approx(high, abs=0.15)
        assert low > 0.3
