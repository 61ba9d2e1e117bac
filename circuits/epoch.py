"""One epoch as a pure function: (circuit draw, slow state, exposure, stimulus, label) -> spikes and averages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from circuits import fields, plasticity
from circuits.brian import equations
from circuits.brian.epoch_data import EpochInputs, EpochOutputs, Simulator, afferent_table
from circuits.brian.network import FIELD_STEP_MS, NOISE_STEP_MS, WATCHED
from circuits.circuit import Circuit
from circuits.draw import DEAD, AnimalDraw
from circuits.injury import scale_of
from circuits.manipulations.lighting import light_arrays, ranks
from circuits.slow_clock import SlowState, after_drugs, scales
from circuits.stimulus import BIN, Stimulus, Watch, afferent_spikes
from circuits.structure import Block, Structure
from core.exposure import Exposure
from core.keys import stream, word
from core.records import SpikeTrain
from core.vocabulary import COMPARTMENTS

#: Above this (V) an exponential integrate-and-fire cell cannot turn back; its spike is where it passes it.
SPIKE_VOLTAGE = -0.02
_LOCUS_COERULEUS = ("locus_coeruleus_spinal", "locus_coeruleus_ascending")


@dataclass(frozen=True)
class EpochResult:
    """spikes: block -> SpikeTrain (cells and afferents); averages: see `core.records.EpochRecord`; seconds: its length,
    less than the stimulus's where a watch ended it.
    """

    seconds: float
    spikes: Mapping[str, SpikeTrain]
    averages: Mapping[str, float]


def prepare(
    circuit: Circuit,
    draw: AnimalDraw,
    state: SlowState,
    exposure: Exposure,
    stimulus: Stimulus,
    label: str,
    dt_ms: float,
) -> tuple[EpochInputs, dict[str, SpikeTrain]]:
    """What the compiled program is told, and the afferent spikes already in it; `label` keys the random numbers."""
    now = after_drugs(circuit, scales(circuit, state, draw.factors["injury_extent"]), exposure)
    trains = afferent_spikes(circuit, draw, stimulus, now, label)
    inputs = epoch_inputs(circuit, draw, state, now, exposure, stimulus, label, trains, dt_ms)
    return inputs, trains


def simulate(
    run: Callable[[EpochInputs], EpochOutputs],
    draw: AnimalDraw,
    inputs: EpochInputs,
    trains: Mapping[str, SpikeTrain],
    dt_ms: float,
) -> EpochResult:
    """Run prepared inputs (`Simulator.run`, or a memory in front of it) and sort the outputs by population."""
    return _result(draw, run(inputs), trains, dt_ms)


def run_epoch(
    simulator: Simulator,
    circuit: Circuit,
    draw: AnimalDraw,
    state: SlowState,
    exposure: Exposure,
    stimulus: Stimulus,
    label: str,
) -> EpochResult:
    """Simulate `stimulus.seconds` under the frozen slow state; the same arguments give the same bytes."""
    dt_ms = simulator.program.dt_ms
    inputs, trains = prepare(circuit, draw, state, exposure, stimulus, label, dt_ms)
    return simulate(simulator.run, draw, inputs, trains, dt_ms)


def epoch_inputs(
    circuit: Circuit,
    draw: AnimalDraw,
    state: SlowState,
    now: Mapping[str, float],
    exposure: Exposure,
    stimulus: Stimulus,
    label: str,
    trains: Mapping[str, SpikeTrain],
    dt_ms: float,
) -> EpochInputs:
    """Everything the compiled program is told of this epoch."""
    levels, rates = fields.steady_state(circuit, exposure, state.observed, now, draw.factors["monoamine_release"])
    arguments: dict[str, np.ndarray | float] = {}
    lost = _lost(draw, now)
    arguments |= {f"cells.{k}": v for k, v in _cells(circuit, draw, state, now, rates, label, lost).items()}
    lit = light_arrays(draw.structure, stimulus.light, ranks(draw.structure.blocks, draw.uniform["lit"]))
    arguments |= {f"cells.{k}": v for k, v in lit.items()}
    arguments |= {f"fibres.{k}": v for k, v in _fibres(circuit, draw, now).items()}
    arguments |= {f"fields.{k}": v for k, v in _fields(circuit, now, exposure, levels).items()}
    arguments |= _volume(circuit, draw, now, lost)
    arguments |= _shared(circuit, draw, label, dt_ms)
    arguments |= _watched(draw.structure, stimulus.watch)
    table = afferent_table({name: (t.seconds, t.index) for name, t in trains.items()}, draw.structure, dt_ms)
    return EpochInputs(stimulus.seconds, arguments, table)


def _cells(
    circuit: Circuit,
    draw: AnimalDraw,
    state: SlowState,
    now: Mapping[str, float],
    rates: Mapping[str, float],
    label: str,
    lost: np.ndarray,
) -> dict[str, np.ndarray]:
    values = {name: column.copy() for name, column in draw.cells.items()}
    values["gain"] = np.ones(draw.structure.cells)
    values["release_base"] = np.ones(draw.structure.cells)
    values["w"] = np.zeros(draw.structure.cells)
    for block in draw.structure.blocks:
        part = block.part
        if block.compartment.startswith("dorsal_horn"):
            _dorsal_horn(
                circuit, values, part, block.side, circuit.cell_population(block.population).inhibitory, state, now
            )
        elif block.population in _LOCUS_COERULEUS:
            glutamate = now["locus_coeruleus_glutamate"] / state.variables["glutamate_clearance"]
            excitation = now["excitation_locus_coeruleus"]
            values["gain"][part] = plasticity.evoked_gain(circuit.plasticity, glutamate) * excitation
            values["tonic_ampa"][part] *= glutamate * excitation
            values["tonic_gaba"][part] *= now["locus_coeruleus_gaba"]
        _initial(values, part, draw, block.name, label, rates.get(block.population))
    coefficients = _coefficients(
        circuit, draw, now, draw.structure.cell_effects, draw.structure.blocks, draw.structure.cells
    )
    values |= coefficients
    for name, value in {**dict.fromkeys((*coefficients, "gain", "release_base", "w"), 0.0), **DEAD}.items():
        values[name][lost] = value
    return values


def _lost(draw: AnimalDraw, now: Mapping[str, float]) -> np.ndarray:
    """Which cells lesions have taken: of each block the first by their own random numbers, the same for any toxin."""
    share = np.zeros(draw.structure.cells)
    for block in draw.structure.blocks:
        share[block.part] = 1.0 - fields.living(now, block.population)
    return ranks(draw.structure.blocks, draw.uniform["lost"]) < share


def _dorsal_horn(
    circuit: Circuit,
    values: dict[str, np.ndarray],
    part: slice,
    side: str,
    inhibitory: bool,
    state: SlowState,
    now: Mapping[str, float],
) -> None:
    """Excitation left by drugs and sensitisation of this side; on the injured side the shift of E_GABA and the loss
    of GABA release.
    """
    sensitised = state.variables[f"sensitisation_{side}"] * (not inhibitory)
    gain = 1.0 + circuit.plasticity.sensitisation.gain.si * sensitised
    values["gain"][part] = gain * now[f"excitation_{side}"]
    if side == "ipsi" and inhibitory:
        values["release_base"][part] = 1.0 - now["gaba_release_loss"]
    elif side == "ipsi":
        values["E_gaba"][part] += now["gaba_reversal_shift"]


def _initial(
    values: dict[str, np.ndarray], part: slice, draw: AnimalDraw, block: str, label: str, rate: float | None
) -> None:
    """Pacemakers begin at a random phase with the adaptation of their last rate; all others at rest."""
    if rate is None:
        return
    rng = stream(draw.seed, draw.number, "phase", label, block)
    count = part.stop - part.start
    values["v"][part] = values["V_r"][part] + rng.random(count) * (values["V_T"][part] - values["V_r"][part])
    values["w"][part] = values["b"][part] * values["tau_w"][part] * rate * (0.5 + rng.random(count))


def _coefficients(
    circuit: Circuit,
    draw: AnimalDraw,
    now: Mapping[str, float],
    effects: tuple[tuple[str, str], ...],
    blocks: tuple[Block, ...],
    count: int,
) -> dict[str, np.ndarray]:
    values = {equations.coefficient(effect, receptor): np.zeros(count) for receptor, effect in effects}
    for coupling in filter(circuit.is_on, circuit.couplings):
        name = equations.coefficient(coupling.effect, coupling.receptor)
        carried = draw.uniform[coupling.name] < coupling.share.si
        for block in (b for b in blocks if b.population in coupling.targets):
            part = block.part
            values[name][part] += coupling.strength.si * scale_of(coupling.scaled_by, now, block.side) * carried[part]
    return values


def _fibres(circuit: Circuit, draw: AnimalDraw, now: Mapping[str, float]) -> dict[str, np.ndarray]:
    base = np.ones(draw.structure.afferents)
    for block in (b for b in draw.structure.fibres if b.side == "ipsi"):
        base[block.part] = now["afferent_release"]
    values = _coefficients(
        circuit, draw, now, draw.structure.fibre_effects, draw.structure.fibres, draw.structure.afferents
    )
    return values | {"release_base": base, "compartment": draw.fibres["compartment"]}


def _fields(
    circuit: Circuit, now: Mapping[str, float], exposure: Exposure, levels: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    values = {}
    for transmitter in circuit.transmitters:
        uptakes = [fields.uptake(transmitter, exposure, compartment, now) for compartment in COMPARTMENTS]
        x = transmitter.name
        values[x] = levels[x]
        values[f"{x}_other"] = np.array([u.other for u in uptakes])
        for k in (0, 1):
            values[f"{x}_uptake{k + 1}"] = np.array([u.rate[k] for u in uptakes])
            values[f"{x}_km{k + 1}"] = np.array([u.half[k] for u in uptakes])
        values[f"{x}_autoinhibition"] = np.full(len(COMPARTMENTS), fields.autoinhibition(transmitter, now))
    for receptor in circuit.receptors:
        bound = [exposure.at(compartment, receptor.name) for compartment in COMPARTMENTS]
        r = equations.symbol(receptor.name)
        values[f"{r}_half"] = np.full(len(COMPARTMENTS), fields.half_nanomolar(receptor))
        values[f"{r}_hill"] = np.full(len(COMPARTMENTS), receptor.hill.si)
        for what in ("block", "drive", "held"):
            values[f"{r}_{what}"] = np.array([getattr(b, what) for b in bound])
    return values


def _volume(circuit: Circuit, draw: AnimalDraw, now: Mapping[str, float], lost: np.ndarray) -> dict[str, np.ndarray]:
    """Quanta per spike of one cell, (monoamine cells x compartments); none of a cell that is lost."""
    start, stop = draw.structure.monoamine_start, draw.structure.monoamine_stop
    values = {}
    for transmitter in circuit.transmitters:
        quantum = np.zeros((stop - start, len(COMPARTMENTS)))
        for (source, compartment), amount in fields.quanta(
            circuit, transmitter, now, draw.factors["monoamine_release"]
        ).items():
            for block in (b for b in draw.structure.blocks if b.population == source):
                rows = slice(block.start - start, block.stop - start)
                quantum[rows, COMPARTMENTS.index(compartment)] = amount / block.count
        quantum[lost[start:stop]] = 0.0
        values[f"volume.{transmitter.name}_quantum"] = quantum.ravel()
    return values


def _watched(structure: Structure, watch: Watch | None) -> dict[str, np.ndarray | float]:
    """The rate (Hz) at which the watched cells of each compartment end the epoch; without a watch none does."""
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


def _shared(circuit: Circuit, draw: AnimalDraw, label: str, dt_ms: float) -> dict[str, float]:
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
    for block in draw.structure.blocks:
        mine = (outputs.cell >= block.start) & (outputs.cell < block.stop)
        spikes[block.name] = SpikeTrain(
            outputs.step[mine] * dt_ms * 1e-3, (outputs.cell[mine] - block.start).astype("u4"), block.count
        )
    for name, train in trains.items():
        within = train.seconds < seconds
        spikes[name] = SpikeTrain(train.seconds[within], train.index[within], train.cells)
    averages = {f"{name}_rate_hertz": len(train.seconds) / train.cells / seconds for name, train in spikes.items()}
    for transmitter, means in outputs.means.items():
        averages |= {f"{transmitter}_{place}_nanomolar": float(means[k]) for k, place in enumerate(COMPARTMENTS)}
    return EpochResult(seconds, spikes, averages)
