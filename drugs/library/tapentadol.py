"""Tapentadol, a mu-opioid agonist that blocks NET.

Its mu part acts on the mu receptors of both dorsal horns, and nowhere else.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import (
    INTRAPERITONEAL,
    INTRATHECAL,
    LIPOPHILIC_BASE_IN_BRAIN,
    MINIPUMP,
    ORAL_RATE,
    SUBCUTANEOUS,
)

tapentadol = Drug(
    name="tapentadol",
    drug_class="opioid and NRI",
    molar_mass=Sourced(221.34 * gram / mole, DERIVED, "free base C14H23NO, standard atomic weights"),
    affinities={
        "NET": Affinity(
            Sourced(
                480 * nM,
                ASSUMED,
                "recalled from Tzschentke et al. 2007, not read: Ki of uptake, rat",
                low=240.0 * nM,
                high=960 * nM,
            )
        ),
        "SERT": Affinity(
            Sourced(
                2370 * nM,
                ASSUMED,
                "recalled from Tzschentke et al. 2007, not read: Ki of uptake, rat",
                low=1185.0 * nM,
                high=4740 * nM,
            )
        ),
        "mu": Affinity(
            Sourced(
                96 * nM,
                ASSUMED,
                "recalled from Tzschentke et al. 2007, not read: Ki, rat",
                low=48.0 * nM,
                high=192 * nM,
            ),
            efficacy=Sourced(
                0.88,
                ASSUMED,
                "recalled from Tzschentke et al. 2007, not read: GTPgammaS against DAMGO",
                low=0.5,
                high=1.0,
            ),
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(
                    0.1, ASSUMED, "rat: low, conjugated on the first pass; man 0.32", low=0.05, high=0.3
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                5.0 * liter / kilogram, ASSUMED, "man 7", low=3.0 * liter / kilogram, high=8.0 * liter / kilogram
            ),
            half_life=Sourced(1.5 * hour, ASSUMED, "rat not found; man 4 h", low=0.8 * hour, high=3.0 * hour),
            unbound_plasma=Sourced(0.8, ASSUMED, "as man (20 % bound)", low=0.7, high=0.9),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
)
