"""Every number of circuits, drugs and assays in one list, and docs/parameters.md, which is made of it.

`python -m experiments.parameter_list` writes the page anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from brian2.units import Quantity, joule, kelvin, kilogram, liter, meter, second, watt
from brian2.units.fundamentalunits import get_dimensions

from circuits import ligated
from circuits.manipulations import parameters as manipulation_parameters
from core.sourced import STATUSES, Sourced
from core.units import UNITS, is_dimensionless
from drugs import parameters as drug_parameters
from experiments import assays
from experiments.evidence import slices
from experiments.setting import write_setting

COMMAND = "python -m experiments.parameter_list"
PAGE = Path(__file__).parents[1] / "docs" / "parameters.md"

#: Units to show a number in.
_PER_TIME = {"1/s": 1 / UNITS["s"], "1/h": 1 / UNITS["h"]}
_UNITS = {
    **UNITS,
    "m/s": UNITS["m"] / UNITS["s"],
    "g_force/s": UNITS["g_force"] / UNITS["s"],
    "L/kg": liter / kilogram,
    "kg": kilogram,
    "g/mol": UNITS["g"] / UNITS["mol"],
    "W/m^2": watt / meter**2,
    "J^2/m^4/K^2/s": joule**2 / (meter**4 * kelvin**2 * second),
}

#: Ends of paths whose numbers are rates of change, not of spikes: per second or hour instead of hertz.
_RATES_OF_CHANGE = ("clearance.rate",)
_DRUG_RATE = ".routes."

PARTS = {
    "cells": "Cells",
    "afferents": "Primary afferents",
    "projections": "Projections",
    "synapses": "Synapses",
    "receptors": "Receptors",
    "couplings": "Couplings of receptors",
    "plain_couplings": "Couplings of other sites",
    "transmitters": "Transmitters",
    "plasticity": "Plasticity",
    "differences": "Injury: what ligated differs from sham in",
    "variability": "Variability between animals",
    "circuit": "Other numbers of the circuit",
    "drugs": "Drugs",
    "assays": "Assays",
    "slices": "Experiments on slices",
    "manipulations": "Manipulations",
}


@dataclass(frozen=True)
class Row:
    """One number. value, low and high as a study file writes them ("" for no range), path as `[arms.set]` names it."""

    part: str
    path: str
    value: str
    low: str
    high: str
    source: str
    status: str
    note: str


def numbers() -> Iterator[tuple[str, str, Sourced]]:
    """(part, path, number) of everything: the ligated circuit, which holds all of the others, the drugs, the assays,
    the slices, the manipulations.
    """
    for path, number in ligated.parameters():
        head = path.split(".")[0]
        yield (head if head in PARTS else "circuit"), path, number
    yield from (("drugs", path, number) for path, number in drug_parameters())
    yield from (("assays", path, number) for path, number in assays.parameters().items())
    yield from (("slices", path, number) for path, number in slices.parameters().items())
    yield from (("manipulations", path, number) for path, number in manipulation_parameters())


def as_rows(like: str = "") -> list[Row]:
    """All numbers whose path contains `like`, part after part."""
    order = list(PARTS)
    rows = [_row(part, path, number) for part, path, number in numbers() if like in path]
    return sorted(rows, key=lambda row: order.index(row.part))


def as_dictionaries(like: str = "") -> list[dict[str, Any]]:
    """The rows for JSON."""
    return [asdict(row) for row in as_rows(like)]


def page() -> str:
    """The text of docs/parameters.md."""
    rows = as_rows()
    parts = (_part(part, list(found)) for part, found in groupby(rows, key=lambda row: row.part))
    return "\n".join([_head(rows), *parts])


def write(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page(), encoding="utf-8")


def _row(part: str, path: str, number: Sourced) -> Row:
    value, low, high = _written([number.value, number.low, number.high], path)
    return Row(part, path, value, low, high, number.source, number.status, number.note)


def _written(values: Sequence[Quantity | float | None], path: str) -> list[str]:
    """A number and its range in one unit, the one that needs the fewest digits; "" for None."""
    units = _units(path, values[0])
    if is_dimensionless(values[0]):
        return ["" if value is None else f"{float(value):.6g}" for value in values]
    if not units:
        return ["" if value is None else str(write_setting(value)) for value in values]
    texts = [["" if v is None else f"{float(v / unit):.6g} {name}" for v in values] for name, unit in units.items()]
    return min(texts, key=lambda written: (sum(map(_length, written)), written[0].startswith(("0.", "-0."))))


def _units(path: str, value: Quantity | float | None) -> dict[str, Quantity]:
    dimension = get_dimensions(value)
    if dimension == get_dimensions(_PER_TIME["1/s"]) and (path.endswith(_RATES_OF_CHANGE) or _DRUG_RATE in path):
        return _PER_TIME
    return {name: unit for name, unit in _UNITS.items() if get_dimensions(unit) == dimension}


def _length(text: str) -> int:
    return len(text.split(" ")[0])


def _head(rows: list[Row]) -> str:
    counts = Counter(row.status for row in rows)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    return f"""# Parameters

<!-- Generated by `{COMMAND}` from the code; edit the numbers there, then run it again. -->

{len(rows)} numbers: {told}.

*seen*: read in the source. *memory*: recalled. *unsure*: must be checked. *assumed*: a choice, the note says why.
*fitted*: set so that the finding in the note comes out. *derived*: computed from what the note names.

Sources are keys of [references.bib](references.bib); letters with numbers in notes, such as A1, are findings of the
evidence table. `[arms.set]` of a study file takes the paths and values of circuits as they stand here.
"""


def _part(part: str, rows: list[Row]) -> str:
    lines = ["", f"## {PARTS[part]}", ""]
    for group, found in groupby(rows, key=_group):
        if group:
            lines += [f"### {group}", ""]
        lines += ["| parameter | value | range | source | status | note |", "|---|---|---|---|---|---|"]
        lines += [_line(row) for row in found]
        lines.append("")
    return "\n".join(lines)


def _group(row: Row) -> str:
    """The heading a number stands under: its population, drug or transmitter; the other parts are one table each."""
    steps = row.path.split(".")
    return {"cells": steps[1:2], "afferents": steps[1:2], "transmitters": steps[1:2], "drugs": steps[:1]}.get(
        row.part, [""]
    )[0]


def _line(row: Row) -> str:
    span = f"{row.low.split(' ')[0]} to {row.high}" if row.low and row.high else ""
    cells = (f"`{row.path}`", row.value, span, row.source, row.status, row.note)
    return f"| {' | '.join(_escaped(cells))} |"


def _escaped(cells: Iterable[str]) -> Iterator[str]:
    return (cell.replace("|", "\\|") for cell in cells)


if __name__ == "__main__":
    write()
