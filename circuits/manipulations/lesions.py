"""Lesions and knock-downs: which terminals, cells or proteins are lost, how many of them, and in how many days.

Lost terminals release nothing and take nothing up, because their transporters go with them. Lost cells are silent as well.
A loss grows evenly from the injection until it is complete.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from circuits.transmitters import Transmitter, own_transmitters
from core.sourced import ASSUMED, Sourced, walk
from core.units import SECONDS_PER_HOUR, day


@dataclass(frozen=True)
class Agent:
    """A toxin by one route, and what it takes.

    terminals: release (`source_in_compartment`) -> share of its terminals lost. cells: population -> share of its cells
    lost, with all their terminals. complete_after: time from the injection until the loss is complete.
    """

    name: str
    route: str
    description: str
    complete_after: Sourced
    terminals: Mapping[str, Sourced] = field(default_factory=dict)
    cells: Mapping[str, Sourced] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name and route as one word of a path, such as `DSP-4_ip`."""
        return f"{self.name}_{self.route.replace('.', '')}"


@dataclass(frozen=True)
class ToxinLesion:
    """A toxin given at a time.

    hours: of the injection, from surgery. extent: share lost of all that it reaches, None for the toxin's own shares.
    complete_hours: from the injection until the loss is complete, None for the toxin's own time.
    """

    agent: Agent
    hours: float
    extent: float | None = None
    complete_hours: float | None = None

    def grown(self, hours: float) -> float:
        """How much of the loss is there at a time (hours from surgery), 0..1."""
        length = self.agent.complete_after.si / SECONDS_PER_HOUR if self.complete_hours is None else self.complete_hours
        return ramp(hours - self.hours, length)

    def share(self, number: Sourced) -> float:
        """The share of a target that is lost in the end; number: the toxin's own share of it."""
        return number.si if self.extent is None else self.extent


@dataclass(frozen=True)
class ProteinLoss:
    """A protein that is knocked down at a time.

    A share `extent` of it is lost between `hours` (from surgery) and `hours` + `complete_hours`. From `until` on it comes
    back as fast as it went; never by default.
    """

    name: str
    hours: float
    extent: float
    complete_hours: float
    until: float | None = None

    def lost(self, hours: float) -> float:
        """The share of the protein that is lost at a time (hours from surgery), 0..1."""
        lost = ramp(hours - self.hours, self.complete_hours)
        if self.until is not None and hours > self.until:
            lost = max(
                0.0, ramp(self.until - self.hours, self.complete_hours) - (hours - self.until) / self.complete_hours
            )
        return self.extent * lost


def ramp(elapsed: float, length: float) -> float:
    """0 until it begins, then a rise to exactly 1 over `length`."""
    if elapsed <= 0.0:
        return 0.0
    return 1.0 if elapsed >= length else elapsed / length


def remaining(
    transmitters: Collection[Transmitter],
    lesions: Iterable[ToxinLesion],
    knock_downs: Iterable[ProteinLoss],
    hours: float,
) -> dict[str, float]:
    """Shares that lesions and knock-downs have left at a time (hours from surgery); 1 is all.

    Names are `cells_left.raphe`, `terminals_left.raphe_in_forebrain` (of cells that live), `fibres_left` of the same (of
    all), `transporter_left.SERT.forebrain`, `glt1_left`.
    """
    values = {"glt1_left": 1.0}
    for transmitter in transmitters:
        for release in transmitter.releases:
            values[f"cells_left.{release.source}"] = 1.0
            values[f"terminals_left.{release.name}"] = 1.0
    for lesion in lesions:
        for kind, shares in (("cells", lesion.agent.cells), ("terminals", lesion.agent.terminals)):
            for target, number in shares.items():
                values[f"{kind}_left.{target}"] *= 1.0 - lesion.share(number) * lesion.grown(hours)
    own = own_transmitters(transmitters)
    for transmitter in transmitters:
        for release in transmitter.releases:
            living = values[f"terminals_left.{release.name}"] * values[f"cells_left.{release.source}"]
            values[f"fibres_left.{release.name}"] = living
            if transmitter.terminal_transporter and own[release.source] is transmitter:
                values[f"transporter_left.{transmitter.terminal_transporter}.{release.compartment}"] = living
    for knock_down in knock_downs:
        values["glt1_left"] *= 1.0 - knock_down.lost(hours)
    return values


def parameters() -> Iterator[tuple[str, Sourced]]:
    """Every number of toxins and knock-downs with its path, such as `lesions.DSP-4_ip.complete_after`."""
    for agent in AGENTS:
        yield from walk(agent, f"lesions.{agent.key}")
    yield from walk(GLT1_SIRNA, "knock_downs.GLT-1")


CORD = ("dorsal_horn_ipsi", "dorsal_horn_contra")
_WEEKS = Sourced(
    14 * day,
    "Jasmin2003",
    "rat, intrathecal: fibres gone 2 weeks after the toxin, and for good",
    low=7 * day,
    high=21 * day,
)


