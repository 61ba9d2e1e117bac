"""The tables of a circuit, after the templates of Nordlie, Gewaltig & Plesser (2009), as rows of text.

docs/model.md and `bluespot model` show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from circuits.circuit import Circuit
from circuits.injury import QUANTITIES, Recovery
from circuits.populations.population import AfferentPopulation, CellPopulation
from circuits.receptors import PlainCoupling
from circuits.structure import Block, Structure, structure
from circuits.transmitters import Transmitter
from core.quantities import write_alike
from core.sourced import Sourced
from core.vocabulary import COMPARTMENTS, SIDES


@dataclass(frozen=True)
class PageTable:
    """A table of text. name: `C1`; note: a sentence beneath it, or ""."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def tables(circuit: Circuit) -> list[PageTable]:
    """All tables of a circuit."""
    shape = structure(circuit, 1.0)
    return [
        summary(circuit, shape),
        cell_populations(circuit),
        cell_parameters(circuit),
        projections(circuit, shape),
        volume_transmission(circuit),
        synapses(circuit),
        receptors(circuit),
        couplings(circuit),
        site_couplings(circuit),
        clearance(circuit),
        slow_processes(circuit),
        autoreceptor_sensitivity(circuit),
        injury(circuit),
        afferent_populations(circuit),
        variability(circuit),
    ]


def number(value: Sourced, rates: bool = False) -> str:
    """A number with its unit and the key of its source: `0.9 nS (Sonohata2004)`."""
    source = value.source.lower() if value.source.isupper() and value.source != "PDSP" else value.source
    return f"{write_alike([value.value, value.low, value.high], rates=rates)[0]} ({source})"


def in_words(name: str) -> str:
    """A name of the code as words: `locus_coeruleus_spinal` -> `locus coeruleus spinal`."""
    return name.replace("_", " ")


def summary(circuit: Circuit, shape: Structure) -> PageTable:
    """What kind of model it is, a line for each aspect."""
    contacts, cells = sum(p.contacts for p in shape.pathways), sum(block.count for block in shape.blocks)
    fibres = sum(block.count for block in shape.fibres)
    rows = (
        ("populations", f"{len(circuit.cells)} of cells ({cells} at size 1), {len(circuit.afferents)} of primary "
         f"afferents ({fibres} fibres); {in_words(' and '.join(SIDES))} dorsal horn, one brainstem"),
        ("topology", f"none within a population; {len(COMPARTMENTS)} compartments share transmitters"),
        ("connectivity", f"{len(circuit.projections)} projections, {contacts} contacts at size 1: random, convergent, "
         "of fixed in-degree; one delay for each class; volume transmission by "
         f"{len(circuit.transmitters)} transmitters"),
        ("neurons", "adaptive exponential integrate-and-fire, parameters drawn for each cell"),
        ("channels", f"NMDA with magnesium block; potassium conductance and currents of {len(circuit.receptors)} "
         "receptors"),
        ("synapses", "conductances that decay exponentially: AMPA, NMDA, GABA-A with glycine"),
        ("plasticity", "central sensitisation, glutamate clearance, sensitivity of autoreceptors, mood: over hours to "
         "weeks, between epochs of spikes"),
        ("input", "force, heat, brush, capsaicin and electric pulses; afferents are gamma renewal processes, drawn "
         "before an epoch; membrane noise"),
        ("injury", f"{len(circuit.differences)} differences from sham" if circuit.differences else "none"),
        ("measurements", "spikes of all cells and fibres, concentrations; withdrawal thresholds read from spikes"),
    )  # fmt: skip
    return PageTable("A", "Summary", ("aspect", "what it is"), rows)


def cell_populations(circuit: Circuit) -> PageTable:
    """Counts, places and signs of the populations of cells."""
    rows = [
        (in_words(p.name), number(p.standard), "each side" if p.sided else "one", in_words(p.compartment), _sign(p))
        for p in circuit.cells
    ]
    columns = ("population", "cells at size 1", "sides", "compartment", "acts on others by")
    return PageTable("B1", "Populations of cells", columns, rows)


def _sign(population: CellPopulation) -> str:
    if population.inhibitory:
        return "GABA and glycine"
    return "glutamate" if population.sided else "its monoamine, by volume transmission"


def cell_parameters(circuit: Circuit) -> PageTable:
    """Every parameter of a cell by population."""
    kept = ("name", "standard", "sided", "compartment", "inhibitory")
    names = [each.name for each in fields(CellPopulation) if each.name not in kept]
    return _by_population("B2", "Parameters of cells (medians or means)", names, circuit.cells)


def _by_population(name: str, title: str, parameters: Iterable[str], populations: Sequence[Any]) -> PageTable:
    rows = [(in_words(each), *(number(getattr(p, each)) for p in populations)) for each in parameters]
    return PageTable(name, title, ("parameter", *(in_words(p.name) for p in populations)), rows)


