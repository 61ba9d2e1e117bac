"""One more transmitter, receptor or coupling is one entry: programs, slow clock, pages and switches follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import brian2
import numpy as np
import pytest
from added_parts import ADDED, CORD, DYNORPHIN, H1, enriched, number
from brian2.units import nM
from small_animals import SEED, bound, disturbed_state, strong_stimulus

from circuits import ligated
from circuits.brian.epoch_data import EpochInputs, EpochOutputs, Program, Recording
from circuits.brian.interpreted import InterpretedSimulator
from circuits.brian.plain import build
from circuits.brian.plain_model import PlainEpoch, plain_model
from circuits.brian.recording import recordable
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import prepare
from circuits.fields import activation
from circuits.formulas import epoch as formulas
from circuits.formulas.symbols import symbols
from circuits.moment import Moment
from circuits.slow_clock import observe
from circuits.structure import structure
from circuits.transmitters import Release
from core.errors import UserError
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.vocabulary import COMPARTMENTS, transmitters_in
from experiments.commands.pages import model_tables

SMALL, SECONDS, DT_MS = 0.03, 0.02, 0.1
SHAPE = structure(enriched, SMALL)


@pytest.fixture(scope="module")
def rat() -> AnimalDraw:
    return draw_animal(enriched, SHAPE, SEED, 0)


@pytest.fixture(scope="module")
def simulator(rat: AnimalDraw) -> Iterator[InterpretedSimulator]:
    """In NumPy, double precision; nothing is compiled."""
    before = brian2.prefs.codegen.target, brian2.prefs.core.default_float_dtype, brian2.defaultclock.dt
    found = InterpretedSimulator(Program(SHAPE, DT_MS, "double", None))
    found.wire(rat.contacts)
    yield found
    brian2.prefs.codegen.target, brian2.prefs.core.default_float_dtype, brian2.defaultclock.dt = before


def inputs_of(rat: AnimalDraw, drugs: Exposure = NO_DRUG) -> EpochInputs:
    moment = Moment(enriched, disturbed_state(), drugs, rat)
    return prepare(moment, strong_stimulus(SECONDS), "added", DT_MS)[0]


def run(simulator: InterpretedSimulator, rat: AnimalDraw, drugs: Exposure = NO_DRUG) -> EpochOutputs:
    """With traces from the steps in which receptors are worked out, every 5 ms."""
    fibre = SHAPE.block("ipsi_c_peptidergic").start
    record = (
        *(Recording("fields", name, (0, 1)) for name in ("dynorphin", "noradrenaline", "5-HT1A", "H1", "follower")),
        Recording("fibres", "release", (fibre,)),
    )
    found = simulator.run(replace(inputs_of(rat, drugs), record=record))
    return replace(found, traces={name: trace[::50] for name, trace in found.traces.items()})


def test_a_run_computes_what_the_entries_say(simulator: InterpretedSimulator, rat: AnimalDraw) -> None:
    block = SiteBinding(block=2.0)
    traces = run(simulator, rat, bound({"H1": block})).traces
    dynorphin, mu, follower = (traces["fields", name][:, 0] for name in ("dynorphin", "H1", "follower"))
    taken = (traces["fields", "noradrenaline"][:, 0] / 40.0) ** 1.2
    u = (dynorphin / 30.0) ** 1.2
    np.testing.assert_allclose(mu, u / (1 + u + taken + block.block), rtol=1e-6)
    v, w = (mu / 0.5) ** 2.0, (traces["fields", "5-HT1A"][:, 0] / 0.4) ** 2.0
    np.testing.assert_allclose(follower, (v + 0.6 * w) / (1 + v + w), rtol=1e-6)


def test_an_antagonist_gives_back_what_the_tone_takes(simulator: InterpretedSimulator, rat: AnimalDraw) -> None:
    free, blocked = run(simulator, rat), run(simulator, rat, bound({"H1": SiteBinding(block=99.0)}))
    assert (free.means["dynorphin"][:2] > 3.0).all()
    assert not free.means["dynorphin"][2:].any()
    assert (blocked.traces["fibres", "release"] > free.traces["fibres", "release"] + 0.05).all()
    assert blocked.traces["fields", "H1"].max() < 0.05 < free.traces["fields", "H1"].min()


def test_plain_brian2_computes_the_same(simulator: InterpretedSimulator, rat: AnimalDraw) -> None:
    inputs = inputs_of(rat)
    inputs = replace(inputs, arguments={**inputs.arguments, "cells.sigma": 0 * inputs.arguments["cells.sigma"]})
    fast = simulator.run(inputs)
    network = build(plain_model(PlainEpoch(enriched, SHAPE, rat.contacts, inputs, DT_MS)))
    network.run((SECONDS + 1e-3 * DT_MS) * brian2.second, namespace={})  # the program takes a step past the end
    for name in ("dynorphin", "noradrenaline"):
        ours = np.asarray(getattr(network["compartments"], name) / nM)
        np.testing.assert_allclose(ours, fast.last[name], rtol=1e-6)


def test_between_epochs_release_and_tone_balance_clearance_under_the_receptors_on_terminals() -> None:
    seen = replace(disturbed_state().observed, rates={**disturbed_state().observed.rates, "ipsi_islet": 4.0})
    moment = Moment(enriched, replace(disturbed_state(), observed=seen))
    left = 1.0 - 0.7 * 0.9 * moment.active("alpha2A", "dorsal_horn_ipsi")
    level = moment.level("dynorphin", "dorsal_horn_ipsi")
    assert level == pytest.approx((3.0 * 4.0 + 2.0 * 20.0) * left / 2.0, rel=1e-6)
    noradrenaline = moment.level("noradrenaline", "dorsal_horn_ipsi")
    u, taken = (level / 30.0) ** 1.2, (noradrenaline / 40.0) ** 1.2
    assert moment.active("H1", "dorsal_horn_ipsi") == pytest.approx(u / (1 + u + taken))
    assert moment.level("dynorphin", "forebrain") == 0.0


def test_a_source_on_both_sides_feeds_its_own_side(rat: AnimalDraw) -> None:
    quantum = inputs_of(rat).arguments["volume.dynorphin_quantum"]
    by_cell = np.asarray(quantum).reshape(-1, len(COMPARTMENTS))
    for side, place in zip(("ipsi", "contra"), CORD, strict=True):
        block = SHAPE.block(f"{side}_islet")
        rows = (SHAPE.releasing_cells >= block.start) & (SHAPE.releasing_cells < block.stop)
        assert by_cell[rows].any(axis=0).tolist() == [name == place for name in COMPARTMENTS]


def test_a_rest_epoch_leaves_the_rates_of_every_source(rat: AnimalDraw) -> None:
    moment = Moment(enriched, disturbed_state(), NO_DRUG, rat)
    averages = {f"{block.name}_rate_hertz": 1.0 for block in (*SHAPE.blocks, *SHAPE.fibres)}
    averages |= {f"{x}_{place}_nanomolar": 5.0 for x in SHAPE.transmitter_names for place in COMPARTMENTS}
    seen = observe(moment, averages).state.observed
    assert set(seen.rates) == set(enriched.sources) >= {"ipsi_islet", "contra_islet", "raphe"}
    assert set(seen.brakes) == set(ligated.brakes)


def test_what_goes_along_with_another_transmitter_leaves_the_pacemaker_to_its_own() -> None:
    along = Release("locus_coeruleus_spinal", "dorsal_horn_ipsi", number(1 * nM))
    more = replace(DYNORPHIN, releases=(*DYNORPHIN.releases, along))
    both = replace(enriched, transmitters=(*ligated.transmitters, more))
    assert both.brakes == ligated.brakes
    moment = Moment(both, disturbed_state())
    assert moment.rate("locus_coeruleus_spinal") == Moment(ligated, disturbed_state()).rate("locus_coeruleus_spinal")


# --- what else follows -----------------------------------------------------------------------------------------


def test_parameters_switches_and_what_can_be_recorded_follow() -> None:
    paths = {path for path, _ in enriched.parameters()} - {path for path, _ in ligated.parameters()}
    assert {"transmitters.dynorphin.clearance.rate", "transmitters.dynorphin.tones.tone_in_dorsal_horn_ipsi.level",
            "receptors.H1.half_activation", "receptors.H1.others.noradrenaline.efficacy",
            "couplings.h1_on_c_terminals.strength"} <= paths  # fmt: skip
    new = set(enriched.switches) - set(ligated.switches)
    assert new == {"dynorphin_release", "of_H1", *(coupling.name for coupling in ADDED)}
    assert "spikes of islet and a tone" in enriched.switches["dynorphin_release"]
    units = recordable(SHAPE)["fields"]
    assert (units["dynorphin"], units["H1"]) == ("nM", "1")
    assert transmitters_in({"dynorphin_raphe_nanomolar", "serotonin_raphe_nanomolar"}) == ["serotonin", "dynorphin"]


@pytest.mark.parametrize("switch", ["dynorphin_release", "of_H1", "h1_girk", "alpha2_on_dynorphin"])
def test_a_new_switch_takes_its_part_away(rat: AnimalDraw, switch: str) -> None:
    whole = inputs_of(rat).arguments
    moment = Moment(enriched.without(switch), disturbed_state(), NO_DRUG, rat)
    told = prepare(moment, strong_stimulus(SECONDS), "added", DT_MS)[0].arguments
    differ = {name for name in whole if not np.array_equal(whole[name], told[name])}
    through = {
        "dynorphin_release": {"fields.dynorphin", "fields.dynorphin_tone", "volume.dynorphin_quantum"},
        "of_H1": {"cells.girk_r_H1", "fibres.release_r_H1", "fibres.release_r_follower"},
        "h1_girk": {"cells.girk_r_H1"},
        "alpha2_on_dynorphin": {"fields.dynorphin", "fields.dynorphin_by_r_alpha2A"},
    }
    assert differ == through[switch]


def test_formulas_and_tables_follow() -> None:
    known = symbols(enriched)
    printed = "".join(formula.latex(known) for formula in formulas.cell_formulas(enriched))
    assert r"G_{\mathrm{H1}}" in printed
    tables = [table(enriched) for table in (model_tables.receptors, model_tables.couplings, model_tables.clearance)]
    text = repr([table.rows for table in tables])
    assert all(name in text for name in ("dynorphin", "'H1'", "alpha2 on dynorphin", "efficacy 0"))
    assert any("a tone" in row for row in model_tables.volume_transmission(enriched).rows)


NOWHERE = (Release("islett", CORD[0], number(1 * nM)),)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"transmitters": (replace(DYNORPHIN, autoreceptor="alpha2A"),)}, "an autoreceptor has an autoinhibition"),
        ({"transmitters": (replace(DYNORPHIN, name="met-dynorphin"),)}, "met-dynorphin: expected one word"),
        ({"transmitters": (replace(DYNORPHIN, releases=NOWHERE),)}, 'no population "islett"'),
        ({"receptors": (replace(H1, agonist="dynorfin"),)}, 'H1: no transmitter or earlier receptor "dynorfin"'),
    ],
)
def test_an_entry_that_cannot_be_is_told(changes: dict[str, Any], told: str) -> None:
    given: dict[str, Any] = {"transmitters": (*ligated.transmitters, DYNORPHIN)}
    given |= {name: (*getattr(ligated, name), *parts) for name, parts in changes.items()}
    with pytest.raises(UserError, match=re.escape(told)):
        replace(ligated, **given)


def test_a_receptor_may_follow_an_earlier_receptor_only() -> None:
    assert enriched.receptor("follower").agonists == ("H1", "5-HT1A")
    first = (replace(enriched.receptor("follower")), *ligated.receptors)
    with pytest.raises(UserError, match='no transmitter or earlier receptor "H1"'):
        replace(ligated, receptors=first)


def test_an_agonist_without_efficacy_only_takes_the_place() -> None:
    moment = Moment(enriched, disturbed_state())
    alone = activation(H1, moment.level("dynorphin", CORD[0]), SiteBinding())
    assert moment.active("H1", CORD[0]) < alone
