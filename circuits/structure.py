"""The shape of a circuit at a size: which agents stand where, how many contacts there are, which couplings exist.

It is all that a compiled program depends on, and holds no number of biology but delays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from circuits.circuit import Circuit
from circuits.populations.population import AfferentPopulation, CellPopulation, scaled
from circuits.projections import Projection
from circuits.transmitters import Transmitter
from core.errors import UserError, unknown_name
from core.vocabulary import COMPARTMENTS, SIDES

#: The cells stand in one group padded to this multiple, so that no cell is ever computed by the scalar
#: tail of a vector loop: its bits do not depend on where it stands.
VECTOR = 16


@dataclass(frozen=True)
class Block:
    """The agents of one population on one side: `count` of them, from index `start` of all cells or all fibres."""

    name: str
    population: str
    side: str
    start: int
    count: int
    compartment: str

    @property
    def stop(self) -> int:
        """The index after its last agent."""
        return self.start + self.count

    @property
    def part(self) -> slice:
        """The slice of its agents in an array of all cells, or of all fibres."""
        return slice(self.start, self.stop)


@dataclass(frozen=True)
class Wire:
    """A projection onto one block: `in_degree` contacts on each of its agents."""

    name: str
    projection: str
    sources: tuple[Block, ...]
    target: Block
    in_degree: int

    @property
    def contacts(self) -> int:
        """How many contacts it has."""
        return self.target.count * self.in_degree


@dataclass(frozen=True, repr=False)
class Pathway:
    """Wires of one delay, one sign and one kind of source (cells or fibres): one Synapses object of the program."""

    name: str
    from_afferents: bool
    inhibitory: bool
    delay_seconds: float
    wires: tuple[Wire, ...]

    def __repr__(self) -> str:
        return f'Pathway("{self.name}": {len(self.wires)} wires, {self.contacts:,} contacts)'

    @property
    def contacts(self) -> int:
        """How many contacts it has."""
        return sum(wire.contacts for wire in self.wires)


@dataclass(frozen=True)
class TransmitterShape:
    """What of a transmitter shapes a program: its autoreceptor, "" for none; how many transporters; whether it has a
    tone; the receptors that couplings put on its terminals.
    """

    name: str
    autoreceptor: str
    transporters: int
    tonic: bool
    modulators: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Structure:
    """The shape of a circuit at a size.

    Attributes
    ----------
    size : float
        Over the standard counts of all populations.
    blocks, fibres : tuple of Block
        Where the populations of cells and of fibres stand.
    cells, afferents : int
        How many cells and fibres there are, those included that only pad the groups.
    pathways : tuple of Pathway
        The contacts, by delay, sign and kind of source.
    releasing : tuple of Block
        The blocks of cells that release transmitters.
    cell_effects, fibre_effects : tuple of (str, str)
        (receptor, effect) of the couplings on cells and on fibres.
    transmitters : tuple of TransmitterShape
        What the compartments are bathed in.
    receptors : tuple of (str, tuple of str)
        (receptor, its agonists).
    """

    size: float
    blocks: tuple[Block, ...]
    fibres: tuple[Block, ...]
    cells: int
    afferents: int
    pathways: tuple[Pathway, ...]
    releasing: tuple[Block, ...]
    cell_effects: tuple[tuple[str, str], ...]
    fibre_effects: tuple[tuple[str, str], ...]
    transmitters: tuple[TransmitterShape, ...]
    receptors: tuple[tuple[str, tuple[str, ...]], ...]

    def __repr__(self) -> str:
        cells, fibres = (sum(block.count for block in group) for group in (self.blocks, self.fibres))
        contacts = sum(pathway.contacts for pathway in self.pathways)
        return f"Structure(size {self.size:g}: {cells:,} cells, {fibres:,} fibres, {contacts:,} contacts)"

    def block(self, name: str) -> Block:
        """The block of cells or fibres of a name, such as "ipsi_projection".

        Raises
        ------
        UserError
            For an unknown name, with the nearest ones.
        """
        if name not in self._by_name:
            raise unknown_name("block", name, self._by_name)
        return self._by_name[name]

    @cached_property
    def releasing_cells(self) -> np.ndarray:
        """The cells of `releasing`, as indices of all cells."""
        return np.concatenate([np.zeros(0, int), *(np.arange(block.start, block.stop) for block in self.releasing)])

    @cached_property
    def transmitter_names(self) -> tuple[str, ...]:
        """Names of `transmitters`."""
        return tuple(transmitter.name for transmitter in self.transmitters)

    @cached_property
    def _by_name(self) -> dict[str, Block]:
        return {block.name: block for block in (*self.blocks, *self.fibres)}


def padded(count: int) -> int:
    """The next multiple of VECTOR."""
    return -(-count // VECTOR) * VECTOR


@lru_cache(maxsize=32)
def _blocks(cells: tuple[tuple[str, bool, int, str], ...]) -> tuple[Block, ...]:
    blocks, start = [], 0
    for name, sided, count, compartment in cells:
        for side in SIDES if sided else ("",):
            place = f"{compartment}_{side}" if side and compartment else compartment
            blocks.append(Block(f"{side}_{name}" if side else name, name, side, start, count, place))
            start += count
    return tuple(blocks)


def _described(population: CellPopulation | AfferentPopulation, size: float) -> tuple[str, bool, int, str]:
    compartment = (
        population.compartment if isinstance(population, CellPopulation) else "dorsal_horn" if population.sided else ""
    )
    return population.name, population.sided, scaled(population.standard, size), compartment


def structure(circuit: Circuit, size: float) -> Structure:
    """The shape of a circuit, the same for sham and ligated.

    Parameters
    ----------
    circuit : Circuit
        Populations, projections and couplings.
    size : float
        Over the standard counts, above 0. Every population has two agents at least.

    Raises
    ------
    UserError
        For a size of 0 or less.
    """
    if not size > 0.0:
        raise UserError(f"size = {size:g}: expected a scale of all populations above 0, such as 1.0 or 0.25.")
    blocks = _blocks(tuple(_described(p, size) for p in circuit.cells))
    fibres = _blocks(tuple(_described(p, size) for p in circuit.afferents))
    cell_names, fibre_names = ({p.name for p in found} for found in (circuit.cells, circuit.afferents))
    return Structure(
        size=size,
        blocks=blocks,
        fibres=fibres,
        cells=padded(blocks[-1].stop),
        afferents=padded(fibres[-1].stop),
        pathways=_pathways(circuit, blocks, fibres),
        releasing=tuple(b for b in blocks if b.name in circuit.sources),
        cell_effects=_effects(circuit, cell_names),
        fibre_effects=_effects(circuit, fibre_names),
        transmitters=tuple(_shape(circuit, transmitter) for transmitter in circuit.transmitters),
        receptors=tuple((r.name, r.agonists) for r in circuit.receptors),
    )


def _effects(circuit: Circuit, populations: set[str]) -> tuple[tuple[str, str], ...]:
    pairs = ((c.receptor, c.effect) for c in circuit.couplings if populations.intersection(c.targets))
    return tuple(dict.fromkeys(pairs))


def _shape(circuit: Circuit, transmitter: Transmitter) -> TransmitterShape:
    modulators = (c.receptor for c in circuit.couplings if transmitter.name in c.targets)
    return TransmitterShape(
        name=transmitter.name,
        autoreceptor=transmitter.autoreceptor,
        transporters=len(transmitter.clearance.shares),
        tonic=bool(transmitter.tones),
        modulators=tuple(dict.fromkeys(modulators)),
    )


def _pathways(circuit: Circuit, blocks: tuple[Block, ...], fibres: tuple[Block, ...]) -> tuple[Pathway, ...]:
    fibre_names = {p.name for p in circuit.afferents}
    groups: dict[tuple[bool, bool, str], list[Wire]] = {}
    for projection in circuit.projections:
        key = (projection.source in fibre_names, projection.inhibitory, projection.delay_class)
        groups.setdefault(key, []).extend(_wires(projection, blocks, fibres))
    return tuple(
        Pathway(
            name="_".join(("afferent" if afferent else "inhibitory" if inhibitory else "excitatory", delay)),
            from_afferents=afferent,
            inhibitory=inhibitory,
            delay_seconds=circuit.synapses.delays[delay].si,
            wires=tuple(wires),
        )
        for (afferent, inhibitory, delay), wires in groups.items()
    )


def _wires(projection: Projection, blocks: tuple[Block, ...], fibres: tuple[Block, ...]) -> list[Wire]:
    sources = [b for b in (*blocks, *fibres) if b.population == projection.source]
    wires = []
    for target in (b for b in blocks if b.population == projection.target):
        heard = tuple(b for b in sources if b.side == target.side) if target.side else tuple(sources)
        name = f"{projection.name}:{target.side}" if target.side else projection.name
        wires.append(Wire(name, projection.name, heard, target, max(1, round(projection.in_degree.si))))
    return wires


def compartment_index(block: Block) -> int:
    """The place of a block's compartment in `COMPARTMENTS`."""
    return COMPARTMENTS.index(block.compartment)
