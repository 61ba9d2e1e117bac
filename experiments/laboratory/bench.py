"""The bench at which one animal is measured: runs epochs under its slow state now, and keeps what they left."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from circuits.brian.epoch_data import EpochInputs, EpochOutputs, Simulator
from circuits.circuit import Circuit
from circuits.draw import AnimalDraw
from circuits.epoch import EpochResult, prepare, simulate
from circuits.slow_clock import SlowState, observe
from circuits.stimulus import Stimulus
from core.exposure import Exposure
from core.records import EpochRecord
from experiments.laboratory.spool import Spool, SpooledTrains

#: Purposes of epochs that belong to no assay.
RESTS = ("rest", "settle")


@dataclass
class Memory:
    """Epochs of one animal number by their inputs: an epoch that arms share is simulated once. Spikes lie on disk.

    report: called with the seconds of every epoch that is simulated, not of those recalled. epochs: how many were
    really run.
    """

    simulator: Simulator
    report: Callable[[float], None] = lambda seconds: None
    known: dict[bytes, tuple[EpochOutputs, int, int, int]] = field(default_factory=dict)
    epochs: int = 0
    spool: Spool = field(default_factory=Spool)

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """The outputs of these inputs, simulated or recalled."""
        key = _fingerprint(inputs)
        if key in self.known:
            return self._recalled(*self.known[key])
        outputs = self.simulator.run(inputs)
        self.known[key] = self._kept(outputs)
        self.epochs += 1
        self.report(inputs.seconds)
        return outputs

    def _kept(self, outputs: EpochOutputs) -> tuple[EpochOutputs, int, int, int]:
        """The outputs without spikes, how many these are, and where their steps and cells lie."""
        bare = replace(outputs, step=np.zeros(0, "i8"), cell=np.zeros(0, "i4"))
        return bare, len(outputs.step), self.spool.keep(outputs.step), self.spool.keep(outputs.cell)

    def _recalled(self, bare: EpochOutputs, count: int, steps: int, cells: int) -> EpochOutputs:
        return replace(bare, step=self.spool.read(steps, "i8", count), cell=self.spool.read(cells, "i4", count))


def _fingerprint(inputs: EpochInputs) -> bytes:
    digest = hashlib.blake2b(repr(inputs.seconds).encode(), digest_size=16)
    for name in sorted(inputs.arguments):
        value = inputs.arguments[name]
        digest.update(name.encode())
        digest.update(value.tobytes() if hasattr(value, "tobytes") else repr(value).encode())
    digest.update(inputs.afferents.tobytes())
    if inputs.record:
        digest.update(repr((inputs.record, inputs.record_step_ms)).encode())
    return digest.digest()


@dataclass
class Bench:
    """One animal under measurement at one moment. `state` and `hours` may be moved by an assay (an injection into
    the forepaw), the caller's own stay as they were.
    """

    memory: Memory
    circuit: Circuit
    draw: AnimalDraw
    state: SlowState
    exposure_at: Callable[[float], Exposure]
    records: list[EpochRecord]
    epoch_scale: float = 1.0
    spool: Spool = field(default_factory=Spool)

    def epoch(self, purpose: str, stimulus: Stimulus) -> EpochResult:
        """Simulate under the state now; the record goes to `records` and the label follows from purpose and time."""
        label = f"{purpose}@{self.state.hours:.4f}h"
        exposure = self.exposure_at(self.state.hours)
        kind = purpose.split(":")[0]
        lights = self.circuit.manipulations.lights(self.state.hours, "" if kind in RESTS else kind, stimulus.onset)
        stimulus = replace(stimulus, light=(*stimulus.light, *lights)) if lights else stimulus
        inputs, trains = prepare(
            self.circuit, self.draw, self.state, exposure, stimulus, label, self.memory.simulator.program.dt_ms
        )
        result = simulate(self.memory.run, self.draw, inputs, trains, self.memory.simulator.program.dt_ms)
        spikes = SpooledTrains(self.spool, result.spikes)
        self.records.append(EpochRecord(label, kind, self.state.hours, result.seconds, spikes, result.averages))
        return result

    def settle(self, purpose: str, stimulus: Stimulus) -> EpochResult:
        """An epoch whose monoamine rates the next one starts from."""
        result = self.epoch(purpose, stimulus)
        present, extent = self.exposure_at(self.state.hours), self.draw.factors["injury_extent"]
        self.state = observe(self.circuit, self.state, result.averages, present, extent)
        return result
