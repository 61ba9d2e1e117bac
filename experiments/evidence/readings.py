"""Reads from finished animals what findings name: plain readings, spikes, drugs, and what follows from them.

Files are read when an outcome needs them, spikes only of the epochs and populations that it names. The columns of a few
arms are kept, so that memory does not grow with the animals of a study.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from core.days import hours_from_surgery
from core.errors import UserError, unknown_name
from experiments.evidence.drug_readings import drug_numbers
from experiments.evidence.spike_readings import LATEST_HOURS, ArmAnimals, spike_numbers
from experiments.evidence.value import DRUG_READINGS, PLAIN, SPIKE_READINGS, Readable, Value
from experiments.protocol.study import Study
from experiments.protocol.study_file import read_study
from experiments.running.study_folder import STUDY_FILE
from results.files.arrays import AnimalArrays
from results.files.folder import Manifest, finished_animals, read_checked_arrays, read_manifest
from results.files.inside import inside
from results.frames.tables import EPOCHS_TOLD

#: What is read of the file of an animal, besides spikes.
_GROUPS = ("assays", "epochs", "windows", "slow_state")
#: Arms whose columns are kept, of all studies together: those that an outcome compares.
_ARMS_KEPT = 8


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


#: Kind of a plain reading as it is listed -> what it is, for the names that results tell.
_KINDS = {
    "<reading of an assay>": "as an assay names it in results: paw_pressure_threshold, held_force_rate_60_g, wind_up",
    "<slow variable>": "a column of the slow state: mood, raphe_rate, sensitisation_ipsi",
    "<average of rest>": "of a rest epoch: noradrenaline_forebrain_nanomolar; over hours with mean_over_hours",
}


def catalogue() -> dict[str, Readable]:
    """Name -> reading, of all that a value can name; what only an animal's file tells stands in angle brackets."""
    plain = {kind: PLAIN._replace(words=words) for kind, words in _KINDS.items()}
    derived = {
        name: PLAIN._replace(words=f"follows from {' and '.join(bases)}")
        for name, (bases, _) in DERIVED_READINGS.items()
    }
    return {**plain, **derived, **SPIKE_READINGS, **DRUG_READINGS}


@dataclass(frozen=True, eq=False)
class FinishedAnimals:
    """The finished animals of a study folder.

    Attributes
    ----------
    folder
        Of the study.
    manifest
        What it holds.
    files
        Arm -> animal number -> file.
    """

    folder: Path
    manifest: Manifest
    files: Mapping[str, Mapping[int, Path]]

    @classmethod
    def of(cls, out: Path) -> FinishedAnimals:
        """The finished animals of a study folder; UserError where it is none."""
        manifest = read_manifest(out)
        files: dict[str, dict[int, Path]] = {arm.name: {} for arm in manifest.arms}
        for arm, number, path in finished_animals(out, manifest):
            files[arm.name][number] = path
        return cls(out, manifest, files)

    def read(self, arm: str, value: Value, most: int) -> dict[int, float]:
        """Animal number -> its value, of animals 1 to `most`; one that has no such number may be missing.

        Raises
        ------
        UserError
            For a reading that does not exist, and for a damaged or a misplaced file.
        """
        animals = [number for number in self.files[arm] if number <= most]
        return value_of_animals(value, lambda each: self._numbers(arm, each, animals))

    def reader(self, names: Mapping[str, str], most: int) -> Callable[[str, Value], dict[int, float]]:
        """`read` for one finding: names: arm as the finding calls it -> arm of the study."""
        return lambda arm, value: self.read(names[arm], value, most)

    def _numbers(self, arm: str, value: Value, animals: Collection[int]) -> dict[int, float]:
        if value.name in DRUG_READINGS:
            return drug_numbers(self._study, arm, value, animals)
        own = _arm_animals(self, arm)
        if value.of_spikes and animals:
            return spike_numbers(own, value, animals)
        return {number: _number(own.arrays[number], value) for number in animals}

    @cached_property
    def _study(self) -> Study:
        return read_study(inside(self.folder, STUDY_FILE))


@lru_cache(_ARMS_KEPT)
def _arm_animals(animals: FinishedAnimals, arm: str) -> ArmAnimals:
    files = animals.files[arm]
    arrays = {
        number: read_checked_arrays(path, animals.manifest, arm, number, _GROUPS) for number, path in files.items()
    }
    return ArmAnimals(animals.manifest.arm(arm), files, arrays)


