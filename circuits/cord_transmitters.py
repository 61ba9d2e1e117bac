"""Transmitters of the dorsal horn itself: acetylcholine, enkephalin, and GABA outside synapses.

GABA at synapses is a projection (`circuits.projections`); here is what of it reaches GABA-B receptors.
"""

from __future__ import annotations

from brian2.units import nM, second

from circuits.transmitters import Clearance, Release, Tone, Transmitter
from core.sourced import ASSUMED, Sourced

_PER_SECOND = 1 / second
_CORD = ("dorsal_horn_ipsi", "dorsal_horn_contra")
_LEVEL = Sourced(
    10 * nM,
    ASSUMED,
    "of cells of the cord that are not modelled one by one; no extracellular level was read",
    low=2 * nM,
    high=50 * nM,
)
_ENKEPHALIN_QUANTUM = Sourced(
    0.6 * nM,
    ASSUMED,
    "no extracellular level was read; near the half-activation when cells fire hard",
    low=0.1 * nM,
    high=5 * nM,
)
_GABA_QUANTUM = Sourced(
    6 * nM, ASSUMED, "what escapes uptake; no extracellular level was read", low=1 * nM, high=40 * nM
)

ACETYLCHOLINE = Transmitter(
    name="acetylcholine",
    clearance=Clearance(
        rate=Sourced(5.0 * _PER_SECOND, ASSUMED, "cholinesterase is fast", low=1 * _PER_SECOND, high=50 * _PER_SECOND),
        shares={},
        half_saturation={},
    ),
    tones=tuple(Tone(place, _LEVEL) for place in _CORD),
)

ENKEPHALIN = Transmitter(
    name="enkephalin",
    clearance=Clearance(
        rate=Sourced(1.0 * _PER_SECOND, ASSUMED, "peptidases, seconds", low=0.1 * _PER_SECOND, high=5 * _PER_SECOND),
        shares={},
        half_saturation={},
    ),
    releases=tuple(Release("vertical", place, _ENKEPHALIN_QUANTUM) for place in _CORD),
)

GABA = Transmitter(
    name="gaba",
    clearance=Clearance(
        rate=Sourced(
            2.0 * _PER_SECOND, ASSUMED, "uptake, below a second", low=0.5 * _PER_SECOND, high=20 * _PER_SECOND
        ),
        shares={},
        half_saturation={},
    ),
    releases=tuple(Release(cells, place, _GABA_QUANTUM) for cells in ("islet", "parvalbumin") for place in _CORD),
)

CORD_TRANSMITTERS = (ACETYLCHOLINE, ENKEPHALIN, GABA)
