"""Plain Brian2 and bluespot's own program compute one model: spike by spike without noise, in rates with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import brian2
import numpy as np
import pytest
from small_animals import SEED, SIZE, animal, bound, disturbed_state, strong_stimulus

from circuits import Circuit, ligated, sham
from circuits.brian.epoch_data import EpochInputs
from circuits.brian.plain import PlainModel, build, rates
from circuits.brian.plain_model import PlainEpoch, plain_model
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import prepare
from circuits.manipulations.optogenetics import OpsinActivation
from circuits.moment import Moment
from circuits.slow_state import SlowState, first_state
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.exposure import NO_DRUG, Exposure, SiteBinding

DT_MS, SECONDS = 0.1, 0.4


@dataclass(frozen=True)
class Case:
    """An animal and what is done to it in one epoch."""

    circuit: Circuit
    stimulus: Stimulus
    state: SlowState
    exposure: Exposure = NO_DRUG


DRUGS = bound(
    {
        "NET": SiteBinding(block=4.0),
        "alpha2A": SiteBinding(drive=0.8, block=0.5),
        "5-HT1A": SiteBinding(held=2.0),
        "alpha2delta": SiteBinding(block=1.0),
    }
)
LIT = (
    OpsinActivation(("ipsi_projection",), 0.05, 0.35, False, conductance=8e-9, period=0.1, pulse=0.005, share=0.5),
    OpsinActivation(("locus_coeruleus_spinal",), 0.1, 0.3, True, conductance=20e-9, reversal=-0.095),
)
CASES = {
    "uninjured": Case(sham, strong_stimulus(SECONDS), first_state(-24.0)),
    "injured, everything moved": Case(ligated, strong_stimulus(SECONDS), disturbed_state()),
    "drugs": Case(ligated, strong_stimulus(SECONDS), disturbed_state(), DRUGS),
    "light": Case(ligated, replace(strong_stimulus(SECONDS), opsins=LIT), disturbed_state()),
}


@contextmanager
def plain_brian2() -> Iterator[None]:
    """Brian2 as it comes, but for NumPy instead of a compiler."""
    before = brian2.prefs.codegen.target, brian2.prefs.core.default_float_dtype, brian2.defaultclock.dt
    brian2.prefs.codegen.target, brian2.prefs.core.default_float_dtype = "numpy", np.float64
    brian2.defaultclock.dt = DT_MS * brian2.ms
    try:
        yield
    finally:
        brian2.prefs.codegen.target, brian2.prefs.core.default_float_dtype, brian2.defaultclock.dt = before


def inputs_of(case: Case, draw: AnimalDraw) -> EpochInputs:
    return prepare(Moment(case.circuit, case.state, case.exposure, draw), case.stimulus, "test", DT_MS)[0]


def model_of(case: Case, draw: AnimalDraw, inputs: EpochInputs) -> PlainModel:
    return plain_model(PlainEpoch(case.circuit, draw.structure, draw.contacts, inputs, DT_MS))


def silent(inputs: EpochInputs) -> EpochInputs:
    """Without membrane noise."""
    return replace(inputs, arguments={**inputs.arguments, "cells.sigma": 0 * inputs.arguments["cells.sigma"]})


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_without_noise_every_spike_is_the_same(name: Any) -> None:
    """In double precision, to the step; noise is the one thing that the two draw otherwise."""
    case = CASES[name]
    with animal(case.circuit, precision="double") as subject:
        inputs = silent(inputs_of(case, subject.draw))
        fast = subject.simulator.run(inputs)
    with plain_brian2():
        network = build(model_of(case, subject.draw, inputs))
        network.run(SECONDS * brian2.second, namespace={})
    expected = set(zip(fast.step.tolist(), fast.cell.tolist(), strict=True))
    found = set()
    for block in subject.draw.structure.blocks:
        monitor = network[f"spikes_{block.name}"]
        steps = np.rint(np.asarray(monitor.t) * 1e3 / DT_MS).astype(int)
        found |= set(zip(steps.tolist(), (np.asarray(monitor.i) + block.start).tolist(), strict=True))
    assert len(expected) > 150
    assert found == expected


@pytest.mark.slow
def test_with_noise_the_rates_agree() -> None:
    """The population rates of one plain run among those of the program under eight other noises."""
    case = replace(CASES["injured, everything moved"], stimulus=strong_stimulus(1.0))
    with animal(case.circuit) as subject:
        inputs = inputs_of(case, subject.draw)
        keys = [inputs.arguments["cells.noise_key"] + 7919 * k for k in range(8)]
        runs = [
            subject.simulator.run(replace(inputs, arguments={**inputs.arguments, "cells.noise_key": key}))
            for key in keys
        ]
    blocks = subject.draw.structure.blocks
    counts = np.array(
        [[np.sum((run.cell >= b.start) & (run.cell < b.start + b.count)) for b in blocks] for run in runs]
    )
    with plain_brian2():
        brian2.seed(1)
        model = model_of(case, subject.draw, inputs)
        network = build(model)
        network.run(1.0 * brian2.second, namespace={})
    plain = np.array([rate * model.cells[name].count for name, rate in rates(model, network, 1.0)])
    assert plain.sum() == pytest.approx(counts.sum(axis=1).mean(), rel=0.1)
    spread = np.sqrt(counts.var(axis=0, ddof=1) + counts.mean(axis=0) + 1)
    assert np.all(np.abs(plain - counts.mean(axis=0)) < 4 * spread)


def test_a_plain_model_has_every_cell_fibre_and_contact() -> None:
    case = CASES["injured, everything moved"]
    draw = draw_animal(ligated, structure(ligated, SIZE), SEED, 0)
    inputs = inputs_of(case, draw)
    model = model_of(case, draw, inputs)
    shape = draw.structure
    assert {name: cells.count for name, cells in model.cells.items()} == {b.name: b.count for b in shape.blocks}
    assert {name: fibres.count for name, fibres in model.fibres.items()} == {b.name: b.count for b in shape.fibres}
    assert sum(len(c.weights) for c in model.contacts) == sum(p.contacts for p in shape.pathways)
    assert sum(len(fibres.times) for fibres in model.fibres.values()) == len(inputs.afferents) - 1
    by_spikes = {x.name for x in ligated.transmitters if x.releases}
    assert {release.transmitter for release in model.releases} == by_spikes < set(model.transmitters)
