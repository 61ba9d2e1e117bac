"""Sites without a transmitter: what their occupancy takes away, of what, and that a switch gives it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_animals import SEED, bound, disturbed_state

from circuits import ligated, sham
from circuits.draw import draw_animal
from circuits.epoch import prepare
from circuits.manipulations.lesions import ProteinLoss
from circuits.moment import WHOLE, Moment
from circuits.slow_clock import advance
from circuits.slow_state import first_state
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.exposure import NO_DRUG, SiteBinding
from core.vocabulary import CHANNEL_STATES, SITES, TRANSPORTERS
from drugs import DRUGS, exposure

LATE = 42 * 24.0
PHARMACY = (Path(__file__).parents[1] / "docs" / "pharmacy.md").read_text("utf-8")


def held(site: Any, strength: Any) -> Any:
    return bound({site: SiteBinding(block=strength)})


def told(circuit: Any, exposure: Any, name: Any, block: Any) -> Any:
    draw = draw_animal(circuit, structure(circuit, 0.1), SEED, 0)
    inputs, _ = prepare(Moment(circuit, disturbed_state(LATE), exposure, draw), Stimulus(0.2), "test", 0.1)
    cells = draw.structure.block(block)
    return np.asarray(inputs.arguments[name])[cells.part]


def clearance_after(circuit: Any, exposure: Any, days: Any) -> Any:
    moment = Moment(circuit, disturbed_state(LATE), exposure)
    later = advance(moment, lambda _: exposure, LATE + 24.0 * days, longest=6.0)
    return later.state.variables["glutamate_clearance"]


def quantities(circuit: Any, exposure: Any) -> Any:
    return Moment(circuit, disturbed_state(LATE), exposure).quantities


def test_without_drug_everything_is_whole() -> None:
    undrugged = Moment(ligated, first_state(LATE, assume_rest=True))
    expected = {**undrugged.injury, **undrugged.remaining, **undrugged.state.variables, **WHOLE}
    assert undrugged.quantities == expected


@pytest.mark.parametrize("coupling", ligated.plain_couplings, ids=lambda coupling: coupling.name)
def test_occupancy_takes_its_share_of_one_quantity_and_the_switch_gives_it_back(coupling: Any) -> None:
    """Alone: no other coupling takes of the same quantity here."""
    others = [c.name for c in ligated.plain_couplings if c.quantity == coupling.quantity and c is not coupling]
    alone = ligated.without(*others)
    strength = 1.0 if coupling.competitor is None else 1.0 + coupling.competitor.si
    exposure, free = bound(dict.fromkeys(coupling.sites, SiteBinding(block=strength))), quantities(alone, NO_DRUG)
    left = quantities(alone, exposure)
    scale = free[coupling.scaled_by] if coupling.scaled_by else 1.0
    whole = quantities(alone.without(coupling.name), NO_DRUG)[coupling.quantity]
    share = free[coupling.follows] if coupling.follows else 0.5
    assert left[coupling.quantity] == pytest.approx(whole * (1.0 - share * coupling.strength.si * scale))
    for switch in (coupling.name, coupling.group):
        assert quantities(alone.without(switch), exposure)[coupling.quantity] == whole


def test_a_site_is_a_transporter_a_receptor_a_plain_site_or_without_an_effect() -> None:
    """A receptor that follows another one is what that one brings about, and nothing that a drug binds."""
    plain = {site for coupling in ligated.plain_couplings for site in coupling.sites}
    receptors = {r.name for r in ligated.receptors if ligated.has_transmitter(r.agonist)}
    assert not plain & (receptors | set(TRANSPORTERS))
    assert plain | receptors | set(TRANSPORTERS) <= set(SITES)
    assert len(set(SITES)) == len(SITES)


def test_the_page_names_the_sites_without_an_effect() -> None:
    known = {
        *TRANSPORTERS,
        *(r.name for r in ligated.receptors),
        *(site for c in ligated.plain_couplings for site in c.sites),
    }
    told = PHARMACY.partition("**Sites without an effect.**")[2].partition("\n\n")[0]
    words = {"beta": "beta-adrenergic"}
    assert all(words.get(site, site) in told for site in set(SITES) - known)
    assert not [r.name for r in ligated.receptors if r.name in told]


@pytest.mark.parametrize(
    ("name", "block"), [("cells.gain", "ipsi_projection"), ("cells.gain", "locus_coeruleus_spinal")]
)
def test_blocked_ampa_weakens_excitation_where_it_is_blocked(name: str, block: str) -> None:
    half = told(ligated, held("AMPA", 1.0), name, block)
    np.testing.assert_allclose(half, 0.5 * told(ligated, NO_DRUG, name, block), rtol=1e-12)


def test_blocked_ampa_weakens_the_tonic_drive_of_the_locus_coeruleus() -> None:
    half = told(ligated, held("AMPA", 1.0), "cells.tonic_ampa", "locus_coeruleus_ascending")
    full = told(ligated, NO_DRUG, "cells.tonic_ampa", "locus_coeruleus_ascending")
    assert full.all()
    np.testing.assert_allclose(half, 0.5 * full, rtol=1e-12)


def test_gabapentinoids_raise_glutamate_of_the_locus_coeruleus_through_glt1() -> None:
    """By the same share without injury and after ligation (Suto2014), less with less GLT-1; and less is evoked then."""

    def rise(circuit: Any, name: Any) -> Any:
        half = told(circuit, held("alpha2delta", 1.0), name, "locus_coeruleus_spinal")
        none = told(circuit, NO_DRUG, name, "locus_coeruleus_spinal")
        assert none.all()
        return half / none

    knocked_down = sham.manipulated(knock_downs=(ProteinLoss("GLT-1", 0.0, 0.6, 72.0),))
    strength = next(c.strength for c in sham.plain_couplings if c.quantity == "locus_coeruleus_glutamate")
    share = -0.5 * strength.si
    np.testing.assert_allclose(rise(sham, "cells.tonic_ampa"), 1.0 + share, rtol=1e-12)
    np.testing.assert_allclose(rise(ligated, "cells.tonic_ampa"), 1.0 + share, rtol=1e-12)
    np.testing.assert_allclose(rise(knocked_down, "cells.tonic_ampa"), 1.0 + 0.4 * share, rtol=1e-12)
    assert (rise(ligated, "cells.gain") < 1.0).all()


def test_glt1_that_was_lost_comes_back_over_days_and_what_was_not_lost_stays() -> None:
    days = [clearance_after(ligated, held("HDAC", 3.0), day) for day in (0.5, 2.0, 6.0, 14.0)]
    assert days == sorted(days)
    assert days[0] < days[-1] - 0.1
    untreated = clearance_after(ligated, NO_DRUG, 14.0)
    assert untreated < days[-1] < 1.0
    assert clearance_after(ligated.without("glt1_induction"), held("HDAC", 3.0), 14.0) == untreated
    assert clearance_after(sham, held("HDAC", 3.0), 14.0) == clearance_after(sham, NO_DRUG, 14.0)


# --- sodium channels by state and use --------------------------------------------------------------------------

USE = next(c.use for c in ligated.plain_couplings if c.name == "sodium_channel_on_ectopic")


def at_channels(drug: str, micromolar: float) -> list[SiteBinding]:
    """Binding of a drug at a free concentration."""
    constants = [DRUGS[drug].affinities[f"Nav_{state}"].nanomolar for state in CHANNEL_STATES]
    return [SiteBinding(block=1e3 * micromolar / constant) for constant in constants]


def test_amitriptyline_blocks_by_use_as_in_rat_and_human_channels() -> None:
    """1 uM: about 55 % at 5 Hz (Nau2000); channels at rest are half held at 24.8 uM, here with a tenth inactivated."""
    assert USE is not None
    fibre = replace(USE, inactivated=USE.inactivated.with_value(0.0))
    assert fibre.occupancy(at_channels("amitriptyline", 1.0), 5.0) == pytest.approx(0.55, abs=0.02)
    assert fibre.occupancy(at_channels("amitriptyline", 24.8), 0.0) == pytest.approx(0.5)


@pytest.mark.parametrize("drug", [name for name, each in DRUGS.items() if "Nav_open" in each.affinities])
def test_block_grows_with_rate_and_dose_and_slows_what_it_grows_with(drug: str) -> None:
    assert USE is not None
    rates, doses = (0.0, 0.02, 1.0, 5.0, 20.8, 100.0), (0.01, 0.1, 1.0, 10.0)
    for micromolar in doses:
        held = [USE.occupancy(at_channels(drug, micromolar), rate) for rate in rates]
        assert held == sorted(held)
        assert USE.settled(at_channels(drug, micromolar), 20.8, 0.9) < held[4]
    left = [1.0 - 0.9 * USE.settled(at_channels(drug, each), 20.8, 0.9) for each in doses]
    assert left == sorted(left, reverse=True)


def test_a_quarter_micromolar_takes_a_quarter_to_half_of_a_discharge_at_20_hertz() -> None:
    drug = bound(
        {f"Nav_{state}": each for state, each in zip(CHANNEL_STATES, at_channels("amitriptyline", 0.25), strict=True)}
    )
    free, left = (quantities(ligated, each) for each in (NO_DRUG, drug))
    assert 0.5 < left["ectopic_rate"] / free["ectopic_rate"] < 0.75
    assert left["c_spontaneous_rate"] / free["c_spontaneous_rate"] > 0.9, "slow fibres are spared"


def test_a_drug_reaches_the_nerve_from_plasma_and_not_from_the_cord() -> None:
    def ectopic(given: Any) -> float:
        return float(quantities(ligated, exposure(given, LATE))["ectopic_rate"])

    day = int(LATE // 24)
    systemic = DRUGS["amitriptyline"].once("28 mg/kg", route="s.c.", on_day=day - 1, hour=22.0)
    assert ectopic(systemic) < 0.9 * ectopic(())
    local = DRUGS["pregabalin"].intrathecal("100 ug", on_day=day - 1, hour=23.5)
    assert ectopic(local) == ectopic(())


# --- gabapentinoids --------------------------------------------------------------------------------------------


def test_pregabalin_silences_most_of_an_ectopic_discharge_with_dose() -> None:
    """Partial sciatic ligation: 30 mg/kg i.v. 20.8 to 2.3 per s, lower doses less (Chen2001)."""
    day = int(LATE // 24)
    left = []
    for dose in (0.0, 1.0, 10.0, 30.0):
        given = DRUGS["pregabalin"].once(f"{dose} mg/kg", route="i.v.", on_day=day - 1, hour=23.8)
        left.append(quantities(ligated, exposure(given, LATE))["ectopic_rate"])
    assert left == sorted(left, reverse=True)
    assert left[1] > 0.85 * left[0]
    assert 0.4 * left[0] < left[2] < 0.75 * left[0]
    assert left[3] < 0.4 * left[0]


def test_gabapentinoids_hinder_release_over_days_and_hardly_at_once() -> None:
    """They keep alpha2delta-1 from the terminals (Bauer2009); in sham animals there is none to keep."""
    drug = bound({"alpha2delta": SiteBinding(block=1e4)})

    def release(circuit: Any, days: float) -> float:
        start = Moment(circuit, first_state(LATE, assume_rest=True), drug)
        later = advance(start, lambda _: drug, LATE + 24.0 * days, longest=6.0)
        return float(later.quantities["afferent_release"])

    left = [release(ligated, days) for days in (0.0, 0.5, 2.0, 6.0, 20.0)]
    assert left == sorted(left, reverse=True)
    assert 0.9 <= left[0] < 1.0
    assert left[-1] < 0.75
    assert left[2] > 0.5 * (left[0] + left[-1]), "half of it takes two days or more"
    assert release(sham, 20.0) == 1.0
