"""The natural-stimuli assay: brush and pinch of a hind paw, each with rest before and after it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from circuits.stimulus import BIN, Stimulus
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.brush import strokes
from experiments.laboratory.assays.held_force import REST_AFTER, REST_BEFORE
from experiments.laboratory.assays.pinch import PINCH_SECONDS, mean_rate, pinch_stimulus, recruited_share
from experiments.laboratory.bench import Bench

#: From the first to the end of the last of four strokes.
STROKED_SECONDS = 2.5


def _brushed(side: str) -> Stimulus:
    stop = REST_BEFORE + STROKED_SECONDS
    time = np.arange(round((stop + REST_AFTER) / BIN)) * BIN
    return Stimulus(len(time) * BIN, brush={side: strokes(time, REST_BEFORE) * (time < stop - BIN / 2)})


def _natural_stimuli(bench: Bench, side: str) -> Iterator[Reading]:
    pinched = pinch_stimulus(side, REST_BEFORE, REST_BEFORE + PINCH_SECONDS.si + REST_AFTER)
    done = (("brush", _brushed(side), STROKED_SECONDS), ("pinch", pinched, PINCH_SECONDS.si))
    for name, stimulus, lasted in done:
        cells = bench.epoch(f"natural_stimuli:{side}:{name}", stimulus).spikes[f"{side}_projection"]
        during, stop = (REST_BEFORE, REST_BEFORE + lasted), stimulus.seconds
        yield Reading(f"{name}_rate", side, mean_rate(cells, *during), "Hz")
        yield Reading(f"{name}_recruited", side, recruited_share(cells, *during), "1")
        yield Reading(f"{name}_after_rate", side, mean_rate(cells, during[1], stop), "Hz")


natural_stimuli = Assay(
    "natural_stimuli",
    SIDES,
    "Hz",
    2 * (REST_BEFORE + REST_AFTER) + STROKED_SECONDS + PINCH_SECONDS.si,
    2,
    "rate and recruited share of projection cells under brush and pinch, and their rate in the rest after it",
    _natural_stimuli,
)
