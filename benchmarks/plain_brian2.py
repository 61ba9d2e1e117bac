"""The standard circuit as one writes it in Brian2 without giving speed a thought: a NeuronGroup for each population,
a Synapses object for each pair of populations, a SpikeMonitor for each, double precision, default flags.

Equations, parameters, contacts, delays and clocks are bluespot's; afferent spikes are the epoch's own, put in by
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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import plain_cuda
from benchmarks.floor import afferents_in_order
from benchmarks.sample import DT_MS, Sample
from circuits.brian import equations
from circuits.brian.functions import HIGHEST, LOWEST
from circuits.brian.network import FIELD_STEP_MS, MODULATION_STEP_MS, NOISE_STEP_MS
from circuits.structure import Block, Pathway, Structure, Wire
from core.vocabulary import COMPARTMENTS

#: bluespot's own functions and what it works out beforehand, and what one writes instead.
PLAIN = {
    "current - w": "steady_current + noise - w",
    "leak_slope*exponential((v - V_T)*per_slope)": f"g_leak*slope*exp(clip((v - V_T)/slope, {LOWEST}, {HIGHEST}))",
    "g_nmda*logistic((v - V_magnesium)/magnesium_slope)": "g_nmda/(1 + exp((V_magnesium - v)/magnesium_slope))",
    ")*per_C": ")/C",
    ")*per_tau_w": ")/tau_w",
}
NOISE = "noise = noise_decay*noise + noise_step*sigma*randn()"
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
    structure: Structure
    autoreceptors: Mapping[str, str]
    arguments: Mapping[str, np.ndarray | float]
    contacts: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    afferent_steps: np.ndarray
    afferent_fibres: np.ndarray
    manner: Manner = PLAINEST

    def of(self, group: str) -> dict[str, Any]:
        """The values of one of bluespot's groups, by variable."""
        return {name.removeprefix(group + "."): v for name, v in self.arguments.items() if name.startswith(group + ".")}


def order(sampled: Sample, target: str, folder: Path, manner: Manner = PLAINEST) -> Order:
    """The order for a sample's epoch."""
    steps, fibres = afferents_in_order(sampled)
    return Order(
        target=target,
        folder=folder,
        seconds=sampled.inputs.seconds,
        structure=_joined(sampled.structure) if manner.joined else sampled.structure,
        autoreceptors=sampled.circuit.autoreceptors,
        arguments=sampled.inputs.arguments,
        contacts=sampled.draw.contacts,
        afferent_steps=steps,
        afferent_fibres=fibres,
        manner=manner,
    )


def _joined(shape: Structure) -> Structure:
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


# --- the model ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Model:
    """The network, and the monitor of each block."""

    network: Any
    monitors: Mapping[str, Any]


def build(order: Order) -> Model:
    """All Brian2 objects of an order."""
    import brian2

    fields = _fields(order)
    cells = {block.name: _population(order, block, fields) for block in order.structure.blocks}
    fibres = {block.name: _afferents(order, block) for block in order.structure.fibres}
    synapses = [s for pathway in order.structure.pathways for s in _pathway(order, pathway, cells, fibres)]
    volume = list(_volume(order, cells, fields))
    monitors = {name: brian2.SpikeMonitor(group, name=f"spikes_{name}") for name, group in cells.items()}
    parts = [fields, *cells.values(), *fibres.values(), *synapses, *volume, *monitors.values()]
    return Model(brian2.Network(parts), monitors)


def _names() -> dict[str, Any]:
    import brian2

    return {"ms": brian2.ms, "mV": brian2.mV, "siemens": brian2.siemens, "amp": brian2.amp}


def _fill(group: Any, values: Mapping[str, Any]) -> None:
    """Set the variables that the group has, in SI."""
    for name, value in values.items():
        if name in group.variables:
            setattr(group, f"{name}_", value)


def _fields(order: Order) -> Any:
    import brian2

    fields = brian2.NeuronGroup(
        len(COMPARTMENTS), equations.field_equations(order.structure), name="fields", namespace=_names()
    )
    _fill(fields, order.of("fields"))
    step = brian2.ms
    fields.run_regularly(equations.clearance_code(order.autoreceptors), dt=FIELD_STEP_MS * step)
    fields.run_regularly(equations.activation_code(order.structure), dt=MODULATION_STEP_MS * step, order=1)
    return fields


def _population(order: Order, block: Block, fields: Any) -> Any:
    """One population's cells: only the couplings it has, and the receptors of its compartment."""
    import brian2

    values = {
        name: value[block.part] if isinstance(value, np.ndarray) else value for name, value in order.of("cells").items()
    }
    effects = tuple(e for e in order.structure.cell_effects if np.any(values[equations.coefficient(e[1], e[0])]))
    heard = dict.fromkeys(receptor for receptor, _ in order.structure.fibre_effects)
    group = brian2.NeuronGroup(
        block.count,
        _cell_model(effects, heard),
        threshold=equations.THRESHOLD,
        reset=equations.RESET,
        method="euler",
        name=block.name,
        namespace=_names(),
    )
    for symbol in _linked(effects, heard):
        setattr(group, symbol, brian2.linked_var(fields, symbol, index="compartment"))
    _fill(group, values)
    group.run_regularly(NOISE, dt=NOISE_STEP_MS * brian2.ms)
    modulation = [equations.modulation_code(effects, True), *(f"{_here(r)} = {equations.symbol(r)}" for r in heard)]
    group.run_regularly("\n".join(modulation), dt=MODULATION_STEP_MS * brian2.ms, order=3)
    return group


