"""An epoch of bluespot as a plain model: the same animal, afferent spikes and drugs, handed over population by
population and with units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Quantity
from brian2.units import amp, farad, hertz, ms, mV, nM, second, siemens, volt

from circuits.brian import equations
from circuits.brian.epoch_data import FOREVER, Contacts, EpochInputs
from circuits.brian.plain import Cells, Fibres, PlainModel, SynapticContacts, VolumeRelease
from circuits.circuit import Circuit
from circuits.structure import Block, Pathway, Structure, TransmitterShape
from core.vocabulary import COMPARTMENTS

#: Variables of the program's cells that a plain cell has too, with their units.
CELL_UNITS: Mapping[str, Any] = {
    "C": farad, "g_leak": siemens, "E_leak": volt, "V_T": volt, "slope": volt, "a": siemens, "b": amp, "tau_w": second,
    "V_r": volt, "E_gaba": volt, "bias": amp, "sigma": amp, "tonic_ampa": siemens, "tonic_gaba": siemens,
    "potassium_pool": siemens, "potassium_power": 1, "gain": 1, "release_base": 1, "v": volt, "w": amp,
}  # fmt: skip
LIGHT_UNITS: Mapping[str, Any] = {
    "light_start": second, "light_stop": second, "light_period": second, "light_pulse": second,
    "light_conductance": siemens, "light_current": amp,
}  # fmt: skip
_COUPLING_UNITS = {"girk": 1, "current": amp, "release": 1}


@dataclass(frozen=True)
class PlainEpoch:
    """What a plain model is made of. structure: of `contacts` and `inputs`; step: of the simulation."""

    circuit: Circuit
    structure: Structure
    contacts: Contacts
    inputs: EpochInputs
    dt_ms: float

    def of(self, group: str) -> dict[str, Any]:
        """The values of one of the program's groups, by variable, in SI (concentrations in nM)."""
        values = self.inputs.arguments.items()
        return {name.removeprefix(group + "."): value for name, value in values if name.startswith(group + ".")}


def plain_model(epoch: PlainEpoch) -> PlainModel:
    """The plain model of an epoch."""
    shape, transmitters = epoch.structure, epoch.circuit.transmitters
    return PlainModel(
        constants=_constants(epoch),
        compartments=COMPARTMENTS,
        transmitters={x.name: tuple(x.clearance.shares) for x in transmitters},
        terminals={x.name: tuple(map(equations.symbol, _on_terminals(x))) for x in shape.transmitters},
        receptors={equations.symbol(name): _sources(epoch, agonists) for name, agonists in shape.receptors},
        fields=_fields(epoch),
        cells={block.name: _cells(epoch, block) for block in shape.blocks},
        fibres=_fibres(epoch),
        contacts=tuple(c for pathway in shape.pathways for c in _contacts(epoch, pathway)),
        releases=tuple(_releases(epoch)),
    )


def _on_terminals(shape: TransmitterShape) -> list[str]:
    """The receptors on the terminals of a transmitter."""
    return list(dict.fromkeys([*filter(None, [shape.autoreceptor]), *shape.modulators]))


def _sources(epoch: PlainEpoch, agonists: Iterable[str]) -> tuple[str, ...]:
    """The variables that agonists are: concentrations, or active shares of receptors in the place of one."""
    bathing = epoch.structure.transmitter_names
    return tuple(agonist if agonist in bathing else equations.symbol(agonist) for agonist in agonists)


def _constants(epoch: PlainEpoch) -> dict[str, Quantity | float]:
    kinetics = epoch.circuit.synapses
    return {
        "E_K": epoch.circuit.potassium_reversal.value,
        "V_spike": epoch.inputs.arguments["cells.V_spike"] * volt,
        "tau_noise": epoch.circuit.noise_time.value,
        "tau_ampa": kinetics.ampa_decay.value,
        "tau_nmda": kinetics.nmda_decay.value,
        "tau_gaba": kinetics.gaba_decay.value,
        "nmda_ratio": kinetics.nmda_ratio.si,
        "magnesium_half": kinetics.magnesium_half.si,
        "magnesium_slope": kinetics.magnesium_slope.si / mV,
    }


def _fields(epoch: PlainEpoch) -> dict[str, Any]:
    given = epoch.of("fields")
    values: dict[str, Any] = {}
    for transmitter in epoch.circuit.transmitters:
        x = transmitter.name
        values[x] = given[x] * nM
        for number, transporter in enumerate(transmitter.clearance.shares, 1):
            values[f"{x}_{transporter}"] = given[f"{x}_uptake{number}"] * hertz
            values[f"{x}_{transporter}_half"] = given[f"{x}_km{number}"] * nM
        values[f"{x}_other"] = given[f"{x}_other"] * hertz
    for shape in epoch.structure.transmitters:
        values |= _terminals(shape, given)
    for name, agonists in epoch.structure.receptors:
        values |= _receptor(epoch, name, agonists)
    return values


