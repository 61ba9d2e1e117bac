"""The pinch assay: the rate of projection cells while the hind paw is pinched."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from brian2.units import second

from circuits.stimulus import BIN, Stimulus
from core.records import SpikeTrain
from core.sourced import ASSUMED, Sourced
from core.units import millinewton
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.bench import Bench

PINCH_FORCE = Sourced(
    800 * millinewton,
    ASSUMED,
    "forceps, beyond the saturating force of nociceptors",
    low=400 * millinewton,
    high=1500 * millinewton,
)


PINCH_SECONDS = Sourced(1.0 * second, ASSUMED, "brief pinch", low=0.5 * second, high=3 * second)


def mean_rate(train: SpikeTrain, start: float, stop: float) -> float:
    """Spikes per cell and second between two moments of an epoch."""
    return float(np.sum((train.seconds >= start) & (train.seconds < stop))) / train.cells / (stop - start)


def recruited_share(train: SpikeTrain, start: float, stop: float) -> float:
    """Share of the cells that fire between two moments of an epoch."""
    inside = (train.seconds >= start) & (train.seconds < stop)
    return len(np.unique(train.index[inside])) / train.cells


def pinch_stimulus(side: str, start: float, seconds: float) -> Stimulus:
    """A pinch of a hind paw that begins `start` seconds after the epoch."""
    time = np.arange(round(seconds / BIN)) * BIN
    on = (time >= start) & (time < start + PINCH_SECONDS.si)
    return Stimulus(seconds, force={side: on * PINCH_FORCE.si * 1e3})


def _pinch(bench: Bench, side: str) -> Iterator[Reading]:
    start, length = 1.0, PINCH_SECONDS.si
    result = bench.epoch(f"pinch:{side}", pinch_stimulus(side, start, start + length + 1.0))
    yield Reading(
        "projection_rate_pinch", side, mean_rate(result.spikes[f"{side}_projection"], start, start + length), "Hz"
    )


pinch = Assay("pinch", SIDES, "Hz", 3.0, 1, "rate of projection cells during a noxious pinch of the hind paw", _pinch)
