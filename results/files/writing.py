"""Writes an animal as one HDF5 file, which readers of SONATA spikes accept (format: `results.files.store`)."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from core.days import HOURS_PER_DAY
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from results.files.atomic import new_file

FORMAT = "bluespot-animal"
FORMAT_VERSION = 1
SONATA_MAGIC = np.uint32(0x0A7A)
SONATA_VERSION = np.array([0, 1], "u4")
#: Not "latest": HDF5 2.0 would write files that libsonata's HDF5 1.14 cannot read.
LIBRARY_VERSIONS = ("earliest", "v110")
#: An enumeration, because libsonata refuses a string here.
SORTING = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="i1")
BY_TIME = 2
NOT_RECORDED = -1
#: About so many spikes of a population are in memory at once, however long the file.
SPIKES_PER_BATCH = 100_000

EPOCH_COLUMNS = ("label", "purpose", "hours", "seconds", "day", "start_ms", "stop_ms")
ASSAY_COLUMNS = ("assay", "name", "side", "value", "unit", "day", "hour", "censored", "phase")
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


@contextlib.contextmanager
def new_hdf5(path: Path | str, replace: bool = False) -> Iterator[h5py.File]:
    """Yield a new HDF5 file that gets its name `path` once the block has succeeded; UserError as `new_file`."""
    with new_file(path, replace) as part, _Part(part, "w+b") as raw:
        try:
            with h5py.File(raw, "w", driver="fileobj", libver=LIBRARY_VERSIONS) as file:
                yield file
        finally:
            if raw.refusal is not None:
                raise raw.refusal


class _Part(io.FileIO):
    """A file that keeps the first error of the disk for later.

    HDF5 cannot close what it has open once a write has failed, and reports that for every object.
    """

    refusal: OSError | None = None

    def write(self, content: Any) -> int:
        """Write all of `content`, where a raw file would write what there is room for."""
        left = memoryview(content)
        while left and self.refusal is None:
            try:
                left = left[super().write(left) :]
            except OSError as error:
                self.refusal = error
        return len(content)

    def truncate(self, size: int | None = None) -> int:
        """Truncate, and keep an error for later."""
        try:
            return super().truncate(size)
        except OSError as error:
            self.refusal = self.refusal or error
            return 0


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
    with new_hdf5(path, replace) as file:
        _write_root(file, record)
        spikes = file.create_group("spikes")
        counts = [_write_spikes(spikes, name, count, record.epochs, starts) for name, count in cells.items()]
        _write_populations(file.create_group("populations"), cells, counts, len(record.epochs))
        _write_epochs(file.create_group("epochs"), record.epochs, starts)
        _write_assays(file.create_group("assays"), record.assays)
        _write_slow(file.create_group("slow_state"), record.slow_state)
        _write_slow(file.create_group("concentrations"), record.concentrations)


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
    provenance = json.dumps(record.provenance, sort_keys=True, ensure_ascii=False, default=_plain)
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
    file.attrs["provenance"] = provenance


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
            if cells.setdefault(_checked(name), train.cells) != train.cells:
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
    batches = partial(_in_batches, name, cells, epochs, starts)
    timestamps = _write_parts(population, "timestamps", "f8", spikes, (times for times, _ in batches()))
    timestamps.attrs["units"] = "ms"
    node_ids = _write_parts(population, "node_ids", "u8", spikes, (ids for _, ids in batches()))
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


def _write_populations(group: h5py.Group, cells: Mapping[str, int], counts: list[list[int]], epochs: int) -> None:
    _write_texts(group, "name", list(cells))
    _write_column(group, "cells", np.array(list(cells.values()), "i8"))
    _write_column(group, "spikes", np.array(counts, "i8").reshape(len(cells), epochs))


def _write_epochs(group: h5py.Group, epochs: Sequence[EpochRecord], starts: np.ndarray) -> None:
    hours = np.array([epoch.hours for epoch in epochs], "f8")
    seconds = np.array([epoch.seconds for epoch in epochs], "f8")
    _write_texts(group, "label", [epoch.label for epoch in epochs])
    _write_texts(group, "purpose", [epoch.purpose for epoch in epochs])
    _write_column(group, "hours", hours).attrs["unit"] = "h"
    _write_column(group, "seconds", seconds).attrs["unit"] = "s"
    _write_column(group, "day", hours / HOURS_PER_DAY).attrs["unit"] = "d"
    _write_column(group, "start_ms", starts).attrs["unit"] = "ms"
    _write_column(group, "stop_ms", starts + seconds * 1e3).attrs["unit"] = "ms"
    for name in sorted({name for epoch in epochs for name in epoch.averages}):
        if name in EPOCH_COLUMNS:
            raise ValueError(f'an average may not be called "{name}"; the epochs have a column of that name')
        values = np.array([epoch.averages.get(name, np.nan) for epoch in epochs], "f8")
        _write_column(group, name, values).attrs["unit"] = unit_of(name)


def _write_assays(group: h5py.Group, assays: Sequence[AssayValue]) -> None:
    for name in ("assay", "name", "side", "unit", "phase"):
        _write_texts(group, name, [getattr(value, name) for value in assays])
    _write_column(group, "value", np.array([value.value for value in assays], "f8"))
    _write_column(group, "day", np.array([value.day for value in assays], "i8")).attrs["unit"] = "d"
    _write_column(group, "hour", np.array([value.hour for value in assays], "f8")).attrs["unit"] = "h"
    _write_column(group, "censored", np.array([value.censored for value in assays], "?"))


def _write_slow(group: h5py.Group, table: SlowTable) -> None:
    hours = np.asarray(table.hours, "f8")
    _write_column(group, "hours", hours).attrs["unit"] = "h"
    for name, column in table.columns.items():
        values = np.asarray(column, "f8")
        if name == "hours" or values.shape != hours.shape:
            raise ValueError(f'column "{name}" has shape {values.shape}; it needs that of hours, {hours.shape}')
        dataset = _write_column(group, name, values)
        if name in table.units:
            dataset.attrs["unit"] = table.units[name]


def _write_column(group: h5py.Group, name: str, values: np.ndarray) -> h5py.Dataset:
    """Write a column uncompressed (libsonata has no deflate filter) and without a time stamp (equal bytes)."""
    return group.create_dataset(_checked(name), data=values, track_times=False)


def _write_parts(group: h5py.Group, name: str, kind: str, count: int, parts: Iterator[np.ndarray]) -> h5py.Dataset:
    """Write a column part by part, so that never all `count` values are in memory."""
    dataset = group.create_dataset(_checked(name), (count,), kind, track_times=False)
    written = 0
    for part in parts:
        dataset[written : written + len(part)] = part
        written += len(part)
    return dataset


def _write_texts(group: h5py.Group, name: str, texts: Sequence[str]) -> None:
    encoded = [text.encode() for text in texts]
    kind = h5py.string_dtype("utf-8", max([1, *map(len, encoded)]))
    group.create_dataset(name, data=np.array(encoded, kind), track_times=False)


def _checked(name: str) -> str:
    if not name or "/" in name or name == ".":
        raise ValueError(f'"{name}" cannot name a column of an HDF5 file; a name has letters and no "/"')
    return name
