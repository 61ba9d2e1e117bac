"""Typical kinetics of a small molecule, for drugs of which nothing was measured: uptake by route, entry into brain.

Each number is an assumption with a range, shared by the drugs that name it; a drug with a measurement of its own
states that instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from brian2.units import liter

from core.sourced import ASSUMED, Sourced, walk
from core.units import hour, minute
from drugs.disposition import Absorption, Infusion, LocalVolume

INTRAPERITONEAL_RATE = Sourced(
    3.0 / hour, ASSUMED, "rat, small lipophilic bases: 2-4 per hour", low=2.0 / hour, high=4.0 / hour
)

INTRAPERITONEAL = Absorption(
    rate=INTRAPERITONEAL_RATE,
    bioavailability=Sourced(
        0.6, ASSUMED, "between oral and subcutaneous: part of it passes the liver first", low=0.3, high=0.9
    ),
)

ORAL_RATE = Sourced(1.0 / hour, ASSUMED, "rat, oral solutions: 0.5-1.5 per hour", low=0.5 / hour, high=1.5 / hour)

SUBCUTANEOUS = Absorption(
    rate=Sourced(1.5 / hour, ASSUMED, "rat, small lipophilic bases: 1-2 per hour", low=1.0 / hour, high=2.0 / hour),
    bioavailability=Sourced(0.8, ASSUMED, "no first pass; some loss at the place of injection", low=0.5, high=1.0),
)

MINIPUMP = Infusion(Sourced(0.8, ASSUMED, "as subcutaneous injection", low=0.5, high=1.0))

#: As chosen for the antagonist with which the cord's alpha2 receptors are blocked for about an hour.
INTRATHECAL = LocalVolume(
    volume=Sourced(
        5e-3 * liter,
        ASSUMED,
        "apparent volume of unbound drug around lumbar fluid (about 0.1 mL), cord tissue and binding",
        low=0.5e-3 * liter,
        high=10e-3 * liter,
    ),
    half_life=Sourced(
        10 * minute,
        ASSUMED,
        "small lipophilic molecules leave cerebrospinal fluid within 10-20 min",
        low=0.1 * hour,
        high=0.5 * hour,
    ),
)

INTRA_LOCUS_COERULEUS = LocalVolume(
    volume=Sourced(
        0.1e-3 * liter,
        ASSUMED,
        "apparent volume of unbound drug after 0.5 uL spread over some mm3, with binding",
        low=0.01e-3 * liter,
        high=1e-3 * liter,
    ),
    half_life=Sourced(
        10 * minute,
        ASSUMED,
        "as intrathecally: small lipophilic molecules leave within 10-20 min",
        low=0.1 * hour,
        high=0.5 * hour,
    ),
)

LIPOPHILIC_BASE_IN_BRAIN = Sourced(
    1.0, ASSUMED, "lipophilic base: free drug near equal; only total ratios were found", low=0.5, high=2.0
)

_SHARED = {
    "routes": {
        "i.p.": INTRAPERITONEAL,
        "p.o.": {"rate": ORAL_RATE},
        "s.c.": SUBCUTANEOUS,
        "minipump": MINIPUMP,
        "i.t.": INTRATHECAL,
        "intra-LC": INTRA_LOCUS_COERULEUS,
    },
    "disposition": {"unbound_brain_to_plasma": LIPOPHILIC_BASE_IN_BRAIN},
}


def parameters() -> Iterator[tuple[str, Sourced]]:
    """List each shared number by its path, as below a drug: `typical_kinetics.routes.s.c..rate`."""
    return walk(_SHARED, "typical_kinetics")
