"""A ligated rat with one more transmitter, receptor and coupling of every kind, each of them one entry.

Dynorphin is there as a tone and is released by islet cells; noradrenaline lowers this release and, at the H1
receptor, stands in for an antagonist. All numbers are for tests.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from brian2.units import nM, second

from circuits import ligated
from circuits.receptors import Agonist, Coupling, Receptor
from circuits.transmitters import Clearance, Release, Tone, Transmitter
from core.sourced import ASSUMED, Sourced
from core.vocabulary import SIDES

CORD = tuple(f"dorsal_horn_{side}" for side in SIDES)


def number(value: Any) -> Sourced:
    return Sourced(value, ASSUMED, "for a test")


DYNORPHIN = Transmitter(
    name="dynorphin",
    clearance=Clearance(rate=number(2.0 / second), shares={}, half_saturation={}),
    releases=tuple(Release("islet", place, number(3 * nM)) for place in CORD),
    tones=tuple(Tone(place, number(20 * nM)) for place in CORD),
)
H1 = Receptor(
    "H1", "dynorphin", number(30 * nM), number(1.2), (Agonist("noradrenaline", number(40 * nM), number(0.0)),)
)
FOLLOWER = Receptor("follower", "H1", number(0.5), number(2.0), (Agonist("5-HT1A", number(0.4), number(0.6)),))
C_FIBRES = ("c_peptidergic", "c_nonpeptidergic")
ADDED = (
    Coupling("h1_on_c_terminals", "of_H1", "H1", "release", C_FIBRES, number(-0.6), number(1.0)),
    Coupling("h1_girk", "of_H1", "H1", "girk", ("projection",), number(0.6), number(0.8)),
    Coupling("follower_on_c_terminals", "of_H1", "follower", "release", C_FIBRES, number(-0.1), number(1.0)),
    Coupling("alpha2_on_dynorphin", "alpha2", "alpha2A", "release", ("dynorphin",), number(-0.7), number(0.9)),
)
enriched = replace(
    ligated,
    transmitters=(*ligated.transmitters, DYNORPHIN),
    receptors=(*ligated.receptors, H1, FOLLOWER),
    couplings=(*ligated.couplings, *ADDED),
)
