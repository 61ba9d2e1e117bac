"""How irregularly cells fire in a window: CV, and by Elephant CV2, local variation of intervals and Fano factor.

Each function gives one number for each cell, NaN where the cell has too few spikes. All are about 1 for a Poisson
process and 0 for a clock. CV and the Fano factor also grow with a rate that changes within the window, CV2 and the
local variation hardly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.records import SpikeTrain
from results.spikes.elephant_trains import cell_trains, elephant_needed
from results.spikes.readouts import Window

#: Cells with fewer interspike intervals have no number for their irregularity.
FEWEST_INTERVALS = 3
#: Pieces of a window whose spikes are counted for the Fano factor, s.
FANO_SECONDS = 0.1


def interval_variation(train: SpikeTrain, window: Window, fewest: int = FEWEST_INTERVALS) -> np.ndarray:
    """CV of each cell's interspike intervals: their standard deviation over their mean.

    Parameters
    ----------
    train
        Spikes of one population in one epoch.
    window
        (start, stop) in s of the epoch, without the stop.
    fewest
        Cells with fewer intervals have NaN.

    Returns
    -------
    ndarray
        (cells,), without unit.
    """
    # Elephant's `cv` is SciPy's `variation`, which takes longer for one cell than this for all
    return _of_intervals(lambda gaps: float(gaps.std() / gaps.mean()), train, window, max(fewest, 1))


def neighbour_variation(train: SpikeTrain, window: Window, fewest: int = FEWEST_INTERVALS) -> np.ndarray:
    """CV2 of each cell (Holt et al. 1996): the mean of 2 |I' - I| / (I' + I) over intervals I and the next, I'.

    Parameters
    ----------
    train, window, fewest
        As `interval_variation`; two intervals are the fewest.

    Returns
    -------
    ndarray
        (cells,), without unit.
    """
    with elephant_needed():
        from elephant.statistics import cv2

    return _of_intervals(cv2, train, window, max(fewest, 2))


def local_variation(train: SpikeTrain, window: Window, fewest: int = FEWEST_INTERVALS) -> np.ndarray:
    """LV of each cell (Shinomoto et al. 2003): the mean of 3 (I' - I)^2 / (I' + I)^2 over intervals I and the next, I'.

    Parameters
    ----------
    train, window, fewest
        As `interval_variation`; two intervals are the fewest.

    Returns
    -------
    ndarray
        (cells,), without unit.
    """
    with elephant_needed():
        from elephant.statistics import lv

    return _of_intervals(lv, train, window, max(fewest, 2))


def fano_factor(train: SpikeTrain, window: Window, piece_seconds: float = FANO_SECONDS) -> np.ndarray:
    """Fano factor of each cell: variance over mean of its spike counts in equal pieces of the window.

    Parameters
    ----------
    train, window
        As `interval_variation`.
    piece_seconds
        Length of the pieces; what is left of the window after the last whole piece does not count.

    Returns
    -------
    ndarray
        (cells,), without unit; NaN for silent cells, and where the window holds fewer than two pieces.
    """
    with elephant_needed():
        from elephant.statistics import fanofactor

    pieces = int((window[1] - window[0]) / piece_seconds + 1e-9)
    if pieces < 2:
        return np.full(train.cells, np.nan)
    edges = window[0] + piece_seconds * np.arange(pieces + 1)
    return np.array(
        [
            fanofactor(np.split(times, np.searchsorted(times, edges[1:-1]))) if len(times) else np.nan
            for times in cell_trains(train, (window[0], edges[-1]))
        ]
    )


def _of_intervals(
    measured: Callable[[np.ndarray], float], train: SpikeTrain, window: Window, fewest: int
) -> np.ndarray:
    intervals = map(np.diff, cell_trains(train, window))
    return np.array([measured(gaps) if len(gaps) >= fewest and gaps.any() else np.nan for gaps in intervals])
