"""The frames of a study, built from the columns of its files: what `results.study.StudyResults` gives.

Each function takes animals as (arm, columns of the file), one after another, so that only the frame grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.days import HOURS_PER_DAY, SAME_HOUR
from results.files.arrays import AnimalArrays
from results.files.columns import NOT_RECORDED
from results.files.flags import told_flags
from results.files.folder import ManifestArm
from results.files.labels import DONE, what_was_done
from results.files.writing import EPOCH_COLUMNS, unit_of
from results.frames.rows import TEXT, Rows

AnimalsRead = Iterable[tuple[ManifestArm, AnimalArrays]]

_ANIMAL = {"arm": TEXT, "animal": "i4"}
#: What an arm is, besides its name.
DESCRIBING = ("circuit", "treatment", "manipulation")
_DESCRIBED = {"arm": TEXT, **dict.fromkeys(DESCRIBING, TEXT), "animal": "i4"}
_EPOCHS = {
    **_ANIMAL,
    "epoch": "i4",
    "label": TEXT,
    "purpose": TEXT,
    "day": "i4",
    "hour": "f8",
    "hours": "f8",
    "seconds": "f8",
    "phase": TEXT,
    "side": TEXT,
    "stimulus": TEXT,
    "strength": "f8",
    "unit": TEXT,
    "onset": "f8",
    "dose_hours": "f8",
}
_WHEN = {"epoch": "i4", "purpose": TEXT, "day": "i4", "hour": "f8", "phase": TEXT, "side": TEXT, "stimulus": TEXT}
_RATES = {
    **_ANIMAL,
    **_WHEN,
    "part": TEXT,
    "low": "f8",
    "high": "f8",
    "unit": TEXT,
    "population": TEXT,
    "cells": "i4",
    "spikes": "i4",
    "active": "f8",
    "seconds": "f8",
    "rate": "f8",
}
_WINDOWS = {
    **_ANIMAL,
    **_WHEN,
    "part": TEXT,
    "start": "f8",
    "stop": "f8",
    "strength": "f8",
    "low": "f8",
    "high": "f8",
    "unit": TEXT,
}
_AVERAGES = {**_ANIMAL, **_WHEN, "name": TEXT, "unit": TEXT, "value": "f8"}
_ASSAYS = {
    **_DESCRIBED,
    "assay": TEXT,
    "name": TEXT,
    "side": TEXT,
    "phase": TEXT,
    "unit": TEXT,
    "day": "i4",
    "hour": "f8",
    "value": "f8",
    "censored": "?",
}
_FLAGS = {**_ANIMAL, "day": "f8", "hour": "f8", "epoch": TEXT, "name": TEXT, "what": TEXT, "value": "f8"}
_COURSES = {**_ANIMAL, "name": TEXT, "unit": TEXT, "hours": "f8", "day": "i4", "value": "f8"}
#: Columns of /epochs that are no averages; those of later format versions among them.
EPOCHS_TOLD = frozenset({*EPOCH_COLUMNS, *DONE})
#: Ending of those that are firing rates, which spikes and cells tell too.
RATE_ENDING = "_rate_hertz"


def epoch_columns(arrays: AnimalArrays) -> dict[str, np.ndarray]:
    """The columns of the epochs of an animal, with day and hour of the day and what was done, each (n,)."""
    epochs = arrays["epochs"]
    day, hour = days_and_hours(epochs["hours"])
    told = what_was_done(arrays)
    own = {name: epochs[name] for name in ("label", "purpose", "hours", "seconds")}
    return {"epoch": np.arange(len(day)), **own, "day": day, "hour": hour, **told}


def days_and_hours(hours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(day, hour of the day) of hours from surgery, as `core.days.day_and_hour`; times that are the same are equal."""
    day = np.floor((hours + SAME_HOUR) / HOURS_PER_DAY)
    hour = np.maximum(np.round(hours - HOURS_PER_DAY * day, 6), 0.0)
    return day.astype("i4"), hour


