"""Atropine, a muscarinic antagonist.

Given intrathecally to ligated rats, it lessens what clonidine does to thresholds of filaments and pressure, not what it
does to heat; alone it leaves thresholds as they are (Paqueron 2003).
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRAPERITONEAL, INTRATHECAL, SUBCUTANEOUS

atropine = Drug(
    name="atropine",
    drug_class="muscarinic antagonist",
    molar_mass=Sourced(289.37 * gram / mole, DERIVED, "free base C17H23NO3, standard atomic weights"),
    affinities={
        "M": Affinity(
            Sourced(
                1.5 * nM,
                ASSUMED,
                "recalled from the PDSP Ki database, not read: 0.5-3 nM, all subtypes",
                low=0.5 * nM,
                high=4.5 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.t.": INTRATHECAL,
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                3.0 * liter / kilogram,
                ASSUMED,
                "man 1-3; larger in small animals",
                low=1.5 * liter / kilogram,
                high=6.0 * liter / kilogram,
            ),
            half_life=Sourced(1.0 * hour, ASSUMED, "rat not found; man 2-4 h", low=0.5 * hour, high=2.0 * hour),
            unbound_plasma=Sourced(0.5, ASSUMED, "as man", low=0.4, high=0.8),
            unbound_brain_to_plasma=Sourced(0.5, ASSUMED, "enters brain", low=0.2, high=1.0),
        ),
    ),
)
