"""The balanced network of Vogels & Abbott (2005) in bluespot's manner, plain Brian2, NEST, NEURON and NetPyNE.

4,000 leaky integrate-and-fire cells with conductance synapses, every pair linked with a chance of 2 %: benchmark 1
(COBA) of the review of simulators by Brette et al. (2007). All simulators get the same contacts and the same start.
Each runs in a process of its own, with one thread, steps of 0.1 ms, and all spikes recorded:

    python -m benchmarks.networks SIMULATOR FOLDER
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.repetition import in_turns

ROOT = Path(__file__).parents[1]
SECONDS, SEED = 1.0, 1


@dataclass(frozen=True)
class Parameters:
    """mV, ms, nS, pF, of benchmark 1 of Brette et al. (2007): capacitance, leak and E_leak read in its appendix B, the
    others recalled. The delay is a step, which is ours.
    """

    excitatory: int = 3200
    inhibitory: int = 800
    chance: float = 0.02
    capacitance: float = 200.0
    leak: float = 10.0
    E_leak: float = -60.0
    threshold: float = -50.0
    reset: float = -60.0
    refractory: float = 5.0
    E_excitatory: float = 0.0
    E_inhibitory: float = -80.0
    tau_excitatory: float = 5.0
    tau_inhibitory: float = 10.0
    weight_excitatory: float = 6.0
    weight_inhibitory: float = 67.0
    delay: float = 0.1
    step: float = 0.1

    @property
    def cells(self) -> int:
        """The excitatory ones come first."""
        return self.excitatory + self.inhibitory


COBA = Parameters()


@dataclass(frozen=True)
class Network:
    """What every simulator gets. sources, targets: (contacts,), by source; v (mV), g_excitatory, g_inhibitory (nS):
    (cells,) at the start, from where the network goes on firing by itself.
    """

    parameters: Parameters
    seconds: float
    sources: np.ndarray
    targets: np.ndarray
    v: np.ndarray
    g_excitatory: np.ndarray
    g_inhibitory: np.ndarray

    @property
    def excites(self) -> np.ndarray:
        """(contacts,) bool."""
        return self.sources < self.parameters.excitatory


@dataclass(frozen=True)
class Measured:
    """build: seconds until the first step, compiling included, importing bluespot, Brian2 and NEST not; run: processor
    seconds of the steps; cell: of each spike.
    """

    build: float
    run: float
    cell: np.ndarray


def draw(seconds: float = SECONDS, parameters: Parameters = COBA) -> Network:
    """The same network for every simulator, in the midst of its activity."""
    rng, cells = np.random.default_rng(SEED), parameters.cells
    sources, targets = np.nonzero(rng.random((cells, cells)) < parameters.chance)
    apart = sources != targets
    sources, targets = sources[apart], targets[apart]
    return Network(parameters, seconds, sources, targets, *_settled(parameters, sources, targets, rng))


#: Before the start (ms): cells are driven by random spikes (Hz, each a contact's strength), then left to themselves.
DRIVEN, ALONE, DRIVE = 50.0, 50.0, 600.0


def _settled(
    shape: Parameters, sources: np.ndarray, targets: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Potentials and both conductances after a moment in NumPy, in which the network has begun to fire."""
    first = np.searchsorted(sources, np.arange(shape.cells + 1))
    v = rng.uniform(shape.E_leak, shape.threshold, shape.cells)
    g_e, g_i, resting = np.zeros(shape.cells), np.zeros(shape.cells), np.zeros(shape.cells)
    for step in range(round((DRIVEN + ALONE) / shape.step)):
        current = shape.leak * (shape.E_leak - v) + g_e * (shape.E_excitatory - v) + g_i * (shape.E_inhibitory - v)
        v = np.where(resting > 0, v, v + shape.step * current / shape.capacitance)
        g_e, g_i = g_e * (1 - shape.step / shape.tau_excitatory), g_i * (1 - shape.step / shape.tau_inhibitory)
        if step * shape.step < DRIVEN:
            g_e += shape.weight_excitatory * rng.poisson(DRIVE * 1e-3 * shape.step, shape.cells)
        resting -= 1
        fired = np.flatnonzero(v > shape.threshold)
        v[fired], resting[fired] = shape.reset, round(shape.refractory / shape.step)
        for cell in fired:
            hit = targets[first[cell] : first[cell + 1]]
            if cell < shape.excitatory:
                g_e[hit] += shape.weight_excitatory
            else:
                g_i[hit] += shape.weight_inhibitory
    return v, g_e, g_i