def projections(circuit: Circuit, shape: Structure) -> PageTable:
    """Who excites and inhibits whom."""
    contacts: dict[str, int] = {}
    for wire in (wire for pathway in shape.pathways for wire in pathway.wires):
        contacts[wire.projection] = contacts.get(wire.projection, 0) + wire.contacts
    rows = [
        (
            in_words(p.source),
            in_words(p.target),
            _heard(p.source, p.target, shape.blocks, shape.fibres),
            "GABA-A and glycine" if p.inhibitory else "AMPA and NMDA",
            number(p.in_degree),
            number(p.weight),
            number(circuit.synapses.delays[p.delay_class]),
            str(contacts[p.name]),
        )
        for p in circuit.projections
    ]
    columns = ("source", "target", "of", "receptors", "in-degree", "mean weight", "delay", "contacts at size 1")
    note = "Afferent sources have a conduction time of their own fibre before the delay (table F1)."
    return PageTable("C1", "Projections", columns, rows, note)


def _heard(source: str, target: str, blocks: Iterable[Block], fibres: Iterable[Block]) -> str:
    sided = {block.population: bool(block.side) for block in (*blocks, *fibres)}
    if not sided[source]:
        return "one source"
    return "the same side" if sided[target] else "both sides"


def volume_transmission(circuit: Circuit) -> PageTable:
    """Which population feeds which compartment."""
    rows = [
        (t.name, in_words(r.source), in_words(r.compartment), number(r.quantum), in_words(r.scaled_by) or "nothing")
        for t in circuit.transmitters
        for r in t.releases
    ]
    rows += [
        (t.name, "a tone", in_words(tone.compartment), number(tone.level), in_words(tone.scaled_by) or "nothing")
        for t in circuit.transmitters
        for tone in t.tones
    ]
    columns = ("transmitter", "source", "compartment", "added when every cell of the source fires once", "scaled by")
    note = "Of a tone: the concentration at which it alone balances undisturbed clearance." if _tonic(circuit) else ""
    return PageTable("C2", "Volume transmission", columns, rows, note)


def _tonic(circuit: Circuit) -> bool:
    return any(transmitter.tones for transmitter in circuit.transmitters)


def synapses(circuit: Circuit) -> PageTable:
    """Numbers that all cells or synapses share."""
    kinetics = {each.name: getattr(circuit.synapses, each.name) for each in fields(circuit.synapses)}
    found = {name: value for name, value in kinetics.items() if isinstance(value, Sourced)}
    found |= {f"{in_words(name)} delay": value for name, value in circuit.synapses.delays.items()}
    found |= {"potassium reversal": circuit.potassium_reversal, "noise correlation time": circuit.noise_time}
    rows = [(in_words(name), number(value), value.note) for name, value in found.items()]
    return PageTable("D1", "Numbers that cells and synapses share", ("parameter", "value", "note"), rows)


def receptors(circuit: Circuit) -> PageTable:
    """What receptors bind, and how well."""
    rows = []
    for r in circuit.receptors:
        others = "; ".join(f"{o.name} {number(o.half_activation)}, efficacy {number(o.efficacy)}" for o in r.others)
        rows.append((r.name, r.agonist, number(r.half_activation), number(r.hill), others or "none"))
    following = [r for r in circuit.receptors if not circuit.has_transmitter(r.agonist)]
    note = " ".join(f"{r.name} follows the active share of {r.agonist} in place of a concentration." for r in following)
    columns = ("receptor", "agonist", "half-activation", "Hill coefficient", "other agonists")
    return PageTable("D2", "Receptors", columns, rows, note)


def couplings(circuit: Circuit) -> PageTable:
    """What receptors do."""
    effects = {"girk": "opens potassium conductance", "current": "current", "release": "changes release"}
    rows = [
        (
            in_words(c.name),
            c.receptor,
            effects[c.effect],
            ", ".join(map(in_words, c.targets)),
            number(c.strength),
            number(c.share),
            in_words(c.scaled_by) or "nothing",
            "yes" if circuit.is_on(c) else "switched off",
        )
        for c in circuit.couplings
    ]
    columns = ("coupling", "receptor", "effect", "on", "at full activation", "share of cells", "scaled by", "active")
    return PageTable("D3", "Couplings of receptors", columns, rows)


def site_couplings(circuit: Circuit) -> PageTable:
    """What drugs do at sites that no transmitter binds."""
    rows = [
        (
            in_words(c.name),
            ", ".join(c.sites) if not c.follows else in_words(c.follows),
            in_words(c.quantity),
            in_words(c.compartment),
            number(c.strength),
            _against(c),
            in_words(c.scaled_by) or "nothing",
            "yes" if circuit.is_on(c) else "switched off",
        )
        for c in circuit.plain_couplings
    ]
    columns = ("coupling", "site", "quantity", "in", "share taken at full occupancy", "occupancy", "scaled by",
               "active")  # fmt: skip
    note = (
        "A negative share adds to the quantity. In nerve and ganglion drugs have the free concentration of plasma. "
        "Sodium channels are held by their states, alpha2delta there against leucine. What follows a slow variable is "
        "not moved at once."
    )
    return PageTable("D4", "Couplings of sites without a transmitter", columns, rows, note)


