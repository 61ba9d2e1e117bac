"""A switch removes exactly the path it names: what epochs and the slow clock are told changes there, nowhere else.

An epoch is a pure function of what it is told, so that what is not told otherwise cannot act otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
from small_animals import (
    RECEPTORS,
    SEED,
    TRANSMITTERS,
    SmallAnimal,
    animal,
    blocked,
    bound,
    disturbed_state,
    same_spikes,
    strong_stimulus,
)

from circuits import SWITCHES, Circuit, ligated, sham
from circuits.brian.equations import coefficient, modulator
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import prepare
from circuits.moment import Moment
from circuits.receptors import Coupling, PlainCoupling
from circuits.slow_clock import advance
from circuits.structure import structure
from circuits.switches import MECHANISMS
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.vocabulary import COMPARTMENTS, FOLLOWED_SITES, SIDES, SITES, TRANSPORTERS

AGONIST = SiteBinding(drive=10.0, held=10.0)
#: Something at every site, so that each path has something to carry.
EVERYWHERE = {
    site: SiteBinding(1.0, 0.3, 0.5) if site in RECEPTORS else SiteBinding(1.0 if site.startswith("Nav") else 3.0)
    for site in SITES
}
#: Uptake blocked a little to nearly whole, so that each slow process is somewhere within its span.
BLOCKED = tuple(bound(dict.fromkeys(TRANSPORTERS, SiteBinding(block=block))) for block in (0.3, 1.0, 3.0, 10.0, 100.0))
RELEASES = tuple(f"{x}_release" for x in TRANSMITTERS)

#: A thing told, and of whom: ("cells.E_gaba", "ipsi_vertical"), ("fields.dopamine", "raphe"), ("slow", "mood").
Told = dict[tuple[str, str], np.ndarray]


@cache
def drawn() -> AnimalDraw:
    """A whole animal; in a small one nobody may carry a rare coupling. Nothing is compiled for it."""
    return draw_animal(ligated, structure(ligated, 1.0), SEED, 0)


def given(drugs: Exposure, _: float) -> Exposure:
    return drugs


def told(circuit: Circuit, exposure: Exposure | None = None) -> Told:
    """All that a strong epoch three weeks after ligation is told, and the slow state six hours later.

    The slow clock takes them in one step, so that only what acts on a variable itself is seen.
    """
    state, drug = disturbed_state(), bound(EVERYWHERE) if exposure is None else exposure
    moment = Moment(circuit, state, drug, drawn())
    inputs, trains = prepare(moment, strong_stimulus(0.4), "path", 0.1)
    found = {("afferents", n): np.concatenate([train.seconds, train.index]) for n, train in trains.items()}
    for name, value in inputs.arguments.items():
        found |= {(name, of): part for of, part in parted(name, np.asarray(value))}
    for k, drugs in enumerate((*BLOCKED, drug)):
        after = advance(moment, partial(given, drugs), state.hours + 6.0, longest=6.0)
        found |= {(f"slow {k}", name): np.array(value) for name, value in after.state.variables.items()}
    return found


def parted(name: str, value: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    shape = drawn().structure
    blocks = {"cells": shape.blocks, "fibres": shape.fibres}.get(name.split(".")[0], ())
    if blocks and value.ndim:
        yield from ((block.name, value[block.part]) for block in blocks)
    elif name.endswith("_quantum"):
        yield from zip(COMPARTMENTS, value.reshape(-1, len(COMPARTMENTS)).T, strict=True)
    elif len(np.atleast_1d(value)) == len(COMPARTMENTS):
        yield from zip(COMPARTMENTS, np.atleast_1d(value), strict=True)
    else:
        yield "", value


def changed(one: Told, other: Told) -> set[tuple[str, str]]:
    assert one.keys() == other.keys()
    return {(name.split(" ")[0], of) for name, of in one if one[name, of].tobytes() != other[name, of].tobytes()}


@cache
def whole() -> Told:
    return told(ligated)


# --- what each path goes through -------------------------------------------------------------------------------

C_FIBRES = ("c_peptidergic", "c_nonpeptidergic")
FIBRES = ("a_beta", "a_delta", *C_FIBRES)
EXCITATORY, INHIBITORY = ("pkc_gamma", "vertical", "projection"), ("parvalbumin", "islet")
CORD = ("dorsal_horn_ipsi", "dorsal_horn_contra")
PACEMAKERS = {
    "noradrenaline": ("locus_coeruleus_spinal", "locus_coeruleus_ascending"),
    "serotonin": ("raphe",),
    "dopamine": ("a11",),
}
CORD = ("dorsal_horn_ipsi", "dorsal_horn_contra")
REACHED = {
    "noradrenaline": (*CORD, "locus_coeruleus", "locus_coeruleus_spinal", "forebrain", "raphe"),
    "serotonin": (*CORD, "raphe", "locus_coeruleus", "locus_coeruleus_spinal", "forebrain"),
    "dopamine": ("dorsal_horn_ipsi", "dorsal_horn_contra", "a11", "forebrain"),
    "acetylcholine": CORD,
    "enkephalin": CORD,
    "gaba": CORD,
}
#: What stands otherwise where the cells of a transmitter fire otherwise, beside that transmitter itself.
RELEASED_ALONG = {
    "noradrenaline": {("fields.dopamine", place) for place in ("dorsal_horn_ipsi", "dorsal_horn_contra", "forebrain")}
    | {("fields.acetylcholine", place) for place in CORD}
}
FOLLOWS = {
    "noradrenaline": (
        "mood",
        "glutamate_clearance",
        "alpha2_terminal_sensitivity",
        "alpha2_cord_sensitivity_ipsi",
        "alpha2_cord_sensitivity_contra",
    ),
    "serotonin": ("mood", "serotonin1A_sensitivity"),
    "dopamine": (),
}


def of(name: str, who: Iterable[str], sides: Iterable[str] = ("ipsi",)) -> set[tuple[str, str]]:
    return {(name, f"{side}_{one}" if side else one) for one in who for side in sides}


#: Couplings that the injured side alone has.
OF_INJURY = {c.name for c in ligated.couplings if c.scaled_by == "acetylcholine_switch"}


def _sides(name: str, places: Iterable[str]) -> list[str]:
    """Those of some places where a coupling is."""
    return [place for place in places if name not in OF_INJURY or not place.endswith("contra")]


def through_coupling(name: str) -> set[tuple[str, str]]:
    coupling = next(c for c in ligated.couplings if c.name == name)
    for transmitter in (target for target in coupling.targets if ligated.has_transmitter(target)):
        return of(f"fields.{modulator(transmitter, coupling.receptor)}", _sides(name, COMPARTMENTS), [""])
    shape, what = drawn().structure, coefficient(coupling.effect, coupling.receptor)
    return {
        (f"{agents}.{what}", block.name)
        for agents, blocks in (("cells", shape.blocks), ("fibres", shape.fibres))
        for block in blocks
        if block.population in coupling.targets and (name not in OF_INJURY or block.side != "contra")
    }


def moved_by(coupling: Coupling) -> set[tuple[str, str]]:
    """Where the level of a transmitter stands otherwise without a coupling on its terminals."""
    released = [target for target in coupling.targets if ligated.has_transmitter(target)]
    return {(f"fields.{x}", place) for x in released for place in _sides(coupling.name, REACHED[x])}


def through_release(transmitter: str) -> set[tuple[str, str]]:
    """Its concentrations and quanta, the firing that its cells are expected at, and what slowly follows it."""
    reached = of(f"fields.{transmitter}", REACHED[transmitter], [""])
    if ligated.transmitter(transmitter).releases:
        reached |= of(f"volume.{transmitter}_quantum", REACHED[transmitter], [""])
    tones = ligated.transmitter(transmitter).tones
    reached |= RELEASED_ALONG.get(transmitter, set()) | of(
        f"fields.{transmitter}_tone", [t.compartment for t in tones], [""]
    )
    cells, slow = PACEMAKERS.get(transmitter, ()), FOLLOWS.get(transmitter, ())
    return reached | of("cells.w", cells, [""]) | of("slow", slow, [""])


def through_firing(transmitter: str) -> set[tuple[str, str]]:
    """Where a transmitter is expected to stand, and what follows it: not its quanta, nor its tone."""
    return {where for where in through_release(transmitter) if not where[0].endswith(("_quantum", "_tone"))}


def sprouted(side: str) -> set[tuple[str, str]]:
    """Noradrenaline and dopamine of a side, and acetylcholine, which noradrenaline governs."""
    names = [name for x in ("noradrenaline", "dopamine") for name in (f"fields.{x}", f"volume.{x}_quantum")]
    return {(name, f"dorsal_horn_{side}") for name in (*names, "fields.acetylcholine")}


THROUGH: dict[str, set[tuple[str, str]]] = {
    **{f"{x}_release": through_release(x) for x in TRANSMITTERS},
    "central_sensitisation": of("slow", ["sensitisation_ipsi", "sensitisation_contra"], [""]),
    "lc_repair_slow": of("slow", ["glutamate_clearance"], [""]),
    **{coupling.name: through_coupling(coupling.name) | moved_by(coupling) for coupling in ligated.couplings},
    **{
        name: through_coupling(name) | through_firing(transmitter)
        for name, transmitter in (("serotonin1A_autoreceptor", "serotonin"),)
    },
    "dopamine2_autoreceptor": through_coupling("dopamine2_autoreceptor")
    | (through_firing("dopamine") - {("fields.dopamine", "forebrain")}),
    "alpha2_autoreceptor_soma": through_coupling("alpha2_autoreceptor_soma")
    | of("fields.noradrenaline", ["locus_coeruleus", "raphe", "forebrain"], [""])
    | of("fields.dopamine", ["forebrain"], [""])
    | of("cells.w", ["locus_coeruleus_ascending"], [""])
    | of("slow", ["glutamate_clearance", "mood"], [""]),
    "alpha2_autoreceptor_coeruleospinal": through_coupling("alpha2_autoreceptor_coeruleospinal")
    | of("fields.noradrenaline", [*CORD, "locus_coeruleus_spinal"], [""])
    | of("fields.dopamine", CORD, [""])
    | of("cells.w", ["locus_coeruleus_spinal"], [""])
    | of("fields.acetylcholine", CORD, [""])
    | of(
        "slow", ["alpha2_terminal_sensitivity", "alpha2_cord_sensitivity_ipsi", "alpha2_cord_sensitivity_contra"], [""]
    ),
    "sodium_channel_on_ectopic": of("afferents", ["a_beta", "a_delta"]),
    "sodium_channel_on_c_fibres": of("afferents", C_FIBRES),
    "alpha2delta_on_afferent_release": of("fibres.release_base", FIBRES),
    "alpha2delta_traffic_on_afferent_release": of("fibres.release_base", FIBRES),
    "alpha2delta_on_ectopic": of("afferents", ["a_beta", "a_delta"]),
    "alpha2delta_on_locus_coeruleus_gaba": of("cells.tonic_gaba", PACEMAKERS["noradrenaline"], [""]),
    "alpha2delta_on_locus_coeruleus_glutamate": of("cells.tonic_ampa", PACEMAKERS["noradrenaline"], [""])
    | of("cells.gain", PACEMAKERS["noradrenaline"], [""]),
    **{f"ampa_in_{side}_dorsal_horn": of("cells.gain", (*EXCITATORY, *INHIBITORY), [side]) for side in SIDES},
    "ampa_in_locus_coeruleus": of("cells.gain", PACEMAKERS["noradrenaline"], [""])
    | of("cells.tonic_ampa", PACEMAKERS["noradrenaline"], [""]),
    "hdac_on_glt1": of("slow", ["glutamate_clearance"], [""]),
    "l5_input_loss": of("afferents", FIBRES),
    "ectopic_a_fibres": of("afferents", ["a_beta", "a_delta"]),
    "ectopic_a_fibre_rate": of("afferents", ["a_beta", "a_delta"]),
    "spontaneous_c_fibres": of("afferents", C_FIBRES),
    "spontaneous_c_fibre_rate": of("afferents", C_FIBRES),
    "nociceptor_sensitisation": of("afferents", ["a_delta", *C_FIBRES]),
    "gaba_reversal_shift": of("cells.E_gaba", EXCITATORY),
    "gaba_release_loss": of("cells.release_base", INHIBITORY),
    "noradrenaline_sprouting": sprouted("ipsi") | of("slow", ["alpha2_cord_sensitivity_ipsi"], [""]),
    "noradrenaline_sprouting_contra": sprouted("contra")
    | of("slow", ["alpha2_terminal_sensitivity", "alpha2_cord_sensitivity_contra"], [""]),
    "acetylcholine_switch": {
        where
        for coupling in ligated.couplings
        if coupling.name in OF_INJURY
        for where in through_coupling(coupling.name) | moved_by(coupling)
    },
    "alpha2delta_upregulation": of("fibres.release_base", FIBRES),
    "glt1_loss": of("slow", ["glutamate_clearance"], [""]),
}
COUPLINGS: tuple[Coupling | PlainCoupling, ...] = (*ligated.couplings, *ligated.plain_couplings)
GROUPS = {group: [c.name for c in COUPLINGS if c.group == group] for group in SWITCHES if group not in THROUGH}
THROUGH |= {group: set().union(*(THROUGH[name] for name in members)) for group, members in GROUPS.items()}


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_changes_what_its_path_goes_through_and_nothing_else(switch: Any) -> None:
    assert changed(whole(), told(ligated.without(switch))) == THROUGH[switch]


# --- and nothing of the path is left ---------------------------------------------------------------------------


@pytest.mark.parametrize("coupling", ligated.couplings, ids=lambda coupling: coupling.name)
def test_of_a_coupling_nothing_is_left(coupling: Any) -> None:
    left = told(ligated.without(coupling.name))
    assert not any(left[where].any() for where in through_coupling(coupling.name))


@pytest.mark.parametrize("transmitter", TRANSMITTERS)
def test_of_a_release_nothing_is_left(transmitter: Any) -> None:
    left = told(ligated.without(f"{transmitter}_release"))
    for name in (f"fields.{transmitter}", f"volume.{transmitter}_quantum"):
        assert not any(left[name, place].any() for place in COMPARTMENTS)


@pytest.mark.parametrize("coupling", ligated.plain_couplings, ids=lambda coupling: coupling.name)
def test_without_its_coupling_a_drug_at_a_plain_site_is_as_if_it_were_not_there(coupling: Any) -> None:
    """Off together with all that the same site does in the same place; what a drug keeps from the terminals moves."""
    where = (coupling.compartment, coupling.site)
    without = {place: dict(sites) for place, sites in bound(EVERYWHERE).binding.items()}
    for site in coupling.sites:
        del without[coupling.compartment][site]
    there = [c for c in ligated.plain_couplings if (c.compartment, c.site) == where]
    slow = {("slow", c.follows) for c in there if c.follows}
    off = ligated.without(*(c.name for c in there))
    assert changed(told(off), told(off, Exposure(without))) == slow
    acting = ligated.without(*(c.name for c in there if c.follows))
    assert changed(told(off), told(acting, Exposure(without))) == slow


def test_without_all_its_differences_a_ligated_animal_is_a_sham_animal() -> None:
    names = [difference.name for difference in ligated.differences]
    assert not changed(told(ligated.without(*names)), told(sham))


@pytest.mark.parametrize("difference", ligated.differences, ids=lambda difference: difference.name)
def test_without_one_difference_an_animal_never_had_it(difference: Any) -> None:
    others = tuple(other for other in ligated.differences if other is not difference)
    assert not changed(told(ligated.without(difference.name)), told(replace(ligated, differences=others)))


def test_without_sensitisation_no_drive_moves_it_and_without_repair_no_noradrenaline_does() -> None:
    decay, start = ligated.plasticity.sensitisation.decay_time.si / 3600, disturbed_state().variables
    left, unrepaired = told(ligated.without("central_sensitisation")), told(ligated.without("lc_repair_slow"))
    for side in SIDES:
        expected = start[f"sensitisation_{side}"] * np.exp(-6.0 / decay)
        assert left["slow 0", f"sensitisation_{side}"] == pytest.approx(expected)
    clearance = {unrepaired[f"slow {k}", "glutamate_clearance"].item() for k in range(len(BLOCKED))}
    assert clearance == {told(ligated.without("noradrenaline_release"))["slow 0", "glutamate_clearance"].item()}


AUTORECEPTORS = [
    ("alpha2_autoreceptor_soma", "locus_coeruleus", "alpha2A", "locus_coeruleus_ascending"),
    ("alpha2_autoreceptor_coeruleospinal", "locus_coeruleus_spinal", "alpha2A", "locus_coeruleus_spinal"),
    ("serotonin1A_autoreceptor", "raphe", "5-HT1A", "raphe"),
    ("dopamine2_autoreceptor", "a11", "D2", "a11"),
]


@pytest.mark.parametrize(("switch", "place", "site", "cells"), AUTORECEPTORS)
def test_cells_whose_autoreceptor_is_cut_are_not_expected_to_slow(
    switch: Any, place: Any, site: Any, cells: Any
) -> None:
    circuit, agonist = ligated.without(switch), bound({site: AGONIST}, (place,))
    free, held = (told(circuit, drug)["cells.w", cells] for drug in (NO_DRUG, agonist))
    assert held.tobytes() == free.tobytes()


# --- spike for spike -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rat() -> Iterator[SmallAnimal]:
    with animal(ligated, 1) as found:
        yield found


def answered(rat: SmallAnimal, circuit: Circuit, drug: Exposure) -> bool:
    """Whether a drug changes any spike of the cord or brainstem."""
    free, held = (
        rat.epoch(strong_stimulus(0.5), disturbed_state(), each, circuit=circuit.without(*RELEASES))
        for each in (NO_DRUG, drug)
    )
    return not same_spikes(free, held)


@pytest.mark.slow
@pytest.mark.parametrize("receptor", RECEPTORS)
def test_an_agonist_acts_only_through_the_couplings_of_its_receptor(rat: SmallAnimal, receptor: Any) -> None:
    """No transmitter is released here: the receptor also sits on the terminals, which no switch cuts."""
    site = FOLLOWED_SITES.get(receptor, receptor)
    agonist = bound({site: AGONIST})
    others = [coupling.name for coupling in ligated.couplings if coupling.receptor != receptor]
    assert answered(rat, ligated.without(*others), agonist)
    of_site = [each.name for each in ligated.couplings if FOLLOWED_SITES.get(each.receptor, each.receptor) == site]
    assert not answered(rat, ligated.without(*of_site), agonist)


@pytest.mark.slow
def test_a_transporter_acts_only_on_what_is_released(rat: SmallAnimal) -> None:
    assert not answered(rat, ligated, blocked(*TRANSPORTERS))
    free, held = (rat.epoch(strong_stimulus(0.5), disturbed_state(), d) for d in (NO_DRUG, blocked(*TRANSPORTERS)))
    assert not same_spikes(free, held)


def test_every_mechanism_has_a_test_of_what_is_left() -> None:
    """Couplings and differences are listed by the circuit, mechanisms by hand."""
    assert set(MECHANISMS) == {"central_sensitisation", "lc_repair_slow"}
    assert {switch for switch in SWITCHES if switch.endswith("_release")} >= set(RELEASES)
