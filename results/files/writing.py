"""Writes an animal as one HDF5 file, which readers of SONATA spikes accept (format: `results.files.store`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from core.days import HOURS_PER_DAY
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from results.files.checksums import MACHINE, seal
from results.files.columns import (
    NOT_RECORDED,
    checked_name,
    smallest_unsigned,
    write_column,
    write_numbers,
    write_parts,
    write_text,
    write_texts,
)
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
        Where `path` exists and `replace` is false, and where its folder cannot be written.
    ValueError
        For a record that contradicts itself, such as a spike outside its epoch.
    """
    starts = epoch_starts(record.epochs)
    cells = _cells_by_population(record.epochs)
    with new_hdf5(path, replace, finish=add_trailer) as file:
        _write_root(file, record)
        spikes = file.create_group("spikes")
        counts = [_write_spikes(spikes, name, count, record.epochs, starts) for name, count in cells.items()]
        _write_populations(file.create_group("populations"), cells, counts, record.epochs)
        _write_epochs(file.create_group("epochs"), record.epochs, starts)
        write_stimuli(file.create_group("stimuli"), record.epochs)
        write_windows(file.create_group("windows"), [epoch.windows for epoch in record.epochs])
        _write_assays(file.create_group("assays"), record.assays)
        _write_slow(file.create_group("slow_state"), record.slow_state)
        _write_slow(file.create_group("concentrations"), record.concentrations)
        _write_cells(file.create_group("cells"), record)
        _write_facts(file, record)
        seal(file)


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


def _write_root(file: h5py.File, record: AnimalRecord) -> None:
    seed = record.provenance.get("seed")
    file.attrs["magic"] = SONATA_MAGIC
    file.attrs["version"] = SONATA_VERSION
    file.attrs["format"] = FORMAT
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["study"] = record.study
    file.attrs["arm"] = record.arm
    file.attrs["animal"] = record.animal
    file.attrs["circuit"] = record.circuit
    file.attrs["seed"] = "" if seed is None else str(seed)
    file.attrs["bluespot_version"] = str(record.provenance.get("bluespot_version", ""))
    file.attrs["first_day"] = first_day(record.epochs)


def _write_facts(file: h5py.File, record: AnimalRecord) -> None:
    """Write what the animal was made with, and in a group of its own what only tells of the machine."""
    facts = {key: value for key, value in record.provenance.items() if key != STUDY}
    provenance = file.create_group("provenance")
    write_text(provenance, "facts", _json(facts))
    if STUDY in record.provenance:
        write_text(provenance, "study", str(record.provenance[STUDY]))
    write_text(file.create_group(MACHINE), "facts", _json(record.machine))


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"provenance holds {value!r}, which JSON cannot express")


def _cells_by_population(epochs: Sequence[EpochRecord]) -> dict[str, int]:
    cells: dict[str, int] = {}
    for epoch in epochs:
        for name, train in epoch.spikes.items():
            if cells.setdefault(checked_name(name), train.cells) != train.cells:
                raise ValueError(f"population {name} has {cells[name]} cells in one epoch and {train.cells} in another")
    return cells


def _write_spikes(
    group: h5py.Group, name: str, cells: int, epochs: Sequence[EpochRecord], starts: np.ndarray
) -> list[int]:
    """Write one SONATA spike population; returns its spikes in each epoch, -1 where it was not recorded."""
    counts = [NOT_RECORDED if name not in epoch.spikes else len(epoch.spikes[name].seconds) for epoch in epochs]
    spikes = sum(count for count in counts if count != NOT_RECORDED)
    population = group.create_group(name)
    population.attrs.create("sorting", BY_TIME, dtype=SORTING)
    few = list(_in_batches(name, cells, epochs, starts)) if spikes <= SPIKES_PER_BATCH else ()
    batches = partial(_in_batches, name, cells, epochs, starts)
    timestamps = write_parts(population, "timestamps", "f8", spikes, (times for times, _ in few or batches()))
    timestamps.attrs["units"] = "ms"
    kind = smallest_unsigned(cells)
    node_ids = write_parts(population, "node_ids", kind, spikes, (ids for _, ids in few or batches()))
    node_ids.attrs["sorting"] = "by_time"  # where bmtk looks for it
    return counts


