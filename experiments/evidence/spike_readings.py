"""Readings of spikes: measures of populations in a part of an epoch, by `results.spikes`.

Epochs are chosen by assay, day and hour, then by side, phase, stimulus and strength. What is left must have been done
alike; an animal's epochs of one kind, such as trials of a filament, are averaged. Only the spikes of these epochs and
populations are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.days import hours_from_surgery
from core.errors import UserError
from core.records import SpikeTrain
from core.stimulus_course import BIN
from experiments.evidence.value import REST, Value
from experiments.protocol.measurement import SAME_READING
from results.files.arrays import AnimalArrays, read_arrays
from results.files.folder import ManifestArm
from results.files.stimulus_groups import stimuli_of_epochs
from results.frames.selection import chosen
from results.frames.spikes import EpochTrain, trains
from results.frames.tables import epochs_frame, windows_frame
from results.spikes.durations import DURATIONS
from results.spikes.measures import spike_measures

#: An assay follows its rest epoch within this time.
LATEST_HOURS = 0.7
_KEY = ["animal", "epoch"]
#: Strengths closer than this are one.
_SAME = 1e-6


@dataclass(frozen=True)
class ArmAnimals:
    """The finished animals of one arm: columns of their files, and frames of these where they are asked for.

    Attributes
    ----------
    arm
        Which one.
    files
        Animal number -> file.
    arrays
        Animal number -> the columns of its file but for spikes.
    """

    arm: ManifestArm
    files: Mapping[int, Path]
    arrays: Mapping[int, AnimalArrays]

    @cached_property
    def epochs(self) -> pd.DataFrame:
        """One row for each epoch, as `StudyResults.epochs`."""
        return epochs_frame(self._read, {})

    @cached_property
    def windows(self) -> pd.DataFrame:
        """One row for each part of an epoch, as `StudyResults.windows`."""
        return windows_frame(self._read, {})

    @property
    def _read(self) -> list[tuple[ManifestArm, AnimalArrays]]:
        return [(self.arm, arrays) for arrays in self.arrays.values()]


def spike_numbers(animals: ArmAnimals, value: Value, numbers: Collection[int]) -> dict[int, float]:
    """Animal number -> its measure of spikes; NaN where the measure is not defined, as of silent cells.

    An animal is missing where its stimulus ended before it came to the strength that is read.

    Parameters
    ----------
    animals
        Of one arm.
    value
        A reading of spikes.
    numbers
        The animals to read.

    Raises
    ------
    UserError
        For what the animals do not have, and for epochs that were not done alike, naming what there is.
    """
    epochs = _epochs_of(animals, value, numbers)
    windows = _chosen_windows(animals, epochs, value)
    measure = _durations if value.name in DURATIONS else _measures
    measured = measure(animals, windows, value).groupby("animal")[value.name].mean()
    return {int(animal): float(number) for animal, number in measured.items()}


def _epochs_of(animals: ArmAnimals, value: Value, numbers: Collection[int]) -> pd.DataFrame:
    """The epochs of an assay, or of the rest before it, of some animals, on the side and in the phase asked for."""
    frame = animals.epochs
    positions = {number: _positions(animals.arrays[number], value) for number in numbers}
    at = [epoch in positions.get(animal, ()) for animal, epoch in zip(frame["animal"], frame["epoch"], strict=True)]
    if not any(at):
        raise UserError(f"{_where(animals, value)}: nothing was recorded; there: {_listed(_times(animals))}.")
    wanted = {"side": value.side or None, "phase": value.phase, "stimulus": value.stimulus or None}
    return chosen(frame[at], wanted, _where(animals, value))


def _times(animals: ArmAnimals) -> list[str]:
    """When which assay was done, in words."""
    columns = [[arrays["assays"][name] for name in ("assay", "day", "hour")] for arrays in animals.arrays.values()]
    rows = {row for assays in columns for row in zip(*(column.tolist() for column in assays), strict=True)}
    return [f"{assay} on day {day} at hour {hour:g}" for assay, day, hour in sorted(rows)]


def _positions(arrays: AnimalArrays, value: Value) -> set[int]:
    hours = hours_from_surgery(value.day, value.hour)
    if value.assay == REST:
        return set(_last_rests(arrays["epochs"], hours))
    assays = arrays["assays"]
    done = (assays["assay"] == value.assay) & (assays["day"] == value.day)
    done &= np.abs(assays["hour"] - value.hour) < SAME_READING
    spans = set(zip(assays["epoch"][done].tolist(), assays["epochs"][done].tolist(), strict=True))
    return {first + k for first, count in spans for k in range(count)}


def _last_rests(epochs: Mapping[str, np.ndarray], hours: float) -> list[int]:
    """Positions of the last rest epochs up to an hour, of those of one moment all."""
    before = (epochs["purpose"] == REST) & (epochs["hours"] <= hours + 1e-6) & (epochs["hours"] >= hours - LATEST_HOURS)
    if not before.any():
        return []
    last = epochs["hours"][before].max()
    return [int(k) for k in np.flatnonzero(before & (epochs["hours"] == last))]


def _chosen_windows(animals: ArmAnimals, epochs: pd.DataFrame, value: Value) -> pd.DataFrame:
    """All windows of the epochs that have the strength; `wanted` are those of it in the part that is read."""
    windows = animals.windows.merge(epochs[[*_KEY, "seconds"]], on=_KEY)
    during = (windows["part"] == "during").to_numpy()
    windows = windows.assign(strong=during & _has_strength(windows, value.strength))
    if value.strength is not None:
        if not windows["strong"].any():
            raise UserError(f"{_where(animals, value)}: no strength {value.strength:g}; there: {_strengths(windows)}.")
        windows = windows[windows.groupby(_KEY)["strong"].transform("any")]
    _refuse_unlike(animals, windows, value)
    part = _part(value, windows)
    wanted = windows["strong"] if part == "during" else windows["part"] == part
    if not wanted.any():
        there = ", ".join(f'"{name}"' for name in dict.fromkeys(windows["part"]))
        raise UserError(f'{_where(animals, value)}: its epochs have no part "{part}"; there: {there}.')
    return windows.assign(wanted=wanted.to_numpy())


def _refuse_unlike(animals: ArmAnimals, windows: pd.DataFrame, value: Value) -> None:
    """UserError where the epochs differ in what was done."""
    for name in ("side", "phase", "stimulus"):
        there = sorted(set(windows[name]))
        if len(there) > 1:
            told = _listed(f'"{text}"' for text in there)
            raise UserError(f"{_where(animals, value)}: it has several kinds of {name}; name one of {told}.")
    steady = windows[(windows["part"] == "during") & (windows["low"] == windows["high"])]
    if value.strength is None and steady["low"].nunique() > 1:
        raise UserError(f"{_where(animals, value)}: it has several strengths; name one of {_strengths(windows)}.")


def _part(value: Value, windows: pd.DataFrame) -> str:
    if value.part:
        return value.part
    if value.name == "after_discharge":
        return "after"
    return "rest" if (windows["part"] == "rest").all() else "during"


def _has_strength(windows: pd.DataFrame, strength: float | None) -> np.ndarray:
    """Whether each window is at a strength, or in a band that holds it; all are where none is asked for."""
    if strength is None:
        return np.ones(len(windows), bool)
    low, high = windows["low"].to_numpy(), windows["high"].to_numpy()
    steady = (low == high) & (np.abs(low - strength) <= _SAME * max(1.0, abs(strength)))
    found: np.ndarray = steady | ((low < strength) & (strength <= high))
    return found


def _strengths(windows: pd.DataFrame) -> str:
    """The strengths of the windows during the stimulus, and its bands where it rises."""
    during = windows[windows["part"] == "during"]
    pairs = sorted(set(zip(during["low"], during["high"], during["unit"], strict=True)))
    told = (f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}" for low, high, unit in pairs)
    return _listed(text.removesuffix(" 1") for text in told) or "none, as nothing was done to the animals"


def _where(animals: ArmAnimals, value: Value) -> str:
    return f"arm {animals.arm.name}: {value.assay} on day {value.day} at hour {value.hour:g}"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts)


# --- measures of what was chosen ------------------------------------------------------------------------------


def _measures(animals: ArmAnimals, windows: pd.DataFrame, value: Value) -> pd.DataFrame:
    """One row for each stretch of an epoch, with a column of the measure."""
    asked = pd.DataFrame(_stretches(animals, windows, value)).astype({"arm": windows["arm"].dtype})
    before = windows[(windows["part"] == "before") & ~windows["wanted"]].merge(asked[_KEY].drop_duplicates(), on=_KEY)
    rows = pd.concat([before, asked], ignore_index=True)
    found = spike_measures(_within(_trains(animals, rows, value), rows), rows, [value.name])
    measured: pd.DataFrame = found.merge(asked[[*_KEY, "start"]], on=[*_KEY, "start"])
    return measured


def _stretches(animals: ArmAnimals, windows: pd.DataFrame, value: Value) -> Iterator[dict[str, Any]]:
    """Yield what is measured: a part of an epoch, or a window of it, or one after each electric pulse."""
    for _, own in windows.groupby(_KEY, sort=False):
        wanted = own[own["wanted"]]
        if wanted.empty:
            continue
        row, begin = wanted.iloc[0].to_dict(), float(wanted["start"].min())
        if value.window_seconds is None:
            yield row | {"start": begin, "stop": float(wanted["stop"].max())}
            continue
        pulsed = row["stimulus"] == "electric" and row["part"] == "during"
        for moment in _pulses(animals.files[row["animal"]], row["epoch"]) if pulsed else [begin]:
            start, stop = (moment + seconds for seconds in value.window_seconds)
            if stop > row["seconds"] + _SAME:
                raise UserError(
                    f"{_where(animals, value)}: window_seconds = {list(value.window_seconds)} ends after an epoch; "
                    f"expected {row['seconds'] - moment:g} s at the latest."
                )
            yield row | {"start": start, "stop": stop}


def _pulses(path: Path, epoch: int) -> list[float]:
    """When the pulses of an electric stimulus began, s of the epoch."""
    arrays = read_arrays(path, {"stimuli": None, "epochs": {"hours"}})
    courses = stimuli_of_epochs(arrays["stimuli"], len(arrays["epochs"]["hours"]))[epoch]
    on = [course.values > course.resting for course in courses if course.kind == "electric"]
    begun = np.flatnonzero(np.diff(np.any(on, axis=0).astype(int), prepend=0) > 0)
    return [round(float(k) * BIN, 9) for k in begun]


def _durations(animals: ArmAnimals, windows: pd.DataFrame, value: Value) -> pd.DataFrame:
    """One row for each epoch, with a column of how long the population answered."""
    wanted = windows[windows["wanted"]]
    stimuli = wanted.groupby(_KEY).agg({"start": "min", "stop": "max", "seconds": "first"})
    rows = []
    for train in _trains(animals, wanted, value):
        start, stop, seconds = map(float, stimuli.loc[(train.animal, train.epoch)])
        spikes = SpikeTrain(train.seconds, train.cell, train.cells)
        rows.append((train.animal, train.epoch, DURATIONS[value.name].measured(spikes, (start, stop), seconds)))
    return pd.DataFrame(rows, columns=[*_KEY, value.name])


def _trains(animals: ArmAnimals, rows: pd.DataFrame, value: Value) -> Iterator[EpochTrain]:
    """The spikes of the epochs of some rows, several populations as one."""
    epochs = rows[["arm", *_KEY]].drop_duplicates()
    files = {(animals.arm.name, number): path for number, path in animals.files.items()}
    for _, own in groupby(trains(epochs, files, list(value.population)), key=lambda train: train.animal):
        by_epoch: dict[int, list[EpochTrain]] = {}
        for train in own:
            by_epoch.setdefault(train.epoch, []).append(train)
        yield from map(_as_one, by_epoch.values())


def _as_one(parts: Sequence[EpochTrain]) -> EpochTrain:
    """Populations of one epoch as one, whose cells are numbered on."""
    first = np.cumsum([0, *(part.cells for part in parts)])
    seconds = np.concatenate([part.seconds for part in parts])
    cell = np.concatenate([part.cell + k for part, k in zip(parts, first[:-1], strict=True)])
    order = np.argsort(seconds, kind="stable")
    name = "+".join(part.population for part in parts)
    return replace(parts[0], population=name, cells=int(first[-1]), seconds=seconds[order], cell=cell[order])


def _within(found: Iterable[EpochTrain], rows: pd.DataFrame) -> Iterator[EpochTrain]:
    """The spikes up to the end of the last row of each epoch: `spike_measures` takes that for the end of the epoch."""
    ends = rows.groupby(_KEY)[["stop", "seconds"]].max()
    for train in found:
        stop, seconds = ends.loc[(train.animal, train.epoch)]
        kept = train.seconds < (stop if stop < seconds - _SAME else np.inf)
        yield replace(train, seconds=train.seconds[kept], cell=train.cell[kept])
