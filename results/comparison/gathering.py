"""Reads all finished animals of a study folder into long tables: one row for each animal and value.

| table | one row for each | `assay` | `name` |
|---|---|---|---|
| `assays` | value of an assay | the assay, such as `paw_pressure` | what it measures, `paw_pressure_threshold` |
| `averages` | average of an epoch | what the epoch was for, `rest` or an assay | the average |
| `rates` | population in an epoch, in Hz per cell | the same | the population |
| `concentrations` | arm, drug at a place and hour, in nM | - | the column of the file |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.days import HOURS_PER_DAY, day_and_hour
from core.records import AnimalRecord, EpochRecord, SlowTable
from results.comparison.frames import distinct, frame_of, where
from results.files.folder import Manifest, ManifestArm, check_identity, finished_animals, read_manifest
from results.files.reading import PopulationCounts, read_animal, read_counts
from results.files.writing import NOT_RECORDED, unit_of

LONG_COLUMNS = {
    "arm": str,
    "circuit": str,
    "treatment": str,
    "manipulation": str,
    "animal": int,
    "assay": str,
    "name": str,
    "side": str,
    "phase": str,
    "unit": str,
    "day": int,
    "hour": float,
    "value": float,
    "censored": bool,
}
CONCENTRATION_COLUMNS = {
    "arm": str,
    "name": str,
    "unit": str,
    "hours": float,
    "n": int,
    "mean": float,
    "least": float,
    "most": float,
}
#: A drug counts as present above this share of its highest mean concentration.
PRESENT_SHARE = 0.1


@dataclass(frozen=True)
class StudyData:
    """The finished animals of a study folder as tables.

    Attributes
    ----------
    manifest
        Of the study.
    finished
        Arm -> numbers of its animals that were read.
    assays, averages, rates
        With the columns `LONG_COLUMNS`, one row for each animal and value.
    concentrations
        With the columns `CONCENTRATION_COLUMNS`: mean and range over the animals of an arm, hour by hour.
    """

    manifest: Manifest
    finished: dict[str, tuple[int, ...]]
    assays: pd.DataFrame
    averages: pd.DataFrame
    rates: pd.DataFrame
    concentrations: pd.DataFrame


def gather(out: Path | str) -> StudyData:
    """Read every finished animal of a study folder, without its spikes.

    Raises
    ------
    UserError
        Where `out` is no study folder, or a file is damaged or holds another animal than its name says.
    """
    manifest = read_manifest(out)
    rows: dict[str, list[tuple[Any, ...]]] = {"assays": [], "averages": [], "rates": []}
    finished: dict[str, tuple[int, ...]] = {arm.name: () for arm in manifest.arms}
    exposures: dict[str, list[SlowTable]] = {arm.name: [] for arm in manifest.arms}
    for arm, animal, path in finished_animals(out, manifest):
        check_identity(path, arm.name, animal)
        record, counts = read_animal(path, spikes=False), read_counts(path)
        rows["assays"] += _assay_rows(arm, record)
        rows["averages"] += _average_rows(arm, record)
        rows["rates"] += _rate_rows(arm, record, counts)
        finished[arm.name] += (animal,)
        exposures[arm.name].append(record.concentrations)
    tables = {name: frame_of(LONG_COLUMNS, found) for name, found in rows.items()}
    concentrations = [row for arm, found in exposures.items() for row in _concentration_rows(arm, found)]
    return StudyData(manifest, finished, **tables, concentrations=frame_of(CONCENTRATION_COLUMNS, concentrations))


def dosing_days(data: StudyData) -> dict[str, tuple[tuple[float, float], ...]]:
    """Arm -> (first, last) days of dosing by the manifest; where it has none at all, days on which drug is present."""
    told = {arm.name: arm.dosing_days for arm in data.manifest.arms}
    if any(told.values()):
        return told
    return {name: _present(where(data.concentrations, arm=name)) for name in told}


def _present(concentrations: pd.DataFrame) -> tuple[tuple[float, float], ...]:
    days = []
    for name in distinct(concentrations["name"]):
        column = where(concentrations, name=name)
        highest = column["mean"].to_numpy().max(initial=0.0)
        if highest > 0:
            hours = column["hours"][column["mean"] > PRESENT_SHARE * highest]
            days += [hours.min() / HOURS_PER_DAY, hours.max() / HOURS_PER_DAY]
    return ((float(min(days)), float(max(days))),) if days else ()


def _labels(arm: ManifestArm, animal: int) -> tuple[Any, ...]:
    return arm.name, arm.circuit, arm.treatment, arm.manipulation, animal


def _assay_rows(arm: ManifestArm, record: AnimalRecord) -> Iterator[tuple[Any, ...]]:
    for a in record.assays:
        place = (a.assay, a.name, a.side, a.phase, a.unit, a.day, round(a.hour, 3))
        yield (*_labels(arm, record.animal), *place, a.value, a.censored)


def _average_rows(arm: ManifestArm, record: AnimalRecord) -> Iterator[tuple[Any, ...]]:
    for epoch in record.epochs:
        day, hour = _day_and_hour(epoch)
        for name, value in epoch.averages.items():
            place = (epoch.purpose, name, "", "", unit_of(name), day, hour)
            yield (*_labels(arm, record.animal), *place, value, False)


def _rate_rows(arm: ManifestArm, record: AnimalRecord, counts: PopulationCounts) -> Iterator[tuple[Any, ...]]:
    for k, epoch in enumerate(record.epochs):
        day, hour = _day_and_hour(epoch)
        for name, cells, spikes in zip(counts.names, counts.cells, counts.spikes[:, k], strict=True):
            if spikes != NOT_RECORDED and cells * epoch.seconds > 0:
                place = (epoch.purpose, name, "", "", "Hz", day, hour)
                yield (*_labels(arm, record.animal), *place, float(spikes / (cells * epoch.seconds)), False)


def _day_and_hour(epoch: EpochRecord) -> tuple[int, float]:
    day, hour = day_and_hour(epoch.hours)
    return day, round(hour, 3)


def _concentration_rows(arm: str, tables: list[SlowTable]) -> Iterator[tuple[Any, ...]]:
    """Mean and range over animals, at the hours of the first animal that has the column."""
    for name in dict.fromkeys(name for table in tables for name in table.columns):
        having = [table for table in tables if name in table.columns and len(table.hours)]
        if not having:
            continue
        hours = np.asarray(having[0].hours)
        values = np.array([np.interp(hours, table.hours, table.columns[name]) for table in having])
        unit = having[0].units.get(name, unit_of(name))
        numbers = np.column_stack([hours, values.mean(0), values.min(0), values.max(0)])
        for hour, mean, least, most in numbers.tolist():
            yield arm, name, unit, hour, len(having), mean, least, most
