"""Writes an animal's circuit as SONATA nodes and edges: HDF5 files, and tables of their types.

Two families of readers differ in spelling. libsonata and bluepysnap read text from the HDF5 file (`mtype`) and indices
called `node_id_to_ranges`; bmtk reads it from the table of types (`pop_name`) and indices called `node_id_to_range`.
Both find what they look for: text stands in both places, and an index has both names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import h5py
import numpy as np

from results.exports.wiring import Edges, Nodes, Wiring
from results.files.new_hdf5 import new_hdf5
from results.files.writing import SONATA_MAGIC, SONATA_VERSION

#: Where the voltage is cut when a cell fires, and the excitatory reversal, mV, as NEST calls them.
_NEST_CONSTANTS = {"V_peak": -20.0, "E_ex": 0.0, "t_ref": 0.0}
#: Parameters of a cell that NEST's model has too.
NEST_PARAMETERS = ("C_m", "g_L", "E_L", "V_th", "Delta_T", "a", "b", "tau_w", "V_reset", "E_in", "I_e")
CELL_MODEL, FIBRE_MODEL, EDGE_MODEL = "brian2_point", "virtual", "brian2_synapse"
NETWORK, MODELS = "network", "point_neuron_models"


def write_network(folder: Path, wiring: Wiring) -> None:
    """Write nodes, edges, their types, and parameters of the types, into a folder."""
    for nodes in (wiring.cells, wiring.fibres):
        _write_nodes(folder / NETWORK, nodes)
    _write_models(folder / MODELS, wiring)
    counts = {nodes.name: nodes.count for nodes in (wiring.cells, wiring.fibres)}
    for edges in wiring.edges:
        _write_edges(folder / NETWORK, edges, counts)


def edge_population(edges: Edges) -> str:
    """Name of a population of edges, in the manner of SONATA."""
    return f"{edges.source}__cells__chemical"


def mark_sonata(file: h5py.File) -> None:
    """Give a file SONATA's magic number and version."""
    file.attrs["magic"] = SONATA_MAGIC
    file.attrs["version"] = SONATA_VERSION


def write_column(group: h5py.Group, name: str, values: np.ndarray, unit: str = "") -> h5py.Dataset:
    """Write a column, uncompressed and without a time stamp."""
    dataset = group.create_dataset(name, data=values, track_times=False)
    if unit:
        dataset.attrs["units"] = unit
    return dataset


def _write_nodes(folder: Path, nodes: Nodes) -> None:
    with new_hdf5(folder / f"{nodes.name}.h5") as file:
        mark_sonata(file)
        population = file.create_group(f"nodes/{nodes.name}")
        counts = [each.count for each in nodes.types]
        write_column(population, "node_id", np.arange(nodes.count, dtype="u8"))
        write_column(population, "node_type_id", np.repeat(np.arange(len(counts), dtype="i8"), counts))
        _write_group_columns(population, "node", nodes.count)
        group = population.create_group("0")
        for name, values in _text_columns(nodes).items():
            _write_enumeration(group, name, values)
        for name, values in nodes.columns.items():
            if values.dtype == object:
                _write_enumeration(group, name, values)
            else:
                write_column(group, name, values.astype("f8"), nodes.units.get(name, ""))
    _write_types(folder / f"{nodes.name}_types.csv", "node_type_id", _node_rows(nodes))


def _text_columns(nodes: Nodes) -> dict[str, np.ndarray]:
    """Text of each node: what its type says of it, and what kind of model it is."""
    rows = [{"mtype": each.name, **each.facts} for each in nodes.types]
    for row in rows:
        row.pop("population", None)  # readers take this word for that of the nodes
        row["model_type"] = CELL_MODEL if nodes.name == "cells" else FIBRE_MODEL
        row["model_template"] = "bluespot:adex" if nodes.name == "cells" else "bluespot:spikes"
    counts = [each.count for each in nodes.types]
    return {name: np.repeat(np.array([row[name] for row in rows], object), counts) for name in rows[0]}