def drugs_alone(study: Study, animals: int) -> Callable[[str, Value], dict[int, float]]:
    """Read for one finding of which no outcome needs an animal: readings of drugs, of animals 1 to `animals`."""
    numbers = range(1, animals + 1)
    return lambda arm, value: value_of_animals(value, lambda each: drug_numbers(study, arm, each, numbers))


def value_of_animals(value: Value, numbers: Callable[[Value], dict[int, float]]) -> dict[int, float]:
    """Animal number -> what a value names: its own reading, less a second one, or in per cent of it."""
    own, second = numbers(value), value.second
    if second is None:
        return own
    other = numbers(second)
    shared = [number for number in own if number in other]
    if value.minus:
        return {number: own[number] - other[number] for number in shared}
    return {number: 100.0 * _over(own[number], other[number]) for number in shared}


def _number(animal: AnimalArrays, value: Value) -> float:
    """A plain reading of one animal."""
    if value.name in DERIVED_READINGS:
        bases, derive = DERIVED_READINGS[value.name]
        return float(derive(*(_number(animal, value.model_copy(update={"name": base})) for base in bases)))
    averages, slow = _averages(animal), {"hours": np.zeros(0), **animal["slow_state"]}
    hours = hours_from_surgery(value.day, value.hour)
    if value.mean_over_hours and value.name in averages:
        return _mean_over(_standing(averages, slow), value.name, hours - value.mean_over_hours, hours)
    if value.name in animal["assays"]["name"] and not value.mean_over_hours:
        return _of_assay(animal, value)
    for columns in (slow, averages):
        if value.name in columns and not value.mean_over_hours:
            return _at(columns, value.name, hours)
    own = () if value.mean_over_hours else (*animal["assays"]["name"], *slow, *DERIVED_READINGS, *SPIKE_READINGS)
    known = {*averages, *own, *(() if value.mean_over_hours else DRUG_READINGS)} - {"hours"}
    raise unknown_name("reading", value.name, known, f"arm {animal.arm}")


def _averages(animal: AnimalArrays) -> dict[str, np.ndarray]:
    """The averages of the rest epochs, and their hours from surgery."""
    epochs = animal["epochs"]
    rest = epochs["purpose"] == "rest"
    return {name: column[rest] for name, column in epochs.items() if name == "hours" or name not in EPOCHS_TOLD}


def _standing(averages: Mapping[str, np.ndarray], slow: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
    """The averages at all rests, those of an earlier epoch where it stands for one. Old files have none such."""
    if "observed_hours" not in slow:
        return averages
    found = np.searchsorted(averages["hours"], slow["observed_hours"] - 1e-6)
    return {**{name: column[found] for name, column in averages.items()}, "hours": slow["hours"]}


def _of_assay(animal: AnimalArrays, value: Value) -> float:
    """What an assay read at that time and side; UserError where it did not."""
    assays = animal["assays"]
    own = assays["name"] == value.name
    found = own & (assays["side"] == value.side) & (assays["day"] == value.day)
    found &= np.round(assays["hour"], 3) == round(value.hour, 3)
    found &= (assays["assay"] == value.assay) | (not value.assay)
    found &= (assays["phase"] == value.phase) | (value.phase is None)
    if found.any():
        return float(assays["value"][found][0])
    there = dict.fromkeys(
        f"{side or 'no side'} on day {day} at hour {hour:g}"
        for side, day, hour in zip(*(assays[name][own].tolist() for name in ("side", "day", "hour")), strict=True)
    )
    asked = f"{value.side or 'no side'} on day {value.day} at hour {value.hour:g}"
    raise UserError(f"arm {animal.arm}: {value.name} was not read, {asked}; it was: {', '.join(there)}.")


def _mean_over(averages: Mapping[str, np.ndarray], name: str, start: float, stop: float) -> float:
    """Mean over hours `start` to `stop` of an average of rest epochs, interpolated linearly between them."""
    hours, values = averages["hours"], averages[name]
    inside = np.unique(np.concatenate([[start, stop], hours[(hours > start) & (hours < stop)]]))
    return float(np.trapezoid(np.interp(inside, hours, values), inside) / (stop - start))


def _at(columns: Mapping[str, np.ndarray], name: str, hours: float) -> float:
    """The column at the last rest epoch up to that time; UserError where the animal was not measured then."""
    before = int(np.searchsorted(columns["hours"], hours + 1e-6)) - 1
    if before < 0 or hours - columns["hours"][before] > LATEST_HOURS:
        raise UserError(f"{name}: nothing was seen of the animal at hour {hours:g}.")
    return float(columns[name][before])
