"""Unit recording in the locus coeruleus: at rest, in the burst to a pinch and in the pause after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from core.records import SpikeTrain
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.pinch import PINCH_SECONDS, mean_rate, pinch_stimulus
from experiments.laboratory.bench import Bench


def _locus_coeruleus(spikes: Mapping[str, SpikeTrain]) -> SpikeTrain:
    parts = [spikes["locus_coeruleus_spinal"], spikes["locus_coeruleus_ascending"]]
    return SpikeTrain(
        np.concatenate([p.seconds for p in parts]),
        np.concatenate([p.index for p in parts]),
        sum(p.cells for p in parts),
    )


def _locus_coeruleus_recording(bench: Bench, side: str) -> Iterator[Reading]:
    """Without a side the uninjured paw is pinched."""
    start, length = 4.0, PINCH_SECONDS.si
    purpose = "locus_coeruleus_recording" + (f":{side}" if side else "")
    result = bench.epoch(purpose, pinch_stimulus(side or "contra", start, start + length + 2.0))
    units = _locus_coeruleus(result.spikes)
    rest = mean_rate(units, 0.5, start)
    pause = mean_rate(units, start + length + 0.1, start + length + 0.6)
    yield Reading("locus_coeruleus_rest_rate", side, rest, "Hz")
    yield Reading("locus_coeruleus_burst_rate", side, mean_rate(units, start, start + 0.5), "Hz")
    yield Reading("locus_coeruleus_pause_rate", side, pause, "Hz")


locus_coeruleus_recording = Assay(
    "locus_coeruleus_recording",
    SIDES,
    "Hz",
    7.0,
    1,
    "unit rates of the locus coeruleus at rest, in the burst to a pinch and in the pause after it; of the uninjured paw, "
    "or of the paws that are named",
    _locus_coeruleus_recording,
    usual_sides=(),
)
