"""What the circuit hears of a treatment: occupancies that rise with dose and do not depend on bookkeeping."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest
from brian2.units import gram, kilogram, liter, mole, nM
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.exposure import NO_DRUG
from core.sourced import ASSUMED, Sourced
from core.units import hour
from core.vocabulary import COMPARTMENTS, DRUG_PLACES, TRANSPORTERS
from drugs import (
    DRUGS,
    amitriptyline,
    duloxetine,
    exposure,
    idazoxan,
    nortriptyline,
    regimens_of,
    transporter_occupancy,
    unbound_concentrations,
    vehicle,
)
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity

SYSTEMIC = [duloxetine, amitriptyline, nortriptyline]
doses = st.floats(1e-3, 100.0)


def number(value: Any) -> Any:
    return Sourced(value, ASSUMED, "for a test")


def agonist(efficacy: Any) -> Any:
    fate = Disposition(number(1.0 * liter / kilogram), number(2.0 * hour), number(1.0), number(1.0), number(1.0))
    kinetics = Kinetics({"i.v.": Bolus()}, fate)
    return Drug("agonist", "test", number(100 * gram / mole), {"mu": Affinity(number(10 * nM), efficacy)}, kinetics)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SYSTEMIC), doses, st.floats(1.01, 10.0), st.floats(0.0, 48.0), st.sampled_from(COMPARTMENTS))
def test_occupancy_lies_in_0_to_1_and_rises_with_dose(
    drug: Any, milligrams: Any, factor: Any, elapsed: Any, compartment: Any
) -> None:
    low, high = (exposure(drug.once(f"{amount:.17g} mg/kg"), elapsed) for amount in (milligrams, milligrams * factor))
    for site in drug.affinities:
        less, more = low.at(compartment, site).occupancy, high.at(compartment, site).occupancy
        assert 0.0 <= less <= more <= 1.0
        assert less < more or less == more == 0.0 or less > 1 - 1e-9


@pytest.mark.parametrize("drug", DRUGS.values(), ids=list(DRUGS))
def test_dose_zero_equals_vehicle(drug: Any) -> None:
    for route, delivery in drug.kinetics.routes.items():
        if route == "minipump":
            none = drug.minipump("0 mg/kg", until_day=3)
        else:
            none = drug.once("0 ug" if delivery.per_kilogram is False else "0 mg/kg", route=route)
        assert exposure(none, 2.0) == exposure(vehicle.daily("0 mg/kg"), 2.0) == exposure(vehicle, 2.0) == NO_DRUG


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(5)), st.floats(0.0, 300.0))
def test_order_of_regimens_does_not_matter(order: Any, at: Any) -> None:
    regimens = [
        duloxetine.daily("10 mg/kg", route="s.c.", from_day=2),
        amitriptyline.daily("7 mg/kg", from_day=1, until_day=5),
        nortriptyline.twice_daily("3 mg/kg", route="s.c.", from_day=0),
        idazoxan.intrathecal("30 ug", on_day=4, hour=3),
        vehicle.once("1 mg/kg", route="i.p.", on_day=4),
    ]
    assert exposure([regimens[k] for k in order], at) == exposure(regimens, at)


def test_splitting_a_dose_in_two_regimens_changes_nothing() -> None:
    half = amitriptyline.daily("5 mg/kg", from_day=0)
    both = exposure([half, half], 30.0)
    whole = exposure(amitriptyline.daily("10 mg/kg", from_day=0), 30.0)
    for site in amitriptyline.affinities:
        assert both.at("raphe", site).block == pytest.approx(whole.at("raphe", site).block, rel=1e-12)


def test_parent_and_metabolite_add_at_a_site() -> None:
    treatment = amitriptyline.once("10 mg/kg")
    expected = sum(
        float(entry.cord) / entry.drug.affinities["NET"].nanomolar for entry in unbound_concentrations(treatment, 4.0)
    )
    assert exposure(treatment, 4.0).at("dorsal_horn_contra", "NET").block == pytest.approx(expected, rel=1e-12)


def test_agonists_drive_and_hold_antagonists_block() -> None:
    full, partial = (exposure(agonist(e).once("1 mg/kg", route="i.v."), 0.0, before=1.0) for e in (1.0, number(0.25)))
    ratio = 1e6 / 100 / 10  # 1 mg/kg in 1 L/kg is 10 uM, over 10 nM
    assert astuple(full.at("raphe", "mu")) == pytest.approx((0.0, ratio, ratio))
    assert astuple(partial.at("raphe", "mu")) == pytest.approx((0.0, ratio / 4, ratio))
    blocked = exposure(idazoxan.intrathecal("30 ug"), 0.01).at("dorsal_horn_ipsi", "alpha2A")
    assert blocked.block > 0.0
    assert blocked.drive == blocked.held == 0.0


def test_where_a_drug_arrives() -> None:
    assert set(exposure(duloxetine.once("10 mg/kg"), 1.0).binding) == set(DRUG_PLACES)
    horns = {"dorsal_horn_ipsi", "dorsal_horn_contra"}
    assert set(exposure(idazoxan.intrathecal("30 ug"), 0.5).binding) == horns
    nucleus = {"locus_coeruleus", "locus_coeruleus_spinal"}
    assert set(exposure(idazoxan.intra_locus_coeruleus("1 ug"), 0.5).binding) == nucleus


def test_duloxetine_meets_the_occupancies_seen_in_rats() -> None:
    def peak(dose: Any, route: Any = "p.o.") -> Any:
        return transporter_occupancy(duloxetine.once(dose, route=route), 2.2 if route == "p.o." else 1e-3, "forebrain")

    assert 0.35 < peak("0.7 mg/kg")["NET"] < 0.65  # ED50 0.7 mg/kg, Bymaster 2001; by mouth and the hour are ours
    assert peak("0.1 mg/kg")["SERT"] > 0.5 > peak("0.02 mg/kg")["SERT"]  # ED50 0.03 mg/kg
    assert peak("0.475 mg/kg", "i.v.")["NET"] > 0.5  # halves locus coeruleus firing, Kasamo 1996
    assert peak("0.099 mg/kg", "i.v.")["SERT"] > 0.5  # halves raphe firing


def test_intrathecal_idazoxan_holds_the_cord_for_about_an_hour() -> None:
    def held(elapsed: Any) -> Any:
        return exposure(idazoxan.intrathecal("30 ug"), elapsed).at("dorsal_horn_ipsi", "alpha2A").occupancy

    assert held(1.0) > 0.9 > held(1.5)
    assert held(4.0) < 0.01


def test_transporter_occupancy_names_its_compartments() -> None:
    occupancy = transporter_occupancy(duloxetine.once("10 mg/kg", route="s.c."), 2.0)
    assert tuple(occupancy) == TRANSPORTERS
    assert occupancy["SERT"] > occupancy["NET"] > occupancy["DAT"] > 0
    with pytest.raises(UserError, match="Nearest: forebrain"):
        transporter_occupancy(vehicle, 0.0, "forbrain")


def test_a_treatment_is_one_regimen_several_or_a_vehicle() -> None:
    one = duloxetine.daily("10 mg/kg", from_day=14)
    assert regimens_of(one) == (one,)
    assert regimens_of([one, vehicle]) == (one,)
    assert regimens_of(()) == ()
    with pytest.raises(UserError, match=r"duloxetine is a drug, not a treatment; .*duloxetine\.daily"):
        regimens_of(duloxetine)
    for wrong in ("duloxetine", ["vehicle"], {"drug": "duloxetine"}, 3, None):
        with pytest.raises(UserError, match="is no treatment; expected a regimen"):
            regimens_of(wrong)  # type: ignore[arg-type]


def test_exposure_is_pure() -> None:
    course = [
        amitriptyline.daily("10 mg/kg", from_day=0, until_day=29),
        idazoxan.intrathecal("30 ug", on_day=29),
    ]
    at = 29 * 24 + 0.1
    assert exposure(course, at) == exposure(course, at)
