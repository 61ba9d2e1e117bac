"""The slow clock: steps that compose, variables that relax to their goals, and what each process needs to move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_animals import TRANSMITTERS, blocked, bound, disturbed_state

from circuits import Circuit, ligated, sham
from circuits.fields import activation
from circuits.moment import Moment
from circuits.plasticity import Drive, evoked_gain, excess, rates_of_change, relaxation_hours
from circuits.populations.population import AfferentPopulation, CellPopulation
from circuits.slow_clock import advance, observe
from circuits.slow_state import UNDISTURBED, SlowState, first_state
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.vocabulary import COMPARTMENTS

PLASTICITY = ligated.plasticity
DAY = 24.0
#: Long after the ligation, when its own differences stand still.
LATE = 400 * DAY


def none(_: float) -> Exposure:
    return NO_DRUG


def always(exposure: Exposure) -> Callable[[float], Exposure]:
    return lambda _: exposure


def moved(
    circuit: Circuit,
    state: SlowState,
    exposure_at: Callable[[float], Exposure],
    until_hours: float,
    longest: float = 1.0,
) -> SlowState:
    """The state of an average animal once the slow clock has moved on."""
    return advance(Moment(circuit, state), exposure_at, until_hours, longest).state


def seen(circuit: Circuit, state: SlowState, averages: dict[str, float], exposure: Exposure = NO_DRUG) -> SlowState:
    """The state of an average animal once an epoch with these averages was run."""
    return observe(Moment(circuit, state, exposure), averages).state


def state_at(hours: float, **variables: float) -> SlowState:
    state = disturbed_state(hours)
    return replace(state, variables={**state.variables, **variables})


# --- the clock ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exposure", [NO_DRUG, blocked("NET", "SERT")], ids=["no drug", "blocked"])
def test_steps_compose(exposure: Any) -> None:
    """With a constant drive, one long step is many short ones; what is left is the loss of the autoreceptors' own
    sensitivity, which feeds back on the concentrations between them.
    """
    start = state_at(LATE)
    one = moved(ligated, start, always(exposure), LATE + 12.0, longest=12.0)
    many = moved(ligated, start, always(exposure), LATE + 12.0, longest=0.25)
    for name in UNDISTURBED:
        change = abs(many.variables[name] - start.variables[name])
        assert one.variables[name] == pytest.approx(many.variables[name], abs=0.05 * change + 1e-6)


def test_halving_the_step_halves_the_error() -> None:
    """First order, as the exponential Euler step promises."""
    start, until = state_at(5 * DAY), 8 * DAY
    runs = {
        longest: moved(ligated, start, always(blocked("NET")), until, longest) for longest in (24.0, 12.0, 6.0, 0.25)
    }
    exact = runs.pop(0.25)
    for name in ("glutamate_clearance", "alpha2_terminal_sensitivity"):
        errors = [abs(run.variables[name] - exact.variables[name]) for run in runs.values()]
        assert errors[1] < 0.7 * errors[0] + 1e-5
        assert errors[2] < 0.7 * errors[1] + 1e-5


def test_stops_on_the_way_change_nothing() -> None:
    start = state_at(LATE)
    once = moved(ligated, start, none, LATE + 10.0)
    twice = moved(ligated, moved(ligated, start, none, LATE + 4.0), none, LATE + 10.0)
    assert once.hours == twice.hours == LATE + 10.0
    for name in UNDISTURBED:
        assert once.variables[name] == pytest.approx(twice.variables[name], rel=1e-9, abs=1e-12)


def test_no_time_changes_nothing_and_the_clock_never_goes_back() -> None:
    start = state_at(LATE)
    assert moved(ligated, start, none, LATE).variables == pytest.approx(start.variables)
    with pytest.raises(ValueError, match="cannot go back"):
        moved(ligated, start, none, LATE - 1.0)


def test_the_exposure_is_asked_for_within_each_step_and_at_the_end() -> None:
    asked: list[float] = []

    def exposure_at(hours: float) -> Exposure:
        asked.append(hours)
        return NO_DRUG

    moved(sham, first_state(0.0), exposure_at, 3.0, longest=1.0)
    assert asked == pytest.approx([0.5, 1.5, 2.5, 3.0])


def test_an_undisturbed_animal_stays_as_it_is() -> None:
    state = replace(first_state(-DAY), observed=first_state(-DAY).observed)
    later = moved(sham, state, none, 60 * DAY, longest=12.0)
    for name in ("sensitisation_ipsi", "sensitisation_contra", "mood"):
        assert later.variables[name] == 0.0
    assert later.variables["glutamate_clearance"] == pytest.approx(1.0)


# --- relaxation -----------------------------------------------------------------------------------------------


def drive(nociceptive_ipsi: float = 0.0, nociceptive_contra: float = 0.0, **changes: float) -> Drive:
    rest = dict.fromkeys((field.name for field in fields(Drive) if field.name != "nociceptive"), 0.0)
    nociceptive = {"ipsi": nociceptive_ipsi, "contra": nociceptive_contra}
    return Drive(nociceptive, **{**rest, "glt1_left": 1.0, **changes})


@pytest.mark.parametrize("hours", [0.5, 6.0, 40.0, 500.0])
def test_a_variable_relaxes_exponentially_to_its_goal(hours: float) -> None:
    start = state_at(LATE, sensitisation_ipsi=1.0, mood=2.0)
    quiet = replace(start, drive={"ipsi": 0.0, "contra": 0.0}, reference={})
    later = moved(ligated, quiet, none, LATE + hours, longest=1e9)
    for name in ("sensitisation_ipsi", "mood"):
        time = relaxation_hours(PLASTICITY, name, rising=False)
        assert later.variables[name] == pytest.approx(start.variables[name] * np.exp(-hours / time))


@pytest.mark.parametrize("name", UNDISTURBED)
def test_rates_point_to_a_goal_that_the_relaxation_time_fits(name: Any) -> None:
    """Each slope is (goal - value) / time with the very time the clock integrates it with."""
    for raised in (
        drive(glt1_loss=0.3),
        drive(9.0, alpha2_locus_coeruleus=0.9, alpha2_cord=0.9, serotonin1A_raphe=0.9, glt1_loss=0.3),
    ):
        low, high = dict(UNDISTURBED), dict(UNDISTURBED)
        low[name], high[name] = -1.0, 5.0
        slopes = [rates_of_change(PLASTICITY, s, raised)[name] for s in (low, high)]
        goals = [
            value + slope * relaxation_hours(PLASTICITY, name, rising=slope > 0)
            for value, slope in zip((-1.0, 5.0), slopes, strict=True)
        ]
        assert goals[0] == pytest.approx(goals[1], abs=1e-9)


unit = st.floats(0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(loss=unit, active=unit, rate=st.floats(0.0, 50.0), raphe=unit, steps=st.integers(1, 30))
def test_sensitivities_and_clearance_stay_within_0_and_1(
    loss: Any, active: Any, rate: Any, raphe: Any, steps: Any
) -> None:
    """Whatever the drive, from anywhere: nothing is ever cleared at a negative rate."""
    state = {**UNDISTURBED, "glutamate_clearance": 0.3, "sensitisation_ipsi": 0.5}
    raised = drive(rate, alpha2_locus_coeruleus=active, alpha2_cord=active, serotonin1A_raphe=raphe, glt1_loss=loss)
    for _ in range(steps):
        slopes = rates_of_change(PLASTICITY, state, raised)
        for name, slope in slopes.items():
            time = relaxation_hours(PLASTICITY, name, rising=slope > 0)
            state[name] += slope * time * -np.expm1(-7.0 / time)
    assert all(0.0 <= state[name] <= 1.0 for name in state if name != "mood")
    assert state["glutamate_clearance"] >= min(0.3, 1.0 - loss) - 1e-9


# --- processes ------------------------------------------------------------------------------------------------


def slope(name: str, off: frozenset[str] = frozenset(), loss: float = 0.0, **changes: float) -> float:
    state = {**UNDISTURBED, **{k: v for k, v in changes.items() if k in UNDISTURBED}}
    raised = drive(**{k: v for k, v in changes.items() if k not in UNDISTURBED}, glt1_loss=loss)
    return rates_of_change(PLASTICITY, state, raised, off)[name]


def test_sensitisation_needs_a_drive_on_its_own_side() -> None:
    assert slope("sensitisation_ipsi", nociceptive_ipsi=5.0) > 0
    assert slope("sensitisation_ipsi", nociceptive_contra=5.0) == 0
    assert slope("sensitisation_ipsi", sensitisation_ipsi=0.5) < 0
    assert slope("sensitisation_ipsi", frozenset({"central_sensitisation"}), nociceptive_ipsi=5.0) == 0
    half = PLASTICITY.sensitisation.half_drive.si
    assert slope("sensitisation_ipsi", nociceptive_ipsi=half, sensitisation_ipsi=0.5) == pytest.approx(0.0, abs=1e-12)


def repaired(**changes: Any) -> float:
    return slope("glutamate_clearance", glutamate_clearance=0.5, loss=0.5, **changes)


def test_repair_needs_noradrenaline() -> None:
    floor, span = (n.si for n in (PLASTICITY.repair.activation_floor, PLASTICITY.repair.activation_span))
    assert repaired() == repaired(alpha2_locus_coeruleus=floor) == pytest.approx(0.0)
    assert repaired(alpha2_locus_coeruleus=floor + 0.5 * span) > 0
    whole = repaired(alpha2_locus_coeruleus=floor + span)
    assert (
        repaired(alpha2_locus_coeruleus=1.0)
        == pytest.approx(whole)
        == pytest.approx(0.5 / relaxation_hours(PLASTICITY, "glutamate_clearance", True))
    )
    off = frozenset({"lc_repair_slow"})
    assert slope("glutamate_clearance", off, 0.5, glutamate_clearance=0.5, alpha2_locus_coeruleus=1.0) == pytest.approx(
        0.0
    )


def test_under_another_hypothesis_alpha1_receptors_repair_and_alpha2_do_not() -> None:
    repair = replace(PLASTICITY.repair, alpha1_share=PLASTICITY.repair.alpha1_share.with_value(1.0))
    numbers, lost = replace(PLASTICITY, repair=repair), {**UNDISTURBED, "glutamate_clearance": 0.5}
    by_alpha1, by_alpha2 = (
        rates_of_change(numbers, lost, drive(glt1_loss=0.5, **{f"{receptor}_locus_coeruleus": 1.0}))
        for receptor in ("alpha1", "alpha2")
    )
    assert by_alpha1["glutamate_clearance"] > 0.0 == pytest.approx(by_alpha2["glutamate_clearance"])
    assert repaired(alpha1_locus_coeruleus=1.0) == pytest.approx(0.0)


def test_noradrenaline_does_not_raise_clearance_beyond_whole() -> None:
    assert slope("glutamate_clearance", alpha2_locus_coeruleus=1.0) == 0.0


def test_glutamate_clearance_falls_after_ligation_and_not_in_sham() -> None:
    calm = state_at(20 * DAY, glutamate_clearance=1.0)
    assert moved(ligated, calm, none, 30 * DAY).variables["glutamate_clearance"] < 0.95
    assert moved(sham, calm, none, 30 * DAY).variables["glutamate_clearance"] == pytest.approx(1.0)


def test_uptake_block_repairs_through_noradrenaline_alone() -> None:
    """The drug has no path to GLT-1 but the transmitter: without its release, blocked uptake repairs nothing."""
    start = state_at(LATE, glutamate_clearance=0.4)
    untreated = moved(ligated, start, none, LATE + 96.0, longest=4.0)
    drug = always(blocked("NET", occupancy=0.99))
    treated = moved(ligated, start, drug, LATE + 96.0, longest=4.0)
    without = moved(ligated.without("noradrenaline_release"), start, drug, LATE + 96.0, longest=4.0)
    assert treated.variables["glutamate_clearance"] > untreated.variables["glutamate_clearance"] + 0.05
    assert without.variables["glutamate_clearance"] <= untreated.variables["glutamate_clearance"] + 1e-9


@pytest.mark.parametrize(
    ("variable", "process", "followed"),
    [
        ("serotonin1A_sensitivity", PLASTICITY.serotonin1A, "serotonin1A_raphe"),
        ("alpha2_terminal_sensitivity", PLASTICITY.alpha2_terminal, "alpha2_cord"),
        ("alpha2_cord_sensitivity_contra", PLASTICITY.alpha2_cord, "alpha2_cord"),
        ("alpha2_cord_sensitivity_ipsi", PLASTICITY.alpha2_cord, "alpha2_cord_ipsi"),
        (
            "alpha2_soma_sensitivity",
            replace(PLASTICITY.alpha2_soma, depth=PLASTICITY.serotonin1A.depth),
            "alpha2_locus_coeruleus",
        ),
    ],
)
def test_receptors_lose_sensitivity_only_while_they_are_active(variable: str, process: Any, followed: str) -> None:
    plasticity = replace(PLASTICITY, alpha2_soma=replace(PLASTICITY.alpha2_soma, depth=process.depth))

    def rate(active: float, level: float = 1.0) -> float:
        return rates_of_change(plasticity, {**UNDISTURBED, variable: level}, drive(**{followed: active}))[variable]

    floor, span, depth = (n.si for n in (process.floor, process.span, process.depth))
    assert rate(0.0) == rate(floor) == 0.0
    assert rate(floor + 0.5 * span) < 0
    assert rate(min(1.0, floor + span), 1.0 - depth) == pytest.approx(0.0, abs=1e-12)
    assert rate(0.0, 1.0 - depth) > 0, "it comes back"


def test_excess_is_a_share_of_the_span() -> None:
    process = PLASTICITY.serotonin1A
    floor, span = process.floor.si, process.span.si
    shares = [excess(floor + part * span, process) for part in (-1.0, 0.0, 0.25, 1.0, 3.0)]
    assert shares == pytest.approx([0.0, 0.0, 0.25, 1.0, 1.0])


def test_evoked_glutamate_falls_as_basal_glutamate_rises() -> None:
    gains = [evoked_gain(PLASTICITY, glutamate) for glutamate in (1.0, 1.1, 1.7, 2.5, 5.0)]
    assert gains[0] == 1.0
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0
    surplus = PLASTICITY.repair.evoked_half.si
    assert evoked_gain(PLASTICITY, 1.0 + surplus) == pytest.approx(0.5)


def test_mood_follows_the_forebrain_and_knows_its_own_rest() -> None:
    assert slope("mood", serotonin_forebrain=1.0) > 0
    assert slope("mood", noradrenaline_forebrain=1.0) > 0
    start = first_state(-DAY)
    unknown = moved(sham, start, always(blocked("SERT")), 0.0)
    assert unknown.variables["mood"] == 0.0, "before the animal's own rest is known there is no index"
    known = moved(sham, replace(start, reference={"serotonin": 3.0, "noradrenaline": 9.0}), none, 0.0)
    assert known.variables["mood"] != 0.0


# --- what an epoch leaves ------------------------------------------------------------------------------------


def averages(**rates: float) -> dict[str, float]:
    populations: tuple[CellPopulation | AfferentPopulation, ...] = (*sham.cells, *sham.afferents)
    names = [*ligated.brakes, *(f"{s}_{p.name}" for p in populations if p.sided for s in ("ipsi", "contra"))]
    found = {f"{name}_rate_hertz": 1.0 for name in names}
    found |= {f"{x}_{place}_nanomolar": 20.0 for x in TRANSMITTERS for place in COMPARTMENTS}
    return found | {f"{name}_rate_hertz": rate for name, rate in rates.items()}


def test_observing_an_epoch_takes_its_rates_and_drive() -> None:
    start = first_state(-DAY)
    calm, busy = (seen(sham, start, averages(ipsi_vertical=rate, raphe=rate)) for rate in (1.0, 3.0))
    assert busy.observed.rates["raphe"] == 3.0
    weight = PLASTICITY.sensitisation.output_weight.si
    assert busy.drive["ipsi"] - calm.drive["ipsi"] == pytest.approx(2.0 * weight)
    assert busy.drive["contra"] == calm.drive["contra"]
    assert busy.variables == start.variables
    assert busy.hours == start.hours


def input_drive(circuit: Any = sham, exposure: Any = NO_DRUG, hours: Any = 21 * DAY, side: Any = "ipsi") -> Any:
    """Hz of drive that one more spike per second of the C fibres makes."""
    state = first_state(hours, assume_rest=True)
    calm, busy = (
        seen(circuit, state, averages(**{f"{side}_c_peptidergic": rate}), exposure).drive[side] for rate in (0.0, 1.0)
    )
    return busy - calm


def test_c_fibres_drive_by_what_they_release() -> None:
    """Whatever hinders release counts: alpha2 on the terminals, gabapentinoids in the injured cord alone."""
    active = activation(sham.receptor("alpha2A"), 20.0, SiteBinding())
    active = activation(sham.receptor("alpha2A_terminals"), active, SiteBinding())
    hindered = next(c.strength.si for c in sham.couplings if c.name == "alpha2_on_c_terminals")
    alone = sham.without("serotonin3_on_afferents", "cholinergic", "opioid", "gaba_b")
    assert input_drive(alone) == pytest.approx(1.0 + hindered * active)
    assert input_drive(alone.without("alpha2")) == pytest.approx(1.0)
    assert input_drive(exposure=bound({"alpha2A": SiteBinding(block=1e6)})) > input_drive()
    gabapentinoid = bound({"alpha2delta": SiteBinding(block=10.0)})
    coupling = next(c for c in ligated.plain_couplings if c.name == "alpha2delta_on_afferent_release")
    raised = Moment(ligated, first_state(21 * DAY, assume_rest=True)).quantities[coupling.scaled_by]
    left = 1.0 - coupling.strength.si * raised * 10.0 / 11.0
    assert left < 1.0
    assert input_drive(ligated, gabapentinoid) == pytest.approx(left * input_drive(ligated))
    assert input_drive(ligated, gabapentinoid, side="contra") == input_drive(ligated, side="contra")
    assert input_drive(ligated, gabapentinoid, hours=-DAY) == input_drive(ligated, hours=-DAY)


def test_a_silent_population_is_still_expected_to_fire_some_day() -> None:
    silent = seen(sham, first_state(-DAY), averages(raphe=0.0))
    assert 0 < silent.observed.rates["raphe"] < 0.1


def test_quantities_join_injury_and_state() -> None:
    found = Moment(ligated, state_at(21 * DAY)).quantities
    assert {"l5_input", "acetylcholine_switch", "alpha2_soma_sensitivity"} <= found.keys()
    assert found["alpha2_soma_sensitivity"] == disturbed_state().variables["alpha2_soma_sensitivity"]
