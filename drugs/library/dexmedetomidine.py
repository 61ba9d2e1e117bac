"""Dexmedetomidine, a full and potent agonist at alpha2-adrenergic receptors."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import (
    INTRA_LOCUS_COERULEUS,
    INTRAPERITONEAL_RATE,
    INTRATHECAL,
    LIPOPHILIC_BASE_IN_BRAIN,
    MINIPUMP,
    SUBCUTANEOUS,
)

dexmedetomidine = Drug(
    name="dexmedetomidine",
    drug_class="alpha2 agonist",
    molar_mass=Sourced(200.28 * gram / mole, DERIVED, "free base C13H16N2, standard atomic weights"),
    affinities={
        "alpha2A": Affinity(
            Sourced(
                0.25 * nM,
                "Asano2000",
                "IC50 at alpha2, rat cord membranes; its subtype is not printed",
                low=0.1 * nM,
                high=1.1 * nM,
            ),
            efficacy=1.0,
        ),
        "alpha1": Affinity(
            Sourced(
                400 * nM,
                "Karol2000",
                "1600 times the alpha2A value, as alpha2 over alpha1; taken as an antagonist",
                status="derived",
                low=100 * nM,
                high=1700 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(
                    0.6,
                    ASSUMED,
                    "first pass through the liver; man p.o. 0.16, i.m. 1.0 (Anttila 2003)",
                    low=0.3,
                    high=0.9,
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                2.0 * liter / kilogram,
                ASSUMED,
                "man 118 L; larger per weight in small animals",
                low=1.0 * liter / kilogram,
                high=4.0 * liter / kilogram,
            ),
            half_life=Sourced(
                1.0 * hour,
                ASSUMED,
                "rat about 1 h, source not found; man 2-2.5 h (Karol 2000)",
                low=0.5 * hour,
                high=1.5 * hour,
            ),
            unbound_plasma=Sourced(0.1, ASSUMED, "man 0.06; rat not found", low=0.05, high=0.2),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
)
