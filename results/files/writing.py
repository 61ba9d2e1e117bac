"""Writes an animal as one HDF5 file, which readers of SONATA spikes accept (format: `results.files.store`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from core.days import HOURS_PER_DAY
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from core.stimulus_course import Window
from results.files.checksums import MACHINE
from results.files.columns import (
    NOT_RECORDED,
    Attribute,
    NewGroup,
    Written,
    checked_name,
    seal,
    smallest_unsigned,
    write_column,
    write_numbers,
    write_parts,
    write_text,
    write_texts,
)
from results.files.flags import Flag, check_slow_state, flags_of, write_flags
from results.files.new_hdf5 import new_hdf5
from results.files.stimulus_groups import count_in_windows, write_stimuli, write_windows
from results.files.trailer import add_trailer

FORMAT = "bluespot-animal"
FORMAT_VERSION = 2
SONATA_MAGIC = np.uint32(0x0A7A)
SONATA_VERSION = np.array([0, 1], "u4")
#: An enumeration, because libsonata refuses a string here.
SORTING = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="i1")
BY_TIME = 2
#: In place of the position of an epoch: an assay that ran none.
NO_EPOCH = -1
#: About so many spikes of a population are in memory at once, however long the file.
SPIKES_PER_BATCH = 100_000

#: What a file says of each epoch besides averages; the second line since version 2.
EPOCH_COLUMNS = (
    *("label", "purpose", "hours", "seconds", "day", "start_ms", "stop_ms"),
    *("phase", "side", "stimulus", "strength", "unit", "onset", "dose_hours"),
)
ASSAY_COLUMNS = ("assay", "name", "side", "value", "unit", "day", "hour", "censored", "phase")
#: The part of the provenance that is a dataset of its own: the text of the study.
STUDY = "study_toml"
MILLISECONDS_PER_HOUR = 3_600_000.0
_SHORT_UNITS = {
    "hertz": "Hz",
    "nanomolar": "nM",
    "micromolar": "uM",
    "millimolar": "mM",
    "millivolt": "mV",
    "nanosiemens": "nS",
    "picoampere": "pA",
    "millinewton": "mN",
    "seconds": "s",
    "milliseconds": "ms",
    "hours": "h",
    "days": "d",
    "fraction": "1",
}


def write_animal(record: AnimalRecord, path: Path | str, replace: bool = False) -> None:
    """Write one animal to a file, complete or not at all; equal records give equal bytes.

    Parameters
    ----------
    record
        The animal. Spike times are kept to 10 ns.
    path
        The file; its folder is made where it does not exist.
    replace
        Whether an existing file may be replaced.

    Raises
    ------
    UserError
        Where `path` exists and `replace` is false, and where its folder cannot be written; and for an animal whose
        slow state is not a number, for nothing that follows from it is.
    ValueError
        For a record that contradicts itself, such as a spike outside its epoch.
    """
    check_slow_state(record)
    written = Written()
    with new_hdf5(path, replace, finish=lambda part: add_trailer(part, written.in_order())) as file:
        _write_content(NewGroup.of_file(file, written, _attributes(record)), record)


def _write_content(file: NewGroup, record: AnimalRecord) -> None:
    starts = epoch_starts(record.epochs)
    windows = [epoch.windows for epoch in record.epochs]
    spikes = file.group("spikes")
    names = dict.fromkeys(checked_name(name) for epoch in record.epochs for name in epoch.spikes)
    populations = [_write_spikes(spikes, name, record.epochs, starts, windows) for name in names]
    _write_populations(file.group("populations"), populations, (len(record.epochs), sum(map(len, windows))))
    _write_epochs(file.group("epochs"), record.epochs, starts)
    write_stimuli(file.group("stimuli"), record.epochs)
    write_windows(file.group("windows"), windows)
    _write_assays(file.group("assays"), record.assays)
    _write_slow(file.group("slow_state"), record.slow_state)
    _write_slow(file.group("concentrations"), record.concentrations)
    _write_cells(file.group("cells"), record)
    write_flags(file, _flags(record.epochs, populations))
    _write_facts(file, record)
    seal(file)


def _flags(epochs: Sequence[EpochRecord], populations: Sequence[_Population]) -> list[Flag]:
    """What the circuit did that no circuit does, from what was counted."""
    cells = {each.name: each.cells for each in populations}
    spikes = np.array([each.spikes for each in populations], int).reshape(len(populations), len(epochs))
    return flags_of(epochs, cells, spikes, [each.windows[0] for each in populations])


def epoch_starts(epochs: Sequence[EpochRecord]) -> np.ndarray:
    """Start of each epoch in whole ms from the start of the record's first day, (n,), so that no two epochs touch.

    An epoch starts at its time of the slow clock. Where an earlier epoch is not over by then, as of several epochs of
    one moment, it starts 1 ms after the end of that one.
    """
    hours = np.array([epoch.hours for epoch in epochs], "f8")
    starts = np.zeros(hours.size)
    free_from = 0.0
    for k in np.argsort(hours, kind="stable"):
        since_first_day = hours[k] - HOURS_PER_DAY * first_day(epochs)
        starts[k] = max(np.rint(since_first_day * MILLISECONDS_PER_HOUR), free_from)
        free_from = starts[k] + np.ceil(epochs[k].seconds * 1e3) + 1.0
    return starts


def first_day(epochs: Sequence[EpochRecord]) -> int:
    """Day of the record's first epoch, from surgery: at its start `timestamps` are 0."""
    return int(np.floor(min((epoch.hours for epoch in epochs), default=0.0) / HOURS_PER_DAY))


