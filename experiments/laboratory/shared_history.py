"""What matched animals have in common until their treatments part: it is worked out once for all arms."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from circuits.circuit import Circuit
from circuits.draw import AnimalDraw
from circuits.moment import Moment
from experiments.laboratory.temporary_spike_file import TemporarySpikeFile

T = TypeVar("T")
#: The version of marshal that writes equal values as equal bytes, whether they are one object or not.
_WITHOUT_REFERENCES = 2


@dataclass
class SharedHistory:
    """Keeps what follows from a moment of an animal, for the arms in which the same moment comes.

    Two moments are the same where circuit, draw, slow state, drugs present and anaesthesia are. spike_file: for the
    spikes of epochs that are kept.
    """

    spike_file: TemporarySpikeFile = field(default_factory=TemporarySpikeFile)
    _known: dict[bytes, Any] = field(default_factory=dict)
    _circuits: list[Circuit] = field(default_factory=list)
    _draws: dict[int, AnimalDraw] = field(default_factory=dict)
    _wirings: dict[int, Hashable] = field(default_factory=dict)

    def same(self, circuit: Circuit) -> Circuit:
        """The first circuit that was equal to this one, so that equal ones are one object."""
        for known in self._circuits:
            if known is circuit or known == circuit:
                return known
        self._circuits.append(circuit)
        return circuit

    def draw(self, circuit: Circuit, make: Callable[[], AnimalDraw]) -> AnimalDraw:
        """The draw of the animal of a circuit that `same` gave."""
        if id(circuit) not in self._draws:
            self._draws[id(circuit)] = make()
        return self._draws[id(circuit)]

    def wiring(self, draw: AnimalDraw) -> Hashable:
        """What two draws have alike where every contact is the same."""
        if id(draw) not in self._wirings:
            parts = tuple(part.tobytes() for contacts in draw.contacts.values() for part in contacts)
            self._wirings[id(draw)] = draw.structure, hash(parts)
        return self._wirings[id(draw)]

    def recalled(self, what: tuple[str | float, ...], moment: Moment, make: Callable[[], T]) -> T:
        """What `make` gives of a moment, made when it is first asked for.

        Circuit and draw of the moment must be those that `same` and `draw` gave.
        """
        key = _key(what, moment)
        if key not in self._known:
            self._known[key] = make()
        found: T = self._known[key]
        return found


def _key(what: tuple[str | float, ...], moment: Moment) -> bytes:
    """A digest, equal for the same moment: the steps of all arms are kept, and the moments themselves need not be.

    Circuit and draw are told by which object they are, and live as long as the keys.
    """
    state, observed = moment.state, moment.state.observed
    seen = (observed.rates, observed.brakes, observed.opened, observed.others)
    parts = (state.variables, *seen, state.drive, state.reference)
    drugs = tuple(
        (place, site, bound.block, bound.drive, bound.held)
        for place, sites in moment.exposure.binding.items()
        for site, bound in sites.items()
    )
    where = id(moment.circuit), id(moment.individual), moment.assay, state.hours, state.followed_from
    told = (what, where, drugs, tuple(tuple(part.items()) for part in parts))
    return hashlib.blake2b(marshal.dumps(told, _WITHOUT_REFERENCES), digest_size=16).digest()
