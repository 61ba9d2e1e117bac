"""The Brian2 objects of a model structure, and the code that hands its results over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from circuits import equations
from circuits.structure import Pathway, Structure
from core.vocabulary import COMPARTMENTS

#: Receptors and noise are slower than spikes and have clocks of their own.
NOISE_STEP_MS, FIELD_STEP_MS, MODULATION_STEP_MS = 1.0, 1.0, 5.0


def build_network(structure: Structure, autoreceptors: Mapping[str, str]) -> Any:
    """The Brian2 network of a structure: one group of cells, one of fibres, one of compartments, one Synapses
    object per pathway.
    """
    import brian2

    from circuits import keyed_functions as functions

    ms = brian2.ms
    names = {"ms": ms, "mV": brian2.mV, "siemens": brian2.siemens, "amp": brian2.amp}
    fields = brian2.NeuronGroup(
        len(COMPARTMENTS),
        equations.field_equations(structure),
        name="fields",
        namespace={**names, "stop_at": functions.stop_at},
    )
    cells = brian2.NeuronGroup(
        structure.cells,
        equations.agent_equations(equations.CELL, structure.cell_effects),
        threshold=equations.THRESHOLD,
        reset=equations.RESET,
        method="euler",
        name="cells",
        namespace={**names, "keyed_noise": functions.keyed_noise},
    )
    fibres = brian2.NeuronGroup(
        structure.afferents,
        equations.agent_equations(equations.FIBRE, structure.fibre_effects),
        threshold=equations.FIBRE_THRESHOLD,
        reset=equations.FIBRE_RESET,
        name="fibres",
        namespace={**names, "afferent_step": functions.afferent_step},
    )
    _link(cells, fields, structure.cell_effects)
    _link(fibres, fields, structure.fibre_effects)
    cells.run_regularly(equations.NOISE, dt=NOISE_STEP_MS * ms, name="cells_noise")
    fields.run_regularly(equations.clearance_code(autoreceptors), dt=FIELD_STEP_MS * ms, name="fields_clearance")
    fields.run_regularly(
        equations.activation_code(structure), dt=MODULATION_STEP_MS * ms, order=1, name="fields_activation"
    )
    fields.run_regularly("stopped = stop_at(t, stop_time)", dt=MODULATION_STEP_MS * ms, order=2, name="fields_stop")
    cells.run_regularly(
        equations.modulation_code(structure.cell_effects, True),
        dt=MODULATION_STEP_MS * ms,
        order=3,
        name="cells_modulation",
    )
    fibres.run_regularly(
        equations.modulation_code(structure.fibre_effects, False),
        dt=MODULATION_STEP_MS * ms,
        order=3,
        name="fibres_modulation",
    )
    synapses = [
        _synapses(pathway, fibres if pathway.from_afferents else cells, cells) for pathway in structure.pathways
    ]
    spikes = brian2.SpikeMonitor(cells, name="spikes")
    return brian2.Network(fields, cells, fibres, spikes, *synapses, _volume(structure, cells, fields))


def _link(agents: Any, fields: Any, effects: tuple[tuple[str, str], ...]) -> None:
    from brian2 import linked_var

    for name in dict.fromkeys(equations.symbol(receptor) for receptor, _ in effects):
        setattr(agents, name, linked_var(fields, name, index="compartment"))


def _synapses(pathway: Pathway, source: Any, cells: Any) -> Any:
    import brian2

    on_pre = equations.INHIBITS if pathway.inhibitory else equations.EXCITES
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
    synapses.connect(i=placeholder, j=placeholder)
    return synapses


def _volume(structure: Structure, cells: Any, fields: Any) -> Any:
    """Volume transmission: every monoamine cell feeds every compartment, by its quantum there."""
    import brian2

    synapses = brian2.Synapses(
        cells, fields, equations.VOLUME, on_pre=equations.VOLUME_ON_PRE, name="volume", namespace={}
    )
    cell = np.arange(structure.monoamine_start, structure.monoamine_stop)
    synapses.connect(i=np.repeat(cell, len(COMPARTMENTS)), j=np.tile(np.arange(len(COMPARTMENTS)), len(cell)))
    return synapses


def output_code(device: Any, network: Any) -> str:
    """Write spikes and fields only, then leave: Brian2 itself would dump every array, contacts included."""
    spikes, fields = network["spikes"], network["fields"]
    step, cell = (device.get_array_name(spikes.variables[v], access_data=False) for v in ("t", "i"))
    columns = [f"{x}_{what}" if what else x for x in equations.TRANSMITTERS for what in ("sum", "")] + ["samples"]
    pointers = [device.get_array_name(fields.variables[column]) for column in columns]
    writes = "\n".join(
        f"out.write(reinterpret_cast<char*>(brian::{p}), {len(COMPARTMENTS)}*sizeof(float));" for p in pointers
    )
    return f"""
    {{
      std::ofstream out(brian::results_dir + "epoch.bin", std::ios::binary);
      {writes}
      out.write(reinterpret_cast<char*>(brian::{step}.data()), brian::{step}.size()*sizeof(double));
      out.write(reinterpret_cast<char*>(brian::{cell}.data()), brian::{cell}.size()*sizeof(int32_t));
      out.close();
      if (!out) return 4;
      return 0;
    }}
    """
