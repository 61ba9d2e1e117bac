"""The picture of a diff: which populations and projections of the circuit differ, and the injury as bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.circuit import Circuit
from circuits.injury import QUANTITIES
from circuits.populations.population import AfferentPopulation, CellPopulation
from experiments.running.diff.result import Diff
from experiments.running.diff.rows import DiffRow

if TYPE_CHECKING:
    from results.figures.diff import DiffPicture, DrawnConnection, DrawnNumber, DrawnPopulation

#: More numbers than these are counted below the picture.
MOST_RATIOS = 12
#: Longest title of a side that one line of the picture holds.
_LONGEST_TITLE = 62

#: Quantity of the injury -> the populations that it changes, where no release or coupling says so.
_CHANGED_IN: Mapping[str, Callable[[CellPopulation | AfferentPopulation], bool]] = {
    "input": lambda p: isinstance(p, AfferentPopulation) and p.sided,
    "cut_a": lambda p: isinstance(p, AfferentPopulation) and p.sided and p.fibre == "A",
    "cut_c": lambda p: isinstance(p, AfferentPopulation) and p.sided and p.fibre == "C",
    "ectopic_share": lambda p: isinstance(p, AfferentPopulation) and p.sided and p.fibre == "A",
    "ectopic_rate": lambda p: isinstance(p, AfferentPopulation) and p.sided and p.fibre == "A",
    "c_spontaneous_share": lambda p: isinstance(p, AfferentPopulation) and p.sided and p.fibre == "C",
    "c_spontaneous_rate": lambda p: isinstance(p, AfferentPopulation) and p.sided and p.fibre == "C",
    "nociceptor_sensitisation": lambda p: (
        isinstance(p, AfferentPopulation) and p.sided and p.delay_class in ("a_delta", "c")
    ),
    "gaba_reversal_shift": lambda p: isinstance(p, CellPopulation) and p.sided and not p.inhibitory,
    "gaba_release_loss": lambda p: isinstance(p, CellPopulation) and p.sided and p.inhibitory,
    "alpha2delta_upregulation": lambda p: isinstance(p, AfferentPopulation) and p.sided,
    "glt1_loss": lambda p: isinstance(p, CellPopulation) and p.compartment == "locus_coeruleus",
}


def draw(found: Diff, path: Path) -> Path:
    """Draw a diff into a file of the kind that its ending names; UserError for any other, and as writing does."""
    from results.figures.diff import draw_diff
    from results.figures.saving import save_as

    return save_as(draw_diff(picture(found)), path)


def picture(found: Diff) -> DiffPicture:
    """What is drawn of a diff."""
    from results.figures.diff import DiffPicture

    circuits = [each.first_circuit for each in (found.a, found.b)]
    injury = _injury(found.rows)
    marks = {number.name: number.mark for number in injury}
    ratios = _ratios(found.rows)
    rates = _most_unlike_rates(found.rows)
    drawn = {*marks, *(number.name for number in ratios), *(row.item for row in rates)}
    return DiffPicture(
        a=_short(found.a.title),
        b=_short(found.b.title),
        headline=found.headline(),
        populations=tuple(_populations(circuits, found.rows, marks)),
        connections=tuple(_connections(circuits, found.rows)),
        injury=injury,
        ratios=ratios,
        rates=tuple(map(_rate, rates)),
        day=found.day,
        notes=_notes(found.rows, drawn),
    )


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"...{title[-_LONGEST_TITLE + 3 :]}"


def _injury(rows: Iterable[DiffRow]) -> tuple[DrawnNumber, ...]:
    """Bars of the quantities of the injury, numbered; of an injury that several arms have, once each."""
    from results.figures.diff import DrawnNumber

    own = {row.item: row for row in rows if row.item in QUANTITIES and row.group == "injury"}
    found = []
    for mark, (name, row) in enumerate(own.items(), 1):
        start = _sham_value(name, row)
        most = max(abs(value - start) for value in (row.a_value, row.b_value, row.end_a, row.end_b))
        found.append(DrawnNumber(name, row.a_value, row.b_value, _values(row), start, most, mark=str(mark)))
    return tuple(found)


def _sham_value(name: str, row: DiffRow) -> float:
    """What a quantity is in sham, in the unit of its row."""
    return QUANTITIES[name][0] if not row.unit else 0.0


def _values(row: DiffRow) -> str:
    """`0 → 15 mV`, with three digits at most."""
    pairs = ((row.a_value, row.a), (row.b_value, row.b))
    a, b = (f"{value:.3g}" if isfinite(value) and abs(value) < 1000 else text for value, text in pairs)
    return f"{a} → {b} {row.unit}".rstrip()


def _ratios(rows: Iterable[DiffRow]) -> tuple[DrawnNumber, ...]:
    """The numbers of wiring and parameters that differ most, as far as they have a ratio."""
    from results.figures.diff import DrawnNumber

    own = {
        row.item: DrawnNumber(row.item, row.a_value, row.b_value, _values(row))
        for row in rows
        if row.group in ("wiring", "parameters") and row.a_value * row.b_value > 0.0
    }
    largest = sorted(own.values(), key=lambda number: max(number.a / number.b, number.b / number.a), reverse=True)
    return tuple(largest[:MOST_RATIOS])


def _most_unlike_rates(rows: Iterable[DiffRow]) -> list[DiffRow]:
    """Of each population the rate that differs most, the largest differences first."""
    most: dict[tuple[str, str], DiffRow] = {}
    for row in sorted((row for row in rows if row.place), key=lambda row: -abs(row.b_value - row.a_value)):
        most.setdefault((row.arm, row.place["population"]), row)
    return list(most.values())[:MOST_RATIOS]


def _rate(row: DiffRow) -> DrawnNumber:
    from results.figures.diff import DrawnNumber

    where = f"{row.arm}: {row.item}" if row.arm else row.item
    name = where.replace("locus_coeruleus_", "LC ")
    return DrawnNumber(name, row.a_value, row.b_value, _values(row), low=row.low, high=row.high)


def _notes(rows: Iterable[DiffRow], drawn: set[str]) -> tuple[str, ...]:
    """What differs and is not drawn, counted by group."""
    left: dict[str, int] = {}
    for row in rows:
        if row.item not in drawn:
            left[row.group] = left.get(row.group, 0) + 1
    counted = ", ".join(f"{group} {count}" for group, count in left.items())
    return (f"not drawn as bars: {counted}",) if counted else ()


def _populations(
    circuits: list[Circuit], rows: Iterable[DiffRow], marks: Mapping[str, str]
) -> Iterable[DrawnPopulation]:
    from results.figures.diff import DrawnPopulation

    sides = [_by_name(circuit) for circuit in circuits]
    touched = _touched(circuits, rows)
    for name, population in {**sides[1], **sides[0]}.items():
        yield DrawnPopulation(
            name=name,
            fibres=isinstance(population, AfferentPopulation),
            inhibitory=isinstance(population, CellPopulation) and population.inhibitory,
            differs=name in touched,
            marks=tuple(mark for quantity, mark in marks.items() if changed_by(circuits, quantity, population)),
            only_in="" if name in sides[0] and name in sides[1] else "A" if name in sides[0] else "B",
        )


def _by_name(circuit: Circuit) -> dict[str, CellPopulation | AfferentPopulation]:
    """All populations of a circuit."""
    cells: dict[str, CellPopulation | AfferentPopulation] = {cell.name: cell for cell in circuit.cells}
    return cells | {fibre.name: fibre for fibre in circuit.afferents}


def _touched(circuits: list[Circuit], rows: Iterable[DiffRow]) -> set[str]:
    """Populations of which a number differs, or a coupling that acts on them."""
    paths = [row.item.split(".") for row in rows if row.group in ("wiring", "parameters")]
    own = {path[1] for path in paths if path[0] in ("cells", "afferents") and len(path) > 1}
    names = {path[1] for path in paths if path[0] == "couplings" and len(path) > 1}
    couplings = (each for circuit in circuits for each in circuit.couplings if each.name in names)
    return own | {target for coupling in couplings for target in coupling.targets}


def changed_by(circuits: list[Circuit], quantity: str, population: CellPopulation | AfferentPopulation) -> bool:
    """Whether a quantity of the injury changes a population: its release, a coupling on it, or its own numbers."""
    moved = quantity.removesuffix("_contra")
    kind = next((kind for kind in _CHANGED_IN if moved.endswith(kind)), "")
    if kind:
        return _CHANGED_IN[kind](population)
    releases = (each for circuit in circuits for t in circuit.transmitters for each in t.releases)
    couplings = (each for circuit in circuits for each in circuit.couplings)
    return any(each.source == population.name for each in releases if each.scaled_by in (quantity, moved)) or any(
        population.name in each.targets for each in couplings if each.scaled_by in (quantity, moved)
    )


def _connections(circuits: list[Circuit], rows: Iterable[DiffRow]) -> Iterable[DrawnConnection]:
    from results.figures.diff import DrawnConnection

    paths = {".".join(row.item.split(".")[:2]) for row in rows if row.item.startswith("projections.")}
    releases = [row.item.split(".")[3] for row in rows if ".releases." in row.item]
    for projection in {p.name: p for circuit in circuits for p in circuit.projections}.values():
        differs = f"projections.{projection.name}" in paths
        yield DrawnConnection(projection.source, projection.target, projection.inhibitory, differs)
    spinal = {
        each.source: any(name.startswith(f"{each.source}_in_dorsal_horn") for name in releases)
        for circuit in circuits
        for t in circuit.transmitters
        for each in t.releases
        if each.compartment.startswith("dorsal_horn")
    }
    for source, differs in spinal.items():
        yield DrawnConnection(source, "", differs=differs)
