"""Numbers read from spikes: rates, regularity, responses to a stimulus. Pure functions, nothing is drawn or stored.

Windows are (start, stop) in seconds of the epoch, the stop left out; rates are per cell, silent cells counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.records import EpochRecord, SpikeTrain

Window = tuple[float, float]


def mean_rate_hertz(train: SpikeTrain, window: Window) -> float:
    """Spikes per cell and second in `window`; NaN for a population without cells or a window without length."""
    exposure = train.cells * (window[1] - window[0])
    return _count(train, window) / exposure if exposure > 0 else float("nan")


def population_rates_hertz(epoch: EpochRecord, window: Window | None = None) -> dict[str, float]:
    """`mean_rate_hertz` of every population recorded in the epoch, over all of it or over `window`."""
    if window is not None:
        return {name: mean_rate_hertz(train, window) for name, train in epoch.spikes.items()}
    return {name: len(train.seconds) / (train.cells * epoch.seconds) for name, train in epoch.spikes.items()}


def cell_rates_hertz(train: SpikeTrain, window: Window) -> np.ndarray:
    """Rate of each cell in `window`, (cells,)."""
    inside = _inside(train, window)
    return np.bincount(train.index[inside], minlength=train.cells) / (window[1] - window[0])


def interval_variation(train: SpikeTrain, window: Window, fewest: int = 3) -> np.ndarray:
    """Coefficient of variation of each cell's interspike intervals in `window`, (cells,).

    NaN for cells with less than `fewest` intervals. About 1 for a Poisson process, 0 for a clock.
    """
    seconds, index = _by_cell(train, window)
    gaps = np.diff(seconds)[np.diff(index) == 0]
    cell = index[1:][np.diff(index) == 0]
    count = np.bincount(cell, minlength=train.cells)
    enough = count >= max(fewest, 1)
    safe = np.maximum(count, 1)
    mean = np.bincount(cell, gaps, train.cells) / safe
    square = np.bincount(cell, (gaps - mean[cell]) ** 2, train.cells) / safe
    with np.errstate(invalid="ignore"):
        return np.where(enough & (mean > 0), np.sqrt(square) / np.where(mean > 0, mean, 1.0), np.nan)


def peristimulus_histogram(
    train: SpikeTrain, stimuli: Sequence[float], window: Window, bin_seconds: float
) -> tuple[np.ndarray, np.ndarray]:
    """(edges, rates): mean rate per cell (bins,), Hz, around the stimulus times, edges (bins + 1,) in s from them.

    window: (start, stop) relative to a stimulus, start negative for a baseline. Raises ValueError where it does
    not hold a whole bin, or where no stimulus is given.
    """
    bins = round((window[1] - window[0]) / bin_seconds)
    if bins < 1 or len(stimuli) == 0:
        raise ValueError("a peristimulus histogram needs one stimulus or more and a window of one bin or more")
    edges = window[0] + bin_seconds * np.arange(bins + 1)
    counts = sum(np.histogram(train.seconds - stimulus, edges)[0] for stimulus in stimuli)
    return edges, np.asarray(counts) / (len(stimuli) * max(train.cells, 1) * bin_seconds)


def evoked_rates_hertz(
    train: SpikeTrain, stimulus: float, baseline: Window, responses: Mapping[str, Window]
) -> dict[str, float]:
    """Rate in each named window minus the rate in `baseline`, Hz; all windows are relative to the stimulus time.

    With windows for the A-fibre and the C-fibre volley these are the early and the late response of a cell to a pinch.
    """
    rest = mean_rate_hertz(train, (stimulus + baseline[0], stimulus + baseline[1]))
    return {
        name: mean_rate_hertz(train, (stimulus + start, stimulus + stop)) - rest
        for name, (start, stop) in responses.items()
    }


def burst_and_pause(
    train: SpikeTrain, stimulus: float, within_seconds: float, longest_interval: float
) -> tuple[np.ndarray, np.ndarray]:
    """(spikes, pause): each cell's burst after a stimulus and the silence behind it, both (cells,).

    A burst begins with the first spike less than `within_seconds` after the stimulus and goes on while intervals
    last at most `longest_interval` s; spikes counts it, 0 where the cell did not answer. pause: seconds from its last
    spike to the next one; NaN where there was no burst or the epoch ended first.
    """
    spikes, pause = np.zeros(train.cells, int), np.full(train.cells, np.nan)
    seconds, index = _by_cell(train, (stimulus, np.inf))
    for cell in np.unique(index):
        times = seconds[index == cell]
        if times[0] < stimulus + within_seconds:
            ends = np.flatnonzero(np.diff(times) > longest_interval)
            last = ends[0] if ends.size else times.size - 1
            spikes[cell] = last + 1
            pause[cell] = times[last + 1] - times[last] if ends.size else np.nan
    return spikes, pause


def bursts(train: SpikeTrain, window: Window, onset_interval: float, ending_interval: float) -> np.ndarray:
    """Bursts of each cell in `window`, (cells,): an interval up to `onset_interval` s opens one, one above
    `ending_interval` closes it (0.08 and 0.16 s for monoamine cells, Grace and Bunney 1984).
    """
    count = np.zeros(train.cells, int)
    seconds, index = _by_cell(train, window)
    for cell in np.unique(index):
        bursting = False
        for gap in np.diff(seconds[index == cell]):
            count[cell] += (not bursting) and gap <= onset_interval
            bursting = gap <= (ending_interval if bursting else onset_interval)
    return count


def _inside(train: SpikeTrain, window: Window) -> np.ndarray:
    return (train.seconds >= window[0]) & (train.seconds < window[1])


def _count(train: SpikeTrain, window: Window) -> int:
    return int(np.count_nonzero(_inside(train, window)))


def _by_cell(train: SpikeTrain, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Spike times and cells in `window`, ordered by cell and then by time."""
    inside = _inside(train, window)
    seconds, index = train.seconds[inside], train.index[inside].astype(np.int64)
    order = np.lexsort((seconds, index))
    return seconds[order], index[order]
