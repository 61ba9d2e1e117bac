"""The paw-pressure assay (Randall & Selitto): a rising blunt force until the animal withdraws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from brian2.units import second

from circuits.stimulus import BIN, Stimulus
from core.sourced import ASSUMED, Sourced
from core.stimulus_course import StimulusCourse
from core.units import gram_force
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import LEAD, Assay, Reading
from experiments.laboratory.assays.withdrawal import millinewtons, ramp, until_withdrawal, withdrawal
from experiments.laboratory.bench import Bench

PAW_PRESSURE_CUT_OFF = Sourced(
    250 * gram_force,
    ASSUMED,
    "typical cut-off of the Randall-Selitto device in rats, recalled; no abstract that was read prints one",
    low=200 * gram_force,
    high=500 * gram_force,
)


PAW_PRESSURE_SPEED = Sourced(
    32 * gram_force / second,
    ASSUMED,
    "steady rise of the device",
    low=10 * gram_force / second,
    high=50 * gram_force / second,
)


PAW_PRESSURE_PUNCTATE = Sourced(
    0.1326,
    ASSUMED,
    "a blunt tip spreads the load: force of a von Frey filament that drives nociceptors alike, over the force of the device",
    low=0.08,
    high=0.2,
)


def paw_pressure_cut_off() -> float:
    """The force at which the device stops, in g."""
    return float(PAW_PRESSURE_CUT_OFF.value / gram_force)


def paw_pressure_seconds() -> float:
    """Length of an epoch in which the force rises from 0 to the cut-off, in seconds."""
    return LEAD + PAW_PRESSURE_CUT_OFF.si / PAW_PRESSURE_SPEED.si


def paw_pressure_stimulus(side: str, forepaw: float = 0.0) -> tuple[Stimulus, np.ndarray]:
    """The rising force on a hind paw, and its course in grams; with it a level of forepaw discharge."""
    seconds = round(paw_pressure_seconds(), 2)
    speed, cut_off = (
        float(value / gram_force) for value in (PAW_PRESSURE_SPEED.value * second, PAW_PRESSURE_CUT_OFF.value)
    )
    grams = ramp(seconds, speed, cut_off)
    force = millinewtons(grams) * PAW_PRESSURE_PUNCTATE.si
    shown = (StimulusCourse("force", side, grams),)
    return Stimulus(seconds, force={side: force}, capsaicin={"": np.full(len(grams), forepaw)}, shown=shown), grams


def pressure_threshold(bench: Bench, side: str, purpose: str, forepaw: float = 0.0) -> tuple[float, bool]:
    """Paw-pressure threshold in grams, and whether it is the cut-off."""
    stimulus, grams = paw_pressure_stimulus(side, forepaw)
    result = bench.epoch(purpose, replace(stimulus, watch=until_withdrawal(side)))
    moment = withdrawal(result.spikes[f"{side}_projection"], result.seconds)
    if moment is None:
        return paw_pressure_cut_off(), True
    return float(grams[round(moment / BIN) - 1]), False


def _paw_pressure(bench: Bench, side: str) -> Iterator[Reading]:
    threshold, censored = pressure_threshold(bench, side, f"paw_pressure:{side}")
    yield Reading("paw_pressure_threshold", side, threshold, "g", censored)


paw_pressure = Assay(
    "paw_pressure",
    SIDES,
    "g",
    paw_pressure_seconds(),
    1,
    "Randall-Selitto withdrawal threshold under a rising force, cut-off 250 g",
    _paw_pressure,
    {"paw_pressure_threshold": paw_pressure_cut_off()},
)
