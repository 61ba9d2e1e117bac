"""How much the cells of a population fire together in a window, by Elephant: pairwise correlation and spike-contrast.

Only cells that fire there count. How many those are, the recruited share says.
"""

from __future__ import annotations

import numpy as np

from core.records import SpikeTrain
from results.spikes.elephant_trains import elephant_needed, neo_trains, quiet_elephant
from results.spikes.readouts import Window

#: Bins in which spikes are counted for the pairwise correlation, s.
CORRELATION_SECONDS = 0.01


def pairwise_correlation(train: SpikeTrain, window: Window, bin_seconds: float = CORRELATION_SECONDS) -> float:
    """Mean correlation of spike counts over all pairs of cells that fire: 0 for independent cells, 1 for equal trains.

    Parameters
    ----------
    train
        Spikes of one population in one epoch.
    window
        (start, stop) in s of the epoch.
    bin_seconds
        Width of the bins in which spikes are counted, s. Wider bins find slower common changes of the rate.

    Returns
    -------
    float
        -1 to 1; NaN with fewer than two cells that fire, or fewer than two bins.
    """
    with elephant_needed():
        import quantities
        from elephant.conversion import BinnedSpikeTrain
        from elephant.spike_train_correlation import correlation_coefficient

    trains = neo_trains(train, window)
    bins = round((window[1] - window[0]) / bin_seconds)
    if len(trains) < 2 or bins < 2:
        return float("nan")
    start, stop = (moment * quantities.s for moment in window)
    with quiet_elephant():
        # the number of bins is told, and not their width, because no width divides every window
        counted = BinnedSpikeTrain(trains, n_bins=bins, t_start=start, t_stop=stop)
        matrix = correlation_coefficient(counted)
        return float(np.nanmean(matrix[np.triu_indices(len(trains), 1)]))


def spike_contrast(train: SpikeTrain, window: Window) -> float:
    """Synchrony of the cells that fire by spike-contrast (Ciba et al. 2018), at the time scale where it is highest.

    Parameters
    ----------
    train, window
        As `pairwise_correlation`.

    Returns
    -------
    float
        0 to 1, 1 for equal trains. Independent cells lie above 0, the more the fewer spikes they have: compare it
        only between windows of equal length and like rates. NaN where fewer than two cells fire twice or more.
    """
    with elephant_needed():
        from elephant import spike_train_synchrony

    trains = neo_trains(train, window)
    if sum(len(times) > 1 for times in trains) < 2:
        return float("nan")
    return float(spike_train_synchrony.spike_contrast(trains))