def unit_of(name: str) -> str:
    """Unit of an average, from the last word of its name: `locus_coeruleus_rate_hertz` is in Hz."""
    word = name.rsplit("_", 1)[-1]
    return _SHORT_UNITS.get(word, word)


def _attributes(record: AnimalRecord) -> dict[str, Attribute]:
    """The attributes of the file."""
    seed = record.provenance.get("seed")
    return {
        "magic": SONATA_MAGIC,
        "version": SONATA_VERSION,
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "study": record.study,
        "arm": record.arm,
        "animal": record.animal,
        "circuit": record.circuit,
        "seed": "" if seed is None else str(seed),
        "bluespot_version": str(record.provenance.get("bluespot_version", "")),
        "first_day": first_day(record.epochs),
    }


def _write_facts(file: NewGroup, record: AnimalRecord) -> None:
    """Write what the animal was made with, and in a group of its own what only tells of the machine."""
    facts = {key: value for key, value in record.provenance.items() if key != STUDY}
    provenance = file.group("provenance")
    write_text(provenance, "facts", _json(facts))
    if STUDY in record.provenance:
        write_text(provenance, "study", str(record.provenance[STUDY]))
    write_text(file.group(MACHINE), "facts", _json(record.machine))


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"provenance holds {value!r}, which JSON cannot express")


@dataclass(frozen=True)
class _Population:
    """A population as it was recorded: its cells; (epochs,) spikes, -1 where it was not; (2, windows) as counted."""

    name: str
    cells: int
    spikes: list[int]
    windows: np.ndarray


def _write_spikes(
    group: NewGroup,
    name: str,
    epochs: Sequence[EpochRecord],
    starts: np.ndarray,
    windows: Sequence[Sequence[Window]],
) -> _Population:
    """Write one SONATA spike population. Spikes that are few are read once and held, others read again in batches."""
    found, held = _looked_at(name, epochs, windows)
    count = sum(spikes for spikes in found.spikes if spikes != NOT_RECORDED)
    population = group.group(name, {"sorting": np.array(BY_TIME, SORTING)})
    order = [k for k in np.argsort(starts, kind="stable").tolist() if name in epochs[k].spikes]
    few = list(_in_batches((starts[k], held[k]) for k in order)) if held else ()
    batches = few or _in_batches((starts[k], epochs[k].spikes[name]) for k in order)
    write_parts(population, "timestamps", ("f8", count), (times for times, _ in batches), {"units": "ms"})
    batches = few or _in_batches((starts[k], epochs[k].spikes[name]) for k in order)
    kind = smallest_unsigned(found.cells)
    # bmtk looks for "sorting" here.
    write_parts(population, "node_ids", (kind, count), (ids for _, ids in batches), {"sorting": "by_time"})
    return found


