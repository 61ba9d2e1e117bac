"""The mood assay: the antidepressive index that the slow state holds."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.bench import Bench


def _mood(bench: Bench, side: str) -> Iterator[Reading]:
    """The antidepressive index as the slow state holds it, 0 before any drug; no epoch is run for it."""
    yield Reading("mood_index", "", float(bench.state.variables["mood"]), "1")


mood = Assay(
    "mood",
    (),
    "1",
    0.0,
    0,
    "antidepressive index: what forebrain serotonin and noradrenaline have moved over weeks, 0 before any drug",
    _mood,
)
