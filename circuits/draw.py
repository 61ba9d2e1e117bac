"""One animal's own draw: the parameters of its cells and fibres, its contacts and their weights.

All random numbers are keyed by name, so that sham and ligated animals of one number, and all arms, share a draw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from circuits.circuit import Circuit
from circuits.populations.population import AfferentPopulation, CellPopulation
from circuits.structure import Block, Pathway, Structure, Wire, compartment_index
from core.keys import stream
from core.sourced import Sourced


@dataclass(frozen=True, repr=False)
class AnimalDraw:
    """What one animal has of its own. Arrays are in the order of `structure`.

    Attributes
    ----------
    seed, number : int
        Seed of the study and number of the animal, which fix all that follows.
    structure : Structure
        Which agent stands where.
    cells : dict of array
        Parameter -> values of all cells (cells,), in SI units.
    fibres : dict of array
        Parameter -> values of all fibres (afferents,): force thresholds in mN, heat thresholds in degrees Celsius,
        delays in s, whether the root is L5.
    contacts : dict of tuple of arrays
        Pathway -> sources, targets and weights (S) of its contacts, each (contacts,).
    uniform : dict of array
        Coupling or use -> a number in 0..1 of each cell or fibre that decides who carries it.
    factors : dict of float
        What scales this whole animal, by the names of `Circuit.variability`.
    """

    seed: int
    number: int
    structure: Structure
    cells: dict[str, np.ndarray]
    fibres: dict[str, np.ndarray]
    contacts: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    uniform: dict[str, np.ndarray]
    factors: dict[str, float]

    def __repr__(self) -> str:
        return f"AnimalDraw(animal {self.number} of seed {self.seed}, {self.structure})"


def draw_animal(circuit: Circuit, structure: Structure, seed: int, number: int) -> AnimalDraw:
    """Draw one animal.

    Parameters
    ----------
    circuit : Circuit
        Means and spreads. Injury, switches and manipulations do not enter.
    structure : Structure
        The shape of that circuit (`circuits.structure.structure`).
    seed : int
        Of the study.
    number : int
        Of the animal within it.

    Returns
    -------
    AnimalDraw
        The same for the same arguments, on any machine and in any order of calls.
    """
    factors = _factors(circuit, seed, number)
    return AnimalDraw(
        seed=seed,
        number=number,
        structure=structure,
        cells=_cells(circuit, structure, seed, number),
        fibres=_fibres(circuit, structure, seed, number),
        contacts={p.name: _contacts(circuit, p, seed, number, factors) for p in structure.pathways},
        uniform=_uniform(circuit, structure, seed, number),
        factors=factors,
    )


def _factors(circuit: Circuit, seed: int, number: int) -> dict[str, float]:
    return {
        name: float(np.exp(spread.si * stream(seed, number, "variability", name).standard_normal()))
        for name, spread in circuit.variability.items()
    }


#: Parameters of a cell that only pads the group: it never fires.
_PADDING = {
    "C": 1e-10,
    "g_leak": 1e-9,
    "E_leak": -0.07,
    "V_T": 0.2,
    "slope": 2e-3,
    "a": 0.0,
    "b": 0.0,
    "tau_w": 0.1,
    "V_r": -0.07,
    "E_gaba": -0.07,
    "bias": 0.0,
    "sigma": 0.0,
    "tonic_ampa": 0.0,
    "tonic_gaba": 0.0,
    "potassium_pool": 0.0,
    "potassium_power": 1.0,
    "v": -0.07,
}


#: Parameters of a cell that a lesion has taken: nothing drives it, and it never fires.
DEAD = {"bias": 0.0, "sigma": 0.0, "tonic_ampa": 0.0, "tonic_gaba": 0.0, "V_T": _PADDING["V_T"]}


def _cells(circuit: Circuit, structure: Structure, seed: int, number: int) -> dict[str, np.ndarray]:
    values = {name: np.full(structure.cells, padding) for name, padding in _PADDING.items()}
    values["noise_id"] = np.zeros(structure.cells, "i4")
    values["compartment"] = np.zeros(structure.cells, "i4")
    for block in structure.blocks:
        for name, column in _cell_block(circuit.cell_population(block.population), block, seed, number).items():
            values[name][block.part] = column
        values["compartment"][block.part] = compartment_index(block)
    return values


def _cell_block(population: CellPopulation, block: Block, seed: int, number: int) -> dict[str, np.ndarray]:
    def normal(what: str) -> np.ndarray:
        return stream(seed, number, "cell", block.name, what).standard_normal(block.count)

    def lognormal(mean: Sourced, what: str) -> np.ndarray:
        return mean.si * np.exp(population.spread.si * normal(what))

    potential, ones = population.spread_potential.si, np.ones(block.count)
    values = {
        "C": lognormal(population.capacitance, "capacitance"),
        "g_leak": lognormal(population.leak, "leak"),
        "E_leak": population.rest.si + potential * normal("rest"),
        "V_T": population.threshold.si + potential * normal("threshold"),
        "slope": population.slope.si * ones,
        "a": lognormal(population.subthreshold_adaptation, "subthreshold_adaptation"),
        "b": lognormal(population.spike_adaptation, "spike_adaptation"),
        "tau_w": lognormal(population.adaptation_time, "adaptation_time"),
        "V_r": population.reset.si * ones,
        "E_gaba": population.gaba_reversal.si * ones,
        "bias": population.bias.si + population.bias_spread.si * normal("bias"),
        "sigma": population.noise.si * ones,
        "tonic_ampa": lognormal(population.tonic_glutamate, "tonic_glutamate"),
        "tonic_gaba": lognormal(population.tonic_gaba, "tonic_gaba"),
        "potassium_pool": population.potassium_pool.si * ones,
        "potassium_power": population.potassium_power.si * ones,
        "noise_id": stream(seed, number, "cell", block.name, "noise").integers(0, 2**31, block.count),
    }
    values["v"] = values["E_leak"]
    return values


def _fibres(circuit: Circuit, structure: Structure, seed: int, number: int) -> dict[str, np.ndarray]:
    zeros = np.zeros(structure.afferents)
    values = {name: zeros.copy() for name in ("force_threshold", "heat_threshold", "delay")}
    values["l5"] = np.zeros(structure.afferents, bool)
    values["compartment"] = np.zeros(structure.afferents, "i4")
    for block in structure.fibres:
        for name, column in _fibre_block(
            circuit, circuit.afferent_population(block.population), block, seed, number
        ).items():
            values[name][block.part] = column
        if block.side:
            values["l5"][block.part] = np.arange(block.count) < circuit.l5_share.si * block.count
            values["compartment"][block.part] = compartment_index(block)
    return values


def _fibre_block(
    circuit: Circuit, population: AfferentPopulation, block: Block, seed: int, number: int
) -> dict[str, np.ndarray]:
    def normal(what: str) -> np.ndarray:
        return stream(seed, number, "fibre", block.name, what).standard_normal(block.count)

    spread = circuit.conduction_spread.si
    velocity = population.conduction_velocity.si * np.exp(spread * normal("conduction_velocity"))
    return {
        "force_threshold": 1e3
        * population.force_threshold.si
        * np.exp(population.force_spread.si * normal("force_threshold")),
        "heat_threshold": population.heat_threshold.si + population.heat_spread.si * normal("heat_threshold"),
        "delay": circuit.conduction_distance.si / velocity,
    }


def _contacts(
    circuit: Circuit, pathway: Pathway, seed: int, number: int, factors: dict[str, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sources, targets and weights (S) of a pathway, wire by wire and target by target."""
    parts = [
        _wire(wire, circuit.projection(wire.projection).weight.si, circuit, seed, number) for wire in pathway.wires
    ]
    sources, targets, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    strength = factors["inhibitory_strength" if pathway.inhibitory else "excitatory_strength"]
    return sources.astype("i4"), targets.astype("i4"), weights * strength


