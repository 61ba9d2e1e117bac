"""How long a population answers a stimulus: from its first bins above rest to the last, and beyond the stimulus.

The rate of the population is taken in bins. A bin belongs to the response where its rate lies above that before the
stimulus by more than three standard deviations of the bins before. A response begins during the stimulus or soon after
it, as slow fibres take their time. It goes on over pauses, such as those between strokes of a brush, and is over after
a longer one. One that lasts to the end of the epoch may have lasted longer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from core.records import SpikeTrain
from results.spikes.readouts import Window, peristimulus_histogram

#: Width of the bins, s.
BIN_SECONDS = 0.05
#: Standard deviations of the bins before the stimulus by which a bin of the response exceeds their mean.
DEVIATIONS = 3.0
#: A response is over after so long without a bin of it, and begins no later than so long after the stimulus, s.
LONGEST_PAUSE_SECONDS = 0.5
#: Bins of which a part lies beyond the window are left out, but for what rounding takes away.
_ROUNDING = 1e-6


def response_span(train: SpikeTrain, stimulus: Window, stop: float) -> Window | None:
    """When a population answers a stimulus: (begin, end) in s of the epoch, to a bin; None where it does not.

    Parameters
    ----------
    train
        Spikes of one population in one epoch.
    stimulus
        (onset, end) of the stimulus in s. What lies before the onset is rest.
    stop
        Length of the epoch in s.
    """
    onset = stimulus[0]
    before = _binned(train, onset, (-np.floor(onset / BIN_SECONDS + _ROUNDING) * BIN_SECONDS, 0.0))
    since = _binned(train, onset, (0.0, np.floor((stop - onset) / BIN_SECONDS + _ROUNDING) * BIN_SECONDS))
    level = before.mean() + DEVIATIONS * before.std() if len(before) else 0.0
    above = np.flatnonzero(since > level)
    if not len(above) or onset + above[0] * BIN_SECONDS > stimulus[1] + LONGEST_PAUSE_SECONDS:
        return None
    pauses = np.flatnonzero(np.diff(above) > round(LONGEST_PAUSE_SECONDS / BIN_SECONDS))
    last = above[pauses[0]] if len(pauses) else above[-1]
    return float(onset + above[0] * BIN_SECONDS), float(onset + (last + 1) * BIN_SECONDS)


def response_seconds(train: SpikeTrain, stimulus: Window, stop: float) -> float:
    """How long a population answers a stimulus, s; 0 where it does not. The parameters are those of `response_span`."""
    span = response_span(train, stimulus, stop)
    return span[1] - span[0] if span else 0.0


def after_discharge_seconds(train: SpikeTrain, stimulus: Window, stop: float) -> float:
    """How long the answer to a stimulus outlasts it, s; 0 where it does not. Parameters as of `response_span`."""
    span = response_span(train, stimulus, stop)
    return max(0.0, span[1] - stimulus[1]) if span else 0.0


class Duration(NamedTuple):
    """A measure of an epoch with a stimulus.

    words: what it is. measured: its value in s, of the spikes, the stimulus and the length of the epoch.
    """

    words: str
    measured: Callable[[SpikeTrain, Window, float], float]


#: Name -> how long a population answers.
DURATIONS: Mapping[str, Duration] = {
    "duration": Duration("how long the population answers the stimulus, in bins of 50 ms", response_seconds),
    "after_discharge_duration": Duration("how long its answer outlasts the stimulus", after_discharge_seconds),
}


def _binned(train: SpikeTrain, onset: float, window: Window) -> np.ndarray:
    """Rates in the bins of a window around the onset; none where it holds no bin."""
    if window[1] - window[0] < BIN_SECONDS * (1.0 - _ROUNDING):
        return np.zeros(0)
    return peristimulus_histogram(train, (onset,), window, BIN_SECONDS)[1]
