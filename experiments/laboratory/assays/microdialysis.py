"""Microdialysis: transmitter concentrations at rest in both dorsal horns, the locus coeruleus and the forebrain."""

from __future__ import annotations

from collections.abc import Iterator

from circuits.stimulus import Stimulus
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.bench import Bench

#: Transmitter and the place in the brain where a probe finds it. The model releases no dopamine in these places.
IN_THE_BRAIN = (
    ("noradrenaline", "locus_coeruleus"),
    ("serotonin", "locus_coeruleus"),
    ("noradrenaline", "forebrain"),
    ("serotonin", "forebrain"),
)


def _microdialysis(bench: Bench, side: str) -> Iterator[Reading]:
    result = bench.epoch("microdialysis", Stimulus(6.0))
    for transmitter in ("noradrenaline", "serotonin", "dopamine"):
        for place in SIDES:
            yield Reading(
                f"microdialysis_{transmitter}",
                place,
                result.averages[f"{transmitter}_dorsal_horn_{place}_nanomolar"],
                "nM",
            )
    for transmitter, place in IN_THE_BRAIN:
        level = result.averages[f"{transmitter}_{place}_nanomolar"]
        yield Reading(f"microdialysis_{transmitter}_{place}", "", level, "nM")


microdialysis = Assay(
    "microdialysis",
    (),
    "nM",
    6.0,
    1,
    "noradrenaline, serotonin and dopamine at rest in both dorsal horns, the first two in locus coeruleus and forebrain",
    _microdialysis,
)
