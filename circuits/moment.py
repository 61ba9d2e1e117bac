"""One animal at one moment: its circuit, its draw, its slow state, the drugs in it, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from circuits import fields
from circuits.circuit import Circuit
from circuits.draw import AnimalDraw
from circuits.fields import PREDICTED_SLOWING, SLOWING_OF, Braked, Response, Uptake, expected_rate
from circuits.injury import STANDING, of_extent, quantities, scale_of
from circuits.manipulations import lesions
from circuits.manipulations.anaesthesia import AnaestheticCondition
from circuits.receptors import PlainCoupling, weight
from circuits.slow_state import UNDISTURBED, SlowState
from circuits.transmitters import Transmitter
from circuits.whole_animal import VARIABILITY
from core.errors import UserError
from core.exposure import NO_DRUG, Exposure
from core.vocabulary import COMPARTMENTS

#: Quantities that plain couplings take a share of; 1 is the whole of each. glt1_shortfall: of the GLT-1 lost after
#: injury, what drugs leave lost.
WHOLE = dict.fromkeys(
    (
        "afferent_release",
        "afferent_release_contra",
        "locus_coeruleus_gaba",
        "locus_coeruleus_glutamate",
        "excitation_ipsi",
        "excitation_contra",
        "excitation_locus_coeruleus",
        "glt1_shortfall",
    ),
    1.0,
)


def slow_quantities() -> tuple[str, ...]:
    """Names of all that couplings and releases may be scaled by in any animal."""
    return (*STANDING, *UNDISTURBED, *WHOLE)


#: What scales an animal that is no one in particular.
_AVERAGE = dict.fromkeys(VARIABILITY, 1.0)


@dataclass(frozen=True, eq=False, repr=False)
class Moment:
    """One animal at one moment: all that an epoch or a step of the slow clock starts from.

    It never changes; `dataclasses.replace` gives another one. What follows from it is worked out when it is first asked
    for, and kept.

    Parameters
    ----------
    circuit : Circuit
        What the animal is, with its injury and manipulations.
    state : SlowState
        What has slowly moved by now; `state.hours` is the time, in hours from surgery.
    exposure : Exposure
        The drugs present, by compartment and site.
    individual : AnimalDraw, optional
        The animal's own draw. Without it the animal is an average one, which the slow clock can follow but which has no
        cells to run an epoch on.
    assay : str, optional
        The assay under way, for which alone the animal may be anaesthetised.
    """

    circuit: Circuit
    state: SlowState
    exposure: Exposure = NO_DRUG
    individual: AnimalDraw | None = None
    assay: str = ""

    def __post_init__(self) -> None:
        if self.state.followed_from > 0.0 and self.circuit.is_injured:
            raise UserError(
                f"{self.circuit.name} cannot begin {self.state.followed_from:g} h after surgery: what the injury moves "
                "takes days. Begin at surgery or before (hour 0 or less) and let the slow clock go on from there."
            )

    def __repr__(self) -> str:
        who = f"animal {self.individual.number}" if self.individual else "average animal"
        drugs = sum(len(sites) for sites in self.exposure.binding.values())
        return f"Moment({self.circuit.name}, {who}, {self.state.hours:g} h from surgery, drug at {drugs} sites)"

    @property
    def draw(self) -> AnimalDraw:
        """The animal's own draw.

        Raises
        ------
        UserError
            Where the animal is an average one.
        """
        if self.individual is None:
            raise UserError("an average animal has no cells to run an epoch on; give the moment a draw (draw_animal).")
        return self.individual

    @property
    def factors(self) -> Mapping[str, float]:
        """What scales this whole animal, by the names of `Circuit.variability`; all 1 in an average one."""
        return _AVERAGE if self.individual is None else self.individual.factors

    @cached_property
    def injury(self) -> dict[str, float]:
        """The quantities of the injury (`circuits.injury.QUANTITIES`) in this animal, before any drug."""
        found = quantities(self.circuit.differences, self.state.hours, self.circuit.off)
        return of_extent(found, self.factors["injury_extent"])

    @cached_property
    def remaining(self) -> dict[str, float]:
        """What lesions and knock-downs have left by now (`circuits.manipulations.lesions.remaining`)."""
        done = self.circuit.manipulations
        if not done.lesions and not done.knock_downs:
            return self.circuit.all_left
        return lesions.remaining(self.circuit.transmitters, done.lesions, done.knock_downs, self.state.hours)

    @cached_property
    def quantities(self) -> dict[str, float]:
        """The slow quantities: all that a coupling or a release may be scaled by, less what drugs at plain sites take.

        The injury's, what lesions have left, the slow state's variables, and `WHOLE`.
        """
        found = {**self.injury, **self.remaining, **self.state.variables, **WHOLE}
        for coupling in self._acting_plain_couplings():
            most = coupling.strength.si * scale_of(coupling.scaled_by, found)
            now = found[coupling.quantity]
            held = found[coupling.follows] if coupling.follows else coupling.held(self.exposure, now, most)
            found[coupling.quantity] = now * (1.0 - most * held)
        return found

    def _acting_plain_couplings(self) -> Iterator[PlainCoupling]:
        """The plain couplings that are not switched off; those of an injury on each side that it has hurt."""
        for coupling in self.circuit.active_plain_couplings:
            yield coupling
            if f"{coupling.scaled_by}_contra" in self.injury:
                yield coupling.mirrored()

    def afferent_release(self, side: str) -> float:
        """What multiplies release by the fibres of a side, receptors on their terminals aside."""
        return self.quantities["afferent_release" if side == "ipsi" else "afferent_release_contra"]

    def living(self, population: str) -> float:
        """The share of a population's cells that lesions have left."""
        return self.quantities.get(f"cells_left.{population}", 1.0)

    @cached_property
    def anaesthesia(self) -> AnaestheticCondition | None:
        """The anaesthetic that the animal has now; None awake."""
        return self.circuit.manipulations.anaesthetised(self.state.hours, self.assay)

    def opened(self, population: str) -> float:
        """Potassium conductance (S) that an anaesthetic opens in each cell of a population."""
        return 0.0 if self.anaesthesia is None else self.anaesthesia.opened(population)

    @cached_property
    def quanta(self) -> dict[str, fields.Quanta]:
        """Transmitter -> (source, compartment) -> nM added when every cell of the source fires once, were all alive.

        Empty for a transmitter whose release is switched off.
        """
        return {
            t.name: {}
            if f"{t.name}_release" in self.circuit.off
            else fields.quanta(t, self.quantities, self._release_factor(t))
            for t in self.circuit.transmitters
        }

    def _release_factor(self, transmitter: Transmitter) -> float:
        """What multiplies release by one spike: this animal's own factor, and what an anaesthetic leaves."""
        own = self.factors["monoamine_release"]
        return own if self.anaesthesia is None else own * self.anaesthesia.release_left(transmitter.name)

    @cached_property
    def uptakes(self) -> dict[str, dict[str, Uptake]]:
        """Transmitter -> compartment -> its clearance there."""
        return {t.name: {place: self._uptake(t, place) for place in COMPARTMENTS} for t in self.circuit.transmitters}

    def _uptake(self, transmitter: Transmitter, compartment: str) -> Uptake:
        place = transmitter.name, compartment
        if place not in self._known_uptakes:
            found = fields.uptake(transmitter, self.exposure, compartment, self.quantities)
            self._known_uptakes[place] = found
        return self._known_uptakes[place]

    def active(self, receptor: str, compartment: str, levels: Callable[[str], float] | None = None) -> float:
        """Share of a receptor that is active in a compartment, 0..1.

        levels: transmitter -> its concentration there (nM); by default that at which release balances clearance.
        """
        found = self.circuit.receptor(receptor)
        acting = {agonist: self._acting(agonist, compartment, levels) for agonist in found.agonists}
        own = acting.pop(found.agonist)
        return fields.response(found, self.exposure.at(compartment, receptor), found.agonist, acting)(own)

    def _acting(self, agonist: str, compartment: str, levels: Callable[[str], float] | None = None) -> float:
        """Concentration of an agonist (nM), or the active share of the receptor that stands in its place."""
        if not self.circuit.has_transmitter(agonist):
            return self.active(agonist, compartment, levels)
        return self.level(agonist, compartment) if levels is None else levels(agonist)

    @cached_property
    def rates(self) -> dict[str, float]:
        """Block of releasing cells -> rate (Hz) expected of its living cells once their own transmitter has settled
        around their bodies under the drugs of now.
        """
        return {source: self.rate(source) for source in dict.fromkeys((*self.state.observed.rates, *self._released))}

    def rate(self, source: str) -> float:
        """The rate of one of `rates`, which is worked out alone; 0 before an epoch has seen it."""
        if source not in self._known_rates:
            transmitter = self._released.get(source)
            seen = self.state.observed.rates.get(source, 0.0)
            self._known_rates[source] = self._rate(transmitter, source) if transmitter else seen
        return self._known_rates[source]

    @cached_property
    def levels(self) -> dict[str, np.ndarray]:
        """Transmitter -> concentrations (compartments,), nM, at which release at the expected rates balances
        clearance.
        """
        return {
            t.name: np.array([self.level(t.name, compartment) for compartment in COMPARTMENTS])
            for t in self.circuit.transmitters
        }

    def level(self, transmitter: str, compartment: str) -> float:
        """The concentration of one of `levels`, which is worked out alone: a step of the slow clock needs few."""
        place = transmitter, compartment
        if place not in self._known_levels:
            released = self.circuit.transmitter(transmitter)
            fed = self._fed(released, compartment)
            gain = sum(quantum * self.rate(block) * self._alive(block) for block, quantum in fed.items())
            gain += self.tones[transmitter].get(compartment, 0.0)
            governs, uptake = self._governing(released, compartment), self._uptake(released, compartment)
            self._known_levels[place] = fields.steady_level(gain, governs, uptake)
        return self._known_levels[place]

    @cached_property
    def _known_rates(self) -> dict[str, float]:
        return {}

    @cached_property
    def _known_levels(self) -> dict[tuple[str, str], float]:
        return {}

    @cached_property
    def _known_settled(self) -> dict[tuple[str, str, str], float]:
        return {}

    @cached_property
    def _known_uptakes(self) -> dict[tuple[str, str], Uptake]:
        return {}

    @cached_property
    def tones(self) -> dict[str, dict[str, float]]:
        """Transmitter -> compartment -> what is released there at a constant rate, nM/s."""
        return {
            t.name: {} if f"{t.name}_release" in self.circuit.off else fields.tones(t, self.quantities)
            for t in self.circuit.transmitters
        }

    @cached_property
    def _released(self) -> dict[str, Transmitter]:
        """Block of releasing cells -> the first transmitter that it releases now."""
        found: dict[str, Transmitter] = {}
        for transmitter in self.circuit.transmitters:
            for source, compartment in self.quanta[transmitter.name]:
                for block in self.circuit.reaching[source, compartment]:
                    found.setdefault(block, transmitter)
        return found

    def _alive(self, block: str) -> float:
        return self.living(self.circuit.sources[block])

    def _fed(self, transmitter: Transmitter, compartment: str) -> dict[str, float]:
        """Block of releasing cells -> what is added in a compartment when each of its cells fires once (nM)."""
        quanta = self.quanta[transmitter.name]
        fed: dict[str, float] = {}
        for source in self.circuit.feeding.get((transmitter.name, compartment), ()) if quanta else ():
            blocks = self.circuit.reaching[source, compartment]
            fed |= dict.fromkeys(blocks, quanta[source, compartment] / len(blocks))
        return fed

    def _governing(self, transmitter: Transmitter, compartment: str) -> tuple[tuple[float, Response], ...]:
        """Of each receptor on the terminals of a transmitter, the relative change of release at full activation, and
        its active share as a function of the concentration (nM).
        """
        couplings = self.circuit.couplings_of.get(transmitter.name, [])
        found = fields.modulation(transmitter.name, couplings, self.quantities, compartment)
        changes = [(transmitter.autoreceptor, -fields.autoinhibition(transmitter, self.quantities)), *found.items()]
        return tuple(
            (change, self._response(receptor, compartment, transmitter.name))
            for receptor, change in changes
            if receptor
        )

    def _response(self, receptor: str, compartment: str, transmitter: str) -> Response:
        """Active share of a receptor as a function of the concentration (nM) of one transmitter, with the other
        agonists as they stand.
        """
        found = self.circuit.receptor(receptor)
        others = {name: self._acting(name, compartment) for name in found.agonists if name != transmitter}
        return fields.response(found, self.exposure.at(compartment, receptor), transmitter, others)

    def _rate(self, transmitter: Transmitter, source: str) -> float:
        """The rate (Hz) of one block at the balance of what it and its neighbours release around their bodies."""
        if source not in self.circuit.brakes:
            return self._seen_rate(source)
        compartment, receptor = self.circuit.brakes[source]
        if not self._fed(transmitter, compartment):
            return self._seen_rate(source)
        return self._braked(receptor, source)(self._settled(transmitter, compartment, receptor))

    def _settled(self, transmitter: Transmitter, compartment: str, receptor: str) -> float:
        """Activation of the receptor that brakes the cells of a compartment, once these are in balance with what they
        release there; kept, because several populations may stand in one compartment.
        """
        place = transmitter.name, compartment, receptor
        if place not in self._known_settled:
            neighbours = tuple(
                (quantum * self._alive(block), self._braked(receptor, block))
                for block, quantum in self._fed(transmitter, compartment).items()
            )
            self._known_settled[place] = fields.settled_activation(
                neighbours,
                self.tones[transmitter.name].get(compartment, 0.0),
                self._response(receptor, compartment, transmitter.name),
                self._governing(transmitter, compartment),
                self._uptake(transmitter, compartment),
            )
        return self._known_settled[place]

    def _braked(self, receptor: str, block: str) -> Braked:
        """The rate of a block as a function of the activation of the receptor that brakes it: that last seen, less what
        the potassium conductance opened since has slowed.
        """
        rate, seen = self._seen_rate(block), self.state.observed.brakes.get(block)
        own = 0.0 if seen is None else self.opening_weights(block).get(receptor, 0.0)
        if seen is None or not own:
            return Braked(rate)
        held = self.state.observed.others.get(block, 0.0)
        population = self.circuit.sources.get(block, block)
        cells, slowing = self.circuit.cell_population(population), SLOWING_OF.get(population, PREDICTED_SLOWING)
        return Braked(rate, own, held, seen, cells.potassium_power.si, 1e9 * cells.potassium_pool.si, slowing)

    def opening_weights(self, population: str) -> dict[str, float]:
        """Receptor -> its mean weight among those that open the potassium channels of a population now."""
        found: dict[str, float] = {}
        for coupling in self.circuit.couplings_of.get(population, []):
            if coupling.effect == "girk":
                power = self.circuit.cell_population(population).potassium_power.si
                scale = scale_of(coupling.scaled_by, self.quantities) * coupling.share.si
                found.setdefault(coupling.receptor, 0.0)
                found[coupling.receptor] += weight(coupling.strength.si, power) * scale
        return found

    def _seen_rate(self, block: str) -> float:
        """Rate (Hz) of the living cells of a block in the last epoch, less what an anaesthetic has slowed since."""
        population, observed = self.circuit.sources[block], self.state.observed
        opened = self.opened(population) - observed.opened.get(population, 0.0)
        slowing = SLOWING_OF.get(population, PREDICTED_SLOWING)
        return expected_rate(observed.rates.get(block, 0.0), 1e9 * opened, slowing)
