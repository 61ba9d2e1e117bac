"""Reads an animal from its HDF5 file, all of it or one part (format: `results.files.store`)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from core.errors import UserError, unknown_name
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from results.files.writing import ASSAY_COLUMNS, EPOCH_COLUMNS, FORMAT, FORMAT_VERSION, NOT_RECORDED


@dataclass(frozen=True)
class PopulationCounts:
    """Numbers of cells and spikes of all populations of one animal.

    Attributes
    ----------
    names
        Of the p populations, in the order in which they were recorded.
    cells
        Number of cells, int64 (p,).
    spikes
        Number of spikes in each epoch, int64 (p, epochs); -1 where a population was not recorded.
    """

    names: tuple[str, ...]
    cells: np.ndarray
    spikes: np.ndarray


def read_animal(path: Path | str, spikes: bool = True) -> AnimalRecord:
    """Read one animal: epochs, assays, slow state and drug concentrations.

    Parameters
    ----------
    path
        The file of the animal.
    spikes
        Whether to read spikes; without them epochs hold averages only, and reading takes milliseconds.

    Returns
    -------
    AnimalRecord
        Spike times in s from the start of their epoch.

    Raises
    ------
    UserError
        Names the file where it is missing, truncated, damaged, no animal of bluespot, or of a newer format.
    """
    with _opened(path) as file:
        counts = _counts(file)
        slices = _slices(file, counts) if spikes else {}
        return AnimalRecord(
            study=file.attrs["study"],
            arm=file.attrs["arm"],
            animal=int(file.attrs["animal"]),
            circuit=file.attrs["circuit"],
            epochs=_epochs(file["epochs"], slices),
            assays=_assays(file["assays"]),
            slow_state=_slow(file["slow_state"]),
            concentrations=_slow(file["concentrations"]),
            provenance=json.loads(file.attrs["provenance"]),
        )


def read_spikes(path: Path | str, population: str, epoch: str) -> SpikeTrain:
    """Read the spikes of one population in one epoch, and nothing else.

    Parameters
    ----------
    path
        The file of the animal.
    population, epoch
        Name of the population, such as "ipsi_projection", and label of the epoch.

    Returns
    -------
    SpikeTrain
        Times in s from the start of the epoch.

    Raises
    ------
    UserError
        For an unknown population or label, a label that several epochs have, a population that was not recorded in that
        epoch, and as `read_animal`.
    """
    with _opened(path) as file:
        counts = _counts(file)
        labels = list(file["epochs/label"].asstr()[:])
        if population not in counts.names:
            raise unknown_name("population", population, counts.names, str(path))
        if epoch not in labels:
            raise unknown_name("epoch", epoch, set(labels), str(path))
        if labels.count(epoch) > 1:
            raise UserError(f'{path}: {labels.count(epoch)} epochs are labelled "{epoch}"; read_animal has them all.')
        row, column = counts.names.index(population), labels.index(epoch)
        if counts.spikes[row, column] == NOT_RECORDED:
            raise UserError(f'{path}: {population} was not recorded in epoch "{epoch}".')
        return _train(file, population, int(counts.cells[row]), column)


def read_counts(path: Path | str) -> PopulationCounts:
    """Read how many cells and spikes each population has, without the spikes; UserError as `read_animal`."""
    with _opened(path) as file:
        return _counts(file)


def read_attributes(path: Path | str) -> dict[str, object]:
    """Read study, arm, animal, circuit, seed and versions of a file; UserError as `read_animal`."""
    names = ("study", "arm", "animal", "circuit", "seed", "bluespot_version", "format_version")
    with _opened(path) as file:
        return {name: _native(file.attrs[name]) for name in names}


@contextlib.contextmanager
def _opened(path: Path | str) -> Iterator[h5py.File]:
    """Open a file for reading; whatever is wrong with it becomes one UserError that names it."""
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: there is no such file.")
    try:
        with h5py.File(path, "r", locking=False) as file:
            _refuse_foreign(file, path)
            yield file
    except KeyError as error:
        raise UserError(f"{path}: it is incomplete: {error.args[0]}.") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"{path}: {_fault(error)}.") from error


def _fault(error: Exception) -> str:
    text = str(error)
    if isinstance(error, PermissionError):
        return "you have no permission to read it"
    if "truncated" in text:
        return "it is truncated; the copy or the run that made it was cut short"
    if "signature" in text:
        return "it is no HDF5 file"
    return f"it is damaged ({text.splitlines()[0]})" if text else "it is damaged"


def _refuse_foreign(file: h5py.File, path: Path) -> None:
    if file.attrs.get("format") != FORMAT:
        raise UserError(f"{path}: it is an HDF5 file, but not of an animal of bluespot.")
    version = int(file.attrs["format_version"])
    if version > FORMAT_VERSION:
        raise UserError(
            f"{path}: it has format version {version}; this bluespot reads versions up to {FORMAT_VERSION}. "
            "Update bluespot to read it."
        )


def _counts(file: h5py.File) -> PopulationCounts:
    group = file["populations"]
    return PopulationCounts(tuple(group["name"].asstr()[:]), group["cells"][:], group["spikes"][:])


def _slices(file: h5py.File, counts: PopulationCounts) -> dict[int, dict[str, SpikeTrain]]:
    trains: dict[int, dict[str, SpikeTrain]] = {}
    for name, cells, spikes in zip(counts.names, counts.cells, counts.spikes, strict=True):
        group = file["spikes"][name]
        times, ids = group["timestamps"][:], group["node_ids"][:]
        for epoch in np.flatnonzero(spikes != NOT_RECORDED):
            start, stop = file["epochs/start_ms"][epoch], file["epochs/stop_ms"][epoch]
            trains.setdefault(int(epoch), {})[name] = _cut(times, ids, start, stop, int(cells))
    return trains


def _train(file: h5py.File, population: str, cells: int, epoch: int) -> SpikeTrain:
    group = file["spikes"][population]
    start, stop = file["epochs/start_ms"][epoch], file["epochs/stop_ms"][epoch]
    return _cut(group["timestamps"][:], group["node_ids"], start, stop, cells)


def _cut(times: np.ndarray, ids: np.ndarray | h5py.Dataset, start: float, stop: float, cells: int) -> SpikeTrain:
    """Spikes of one epoch, start to stop in ms; epochs lie 1 ms apart, half of which is margin for rounding."""
    first, last = np.searchsorted(times, [start - 0.5, stop + 0.5])
    seconds = np.rint((times[first:last] - start) * 1e5) / 1e8
    return SpikeTrain(seconds, ids[first:last].astype("u4"), cells)


def _epochs(group: h5py.Group, trains: Mapping[int, Mapping[str, SpikeTrain]]) -> tuple[EpochRecord, ...]:
    labels, purposes = group["label"].asstr()[:], group["purpose"].asstr()[:]
    hours, seconds = group["hours"][:], group["seconds"][:]
    averages = {name: group[name][:] for name in group if name not in EPOCH_COLUMNS}
    return tuple(
        EpochRecord(
            label=str(labels[k]),
            purpose=str(purposes[k]),
            hours=float(hours[k]),
            seconds=float(seconds[k]),
            spikes=trains.get(k, {}),
            averages={name: float(values[k]) for name, values in averages.items() if not np.isnan(values[k])},
        )
        for k in range(len(labels))
    )


def _assays(group: h5py.Group) -> tuple[AssayValue, ...]:
    columns = {}
    for name in ASSAY_COLUMNS:
        dataset = group[name]
        values = dataset.asstr()[:] if h5py.check_string_dtype(dataset.dtype) else dataset[:]
        columns[name] = values.tolist()
    rows = zip(*columns.values(), strict=True)
    return tuple(AssayValue(**dict(zip(ASSAY_COLUMNS, row, strict=True))) for row in rows)


def _slow(group: h5py.Group) -> SlowTable:
    names = [name for name in group if name != "hours"]
    units = {name: group[name].attrs["unit"] for name in names if "unit" in group[name].attrs}
    return SlowTable(group["hours"][:], {name: group[name][:] for name in names}, units)


def _native(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
