"""The plantar heat assay (Hargreaves): radiant heat on the hind paw until the animal withdraws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from brian2.units import joule, kelvin, meter, second, watt

from circuits.stimulus import SKIN_TEMPERATURE, Stimulus
from core.sourced import ASSUMED, Sourced
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import LEAD, Assay, Reading
from experiments.laboratory.assays.withdrawal import ramp, until_withdrawal, withdrawal
from experiments.laboratory.bench import Bench

HEAT_FLUX = Sourced(
    5600 * watt / meter**2,
    ASSUMED,
    "power that the skin takes up; the lamp is set so that uninjured rats withdraw after about 10 s, at 48.5 degrees",
    low=4000 * watt / meter**2,
    high=8000 * watt / meter**2,
)


SKIN_THERMAL_INERTIA = Sourced(
    1.47e6 * joule**2 / (meter**4 * kelvin**2 * second),
    "Hardy1957",
    "conductivity times density times heat capacity of skin, lightly anaesthetised rat, 84 +/- 18 x 10^-5 cal^2/(cm^4 s K^2)",
    low=1.16e6 * joule**2 / (meter**4 * kelvin**2 * second),
    high=1.79e6 * joule**2 / (meter**4 * kelvin**2 * second),
)


HEAT_CUT_OFF = Sourced(
    20.0 * second,
    ASSUMED,
    "spares the tissue; the abstract of Hargreaves1988 prints no cut-off",
    low=10 * second,
    high=30 * second,
)


def warming(seconds: np.ndarray) -> np.ndarray:
    """By how many degrees skin is warmer after `seconds` under a radiant source: a steady flux into a thick body that
    conducts, so with the square root of time; its thermal inertia is that of Hardy et al. 1957.
    """
    found: np.ndarray = np.sqrt(seconds) * 2 * HEAT_FLUX.si / np.sqrt(np.pi * SKIN_THERMAL_INERTIA.si)
    return found


def _plantar_heat(bench: Bench, side: str) -> Iterator[Reading]:
    seconds = LEAD + HEAT_CUT_OFF.si
    temperature = SKIN_TEMPERATURE + warming(ramp(seconds, 1.0, np.inf))
    stimulus = Stimulus(seconds, temperature={side: temperature}, watch=until_withdrawal(side))
    result = bench.epoch(f"plantar_heat:{side}", stimulus)
    moment = withdrawal(result.spikes[f"{side}_projection"], result.seconds)
    yield Reading("plantar_heat_latency", side, (seconds if moment is None else moment) - LEAD, "s", moment is None)


plantar_heat = Assay(
    "plantar_heat",
    SIDES,
    "s",
    LEAD + HEAT_CUT_OFF.si,
    1,
    "withdrawal latency under radiant heat",
    _plantar_heat,
    {"plantar_heat_latency": HEAT_CUT_OFF.si},
)
