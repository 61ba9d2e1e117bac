"""When an animal withdraws its paw: the smoothed rate of its projection cells passes one criterion.

The criterion was calibrated once, on sham animals (`bluespot calibrate`), and holds for every arm and assay.
"""

from __future__ import annotations

import numpy as np
from brian2.units import Hz, ms

from circuits.stimulus import BIN, Watch
from core.records import SpikeTrain
from core.sourced import ASSUMED, FITTED, Sourced
from core.units import gram_force
from experiments.laboratory.assays.assay import LEAD

WITHDRAWAL_RATE = Sourced(
    11.5 * Hz,
    FITTED,
    "mean paw-pressure threshold of sham animals 150 g (Ito2018: 154 +/- 10 g in ligated rats whose NSIA is decreased); `bluespot calibrate`",
    low=1 * Hz,
    high=20 * Hz,
)


WITHDRAWAL_WINDOW = Sourced(300 * ms, ASSUMED, "integration time of the withdrawal reflex", low=100 * ms, high=600 * ms)


def smoothed_rate(train: SpikeTrain, seconds: float) -> np.ndarray:
    """Mean rate per cell (Hz) in bins of `BIN`, exponentially smoothed over `WITHDRAWAL_WINDOW`."""
    from scipy.signal import lfilter

    bins = round(seconds / BIN)
    count = np.bincount((train.seconds / BIN + 1e-6).astype(int), minlength=bins)[:bins]
    decay = np.exp(-BIN / WITHDRAWAL_WINDOW.si)
    found: np.ndarray = lfilter([1 - decay], [1, -decay], count / train.cells / BIN)
    return found


def withdrawal(train: SpikeTrain, seconds: float, after: float = LEAD, criterion: float | None = None) -> float | None:
    """Seconds until the animal withdraws, None if it does not; nothing before `after` counts.

    criterion: a rate per cell (Hz) in place of `WITHDRAWAL_RATE`.
    """
    rate = smoothed_rate(train, seconds)
    over = np.nonzero(rate[round(after / BIN) :] >= (WITHDRAWAL_RATE.si if criterion is None else criterion))[0]
    return None if len(over) == 0 else after + (over[0] + 1) * BIN


def until_withdrawal(side: str) -> Watch:
    """The watch that ends an epoch once the animal has withdrawn.

    Its rate is a little past the criterion, so that what the epoch's program counts while it runs cannot end the epoch
    before the moment that is read from the spikes afterwards. It does not end before the first bin that counts is over,
    where an animal is past the criterion without any stimulus.
    """
    return Watch(side, 1.03 * WITHDRAWAL_RATE.si, WITHDRAWAL_WINDOW.si, LEAD + BIN)


def ramp(seconds: float, speed: float, cut_off: float) -> np.ndarray:
    """A rise at `speed` per second from `LEAD` on, up to `cut_off`."""
    time = (np.arange(round(seconds / BIN)) + 1) * BIN
    return np.clip((time - LEAD) * speed, 0.0, cut_off)


def millinewtons(grams: np.ndarray | float) -> np.ndarray:
    """A force in mN from grams."""
    return np.asarray(grams) * float(gram_force) * 1e3
