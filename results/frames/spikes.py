"""Spikes of chosen populations in chosen epochs, as a frame or as spike trains of Neo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd

from core.errors import UserError, unknown_name
from results.files.arrays import AnimalArrays, arrays_of
from results.files.bounds import DamagedError, Names
from results.files.columns import NOT_RECORDED
from results.files.opening import opened
from results.files.reading import read_train
from results.frames.rows import TEXT, Rows

#: More spikes than this are not put into one frame: 26 bytes each.
MOST_SPIKES = 50_000_000

_SPIKES = {"arm": TEXT, "animal": "i4", "epoch": "i4", "population": TEXT, "cell": "i4", "seconds": "f8"}
_READ: Mapping[str, Names] = {"populations": {"name", "cells", "spikes"}, "epochs": {"start_ms", "stop_ms"}}
_ANNOTATED = (
    "arm",
    "animal",
    "epoch",
    "label",
    "purpose",
    "day",
    "hour",
    "phase",
    "side",
    "stimulus",
    "strength",
    "unit",
)


@dataclass(frozen=True)
class EpochTrain:
    """Spikes of one population of one animal in one epoch.

    arm, animal, epoch: which, the epoch by its position in the file. cells: how many the population has. seconds: times
    from the start of the epoch, rising. cell: which fired, from 0.
    """

    arm: str
    animal: int
    epoch: int
    population: str
    cells: int
    seconds: np.ndarray
    cell: np.ndarray


def trains(
    epochs: pd.DataFrame, files: Mapping[tuple[str, int], Path], populations: list[str] | None
) -> Iterator[EpochTrain]:
    """Read the spikes of epochs, animal by animal, and only the stretch of each file that holds them.

    Parameters
    ----------
    epochs
        Rows of `StudyResults.epochs`.
    files
        (arm, animal) -> file.
    populations
        Names; None for all.

    Raises
    ------
    UserError
        For a population that none of the animals has, for more spikes than `MOST_SPIKES`, and for a damaged file.
    """
    seen: set[str] = set()
    count = 0
    for (arm, animal), positions in epochs.groupby(["arm", "animal"], observed=True, sort=False)["epoch"]:
        path = files[str(arm), int(animal)]
        with opened(path) as file:
            arrays = arrays_of(file, path, _READ)
            seen |= set(arrays.populations)
            wanted = [name for name in arrays.populations if populations is None or name in populations]
            for name in wanted:
                for train in _trains_of(file, arrays, name, positions.to_numpy()):
                    count += len(train.seconds)
                    _refuse_too_many(count)
                    yield replace(train, arm=str(arm), animal=int(animal))
    for name in populations or []:
        if seen and name not in seen:
            raise unknown_name("population", name, seen, "spikes")


def _trains_of(file: h5py.File, arrays: AnimalArrays, name: str, epochs: np.ndarray) -> Iterator[EpochTrain]:
    """Spikes lie in the order of the epochs' starts, so that their numbers say where those of each epoch are."""
    row = arrays.populations.index(name)
    starts, stops = (arrays["epochs"][column] for column in ("start_ms", "stop_ms"))
    spikes, cells = arrays["populations"]["spikes"][row], int(arrays["populations"]["cells"][row])
    order = np.argsort(starts, kind="stable")
    last = np.empty(len(starts), "i8")
    last[order] = np.cumsum(np.where(spikes == NOT_RECORDED, 0, spikes)[order])
    recorded = epochs[spikes[epochs] != NOT_RECORDED]
    if not len(recorded):
        return
    first = last[recorded] - spikes[recorded]
    begin, end = int(first.min()), int(last[recorded].max())
    times, ids = read_train(file, name, cells, slice(begin, end))
    for epoch, start, stop in zip(recorded.tolist(), first - begin, last[recorded] - begin, strict=True):
        own = times[start:stop]
        if len(own) and not starts[epoch] - 0.5 <= own[0] <= own[-1] <= stops[epoch] + 0.5:
            raise DamagedError(f"spikes/{name}/timestamps: spikes of epoch {epoch} lie outside it")
        yield EpochTrain(
            "", 0, epoch, name, cells, np.rint((own - starts[epoch]) * 1e5) / 1e8, ids[start:stop].astype("i4")
        )


def _refuse_too_many(count: int) -> None:
    if count > MOST_SPIKES:
        raise UserError(
            f"spikes: more than {MOST_SPIKES:,} are asked for, more than a frame is made of; choose some of them, as "
            'population="ipsi_projection" or day=28.'
        )


def spikes_frame(found: Iterable[EpochTrain], known: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """One row for each spike; `known` holds the first categories of columns."""
    rows = Rows(_SPIKES, known)
    for train in found:
        where = {"arm": train.arm, "animal": train.animal, "epoch": train.epoch, "population": train.population}
        rows.add(len(train.seconds), **where, cell=train.cell, seconds=train.seconds)
    return rows.frame()


def neo_trains(found: Iterable[EpochTrain], epochs: pd.DataFrame) -> list[Any]:
    """One `neo.SpikeTrain` for each cell and epoch, silent cells too, with what is known of both as annotations.

    Raises
    ------
    UserError
        Where Neo is not installed.
    """
    try:
        from neo import SpikeTrain
    except ImportError as error:
        raise UserError('spike trains of Neo need it: pip install "bluespot[analysis]".') from error
    told = {(row["arm"], row["animal"], row["epoch"]): row for row in epochs.to_dict("records")}
    trains = []
    for train in found:
        epoch = told[train.arm, train.animal, train.epoch]
        notes = {name: epoch[name] for name in _ANNOTATED} | {"population": train.population}
        order = np.argsort(train.cell, kind="stable")
        edges = np.searchsorted(train.cell[order], np.arange(train.cells + 1))
        for cell in range(train.cells):
            times = train.seconds[order[edges[cell] : edges[cell + 1]]]
            trains.append(SpikeTrain(times, units="s", t_stop=epoch["seconds"], cell=cell, **notes))
    return trains
