"""The closed forms against the differential equations they solve, and against what linear kinetics must keep."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import numpy as np
import pytest
from brian2.units import gram, kilogram, liter, mole, nM
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from core.exposure import NO_DRUG
from core.sourced import ASSUMED, Sourced
from core.units import hour
from drugs import (
    DRUGS,
    Regimen,
    amitriptyline,
    clonidine,
    concentration_table,
    duloxetine,
    exposure,
    idazoxan,
    unbound_concentrations,
    vehicle,
)
from drugs.disposition import Absorption, Bolus, Delivery, Disposition, Infusion, Kinetics
from drugs.drug import Drug
from drugs.exponentials import convolved_exponentials
from drugs.kinetics import TISSUE_OF, TISSUES, plasma_concentrations
from drugs.substance import Affinity, Metabolite, Substance

rates = st.floats(0.01, 20.0)
hours_after = st.floats(0.0, 200.0)


def number(value: Any) -> Any:
    return Sourced(value, ASSUMED, "for a test")


def disposition(half_life: Any, volume: Any = 2.0, unbound: Any = (0.1, 1.0, 0.5), delay: Any = None) -> Any:
    """unbound: the fraction in plasma, and the ratios to plasma of brain and cord."""
    plasma, brain, cord = unbound
    return Disposition(
        volume=number(volume * liter / kilogram),
        half_life=number(half_life * hour),
        unbound_plasma=number(plasma),
        unbound_brain_to_plasma=number(brain),
        unbound_cord_to_plasma=number(cord),
        equilibration_half_life=None if delay is None else number(delay * hour),
    )


def fate_of(drug: Substance) -> Disposition:
    assert drug.kinetics.disposition is not None
    return drug.kinetics.disposition


def made_up_drug(
    absorption_rate: Any = 2.0,
    half_life: Any = 3.0,
    metabolite_half_life: Any = 6.0,
    delay: Any = None,
    metabolite_delay: Any = None,
) -> Any:
    product = Drug(
        "product",
        "test",
        number(240 * gram / mole),
        kinetics=Kinetics(disposition=disposition(metabolite_half_life, 5.0, (0.3, 0.7, 0.9), metabolite_delay)),
    )
    routes: dict[str, Delivery] = {
        "i.p.": Absorption(number(absorption_rate / hour), number(0.6)),
        "i.v.": Bolus(),
        "minipump": Infusion(number(0.8)),
    }
    return Drug(
        "parent",
        "test",
        number(250 * gram / mole),
        {"NET": Affinity(number(5 * nM))},
        Kinetics(routes, disposition(half_life, delay=delay)),
        (Metabolite(product, number(0.5)),),
    )


def integrated(drug: Any, regimen: Any, hours: Any) -> Any:
    """Unbound brain nM of parent and metabolite by LSODA, restarted wherever a dose enters."""
    parent, product = drug.kinetics.disposition, drug.metabolites[0].drug.kinetics.disposition
    k, km = parent.elimination_per_hour, product.elimination_per_hour
    fraction = drug.metabolites[0].fraction.value
    delivery = drug.kinetics.routes[regimen.route]
    ka = delivery.steps_per_hour[0] if isinstance(delivery, Absorption) else 1.0
    bioavailability = 1.0 if isinstance(delivery, Bolus) else delivery.bioavailability.value
    ke = [d.equilibration_per_hour for d in (parent, product)]

    def slopes(_: Any, state: Any, inflow: Any) -> Any:
        depot, body, made, *effect = state
        towards = [0.0 if rate is None else rate * (a - e) for rate, a, e in zip(ke, (body, made), effect, strict=True)]
        return [
            -ka * depot,
            ka * bioavailability * depot + inflow - k * body,
            fraction * k * body - km * made,
            *towards,
        ]

    dose = regimen.dose.milligram * drug.nanomole_per_milligram
    onsets, signs = regimen.events(float(hours[-1]))
    state, inflow, result = np.zeros(5), 0.0, np.zeros((2, hours.size))
    for onset, sign, end in zip(onsets, signs, [*onsets[1:], hours[-1] + 1e-9], strict=True):
        if regimen.route == "minipump":
            inflow += sign * dose * bioavailability / 24
        else:
            state[1 if regimen.route == "i.v." else 0] += dose
        wanted = (hours >= onset) & (hours < end)
        solution = solve_ivp(
            slopes, (onset, end), state, "LSODA", np.append(hours[wanted], end), args=(inflow,), rtol=1e-10, atol=1e-9
        )
        amounts = [solution.y[1 + i] if ke[i] is None else solution.y[3 + i] for i in range(2)]
        for row, amount, fate in zip(result, amounts, (parent, product), strict=True):
            row[wanted] = amount[:-1] * fate.brain_nanomolar
        state = solution.y[:, -1].copy()
    return result


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"absorption_rate": log(2.0) / 3.0, "metabolite_half_life": 3.0},  # all rates equal
        {"absorption_rate": log(2.0) / 3.0 * (1 + 1e-7), "metabolite_half_life": 3.0 * (1 - 1e-7)},
        {"delay": 0.5, "metabolite_delay": 6.0},
        {"absorption_rate": 0.05, "delay": 3.0, "metabolite_delay": 3.0},  # flip-flop
    ],
)
@pytest.mark.parametrize("route", ["i.p.", "i.v.", "minipump"])
def test_closed_form_solves_the_differential_equations(numbers: Any, route: str) -> None:
    drug = made_up_drug(**numbers)
    if route == "minipump":
        regimen = drug.minipump("5 mg/kg", from_day=1, until_day=2)
    else:
        regimen = drug.twice_daily("5 mg/kg", route=route, from_day=1, until_day=3, hour=1.5)
    hours = np.linspace(20.0, 130.0, 221)
    parent, product = (entry.brain for entry in unbound_concentrations(regimen, hours, before=np.inf))
    expected = integrated(drug, regimen, hours)
    np.testing.assert_allclose([parent, product], expected, rtol=1e-6, atol=1e-6 * expected.max())


@given(st.lists(rates, min_size=1, max_size=5), hours_after, st.randoms())
def test_convolution_is_positive_and_does_not_depend_on_the_order_of_steps(steps: Any, time: Any, random: Any) -> None:
    at = np.array([-1.0, 0.0, time])
    value = convolved_exponentials(at, steps)
    shuffled = random.sample(steps, len(steps))
    assert value[0] == 0.0
    assert (value >= 0.0).all()
    np.testing.assert_array_equal(value, convolved_exponentials(at, shuffled))


@given(rates, st.integers(1, 5), st.floats(-1e-4, 1e-4), hours_after)
def test_convolution_is_smooth_where_rates_become_equal(rate: Any, steps: Any, shift: Any, time: Any) -> None:
    near = convolved_exponentials(np.array([time]), [rate * (1.0 + shift * k) for k in range(steps)])[0]
    erlang = convolved_exponentials(np.array([time]), [rate] * steps)[0]
    assert near == pytest.approx(erlang, rel=1e-3 * steps * (1.0 + rate * time), abs=1e-250)


@given(rates, rates, st.floats(0.0, 100.0))
def test_every_molecule_is_waiting_in_the_body_or_eliminated(absorption: Any, elimination: Any, time: Any) -> None:
    at = np.array([time])
    waiting = convolved_exponentials(at, [absorption])
    body = absorption * convolved_exponentials(at, [absorption, elimination])
    gone = absorption * elimination * convolved_exponentials(at, [absorption, elimination, 0.0])
    assert (waiting + body + gone)[0] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("route", ["p.o.", "i.p.", "s.c.", "i.v."])
def test_area_under_the_curve_is_dose_times_bioavailability_over_clearance(route: str) -> None:
    grid = np.linspace(0.0, 400.0, 800_001)
    brain = unbound_concentrations(duloxetine.once("1 mg/kg", route=route), grid, before=1.0)[0].brain
    area = np.trapezoid(brain, grid)
    fate = fate_of(duloxetine)
    delivery = duloxetine.kinetics.routes[route]
    bioavailability = delivery.bioavailability.value if isinstance(delivery, Absorption) else 1.0
    inflow = duloxetine.nanomole_per_milligram * bioavailability
    assert area == pytest.approx(inflow * fate.brain_nanomolar / fate.elimination_per_hour, rel=1e-6)


def test_metabolite_receives_its_fraction_of_all_the_parent_eliminated() -> None:
    grid = np.linspace(0.0, 300.0, 300_001)
    parent, product = unbound_concentrations(amitriptyline.once("10 mg/kg"), grid)
    fates = [fate_of(entry.drug) for entry in (parent, product)]
    eliminated, formed = (
        np.trapezoid(entry.brain, grid) / fate.brain_nanomolar * fate.elimination_per_hour
        for entry, fate in zip((parent, product), fates, strict=True)
    )
    assert formed == pytest.approx(amitriptyline.metabolites[0].fraction.value * eliminated, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 5), st.integers(0, 5), st.floats(0.1, 60.0), st.floats(0.0, 30.0))
def test_doses_superpose_and_scale(first: Any, second: Any, milligrams: Any, factor: Any) -> None:
    hours = np.linspace(-10.0, 200.0, 50)

    def total(*regimens: Any) -> Any:
        columns = concentration_table(regimens, hours).columns
        return columns["amitriptyline_brain_nanomolar"] + columns["nortriptyline_brain_nanomolar"]

    one = amitriptyline.once(f"{milligrams} mg/kg", on_day=first)
    other = amitriptyline.once(f"{milligrams} mg/kg", on_day=second, route="s.c.")
    scaled = amitriptyline.once(f"{milligrams * factor:.17g} mg/kg", on_day=first)
    np.testing.assert_allclose(total(one, other), total(one) + total(other), rtol=1e-12)
    np.testing.assert_allclose(total(scaled), factor * total(one), rtol=1e-9, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["i.p.", "s.c.", "p.o.", "i.v."]), st.integers(-3, 20), st.floats(0.0, 23.9))
def test_nothing_before_the_first_dose_and_nothing_negative_after(route: Any, day: Any, hour_of_day: Any) -> None:
    regimen = amitriptyline.daily("10 mg/kg", route=route, from_day=day, until_day=day + 3, hour=hour_of_day)
    start = 24 * day + hour_of_day
    for entry in unbound_concentrations(regimen, start + np.linspace(-100.0, -1e-6, 20)):
        assert not entry.brain.any()
    for entry in unbound_concentrations(regimen, start + np.linspace(0.0, 400.0, 200)):
        assert (entry.brain >= 0.0).all()


@pytest.mark.parametrize("drug", [clonidine, duloxetine], ids=str)
def test_at_the_hour_of_a_dose_it_is_not_there_by_any_route(drug: Any) -> None:
    """The same hour may be written as the day before, or come from a sum: what is measured then comes first."""
    for route in drug.kinetics.routes:
        amount = "30 ug" if drug.kinetics.routes[route].per_kilogram is False else "1 mg/kg"
        schedule = "minipump" if route == "minipump" else "daily"
        course = Regimen(drug, amount, route, schedule, 1, 3, 0.3)
        at = np.array([24.3, 48.3 - 24.0, 24.1 + 0.1 + 0.1])
        assert len(set(at)) == 3, "one hour in three spellings"
        assert not any(entry.cord.any() or entry.locus_coeruleus.any() for entry in unbound_concentrations(course, at))
        assert exposure(course, 24.3) == NO_DRUG
        later = unbound_concentrations(course, 24.301)[0]
        assert later.cord + later.locus_coeruleus > 0.0, route


def test_doses_from_an_hour_on_may_be_left_out_and_the_dose_of_the_hour_counted() -> None:
    course = clonidine.daily("30 ug", route="i.t.", from_day=1)
    first, second = (clonidine.intrathecal("30 ug", on_day=day) for day in (1, 2))
    at = 48.25

    def cord(treatment: Any, before: Any = None) -> Any:
        return float(unbound_concentrations(treatment, at, before=before)[0].cord)

    assert cord(course, before=48.0) == cord(first) < cord(course) == pytest.approx(cord(first) + cord(second))
    at = 48.0
    assert cord(second) == 0.0 < cord(second, before=np.inf)
    assert exposure(second, 48.0, before=np.inf) != exposure(second, 48.0) == NO_DRUG


def test_daily_doses_are_single_doses_and_an_open_end_goes_on() -> None:
    hours = np.linspace(24 * 13.0, 24 * 20.0, 300)
    course = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14, until_day=18)
    singles = [duloxetine.once("10 mg/kg", route="s.c.", on_day=day) for day in range(14, 19)]
    name = "duloxetine_cord_nanomolar"
    expected = concentration_table(course, hours).columns[name]
    np.testing.assert_allclose(concentration_table(singles, hours).columns[name], expected, rtol=1e-12)
    forever = concentration_table(replace(course, until_day=None), hours).columns[name]
    before = hours < 24 * 19
    np.testing.assert_allclose(forever[before], expected[before], rtol=1e-12)
    assert (forever[~before] > expected[~before]).all()


def test_minipump_rises_to_a_plateau_and_washes_out() -> None:
    pump = duloxetine.minipump("5 mg/kg", from_day=7, until_day=20)
    hours = np.array([7, 20.9, 21, 21.5, 60]) * 24.0
    start, late, stop, after, washed = unbound_concentrations(pump, hours)[0].brain
    assert start == 0.0
    assert late == pytest.approx(stop, rel=1e-6)
    assert after == pytest.approx(stop / 2, rel=1e-6)
    assert washed < 1e-9 * stop


def test_local_injection_stays_where_it_is_put() -> None:
    spinal, coerulear = (
        unbound_concentrations(regimen, 24.5)[0]
        for regimen in (
            idazoxan.intrathecal("30 ug", on_day=1),
            idazoxan.intra_locus_coeruleus("1 ug", on_day=1),
        )
    )
    assert spinal.cord > 0
    assert coerulear.locus_coeruleus > 0
    assert spinal.locus_coeruleus == spinal.brain == coerulear.cord == coerulear.brain == 0


def test_brain_of_the_rat_peaks_when_and_where_it_was_measured() -> None:
    hours = np.linspace(0.0, 24.0, 1441)
    parent, product = unbound_concentrations(amitriptyline.once("10 mg/kg", route="i.p."), hours)
    assert 0.4 < hours[parent.brain.argmax()] < 0.7  # Glotzbach 1982: 30 min
    assert 50 < parent.brain.max() < 100
    assert 5 < product.brain.max() < 40
    assert product.brain[-1] > parent.brain[-1]
    oral = unbound_concentrations(duloxetine.once("1 mg/kg", route="p.o."), hours)[0].brain
    assert 1.5 < hours[oral.argmax()] < 2.6  # AbdElal 2023: plasma peak at 2 h
    assert 5 < oral.max() < 25


def test_plasma_holds_the_dose_over_the_volume_whatever_delays_the_brain() -> None:
    drug, at = made_up_drug(half_life=3.0, delay=2.0), np.array([23.0, 24.0, 25.0, 30.0])
    regimen = drug.once("10 mg/kg", route="i.v.", on_day=1)
    nanomole = 10.0 * drug.nanomole_per_milligram
    elapsed = np.array([np.inf, np.inf, 1.0, 6.0])
    np.testing.assert_allclose(plasma_concentrations(regimen, at)["parent"], nanomole / 2.0 * 0.5 ** (elapsed / 3.0))


def test_free_drug_in_brain_is_a_share_of_what_is_in_plasma() -> None:
    courses = [amitriptyline.once("10 mg/kg", route=route, on_day=day) for route, day in (("i.p.", 0), ("s.c.", 1))]
    at = np.array([-1.0, 0.5, 24.0, 30.0])
    plasma = plasma_concentrations(courses, at)
    assert plasma.keys() == {"amitriptyline", "nortriptyline"}
    brain = concentration_table(courses, at).columns
    for name, total in plasma.items():
        fate = fate_of(DRUGS[name])
        assert fate.equilibration_half_life is None
        share = fate.unbound_plasma.si * fate.unbound_brain_to_plasma.si
        np.testing.assert_allclose(brain[f"{name}_brain_nanomolar"], share * total)
        assert total[0] == 0.0
        assert (total[1:] > 0.0).all()
    assert plasma_concentrations(idazoxan.intrathecal("30 ug", on_day=1), at) == {}


def test_shapes_follow_the_hours_asked() -> None:
    regimen = amitriptyline.daily("10 mg/kg", from_day=0)
    assert {entry.brain.shape for entry in unbound_concentrations(regimen, 5.0)} == {()}
    assert {entry.cord.shape for entry in unbound_concentrations(regimen, np.zeros((2, 3)))} == {(2, 3)}
    assert {entry.cord.shape for entry in unbound_concentrations(regimen, [])} == {(0,)}
    table = concentration_table(regimen, [1.0, 2.0])
    assert table.hours.shape == (2,)
    assert set(table.units.values()) == {"nM"}
    assert len(table.columns) == 2 * len(TISSUES)


def test_a_vehicle_brings_nothing_and_every_compartment_has_a_place() -> None:
    assert unbound_concentrations(vehicle.daily("0 mg/kg"), 5.0) == ()
    assert unbound_concentrations(vehicle, 5.0) == ()
    assert not concentration_table(vehicle, [1.0]).columns
    assert set(TISSUE_OF.values()) == set(TISSUES)
    assert DRUGS["vehicle"] is vehicle
