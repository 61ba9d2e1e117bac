"""The standard circuit in plain Brian2 (`circuits.brian.plain`), without a thought for speed: a NeuronGroup for each
population, a Synapses object for each pair of populations, a SpikeMonitor for each, double precision, default flags.

Parameters, contacts, delays and clocks are bluespot's; afferent spikes are the epoch's own, put in by
SpikeGeneratorGroup (faster than a random number per fibre and step, and the same in every variant); membrane noise is
randn() every millisecond instead of bluespot's hash. In another `Manner`: few large objects, single precision. Runs as
a program of its own, because Brian2's device is global:

    python -m benchmarks.plain_brian2 ORDER
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import plain_cuda
from benchmarks.sample import DT_MS, Sample
from circuits.brian.plain import PlainModel, build
from circuits.brian.plain_model import PlainEpoch, plain_model
from circuits.structure import Block, Pathway, Structure, Wire

STANDALONE, CUDA, CYTHON, NUMPY = "cpp_standalone", "cuda_standalone", "cython", "numpy"
#: In how many parts the run-time targets' simulation is timed; the first begins when all code is ready.
_PARTS = 10


@dataclass(frozen=True)
class Manner:
    """joined: one group for all cells and one Synapses object for each pathway; single: precision."""

    joined: bool = False
    single: bool = False


PLAINEST = Manner()


@dataclass(frozen=True)
class Order:
    """What to build, and for which target; `folder`: where the program (C++) or the extensions (Cython) go."""

    target: str
    folder: Path
    seconds: float
    model: PlainModel
    manner: Manner = PLAINEST


def order(sampled: Sample, target: str, folder: Path, manner: Manner = PLAINEST) -> Order:
    """The order for a sample's epoch."""
    shape = joined(sampled.structure) if manner.joined else sampled.structure
    epoch = PlainEpoch(sampled.circuit, shape, sampled.draw.contacts, sampled.inputs, DT_MS)
    return Order(target, folder, sampled.inputs.seconds, plain_model(epoch), manner)


def joined(shape: Structure) -> Structure:
    """All cells as one block, all fibres as another, each pathway one wire between them."""
    cells = Block("cells", "cells", "", 0, shape.cells, "")
    fibres = Block("all", "all", "", 0, shape.afferents, "")
    return replace(
        shape,
        blocks=(cells,),
        fibres=(fibres,),
        pathways=tuple(
            replace(pathway, wires=(_whole(pathway, fibres if pathway.from_afferents else cells, cells),))
            for pathway in shape.pathways
        ),
    )


def _whole(pathway: Pathway, source: Block, target: Block) -> Wire:
    """A wire for all contacts of a pathway (its in-degree is rounded up: a wire may have room left)."""
    return Wire(pathway.name, pathway.name, (source,), target, -(-pathway.contacts // target.count))


def carry_out(order: Order) -> dict[str, Any]:
    """Build (C++, CUDA) or build and run (Cython, NumPy); what was measured.

    C++, CUDA: `build_seconds`, and `counts`: block -> the file in which the program leaves its number of spikes.
    Others: `prepare_seconds` until the first step, `seconds` simulated in `used` processor seconds, `counts`: block ->
    spikes.
    """
    import brian2

    if order.manner.single:
        brian2.prefs.core.default_float_dtype = np.float32
    brian2.defaultclock.dt = DT_MS * brian2.ms
    return _standalone(order) if order.target in (STANDALONE, CUDA) else _at_run_time(order)


def _standalone(order: Order) -> dict[str, Any]:
    import brian2

    # Brian2's own default is as many compilers at once as there are files: more than most memories hold.
    brian2.prefs.devices.cpp_standalone.extra_make_args_unix = [f"-j{os.cpu_count()}"]
    if order.target == CUDA:
        plain_cuda.set_up()
    began = time.perf_counter()
    brian2.set_device(order.target, build_on_run=False)
    network = build(order.model)
    network.run(order.seconds * brian2.second, namespace={})
    generated = time.perf_counter() - began
    brian2.device.build(directory=str(order.folder), compile=True, run=False)
    files = {n: brian2.device.get_array_filename(network[f"spikes_{n}"].variables["N"]) for n in order.model.cells}
    sources = len([path for path in order.folder.rglob("*") if path.suffix in (".cpp", ".cu")])
    built = time.perf_counter() - began
    return {"generate_seconds": generated, "build_seconds": built, "sources": sources, "counts": files}


def _at_run_time(order: Order) -> dict[str, Any]:
    import brian2

    brian2.prefs.codegen.target = order.target
    brian2.prefs.codegen.runtime.cython.cache_dir = str(order.folder)
    began = time.perf_counter()
    network = build(order.model)
    marks: list[tuple[float, float]] = []
    part = order.seconds / _PARTS * brian2.second

    def mark() -> None:
        marks.append((time.perf_counter(), time.process_time()))

    clockwork = brian2.NetworkOperation(mark, dt=part, when="start", order=-1)
    network.add(clockwork)
    network.run(order.seconds * brian2.second, namespace={})
    counts = {name: int(network[f"spikes_{name}"].num_spikes) for name in order.model.cells}
    simulated = order.seconds * (len(marks) - 1) / _PARTS
    return {
        "prepare_seconds": marks[0][0] - began,
        "seconds": simulated,
        "used": marks[-1][1] - marks[0][1],
        "counts": counts,
    }


def main() -> None:
    """Carry out the pickled order named on the command line; the measurements as JSON beside it."""
    path = Path(sys.argv[1])
    path.with_suffix(".json").write_text(json.dumps(carry_out(pickle.loads(path.read_bytes()))), "utf-8")


if __name__ == "__main__":
    main()
