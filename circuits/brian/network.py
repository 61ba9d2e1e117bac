"""The Brian2 objects of a model structure, and the code that hands its results over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2.units import second

from circuits.brian import equations
from circuits.stimulus import BIN
from circuits.structure import Pathway, Structure, compartment_index
from core.vocabulary import COMPARTMENTS

#: Receptors and noise are slower than spikes and have clocks of their own.
NOISE_STEP_MS, FIELD_STEP_MS, MODULATION_STEP_MS, WATCH_STEP_MS = 1.0, 1.0, 5.0, 1e3 * BIN
#: Longer than an epoch: what has this clock runs at its beginning (and, harmlessly, every 100 s). Not longer still:
#: Brian2 takes a run that is shorter than 1e-4 of a clock's step for none, and NumPy then stops before the first step.
ONCE_MS = 1e5
#: The cells whose rate can end an epoch: those an animal withdraws by.
WATCHED = "projection"
#: Pathway -> sources and targets of its contacts.
Ends = Mapping[str, tuple[np.ndarray, np.ndarray]]
EQUATION_FUNCTIONS = ("exponential", "logistic", "keyed_noise", "afferent_fires", "stop_if")


def build_network(structure: Structure, ends: Ends | None = None) -> Any:
    """The Brian2 network of a structure, with one group for all cells, one for fibres, one for compartments.

    ends: pathway -> source and target of each contact; without, they are left to be filled in.
    """
    import brian2

    from circuits.brian import functions

    names = {name: getattr(brian2, name) for name in ("ms", "siemens", "amp")}
    names |= {name: getattr(functions, name) for name in EQUATION_FUNCTIONS}
    fields = brian2.NeuronGroup(
        len(COMPARTMENTS), equations.field_equations(structure), name="fields", namespace=names, method=euler
    )
    cells = brian2.NeuronGroup(
        structure.cells,
        equations.agent_equations(equations.FAST_CELL, structure.cell_effects),
        threshold=equations.THRESHOLD,
        reset=equations.RESET,
        method=euler,
        name="cells",
        namespace=names,
    )
    fibres = brian2.NeuronGroup(
        structure.afferents,
        equations.agent_equations(equations.FIBRE, structure.fibre_effects),
        threshold=equations.FIBRE_THRESHOLD,
        reset="",
        name="fibres",
        namespace=names,
    )
    _link(cells, fields, structure.cell_effects)
    _link(fibres, fields, structure.fibre_effects)
    _schedule(structure, cells, fibres, fields)
    synapses = [
        _synapses(pathway, fibres if pathway.from_afferents else cells, cells, (ends or {}).get(pathway.name))
        for pathway in structure.pathways
    ]
    spikes = brian2.SpikeMonitor(cells, name="spikes")
    return brian2.Network(
        fields, cells, fibres, spikes, *synapses, _volume(structure, cells, fields), *_watch(structure, cells, fields)
    )


def euler(equations: Any, variables: Any = None, method_options: Any = None) -> str:
    """Forward Euler integration, whose step is a variable of the group and has the group's precision.

    Brian2's own `dt` is double: it would take every vector of single-precision cells through double and back.
    """
    expressions = [(name, str(right)) for name, right in equations.get_substituted_expressions(variables)]
    after = [f"_{name} = {name} + step*({right})" for name, right in expressions]
    return "\n".join([*after, *(f"{name} = _{name}" for name, _ in expressions)])


def _schedule(structure: Structure, cells: Any, fibres: Any, fields: Any) -> None:
    """Add what runs on slower clocks than the spikes, in the order in which it runs where clocks meet."""
    for group, name, code, step_ms in (
        (cells, "constants", equations.CONSTANTS, ONCE_MS),
        (fields, "clearance", equations.clearance_code(structure), FIELD_STEP_MS),
        (fields, "watch", equations.WATCH, WATCH_STEP_MS),
        (fields, "activation", equations.activation_code(structure), MODULATION_STEP_MS),
        (fields, "stop", equations.STOP, MODULATION_STEP_MS),
        (cells, "modulation", equations.modulation_code(structure.cell_effects, True), MODULATION_STEP_MS),
        (fibres, "modulation", equations.modulation_code(structure.fibre_effects, False), MODULATION_STEP_MS),
        (cells, "noise", equations.FAST_NOISE, NOISE_STEP_MS),
    ):
        order = ("constants", "clearance", "watch", "activation", "stop", "modulation", "noise").index(name)
        group.run_regularly(code, dt=step_ms * 1e-3 * second, order=order, name=f"{group.name}_{name}")


def _link(agents: Any, fields: Any, effects: tuple[tuple[str, str], ...]) -> None:
    from brian2 import linked_var

    for name in dict.fromkeys(equations.symbol(receptor) for receptor, _ in effects):
        setattr(agents, name, linked_var(fields, name, index="compartment"))


def _synapses(pathway: Pathway, source: Any, cells: Any, ends: tuple[np.ndarray, np.ndarray] | None) -> Any:
    import brian2

    on_pre = equations.FAST_INHIBITS if pathway.inhibitory else equations.FAST_EXCITES
    synapses = brian2.Synapses(
        source,
        cells,
        equations.SYNAPSE,
        on_pre=on_pre,
        delay=pathway.delay_seconds * brian2.second,
        name=pathway.name,
        namespace={},
    )
    placeholder = np.zeros(pathway.contacts, "i4")
    i, j = ends or (placeholder, placeholder)
    synapses.connect(i=i, j=j)
    return synapses


def _volume(structure: Structure, cells: Any, fields: Any) -> Any:
    """Volume transmission: every releasing cell feeds every compartment, by its quantum there."""
    import brian2

    on_pre = equations.volume_on_pre(structure)
    synapses = brian2.Synapses(cells, fields, equations.volume(structure), on_pre=on_pre, name="volume", namespace={})
    cell = structure.releasing_cells
    synapses.connect(i=np.repeat(cell, len(COMPARTMENTS)), j=np.tile(np.arange(len(COMPARTMENTS)), len(cell)))
    return synapses


def _watch(structure: Structure, cells: Any, fields: Any) -> list[Any]:
    """Counts the spikes of the watched cells in their compartments."""
    import brian2

    blocks = [block for block in structure.blocks if block.population == WATCHED]
    if not blocks:
        return []
    synapses = brian2.Synapses(cells, fields, on_pre=equations.WATCH_ON_PRE, name="watch", namespace={})
    synapses.connect(
        i=np.concatenate([np.arange(block.start, block.start + block.count) for block in blocks]),
        j=np.repeat([compartment_index(block) for block in blocks], [block.count for block in blocks]),
    )
    return [synapses]


def serving_code(device: Any, network: Any, recorded: list[str]) -> str:
    """C++ that makes arrays (`group.variable`) known to the loop over steps and then waits for epochs.

    Inputs may go into all that is not read-only, and what is recorded may be read. The arguments of the command, which
    are weights, count for all epochs.
    """
    from brian2.core.variables import ArrayVariable

    given = [
        f"{group.name}.{name}"
        for group in sorted(network.objects, key=lambda group: group.name)
        for name, variable in getattr(group, "variables", {}).items()
        if isinstance(variable, ArrayVariable) and not variable.read_only and variable.owner.name == group.name
    ]
    lines = [_offer(device, network, name) for name in dict.fromkeys([*recorded, *given])]
    wait = "set_from_command_line(args);\nargs.clear();\nif (!Network::next_epoch()) return 0;"
    return "\n".join([*lines, wait])


def _offer(device: Any, network: Any, name: str) -> str:
    from brian2.core.variables import DynamicArrayVariable

    group, variable = name.split(".")
    array = network[group].variables[variable]
    place = f"brian::{device.get_array_name(array, access_data=False)}"
    if isinstance(array, DynamicArrayVariable):
        return f'Network::offer("{name}", {place}.data(), {place}.size());'
    return f'Network::offer("{name}", {place}, {array.size});'


def output_code(device: Any, network: Any, structure: Structure) -> str:
    """Send spikes, fields and the length only, then leave: Brian2 itself would dump every array, contacts included.

    The clock stands a step past the one in which the run was told to stop.
    """
    spikes, fields = network["spikes"], network["fields"]
    time, cell = (device.get_array_name(spikes.variables[v], access_data=False) for v in ("t", "i"))
    clock = device.get_array_name(fields.variables["t_in_timesteps"])
    columns = [f"{x}_{what}" if what else x for x in structure.transmitter_names for what in ("sum", "")] + ["samples"]
    pointers = [device.get_array_name(fields.variables[column]) for column in columns]
    means = "\n".join(f"results.add(brian::{pointer}, {len(COMPARTMENTS)});" for pointer in pointers)
    return f"""
    {{
      Network::Results results;
      const int64_t steps = brian::{clock}[0] - 1;
      results.add(&steps, 1);
      {means}
      results.add(brian::{time}.data(), brian::{time}.size());
      results.add(brian::{cell}.data(), brian::{cell}.size());
      results.send_and_leave();
    }}
    """
