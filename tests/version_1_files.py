"""Writes files of format version 1, as bluespot 0.1 wrote them: phase, side and stimulus stand in labels alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from core.records import AnimalRecord
from results.files.writing import epoch_starts


def write_version_1(record: AnimalRecord, path: Path) -> None:
    """Write one animal with the columns that the first version had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    starts = epoch_starts(record.epochs)
    populations = list(dict.fromkeys(name for epoch in record.epochs for name in epoch.spikes))
    with h5py.File(path, "w") as file:
        file.attrs.update(format="bluespot-animal", format_version=1, study=record.study, arm=record.arm, seed="7")
        file.attrs.update(animal=record.animal, circuit=record.circuit, first_day=-1, bluespot_version="0.1.0")
        file.attrs["provenance"] = json.dumps(dict(record.provenance))
        _write_epochs(file, record, starts)
        for name in ("assay", "name", "side", "unit", "phase", "value", "day", "hour", "censored"):
            _column(file, f"assays/{name}", [getattr(value, name) for value in record.assays])
        for group, table in (("slow_state", record.slow_state), ("concentrations", record.concentrations)):
            _column(file, f"{group}/hours", table.hours)
            for name, values in table.columns.items():
                _column(file, f"{group}/{name}", values, table.units.get(name, ""))
        _column(file, "populations/name", populations)
        _column(file, "populations/cells", [_cells(record, name) for name in populations])
        counts = [
            [len(e.spikes[name].seconds) if name in e.spikes else -1 for e in record.epochs] for name in populations
        ]
        _column(file, "populations/spikes", np.array(counts, "i8"))
        for name in populations:
            _write_spikes(file, name, record, starts)


def _write_epochs(file: h5py.File, record: AnimalRecord, starts: np.ndarray) -> None:
    for name in ("label", "purpose", "hours", "seconds"):
        _column(file, f"epochs/{name}", [getattr(epoch, name) for epoch in record.epochs])
    seconds = np.array([epoch.seconds for epoch in record.epochs])
    _column(file, "epochs/day", [epoch.hours / 24 for epoch in record.epochs])
    _column(file, "epochs/start_ms", starts)
    _column(file, "epochs/stop_ms", starts + seconds * 1e3)
    for name in sorted({name for epoch in record.epochs for name in epoch.averages}):
        unit = "Hz" if name.endswith("hertz") else "nM"
        _column(file, f"epochs/{name}", [epoch.averages.get(name, np.nan) for epoch in record.epochs], unit)


def _write_spikes(file: h5py.File, name: str, record: AnimalRecord, starts: np.ndarray) -> None:
    having = [
        (start, epoch.spikes[name]) for start, epoch in zip(starts, record.epochs, strict=True) if name in epoch.spikes
    ]
    times = np.concatenate([start + train.seconds * 1e3 for start, train in having])
    cells = np.concatenate([train.index for _, train in having])
    order = np.lexsort((cells, times))
    _column(file, f"spikes/{name}/timestamps", times[order])
    _column(file, f"spikes/{name}/node_ids", cells[order].astype("u8"))


def _cells(record: AnimalRecord, name: str) -> int:
    return next(epoch.spikes[name].cells for epoch in record.epochs if name in epoch.spikes)


def _column(file: h5py.File, name: str, values: Any, unit: str = "") -> None:
    array = np.asarray(values)
    if array.dtype.kind == "U":
        encoded = [text.encode() for text in values]
        array = np.array(encoded, h5py.string_dtype("utf-8", max(1, *map(len, encoded))))
    dataset = file.create_dataset(name, data=array)
    if unit:
        dataset.attrs["unit"] = unit
