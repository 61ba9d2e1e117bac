"""The held-force assay: the blunt tip of a paw-pressure device at one steady force after another.

Nothing ends a hold early, so that every animal feels the same force for the same time, whether it would withdraw or
not: rates of different arms can be compared at equal stimulus.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from brian2.units import second

from circuits.stimulus import BIN, Stimulus
from core.sourced import ASSUMED, Sourced
from core.stimulus_course import StimulusCourse
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.paw_pressure import PAW_PRESSURE_PUNCTATE
from experiments.laboratory.assays.pinch import mean_rate, recruited_share
from experiments.laboratory.assays.withdrawal import millinewtons
from experiments.laboratory.bench import Bench

#: Forces that are held, in g of the device, up to its cut-off.
HELD_GRAMS = (10.0, 20.0, 40.0, 60.0, 100.0, 160.0, 250.0)

HOLD_SECONDS = Sourced(
    3.0 * second, ASSUMED, "long enough to count spikes of cells that fire at 1 Hz", low=1 * second, high=10 * second
)
#: Seconds of rest before and after what is done.
REST_BEFORE, REST_AFTER = 1.0, 2.0


def held_force_stimulus(side: str, grams: float) -> Stimulus:
    """Rest, a force in g of the device that is held on a hind paw, and rest."""
    stop = REST_BEFORE + HOLD_SECONDS.si
    time = np.arange(round((stop + REST_AFTER) / BIN)) * BIN
    shown = np.where((time >= REST_BEFORE) & (time < stop - BIN / 2), grams, 0.0)
    felt = millinewtons(shown) * PAW_PRESSURE_PUNCTATE.si
    return Stimulus(len(time) * BIN, force={side: felt}, shown=(StimulusCourse("force", side, shown),))


def _held_force(bench: Bench, side: str) -> Iterator[Reading]:
    window = REST_BEFORE, REST_BEFORE + HOLD_SECONDS.si
    for grams in HELD_GRAMS:
        result = bench.epoch(f"held_force:{side}:{grams:g} g", held_force_stimulus(side, grams))
        cells = result.spikes[f"{side}_projection"]
        yield Reading(f"held_force_rate_{grams:g}_g", side, mean_rate(cells, *window), "Hz")
        yield Reading(f"held_force_recruited_{grams:g}_g", side, recruited_share(cells, *window), "1")


held_force = Assay(
    "held_force",
    SIDES,
    "Hz",
    len(HELD_GRAMS) * (REST_BEFORE + HOLD_SECONDS.si + REST_AFTER),
    len(HELD_GRAMS),
    "rate and recruited share of projection cells under a blunt force that is held, 10 to 250 g, without withdrawal",
    _held_force,
)
