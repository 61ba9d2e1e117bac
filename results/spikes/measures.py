"""Measures of spike trains as a frame: one row for each population in each part of an epoch, one column for a measure.

`MEASURES` lists them. A population's irregularity is the mean over its cells that have one; its correlation and
synchrony are of the cells that fire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import unknown_name
from core.records import SpikeTrain
from results.frames.spikes import EpochTrain
from results.spikes.irregularity import fano_factor, interval_variation, local_variation, neighbour_variation
from results.spikes.readouts import Window, bursts, first_spikes, mean_rate_hertz
from results.spikes.synchrony import pairwise_correlation, spike_contrast

#: Intervals (s) at which a burst begins and ends (recalled from Grace and Bunney 1984, of dopamine cells).
BURST_INTERVALS = (0.08, 0.16)
#: What a row of measures says of its window, besides the population and its cells.
WINDOW_COLUMNS = (
    "arm", "animal", "epoch", "purpose", "day", "hour", "phase", "side", "stimulus", "strength", "part", "low",
    "high", "unit",
)  # fmt: skip


@dataclass(frozen=True)
class SpikeMeasure:
    """One measure of a population in a window.

    unit: of its value, "1" for none. words: what it is. measured: its value in a window; None where it follows from the
    rates of the parts of an epoch. bounds: between which it lies.
    """

    unit: str
    words: str
    measured: Callable[[SpikeTrain, Window], float] | None = None
    bounds: tuple[float, float] = (0.0, np.inf)


def recruited_share(train: SpikeTrain, window: Window) -> float:
    """Share of the cells that fire in a window; NaN for a population without cells."""
    inside = (train.seconds >= window[0]) & (train.seconds < window[1])
    return len(np.unique(train.index[inside])) / train.cells if train.cells else float("nan")


def burst_rate_hertz(train: SpikeTrain, window: Window) -> float:
    """Mean number of bursts of a cell in a second (`BURST_INTERVALS`)."""
    return _mean(bursts(train, window, *BURST_INTERVALS)) / (window[1] - window[0])


def _mean(values: np.ndarray) -> float:
    """Mean of the finite values, NaN without one."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def _over_cells(measured: Callable[[SpikeTrain, Window], np.ndarray]) -> Callable[[SpikeTrain, Window], float]:
    return lambda train, window: _mean(measured(train, window))


def _median_latency(train: SpikeTrain, window: Window) -> float:
    latencies = first_spikes(train, window)
    return float(np.nanmedian(latencies)) if np.isfinite(latencies).any() else float("nan")


_FREE = (-np.inf, np.inf)
#: Name of a column -> what it holds.
MEASURES: Mapping[str, SpikeMeasure] = {
    "rate": SpikeMeasure("Hz", "spikes per cell and second, silent cells included", mean_rate_hertz),
    "evoked_rate": SpikeMeasure("Hz", "rate minus that before the stimulus; NaN at rest and before it", None, _FREE),
    "after_discharge": SpikeMeasure("spikes", "spikes per cell after the stimulus beyond those of the rate before it",
                                    None, _FREE),
    "recruited": SpikeMeasure("1", "share of the cells that fire", recruited_share, (0.0, 1.0)),
    "latency": SpikeMeasure("s", "median over firing cells of the time from the onset to the first spike",
                            _median_latency),
    "cv": SpikeMeasure("1", "coefficient of variation of interspike intervals", _over_cells(interval_variation)),
    "cv2": SpikeMeasure("1", "CV2 of neighbouring intervals", _over_cells(neighbour_variation)),
    "lv": SpikeMeasure("1", "local variation of neighbouring intervals", _over_cells(local_variation)),
    "fano": SpikeMeasure("1", "Fano factor of counts in 0.1 s", _over_cells(fano_factor)),
    "correlation": SpikeMeasure("1", "mean correlation of pairs of cells, counts in 10 ms", pairwise_correlation,
                                (-1.0, 1.0)),
    "burst_rate": SpikeMeasure("Hz", "bursts per cell and second", burst_rate_hertz),
    "synchrony": SpikeMeasure("1", "spike-contrast of the cells that fire", spike_contrast, (0.0, 1.0)),
}  # fmt: skip

