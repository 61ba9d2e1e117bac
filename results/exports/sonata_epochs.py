"""Writes epochs as SONATA simulations: spikes from the start of the epoch, reports, and a configuration each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from core.records import AnimalRecord, EpochRecord
from core.vocabulary import COMPARTMENTS, transmitters_in
from results.exports.sonata_network import mark_sonata, write_column
from results.exports.wiring import Nodes, Wiring
from results.files.new_hdf5 import new_hdf5
from results.files.writing import BY_TIME, SORTING

CIRCUIT_CONFIG = "circuit_config.json"
SIMULATION_CONFIG = "simulation_config_{:03d}.json"
#: Columns of a frame of epochs that a simulation's metadata have.
TOLD = (
    "label", "purpose", "day", "hour", "phase", "side", "stimulus", "strength", "unit", "onset", "dose_hours",
)  # fmt: skip
#: Folder of an epoch's spikes and reports; libsonata looks for reports beside the spikes.
OUTPUT = "output/{:03d}"
SPIKE_FILE = "spikes.h5"
#: Of the configuration's format.
CONFIG_VERSION = 2.4


@dataclass(frozen=True)
class Report:
    """Values over the time of one epoch, of some of the cells.

    Attributes
    ----------
    name
        Such as "noradrenaline", in `unit`.
    nodes
        Which cells, (cells,), rising.
    values
        (frames, cells).
    step_ms
        From frame to frame.
    start_ms
        Of the first frame.
    """

    name: str
    unit: str
    nodes: np.ndarray
    values: np.ndarray
    step_ms: float
    start_ms: float = 0.0

    @property
    def stop_ms(self) -> float:
        """End of the last frame."""
        return self.start_ms + len(self.values) * self.step_ms


def write_epoch(
    folder: Path, told: Mapping[str, Any], record: AnimalRecord, wiring: Wiring, traces: Sequence[Report] = ()
) -> None:
    """Write one epoch: `simulation_config_NNN.json`, its spikes and its reports; NNN is its place in the animal's file.

    Parameters
    ----------
    folder
        Of the circuit.
    told
        Its row of `StudyResults.epochs`.
    record
        The animal.
    wiring
        Its circuit.
    traces
        What was recorded of it; one takes the place of the mean of that name.
    """
    number = int(told["epoch"])
    epoch, output = record.epochs[number], folder / OUTPUT.format(number)
    _write_spikes(output / SPIKE_FILE, epoch, wiring)
    means = _transmitter_reports(epoch, wiring.cells)
    reports = list({report.name: report for report in (*means, *traces)}.values())
    for report in reports:
        _write_report(output / f"{report.name}.h5", report)
    metadata = {**_said(told), **_concentrations(record, epoch.hours)}
    content = {**_simulation(number, record, wiring, reports), "metadata": metadata}
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / SIMULATION_CONFIG.format(number)).write_text(text + "\n", "utf-8")


def _write_spikes(path: Path, epoch: EpochRecord, wiring: Wiring) -> None:
    with new_hdf5(path) as file:
        mark_sonata(file)
        for nodes in (wiring.cells, wiring.fibres):
            times, ids = _spikes(epoch, nodes)
            group = file.create_group(f"spikes/{nodes.name}")
            group.attrs.create("sorting", BY_TIME, dtype=SORTING)
            write_column(group, "timestamps", times, "ms")
            write_column(group, "node_ids", ids).attrs["sorting"] = "by_time"  # where bmtk looks for it


def _spikes(epoch: EpochRecord, nodes: Nodes) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds from the start of the epoch and nodes, in order of time."""
    times, ids = [np.empty(0)], [np.empty(0, "u8")]
    for each in nodes.types:
        train = epoch.spikes.get(each.name)
        if train is not None:
            times.append(np.rint(np.asarray(train.seconds, "f8") * 1e8) / 1e5)
            ids.append(np.asarray(train.index).astype("u8") + each.start)
    all_times, all_ids = np.concatenate(times), np.concatenate(ids)
    order = np.lexsort((all_ids, all_times))
    return all_times[order], all_ids[order]


