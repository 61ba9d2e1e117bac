"""One epoch of spiking as a pure function: (animal at a moment, stimulus, label) -> spikes and averages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from circuits import fields, plasticity
from circuits.brian import equations
from circuits.brian.epoch_data import EpochInputs, EpochOutputs, Simulator, afferent_table
from circuits.brian.network import FIELD_STEP_MS, NOISE_STEP_MS, WATCHED
from circuits.circuit import Circuit
from circuits.draw import DEAD, AnimalDraw, ranks
from circuits.injury import scale_of, value_on
from circuits.manipulations.opsin_arrays import opsin_arrays
from circuits.moment import Moment
from circuits.receptors import Coupling, Receptor, half_nanomolar, weight
from circuits.stimulus import BIN, Stimulus, Watch, afferent_spikes
from circuits.structure import Block, Structure
from circuits.transmitters import Transmitter
from core.keys import stream, word
from core.records import SpikeTrain
from core.vocabulary import COMPARTMENTS

#: Above this (V) an exponential integrate-and-fire cell cannot turn back; its spike is where it passes it.
SPIKE_VOLTAGE = -0.02
_LOCUS_COERULEUS = ("locus_coeruleus_spinal", "locus_coeruleus_ascending")


@dataclass(frozen=True, repr=False)
class EpochResult:
    """What one epoch gave.

    Attributes
    ----------
    seconds : float
        Its length, less than that of the stimulus where a watch ended it.
    spikes : mapping of SpikeTrain
        By block of cells and of fibres.
    averages : mapping of float
        Mean rates and concentrations by name (`core.records.EpochRecord`).
    """

    seconds: float
    spikes: Mapping[str, SpikeTrain]
    averages: Mapping[str, float]

    def __repr__(self) -> str:
        spikes = sum(len(train.seconds) for train in self.spikes.values())
        return f"EpochResult({self.seconds:g} s, {spikes:,} spikes of {len(self.spikes)} populations)"


def prepare(moment: Moment, stimulus: Stimulus, label: str, dt_ms: float) -> tuple[EpochInputs, dict[str, SpikeTrain]]:
    """What the compiled program is told of an epoch, and the afferent spikes already in it.

    Parameters
    ----------
    moment : Moment
        The animal, with a draw of its own.
    stimulus : Stimulus
        What is done to it, and for how long.
    label : str
        Keys the random numbers of the epoch.
    dt_ms : float
        The integration step, in milliseconds.

    Returns
    -------
    inputs : EpochInputs
        What a `Simulator` runs.
    trains : dict
        Block of fibres -> its spikes.
    """
    trains = afferent_spikes(moment, stimulus, label)
    shape, lost = moment.draw.structure, _lost(moment)
    arguments: dict[str, np.ndarray | float] = {}
    for group, values in (
        ("cells", _cells(moment, label, lost)),
        ("cells", opsin_arrays(moment.draw, stimulus.opsins)),
        ("fibres", _fibres(moment)),
        ("fields", _fields(moment)),
        ("volume", _volume(moment, lost)),
    ):
        arguments |= {f"{group}.{name}": value for name, value in values.items()}
    arguments |= _shared(moment, label, dt_ms)
    arguments |= _watched(shape, stimulus.watch)
    table = afferent_table({name: (t.seconds, t.index) for name, t in trains.items()}, shape, dt_ms)
    return EpochInputs(stimulus.seconds, arguments, table), trains


def simulate(
    run: Callable[[EpochInputs], EpochOutputs],
    draw: AnimalDraw,
    inputs: EpochInputs,
    trains: Mapping[str, SpikeTrain],
    dt_ms: float,
) -> EpochResult:
    """Run prepared inputs and sort what comes back by population. run: of a `Simulator`, or of a memory before it."""
    return _result(draw, run(inputs), trains, dt_ms)


def run_epoch(simulator: Simulator, moment: Moment, stimulus: Stimulus, label: str) -> EpochResult:
    """Simulate one epoch under the slow state of a moment; the same arguments give the same bytes.

    Parameters
    ----------
    simulator : Simulator
        What runs it, with the animal's contacts laid down (`Simulator.wire`).
    moment : Moment
        The animal, with a draw of its own.
    stimulus : Stimulus
        What is done to it, and for how long.
    label : str
        Keys the random numbers of the epoch.

    Returns
    -------
    EpochResult
        Spikes and averages.
    """
    dt_ms = simulator.program.dt_ms
    inputs, trains = prepare(moment, stimulus, label, dt_ms)
    return simulate(simulator.run, moment.draw, inputs, trains, dt_ms)


def _cells(moment: Moment, label: str, lost: np.ndarray) -> dict[str, np.ndarray]:
    shape = moment.draw.structure
    values = {name: column.copy() for name, column in moment.draw.cells.items()}
    values["gain"] = np.ones(shape.cells)
    values["release_base"] = np.ones(shape.cells)
    values["w"] = np.zeros(shape.cells)
    for block in shape.blocks:
        if block.compartment.startswith("dorsal_horn"):
            _dorsal_horn(moment, values, block)
        elif block.population in _LOCUS_COERULEUS:
            _locus_coeruleus(moment, values, block)
        _anaesthetised(moment, values, block)
        _initial(moment, values, block, label)
    coefficients = _coefficients(moment, shape.cell_effects, shape.blocks, shape.cells)
    values |= coefficients
    for name, value in {**dict.fromkeys((*coefficients, "gain", "release_base", "w"), 0.0), **DEAD}.items():
        values[name][lost] = value
    return values


def _lost(moment: Moment) -> np.ndarray:
    """Which cells lesions have taken (cells,): in each block those that come first by their own random numbers,
    whatever the toxin.
    """
    shape = moment.draw.structure
    share = np.zeros(shape.cells)
    for block in shape.blocks:
        share[block.part] = 1.0 - moment.living(block.population)
    if not share.any():
        return np.zeros(shape.cells, bool)
    return ranks(shape.blocks, moment.draw.uniform["lost"]) < share


def _dorsal_horn(moment: Moment, values: dict[str, np.ndarray], block: Block) -> None:
    """Put in what sensitisation and drugs make of excitation, and by how much the injury of this side shifts the GABA
    reversal and lowers GABA release.
    """
    inhibitory, quantities = moment.circuit.cell_population(block.population).inhibitory, moment.quantities
    sensitised = moment.state.variables[f"sensitisation_{block.side}"] * (not inhibitory)
    gain = 1.0 + moment.circuit.plasticity.sensitisation.gain.si * sensitised
    values["gain"][block.part] = gain * quantities[f"excitation_{block.side}"]
    if inhibitory:
        values["release_base"][block.part] = 1.0 - value_on("gaba_release_loss", quantities, block.side)
    else:
        values["E_gaba"][block.part] += value_on("gaba_reversal_shift", quantities, block.side)


def _locus_coeruleus(moment: Moment, values: dict[str, np.ndarray], block: Block) -> None:
    """Put in what basal glutamate and GABA make of the tonic drive, and basal glutamate of evoked excitation."""
    glutamate = moment.quantities["locus_coeruleus_glutamate"] / moment.state.variables["glutamate_clearance"]
    excitation = moment.quantities["excitation_locus_coeruleus"]
    values["gain"][block.part] = plasticity.evoked_gain(moment.circuit.plasticity, glutamate) * excitation
    values["tonic_ampa"][block.part] *= glutamate * excitation
    values["tonic_gaba"][block.part] *= moment.quantities["locus_coeruleus_gaba"]


def _anaesthetised(moment: Moment, values: dict[str, np.ndarray], block: Block) -> None:
    """Add the potassium conductance that an anaesthetic opens to the leak."""
    opened, part = moment.opened(block.population), block.part
    if opened <= 0.0:
        return
    leak, potassium = values["g_leak"][part], moment.circuit.potassium_reversal.si
    values["E_leak"][part] = (leak * values["E_leak"][part] + opened * potassium) / (leak + opened)
    values["g_leak"][part] = leak + opened


def _initial(moment: Moment, values: dict[str, np.ndarray], block: Block, label: str) -> None:
    """Let pacemakers begin at a random phase, with the adaptation of their expected rate; all others begin at rest."""
    rate, part = moment.rates.get(block.population), block.part
    if rate is None:
        return
    rng = stream(moment.draw.seed, moment.draw.number, "phase", label, block.name)
    values["v"][part] = values["V_r"][part] + rng.random(block.count) * (values["V_T"][part] - values["V_r"][part])
    values["w"][part] = values["b"][part] * values["tau_w"][part] * rate * (0.5 + rng.random(block.count))


def _coefficients(
    moment: Moment, effects: tuple[tuple[str, str], ...], blocks: tuple[Block, ...], count: int
) -> dict[str, np.ndarray]:
    values = {equations.coefficient(effect, receptor): np.zeros(count) for receptor, effect in effects}
    for coupling in moment.circuit.active_couplings:
        name = equations.coefficient(coupling.effect, coupling.receptor)
        carried = moment.draw.uniform[coupling.name] < coupling.share.si
        for block in (b for b in blocks if b.population in coupling.targets):
            scale = scale_of(coupling.scaled_by, moment.quantities, block.side)
            values[name][block.part] += _strength(moment.circuit, coupling, block) * scale * carried[block.part]
    return values


def _strength(circuit: Circuit, coupling: Coupling, block: Block) -> float:
    """What an active receptor does to one cell or fibre of a block; to potassium channels its weight in the sum."""
    strength = coupling.strength.si
    if coupling.effect != "girk":
        return strength
    return weight(strength, circuit.cell_population(block.population).potassium_power.si)


def _fibres(moment: Moment) -> dict[str, np.ndarray]:
    shape = moment.draw.structure
    base = np.ones(shape.afferents)
    for block in (b for b in shape.fibres if b.side):
        base[block.part] = moment.afferent_release(block.side)
    values = _coefficients(moment, shape.fibre_effects, shape.fibres, shape.afferents)
    return values | {"release_base": base, "compartment": moment.draw.fibres["compartment"]}


def _fields(moment: Moment) -> dict[str, np.ndarray]:
    values = {}
    for transmitter in moment.circuit.transmitters:
        x = transmitter.name
        uptakes = moment.uptakes[x].values()
        values[x] = moment.levels[x]
        values[f"{x}_other"] = np.array([u.other for u in uptakes])
        for k in range(len(transmitter.clearance.shares)):
            values[f"{x}_uptake{k + 1}"] = np.array([u.rate[k] for u in uptakes])
            values[f"{x}_km{k + 1}"] = np.array([u.half[k] for u in uptakes])
        values |= _terminals(moment, transmitter)
    for receptor in moment.circuit.receptors:
        values |= _receptor(moment, receptor)
    return values


def _terminals(moment: Moment, transmitter: Transmitter) -> dict[str, np.ndarray]:
    """What governs the release of a transmitter in each compartment: its autoreceptor, other receptors, its tone."""
    x, values = transmitter.name, {}
    if transmitter.autoreceptor:
        brake = fields.autoinhibition(transmitter, moment.quantities)
        values[f"{x}_autoinhibition"] = np.full(len(COMPARTMENTS), brake)
    if transmitter.tones:
        values[f"{x}_tone"] = np.array([moment.tones[x].get(place, 0.0) for place in COMPARTMENTS])
    couplings, quantities = moment.circuit.couplings_of.get(x, []), moment.quantities
    changes = [fields.modulation(x, couplings, quantities, place) for place in COMPARTMENTS]
    shape = next(t for t in moment.draw.structure.transmitters if t.name == x)
    for receptor in shape.modulators:
        name = equations.modulator(x, receptor)
        values[name] = np.array([change.get(receptor, 0.0) for change in changes])
    return values


def _receptor(moment: Moment, receptor: Receptor) -> dict[str, np.ndarray]:
    """Half-activations and drugs of a receptor in each compartment."""
    r, every = equations.symbol(receptor.name), len(COMPARTMENTS)
    bound = [moment.exposure.at(compartment, receptor.name) for compartment in COMPARTMENTS]
    values = {
        f"{r}_half": np.full(every, half_nanomolar(receptor)),
        f"{r}_hill": np.full(every, receptor.hill.si),
    }
    for other in receptor.others:
        values[equations.of_agonist(receptor.name, "half", other.name)] = np.full(every, half_nanomolar(other))
        values[equations.of_agonist(receptor.name, "efficacy", other.name)] = np.full(every, other.efficacy.si)
    return values | {f"{r}_{what}": np.array([getattr(b, what) for b in bound]) for what in ("block", "drive", "held")}


def _volume(moment: Moment, lost: np.ndarray) -> dict[str, np.ndarray]:
    """What a spike of each releasing cell adds in each compartment, nM (releasing cells x compartments, flat); nothing
    where the cell is lost.
    """
    shape = moment.draw.structure
    cells, values = shape.releasing_cells, {}
    for transmitter, quanta in moment.quanta.items():
        quantum = np.zeros((len(cells), len(COMPARTMENTS)))
        for (source, compartment), amount in quanta.items():
            blocks = [shape.block(name) for name in moment.circuit.reaching[source, compartment]]
            for block in blocks:
                rows = (cells >= block.start) & (cells < block.stop)
                quantum[rows, COMPARTMENTS.index(compartment)] = amount / block.count / len(blocks)
        quantum[lost[cells]] = 0.0
        values[f"{transmitter}_quantum"] = quantum.ravel()
    return values


def _watched(structure: Structure, watch: Watch | None) -> dict[str, np.ndarray | float]:
    """The rate (Hz) of the watched cells in each compartment that ends the epoch; out of reach without a watch."""
    cells, criterion = np.ones(len(COMPARTMENTS)), np.full(len(COMPARTMENTS), 1e9)
    for block in (b for b in structure.blocks if b.population == WATCHED):
        place = COMPARTMENTS.index(block.compartment)
        cells[place] = block.count
        if watch and watch.side == block.side:
            criterion[place] = watch.rate_hertz
    return {
        "fields.watched_cells": cells,
        "fields.watch_criterion": criterion,
        "fields.watch_step": BIN,
        "fields.watch_from": watch.after if watch else 0.0,
        "fields.watch_decay": float(np.exp(-BIN / watch.window)) if watch else 0.0,
    }


def _shared(moment: Moment, label: str, dt_ms: float) -> dict[str, float]:
    circuit, draw = moment.circuit, moment.draw
    kinetics = circuit.synapses
    magnesium_slope = 1e-3 / kinetics.magnesium_slope.si
    decay = float(np.exp(-NOISE_STEP_MS * 1e-3 / circuit.noise_time.si))
    values: dict[str, float] = {
        "cells.noise_key": word(draw.seed, draw.number, "noise", label) - 2**31,
        "cells.noise_decay": decay,
        "cells.noise_step": float(np.sqrt(1 - decay**2)),
        "cells.E_K": circuit.potassium_reversal.si,
        "cells.V_magnesium": -magnesium_slope * float(np.log(kinetics.magnesium_half.si)),
        "cells.magnesium_slope": magnesium_slope,
        "cells.V_spike": SPIKE_VOLTAGE,
        "cells.step": dt_ms * 1e-3,
        "cells.ampa_decay": kinetics.ampa_decay.si,
        "cells.nmda_decay": kinetics.nmda_decay.si,
        "cells.gaba_decay": kinetics.gaba_decay.si,
        "fields.field_step": FIELD_STEP_MS * 1e-3,
    }
    ratio = kinetics.nmda_ratio.si
    return values | {f"{p.name}.nmda_ratio": ratio for p in draw.structure.pathways if not p.inhibitory}


def _result(draw: AnimalDraw, outputs: EpochOutputs, trains: Mapping[str, SpikeTrain], dt_ms: float) -> EpochResult:
    seconds = round(outputs.steps * dt_ms * 1e-3, 9)
    spikes = {}
    blocks = draw.structure.blocks
    ends = [block.stop for block in blocks]
    number = np.searchsorted(ends, outputs.cell, "right").astype("u2")
    order = np.argsort(number, kind="stable")
    times, cells = outputs.step[order] * dt_ms * 1e-3, outputs.cell[order]
    bounds = np.cumsum([0, *np.bincount(number, minlength=len(ends))])
    for block, start, stop in zip(blocks, bounds[:-1], bounds[1:], strict=True):
        spikes[block.name] = SpikeTrain(times[start:stop], (cells[start:stop] - block.start).astype("u4"), block.count)
    for name, train in trains.items():
        within = train.seconds < seconds
        spikes[name] = SpikeTrain(train.seconds[within], train.index[within], train.cells)
    averages = {f"{name}_rate_hertz": len(train.seconds) / train.cells / seconds for name, train in spikes.items()}
    for transmitter, means in outputs.means.items():
        averages |= {f"{transmitter}_{place}_nanomolar": float(means[k]) for k, place in enumerate(COMPARTMENTS)}
    return EpochResult(seconds, spikes, averages)
