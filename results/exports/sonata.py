"""Writes an animal as a SONATA circuit with one simulation for each of its epochs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.records import AnimalRecord
from results.exports.sonata_epochs import CIRCUIT_CONFIG, CONFIG_VERSION, SIMULATION_CONFIG, Report, write_epoch
from results.exports.sonata_network import (
    CELL_MODEL,
    EDGE_MODEL,
    FIBRE_MODEL,
    MODELS,
    NETWORK,
    edge_population,
    write_network,
)
from results.exports.wiring import Nodes, Wiring

ABOUT = """\
Animal {animal} of arm {arm} ({circuit}) of the study {study}, as a SONATA circuit, written by bluespot {version}.

circuit_config.json           the circuit: cells, fibres, and their contacts
simulation_config_NNN.json    one epoch each; epochs.csv says which epoch is which
network/                      nodes (cells.h5, fibres.h5), edges, and their types
point_neuron_models/          mean parameters of each population, as NEST's aeif_cond_exp takes them
output/NNN/spikes.h5          spikes of one epoch; time is 0 at its start
output/NNN/noradrenaline.h5   mean concentration around each cell in the epoch, nM; likewise serotonin, dopamine, and
                              traces that were recorded when this was written (--record)

Cells and contacts are as the animal was born with them: every cell with its own drawn parameters (attributes of
cells.h5), every contact with its own weight (peak conductance in nS, negative where it inhibits) and delay in ms.

This is not the whole model, and a SONATA simulator that runs it does not repeat the animal. It does not have:
- the concentrations of noradrenaline, serotonin and dopamine that the cells release and that change during an epoch;
- the receptors, and what they do to cells and to release: every coupling from a receptor to a current, a conductance
  or a release;
- what drugs, the injury and the slow state do to weights, release, reversal potentials and the rates of fibres at the
  moment of the epoch;
- NMDA receptors ({nmda_ratio:g} of the AMPA conductance, decay {tau_nmda:g} ms, with magnesium block), steady synaptic
  conductances (tonic_ampa, tonic_gaba) and membrane noise (noise_sd), where the simulator's cell has none of them.
docs/model.md of bluespot has the equations. `Animal.replay` of bluespot repeats an epoch, spike by spike.
"""


def write_sonata(
    folder: Path,
    record: AnimalRecord,
    wiring: Wiring,
    epochs: pd.DataFrame,
    traces: Mapping[int, Sequence[Report]] | None = None,
) -> None:
    """Write one animal into an empty folder.

    Parameters
    ----------
    folder
        Exists, and is empty.
    record
        The animal, with spikes.
    wiring
        Its circuit.
    epochs
        Rows of `StudyResults.epochs` of this animal: those to write.
    traces
        Place of an epoch -> what was recorded of it.
    """
    write_network(folder, wiring)
    _write_json(folder / CIRCUIT_CONFIG, _circuit(wiring))
    _write_json(folder / "node_sets.json", _node_sets(wiring))
    for row in epochs.to_dict("records"):
        write_epoch(folder, row, record, wiring, (traces or {}).get(row["epoch"], ()))
    _epoch_table(epochs).to_csv(folder / "epochs.csv", index=False, lineterminator="\n")
    (folder / "README.txt").write_text(_about(record, wiring), "utf-8")


def _circuit(wiring: Wiring) -> dict[str, Any]:
    models = {wiring.cells.name: CELL_MODEL, wiring.fibres.name: FIBRE_MODEL}
    edges = [edge_population(each) for each in wiring.edges]
    return {
        "version": CONFIG_VERSION,
        "manifest": {"$BASE_DIR": "."},
        "node_sets_file": "$BASE_DIR/node_sets.json",
        "components": {"point_neuron_models_dir": f"$BASE_DIR/{MODELS}"},
        "networks": {
            "nodes": [_network_entry("node", name, model) for name, model in models.items()],
            "edges": [_network_entry("edge", name, EDGE_MODEL) for name in edges],
        },
    }


def _network_entry(kind: str, name: str, model: str) -> dict[str, Any]:
    return {
        f"{kind}s_file": f"$BASE_DIR/{NETWORK}/{name}.h5",
        f"{kind}_types_file": f"$BASE_DIR/{NETWORK}/{name}_types.csv",
        "populations": {name: {"type": model}},
    }


def _node_sets(wiring: Wiring) -> dict[str, Any]:
    """A set for all cells, for all fibres, and for each population on each side."""

    def of(nodes: Nodes) -> dict[str, Any]:
        types = {each.name: {"population": nodes.name, "mtype": each.name} for each in nodes.types}
        return {nodes.name: {"population": nodes.name}, **types}

    return {**of(wiring.cells), **of(wiring.fibres)}


def _epoch_table(epochs: pd.DataFrame) -> pd.DataFrame:
    configs = [SIMULATION_CONFIG.format(number) for number in epochs["epoch"]]
    table: pd.DataFrame = epochs.drop(columns=["arm", "animal"]).assign(simulation_config=configs)
    return table


def _about(record: AnimalRecord, wiring: Wiring) -> str:
    return ABOUT.format(
        animal=record.animal,
        arm=record.arm,
        circuit=record.circuit,
        study=record.study,
        version=record.provenance.get("bluespot_version", "?"),
        nmda_ratio=wiring.shared["nmda_ratio"],
        tau_nmda=wiring.shared["tau_nmda"],
    )


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