def _looked_at(
    name: str, epochs: Sequence[EpochRecord], windows: Sequence[Sequence[Window]]
) -> tuple[_Population, dict[int, SpikeTrain]]:
    """A population, each of whose trains is read once, and the trains by epoch; none where they are many."""
    cells, spikes, counted = -1, [NOT_RECORDED] * len(epochs), []
    held: dict[int, SpikeTrain] = {}
    total = 0
    for k, epoch in enumerate(epochs):
        if name not in epoch.spikes:
            counted.append(np.full((2, len(windows[k])), NOT_RECORDED))
            continue
        train = epoch.spikes[name]
        cells = train.cells if cells < 0 else cells
        _check_train(train, name, cells, epoch)
        spikes[k] = len(train.seconds)
        counted.append(count_in_windows(train, windows[k]))
        total += spikes[k]
        if total <= SPIKES_PER_BATCH:
            held[k] = train
    found = np.concatenate([np.empty((2, 0), "i4"), *counted], axis=1).astype("i4")
    return _Population(name, cells, spikes, found), held if total <= SPIKES_PER_BATCH else {}


def _in_batches(trains: Iterable[tuple[float, SpikeTrain]]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (milliseconds, cells) of a population's spikes in rising order, about `SPIKES_PER_BATCH` at a time.

    trains: start of an epoch (ms) and its spikes, in the order of time. Epochs do not overlap, so that sorting each
    batch sorts all.
    """
    times, ids, count = [np.empty(0)], [np.empty(0, "u8")], 0
    for start, train in trains:
        times.append(start + np.rint(np.asarray(train.seconds, "f8") * 1e8) / 1e5)
        ids.append(np.asarray(train.index).astype("u8"))
        count += len(train.seconds)
        if count > SPIKES_PER_BATCH:
            yield _sorted(times, ids)
            times, ids, count = [np.empty(0)], [np.empty(0, "u8")], 0
    yield _sorted(times, ids)


def _sorted(times: list[np.ndarray], ids: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    all_times, all_ids = np.concatenate(times), np.concatenate(ids)
    order = np.lexsort((all_ids, all_times))
    return all_times[order], all_ids[order]


def _check_train(train: SpikeTrain, name: str, cells: int, epoch: EpochRecord) -> None:
    if train.cells != cells:
        raise ValueError(f"population {name} has {cells} cells in one epoch and {train.cells} in another")
    seconds, index = np.asarray(train.seconds), np.asarray(train.index)
    where = f'{name} in epoch "{epoch.label}"'
    if seconds.ndim != 1 or seconds.shape != index.shape:
        raise ValueError(f"{where}: spike times {seconds.shape} and cells {index.shape} differ in shape")
    if seconds.size and not (seconds.min() >= 0 and seconds.max() <= epoch.seconds):
        raise ValueError(f"{where}: a spike lies outside the epoch's 0 to {epoch.seconds} s")
    if index.size and not (index.min() >= 0 and index.max() < cells):
        raise ValueError(f"{where}: a spike of cell {index.max()}, but it has {cells} cells")


def _write_populations(group: NewGroup, populations: Sequence[_Population], shape: tuple[int, int]) -> None:
    """Write what was recorded of each population; shape: how many epochs and windows there are."""
    rows, (epochs, windows) = len(populations), shape
    write_texts(group, "name", [each.name for each in populations])
    write_column(group, "cells", np.array([each.cells for each in populations], "i8"))
    write_column(group, "spikes", np.array([each.spikes for each in populations], "i4").reshape(rows, epochs))
    counted = np.array([each.windows for each in populations], "i4").reshape(rows, 2, windows)
    write_column(group, "window_spikes", counted[:, 0])
    write_column(group, "window_cells", counted[:, 1])


def _write_epochs(group: NewGroup, epochs: Sequence[EpochRecord], starts: np.ndarray) -> None:
    hours = np.array([epoch.hours for epoch in epochs], "f8")
    seconds = np.array([epoch.seconds for epoch in epochs], "f8")
    write_texts(group, "label", [epoch.label for epoch in epochs])
    write_texts(group, "purpose", [epoch.purpose for epoch in epochs])
    write_column(group, "hours", hours, "h")
    write_column(group, "seconds", seconds, "s")
    write_column(group, "day", hours / HOURS_PER_DAY, "d")
    write_column(group, "start_ms", starts, "ms")
    write_column(group, "stop_ms", starts + seconds * 1e3, "ms")
    _write_what_was_done(group, epochs)
    for name in sorted({name for epoch in epochs for name in epoch.averages}):
        if name in EPOCH_COLUMNS:
            raise ValueError(f'an average may not be called "{name}"; the epochs have a column of that name')
        values = [epoch.averages.get(name, np.nan) for epoch in epochs]
        write_numbers(group, name, [value if np.isfinite(value) else np.nan for value in values], unit_of(name))


def _write_what_was_done(group: NewGroup, epochs: Sequence[EpochRecord]) -> None:
    applied = [epoch.applied for epoch in epochs]
    write_texts(group, "phase", [epoch.phase for epoch in epochs])
    for name in ("side", "stimulus", "unit"):
        write_texts(group, name, [getattr(each, name) for each in applied])
    write_numbers(group, "strength", [each.strength for each in applied])
    write_numbers(group, "onset", [each.onset for each in applied], "s")
    hours = [np.nan if epoch.dose_hours is None else epoch.dose_hours for epoch in epochs]
    write_numbers(group, "dose_hours", hours, "h")


def _write_assays(group: NewGroup, assays: Sequence[AssayValue]) -> None:
    for name in ("assay", "name", "side", "unit", "phase"):
        write_texts(group, name, [getattr(value, name) for value in assays])
    write_numbers(group, "value", [value.value for value in assays])
    write_column(group, "day", np.array([value.day for value in assays], "i2"), "d")
    write_numbers(group, "hour", [value.hour for value in assays], "h")
    write_column(group, "censored", np.array([value.censored for value in assays], "?"))
    firsts = [value.epochs.start if value.epochs else NO_EPOCH for value in assays]
    write_column(group, "epoch", np.array(firsts, "i4"))
    write_column(group, "epochs", np.array([len(value.epochs) for value in assays], "i4"))


def _write_slow(group: NewGroup, table: SlowTable) -> None:
    hours = np.asarray(table.hours, "f8")
    write_column(group, "hours", hours, "h")
    for name, column in table.columns.items():
        values = np.asarray(column, "f8")
        if name == "hours" or values.shape != hours.shape:
            raise ValueError(f'column "{name}" has shape {values.shape}; it needs that of hours, {hours.shape}')
        write_column(group, name, values, table.units.get(name, ""))


def _write_cells(group: NewGroup, record: AnimalRecord) -> None:
    """Write a table for each population, a row for each cell or fibre; units are attributes of the table."""
    for population, columns in record.cells.items():
        kinds = [(name, values.dtype) for name, values in columns.items()]
        table = np.zeros(len(next(iter(columns.values()))), kinds)
        for name, values in columns.items():
            table[name] = values
        units = {f"unit {name}": record.cell_units[name] for name in columns if name in record.cell_units}
        write_column(group, population, table, attributes=units)
