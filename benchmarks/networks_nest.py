"""The benchmark network in NEST: its own conductance cell, contacts made from lists."""

from __future__ import annotations

import time
from pathlib import Path

import nest
import numpy as np

from benchmarks.networks import Measured, Network, Parameters


def simulate(network: Network, folder: Path) -> Measured:
    """One thread; NEST integrates its cells with an adaptive step of its own within each step."""
    shape = network.parameters
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.resolution, nest.local_num_threads = shape.step, 1
    began = time.perf_counter()
    cells = nest.Create("iaf_cond_exp", shape.cells, params=_cell(shape))
    cells.set({"V_m": network.v, "g_ex": network.g_excitatory, "g_in": network.g_inhibitory})
    first = cells[0].global_id
    for excites, weight in ((True, shape.weight_excitatory), (False, -shape.weight_inhibitory)):
        mine = network.excites == excites
        count = int(np.sum(mine))
        contacts = {"weight": np.full(count, weight), "delay": np.full(count, shape.delay)}
        nest.Connect(first + network.sources[mine], first + network.targets[mine], "one_to_one", contacts)
    recorder = nest.Create("spike_recorder")
    nest.Connect(cells, recorder)
    nest.Prepare()
    built, start = time.perf_counter(), time.process_time()
    nest.Run(1e3 * network.seconds)
    ran = time.process_time() - start
    nest.Cleanup()
    return Measured(built - began, ran, np.asarray(recorder.get("events", "senders")) - first)


def _cell(shape: Parameters) -> dict[str, float]:
    return {
        "C_m": shape.capacitance,
        "g_L": shape.leak,
        "E_L": shape.E_leak,
        "V_th": shape.threshold,
        "V_reset": shape.reset,
        "t_ref": shape.refractory,
        "E_ex": shape.E_excitatory,
        "E_in": shape.E_inhibitory,
        "tau_syn_ex": shape.tau_excitatory,
        "tau_syn_in": shape.tau_inhibitory,
    }
