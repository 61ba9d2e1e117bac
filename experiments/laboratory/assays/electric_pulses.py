"""Electric pulses to a hind paw or its nerve: what the volleys of A-beta, A-delta and C fibres evoke, by their latency.

A fibre fires once a pulse, and its spike reaches the cord after distance over its own velocity. So the time after a pulse
is cut at the velocities between the classes of fibres, as an experimenter cuts it who knows the distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from brian2.units import metre, ms, second

from circuits.stimulus import Stimulus
from core.records import SpikeTrain
from core.sourced import ASSUMED, Sourced
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.held_force import REST_AFTER, REST_BEFORE
from experiments.laboratory.assays.pinch import mean_rate
from experiments.laboratory.assays.wind_up import pulse_moments, pulsed, rates_after
from experiments.laboratory.bench import Bench

_METRES_PER_SECOND = metre / second

ELECTRIC_PULSES = Sourced(6.0, ASSUMED, "a mean of some; they are too far apart to add up", low=3.0, high=20.0)


ELECTRIC_INTERVAL = Sourced(
    5.0 * second, ASSUMED, "between pulses, so that none winds up the next", low=3 * second, high=20 * second
)


SCIATIC_SHARE = Sourced(
    0.5, ASSUMED, "of the way from paw to root, from an electrode at the sciatic nerve in the thigh", low=0.3, high=0.7
)


A_BETA_SLOWEST = Sourced(
    24 * _METRES_PER_SECOND,
    ASSUMED,
    "between A-beta and A-delta fibres; recalled from Leem1993, not read there",
    low=14 * _METRES_PER_SECOND,
    high=30 * _METRES_PER_SECOND,
)


A_DELTA_SLOWEST = Sourced(
    2.5 * _METRES_PER_SECOND,
    ASSUMED,
    "between A-delta and C fibres, which conduct at 9-18 and, a subgroup, 1-2 m/s in the digital nerve of the rat "
    "(Zotova2013)",
    low=2.0 * _METRES_PER_SECOND,
    high=9.0 * _METRES_PER_SECOND,
)


C_SLOWEST = Sourced(
    0.4 * _METRES_PER_SECOND,
    ASSUMED,
    "the C volley is over; what comes later is after-discharge",
    low=0.3 * _METRES_PER_SECOND,
    high=1.0 * _METRES_PER_SECOND,
)


CORD_TRANSIT = Sourced(
    5 * ms, ASSUMED, "from a volley's arrival at the root to the last spikes that it evokes", low=3 * ms, high=15 * ms
)


AFTER_DISCHARGE_ENDS = Sourced(800 * ms, ASSUMED, "after a pulse", low=500 * ms, high=2000 * ms)


def latency_windows(metres: float) -> dict[str, tuple[float, float]]:
    """Class of fibres, or "after" -> seconds after a pulse between which it is answered, over a way of `metres`."""
    edges = [metres / each.si + CORD_TRANSIT.si for each in (A_BETA_SLOWEST, A_DELTA_SLOWEST, C_SLOWEST)]
    bounds = [0.0, *edges, AFTER_DISCHARGE_ENDS.si]
    return dict(zip(("a_beta", "a_delta", "c", "after"), pairwise(bounds), strict=True))


def pulses(side: str, way: float = 1.0) -> tuple[Stimulus, np.ndarray]:
    """Pulses that excite every fibre, and their seconds in the epoch; way: share of that from paw to root."""
    moments = pulse_moments(ELECTRIC_PULSES.si, ELECTRIC_INTERVAL.si)
    return pulsed(side, moments, way), moments


def evoked(cells: SpikeTrain, moments: np.ndarray, window: tuple[float, float]) -> float:
    """Spikes per cell within a window after a pulse, mean over pulses."""
    begin, end = window
    return float(np.mean(rates_after(cells, moments, window))) * (end - begin)


def _answers(bench: Bench, name: str, side: str, way: float) -> Iterator[Reading]:
    stimulus, moments = pulses(side, way)
    cells = bench.epoch(f"{name}:{side}", stimulus).spikes[f"{side}_projection"]
    for fibres, window in latency_windows(way * bench.moment.circuit.conduction_distance.si).items():
        yield Reading(f"{name}_{fibres}", side, evoked(cells, moments, window), "spikes")
    yield Reading(f"{name}_rest_rate", side, mean_rate(cells, 0.0, REST_BEFORE), "Hz")


def _volleys_from_paw(bench: Bench, side: str) -> Iterator[Reading]:
    yield from _answers(bench, "volleys_from_paw", side, 1.0)


def _volleys_from_nerve(bench: Bench, side: str) -> Iterator[Reading]:
    yield from _answers(bench, "volleys_from_nerve", side, SCIATIC_SHARE.si)


_SECONDS = REST_BEFORE + ELECTRIC_INTERVAL.si * (ELECTRIC_PULSES.si - 1) + REST_AFTER
_READ = "spikes of projection cells a pulse in the latency windows of A-beta, A-delta and C fibres, and after them"

volleys_from_paw = Assay(
    "volleys_from_paw", SIDES, "spikes", _SECONDS, 1, f"electric pulses to a hind paw: {_READ}", _volleys_from_paw
)
volleys_from_nerve = Assay(
    "volleys_from_nerve",
    SIDES,
    "spikes",
    _SECONDS,
    1,
    f"electric pulses to the sciatic nerve: {_READ}",
    _volleys_from_nerve,
)