def _wire(
    wire: Wire, mean: float, circuit: Circuit, seed: int, number: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Contacts of one wire. Each target has one source in each of `in_degree` equal parts of the source population.

    A cell on the border of two parts may be taken twice, all others once at most. The work is linear in size.
    """
    rng = stream(seed, number, "wire", wire.name)
    heard = np.concatenate([np.arange(b.start, b.stop) for b in wire.sources])
    shape = (wire.target.count, wire.in_degree)
    position = (np.arange(wire.in_degree) + rng.random(shape)) / wire.in_degree
    sources = heard[np.minimum((position * len(heard)).astype(int), len(heard) - 1)]
    targets = np.repeat(np.arange(wire.target.start, wire.target.stop), wire.in_degree)
    spread = circuit.synapses.weight_spread.si
    weights = mean * np.exp(spread * rng.standard_normal(shape) - spread**2 / 2)
    return sources.ravel(), targets, weights.ravel()


def _uniform(circuit: Circuit, structure: Structure, seed: int, number: int) -> dict[str, np.ndarray]:
    fibre_names = {p.name for p in circuit.afferents}
    values = {}
    for coupling in circuit.couplings:
        on_fibres = any(target in fibre_names for target in coupling.targets)
        values[coupling.name] = _by_block(structure, on_fibres, seed, number, coupling.name)
    for use in ("ectopic", "c_spontaneous", "cut", "lit_fibre"):
        values[use] = _by_block(structure, True, seed, number, use)
    for use in ("lost", "lit"):
        values[use] = _by_block(structure, False, seed, number, use)
    return values


def _by_block(structure: Structure, fibres: bool, seed: int, number: int, use: str) -> np.ndarray:
    values = np.ones(structure.afferents if fibres else structure.cells)
    for block in structure.fibres if fibres else structure.blocks:
        values[block.part] = stream(seed, number, "carrier", use, block.name).random(block.count)
    return values


def ranks(blocks: Iterable[Block], uniform: np.ndarray) -> np.ndarray:
    """Place of each agent within its block by its own random number, (rank + 1/2) / count; 1 outside the blocks."""
    places = np.ones(len(uniform))
    for block in blocks:
        places[block.part] = (np.argsort(np.argsort(uniform[block.part])) + 0.5) / block.count
    return places
