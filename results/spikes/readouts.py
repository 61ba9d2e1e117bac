"""Numbers read from the spikes of one population in one epoch: rates, latencies, bursts, histograms.

A window is (start, stop) in s from the start of the epoch, without the stop itself. Rates are means over all cells,
silent ones included. Functions neither draw nor store anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.records import SpikeTrain

Window = tuple[float, float]


def mean_rate_hertz(train: SpikeTrain, window: Window) -> float:
    """Mean firing rate in Hz per cell in a window; NaN for a population without cells, or a window without length."""
    exposure = train.cells * (window[1] - window[0])
    return _count(train, window) / exposure if exposure > 0 else float("nan")


def by_cell(train: SpikeTrain, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Spike times (s) and cells in a window, sorted by cell and then by time."""
    inside = _inside(train, window)
    seconds, index = train.seconds[inside], train.index[inside].astype(np.int64)
    order = np.lexsort((seconds, index))
    return seconds[order], index[order]


def first_spikes(train: SpikeTrain, window: Window) -> np.ndarray:
    """Latency of each cell: s from the start of a window to its first spike there, (cells,); NaN for silent cells."""
    seconds, index = by_cell(train, window)
    found = np.full(train.cells, np.nan)
    cells, first = np.unique(index, return_index=True)
    found[cells] = seconds[first] - window[0]
    return found


def peristimulus_histogram(
    train: SpikeTrain, stimuli: Sequence[float], window: Window, bin_seconds: float
) -> tuple[np.ndarray, np.ndarray]:
    """Peristimulus time histogram: mean rate per cell around the times of stimuli.

    Parameters
    ----------
    train
        Spikes of one population in one epoch.
    stimuli
        Times of the stimuli in s; responses to them are averaged.
    window
        (start, stop) in s from a stimulus; start is negative for a baseline.
    bin_seconds
        Width of the bins in s.

    Returns
    -------
    edges, rates : ndarray
        Edges of the bins in s from a stimulus, (bins + 1,), and rates in Hz per cell, (bins,).

    Raises
    ------
    ValueError
        Where the window does not hold a whole bin, and without a stimulus.
    """
    bins = round((window[1] - window[0]) / bin_seconds)
    if bins < 1 or len(stimuli) == 0:
        raise ValueError("a peristimulus histogram needs one stimulus or more and a window of one bin or more")
    edges = window[0] + bin_seconds * np.arange(bins + 1)
    counts = sum(np.histogram(train.seconds - stimulus, edges)[0] for stimulus in stimuli)
    return edges, np.asarray(counts) / (len(stimuli) * max(train.cells, 1) * bin_seconds)


def bursts(train: SpikeTrain, window: Window, onset_interval: float, ending_interval: float) -> np.ndarray:
    """Number of bursts of each cell in a window, (cells,).

    A burst begins with an interval of at most `onset_interval` s and ends with one above `ending_interval` s: 0.08 and
    0.16 s, recalled from Grace and Bunney 1984 of dopamine cells, are taken for all monoamine cells.
    """
    count = np.zeros(train.cells, int)
    seconds, index = by_cell(train, window)
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
