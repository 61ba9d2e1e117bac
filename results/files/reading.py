"""Reads an animal from its HDF5 file, all of it or one part (format: `results.files.store`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from core.errors import UserError, unknown_name
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from core.stimulus_course import StimulusCourse
from results.files.arrays import AnimalArrays, arrays_of
from results.files.bounds import DamagedError, Names
from results.files.checksums import CONTENT, MACHINE
from results.files.columns import NOT_RECORDED
from results.files.labels import told_by_labels
from results.files.opening import opened
from results.files.schema.facts import facts_of, read_attributes_of, read_text
from results.files.schema.tables import check_cells, check_spikes, check_train
from results.files.stimulus_groups import stimuli_of_epochs
from results.files.writing import ASSAY_COLUMNS, EPOCH_COLUMNS, STUDY

#: The two columns of each population of /spikes.
SPIKE_COLUMNS = ("timestamps", "node_ids")
_OF_COUNTS: Mapping[str, Names] = {"epochs": {"label"}, "populations": {"name", "cells", "spikes"}}
_OF_SPIKES: Mapping[str, Names] = {**_OF_COUNTS, "epochs": {"label", "start_ms", "stop_ms"}}
_OF_A_RECORD: Mapping[str, Names] = {
    "populations": _OF_COUNTS["populations"],
    **dict.fromkeys(("epochs", "stimuli", "assays", "slow_state", "concentrations")),
}


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
    with opened(path) as file:
        arrays = arrays_of(file, path, _OF_A_RECORD)
        counts = _counts(arrays)
        slices = _slices(file, arrays, counts) if spikes else {}
        return AnimalRecord(
            study=arrays.attributes["study"],
            arm=arrays.arm,
            animal=arrays.animal,
            circuit=arrays.attributes["circuit"],
            epochs=_epochs(_epoch_columns(arrays), slices, _stimuli(arrays)),
            assays=_assays(arrays["assays"]),
            slow_state=_slow(arrays, "slow_state"),
            concentrations=_slow(arrays, "concentrations"),
            provenance=read_provenance(file),
            **_of_version_2(file, counts),
        )


def read_provenance(file: h5py.File) -> dict[str, Any]:
    """What the animal of an open file was made with; `study_toml` is the text of its study, since version 2."""
    if "provenance" in file.attrs:
        return facts_of(str(file.attrs["provenance"]), "its attribute provenance")
    study = {STUDY: read_text(file, "provenance/study")} if "provenance/study" in file else {}
    return {**facts_of(read_text(file, "provenance/facts"), "provenance/facts"), **study}


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
    with opened(path) as file:
        arrays = arrays_of(file, path, _OF_SPIKES)
        counts, labels = _counts(arrays), arrays["epochs"]["label"].tolist()
        if population not in counts.names:
            raise unknown_name("population", population, counts.names, str(path))
        if epoch not in labels:
            raise unknown_name("epoch", epoch, set(labels), str(path))
        if labels.count(epoch) > 1:
            raise UserError(f'{path}: {labels.count(epoch)} epochs are labelled "{epoch}"; read_animal has them all.')
        row, column = counts.names.index(population), labels.index(epoch)
        if counts.spikes[row, column] == NOT_RECORDED:
            raise UserError(f'{path}: {population} was not recorded in epoch "{epoch}".')
        return _train(file, arrays, (row, column))


def read_counts(path: Path | str) -> PopulationCounts:
    """Read how many cells and spikes each population has, without the spikes; UserError as `read_animal`."""
    with opened(path) as file:
        return _counts(arrays_of(file, path, _OF_COUNTS))


def read_identity(path: Path | str) -> dict[str, Any]:
    """Read which animal it is and what it was made with (`AnimalRecord.provenance`); UserError as `read_animal`."""
    with opened(path) as file:
        return identity_of(file)


def identity_of(file: h5py.File) -> dict[str, Any]:
    """Which animal an open file holds, and what it was made with."""
    return {**read_provenance(file), **read_attributes_of(file, ("study", "arm", "animal"))}


def read_content_checksum(path: Path | str) -> str:
    """Read the checksum of all that a file holds but its machine, "" in version 1; UserError as `read_animal`."""
    with opened(path) as file:
        return str(file.attrs.get(CONTENT, ""))


def read_attributes(path: Path | str) -> dict[str, object]:
    """Read study, arm, animal, circuit, seed and versions of a file; UserError as `read_animal`."""
    names = ("study", "arm", "animal", "circuit", "seed", "bluespot_version", "format_version")
    with opened(path) as file:
        return read_attributes_of(file, names)


def _counts(arrays: AnimalArrays) -> PopulationCounts:
    group = arrays["populations"]
    return PopulationCounts(arrays.populations, group["cells"], group["spikes"])


def _slices(file: h5py.File, arrays: AnimalArrays, counts: PopulationCounts) -> dict[int, dict[str, SpikeTrain]]:
    trains: dict[int, dict[str, SpikeTrain]] = {}
    starts, stops = arrays["epochs"]["start_ms"], arrays["epochs"]["stop_ms"]
    for name, cells, spikes in zip(counts.names, counts.cells, counts.spikes, strict=True):
        times, ids = read_train(file, name, int(cells))
        check_spikes(name, times, spikes, (starts, stops))
        for epoch in np.flatnonzero(spikes != NOT_RECORDED):
            trains.setdefault(int(epoch), {})[name] = _cut(times, ids, starts[epoch], stops[epoch], int(cells))
    return trains


def read_train(file: h5py.File, name: str, cells: int, part: slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
    """Times (ms, rising) and cells of the spikes of one population of `cells`, or of those of a part of them.

    DamagedError, which `opened` turns into UserError, where they are missing, not in order or of other cells.
    """
    found = []
    for column in SPIKE_COLUMNS:
        dataset = file.get(f"spikes/{name}/{column}")
        if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 1:
            raise DamagedError(f"spikes/{name}/{column} is missing, or no column")
        found.append(dataset[part])
    check_train(name, found[0], found[1], cells)
    return found[0], found[1]


def _train(file: h5py.File, arrays: AnimalArrays, place: tuple[int, int]) -> SpikeTrain:
    """The spikes of the population and the epoch at that place of `populations/spikes`."""
    row, epoch = place
    name, cells = arrays.populations[row], int(arrays["populations"]["cells"][row])
    start, stop = (arrays["epochs"][column][epoch] for column in ("start_ms", "stop_ms"))
    train = _cut(*read_train(file, name, cells), start, stop, cells)
    told = arrays["populations"]["spikes"][place]
    if len(train.seconds) != told:
        found = f"spikes/{name} has {len(train.seconds)} there"
        raise DamagedError(f"populations/spikes[{row}, {epoch}] is {told}; {found}")
    return train


def _cut(times: np.ndarray, ids: np.ndarray, start: float, stop: float, cells: int) -> SpikeTrain:
    """Spikes of one epoch, start to stop in ms; epochs lie 1 ms apart, half of which is margin for rounding."""
    first, last = np.searchsorted(times, [start - 0.5, stop + 0.5])
    seconds = np.rint((times[first:last] - start) * 1e5) / 1e8
    return SpikeTrain(seconds, ids[first:last].astype("u4"), cells)


def _of_version_2(file: h5py.File, counts: PopulationCounts) -> dict[str, Any]:
    """Machine and cells, which files of version 1 do not tell."""
    if MACHINE not in file:
        return {}
    found = dict(file["cells"].items()) if "cells" in file else {}
    tables = {name: dataset[()] for name, dataset in found.items() if isinstance(dataset, h5py.Dataset)}
    check_cells(tables, dict(zip(counts.names, counts.cells.tolist(), strict=True)))
    cells = {name: {column: table[column] for column in table.dtype.names} for name, table in tables.items()}
    units = {
        name.removeprefix("unit "): str(unit) for dataset in found.values() for name, unit in dataset.attrs.items()
    }
    return {
        "machine": facts_of(read_text(file, f"{MACHINE}/facts"), f"{MACHINE}/facts"),
        "cells": cells,
        "cell_units": units,
    }


def _stimuli(arrays: AnimalArrays) -> list[tuple[StimulusCourse, ...]]:
    count = len(arrays["epochs"]["label"])
    return stimuli_of_epochs(arrays["stimuli"], count) if arrays["stimuli"] else [()] * count


def _epoch_columns(arrays: AnimalArrays) -> Mapping[str, np.ndarray]:
    """The columns of /epochs; of version 1 with what labels and assays tell of phases and the like."""
    columns = arrays["epochs"]
    return columns if "phase" in columns else {**columns, **told_by_labels(columns, arrays["assays"])}


def _epochs(
    columns: Mapping[str, np.ndarray],
    trains: Mapping[int, Mapping[str, SpikeTrain]],
    stimuli: Sequence[tuple[StimulusCourse, ...]],
) -> tuple[EpochRecord, ...]:
    labels, purposes, hours, seconds = (columns[name].tolist() for name in ("label", "purpose", "hours", "seconds"))
    names = [name for name in columns if name not in EPOCH_COLUMNS]
    phases, doses = columns["phase"].tolist(), columns["dose_hours"].tolist()
    averages = np.array([columns[name] for name in names], "f8").reshape(len(names), len(labels)).T.tolist()
    return tuple(
        EpochRecord(
            label=labels[k],
            purpose=purposes[k],
            hours=hours[k],
            seconds=seconds[k],
            spikes=trains.get(k, {}),
            averages={name: value for name, value in zip(names, averages[k], strict=True) if value == value},
            phase=phases[k],
            stimuli=stimuli[k],
            dose_hours=doses[k] if doses[k] == doses[k] else None,
        )
        for k in range(len(labels))
    )


def _assays(columns: Mapping[str, np.ndarray]) -> tuple[AssayValue, ...]:
    rows = zip(*(columns[name].tolist() for name in ASSAY_COLUMNS), strict=True)
    nothing = np.zeros(len(columns["assay"]), int)
    firsts, counts = (columns.get(name, nothing).tolist() for name in ("epoch", "epochs"))
    epochs = [range(first, first + count) if count else range(0) for first, count in zip(firsts, counts, strict=True)]
    return tuple(
        AssayValue(**dict(zip(ASSAY_COLUMNS, row, strict=True)), epochs=read_from)
        for row, read_from in zip(rows, epochs, strict=True)
    )


def _slow(arrays: AnimalArrays, group: str) -> SlowTable:
    columns, units = arrays[group], arrays.units[group]
    names = [name for name in columns if name != "hours"]
    return SlowTable(columns["hours"], {n: columns[n] for n in names}, {n: units[n] for n in names if n in units})
