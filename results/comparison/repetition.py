"""An animal and its repetition: whether both files hold the same, and where the first number differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from results.files.checksums import CONTENT, MACHINE, checksums_of
from results.files.opening import opened
from results.files.reading import read_animal

#: Files keep spike times to 10 ns.
_KEPT = 1e8
#: Averages of older files that follow from their spikes.
_OF_SPIKES = "_rate_hertz"


@dataclass(frozen=True)
class Unlike:
    """One part of an animal that its repetition has otherwise.

    Attributes
    ----------
    part : str
        "epochs", "spikes", "averages", "assays", "slow state" or "concentrations".
    count : int
        In how many epochs, values or columns.
    first : str
        The first place, with what stood there then and what stands there now.
    """

    part: str
    count: int
    first: str

    def __str__(self) -> str:
        return f"{self.part}: {self.count} differ; first {self.first}"


def unlike_datasets(then: Path | str, now: Path | str) -> tuple[str, ...] | None:
    """Names of the datasets and groups whose checksums differ; None where a file is of format version 1 and has none.

    What only tells of the machine does not count.
    """
    with opened(then) as one, opened(now) as other:
        if CONTENT not in one.attrs or CONTENT not in other.attrs:
            return None
        sums = [checksums_of(file) for file in (one, other)]
    names = sorted({*sums[0], *sums[1]})
    return tuple(n for n in names if n.split("/")[0] != MACHINE and sums[0].get(n) != sums[1].get(n))


def unlike_parts(then: Path | str, now: Path | str) -> list[Unlike]:
    """Compare all numbers of two files of one animal, also of different format versions.

    Parameters
    ----------
    then, now
        The file, and that of the repetition.

    Returns
    -------
    list of Unlike
        One for each part in which they differ; none where every number is equal.
    """
    return unlike_records(read_animal(then), read_animal(now))


def unlike_records(then: AnimalRecord, now: AnimalRecord) -> list[Unlike]:
    """Compare all numbers of two records of one animal."""
    found = {
        "epochs": _unlike_epochs(then, now),
        "spikes": _unlike_spikes(then, now),
        "averages": _unlike_averages(then, now),
        "assays": _unlike_assays(then.assays, now.assays),
        "slow state": _unlike_courses(then.slow_state, now.slow_state),
        "concentrations": _unlike_courses(then.concentrations, now.concentrations),
    }
    return [Unlike(part, len(places), places[0]) for part, each in found.items() if (places := list(each))]


def _pairs(then: AnimalRecord, now: AnimalRecord) -> Iterator[tuple[EpochRecord, EpochRecord]]:
    """Epochs that both have at the same position, under the same label."""
    for one, other in zip(then.epochs, now.epochs, strict=False):
        if one.label == other.label:
            yield one, other


def _unlike_epochs(then: AnimalRecord, now: AnimalRecord) -> Iterator[str]:
    for one, other in zip(then.epochs, now.epochs, strict=False):
        if one.label != other.label:
            yield f'"{one.label}" then, "{other.label}" now'
        elif (one.hours, one.seconds) != (other.hours, other.seconds):
            times = [f"{epoch.seconds:.9g} s at hour {epoch.hours:.9g}" for epoch in (one, other)]
            yield f'"{one.label}": {times[0]} then, {times[1]} now'
    if len(then.epochs) != len(now.epochs):
        yield f"{len(then.epochs)} epochs then, {len(now.epochs)} now"


def _unlike_spikes(then: AnimalRecord, now: AnimalRecord) -> Iterator[str]:
    """One place for each epoch in which any spike differs: its earliest one."""
    for one, other in _pairs(then, now):
        names = dict.fromkeys((*one.spikes, *other.spikes))
        firsts = [
            place for name in names if (place := _first_spike(name, one.spikes.get(name), other.spikes.get(name)))
        ]
        if firsts:
            yield f'in "{one.label}": {min(firsts)[1]}'


def _first_spike(name: str, then: SpikeTrain | None, now: SpikeTrain | None) -> tuple[int, str] | None:
    """When the first spike that differs comes, in 10 ns, and both in words; None where none differs."""
    if then is None or now is None:
        return 0, f"{name} was recorded {'now' if then is None else 'then'} only"
    one, other = kept_spikes(then), kept_spikes(now)
    shared = min(len(one), len(other))
    apart = np.flatnonzero((one[:shared] != other[:shared]).any(axis=1))
    k = int(apart[0]) if apart.size else shared
    if k == len(one) == len(other):
        return None
    times = [int(train[k, 0]) for train in (one, other) if k < len(train)]
    words = [_spike(train[k]) if k < len(train) else "none" for train in (one, other)]
    return min(
        times
    ), f"{name}, spike {k + 1}: {words[0]} then, {words[1]} now ({len(one):,} and {len(other):,} in all)"


def kept_spikes(train: SpikeTrain) -> np.ndarray:
    """The spikes of a train as a file keeps them, (n, 2): 10 ns and cell of each, in the order of time and cell."""
    steps, cells = np.rint(train.seconds * _KEPT).astype("i8"), train.index.astype("i8")
    order = np.lexsort((cells, steps))
    return np.column_stack([steps[order], cells[order]])


def _spike(kept: np.ndarray) -> str:
    return f"cell {kept[1]} at {kept[0] / 1e5:.5f} ms"


def _unlike_averages(then: AnimalRecord, now: AnimalRecord) -> Iterator[str]:
    for one, other in _pairs(then, now):
        own = [{k: v for k, v in each.averages.items() if not k.endswith(_OF_SPIKES)} for each in (one, other)]
        for name in dict.fromkeys((*own[0], *own[1])):
            values = [each.get(name, float("nan")) for each in own]
            if not _same(values[0], values[1]):
                yield f'in "{one.label}": {name} {values[0]!r} then, {values[1]!r} now'


def _unlike_assays(then: tuple[AssayValue, ...], now: tuple[AssayValue, ...]) -> Iterator[str]:
    for one, other in zip(then, now, strict=False):
        if _of_assay(one) != _of_assay(other):
            yield f"{_named(one)} then, {_named(other)} now"
    if len(then) != len(now):
        yield f"{len(then)} values then, {len(now)} now"


def _of_assay(value: AssayValue) -> tuple[Any, ...]:
    return (value.assay, value.name, value.side, repr(value.value), value.unit, value.day, value.hour, value.censored)


def _named(value: AssayValue) -> str:
    side = f" {value.side}" if value.side else ""
    return f"{value.name}{side} on day {value.day} at hour {value.hour:g}: {value.value!r} {value.unit}"


def _unlike_courses(then: SlowTable, now: SlowTable) -> Iterator[str]:
    """One place for each column in which any value differs: the earliest."""
    if then.hours.tolist() != now.hours.tolist():
        yield f"{len(then.hours)} times then, {len(now.hours)} now, that are not all the same"
        return
    for name in dict.fromkeys((*then.columns, *now.columns)):
        one, other = _column(then.columns, name, then.hours), _column(now.columns, name, now.hours)
        apart = np.flatnonzero((one != other) & ~(np.isnan(one) & np.isnan(other)))
        if apart.size:
            k = int(apart[0])
            yield f"{name} at hour {then.hours[k]:g}: {float(one[k])!r} then, {float(other[k])!r} now"


def _column(columns: Mapping[str, np.ndarray], name: str, hours: np.ndarray) -> np.ndarray:
    return np.asarray(columns[name], float) if name in columns else np.full(len(hours), np.nan)


def _same(one: float, other: float) -> bool:
    return one == other or (np.isnan(one) and np.isnan(other)).item()
