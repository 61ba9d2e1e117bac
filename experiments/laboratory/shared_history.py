"""What matched animals have in common until their treatments part: it is worked out once for all arms."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from circuits.circuit import Circuit
from circuits.draw import AnimalDraw
from circuits.moment import Moment
from experiments.laboratory.temporary_spike_file import TemporarySpikeFile

T = TypeVar("T")


@dataclass
class SharedHistory:
    """Keeps what follows from a moment of an animal, for the arms in which the same moment comes.

    Two moments are the same where circuit, draw, slow state, drugs present and anaesthesia are. spike_file: for the
    spikes of epochs that are kept.
    """

    spike_file: TemporarySpikeFile = field(default_factory=TemporarySpikeFile)
    _known: dict[Hashable, Any] = field(default_factory=dict)
    _circuits: list[Circuit] = field(default_factory=list)
    _draws: dict[tuple[int, Hashable], AnimalDraw] = field(default_factory=dict)
    _wirings: dict[int, Hashable] = field(default_factory=dict)

    def same(self, circuit: Circuit) -> Circuit:
        """The first circuit that was equal to this one, so that equal ones are one object."""
        known = next((each for each in self._circuits if each == circuit), None)
        if known is None:
            self._circuits.append(circuit)
        return known or circuit

    def draw(self, circuit: Circuit, key: Hashable, make: Callable[[], AnimalDraw]) -> AnimalDraw:
        """The draw of an animal of that circuit; key: all else that it follows from."""
        place = id(self.same(circuit)), key
        if place not in self._draws:
            self._draws[place] = make()
        return self._draws[place]

    def wiring(self, draw: AnimalDraw) -> Hashable:
        """What two draws have alike where every contact is the same."""
        if id(draw) not in self._wirings:
            parts = tuple(part.tobytes() for contacts in draw.contacts.values() for part in contacts)
            self._wirings[id(draw)] = draw.structure, hash(parts)
        return self._wirings[id(draw)]

    def recalled(self, what: tuple[Hashable, ...], moment: Moment, make: Callable[[], T]) -> T:
        """What `make` gives of a moment, made when it is first asked for.

        Circuit and draw of the moment must be those that `same` and `draw` gave.
        """
        key = (*what, *_key(moment))
        if key not in self._known:
            self._known[key] = make()
        found: T = self._known[key]
        return found


def _key(moment: Moment) -> tuple[Hashable, ...]:
    """Equal for the same moment. Circuit and draw are told by which object they are, and live as long as the keys."""
    state, observed = moment.state, moment.state.observed
    parts = (state.variables, observed.rates, observed.brakes, observed.opened, state.drive, state.reference)
    drugs = tuple((place, tuple(sites.items())) for place, sites in moment.exposure.binding.items())
    where = id(moment.circuit), id(moment.individual), moment.assay, state.hours, state.followed_from, drugs
    return (*where, *(tuple(part.items()) for part in parts))