def _node_rows(nodes: Nodes) -> Iterable[dict[str, str]]:
    """Rows of the table of types. A column that the HDF5 file has too is called otherwise: bmtk prefers the file's."""
    for each in nodes.types:
        facts = each.facts
        row = {
            "pop_name": each.name,
            "population": facts["population"],
            "pop_side": facts["side"],
            "pop_region": facts["region"],
            "ei": "i" if facts["synapse_class"] == "INH" else "e",
        }
        if nodes.name == "cells":
            model = {"model_type": "point_neuron", "model_template": "nest:aeif_cond_exp"}
            yield {**row, **model, "dynamics_params": f"{each.name}.json"}
        else:
            yield {**row, "model_type": FIBRE_MODEL}


def _write_models(folder: Path, wiring: Wiring) -> None:
    """Write the mean parameters of each population of cells, as NEST takes them."""
    folder.mkdir(parents=True)
    shared = {name: wiring.shared[name] for name in ("tau_syn_ex", "tau_syn_in")}
    for each in wiring.cells.types:
        part = slice(each.start, each.start + each.count)
        means = {name: round(float(wiring.cells.columns[name][part].mean()), 6) for name in NEST_PARAMETERS}
        content = json.dumps({**means, **shared, **_NEST_CONSTANTS}, indent=2)
        (folder / f"{each.name}.json").write_text(content + "\n", "utf-8")


def _write_edges(folder: Path, edges: Edges, counts: Mapping[str, int]) -> None:
    name = edge_population(edges)
    order = np.lexsort((edges.sources, edges.targets))
    sources, targets = edges.sources[order], edges.targets[order]
    with new_hdf5(folder / f"{name}.h5") as file:
        mark_sonata(file)
        population = file.create_group(f"edges/{name}")
        ends = {"source": (sources, edges.source), "target": (targets, "cells")}
        for end, (ids, nodes) in ends.items():
            write_column(population, f"{end}_node_id", ids.astype("u8")).attrs["node_population"] = nodes
        write_column(population, "edge_type_id", edges.type_index[order].astype("i8"))
        _write_group_columns(population, "edge", len(order))
        group = population.create_group("0")
        write_column(group, "syn_weight", edges.weights[order].astype("f4"), "nS")
        write_column(group, "delay", edges.delays[order].astype("f4"), "ms")
        _write_enumeration(group, "model_template", np.full(len(order), "bluespot:conductance", object))
        labels = np.array([facts["projection"] for _, facts in edges.types], object)
        _write_enumeration(group, "projection", labels[edges.type_index[order]])
        _write_index(population.create_group("indices/source_to_target"), sources, counts[edges.source])
        _write_index(population.create_group("indices/target_to_source"), targets, counts["cells"])
    rows = ({"name": label, **facts, "model_template": "static_synapse"} for label, facts in edges.types)
    _write_types(folder / f"{name}_types.csv", "edge_type_id", rows)


def _write_group_columns(population: h5py.Group, kind: str, count: int) -> None:
    write_column(population, f"{kind}_group_id", np.zeros(count, "u4"))
    write_column(population, f"{kind}_group_index", np.arange(count, dtype="u8"))


def _write_enumeration(group: h5py.Group, name: str, values: np.ndarray) -> None:
    """Write text as numbers of a list of words, which stands in the group `@library`."""
    words, index = np.unique(values.astype(str), return_inverse=True)
    write_column(group, name, index.astype("u4"))
    library = group.require_group("@library")
    library.create_dataset(name, data=words.astype(object), dtype=h5py.string_dtype(), track_times=False)


def _write_index(group: h5py.Group, ids: np.ndarray, nodes: int) -> None:
    """Write which edges each node has, as ranges of edges; `ids` (edges,) is the node of each edge."""
    order = np.argsort(ids, kind="stable")
    mine = ids[order]
    begins = np.flatnonzero(np.r_[True, (np.diff(mine) != 0) | (np.diff(order) != 1)])
    ends = np.r_[begins[1:], len(order)]
    ranges = np.stack([order[begins], order[ends - 1] + 1], axis=1)
    bounds = np.searchsorted(mine[begins], np.arange(nodes + 1))
    write_column(group, "node_id_to_ranges", np.stack([bounds[:-1], bounds[1:]], axis=1).astype("u8"))
    write_column(group, "range_to_edge_id", ranges.astype("u8"))
    group["node_id_to_range"] = group["node_id_to_ranges"]


def _write_types(path: Path, number: str, rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table of types, whose columns are parted by blanks and whose texts therefore have none."""
    rows = list(rows)
    lines = [" ".join([number, *rows[0]])]
    lines += [" ".join([str(k), *row.values()]) for k, row in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