def _transmitter_reports(epoch: EpochRecord, cells: Nodes) -> list[Report]:
    """Mean concentration of each transmitter around each cell, as one frame that lasts the epoch."""
    regions = np.repeat([each.facts["region"] for each in cells.types], [each.count for each in cells.types])
    reports = []
    for transmitter in transmitters_in(epoch.averages):
        means = {place: epoch.averages.get(f"{transmitter}_{place}_nanomolar", np.nan) for place in COMPARTMENTS}
        values = np.array([means[region] for region in regions])
        known = np.flatnonzero(~np.isnan(values))
        if known.size:
            reports.append(Report(transmitter, "nM", known, values[None, known], epoch.seconds * 1e3))
    return reports


def _write_report(path: Path, report: Report) -> None:
    with new_hdf5(path) as file:
        mark_sonata(file)
        group = file.create_group("report/cells")
        data = write_column(group, "data", report.values.astype("f4"), report.unit)
        data.attrs["variable"] = report.name  # bmtk labels its axis by it
        mapping = group.create_group("mapping")
        write_column(mapping, "node_ids", report.nodes.astype("u8")).attrs["sorted"] = np.uint8(1)
        write_column(mapping, "index_pointers", np.arange(len(report.nodes) + 1, dtype="u8"))
        write_column(mapping, "element_ids", np.zeros(len(report.nodes), "u4"))
        write_column(mapping, "time", np.array([report.start_ms, report.stop_ms, report.step_ms]), "ms")
        _write_bmtk_names(mapping, len(report.nodes))


def _write_bmtk_names(mapping: h5py.Group, count: int) -> None:
    """What bmtk calls otherwise, or looks for besides."""
    mapping["index_pointer"] = mapping["index_pointers"]
    write_column(mapping, "element_pos", np.full(count, 0.5, "f4"))


def _simulation(number: int, record: AnimalRecord, wiring: Wiring, reports: list[Report]) -> dict[str, Any]:
    epoch = record.epochs[number]
    stop = epoch.seconds * 1e3
    output = f"$BASE_DIR/{OUTPUT.format(number)}"
    return {
        "version": CONFIG_VERSION,
        "manifest": {"$BASE_DIR": "."},
        "network": f"$BASE_DIR/{CIRCUIT_CONFIG}",
        "node_set": "cells",
        "run": {
            "tstart": 0.0,
            "tstop": stop,
            "dt": wiring.dt_ms,
            "random_seed": int(record.provenance.get("seed", 0)),
            "spike_threshold": -20,
        },
        "inputs": {
            "fibres": {
                "input_type": "spikes",
                "module": "synapse_replay",
                "delay": 0.0,
                "duration": stop,
                "node_set": "fibres",
                "spike_file": f"{output}/{SPIKE_FILE}",
                "input_file": f"{output}/{SPIKE_FILE}",
            }
        },
        "output": {"output_dir": output, "spikes_file": SPIKE_FILE, "spikes_sort_order": "by_time"},
        "reports": {report.name: _report_entry(report) for report in reports},
    }


def _report_entry(report: Report) -> dict[str, Any]:
    return {
        "module": "membrane_report",  # bmtk reads no report that does not say so
        "cells": "cells",
        "sections": "soma",
        "type": "compartment",
        "variable_name": report.name,
        "unit": report.unit,
        "dt": report.step_ms,
        "start_time": report.start_ms,
        "end_time": report.stop_ms,
        "file_name": f"{report.name}.h5",
        "enabled": True,
    }


def _said(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of a frame says, without what it leaves open."""
    values = {name: told[name] for name in TOLD if name in told}
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}
    return {name: value for name, value in plain.items() if value == value and value != ""}


def _concentrations(record: AnimalRecord, hours: float) -> Mapping[str, float]:
    """Drug concentrations at the last moment, up to an hour, at which they were recorded."""
    table = record.concentrations
    rows = np.flatnonzero(np.asarray(table.hours) <= hours)
    if not rows.size:
        return {}
    return {name: float(np.asarray(column)[rows[-1]]) for name, column in table.columns.items()}
