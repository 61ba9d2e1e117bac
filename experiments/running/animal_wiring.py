"""An animal's cells, fibres and contacts, drawn again from what its file says of it.

A draw needs the arm's circuit, the seed, the number and the size, and is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from circuits.circuit import Circuit
from circuits.draw import AnimalDraw, draw_animal
from circuits.populations.population import AfferentPopulation, CellPopulation
from circuits.structure import Block, Pathway, structure
from core.errors import UserError
from core.records import AnimalRecord
from experiments.laboratory.replay import Past, arm_of, made_of, study_of
from results.exports.wiring import Edges, Nodes, NodeType, Wiring

#: Parameter of a cell's draw -> (its name in exports, unit, units in one SI unit). The names are those of NEST's
#: `aeif_cond_exp` where it has the parameter.
_PARAMETERS = {
    "C": ("C_m", "pF", 1e12),
    "g_leak": ("g_L", "nS", 1e9),
    "E_leak": ("E_L", "mV", 1e3),
    "V_T": ("V_th", "mV", 1e3),
    "slope": ("Delta_T", "mV", 1e3),
    "a": ("a", "nS", 1e9),
    "b": ("b", "pA", 1e12),
    "tau_w": ("tau_w", "ms", 1e3),
    "V_r": ("V_reset", "mV", 1e3),
    "E_gaba": ("E_in", "mV", 1e3),
    "bias": ("I_e", "pA", 1e12),
    "sigma": ("noise_sd", "pA", 1e12),
    "tonic_ampa": ("tonic_ampa", "nS", 1e9),
    "tonic_gaba": ("tonic_gaba", "nS", 1e9),
}
_FIBRE_UNITS = {"force_threshold": "mN", "heat_threshold": "degC", "conduction_delay": "ms"}


def wiring_of(path: Path, record: AnimalRecord) -> Wiring:
    """The circuit of an animal, before injury, drugs and history change what it does.

    Parameters
    ----------
    path
        The animal's file; where it does not hold its study, that of its folder is read.
    record
        What the file holds.

    Raises
    ------
    UserError
        Where the study is missing or another one, and where its cells are not those that the file counts.
    """
    past = Past(path, record)
    study = study_of(past)
    circuit, made = arm_of(past, study).prepared_circuit(), made_of(past, study)
    draw = draw_animal(circuit, structure(circuit, made.size), made.seed, record.animal)
    _check_cells(path, record, draw)
    dt_ms = made.numerics.dt_ms
    return Wiring(_cells(circuit, draw), _fibres(circuit, draw), _edges(circuit, draw), _shared(circuit), dt_ms)


def _check_cells(path: Path, record: AnimalRecord, draw: AnimalDraw) -> None:
    counted = {name: train.cells for epoch in record.epochs for name, train in epoch.spikes.items()}
    shape = draw.structure
    drawn = {block.name: block.count for block in (*shape.blocks, *shape.fibres)}
    for name, cells in counted.items():
        if drawn.get(name) != cells:
            raise UserError(
                f"{path}: it has {cells} cells of {name}, its study gives {drawn.get(name, 'none')}. "
                "It was run with another study or another version."
            )


def _cells(circuit: Circuit, draw: AnimalDraw) -> Nodes:
    shape, columns = draw.structure, {}
    stop = shape.blocks[-1].stop
    for name, (exported, _, factor) in _PARAMETERS.items():
        columns[exported] = draw.cells[name][:stop] * factor
    types = tuple(_type(block, _cell_facts(circuit.cell_population(block.population), block)) for block in shape.blocks)
    return Nodes("cells", types, columns, {name: unit for name, unit, _ in _PARAMETERS.values()})


def _fibres(circuit: Circuit, draw: AnimalDraw) -> Nodes:
    shape = draw.structure
    stop = shape.fibres[-1].stop
    roots = np.full(stop, "none", object)
    for block in (block for block in shape.fibres if block.side):
        roots[block.part] = np.where(draw.fibres["l5"][block.part], "L5", "L4")
    columns = {
        "root": roots,
        "force_threshold": draw.fibres["force_threshold"][:stop],
        "heat_threshold": draw.fibres["heat_threshold"][:stop],
        "conduction_delay": draw.fibres["delay"][:stop] * 1e3,
    }
    types = tuple(
        _type(block, _fibre_facts(circuit.afferent_population(block.population), block)) for block in shape.fibres
    )
    return Nodes("fibres", types, columns, _FIBRE_UNITS)


def _type(block: Block, facts: Mapping[str, str]) -> NodeType:
    side = block.side or "none"
    return NodeType(block.name, block.start, block.count, {"population": block.population, "side": side, **facts})


def _cell_facts(population: CellPopulation, block: Block) -> dict[str, str]:
    return {"region": block.compartment, "synapse_class": "INH" if population.inhibitory else "EXC"}


def _fibre_facts(population: AfferentPopulation, block: Block) -> dict[str, str]:
    return {"region": block.compartment or "none", "fibre_class": population.fibre, "synapse_class": "EXC"}


def _edges(circuit: Circuit, draw: AnimalDraw) -> tuple[Edges, ...]:
    shape = draw.structure
    return tuple(
        _from(circuit, draw, source, [p for p in shape.pathways if p.from_afferents == (source == "fibres")])
        for source in ("cells", "fibres")
    )


def _from(circuit: Circuit, draw: AnimalDraw, source: str, pathways: list[Pathway]) -> Edges:
    """All contacts that cells, or fibres, make. The draw has them pathway by pathway, and wire by wire in each."""
    wires = [wire for pathway in pathways for wire in pathway.wires]
    types = tuple((wire.name, _edge_facts(circuit, wire.projection)) for wire in wires)
    drawn = [draw.contacts[pathway.name] for pathway in pathways]
    counts = [pathway.contacts for pathway in pathways]
    signs = np.repeat([-1.0 if pathway.inhibitory else 1.0 for pathway in pathways], counts)
    return Edges(
        source=source,
        types=types,
        type_index=np.repeat(np.arange(len(wires)), [wire.contacts for wire in wires]),
        sources=np.concatenate([sources for sources, _, _ in drawn]),
        targets=np.concatenate([targets for _, targets, _ in drawn]),
        weights=np.concatenate([weights for _, _, weights in drawn]) * 1e9 * signs,
        delays=np.repeat([pathway.delay_seconds * 1e3 for pathway in pathways], counts),
    )


def _edge_facts(circuit: Circuit, name: str) -> dict[str, str]:
    projection = circuit.projection(name)
    receptors = "gaba" if projection.inhibitory else "ampa+nmda"
    return {"projection": name, "source": projection.source, "target": projection.target, "receptors": receptors}


def _shared(circuit: Circuit) -> dict[str, float]:
    kinetics = circuit.synapses
    return {
        "tau_syn_ex": kinetics.ampa_decay.si * 1e3,
        "tau_syn_in": kinetics.gaba_decay.si * 1e3,
        "tau_nmda": kinetics.nmda_decay.si * 1e3,
        "nmda_ratio": kinetics.nmda_ratio.si,
    }
