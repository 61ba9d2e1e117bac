"""Writes an animal as a file of Neurodata Without Borders (NWB): epochs as trials, cells as units, the rest as series.

Times are seconds from the start of the animal's first day. NWB wants a date for that moment, and a virtual rat has
none: it stands at the beginning of the year 2000.
"""

from __future__ import annotations

import datetime
import json
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import pandas as pd

from core.days import HOURS_PER_DAY
from core.errors import UserError
from core.records import AnimalRecord, SlowTable
from core.vocabulary import SIDES
from results.files.atomic import new_file
from results.files.folder import ManifestArm
from results.files.writing import epoch_starts, first_day, unit_of

SESSION_START = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
SPECIES = "Rattus norvegicus"
#: NWB asks for an age. The model has none; its numbers come from adult rats of about 250 g.
NOMINAL_AGE = "P7W/P10W"
#: Spike times are kept to this, s.
RESOLUTION = 1e-8
#: Column of the trials -> what it says. They are those of `StudyResults.epochs`.
TRIAL_COLUMNS = {
    "epoch": "position of the epoch in the animal's file of bluespot",
    "label": "name of the epoch, unique within the animal",
    "purpose": "what it was for: rest, settle (before the first rest) or an assay",
    "day": "day from surgery",
    "hour": "hour of that day; 0 is the hour of dosing",
    "hours": "hours from surgery at its start",
    "phase": "what had just been injected, lit or lesioned; empty for nothing",
    "side": "hind paw to which the stimulus was applied; empty for none",
    "stimulus": "what was applied, such as force; empty at rest",
    "strength": "strongest that was applied, in the unit of the next column",
    "unit": "unit of strength",
    "onset": "seconds from the start of the epoch to the stimulus",
    "dose_hours": "hours since the last dose; NaN where there was none",
}
ASSAY_TABLE_COLUMNS = {
    "assay": "name of the assay",
    "quantity": "what it measured",
    "side": "hind paw; empty where it has none",
    "value": "value, in the unit of the next column",
    "unit": "unit of value",
    "day": "day from surgery",
    "hour": "hour of that day; 0 is the hour of dosing",
    "censored": "whether the stimulus ended at its cut-off, without a withdrawal",
    "phase": "what had just been injected, lit or lesioned; empty for nothing",
}


def write_nwb(path: Path, record: AnimalRecord, arm: ManifestArm, epochs: pd.DataFrame) -> None:
    """Write one animal to a new file, complete or not at all.

    Parameters
    ----------
    path
        The file; it must not exist.
    record
        The animal, with spikes.
    arm
        What its study says of its arm.
    epochs
        Rows of `StudyResults.epochs` of this animal: those that become trials.

    Raises
    ------
    UserError
        Where pynwb is not installed, and where the file exists or cannot be written.
    """
    pynwb = pynwb_module()
    starts = epoch_starts(record.epochs) / 1e3
    file = _file(record, arm)
    _add_trials(file, epochs, starts)
    file.units = _units(record, epochs["epoch"].to_numpy(), starts)
    _add_averages(file, record, epochs["epoch"].to_numpy(), starts)
    for name, table, what in (
        ("slow_state", record.slow_state, "variables of the animal that change over days"),
        ("concentrations", record.concentrations, "unbound drug at a place"),
    ):
        _add_courses(file, name, table, what, HOURS_PER_DAY * first_day(record.epochs))
    if record.assays:
        file.add_analysis(_assays(record))
    with new_file(path) as part, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*does not end in '.nwb'.*")  # it will, once it is whole
        with pynwb.NWBHDF5IO(str(part), "w") as io:
            io.write(file)


def pynwb_module() -> Any:
    """The package pynwb; UserError where it is not installed."""
    try:
        import pynwb
    except ImportError as error:
        raise UserError('NWB needs pynwb: pip install "bluespot[nwb]".') from error
    return pynwb


def _file(record: AnimalRecord, arm: ManifestArm) -> Any:
    """The file with its subject and provenance, without data."""
    from pynwb import NWBFile
    from pynwb.file import Subject

    name = f"{record.arm}-{record.animal:03d}"
    provenance = json.dumps(dict(record.provenance), sort_keys=True, ensure_ascii=False, default=str)
    version = record.provenance.get("bluespot_version", "")
    described = ", ".join(filter(None, (arm.circuit, arm.treatment, arm.manipulation)))
    return NWBFile(
        session_description=f"Virtual rat {name} of the study {record.study}, simulated by bluespot {version}. "
        f"Times are seconds from the start of day {first_day(record.epochs)}; day 0 is the day of surgery.",
        identifier=str(uuid5(NAMESPACE_URL, f"bluespot/{record.study}/{name}/{provenance}")),
        session_start_time=SESSION_START,
        session_id=name,
        experiment_description=f"Simulation, not an experiment. Arm {record.arm}: {described}.",
        keywords=["simulation", "neuropathic pain", "virtual rat", "bluespot", record.study, arm.circuit],
        pharmacology=arm.treatment or None,
        surgery=f"Circuit {arm.circuit}: {'' if arm.circuit == 'naive' else 'simulated '}surgery on day 0.",
        notes=f"Provenance: {provenance}",
        source_script=f"bluespot {version}",
        source_script_file_name="bluespot export",
        was_generated_by=[["bluespot", str(version)]],
        subject=Subject(
            subject_id=name,
            species=SPECIES,
            sex="U",
            age=NOMINAL_AGE,
            description="Virtual rat: a spiking model without sex, strain or age. No animal was used. The age is that "
            "of rats of about 250 g, from which its numbers come.",
        ),
    )


