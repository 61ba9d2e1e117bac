"""The heat-ramp assay: the skin of a hind paw is warmed steadily by a contact thermode, without withdrawal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from brian2.units import kelvin, second

from circuits.stimulus import BIN, SKIN_TEMPERATURE, Stimulus
from core.sourced import ASSUMED, Sourced
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.held_force import REST_AFTER, REST_BEFORE
from experiments.laboratory.assays.pinch import mean_rate, recruited_share
from experiments.laboratory.assays.withdrawal import withdrawal
from experiments.laboratory.bench import Bench

HEAT_RAMP_SPEED = Sourced(
    1.0 * kelvin / second,
    ASSUMED,
    "contact thermode; slow ramps reach C fibres before A-delta",
    low=0.5 * kelvin / second,
    high=5 * kelvin / second,
)


HEAT_RAMP_RISE = Sourced(
    18.0 * kelvin,
    ASSUMED,
    "from skin at rest to 50 degrees, which spares the tissue",
    low=14 * kelvin,
    high=20 * kelvin,
)


def _seconds() -> float:
    return float(round(HEAT_RAMP_RISE.si / HEAT_RAMP_SPEED.si, 2))


def _warmed(side: str) -> tuple[Stimulus, np.ndarray]:
    """The stimulus, and the temperature of the skin in each bin."""
    stop = REST_BEFORE + _seconds()
    time = np.arange(round((stop + REST_AFTER) / BIN)) * BIN
    on = (time >= REST_BEFORE) & (time < stop - BIN / 2)
    course = SKIN_TEMPERATURE + on * HEAT_RAMP_SPEED.si * (time + BIN - REST_BEFORE)
    return Stimulus(len(time) * BIN, temperature={side: course}), course


def _heat_ramp(bench: Bench, side: str) -> Iterator[Reading]:
    stimulus, course = _warmed(side)
    cells = bench.epoch(f"heat_ramp:{side}", stimulus).spikes[f"{side}_projection"]
    stop = REST_BEFORE + _seconds()
    moment = withdrawal(cells, stop, after=REST_BEFORE)
    reached = float(course.max() if moment is None else course[round(moment / BIN) - 1])
    yield Reading("heat_ramp_rate", side, mean_rate(cells, REST_BEFORE, stop), "Hz")
    yield Reading("heat_ramp_recruited", side, recruited_share(cells, REST_BEFORE, stop), "1")
    yield Reading("heat_ramp_threshold", side, reached, "degC", moment is None)


heat_ramp = Assay(
    "heat_ramp",
    SIDES,
    "Hz",
    REST_BEFORE + _seconds() + REST_AFTER,
    1,
    "rate and recruited share of projection cells while the skin warms from 32 to 50 degC, and where withdrawal would be",
    _heat_ramp,
)
