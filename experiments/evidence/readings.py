"""Numbers of animals as findings name them: readings of assays, and columns of the slow state at the same time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.days import hours_from_surgery
from core.errors import UserError, unknown_name
from core.records import AnimalRecord, SlowTable
from experiments.evidence.finding import Value
from results.folder import check_identity, finished_animals, read_manifest
from results.reading import read_animal

#: An assay follows a rest epoch within this time, and the slow state is written down at rest epochs.
_LATEST_HOURS = 0.7


def _over(value: float, rest: float) -> float:
    """A share of a rate at rest; none of cells that are silent."""
    return value / rest if rest else float("nan")


#: Readings that follow from others: of which, and how.
DERIVED: Mapping[str, tuple[tuple[str, ...], Callable[..., float]]] = {
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
class Animals:
    """The finished animals of a study folder, without spikes: arm -> number -> record."""

    records: Mapping[str, Mapping[int, AnimalRecord]]

    @classmethod
    def of(cls, out: Path) -> Animals:
        """Read a study folder."""
        manifest = read_manifest(out)
        records: dict[str, dict[int, AnimalRecord]] = {arm.name: {} for arm in manifest.arms}
        for arm, number, path in finished_animals(out, manifest):
            check_identity(path, arm.name, number)
            records[arm.name][number] = read_animal(path, spikes=False)
        return cls(records)

    def read(self, arm: str, value: Value, most: int) -> dict[int, float]:
        """animal -> value, of animals 1 to `most`."""
        return {n: _number(record, value) for n, record in self.records[arm].items() if n <= most}


def _number(record: AnimalRecord, value: Value) -> float:
    if value.name in DERIVED:
        bases, derive = DERIVED[value.name]
        return float(derive(*(_number(record, value.model_copy(update={"name": base})) for base in bases)))
    hours = hours_from_surgery(value.day, value.hour)
    if value.mean_over_hours:
        return _average(record, value.name, hours - value.mean_over_hours, hours)
    for reading in record.assays:
        place = (reading.name, reading.side, reading.day, round(reading.hour, 3))
        if place == (value.name, value.side, value.day, round(value.hour, 3)):
            return reading.value
    if value.name not in record.slow_state.columns:
        known = {reading.name for reading in record.assays} | set(record.slow_state.columns) | set(DERIVED)
        raise unknown_name("reading", value.name, known, f"arm {record.arm}")
    return _at(record.slow_state, value.name, hours)


def _average(record: AnimalRecord, name: str, start: float, stop: float) -> float:
    """Mean over time of an average of rest epochs, straight lines between them."""
    rest = [(epoch.hours, epoch.averages[name]) for epoch in record.epochs if epoch.purpose == "rest"]
    hours, values = np.array(rest).T
    inside = np.unique(np.concatenate([[start, stop], hours[(hours > start) & (hours < stop)]]))
    return float(np.trapezoid(np.interp(inside, hours, values), inside) / (stop - start))


def _at(table: SlowTable, column: str, hours: float) -> float:
    """The column at the last rest epoch up to that time; nothing is read where the animal was not seen then."""
    before = int(np.searchsorted(table.hours, hours + 1e-6)) - 1
    if before < 0 or hours - table.hours[before] > _LATEST_HOURS:
        raise UserError(f"{column}: nothing was seen of the animal at hour {hours:g}.")
    return float(table.columns[column][before])