def _add_trials(file: Any, epochs: pd.DataFrame, starts: np.ndarray) -> None:
    columns = {name: what for name, what in TRIAL_COLUMNS.items() if name in epochs}
    for name, what in columns.items():
        file.add_trial_column(name, what)
    for row in epochs.to_dict("records"):
        start = float(starts[row["epoch"]])
        values = {name: _plain(row[name]) for name in columns}
        file.add_trial(start_time=start, stop_time=start + float(row["seconds"]), **values)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _units(record: AnimalRecord, numbers: np.ndarray, starts: np.ndarray) -> Any:
    """One unit for each cell and fibre, silent ones too, with the stretches of time in which it was recorded."""
    from hdmf.common import VectorData, VectorIndex
    from pynwb.misc import Units

    times, intervals, rows = [], [], []
    for name, cells in _cells(record).items():
        recorded = [int(k) for k in numbers if name in record.epochs[k].spikes]
        spans = np.array([(starts[k], starts[k] + record.epochs[k].seconds) for k in recorded]).reshape(-1, 2)
        by_cell = _times_by_cell(record, name, recorded, starts)
        side = next((side for side in SIDES if name.startswith(f"{side}_")), "")
        for cell in range(cells):
            times.append(by_cell[cell])
            intervals.append(spans)
            rows.append((name, name.removeprefix(f"{side}_"), side, cell))
    spikes, spikes_index = _ragged(times)
    spans, spans_index = _ragged(intervals)
    spikes_data = VectorData(name="spike_times", description="seconds from the start of the session", data=spikes)
    spans_data = VectorData(name="obs_intervals", description="when it was recorded: during epochs", data=spans)
    texts = (
        ("block", "population with its side, as bluespot calls it"),
        ("population", "population"),
        ("side", "side of the body; empty where the population has none"),
    )
    columns = [VectorData(name=n, description=d, data=[row[k] for row in rows]) for k, (n, d) in enumerate(texts)]
    columns.append(VectorData(name="cell", description="cell within its block, from 0", data=[row[3] for row in rows]))
    return Units(
        name="units",
        description="every cell and afferent fibre of the model; fibres at the arrival of their spikes in the cord",
        resolution=RESOLUTION,
        columns=[
            VectorIndex(name="spike_times_index", target=spikes_data, data=spikes_index), spikes_data,
            VectorIndex(name="obs_intervals_index", target=spans_data, data=spans_index), spans_data,
            *columns,
        ],
    )  # fmt: skip


def _cells(record: AnimalRecord) -> Mapping[str, int]:
    return {name: train.cells for epoch in record.epochs for name, train in epoch.spikes.items()}


def _times_by_cell(record: AnimalRecord, name: str, recorded: Iterable[int], starts: np.ndarray) -> list[np.ndarray]:
    """Spike times of each cell of a population, in s, rising."""
    trains = [(starts[k], record.epochs[k].spikes[name]) for k in sorted(recorded, key=lambda k: starts[k])]
    times = np.concatenate([np.empty(0), *(start + train.seconds for start, train in trains)])
    index = np.concatenate([np.empty(0, "u4"), *(train.index for _, train in trains)])
    order = np.argsort(index, kind="stable")
    edges = np.searchsorted(index[order], np.arange(1, _cells(record)[name]))
    return np.split(times[order], edges)


def _ragged(parts: list[np.ndarray]) -> tuple[Any, np.ndarray]:
    """All parts one after another, compressed, and where each of them ends."""
    from hdmf.backends.hdf5 import H5DataIO

    together = np.concatenate(parts) if parts else np.empty(0)
    data = H5DataIO(together, compression="gzip", shuffle=True) if together.size else together
    return data, np.cumsum([len(part) for part in parts]).astype("u8")


def _add_averages(file: Any, record: AnimalRecord, numbers: np.ndarray, starts: np.ndarray) -> None:
    """Means over epochs, each at the start of its epoch; rates are left to the units."""
    epochs = [record.epochs[k] for k in sorted(numbers, key=lambda k: starts[k])]
    times = np.sort(starts[numbers])
    names = sorted({name for epoch in epochs for name in epoch.averages if unit_of(name) != "Hz"})
    columns = {name: np.array([epoch.averages.get(name, np.nan) for epoch in epochs]) for name in names}
    table = SlowTable(times, columns, {name: unit_of(name) for name in names})
    _add_series(file, "averages", table, "mean over the epoch that begins at this time")


def _add_courses(file: Any, module: str, table: SlowTable, what: str, first: float) -> None:
    seconds = (np.asarray(table.hours, "f8") - first) * 3600.0
    _add_series(file, module, SlowTable(seconds, table.columns, table.units), what)


def _add_series(file: Any, module: str, table: SlowTable, what: str) -> None:
    """A processing module with one time series for each column; `table.hours` are seconds of the session here."""
    from pynwb import TimeSeries

    if not table.columns or not len(table.hours):
        return
    place = file.create_processing_module(name=module, description=what)
    times: Any = np.asarray(table.hours, "f8")
    for name, column in table.columns.items():
        series = TimeSeries(
            name=name,
            description=f"{name.replace('_', ' ')}: {what}",
            data=np.asarray(column, "f8"),
            unit=table.units.get(name) or "1",
            timestamps=times,
        )
        place.add(series)
        times = series  # the others link to the times of the first


def _assays(record: AnimalRecord) -> Any:
    from hdmf.common import DynamicTable, VectorData

    def column(name: str) -> list[Any]:
        field = "name" if name == "quantity" else name  # "name" would hide that of the table
        return [_plain(getattr(value, field)) for value in record.assays]

    columns = [VectorData(name=name, description=what, data=column(name)) for name, what in ASSAY_TABLE_COLUMNS.items()]
    return DynamicTable(name="assays", description="values that assays read from spikes", columns=columns)
