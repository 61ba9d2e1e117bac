"""Noxious-stimulus-induced analgesia: the paw-pressure threshold after capsaicin in a forepaw minus before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from circuits.stimulus import Stimulus
from core.sourced import ASSUMED, Sourced
from core.units import SECONDS_PER_HOUR, hour
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.paw_pressure import paw_pressure_cut_off, paw_pressure_seconds, pressure_threshold
from experiments.laboratory.bench import Bench

CAPSAICIN_DECAY = Sourced(
    1.0 * hour, ASSUMED, "afferent discharge after forepaw capsaicin", low=0.3 * hour, high=3 * hour
)


CAPSAICIN_TEST = Sourced(0.5 * hour, "Ito2018", "rat: threshold 30 min after the capsaicin")


def _nsia(bench: Bench, side: str) -> Iterator[Reading]:
    """Threshold before and 30 min after capsaicin in a forepaw; spinal noradrenaline then, in percent of before."""
    before, censored_before = pressure_threshold(bench, side, f"nsia:{side}:before")
    rest = bench.settle("nsia:rest", Stimulus(5.0)).averages
    bench.wait(CAPSAICIN_TEST.si / SECONDS_PER_HOUR)
    level = float(np.exp(-CAPSAICIN_TEST.si / CAPSAICIN_DECAY.si))
    for trial in range(2):
        evoked = bench.settle(f"nsia:capsaicin:{trial}", Stimulus(5.0, capsaicin={"": np.full(500, level)})).averages
    after, censored_after = pressure_threshold(bench, side, f"nsia:{side}:after", level)
    yield Reading("nsia_threshold_before", side, before, "g", censored_before)
    yield Reading("nsia_threshold_after", side, after, "g", censored_after)
    yield Reading("nsia", side, after - before, "g", censored_before or censored_after)
    place = f"noradrenaline_dorsal_horn_{side}_nanomolar"
    yield Reading("evoked_noradrenaline", side, 100.0 * evoked[place] / rest[place], "% of basal")


nsia = Assay(
    "nsia",
    SIDES,
    "g",
    2 * paw_pressure_seconds() + 15.0,
    5,
    "noxious-stimulus-induced analgesia: threshold 30 min after forepaw capsaicin minus before",
    _nsia,
    dict.fromkeys(("nsia_threshold_before", "nsia_threshold_after"), paw_pressure_cut_off()),
)
