"""Lists every number of the model by its path: of circuits, drugs, assays, slice experiments and manipulations."""

from __future__ import annotations

from collections.abc import Iterator

from circuits import ligated
from circuits.manipulations import parameters as manipulation_parameters
from core.sourced import Sourced
from drugs import parameters as drug_parameters
from experiments.evidence import slice_experiments
from experiments.laboratory import assays

#: Part of the model -> its heading.
PARTS = {
    "cells": "Cells",
    "afferents": "Primary afferents",
    "projections": "Projections",
    "synapses": "Synapses",
    "receptors": "Receptors",
    "couplings": "Couplings of receptors",
    "plain_couplings": "Couplings of other sites",
    "transmitters": "Transmitters",
    "plasticity": "Plasticity",
    "differences": "Injury: what ligated differs from sham in",
    "variability": "Variability between animals",
    "circuit": "Other numbers of the circuit",
    "drugs": "Drugs",
    "assays": "Assays",
    "slices": "Experiments on slices",
    "manipulations": "Manipulations",
}


def numbers() -> Iterator[tuple[str, str, Sourced]]:
    """Yield (part, path, number) of every number of the model.

    The circuit is the ligated one, because it has every number of the others.
    """
    for path, number in ligated.parameters():
        head = path.split(".")[0]
        yield (head if head in PARTS else "circuit"), path, number
    yield from (("drugs", path, number) for path, number in drug_parameters())
    yield from (("assays", path, number) for path, number in assays.parameters().items())
    yield from (("slices", path, number) for path, number in slice_experiments.parameters().items())
    yield from (("manipulations", path, number) for path, number in manipulation_parameters())