def _terminals(shape: TransmitterShape, given: Mapping[str, Any]) -> dict[str, Any]:
    """What governs the release of a transmitter. An autoreceptor changes it by less than nothing."""
    x, values = shape.name, {}
    for receptor in _on_terminals(shape):
        of_coupling = given.get(equations.modulator(x, receptor), 0.0)
        brake = given[f"{x}_autoinhibition"] if receptor == shape.autoreceptor else 0.0
        values[f"{x}_by_{equations.symbol(receptor)}"] = of_coupling - brake
    return values | ({f"{x}_tone": given[f"{x}_tone"] * nM / second} if shape.tonic else {})


def _receptor(epoch: PlainEpoch, name: str, agonists: Sequence[str]) -> dict[str, Any]:
    r, given = equations.symbol(name), epoch.of("fields")
    units = [nM if agonist in epoch.structure.transmitter_names else 1 for agonist in agonists]
    values = {f"{r}_{what}": given[f"{r}_{what}"] for what in ("hill", "block", "drive", "held")}
    values[f"{r}_half"] = given[f"{r}_half"] * units[0]
    for agonist, source, unit in zip(agonists[1:], _sources(epoch, agonists[1:]), units[1:], strict=True):
        values[f"{r}_half_{source}"] = given[equations.of_agonist(name, "half", agonist)] * unit
        values[f"{r}_efficacy_{source}"] = given[equations.of_agonist(name, "efficacy", agonist)]
    return values


def _cells(epoch: PlainEpoch, block: Block) -> Cells:
    part, given = block.part, epoch.of("cells")
    values = {name: given[name][part] * unit for name, unit in CELL_UNITS.items()}
    values["place"] = given["compartment"][part]
    if np.any(given["light_stop"][part] > 0):
        values |= {name: given[name][part] * unit for name, unit in LIGHT_UNITS.items()}
    couplings = _couplings(given, epoch.structure.cell_effects, part)
    return Cells(block.count, values, **couplings)


def _couplings(
    given: Mapping[str, np.ndarray], effects: tuple[tuple[str, str], ...], part: slice
) -> dict[str, dict[str, Any]]:
    """effect -> receptor -> strength in each cell or fibre, of the couplings that any of them has."""
    found: dict[str, dict[str, Any]] = {effect: {} for effect in _COUPLING_UNITS}
    for receptor, effect in effects:
        strength = given[equations.coefficient(effect, receptor)][part]
        if np.any(strength):
            found[effect][equations.symbol(receptor)] = strength * _COUPLING_UNITS[effect]
    return found


def _fibres(epoch: PlainEpoch) -> dict[str, Fibres]:
    given, table = epoch.of("fibres"), epoch.inputs.afferents
    steps, fibre = table[table[:, 0] < FOREVER].T
    within = steps < round(epoch.inputs.seconds * 1e3 / epoch.dt_ms)
    found = {}
    for block in epoch.structure.fibres:
        mine = within & (fibre >= block.start) & (fibre < block.stop)
        release = _couplings(given, epoch.structure.fibre_effects, block.part)["release"]
        times = steps[mine] * epoch.dt_ms * ms
        found[block.name] = Fibres(
            block.count, fibre[mine] - block.start, times, given["release_base"][block.part], release
        )
    return found


def _contacts(epoch: PlainEpoch, pathway: Pathway) -> Iterator[SynapticContacts]:
    """The contacts of each pair of populations that the pathway links."""
    sources, targets, weights = epoch.contacts[pathway.name]
    begin = 0
    for wire in pathway.wires:
        part = slice(begin, begin + wire.contacts)
        begin += wire.contacts
        for source in wire.sources:
            mine = (sources[part] >= source.start) & (sources[part] < source.stop)
            i, j, weight = (column[part][mine] for column in (sources, targets, weights))
            yield SynapticContacts(
                source=source.name,
                target=wire.target.name,
                inhibitory=pathway.inhibitory,
                sources=i - source.start,
                targets=j - wire.target.start,
                weights=weight * siemens,
                delay=pathway.delay_seconds * second,
            )


def _releases(epoch: PlainEpoch) -> Iterator[VolumeRelease]:
    """quantum (cells, compartments) of each block that releases, and transmitter."""
    shape, given = epoch.structure, epoch.of("volume")
    for block in shape.blocks:
        rows = (shape.releasing_cells >= block.start) & (shape.releasing_cells < block.stop)
        for transmitter in shape.transmitter_names:
            quantum = np.zeros((block.count, len(COMPARTMENTS)))
            every = given[f"{transmitter}_quantum"].reshape(-1, len(COMPARTMENTS))
            quantum[shape.releasing_cells[rows] - block.start] = every[rows]
            if np.any(quantum):
                yield VolumeRelease(block.name, transmitter, quantum * nM)
