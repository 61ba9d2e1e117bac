"""A SONATA circuit of `bluespot export --sonata` in NEST: its cells, contacts and afferent spikes of one epoch.

`python -m benchmarks.sonata_nest CIRCUIT NUMBER` prints how many of each there are, and how many spikes NEST gets.
NEST's own reader of SONATA needs a NEST that was built with HDF5, which that of PyPI is not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import h5py
import nest
import numpy as np

#: Attributes of a cell that NEST's `aeif_cond_exp` has under the same name and in the same unit.
OWN = ("C_m", "g_L", "E_L", "V_th", "Delta_T", "a", "b", "tau_w", "V_reset", "E_in", "I_e")
SHARED = ("V_peak", "E_ex", "t_ref", "tau_syn_ex", "tau_syn_in")
STEP_MS = 0.1


def cells_of(circuit: Path) -> Any:
    """Every cell with the parameters that it drew."""
    with h5py.File(circuit / "network" / "cells.h5") as file:
        group = file["nodes/cells/0"]
        own = {name: group[name][:] for name in OWN}
    shared = json.loads(next((circuit / "point_neuron_models").iterdir()).read_text())
    cells = nest.Create("aeif_cond_exp", len(own["C_m"]), {**own, "V_m": own["E_L"]})
    cells.set({name: shared[name] for name in SHARED})
    return cells


def fibres_of(circuit: Path, number: int) -> Any:
    """Every fibre, with its spikes of an epoch."""
    with h5py.File(circuit / "network" / "fibres.h5") as nodes:
        count = len(nodes["nodes/fibres/node_id"])
    with h5py.File(circuit / "output" / f"{number:03d}" / "spikes.h5") as file:
        times, ids = file["spikes/fibres/timestamps"][:], file["spikes/fibres/node_ids"][:]
    times = np.maximum(times, STEP_MS)  # NEST has no spike at time 0
    given = [{"spike_times": times[ids == fibre], "allow_offgrid_times": True} for fibre in range(count)]
    return nest.Create("spike_train_injector", count, given)


def connect(circuit: Path, source: str, senders: Any, cells: Any) -> int:
    """Make all contacts of the cells, or of the fibres, on the cells; returns how many."""
    name = f"{source}__cells__chemical"
    with h5py.File(circuit / "network" / f"{name}.h5") as file:
        edges = file[f"edges/{name}"]
        pre = np.asarray(senders.tolist())[edges["source_node_id"][:]]
        post = np.asarray(cells.tolist())[edges["target_node_id"][:]]
        contact = {
            name: edges[f"0/{found}"][:].astype("f8") for name, found in (("weight", "syn_weight"), ("delay", "delay"))
        }
    nest.Connect(pre, post, "one_to_one", {"synapse_model": "static_synapse", **contact})
    return len(pre)


def main(circuit: Path, number: int) -> None:
    """Build the circuit, run one epoch, and print what there was."""
    nest.ResetKernel()
    nest.resolution = STEP_MS
    cells, fibres = cells_of(circuit), fibres_of(circuit, number)
    contacts = connect(circuit, "cells", cells, cells) + connect(circuit, "fibres", fibres, cells)
    recorder = nest.Create("spike_recorder")
    nest.Connect(cells, recorder)
    config = json.loads((circuit / f"simulation_config_{number:03d}.json").read_text())
    nest.Simulate(config["run"]["tstop"])
    print(f"{len(cells)} cells, {len(fibres)} fibres, {contacts} contacts, {recorder.n_events} spikes of the cells")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
