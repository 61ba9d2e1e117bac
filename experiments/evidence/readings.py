"""Reads from finished animals what findings name: values of assays, of the slow state, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.days import hours_from_surgery
from core.errors import UserError, unknown_name
from core.records import AnimalRecord, SlowTable
from experiments.evidence.outcome_statistics import Value
from results.files.folder import check_identity, finished_animals, read_manifest
from results.files.reading import read_animal

#: The slow state is recorded at rest epochs, and an assay follows its rest epoch within this time.
_LATEST_HOURS = 0.7


def _over(value: float, rest: float) -> float:
    """Rate over the rate at rest; NaN for cells that are silent at rest."""
    return value / rest if rest else float("nan")


#: Reading -> (the readings it is derived from, how).
DERIVED_READINGS: Mapping[str, tuple[tuple[str, ...], Callable[..., float]]] = {
    "locus_coeruleus_glutamate": (("glutamate_clearance",), lambda clearance: 1.0 / clearance),
    "serotonin1A_desensitised": (("serotonin1A_sensitivity",), lambda sensitivity: 100.0 * (1.0 - sensitivity)),
    "evoked_noradrenaline_rise": (("evoked_noradrenaline",), lambda percent: percent - 100.0),
    "locus_coeruleus_burst_rise": (
        ("locus_coeruleus_burst_rate", "locus_coeruleus_rest_rate"),
        lambda burst, rest: _over(burst, rest) - 1.0,
    ),
    "locus_coeruleus_pause_rise": (
        ("locus_coeruleus_pause_rate", "locus_coeruleus_rest_rate"),
        lambda pause, rest: _over(pause, rest) - 1.0,
    ),
}


@dataclass(frozen=True)
class FinishedAnimals:
    """The finished animals of a study folder.

    Attributes
    ----------
    records
        Arm -> animal number -> record, without spikes.
    """

    records: Mapping[str, Mapping[int, AnimalRecord]]

    @classmethod
    def of(cls, out: Path) -> FinishedAnimals:
        """Read every finished animal of a study folder; UserError for a damaged or a misplaced file."""
        manifest = read_manifest(out)
        records: dict[str, dict[int, AnimalRecord]] = {arm.name: {} for arm in manifest.arms}
        for arm, number, path in finished_animals(out, manifest):
            check_identity(path, manifest, arm.name, number)
            records[arm.name][number] = read_animal(path, spikes=False)
        return cls(records)

    def read(self, arm: str, value: Value, most: int) -> dict[int, float]:
        """Animal number -> its value, of animals 1 to `most`; UserError for a reading that does not exist."""
        return {n: _number(record, value) for n, record in self.records[arm].items() if n <= most}

    def reader(self, names: Mapping[str, str], most: int) -> Callable[[str, Value], dict[int, float]]:
        """`read` for one finding: names: arm as the finding calls it -> arm of the study."""
        return lambda arm, value: self.read(names[arm], value, most)


def _number(record: AnimalRecord, value: Value) -> float:
    if value.name in DERIVED_READINGS:
        bases, derive = DERIVED_READINGS[value.name]
        return float(derive(*(_number(record, value.model_copy(update={"name": base})) for base in bases)))
    hours = hours_from_surgery(value.day, value.hour)
    if value.mean_over_hours:
        return _average(record, value.name, hours - value.mean_over_hours, hours)
    for reading in record.assays:
        place = (reading.name, reading.side, reading.day, round(reading.hour, 3))
        if place == (value.name, value.side, value.day, round(value.hour, 3)):
            return reading.value
    if value.name not in record.slow_state.columns:
        known = {reading.name for reading in record.assays} | set(record.slow_state.columns) | set(DERIVED_READINGS)
        raise unknown_name("reading", value.name, known, f"arm {record.arm}")
    return _at(record.slow_state, value.name, hours)


def _average(record: AnimalRecord, name: str, start: float, stop: float) -> float:
    """Mean over hours `start` to `stop` of an average of rest epochs, interpolated linearly between them."""
    rest = [(epoch.hours, epoch.averages[name]) for epoch in record.epochs if epoch.purpose == "rest"]
    hours, values = np.array(rest).T
    inside = np.unique(np.concatenate([[start, stop], hours[(hours > start) & (hours < stop)]]))
    return float(np.trapezoid(np.interp(inside, hours, values), inside) / (stop - start))


def _at(table: SlowTable, column: str, hours: float) -> float:
    """The column at the last rest epoch up to that time; UserError where the animal was not measured then."""
    before = int(np.searchsorted(table.hours, hours + 1e-6)) - 1
    if before < 0 or hours - table.hours[before] > _LATEST_HOURS:
        raise UserError(f"{column}: nothing was seen of the animal at hour {hours:g}.")
    return float(table.columns[column][before])
