"""Microdialysis: transmitter concentrations at rest in both dorsal horns and the locus coeruleus."""

from __future__ import annotations

from collections.abc import Iterator

from circuits.stimulus import Stimulus
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.bench import Bench


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
    yield Reading(
        "microdialysis_noradrenaline_locus_coeruleus",
        "",
        result.averages["noradrenaline_locus_coeruleus_nanomolar"],
        "nM",
    )


microdialysis = Assay(
    "microdialysis",
    (),
    "nM",
    6.0,
    1,
    "noradrenaline, serotonin and dopamine at rest in both dorsal horns and the locus coeruleus",
    _microdialysis,
)