def _cell_model(effects: tuple[tuple[str, str], ...], heard: Iterable[str]) -> str:
    """bluespot's equations, and a copy of the receptors that fibres follow: contacts cannot see linked variables."""
    model = equations.agent_equations(_cell(), effects)
    known = {equations.symbol(receptor) for receptor, _ in effects}
    links = [f"{symbol} : 1 (linked)" for symbol in _linked(effects, heard) if symbol not in known]
    return "\n".join([model, *links, *(f"{_here(receptor)} : 1" for receptor in heard)])


def _cell() -> str:
    model = equations.CELL
    for ours, plain in PLAIN.items():
        if ours not in model:
            raise ValueError(f"circuits.brian.equations.CELL no longer has {ours}")
        model = model.replace(ours, plain)
    return model


def _linked(effects: tuple[tuple[str, str], ...], heard: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(equations.symbol(receptor) for receptor in (*(r for r, _ in effects), *heard)))


def _here(receptor: str) -> str:
    return "here_" + equations.symbol(receptor)


def _afferents(order: Order, block: Block) -> Any:
    import brian2

    mine = (order.afferent_fibres >= block.start) & (order.afferent_fibres < block.stop)
    times = order.afferent_steps[mine] * DT_MS * brian2.ms
    return brian2.SpikeGeneratorGroup(
        block.count, order.afferent_fibres[mine] - block.start, times, name=f"fibres_{block.name}"
    )


def _pathway(order: Order, pathway: Pathway, cells: Mapping[str, Any], fibres: Mapping[str, Any]) -> Iterator[Any]:
    """One Synapses object for each pair of populations that the pathway links."""
    sources, targets, weights = order.contacts[pathway.name]
    begin = 0
    for wire in pathway.wires:
        part = slice(begin, begin + wire.contacts)
        begin += wire.contacts
        for source in wire.sources:
            mine = (sources[part] >= source.start) & (sources[part] < source.stop)
            i, j, weight = (column[part][mine] for column in (sources, targets, weights))
            groups = (fibres if pathway.from_afferents else cells)[source.name], cells[wire.target.name]
            synapses = _synapses(order, pathway, *groups)
            synapses.connect(i=i - source.start, j=j - wire.target.start)
            _fill(synapses, {"weight": weight, **order.of(pathway.name)})
            if pathway.from_afferents:
                _fill(synapses, {f"fibre_{name}": values[i] for name, values in order.of("fibres").items()})
            yield synapses


def _synapses(order: Order, pathway: Pathway, source: Any, target: Any) -> Any:
    import brian2

    model, on_pre = equations.SYNAPSE, equations.INHIBITS if pathway.inhibitory else equations.EXCITES
    if pathway.from_afferents:
        model, on_pre = _with_release(order.structure, model, on_pre)
    return brian2.Synapses(
        source,
        target,
        model,
        on_pre=on_pre,
        delay=pathway.delay_seconds * brian2.second,
        name=f"{source.name}_to_{target.name}_{pathway.name}",
        namespace=_names(),
    )


def _with_release(shape: Structure, model: str, on_pre: str) -> tuple[str, str]:
    """SpikeGeneratorGroup has no variables: what a fibre releases stands in its contacts, and follows the receptors
    of the compartment, which it shares with its target.
    """
    terms = ["1.0"]
    model += "\nfibre_release_base : 1 (constant)"
    for receptor, effect in shape.fibre_effects:
        name = "fibre_" + equations.coefficient(effect, receptor)
        model += f"\n{name} : 1 (constant)"
        terms.append(f"{name}*{_here(receptor)}_post")
    return model, on_pre.replace("release_pre", f"fibre_release_base*clip({' + '.join(terms)}, 0.0, 10.0)")


def _volume(order: Order, cells: Mapping[str, Any], fields: Any) -> Iterator[Any]:
    import brian2

    shape, width = order.structure, len(COMPARTMENTS)
    for block in shape.blocks:
        first = max(shape.monoamine_start, block.start)
        last = min(shape.monoamine_stop, block.stop)
        if first >= last:
            continue
        model, on_pre = equations.VOLUME, equations.VOLUME_ON_PRE
        synapses = brian2.Synapses(cells[block.name], fields, model, on_pre=on_pre, name=f"volume_{block.name}")
        who, begin = np.arange(first, last) - block.start, (first - shape.monoamine_start) * width
        synapses.connect(i=np.repeat(who, width), j=np.tile(np.arange(width), len(who)))
        quanta = {name: value[begin : begin + len(who) * width] for name, value in order.of("volume").items()}
        _fill(synapses, quanta)
        yield synapses


# --- running --------------------------------------------------------------------------------------------------


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
    model = build(order)
    model.network.run(order.seconds * brian2.second, namespace={})
    generated = time.perf_counter() - began
    brian2.device.build(directory=str(order.folder), compile=True, run=False)
    files = {name: brian2.device.get_array_filename(m.variables["N"]) for name, m in model.monitors.items()}
    sources = len([path for path in order.folder.rglob("*") if path.suffix in (".cpp", ".cu")])
    built = time.perf_counter() - began
    return {"generate_seconds": generated, "build_seconds": built, "sources": sources, "counts": files}


def _at_run_time(order: Order) -> dict[str, Any]:
    import brian2

    brian2.prefs.codegen.target = order.target
    brian2.prefs.codegen.runtime.cython.cache_dir = str(order.folder)
    began = time.perf_counter()
    model = build(order)
    marks: list[tuple[float, float]] = []
    part = order.seconds / _PARTS * brian2.second

    def mark() -> None:
        marks.append((time.perf_counter(), time.process_time()))

    clockwork = brian2.NetworkOperation(mark, dt=part, when="start", order=-1)
    model.network.add(clockwork)
    model.network.run(order.seconds * brian2.second, namespace={})
    counts = {name: int(monitor.num_spikes) for name, monitor in model.monitors.items()}
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