def _everywhere(source: str, places: Iterable[str], number: Sourced) -> dict[str, Sourced]:
    return {f"{source}_in_{place}": number for place in places}


AGENTS = (
    Agent(
        "DSP-4", "i.p.", "terminals of the locus coeruleus in cord, forebrain and raphe; no cell is lost",
        complete_after=Sourced(5 * day, ASSUMED, "noradrenaline falls within hours, axons go within days; used after 3-14 d", low=1 * day, high=14 * day),
        terminals={
            **_everywhere("locus_coeruleus_spinal", CORD, Sourced(0.80, "Post1985", "-80 % noradrenaline in the cord of mice that were tested 14 d after it, dopamine and serotonin unaffected; taken over for the rat", low=0.5, high=0.95)),
            **_everywhere("locus_coeruleus_ascending", ("forebrain", "raphe"), Sourced(0.90, ASSUMED, "cortex and hippocampus: nearly all terminals of the locus coeruleus, recalled; its cells stay (Szot2010)", low=0.6, high=0.98)),
        },
    ),
    Agent(
        "anti-DBH-saporin", "i.t.", "coeruleospinal cells with their fibres; a part of the ascending cells",
        complete_after=_WEEKS,
        cells={
            "locus_coeruleus_spinal": Sourced(0.90, ASSUMED, "noradrenergic fibres lost throughout the cord, extensive loss of cells, no percentage (Jasmin2003, rat)", low=0.7, high=1.0),
            "locus_coeruleus_ascending": Sourced(0.50, ASSUMED, "widespread loss of terminals in cortex after intrathecal toxin as well, no percentage (Jasmin2003, rat)", low=0.0, high=0.9),
        },
    ),
    Agent(
        "anti-DBH-saporin", "intra-LC", "cells of the whole locus coeruleus with their fibres",
        complete_after=Sourced(14 * day, ASSUMED, "as after the toxin in the cord", low=7 * day, high=21 * day),
        cells={
            "locus_coeruleus_spinal": Sourced(0.85, ASSUMED, "nearly all cells reached", low=0.5, high=1.0),
            "locus_coeruleus_ascending": Sourced(0.85, ASSUMED, "nearly all cells reached", low=0.5, high=1.0),
        },
    ),
    Agent(
        "6-OHDA", "i.t.", "noradrenergic and, fewer, dopaminergic terminals in the cord",
        complete_after=Sourced(5 * day, ASSUMED, "catecholamines low within days; used after 5-14 d", low=1 * day, high=14 * day),
        terminals={
            **_everywhere("locus_coeruleus_spinal", CORD, Sourced(0.95, "Minor1988", "-95 % noradrenaline in lumbar and thoracic cord; species not printed")),
            **_everywhere("a11", CORD, Sourced(0.30, "Minor1988", "-25 to -35 % dopamine in lumbar and thoracic cord, species not printed; the centre", "derived")),
        },
    ),
    Agent(
        "6-OHDA", "intra-A11", "dopaminergic cells of A11 with their fibres",
        complete_after=Sourced(7 * day, ASSUMED, "cells die within a week or two", low=3 * day, high=21 * day),
        cells={"a11": Sourced(0.70, ASSUMED, "about half to most cells", low=0.4, high=0.95)},
    ),
    Agent(
        "5,7-DHT", "i.t.", "serotonergic terminals in the cord; noradrenergic ones taken to be protected",
        complete_after=Sourced(5 * day, ASSUMED, "serotonin low within days; used after 5-14 d", low=1 * day, high=14 * day),
        terminals=_everywhere("raphe", CORD, Sourced(0.85, ASSUMED, "severe depletion in lumbar cord (Minor1988), no number", low=0.7, high=0.97)),
    ),
    Agent(
        "5,7-DHT", "i.c.v.", "serotonergic terminals in cord and forebrain",
        complete_after=Sourced(7 * day, ASSUMED, "used after 7-14 d", low=3 * day, high=14 * day),
        terminals=_everywhere("raphe", (*CORD, "forebrain", "locus_coeruleus", "locus_coeruleus_spinal"), Sourced(0.80, ASSUMED, "brain and cord alike", low=0.6, high=0.95)),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class KnockDownNumbers:
    """Defaults of a knock-down."""

    extent: Sourced
    complete_after: Sourced


GLT1_SIRNA = KnockDownNumbers(
    extent=Sourced(0.6, ASSUMED, "knock-down in the locus coeruleus mimics the lost NSIA of ligated rats (Kimura2015), which are taken to have lost 0.63", low=0.3, high=0.9),
    complete_after=Sourced(3 * day, ASSUMED, "the protein outlives its messenger by days", low=1 * day, high=7 * day),
)  # fmt: skip

#: What can be knocked down.
KNOCK_DOWNS = {"GLT-1": GLT1_SIRNA}
