"""The epoch that the benchmarks time: a paw pressed ever harder, in a ligated animal a week after surgery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.repetition import processor_seconds
from circuits import ligated
from circuits.brian.compiling import program
from circuits.brian.epoch_data import EpochInputs, EpochOutputs, Program, Simulator
from circuits.brian.running import open_simulator
from circuits.circuit import Circuit
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import prepare
from circuits.moment import Moment
from circuits.slow_state import SlowState, first_state
from circuits.stimulus import BIN, Stimulus
from circuits.structure import Structure, structure
from core.days import HOURS_PER_DAY
from core.exposure import NO_DRUG
from core.records import SpikeTrain
from core.vocabulary import SIDES

SEED, NUMBER, DT_MS = 1, 1, 0.1
#: Punctate force at the end of the rise, mN: what the paw-pressure assay reaches at its cut-off.
LAST_FORCE = 325.0
_DAYS, _SENSITISATION = 7, 0.5


@dataclass(frozen=True)
class Sample:
    """One epoch, ready for any simulator. trains: the afferent spikes that `inputs` holds, by block."""

    circuit: Circuit
    draw: AnimalDraw
    inputs: EpochInputs
    trains: Mapping[str, SpikeTrain]

    @property
    def structure(self) -> Structure:
        """The shape of the sampled circuit."""
        return self.draw.structure


def rising(seconds: float) -> Stimulus:
    """A force on the injured paw from none to `LAST_FORCE`, whatever the length."""
    return Stimulus(seconds, force={"ipsi": np.linspace(0.0, LAST_FORCE, round(seconds / BIN))})


def held(seconds: float) -> Stimulus:
    """Half that force all along: as many spikes in every second, for what is compared between lengths."""
    return Stimulus(seconds, force={"ipsi": np.full(round(seconds / BIN), 0.5 * LAST_FORCE)})


def sample(stimulus: Stimulus, size: float = 1.0, draw: AnimalDraw | None = None) -> Sample:
    """The epoch of one ligated animal under `stimulus`; `draw`: an animal drawn before, to save drawing it again."""
    drawn = draw or draw_animal(ligated, structure(ligated, size), SEED, NUMBER)
    inputs, trains = prepare(Moment(ligated, _state(), NO_DRUG, drawn), stimulus, "benchmark", DT_MS)
    return Sample(ligated, drawn, inputs, trains)


def _state() -> SlowState:
    state = first_state(HOURS_PER_DAY * _DAYS, assume_rest=True)
    return replace(state, variables={**state.variables, "sensitisation_ipsi": _SENSITISATION})


def compiled(sampled: Sample) -> Program:
    """bluespot's program for a sample, from the cache or built now."""
    return program(sampled.structure, DT_MS)


def wired(sampled: Sample) -> Simulator:
    """A simulator with the sample's contacts laid down; close it."""
    simulator = open_simulator(compiled(sampled))
    simulator.wire(sampled.draw.contacts)
    return simulator


def timed(sampled: Sample) -> tuple[float, EpochOutputs]:
    """Processor seconds of one epoch by a program of its own, from its start to its end, and what it gave.

    A program that stays up is counted only when it has ended.
    """
    simulator = wired(sampled)
    began = processor_seconds()
    try:
        outputs = simulator.run(sampled.inputs)
    finally:
        simulator.close()
    return processor_seconds() - began, outputs


#: Which populations a table of rates shows as one.
GROUPS = {
    **{f"dorsal horn {side}": f"{side}_" for side in SIDES},
    "locus coeruleus": "locus_coeruleus",
    "raphe": "raphe",
    "A11": "a11",
}


def block_rates(shape: Structure, cell: np.ndarray, seconds: float) -> dict[str, float]:
    """Mean rate (Hz) of every block of cells from the index of each spike's cell."""
    counts = np.bincount(cell, minlength=shape.cells)
    return {b.name: float(counts[b.part].sum() / b.count / seconds) for b in shape.blocks}


def group_rates(shape: Structure, rates: Mapping[str, float]) -> dict[str, float]:
    """Mean rate (Hz) of the groups in `GROUPS`, over cells."""
    found = {}
    for group, prefix in GROUPS.items():
        members = [block for block in shape.blocks if block.name.startswith(prefix)]
        cells = sum(block.count for block in members)
        found[group] = sum(rates[block.name] * block.count for block in members) / cells
    return found
