"""Circuits as data: populations, wiring, receptors, transmitters, plasticity and injury of a rat, with every number.

Three are always there: `naive`, `sham` and `ligated`, which is `sham` with a list of differences. Each is made of an
injury, which is a file (`circuits.injuries`), and so is that of any other injury (`injured`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from circuits import cord_transmitters, plasticity, populations, projections, receptors, transmitters, whole_animal
from circuits.injuries.bundled import INJURIES
from circuits.injury import Difference, Injury
from circuits.manipulations import NOTHING_DONE, Manipulations, OpsinSchedule, lesions
from circuits.manipulations.anaesthesia import AnaestheticCondition
from circuits.manipulations.lesions import ProteinLoss, ToxinLesion
from circuits.plasticity import Plasticity
from circuits.populations.population import AfferentPopulation, CellPopulation
from circuits.projections import Projection, SynapseKinetics
from circuits.receptors import Coupling, PlainCoupling, Receptor
from circuits.switches import switches_of
from circuits.transmitters import Transmitter, own_transmitters, sources_by_place
from core.errors import UserError, unknown_name
from core.sourced import Sourced, walk, with_value
from core.vocabulary import COMPARTMENTS, SIDES
from core.written import listed


@dataclass(frozen=True, repr=False)
class Circuit:
    """A kind of rat: everything about it that is not one animal's own draw, its treatment or its history.

    It never changes; `with_value`, `without`, `manipulated` and `with_population` give changed copies.

    Attributes
    ----------
    name : str
        Such as "ligated".
    cells, afferents : tuple
        Populations of cells and of primary afferent fibres.
    projections : tuple of Projection
        Which population contacts which.
    synapses : SynapseKinetics
        What all synapses share.
    receptors, couplings, plain_couplings : tuple
        Receptors, what they do when active, and what drugs do at sites that have no transmitter.
    transmitters : tuple of Transmitter
        Release, clearance and autoreceptors of what the compartments are bathed in.
    plasticity : Plasticity
        What changes over hours to weeks.
    potassium_reversal, noise_time, conduction_distance, conduction_spread, l5_share : Sourced
        Numbers that all populations share.
    variability : dict of Sourced
        Coefficients of variation between animals.
    differences : tuple of Difference
        What the injury changes; none in sham.
    operated : bool
        Whether day 0 is the day of a surgery.
    off : frozenset of str
        Couplings, groups and mechanisms that are switched off (`SWITCHES` lists all).
    manipulations : Manipulations
        Lesions, knock-downs, optogenetics and anaesthesia.
    """

    name: str
    cells: tuple[CellPopulation, ...]
    afferents: tuple[AfferentPopulation, ...]
    projections: tuple[Projection, ...]
    synapses: SynapseKinetics
    receptors: tuple[Receptor, ...]
    couplings: tuple[Coupling, ...]
    plain_couplings: tuple[PlainCoupling, ...]
    transmitters: tuple[Transmitter, ...]
    plasticity: Plasticity
    potassium_reversal: Sourced
    noise_time: Sourced
    conduction_distance: Sourced
    conduction_spread: Sourced
    l5_share: Sourced
    variability: dict[str, Sourced]
    differences: tuple[Difference, ...] = ()
    operated: bool = True
    off: frozenset[str] = frozenset()
    manipulations: Manipulations = NOTHING_DONE

    def __repr__(self) -> str:
        facts = [
            f"{len(self.cells)} populations of cells and {len(self.afferents)} of fibres",
            f"{len(self.differences)} differences from sham",
            listed("off", sorted(self.off)),
            listed("changed", self._changed()),
            listed("done", [name for name, done in vars(self.manipulations).items() if done]),
        ]
        return f'Circuit("{self.name}": {"; ".join(filter(None, facts))})'

    def _changed(self) -> list[str]:
        """Paths of the numbers that are not those of the bundled circuit of this name."""
        if self.name not in CIRCUITS or self is CIRCUITS[self.name]:
            return []
        bundled = dict(CIRCUITS[self.name].parameters())
        return [path for path, number in self.parameters() if bundled.get(path) != number]

    @property
    def is_injured(self) -> bool:
        """Whether any difference from sham is left that is not switched off."""
        return any(difference.name not in self.off for difference in self.differences)

    def __post_init__(self) -> None:
        cells = {p.name for p in self.cells} | {p.name for p in self.afferents}
        known = {receptor.name for receptor in self.receptors}
        bathing = {transmitter.name for transmitter in self.transmitters}
        self._check_transmitters(known)
        self._check_receptors(bathing)
        names: set[str] = set()
        for coupling in self.couplings:
            where = f"coupling {coupling.name}"
            if coupling.name in names:
                raise UserError(f"{where}: two couplings have this name; give each its own.")
            names.add(coupling.name)
            if coupling.receptor not in known:
                raise unknown_name("receptor", coupling.receptor, known, where)
            targets = cells | bathing if coupling.effect == "release" else cells
            for target in coupling.targets:
                if target not in targets:
                    raise unknown_name("population", target, targets, where)

    def _check_transmitters(self, receptors: set[str]) -> None:
        cells = {population.name for population in self.cells}
        for transmitter in self.transmitters:
            where = f"transmitter {transmitter.name}"
            if not transmitter.name.isidentifier():
                raise UserError(f"{where}: expected one word of letters, digits and _.")
            if transmitter.autoreceptor and transmitter.autoreceptor not in receptors:
                raise unknown_name("receptor", transmitter.autoreceptor, receptors, where)
            if bool(transmitter.autoreceptor) != bool(transmitter.autoinhibition):
                raise UserError(f"{where}: an autoreceptor has an autoinhibition, and no other terminal has one.")
            for source in (release.source for release in transmitter.releases):
                if source not in cells:
                    raise unknown_name("population", source, cells, where)
            for compartment in (*transmitter.compartments, *transmitter.clearance.shares_in):
                if compartment not in COMPARTMENTS:
                    raise unknown_name("compartment", compartment, COMPARTMENTS, where)
            transmitter.clearance.check(where)

    def _check_receptors(self, transmitters: set[str]) -> None:
        known = set(transmitters)
        for receptor in self.receptors:
            for agonist in receptor.agonists:
                if agonist not in known:
                    raise unknown_name("transmitter or earlier receptor", agonist, known, f"receptor {receptor.name}")
            known.add(receptor.name)

    def parameters(self) -> Iterator[tuple[str, Sourced]]:
        """Every number of the circuit, with its place.

        Yields
        ------
        path : str
            Where the number stands, such as `couplings.alpha2_on_c_terminals.strength`; `with_value` takes it.
        number : Sourced
            Value with unit, source and range.
        """
        return walk(replace(self, manipulations=NOTHING_DONE))

    def with_value(self, path: str, value: Any) -> Circuit:
        """A copy with another number at one path.

        Parameters
        ----------
        path : str
            Where the number stands, as `parameters` and `bluespot parameters` list it.
        value : Quantity, float or str
            A number of the same dimension, also as text: "90 pF".

        Raises
        ------
        UserError
            For an unknown path (with the nearest ones), another dimension, or what is no number.
        """
        changed: Circuit = with_value(replace(self, manipulations=NOTHING_DONE), path, value)
        return replace(changed, manipulations=self.manipulations)

    def without(self, *switches: str) -> Circuit:
        """A copy with couplings, groups of couplings, mechanisms or differences of the injury switched off.

        Parameters
        ----------
        *switches : str
            Names from `SWITCHES`, such as "alpha2" or "central_sensitisation".

        Raises
        ------
        UserError
            For an unknown name, with the nearest ones.
        """
        for switch in switches:
            if switch not in self.switches:
                raise unknown_name("switch", switch, self.switches)
        return replace(self, off=self.off | frozenset(switches))

    def manipulated(
        self,
        *,
        lesions: Iterable[ToxinLesion] | None = None,
        knock_downs: Iterable[ProteinLoss] | None = None,
        optogenetics: Iterable[OpsinSchedule] | None = None,
        anaesthesia: Iterable[AnaestheticCondition] | None = None,
    ) -> Circuit:
        """A copy to which other things are done; a kind that is not given stays as it is.

        Parameters
        ----------
        lesions : iterable of ToxinLesion, optional
            Toxins given, in place of those of this circuit.
        knock_downs : iterable of ProteinLoss, optional
            Proteins lost.
        optogenetics : iterable of OpsinSchedule, optional
            Opsins and when light activates them.
        anaesthesia : iterable of AnaestheticCondition, optional
            Anaesthetics and when the animal has them.
        """
        given = {
            "lesions": lesions,
            "knock_downs": knock_downs,
            "optogenetics": optogenetics,
            "anaesthesia": anaesthesia,
        }
        new: dict[str, Any] = {kind: tuple(done) for kind, done in given.items() if done is not None}
        return replace(self, manipulations=replace(self.manipulations, **new))

    def with_population(self, population: CellPopulation) -> Circuit:
        """A copy with one more population of cells, wired to nothing yet.

        Raises
        ------
        UserError
            Where the circuit has a population of that name.
        """
        if any(population.name == cell.name for cell in self.cells):
            raise UserError(f"{self.name} has a population {population.name} already.")
        return replace(self, cells=(*self.cells, population))

    def cell_population(self, name: str) -> CellPopulation:
        """The population of cells of that name."""
        found: CellPopulation = self._named("population of cells", name)
        return found

    def afferent_population(self, name: str) -> AfferentPopulation:
        """The population of fibres of that name."""
        found: AfferentPopulation = self._named("population of fibres", name)
        return found

    def projection(self, name: str) -> Projection:
        """The projection of that name, such as `islet_to_vertical`."""
        found: Projection = self._named("projection", name)
        return found

    def receptor(self, name: str) -> Receptor:
        """The receptor of that name."""
        found: Receptor = self._named("receptor", name)
        return found

    def transmitter(self, name: str) -> Transmitter:
        """The transmitter of that name."""
        found: Transmitter = self._named("transmitter", name)
        return found

    def has_transmitter(self, name: str) -> bool:
        """Whether the compartments are bathed in it."""
        return name in self._by_name["transmitter"]

    @cached_property
    def sources(self) -> dict[str, str]:
        """Block of cells that release transmitters -> its population, in the order of the transmitters."""
        return {
            block: population
            for population in own_transmitters(self.transmitters)
            for block in self._blocks_of(population)
        }

    def _blocks_of(self, population: str) -> list[str]:
        """Names of the blocks of a population of cells, as `circuits.structure` gives them."""
        sided = self.cell_population(population).sided
        return [f"{side}_{population}" for side in SIDES] if sided else [population]

    @cached_property
    def reaching(self) -> dict[tuple[str, str], list[str]]:
        """Releasing population, compartment -> its blocks that reach there: of one on both sides that of its side."""
        released = own_transmitters(self.transmitters)
        return {(name, place): self._reaching(name, place) for name in released for place in COMPARTMENTS}

    @cached_property
    def feeding(self) -> dict[tuple[str, str], list[str]]:
        """Transmitter, compartment -> the populations that release it there; none if missing."""
        return sources_by_place(self.transmitters)

    @cached_property
    def all_left(self) -> dict[str, float]:
        """What is left without lesions and knock-downs (`circuits.manipulations.lesions.remaining`)."""
        return lesions.remaining(self.transmitters, (), (), 0.0)

    def _reaching(self, population: str, compartment: str) -> list[str]:
        blocks, side = self._blocks_of(population), compartment.rpartition("_")[2]
        return [f"{side}_{population}"] if side in SIDES and len(blocks) > 1 else blocks

    @cached_property
    def brakes(self) -> dict[str, tuple[str, str]]:
        """Population that its own transmitter brakes -> compartment of its cell bodies, autoreceptor there."""
        own = {name: t for name, t in own_transmitters(self.transmitters).items() if t.autoreceptor}
        found = {name: (self.cell_population(name), transmitter) for name, transmitter in own.items()}
        return {name: (cells.compartment, t.autoreceptor) for name, (cells, t) in found.items() if not cells.sided}

    @cached_property
    def switches(self) -> dict[str, str]:
        """What can be switched off -> what that is."""
        differences = (*INJURIES["ligated"].differences, *self.differences)
        return switches_of(self.transmitters, self.couplings, self.plain_couplings, differences)

    def _named(self, kind: str, name: str) -> Any:
        if name not in self._by_name[kind]:
            raise unknown_name(kind, name, self._by_name[kind])
        return self._by_name[kind][name]

    @cached_property
    def _by_name(self) -> dict[str, dict[str, Any]]:
        names = ("population of cells", "population of fibres", "projection", "receptor", "transmitter")
        parts = (self.cells, self.afferents, self.projections, self.receptors, self.transmitters)
        kinds: dict[str, tuple[Any, ...]] = dict(zip(names, parts, strict=True))
        return {kind: {each.name: each for each in found} for kind, found in kinds.items()}

    @cached_property
    def active_couplings(self) -> tuple[Coupling, ...]:
        """The couplings that are not switched off."""
        return tuple(filter(self.is_on, self.couplings))

    @cached_property
    def couplings_of(self) -> dict[str, list[Coupling]]:
        """Population, or transmitter whose terminals they are -> those of them that it carries; none if missing."""
        targets = {target: None for coupling in self.active_couplings for target in coupling.targets}
        return {target: [each for each in self.active_couplings if target in each.targets] for target in targets}

    @cached_property
    def active_plain_couplings(self) -> tuple[PlainCoupling, ...]:
        """The plain couplings that are not switched off."""
        return tuple(filter(self.is_on, self.plain_couplings))

    def is_on(self, coupling: Coupling | PlainCoupling) -> bool:
        """Whether neither the coupling nor its group is switched off."""
        return coupling.name not in self.off and coupling.group not in self.off


_UNINJURED = Circuit(
    name="uninjured",
    cells=populations.CELLS,
    afferents=populations.AFFERENTS,
    projections=projections.PROJECTIONS,
    synapses=projections.KINETICS,
    receptors=receptors.CIRCUIT_RECEPTORS,
    couplings=receptors.COUPLINGS,
    plain_couplings=receptors.PLAIN_COUPLINGS,
    transmitters=(*transmitters.CIRCUIT_TRANSMITTERS, *cord_transmitters.CORD_TRANSMITTERS),
    plasticity=plasticity.PLASTICITY,
    potassium_reversal=whole_animal.POTASSIUM_REVERSAL,
    noise_time=whole_animal.NOISE_TIME,
    conduction_distance=whole_animal.CONDUCTION_DISTANCE,
    conduction_spread=whole_animal.CONDUCTION_SPREAD,
    l5_share=whole_animal.L5_SHARE,
    variability=whole_animal.VARIABILITY,
)


def injured(injury: Injury, uninjured: Circuit = _UNINJURED) -> Circuit:
    """The circuit of an injury: an uninjured rat with its differences.

    Parameters
    ----------
    injury : Injury
        Its name is that of the circuit.
    uninjured : Circuit
        All the rest; by default the rat as it comes along.
    """
    return replace(uninjured, name=injury.name, differences=injury.differences, operated=injury.operated)


CIRCUITS = {name: injured(injury) for name, injury in INJURIES.items()}
naive, sham, ligated = CIRCUITS["naive"], CIRCUITS["sham"], CIRCUITS["ligated"]

#: What can be switched off in the bundled circuits -> what that is.
SWITCHES = ligated.switches
