"""What differs between two studies besides their arms: animals, seed, days, and what is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.vocabulary import SIDES
from experiments.protocol.measurement import Measurement
from experiments.protocol.study import Study
from experiments.running.diff.rows import LACKING, DiffRow, in_text

_FIELDS = ("seed", "animals", "size", "precision", "analyses")


def study_rows(a: Study, b: Study) -> Iterator[DiffRow]:
    """Rows of seed, animals, size, precision, analyses, days and assays."""
    for name in _FIELDS:
        one, other = getattr(a, name), getattr(b, name)
        if one != other:
            yield _field_row(name, one, other)
    for name, one, other in zip(("first day", "last day"), a.span, b.span, strict=True):
        if one != other:
            yield _field_row(name, one, other)
    yield from _assay_rows(_by_assay(a), _by_assay(b))


def _field_row(name: str, a: object, b: object) -> DiffRow:
    row = DiffRow("study", name, in_text(a), in_text(b))
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    return replace(row, a_value=float(row.a), b_value=float(row.b)) if numbers else row


def _by_assay(study: Study) -> dict[tuple[str, float], dict[str, str]]:
    """(assay, hour) -> its sides and days, in words."""
    together: dict[tuple[str, float], list[Measurement]] = {}
    for measured in study.assays:
        together.setdefault((measured.assay, measured.hour), []).append(measured)
    return {
        key: {
            "sides": in_text(tuple(side for side in SIDES if any(side in each.sides for each in parts))),
            "days": in_text(sorted({day for each in parts for day in each.days})),
        }
        for key, parts in together.items()
    }


def _assay_rows(
    a: Mapping[tuple[str, float], Mapping[str, str]], b: Mapping[tuple[str, float], Mapping[str, str]]
) -> Iterator[DiffRow]:
    for assay, hour in {**a, **b}:
        one, other = a.get((assay, hour)), b.get((assay, hour))
        item = f"{assay} at hour {hour:g}"
        if one is None or other is None:
            yield DiffRow("assays", item, _measured(one), _measured(other))
            continue
        for name in ("sides", "days"):
            if one[name] != other[name]:
                yield DiffRow("assays", f"{item}: {name}", one[name], other[name])


def _measured(entry: Mapping[str, str] | None) -> str:
    if entry is None:
        return LACKING
    sides = "" if entry["sides"] == LACKING else f"{entry['sides']}; "
    return f"{sides}day {entry['days']}"
