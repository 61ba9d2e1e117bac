"""Anaesthetics: what they leave of release by spikes of locus coeruleus and raphe, and what slows these cells.

Extracellular transmitter is measured under anaesthetics, not release or conductance. What a source gives is in the note
of each number, and so is what was made of it. Data only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from brian2.units import nS

from circuits.manipulations.timing import Spans, lasts
from core.sourced import ASSUMED, Sourced, walk

#: Populations that an anaesthetic slows -> the number of `Anaesthetic` that says by what conductance.
SLOWED = {
    "locus_coeruleus_spinal": "locus_coeruleus",
    "locus_coeruleus_ascending": "locus_coeruleus",
    "raphe": "raphe",
}


@dataclass(frozen=True)
class Anaesthetic:
    """An agent at a dose for surgery.

    noradrenaline, serotonin: what is left of their release by one spike, 1 is all. locus_coeruleus, raphe: potassium
    conductance that it opens in these cells.
    """

    name: str
    description: str
    noradrenaline: Sourced
    serotonin: Sourced
    locus_coeruleus: Sourced
    raphe: Sourced

    @property
    def key(self) -> str:
        """Its name as one word of a path, such as `chloral_hydrate`."""
        return self.name.replace(" ", "_")


@dataclass(frozen=True)
class AnaestheticCondition:
    """An anaesthetic that an animal has: in spans of hours from surgery, or in assays.

    spans: (start, stop) in hours from surgery, None for in assays. assays: their names, all if empty. depth: share of
    all that the agent does, 0..1.
    """

    agent: Anaesthetic
    spans: Spans = None
    assays: tuple[str, ...] = ()
    depth: float = 1.0

    def lasts(self, hours: float, assay: str) -> bool:
        """Whether the animal has it at an hour from surgery; assay: the one under way, "" for none."""
        return lasts(self.spans, self.assays, hours, assay)

    def release_left(self, transmitter: str) -> float:
        """What is left of a transmitter's release by one spike, 0..1."""
        number: Sourced | None = getattr(self.agent, transmitter, None)
        return 1.0 if number is None else 1.0 - self.depth * (1.0 - number.si)

    def opened(self, population: str) -> float:
        """The potassium conductance (S) that it opens in each cell of a population."""
        return self.depth * getattr(self.agent, SLOWED[population]).si if population in SLOWED else 0.0


def parameters() -> Iterator[tuple[str, Sourced]]:
    """Every number of anaesthetics with its path, such as `anaesthesia.halothane.noradrenaline`."""
    for agent in ANAESTHETICS:
        yield from walk(agent, f"anaesthesia.{agent.key}")


_AS_HALOTHANE = "not found for noradrenaline of the forebrain: as halothane"
_ALL_OF_SEROTONIN = "no number found: release by a spike is left alone"

ANAESTHETICS = (
    Anaesthetic(
        "halothane", "inhaled; noradrenaline of the forebrain falls to a third",
        noradrenaline=Sourced(0.22, "Kalen1988", "extracellular noradrenaline of the hippocampus -63 to -72 % against awake rats; with slower cells and what is there without spikes this gives it", "derived", low=0.15, high=0.8),
        serotonin=Sourced(0.5, ASSUMED, "not found: as isoflurane", low=0.3, high=1.0),
        locus_coeruleus=Sourced(1.4 * nS, ASSUMED, "halothane hyperpolarises these cells through potassium channels (Bayliss2003, no conductance); here it slows them to 0.7 of their rate, coeruleospinal ones more", low=0 * nS, high=3 * nS),
        raphe=Sourced(0.15 * nS, ASSUMED, "as isoflurane", low=0 * nS, high=2 * nS),
    ),
    Anaesthetic(
        "isoflurane", "inhaled; serotonin of the forebrain falls to a third",
        noradrenaline=Sourced(0.22, ASSUMED, f"{_AS_HALOTHANE}; in the hypothalamus isoflurane raises it (Kushikata2005)", low=0.2, high=1.0),
        serotonin=Sourced(0.5, "Mukaida2007", "extracellular serotonin of the frontal cortex at 21 to 44 % of waking, under isoflurane and in slow-wave sleep together; with slower cells this gives it", "derived", low=0.3, high=0.8),
        locus_coeruleus=Sourced(1.4 * nS, ASSUMED, "opens potassium channels of the same families (Patel1999); as halothane", low=0 * nS, high=3 * nS),
        raphe=Sourced(0.15 * nS, ASSUMED, "here it slows them to about two thirds; no rat number found", low=0 * nS, high=2 * nS),
    ),
    Anaesthetic(
        "urethane", "injected; modest effects on many channels",
        noradrenaline=Sourced(0.8, ASSUMED, "no rat number found; modest effects on all channels tested (Hara2002)", low=0.4, high=1.0),
        serotonin=Sourced(1.0, ASSUMED, _ALL_OF_SEROTONIN, low=0.4, high=1.0),
        locus_coeruleus=Sourced(0.4 * nS, ASSUMED, "no rat number found; slows them a little", low=0 * nS, high=2 * nS),
        raphe=Sourced(0 * nS, ASSUMED, "basal firing in slices of the dorsal raphe rises (McCardle2012), which is not taken over", low=0 * nS, high=1 * nS),
    ),
    Anaesthetic(
        "pentobarbital", "injected; noradrenaline of the cortex stays",
        noradrenaline=Sourced(1.0, "Kubota1999", "0.5 to 50 mg/kg i.p. do not change extracellular noradrenaline of the medial prefrontal cortex", "derived", low=0.7, high=1.0),
        serotonin=Sourced(1.0, ASSUMED, _ALL_OF_SEROTONIN, low=0.4, high=1.0),
        locus_coeruleus=Sourced(0 * nS, ASSUMED, "noradrenaline of the cortex stays (Kubota1999)", low=0 * nS, high=0.5 * nS),
        raphe=Sourced(0 * nS, ASSUMED, "firing in slices of the dorsal raphe is not lowered, inhibition there enhanced (McCardle2012)", low=0 * nS, high=1 * nS),
    ),
    Anaesthetic(
        "chloral hydrate", "injected; marginal effects on basal firing",
        noradrenaline=Sourced(0.8, ASSUMED, "no basal number found; noradrenaline after cocaine rises as in conscious rats (Pan1995)", low=0.4, high=1.0),
        serotonin=Sourced(1.0, ASSUMED, _ALL_OF_SEROTONIN, low=0.4, high=1.0),
        locus_coeruleus=Sourced(0.4 * nS, ASSUMED, "no rat number found; slows them a little", low=0 * nS, high=2 * nS),
        raphe=Sourced(0.04 * nS, ASSUMED, "marginal effects on basal firing in slices of the dorsal raphe (McCardle2012)", low=0 * nS, high=0.5 * nS),
    ),
)  # fmt: skip
