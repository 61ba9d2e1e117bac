"""The wind-up assay: a train of electric pulses that excite C fibres, and what each C volley evokes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from brian2.units import Hz, ms

from circuits.populations.primary_afferents import C_PEPTIDERGIC
from circuits.stimulus import BIN, Stimulus
from core.records import SpikeTrain
from core.sourced import ASSUMED, Sourced
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.held_force import REST_AFTER, REST_BEFORE
from experiments.laboratory.assays.pinch import mean_rate
from experiments.laboratory.bench import Bench

WIND_UP_PULSES = Sourced(16.0, "Yang2015", "pulses of 2 ms in a train, rats after ligation of the L5 spinal nerve")


WIND_UP_FREQUENCY = Sourced(0.5 * Hz, "Yang2015", "of the train")


WIND_UP_STRENGTH = Sourced(1.5, "Yang2015", "over the threshold of C fibres")


C_WINDOW_BEGINS = Sourced(
    50 * ms,
    ASSUMED,
    "after a pulse: A volleys are over, C fibres have a tenth of a metre to go",
    low=30 * ms,
    high=90 * ms,
)


C_WINDOW_ENDS = Sourced(
    500 * ms, ASSUMED, "after a pulse: the C volley and the discharge that follows it", low=300 * ms, high=800 * ms
)


def pulse_moments(count: float, interval: float) -> np.ndarray:
    """When that many pulses are given, one each `interval` s, in seconds of the epoch."""
    found: np.ndarray = REST_BEFORE + BIN * round(interval / BIN) * np.arange(round(count))
    return found


def pulsed(side: str, moments: np.ndarray, way: float = 1.0) -> Stimulus:
    """Pulses that excite every fibre; way: share of that from paw to root which a volley has to go."""
    wave = np.zeros(round((moments[-1] + REST_AFTER) / BIN))
    wave[np.rint(moments / BIN).astype(int)] = WIND_UP_STRENGTH.si * C_PEPTIDERGIC.electric_threshold.si
    return Stimulus(len(wave) * BIN, electric={side: wave}, electric_way=way)


def rates_after(cells: SpikeTrain, moments: np.ndarray, window: tuple[float, float]) -> np.ndarray:
    """Rate per cell within a window after each pulse, Hz, (pulses,)."""
    begin, end = window
    return np.array([mean_rate(cells, pulse + begin, pulse + end) for pulse in moments])


def pulse_seconds() -> np.ndarray:
    """When the pulses are given, in seconds of the epoch."""
    return pulse_moments(WIND_UP_PULSES.si, 1.0 / WIND_UP_FREQUENCY.si)


def c_responses(cells: SpikeTrain) -> np.ndarray:
    """Spikes per cell in the C-fibre window after each pulse, (pulses,)."""
    begin, end = C_WINDOW_BEGINS.si, C_WINDOW_ENDS.si
    return rates_after(cells, pulse_seconds(), (begin, end)) * (end - begin)


def _wind_up(bench: Bench, side: str) -> Iterator[Reading]:
    """The change is that of the straight line through the responses to all pulses: less noisy than the last minus the
    first.
    """
    result = bench.epoch(f"wind_up:{side}", pulsed(side, pulse_seconds()))
    found = c_responses(result.spikes[f"{side}_projection"])
    slope = float(np.polynomial.Polynomial.fit(np.arange(len(found)), found, 1).convert().coef[-1])
    yield Reading("c_response_first", side, float(found[0]), "spikes")
    yield Reading("c_response_last", side, float(found[-1]), "spikes")
    yield Reading("wind_up", side, slope * (len(found) - 1), "spikes")


wind_up = Assay(
    "wind_up",
    SIDES,
    "spikes",
    float(pulse_seconds()[-1]) + REST_AFTER,
    1,
    "spikes of projection cells after C volleys of 16 electric pulses at 0.5 Hz, and their change from first to last",
    _wind_up,
)
