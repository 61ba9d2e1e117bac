"""The bench at which one animal is measured: runs epochs under its slow state now, and keeps what they left."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from typing import Protocol

import numpy as np

from circuits.brian.epoch_data import EpochInputs, EpochOutputs, Simulator
from circuits.epoch import EpochResult, prepare, simulate
from circuits.moment import Moment
from circuits.slow_clock import advance, observe, step
from circuits.slow_state import SlowState
from circuits.stimulus import Stimulus
from circuits.structure import Structure
from core.exposure import Exposure
from core.records import EpochRecord, SpikeTrain
from drugs import Regimen
from experiments.laboratory.shared_history import SharedHistory
from experiments.laboratory.temporary_spike_file import TemporarySpikeFile, TrainsOnDisk
from experiments.laboratory.timetable import hours_since_dose
from experiments.protocol.manipulations.phases import Interventions

#: Purposes of epochs that belong to no assay.
RESTS = ("rest", "settle")


@dataclass
class EpochCache:
    """Keeps the epochs of matched animals by their inputs, so that an epoch that arms share is simulated once.

    Spikes lie on disk. report: called with the seconds of every epoch that is simulated, not of those recalled. epochs:
    how many were simulated.
    """

    simulator: Simulator
    report: Callable[[float], None] = lambda seconds: None
    known: dict[bytes, tuple[EpochOutputs, int, int, int]] = field(default_factory=dict)
    epochs: int = 0
    spike_file: TemporarySpikeFile = field(default_factory=TemporarySpikeFile)

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
        return bare, len(outputs.step), self.spike_file.keep(outputs.step), self.spike_file.keep(outputs.cell)

    def _recalled(self, bare: EpochOutputs, count: int, steps: int, cells: int) -> EpochOutputs:
        return replace(
            bare, step=self.spike_file.read(steps, "i8", count), cell=self.spike_file.read(cells, "i4", count)
        )


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


class StandIn(Protocol):
    """Knows what some epochs give, so that they need not be simulated."""

    def outputs(
        self, label: str, afferents: Mapping[str, SpikeTrain], structure: Structure, dt_ms: float
    ) -> EpochOutputs | None:
        """What the program gives in the epoch of that label, in which the fibres have these spikes; None if unknown."""


@dataclass
class Bench:
    """One animal under measurement. An assay works on a copy (`dataclasses.replace`) and may move its moment, the
    caller's own stays as it was.

    moment: the animal as it is; records: the epochs run. exposure_at: the drugs' exposure at an hour from surgery, as
    `drugs.exposure` of a treatment: without any dose of that very hour, unless `before` says which doses count.
    began: hours from surgery at which the assay under way began; doses from then on wait for its end. given: the drugs
    of that exposure, and interventions: what else is done to the animal; both go into the records. shared: what
    matched animals have in common; None for an animal alone. recorded: what stands in for simulations, if anything.
    """

    cache: EpochCache
    moment: Moment
    exposure_at: Callable[..., Exposure]
    records: list[EpochRecord]
    spike_file: TemporarySpikeFile = field(default_factory=TemporarySpikeFile)
    began: float | None = None
    given: tuple[Regimen, ...] = ()
    interventions: Interventions = field(default_factory=Interventions)
    shared: SharedHistory | None = None
    recorded: StandIn | None = None

    @property
    def state(self) -> SlowState:
        """The animal's slow state."""
        return self.moment.state

    def advance(self, until_hours: float, longest: float = 1.0) -> None:
        """Move the slow clock on to an hour from surgery, in steps of at most `longest` hours.

        A dose in the middle of a step, where the step asks for its exposure, counts; one at the last hour does not.
        """
        take = None if self.shared is None else partial(_step_of, self.shared)
        self.moment = advance(self.moment, partial(self._exposure_until, until_hours), until_hours, longest, take)

    def _exposure_until(self, last: float, hours: float) -> Exposure:
        return self.exposure_at(hours) if hours == last else self.exposure_at(hours, before=inf)

    def wait(self, hours: float) -> None:
        """Let so short a time pass that only drugs move."""
        later = self.state.hours + hours
        present = self.exposure_at(later) if self.began is None else self.exposure_at(later, before=self.began)
        self.moment = replace(self.moment, state=replace(self.state, hours=later), exposure=present)

    def label(self, purpose: str) -> str:
        """The name of an epoch of that purpose now, which keys its random numbers."""
        return f"{purpose}@{self.state.hours:.4f}h"

    def epoch(self, purpose: str, stimulus: Stimulus) -> EpochResult:
        """Simulate under the state now; the record goes to `records` and the label follows from purpose and time."""
        moment, hours = self._under(purpose), self.state.hours
        label, kind = self.label(purpose), purpose.split(":")[0]
        assay = _assay(purpose)
        opsins = moment.circuit.manipulations.opsins_on(hours, assay, stimulus.onset)
        stimulus = replace(stimulus, opsins=(*stimulus.opsins, *opsins)) if opsins else stimulus
        if self.shared is None or kind not in RESTS:
            result, spikes = self._simulated(moment, stimulus, label, self.spike_file)
        else:
            file, what = self.shared.spike_file, ("epoch", label, stimulus.seconds)
            result, spikes = self.shared.recalled(what, moment, lambda: self._simulated(moment, stimulus, label, file))
        doses = hours_since_dose(self.given, hours, self.began)
        phase = self.interventions.phase(hours, assay, self.began)
        found = (label, kind, hours, result.seconds, spikes, result.averages)
        self.records.append(EpochRecord(*found, phase, stimulus.courses, doses))
        return result

    def _simulated(
        self, moment: Moment, stimulus: Stimulus, label: str, file: TemporarySpikeFile
    ) -> tuple[EpochResult, TrainsOnDisk]:
        """The result of an epoch, its spikes in a file only."""
        dt_ms = self.cache.simulator.program.dt_ms
        inputs, trains = prepare(moment, stimulus, label, dt_ms)
        known = self.recorded.outputs(label, trains, moment.draw.structure, dt_ms) if self.recorded else None
        run = self.cache.run if known is None else partial(_known, known)
        result = simulate(run, moment.draw, inputs, trains, dt_ms)
        spikes = TrainsOnDisk(file, result.spikes)
        return replace(result, spikes=spikes), spikes

    def settle(self, purpose: str, stimulus: Stimulus) -> EpochResult:
        """An epoch whose monoamine rates the next one starts from."""
        result = self.epoch(purpose, stimulus)
        before = self._under(purpose)
        if self.shared is None:
            state = observe(before, result.averages).state
        else:
            what = ("observed", self.label(purpose), stimulus.seconds)
            state = self.shared.recalled(what, before, lambda: observe(before, result.averages).state)
        self.moment = replace(before, state=state, assay="")
        return result

    def _under(self, purpose: str) -> Moment:
        """The animal as it is in an epoch of that purpose: an anaesthetic may be for one assay alone."""
        if not self.moment.circuit.manipulations.anaesthesia:
            return self.moment
        return replace(self.moment, assay=_assay(purpose))


def _known(outputs: EpochOutputs, inputs: EpochInputs) -> EpochOutputs:
    """Outputs that are known, in place of what runs inputs."""
    return outputs


def _step_of(shared: SharedHistory, moment: Moment, end: float) -> SlowState:
    """A step of the slow clock that arms may share."""
    return shared.recalled(("step", end), moment, lambda: step(moment, end))


def _assay(purpose: str) -> str:
    """The assay that an epoch belongs to; "" for a rest epoch."""
    kind = purpose.split(":")[0]
    return "" if kind in RESTS else kind