#: Measures that are taken where none is named: `synchrony` takes longer than all others together.
USUAL_MEASURES = tuple(name for name in MEASURES if name != "synchrony")


def spike_measures(trains: Iterable[EpochTrain], windows: pd.DataFrame, names: Sequence[str] = ()) -> pd.DataFrame:
    """Measure the populations of epochs in each of their windows.

    Parameters
    ----------
    trains
        Spikes of populations in epochs (`results.frames.spikes.trains`).
    windows
        Of these epochs, as `results.study.StudyResults.windows`.
    names
        Of `MEASURES`, in the order of the columns; `USUAL_MEASURES` by default.

    Returns
    -------
    DataFrame
        One row for each population and window, with `WINDOW_COLUMNS`, start and stop of the window in s of the epoch,
        population, cells, and a column for each measure in the unit that `MEASURES` tells.

    Raises
    ------
    UserError
        For an unknown measure, and where Elephant is not installed and one of its measures is wanted.
    """
    wanted = list(names) or list(USUAL_MEASURES)
    for name in wanted:
        if name not in MEASURES:
            raise unknown_name("measure", name, MEASURES)
    needed = [name for name in dict.fromkeys(("rate", *wanted)) if MEASURES[name].measured]
    places = dict(iter(windows.groupby(["arm", "animal", "epoch"], observed=True, sort=False)))
    found = [
        {**_place(train), **row}
        for train in trains
        for row in _measured(train, places[train.arm, train.animal, train.epoch], needed)
    ]
    table = windows[[*WINDOW_COLUMNS, "start", "stop"]].merge(
        pd.DataFrame(found, columns=["arm", "animal", "epoch", "start", "population", "cells", *needed]),
        on=["arm", "animal", "epoch", "start"],
    )
    return _with_evoked(_typed(table, windows))[[*_shown(table, needed), *wanted]]


def _shown(table: pd.DataFrame, needed: Sequence[str]) -> list[str]:
    return [name for name in table.columns if name not in needed]


def _place(train: EpochTrain) -> dict[str, object]:
    where = {"arm": train.arm, "animal": train.animal, "epoch": train.epoch}
    return {**where, "population": train.population, "cells": train.cells}


def _measured(train: EpochTrain, windows: pd.DataFrame, names: Sequence[str]) -> Iterable[dict[str, float]]:
    # the last window has no stop of its own: it holds a spike at the very end of the epoch
    last = np.nextafter(windows["stop"].max(), 0.0)
    spikes = SpikeTrain(np.minimum(train.seconds, last), train.cell, train.cells)
    for start, stop, part in zip(windows["start"], windows["stop"], windows["part"], strict=True):
        window = float(start), float(stop)
        row = {name: _value(name, spikes, window) for name in names}
        if "latency" in row and part != "during":
            row["latency"] = float("nan")
        yield {"start": start, **row}


def _value(name: str, spikes: SpikeTrain, window: Window) -> float:
    measured = MEASURES[name].measured
    return measured(spikes, window) if measured else float("nan")


def _typed(table: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """Texts as categories: those of the windows, and the populations in the order in which they came."""
    kinds = {name: windows[name].dtype for name in ("arm", "animal", "epoch")}
    populations = pd.CategoricalDtype(pd.unique(table["population"]))
    return table.astype({**kinds, "population": populations, "cells": "i4"})


def _with_evoked(table: pd.DataFrame) -> pd.DataFrame:
    """The measures that compare a part with the one before the stimulus."""
    key = ["arm", "animal", "epoch", "population"]
    before = table.loc[table["part"] == "before", [*key, "rate"]].rename(columns={"rate": "before"})
    resting = table[key].merge(before, on=key, how="left")["before"].to_numpy()
    part = table["part"].to_numpy()
    evoked = np.where(np.isin(part, ("during", "after")), table["rate"] - resting, np.nan)
    later = np.where(part == "after", evoked * (table["stop"] - table["start"]), np.nan)
    return table.assign(evoked_rate=evoked, after_discharge=later)
