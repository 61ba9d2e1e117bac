"""The brush assay: the rate of projection cells while the hind paw is stroked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from circuits.stimulus import BIN, Stimulus
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.pinch import mean_rate
from experiments.laboratory.bench import Bench

#: Seconds that a stroke lasts, and from one stroke to the next.
STROKE, STROKES_EVERY = 0.4, 0.7


def strokes(time: np.ndarray, start: float) -> np.ndarray:
    """Strokes over the paw from `start` on, 0 or 1 at each time (s)."""
    return ((time >= start) & ((time - start) % STROKES_EVERY < STROKE)).astype(float)


def _brush(bench: Bench, side: str) -> Iterator[Reading]:
    seconds = 2.5
    time = np.arange(round(seconds / BIN)) * BIN
    result = bench.epoch(f"brush:{side}", Stimulus(seconds, brush={side: strokes(time, 0.5)}))
    yield Reading("projection_rate_brush", side, mean_rate(result.spikes[f"{side}_projection"], 0.5, seconds), "Hz")


brush = Assay("brush", SIDES, "Hz", 2.5, 1, "rate of projection cells while the hind paw is stroked", _brush)