def _in_batches(
    name: str, cells: int, epochs: Sequence[EpochRecord], starts: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (milliseconds, cells) of a population's spikes in rising order, about `SPIKES_PER_BATCH` at a time.

    Epochs do not overlap, so that sorting each batch sorts all.
    """
    times, ids, count = [np.empty(0)], [np.empty(0, "u8")], 0
    for k in np.argsort(starts, kind="stable"):
        train = epochs[k].spikes.get(name)
        if train is not None:
            _check_train(train, name, cells, epochs[k])
            times.append(starts[k] + np.rint(np.asarray(train.seconds, "f8") * 1e8) / 1e5)
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
    seconds, index = np.asarray(train.seconds), np.asarray(train.index)
    where = f'{name} in epoch "{epoch.label}"'
    if seconds.ndim != 1 or seconds.shape != index.shape:
        raise ValueError(f"{where}: spike times {seconds.shape} and cells {index.shape} differ in shape")
    if seconds.size and not (seconds.min() >= 0 and seconds.max() <= epoch.seconds):
        raise ValueError(f"{where}: a spike lies outside the epoch's 0 to {epoch.seconds} s")
    if index.size and not (index.min() >= 0 and index.max() < cells):
        raise ValueError(f"{where}: a spike of cell {index.max()}, but it has {cells} cells")


def _write_populations(
    group: h5py.Group, cells: Mapping[str, int], counts: list[list[int]], epochs: Sequence[EpochRecord]
) -> None:
    write_texts(group, "name", list(cells))
    write_column(group, "cells", np.array(list(cells.values()), "i8"))
    write_column(group, "spikes", np.array(counts, "i4").reshape(len(cells), len(epochs)))
    windows = [epoch.windows for epoch in epochs]
    counted = np.array([count_in_windows(name, epochs, windows) for name in cells], "i4")
    counted = counted.reshape(len(cells), 2, sum(map(len, windows)))
    write_column(group, "window_spikes", counted[:, 0])
    write_column(group, "window_cells", counted[:, 1])


def _write_epochs(group: h5py.Group, epochs: Sequence[EpochRecord], starts: np.ndarray) -> None:
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
        write_numbers(group, name, [epoch.averages.get(name, np.nan) for epoch in epochs], unit_of(name))


def _write_what_was_done(group: h5py.Group, epochs: Sequence[EpochRecord]) -> None:
    applied = [epoch.applied for epoch in epochs]
    write_texts(group, "phase", [epoch.phase for epoch in epochs])
    for name in ("side", "stimulus", "unit"):
        write_texts(group, name, [getattr(each, name) for each in applied])
    write_numbers(group, "strength", [each.strength for each in applied])
    write_numbers(group, "onset", [each.onset for each in applied], "s")
    hours = [np.nan if epoch.dose_hours is None else epoch.dose_hours for epoch in epochs]
    write_numbers(group, "dose_hours", hours, "h")


def _write_assays(group: h5py.Group, assays: Sequence[AssayValue]) -> None:
    for name in ("assay", "name", "side", "unit", "phase"):
        write_texts(group, name, [getattr(value, name) for value in assays])
    write_numbers(group, "value", [value.value for value in assays])
    write_column(group, "day", np.array([value.day for value in assays], "i2"), "d")
    write_numbers(group, "hour", [value.hour for value in assays], "h")
    write_column(group, "censored", np.array([value.censored for value in assays], "?"))
    firsts = [value.epochs.start if value.epochs else NO_EPOCH for value in assays]
    write_column(group, "epoch", np.array(firsts, "i4"))
    write_column(group, "epochs", np.array([len(value.epochs) for value in assays], "i4"))


def _write_slow(group: h5py.Group, table: SlowTable) -> None:
    hours = np.asarray(table.hours, "f8")
    write_column(group, "hours", hours, "h")
    for name, column in table.columns.items():
        values = np.asarray(column, "f8")
        if name == "hours" or values.shape != hours.shape:
            raise ValueError(f'column "{name}" has shape {values.shape}; it needs that of hours, {hours.shape}')
        write_column(group, name, values, table.units.get(name, ""))


def _write_cells(group: h5py.Group, record: AnimalRecord) -> None:
    """Write a table for each population, a row for each cell or fibre; units are attributes of the table."""
    for population, columns in record.cells.items():
        kinds = [(name, values.dtype) for name, values in columns.items()]
        table = np.zeros(len(next(iter(columns.values()))), kinds)
        for name, values in columns.items():
            table[name] = values
        dataset = write_column(group, population, table)
        for name in (name for name in columns if name in record.cell_units):
            dataset.attrs[f"unit {name}"] = record.cell_units[name]
