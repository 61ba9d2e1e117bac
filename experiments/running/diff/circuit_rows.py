"""What differs between two circuits: wiring, injury, switches, and all other numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from brian2.units.fundamentalunits import Quantity, get_dimensions

from circuits.circuit import CIRCUITS, Circuit
from circuits.injury import QUANTITIES, Difference, quantities
from circuits.manipulations import NOTHING_DONE
from circuits.structure import structure
from core.days import HOURS_PER_DAY
from core.sourced import Sourced, leaves
from experiments.running.diff.rows import LACKING, DiffRow, leaf_rows, number_row, source_of

#: Beginnings and ends of the paths that belong to the wiring.
_WIRING = ("projections.", "synapses.delays.", "synapses.weight_spread", "couplings.", "plain_couplings.")
_WIRING_ENDS = (".standard", ".sided", ".compartment", ".inhibitory", ".delay_class")
#: Where a path leads to what rows of their own tell.
_TOLD_ELSEWHERE = ("name", "operated", "off", "manipulations")
#: Stands for the source of a number that an arm or a script has set.
SET_OTHERWISE = "set"
#: Hours after which every quantity of an injury has come to its end.
_HOURS_OF_AGES = 1e9


@dataclass(frozen=True)
class CircuitPair:
    """Two circuits, the sizes at which their cells are counted, and the day on which their injury is looked at."""

    a: Circuit
    b: Circuit
    size_a: float = 1.0
    size_b: float = 1.0
    day: int = 14


def circuit_rows(pair: CircuitPair) -> Iterator[DiffRow]:
    """All rows of two circuits but those of their manipulations."""
    yield from _switch_rows(pair)
    yield from _injury_rows(pair)
    yield from _count_rows(pair)
    trees, own = [_by_group(circuit) for circuit in (pair.a, pair.b)], [_set(circuit) for circuit in (pair.a, pair.b)]
    for group in ("wiring", "parameters"):
        for row in leaf_rows(group, trees[0][group], trees[1][group]):
            sources = [SET_OTHERWISE if row.item in own[k] else (row.source_a, row.source_b)[k] for k in (0, 1)]
            yield replace(row, source_a=sources[0], source_b=sources[1])
    yield from _coupling_rows(pair)


def manipulation_rows(a: Circuit, b: Circuit) -> Iterator[DiffRow]:
    """Rows of the manipulations of two circuits that belong to no arm."""
    trees = (dict(leaves(each.manipulations)) for each in (a, b))
    yield from leaf_rows("manipulations", *trees)


def compared(circuit: Circuit, size: float) -> dict[str, str]:
    """Group -> how much of a circuit is compared in it, in words."""
    found, shape = _by_group(circuit), structure(circuit, size)
    cells = sum(block.count for block in (*shape.blocks, *shape.fibres))
    contacts = sum(pathway.contacts for pathway in shape.pathways)
    numbers = sum(isinstance(leaf, Sourced) for leaf in found["parameters"].values())
    wires = f"{cells:,} cells and fibres, {contacts:,} contacts, {len(circuit.couplings)} couplings"
    injury = f"{len(circuit.differences)} quantities" if circuit.differences else "uninjured"
    off = f"off: {', '.join(sorted(circuit.off))}" if circuit.off else "none is off"
    return {"parameters": f"{numbers} numbers", "wiring": wires, "injury": injury, "switches": off}


def _set(circuit: Circuit) -> set[str]:
    """Paths of the numbers that were set otherwise than in the bundled circuit of this name."""
    if circuit.name not in CIRCUITS:
        return set()
    bundled = dict(CIRCUITS[circuit.name].parameters())
    return {path for path, number in circuit.parameters() if path in bundled and bundled[path].si != number.si}


def _by_group(circuit: Circuit) -> dict[str, dict[str, Any]]:
    """Group -> path -> what stands there."""
    found: dict[str, dict[str, Any]] = {"wiring": {}, "parameters": {}, "injury": {}}
    for path, leaf in leaves(replace(circuit, manipulations=NOTHING_DONE)):
        if path.split(".")[0] not in _TOLD_ELSEWHERE and not path.endswith(".name") and path != "differences":
            found[_group(path)][path] = leaf
    return found


def _group(path: str) -> str:
    if path.startswith("differences."):
        return "injury"
    return "wiring" if path.startswith(_WIRING) or path.endswith(_WIRING_ENDS) else "parameters"


def _switch_rows(pair: CircuitPair) -> Iterator[DiffRow]:
    for name in sorted(pair.a.off ^ pair.b.off):
        a, b = ("off" if name in circuit.off else "on" for circuit in (pair.a, pair.b))
        yield DiffRow("switches", name, a, b)


def _coupling_rows(pair: CircuitPair) -> Iterator[DiffRow]:
    """Couplings that act in one circuit only, because they or their group are switched off in the other."""
    for kind in ("couplings", "plain_couplings"):
        others = {coupling.name: coupling for coupling in getattr(pair.b, kind)}
        for coupling in getattr(pair.a, kind):
            on = [pair.a.is_on(coupling), coupling.name in others and pair.b.is_on(others[coupling.name])]
            if coupling.name in others and on[0] != on[1]:
                words = ["acts" if each else "switched off" for each in on]
                yield DiffRow("wiring", f"{kind}.{coupling.name}", words[0], words[1], note=f"group {coupling.group}")


def _count_rows(pair: CircuitPair) -> Iterator[DiffRow]:
    """Numbers of cells, fibres and contacts of the whole circuit, where they differ."""
    sizes = f"size {pair.size_a:g} and {pair.size_b:g}" if pair.size_a != pair.size_b else ""
    others = _counts(pair.b, pair.size_b)
    for item, count in _counts(pair.a, pair.size_a).items():
        if count != others[item]:
            row = DiffRow("wiring", f"{item} in all", f"{count:,}", f"{others[item]:,}", note=sizes)
            yield replace(row, a_value=count, b_value=others[item])


def _counts(circuit: Circuit, size: float) -> dict[str, int]:
    shape = structure(circuit, size)
    cells, fibres = (sum(block.count for block in blocks) for blocks in (shape.blocks, shape.fibres))
    return {"cells": cells, "fibres": fibres, "contacts": sum(pathway.contacts for pathway in shape.pathways)}


def _injury_rows(pair: CircuitPair) -> Iterator[DiffRow]:
    """Quantities of the injury on the day, then numbers of what both have."""
    now = [_values(circuit, pair.day * HOURS_PER_DAY) for circuit in (pair.a, pair.b)]
    end = [_values(circuit, _HOURS_OF_AGES) for circuit in (pair.a, pair.b)]
    for name in QUANTITIES:
        then, last = ([values.get(name, QUANTITIES[name][0]) for values in each] for each in (now, end))
        if then[0] != then[1] or last[0] != last[1]:
            yield _quantity_row(pair, name, (then[0], then[1]), (last[0], last[1]))
    trees = [_by_group(circuit)["injury"] for circuit in (pair.a, pair.b)]
    shared = trees[0].keys() & trees[1].keys()
    yield from leaf_rows("injury", *({path: leaf for path, leaf in tree.items() if path in shared} for tree in trees))


def _values(circuit: Circuit, hours: float) -> dict[str, float]:
    return quantities(circuit.differences, hours, circuit.off)


def _quantity_row(pair: CircuitPair, name: str, now: tuple[float, float], end: tuple[float, float]) -> DiffRow:
    causes = [_cause(circuit, name) for circuit in (pair.a, pair.b)]
    like = next(cause.amplitude.value for cause in causes if cause is not None)
    at = [Quantity(value, dim=get_dimensions(like)) for value in (*now, *end)]
    row, last = number_row("injury", name, at[0], at[1]), number_row("injury", name, at[2], at[3])
    sources = [LACKING if cause is None else source_of(cause.amplitude) for cause in causes]
    moves = (row.a, row.b) != (last.a, last.b)
    note = f"{QUANTITIES[name][1]}{f'; in the end {last.a} and {last.b} {last.unit}'.rstrip() if moves else ''}"
    row = replace(row, source_a=sources[0], source_b=sources[1], note=note)
    return replace(row, end_a=last.a_value, end_b=last.b_value)


def _cause(circuit: Circuit, quantity: str) -> Difference | None:
    """The first difference from sham that moves a quantity and is not switched off."""
    found = (each for each in circuit.differences if quantity in each.moves and each.name not in circuit.off)
    return next(found, None)
