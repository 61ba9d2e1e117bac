"""Microdialysis: transmitter concentrations at rest in both dorsal horns, the locus coeruleus and the forebrain."""

from __future__ import annotations

from collections.abc import Iterator

from circuits.stimulus import Stimulus
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.bench import Bench

#: Places in the brain where a probe finds what is released there.
IN_THE_BRAIN = ("locus_coeruleus", "forebrain")


def _microdialysis(bench: Bench, side: str) -> Iterator[Reading]:
    levels, transmitters = bench.epoch("microdialysis", Stimulus(6.0)).averages, bench.moment.circuit.transmitters
    for x in transmitters:
        for place in SIDES:
            yield Reading(f"microdialysis_{x.name}", place, levels[f"{x.name}_dorsal_horn_{place}_nanomolar"], "nM")
    for place in IN_THE_BRAIN:
        for x in (each for each in transmitters if place in each.compartments):
            yield Reading(f"microdialysis_{x.name}_{place}", "", levels[f"{x.name}_{place}_nanomolar"], "nM")


microdialysis = Assay(
    "microdialysis",
    (),
    "nM",
    6.0,
    1,
    "transmitters at rest in both dorsal horns and, where they are released there, in locus coeruleus and forebrain",
    _microdialysis,
)