def epochs_frame(animals: AnimalsRead, known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each epoch; `known` holds the first categories of columns."""
    rows = Rows(_EPOCHS, known)
    for arm, arrays in animals:
        columns = epoch_columns(arrays)
        rows.add(len(columns["epoch"]), arm=arm.name, animal=arrays.animal, **columns)
    return rows.frame()


def rates_frame(animals: AnimalsRead, known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each population in a window of an epoch; where the file has no windows, in the whole epoch."""
    rows = Rows(_RATES, known)
    for arm, arrays in animals:
        _add_rates(rows, arm.name, arrays)
    return rows.frame()


def windows_frame(animals: AnimalsRead, known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each window of an epoch; where the file has none, for the whole epoch."""
    rows = Rows(_WINDOWS, known)
    for arm, arrays in animals:
        windows = window_columns(arrays)
        rows.add(len(windows["epoch"]), arm=arm.name, animal=arrays.animal, **windows)
    return rows.frame()


def _add_rates(rows: Rows, arm: str, arrays: AnimalArrays) -> None:
    windows = window_columns(arrays)
    count, populations = len(windows["epoch"]), len(arrays.populations)
    columns = {name: rows.code(name, windows[name]) if _RATES[name] == TEXT else windows[name]
               for name in windows if name in _RATES}  # fmt: skip
    columns = {name: np.repeat(column, populations) for name, column in columns.items()}
    group = arrays["populations"]
    spikes = group.get("window_spikes", group["spikes"]).T.ravel()
    active = group["window_cells"].T.ravel() if "window_cells" in group else np.full(spikes.size, np.nan)
    columns["population"] = np.tile(rows.code("population", arrays.populations), count)
    columns["cells"] = np.tile(group["cells"], count)
    exposure = columns["cells"] * columns["seconds"]
    kept = (spikes != NOT_RECORDED) & (exposure > 0)
    columns |= {"spikes": spikes, "active": active, "rate": spikes / np.where(exposure > 0, exposure, np.nan)}
    rows.add(int(kept.sum()), arm=arm, animal=arrays.animal, **{name: c[kept] for name, c in columns.items()})


def window_columns(arrays: AnimalArrays) -> dict[str, np.ndarray]:
    """The windows in which spikes were counted, with what is known of their epochs, each column (w,)."""
    epochs = epoch_columns(arrays)
    windows = arrays["windows"]
    if windows:
        at = windows["epoch"]
        own = {name: windows[name] for name in ("part", "start", "stop", "low", "high", "unit")}
    else:
        at = epochs["epoch"]
        part = np.where(epochs["stimulus"] == "", "rest", "whole").astype(object)
        unknown = np.full(len(at), np.nan)
        own = {"part": part, "low": unknown, "high": unknown, "unit": epochs["unit"]}
        own |= {"start": np.zeros(len(at)), "stop": epochs["seconds"]}
    seconds = own["stop"] - own["start"]
    return {**{name: epochs[name][at] for name in (*_WHEN, "strength")}, **own, "seconds": seconds}


def averages_frame(animals: AnimalsRead, known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each average of an epoch; firing rates, which older files hold as averages too, are left out."""
    rows = Rows(_AVERAGES, known)
    for arm, arrays in animals:
        epochs, columns = epoch_columns(arrays), arrays["epochs"]
        when = {name: rows.code(name, epochs[name]) if _WHEN[name] == TEXT else epochs[name] for name in _WHEN}
        for name in columns:
            if name not in EPOCHS_TOLD and not name.endswith(RATE_ENDING):
                _add_average(rows, {"arm": arm.name, "animal": arrays.animal, **when}, name, arrays)
    return rows.frame()


def _add_average(rows: Rows, where: Mapping[str, Any], name: str, arrays: AnimalArrays) -> None:
    values = arrays["epochs"][name]
    there = ~np.isnan(values)
    unit = arrays.units["epochs"].get(name, unit_of(name))
    cut = {key: value[there] if isinstance(value, np.ndarray) else value for key, value in where.items()}
    rows.add(int(there.sum()), **cut, name=name, unit=unit, value=values[there])


def assays_frame(animals: AnimalsRead, known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each value that an assay read."""
    rows = Rows(_ASSAYS, known)
    for arm, arrays in animals:
        columns = {name: arrays["assays"][name] for name in ("assay", "name", "side", "phase", "unit", "value")}
        day, hour = arrays["assays"]["day"], np.round(arrays["assays"]["hour"], 6)
        columns |= {"day": day, "hour": hour, "censored": arrays["assays"]["censored"]}
        rows.add(len(day), **described(arm, arrays.animal), **columns)
    return rows.frame()


def described(arm: ManifestArm, animal: int) -> dict[str, Any]:
    """The columns that say what an animal is."""
    return {
        "arm": arm.name,
        "circuit": arm.circuit,
        "treatment": arm.treatment,
        "manipulation": arm.manipulation,
        "animal": animal,
    }


def courses_frame(animals: AnimalsRead, group: str, known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each time and column of the groups `concentrations` or `slow_state`."""
    rows = Rows(_COURSES, known)
    for arm, arrays in animals:
        columns, units = arrays[group], arrays.units.get(group, {})
        day, _ = days_and_hours(columns["hours"])
        for name in (name for name in columns if name != "hours"):
            shared = {"arm": arm.name, "animal": arrays.animal, "name": name, "unit": units.get(name, unit_of(name))}
            rows.add(len(day), **shared, hours=columns["hours"], day=day, value=columns[name])
    return rows.frame()


def flags_frame(animals: AnimalsRead, known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each thing that a circuit did and no circuit does."""
    rows = Rows(_FLAGS, known)
    for arm, arrays in animals:
        for flag in told_flags(arrays["flags"], arrays["epochs"]):
            unknown = {name: np.nan for name in ("day", "hour") if flag[name] is None}
            rows.add(1, arm=arm.name, animal=arrays.animal, **{**flag, **unknown})
    return rows.frame()


def animals_frame(finished: Iterable[tuple[ManifestArm, int, Any]], known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each finished animal, given as (arm, number, file)."""
    rows = Rows({**_DESCRIBED, "file": TEXT}, known)
    for arm, animal, path in finished:
        rows.add(1, **described(arm, animal), file=str(path))
    return rows.frame()
