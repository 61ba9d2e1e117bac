"""The benchmark network in NEURON: cells of a passive compartment, ExpSyn and fire_and_reset.mod."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.networks import Measured, Network, Parameters

MECHANISM = Path(__file__).with_name("fire_and_reset.mod")


def compile_mechanism(folder: Path) -> None:
    """Compile the mechanism in `folder` and load it (NEURON itself does so when it is imported there)."""
    shutil.copy(MECHANISM, folder)
    tool = Path(sys.executable).with_name("nrnivmodl")
    done = subprocess.run([str(tool)], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"nrnivmodl failed: {(done.stdout + done.stderr)[-500:]}")
    import neuron

    if "FireAndReset" not in dir(neuron.h) and not neuron.load_mechanisms(str(folder), warn_if_already_loaded=False):
        raise RuntimeError(f"{folder}: NEURON did not load {MECHANISM.name}")


def geometry(shape: Parameters) -> dict[str, float]:
    """Length, diameter (um), capacitance (uF/cm2) and leak (S/cm2) of a compartment with the cell's."""
    square_micrometres = 1e2 * shape.capacitance  # at 1 uF/cm2
    side = math.sqrt(square_micrometres / math.pi)
    return {"L": side, "diam": side, "cm": 1.0, "g_pas": 1e-9 * shape.leak / (1e-8 * square_micrometres)}


def start_from(network: Network, segments: Sequence[Any], excitatory: Sequence[Any], inhibitory: Sequence[Any]) -> Any:
    """A handler that gives every cell its state when a run begins; keep it."""
    from neuron import h

    def begin() -> None:
        values = zip(network.v, 1e-3 * network.g_excitatory, 1e-3 * network.g_inhibitory, strict=True)
        for k, (v, g_excitatory, g_inhibitory) in enumerate(values):
            segments[k].v, excitatory[k].g, inhibitory[k].g = v, g_excitatory, g_inhibitory

    return h.FInitializeHandler(1, begin)


def simulate(network: Network, folder: Path) -> Measured:
    """One thread, fixed step (implicit Euler, NEURON's own default)."""
    began = time.perf_counter()
    compile_mechanism(folder)
    from neuron import h

    context, shape = h.ParallelContext(), network.parameters
    cells = [_Cell(h, shape) for _ in range(shape.cells)]
    contacts = [_contact(h, shape, cells[s], cells[t], s) for s, t in zip(*_ends(network), strict=True)]
    times, indices = h.Vector(), h.Vector()
    for k, cell in enumerate(cells):
        cell.out.record(times, indices, k)
    middles = [cell.body(0.5) for cell in cells]
    handler = start_from(network, middles, [cell.excited for cell in cells], [cell.inhibited for cell in cells])
    h.dt = shape.step
    context.set_maxstep(10.0)
    h.finitialize(shape.E_leak)
    built, start = time.perf_counter(), time.process_time()
    context.psolve(1e3 * network.seconds)
    ran = time.process_time() - start
    del handler, contacts
    return Measured(built - began, ran, np.array(indices, "i8"))


def _ends(network: Network) -> tuple[list[int], list[int]]:
    return network.sources.tolist(), network.targets.tolist()


class _Cell:
    """A compartment with both synapses and its way of firing."""

    def __init__(self, h: Any, shape: Parameters) -> None:
        self.body = h.Section()
        form = geometry(shape)
        self.body.L, self.body.diam, self.body.cm = form["L"], form["diam"], form["cm"]
        self.body.insert("pas")
        middle = self.body(0.5)
        middle.pas.g, middle.pas.e = form["g_pas"], shape.E_leak
        self.excited, self.inhibited = h.ExpSyn(middle), h.ExpSyn(middle)
        self.excited.e, self.excited.tau = shape.E_excitatory, shape.tau_excitatory
        self.inhibited.e, self.inhibited.tau = shape.E_inhibitory, shape.tau_inhibitory
        self.spikes = h.FireAndReset(middle)
        self.spikes.limit, self.spikes.reset = shape.threshold, shape.reset
        self.spikes.refractory = shape.refractory
        self.out = h.NetCon(self.spikes, None)


def _contact(h: Any, shape: Parameters, source: _Cell, target: _Cell, index: int) -> Any:
    excites = index < shape.excitatory
    contact = h.NetCon(source.spikes, target.excited if excites else target.inhibited)
    contact.delay = shape.delay
    contact.weight[0] = 1e-3 * (shape.weight_excitatory if excites else shape.weight_inhibitory)
    return contact
