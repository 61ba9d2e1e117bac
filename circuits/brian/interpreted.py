"""Epochs on a machine without a C++ compiler: the same network, which NumPy steps through in this process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import brian2
import numpy as np

from circuits.brian import functions, recording, surfaces
from circuits.brian.epoch_data import PRECISIONS, Contacts, EpochInputs, EpochOutputs, Program
from circuits.brian.network import build_network


@dataclass
class InterpretedSimulator:
    """Steps one animal's network in Brian2's own NumPy runtime; each epoch begins from the state it was built in."""

    program: Program
    _network: Any = field(init=False, default=None)

    def wire(self, contacts: Contacts) -> None:
        """Build the network with these contacts."""
        program = self.program
        brian2.prefs.codegen.target = "numpy"
        brian2.prefs.core.default_float_dtype = np.dtype(PRECISIONS[program.precision]).type
        brian2.defaultclock.dt = program.dt_ms * brian2.ms
        ends = {name: (sources, targets) for name, (sources, targets, _) in contacts.items()}
        surfaces.check("modules", numpy=True)
        self._network = build_network(program.structure, ends)
        surfaces.check("network", self._network, numpy=True)
        for name, (_, _, weights) in contacts.items():
            self._network[name].weight_ = weights
        self._network.store()

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """Run one epoch in this process."""
        network, sampler = self._network, self._sampler(inputs) if inputs.record else None
        network.restore()
        functions.set_afferent_table(inputs.afferents)
        network["fields"].stop_time_ = inputs.seconds
        for name, value in inputs.arguments.items():
            group, variable = name.split(".")
            setattr(network[group], f"{variable}_", value)
        if sampler:
            network.add(sampler.operation)
        try:
            with np.errstate(over="ignore"):  # Brian2 compares single-precision values with 1e50
                network.run(2 * inputs.seconds * brian2.second, namespace={})
        finally:
            if sampler:
                network.remove(sampler.operation)
        outputs = self._outputs()
        return sampler.with_traces(inputs, outputs) if sampler else outputs

    def _sampler(self, inputs: EpochInputs) -> _Sampler:
        taken = recording.samples(inputs, self.program)
        arrays = [self._network[name.split(".")[0]].variables[name.split(".")[1]] for name, _ in taken.columns]
        return _Sampler(taken, arrays, self.program.dt_ms)

    def _outputs(self) -> EpochOutputs:
        """As `CompiledSimulator` reads them: the clock stands a step past the one in which the run was told to stop."""
        fields, spikes = self._network["fields"], self._network["spikes"]
        steps = fields.variables["t_in_timesteps"].get_value().item() - 1
        step = np.rint(np.asarray(spikes.t_) * 1e3 / self.program.dt_ms).astype("i8")
        within, samples = step < steps, np.asarray(fields.samples_, "f8")
        names = self.program.structure.transmitter_names
        return EpochOutputs(
            steps=steps,
            step=step[within],
            cell=np.asarray(spikes.i, "i4")[within],
            means={x: np.asarray(getattr(fields, f"{x}_sum_"), "f8") / samples for x in names},
            last={x: np.array(getattr(fields, f"{x}_"), "f8") for x in names},
        )

    def close(self) -> None:
        """Let go of the network."""
        self._network = None


class _Sampler:
    """Takes the samples of one epoch at the end of its steps."""

    def __init__(self, taken: recording.Samples, arrays: list[Any], dt_ms: float) -> None:
        self.taken, self.arrays, self.dt_ms = taken, arrays, dt_ms
        self.rows: list[np.ndarray] = []
        self.steps = 0
        self.operation = brian2.NetworkOperation(self._sample, when="end", name="sampler*")

    def _sample(self) -> None:
        self.steps += 1
        if self.steps % self.taken.every == 0:
            values = [
                array.get_value()[index] for array, (_, index) in zip(self.arrays, self.taken.columns, strict=True)
            ]
            self.rows.append(np.concatenate(values).astype("f8"))

    def with_traces(self, inputs: EpochInputs, outputs: EpochOutputs) -> EpochOutputs:
        """The outputs with the traces that the samples make."""
        table = np.reshape(self.rows, (-1, self.taken.width))
        traces, times = recording.traces(inputs, self.taken, table, outputs.steps, self.dt_ms)
        return replace(outputs, traces=traces, trace_times=times)