@dataclass(frozen=True)
class Simulator:
    """name: as it is shown; place: `module:function`, which takes a Network and an empty folder; distribution: what pip
    calls it, where bluespot does not bring it along.
    """

    name: str
    place: str
    distribution: str = ""

    @property
    def version(self) -> str:
        """Of the installed distribution; "" where there is none."""
        try:
            return metadata.version(self.distribution or "brian2")
        except metadata.PackageNotFoundError:
            return ""

    def simulate(self, network: Network, folder: Path) -> Measured:
        """Build and run in this process."""
        module, function = self.place.split(":")
        simulated: Callable[[Network, Path], Measured] = getattr(import_module(f"benchmarks.{module}"), function)
        return simulated(network, folder)


SIMULATORS: Mapping[str, Simulator] = {
    "bluespot": Simulator("bluespot's manner", "networks_brian2:bluespot"),
    "brian2": Simulator("plain Brian2, C++ standalone", "networks_brian2:plain"),
    "nest": Simulator("NEST", "networks_nest:simulate", "nest-simulator"),
    "neuron": Simulator("NEURON", "networks_neuron:simulate", "neuron"),
    "netpyne": Simulator("NetPyNE", "networks_netpyne:simulate", "netpyne"),
}


def measure(large: bool = False) -> list[dict[str, Any]]:
    """One build and run of a second each (large: the best of three, in turns); a row without figures for what is not
    installed.
    """
    installed = [name for name, simulator in SIMULATORS.items() if simulator.version]
    variants = {name: lambda name=name: in_new_process(name, SECONDS) for name in installed}
    found = in_turns(variants, 3 if large else 1)
    lowest = min(done["run"] for done in found["bluespot"])
    return [_row(SIMULATORS[name], found.get(name, []), lowest) for name in SIMULATORS]


def in_new_process(name: str, seconds: float) -> dict[str, Any]:
    """build, run (s) and the mean rates (Hz) of both kinds of cell, from a process of its own."""
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as folder:
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-m", "benchmarks.networks", name, folder, str(seconds)]
        environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
        if done.returncode:
            raise RuntimeError(f"{SIMULATORS[name].name} failed: {done.stderr[-800:]}")
        return json.loads(Path(folder, "measured.json").read_text("utf-8"))


def _row(simulator: Simulator, found: list[dict[str, Any]], lowest: float) -> dict[str, Any]:
    if not found:
        return {
            "simulator": simulator.name,
            **dict.fromkeys(("build_s", "run_per_second", "times_bluespot", "excitatory_hz", "inhibitory_hz"), ""),
            "version": 'not installed: pip install -e ".[benchmarks]"',
        }
    run = min(done["run"] for done in found)
    return {
        "simulator": simulator.name,
        "build_s": round(min(done["build"] for done in found), 2),
        "run_per_second": round(run / SECONDS, 3),
        "times_bluespot": round(run / lowest, 1),
        "excitatory_hz": round(found[0]["excitatory_hz"], 2),
        "inhibitory_hz": round(found[0]["inhibitory_hz"], 2),
        "version": simulator.version,
    }


def main() -> None:
    """Simulate in this process; the measurements as JSON in the folder."""
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    network = draw(seconds)
    measured = SIMULATORS[name].simulate(network, folder)
    shape = network.parameters
    excitatory = int(np.sum(measured.cell < shape.excitatory))
    told = {
        "build": measured.build,
        "run": measured.run,
        "excitatory_hz": excitatory / shape.excitatory / seconds,
        "inhibitory_hz": (len(measured.cell) - excitatory) / shape.inhibitory / seconds,
    }
    (folder / "measured.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main()
