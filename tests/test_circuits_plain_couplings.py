"""Sites without a transmitter: what their occupancy takes away, of what, and that a switch gives it back."""

from __future__ import annotations

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
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.exposure import NO_DRUG, SiteBinding
from core.vocabulary import SITES, TRANSPORTERS

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
    undrugged = Moment(ligated, disturbed_state(LATE))
    expected = {**undrugged.injury, **undrugged.remaining, **undrugged.state.variables, **WHOLE}
    assert undrugged.quantities == expected


@pytest.mark.parametrize("coupling", ligated.plain_couplings, ids=lambda coupling: coupling.name)
def test_occupancy_takes_its_share_of_one_quantity_and_the_switch_gives_it_back(coupling: Any) -> None:
    exposure, free = held(coupling.site, 1.0), quantities(ligated, NO_DRUG)
    left = quantities(ligated, exposure)
    scale = free[coupling.scaled_by] if coupling.scaled_by else 1.0
    share = 1.0 - 0.5 * coupling.strength.si * scale
    assert left[coupling.quantity] == pytest.approx(free[coupling.quantity] * share)
    for switch in (coupling.name, coupling.group):
        assert quantities(ligated.without(switch), exposure)[coupling.quantity] == free[coupling.quantity]


def test_a_site_is_a_transporter_a_receptor_a_plain_site_or_without_an_effect() -> None:
    """A receptor that follows another one is what that one brings about, and nothing that a drug binds."""
    plain = {coupling.site for coupling in ligated.plain_couplings}
    receptors = {r.name for r in ligated.receptors if ligated.has_transmitter(r.agonist)}
    assert not plain & (receptors | set(TRANSPORTERS))
    assert plain | receptors | set(TRANSPORTERS) <= set(SITES)
    assert len(set(SITES)) == len(SITES)


def test_the_page_names_the_sites_without_an_effect() -> None:
    known = {*TRANSPORTERS, *(r.name for r in ligated.receptors), *(c.site for c in ligated.plain_couplings)}
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
