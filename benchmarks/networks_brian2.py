"""The benchmark network in Brian2's C++ standalone mode, twice: as its users write it, and in bluespot's manner.

In bluespot's manner means: one group in single precision with the step as a variable
(`circuits.brian.network.euler`), the refractory time as arithmetic, one Synapses object for each sign, and bluespot's
flags and templates (threshold, loop over steps, makefile; `circuits.brian.building.set_up`). What only bluespot's own
circuit uses is not in it: the inlined exponential, the table of afferent spikes, the noise, values as arguments of the
program.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.networks import Measured, Network
from benchmarks.repetition import processor_seconds
from circuits.brian.building import set_up
from circuits.brian.network import euler

_CURRENTS = "(g_l*(E_l - v) + g_e*(E_e - v) + g_i*(E_i - v))/C"


def bluespot(network: Network, folder: Path) -> Measured:
    """In bluespot's manner."""
    import brian2

    set_up(network.parameters.step, "single")
    shape = network.parameters
    cells = brian2.NeuronGroup(
        shape.cells,
        f"""dv/dt = {_CURRENTS}*int(resting <= 0*second) : volt
        dg_e/dt = -g_e/tau_e : siemens
        dg_i/dt = -g_i/tau_i : siemens
        dresting/dt = -1 : second
        step : second (shared, constant)
        {_constants(" (shared, constant)")}""",
        threshold="v > threshold",
        reset="v = reset; resting = pause",
        method=euler,
        name="cells",
        namespace={"second": brian2.second},
    )
    # Half a step less, so that no rounding of the sum of steps makes it one more.
    cells.pause = (shape.refractory - 0.5 * shape.step) * brian2.ms
    cells.step = shape.step * brian2.ms
    return _measured(network, cells, _values(network), folder)


def plain(network: Network, folder: Path) -> Measured:
    """As one writes it: Brian2's refractoriness, double precision, default flags, exponential Euler."""
    import brian2

    brian2.set_device("cpp_standalone", build_on_run=False)
    brian2.defaultclock.dt = network.parameters.step * brian2.ms
    values = _values(network)
    cells = brian2.NeuronGroup(
        network.parameters.cells,
        f"""dv/dt = {_CURRENTS} : volt (unless refractory)
        dg_e/dt = -g_e/tau_e : siemens
        dg_i/dt = -g_i/tau_i : siemens""",
        threshold="v > threshold",
        reset="v = reset",
        refractory=network.parameters.refractory * brian2.ms,
        method="exponential_euler",
        name="cells",
        namespace=values,
    )
    return _measured(network, cells, values, folder)


def _constants(kind: str) -> str:
    units = {"volt": "E_l E_e E_i threshold reset", "siemens": "g_l", "farad": "C", "second": "tau_e tau_i pause"}
    return "\n".join(f"{name} : {unit}{kind}" for unit, names in units.items() for name in names.split())


def _values(network: Network) -> dict[str, Any]:
    from brian2 import ms, mV, nS, pF

    shape = network.parameters
    return {
        "C": shape.capacitance * pF,
        "g_l": shape.leak * nS,
        "E_l": shape.E_leak * mV,
        "E_e": shape.E_excitatory * mV,
        "E_i": shape.E_inhibitory * mV,
        "threshold": shape.threshold * mV,
        "reset": shape.reset * mV,
        "tau_e": shape.tau_excitatory * ms,
        "tau_i": shape.tau_inhibitory * ms,
    }


def _measured(network: Network, cells: Any, values: dict[str, Any], folder: Path) -> Measured:
    """Wire, build, run; the run is the whole program, its reading and writing included."""
    import brian2

    began = time.perf_counter()
    for name, value in values.items():
        if name in cells.variables:
            setattr(cells, name, value)
    cells.v, cells.g_e = network.v * brian2.mV, network.g_excitatory * brian2.nS
    cells.g_i = network.g_inhibitory * brian2.nS
    spikes = brian2.SpikeMonitor(cells, name="spikes")
    whole = brian2.Network(cells, spikes, *_synapses(network, cells))
    whole.run(network.seconds * brian2.second, namespace={})
    brian2.prefs.devices.cpp_standalone.extra_make_args_unix = [f"-j{os.cpu_count()}"]
    brian2.device.build(directory=str(folder / "code"), compile=True, run=False)
    built, start = time.perf_counter(), processor_seconds()
    subprocess.run(["./main"], cwd=folder / "code", check=True, capture_output=True)
    ran = processor_seconds() - start
    file = brian2.device.get_array_filename(spikes.variables["i"])
    return Measured(built - began, ran, np.fromfile(folder / "code" / "results" / Path(file).name, "i4"))


def _synapses(network: Network, cells: Any) -> list[Any]:
    from brian2 import Synapses, ms, nS

    shape, made = network.parameters, []
    for name, excites, conductance, weight in (
        ("excite", True, "g_e", shape.weight_excitatory),
        ("inhibit", False, "g_i", shape.weight_inhibitory),
    ):
        mine = network.excites == excites
        synapses = Synapses(
            cells,
            cells,
            "weight : siemens (shared, constant)",
            on_pre=f"{conductance}_post += weight",
            delay=shape.delay * ms,
            name=name,
        )
        synapses.connect(i=network.sources[mine], j=network.targets[mine])
        synapses.weight = weight * nS
        made.append(synapses)
    return made