def _against(coupling: PlainCoupling) -> str:
    """What the occupancy of a site depends on besides the drugs there."""
    if coupling.use is not None:
        times = number(coupling.use.vulnerable_time), number(coupling.use.inactivated)
        return f"by use: a spike leaves a channel as if open for {times[0]}; {times[1]} of the others inactivated"
    if coupling.competitor is not None:
        return f"against a competitor of {number(coupling.competitor)} times its constant"
    return "that of drugs alone" if not coupling.follows else "none: follows a slow variable"


def clearance(circuit: Circuit) -> PageTable:
    """How transmitters are cleared, and how their release inhibits itself."""
    rows = [
        (t.name, *_cleared(t), f"{t.autoreceptor}: {number(t.autoinhibition)}" if t.autoinhibition else "none")
        for t in circuit.transmitters
    ]
    columns = ("transmitter", "clearance at low concentration", "shares of transporters", "half-saturations",
               "autoreceptor on terminals and share of release it takes away")  # fmt: skip
    return PageTable("D5", "Clearance and autoinhibition", columns, rows)


def _cleared(transmitter: Transmitter) -> tuple[str, str, str]:
    taken = transmitter.clearance
    places = {"": taken.shares, **taken.shares_in}
    shares = "; ".join(
        f"{f'{in_words(place)}: ' if place else ''}{name} {number(share)}"
        for place, there in places.items()
        for name, share in there.items()
    )
    halves = "; ".join(f"{name} {number(half)}" for name, half in taken.half_saturation.items())
    return number(taken.rate, rates=True), shares or "none", halves or "none"


def slow_processes(circuit: Circuit) -> PageTable:
    """Numbers of sensitisation, repair and mood."""
    plasticity = circuit.plasticity
    rows = [
        (in_words(process), in_words(each.name), number(value), value.note)
        for process in ("sensitisation", "repair", "mood", "traffic")
        for each in fields(getattr(plasticity, process))
        for value in (getattr(getattr(plasticity, process), each.name),)
    ]
    return PageTable("E1", "Slow processes", ("process", "parameter", "value", "note"), rows)


def autoreceptor_sensitivity(circuit: Circuit) -> PageTable:
    """How autoreceptors lose sensitivity."""
    names = {"serotonin1A": "5-HT1A in the raphe", "alpha2_terminal": "alpha2A on terminals (cord)",
             "alpha2_cord": "alpha2A on fibres and cells of the dorsal horn",
             "alpha2_soma": "alpha2A in the locus coeruleus"}  # fmt: skip
    rows = []
    for name, words in names.items():
        p = getattr(circuit.plasticity, name)
        rows.append((words, number(p.floor), number(p.span), number(p.depth), number(p.time)))
    columns = ("receptor", "activation at which the loss begins", "what more makes it complete", "loss in the end",
               "time")  # fmt: skip
    return PageTable("E2", "Sensitivity of autoreceptors", columns, rows)


def injury(circuit: Circuit) -> PageTable:
    """Differences of an injured animal from sham, with their time course."""
    rows = [
        (
            in_words(name),
            QUANTITIES[name][1],
            f"{QUANTITIES[name][0]:g}",
            number(d.amplitude),
            number(d.onset),
            number(d.time_constant),
            "none" if d.recovery is None else _healing(d.recovery),
        )
        for d in circuit.differences
        if d.name not in circuit.off
        for name in d.moves
    ]
    columns = ("quantity", "what it is", "in sham", "amplitude", "onset after surgery", "time constant", "recovery")
    return PageTable("E3", f"Injury: {circuit.name}", columns, rows, "" if rows else "None: this circuit is uninjured.")


def _healing(recovery: Recovery) -> str:
    parts = (number(each) for each in (recovery.share, recovery.onset, recovery.time_constant))
    return "{} from {}, time constant {}".format(*parts)


def afferent_populations(circuit: Circuit) -> PageTable:
    """Every parameter of a fibre by population."""
    kept = ("name", "sided", "fibre", "delay_class")
    names = [each.name for each in fields(AfferentPopulation) if each.name not in kept]
    return _by_population("F1", "Primary afferents (medians or means)", names, circuit.afferents)


def variability(circuit: Circuit) -> PageTable:
    """What differs between animals and fibres, beside what the populations say."""
    found = {
        "distance from paw to cord": circuit.conduction_distance,
        "spread of conduction velocities": circuit.conduction_spread,
        "share of hind-paw fibres in root L5": circuit.l5_share,
        **{f"spread between animals: {in_words(name)}": value for name, value in circuit.variability.items()},
    }
    rows = [(name, number(value), value.note) for name, value in found.items()]
    return PageTable("F2", "Body and variability", ("parameter", "value", "note"), rows)
