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


def pulse_seconds() -> np.ndarray:
    """When the pulses are given, in seconds of the epoch."""
    every = round(1.0 / WIND_UP_FREQUENCY.si / BIN)
    found: np.ndarray = REST_BEFORE + BIN * every * np.arange(round(WIND_UP_PULSES.si))
    return found


def _pulsed(side: str) -> Stimulus:
    moments = pulse_seconds()
    seconds = moments[-1] + REST_AFTER
    wave = np.zeros(round(seconds / BIN))
    wave[np.rint(moments / BIN).astype(int)] = WIND_UP_STRENGTH.si * C_PEPTIDERGIC.electric_threshold.si
    return Stimulus(len(wave) * BIN, electric={side: wave})


def c_responses(cells: SpikeTrain) -> np.ndarray:
    """Spikes per cell in the C-fibre window after each pulse, (pulses,)."""
    begin, end = C_WINDOW_BEGINS.si, C_WINDOW_ENDS.si
    return np.array([mean_rate(cells, pulse + begin, pulse + end) * (end - begin) for pulse in pulse_seconds()])


def _wind_up(bench: Bench, side: str) -> Iterator[Reading]:
    """The change is that of the straight line through the responses to all pulses: less noisy than the last minus the
    first.
    """
    result = bench.epoch(f"wind_up:{side}", _pulsed(side))
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
