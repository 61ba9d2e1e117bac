"""Gabapentin, which binds the alpha2delta subunit of calcium channels and no transporter.

Its uptake from the gut saturates. The oral bioavailability here is that of 50 mg/kg; it is higher at 10 mg/kg and lower
at 200 mg/kg.
"""

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
    MINIPUMP,
    ORAL_RATE,
    SUBCUTANEOUS,
)

#: Bioavailability i.p. of gabapentin and pregabalin alike.
BIOAVAILABILITY_WITHOUT_FIRST_PASS = Sourced(0.9, ASSUMED, "not metabolised; no first pass", low=0.7, high=1.0)

gabapentin = Drug(
    name="gabapentin",
    drug_class="gabapentinoid",
    molar_mass=Sourced(171.24 * gram / mole, DERIVED, "C9H17NO2, standard atomic weights"),
    affinities={
        "alpha2delta": Affinity(
            Sourced(
                100 * nM,
                ASSUMED,
                "rat cortex: KD 38, IC50 80 (SumanChauhan1993); Kd 60-140 recalled from Gee1996, whose abstract prints "
                "none; in vivo leucine competes",
                low=38.0 * nM,
                high=250.0 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.v.": Bolus(),
            "p.o.": Absorption(
                rate=ORAL_RATE, bioavailability=Sourced(0.79, "Radulovic1995", "rat, 50 mg/kg; saturable")
            ),
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=BIOAVAILABILITY_WITHOUT_FIRST_PASS,
            ),
            "s.c.": SUBCUTANEOUS,
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                0.7 * liter / kilogram,
                ASSUMED,
                "rat: body water; man 0.8",
                low=0.5 * liter / kilogram,
                high=1.0 * liter / kilogram,
            ),
            half_life=Sourced(1.7 * hour, "Radulovic1995", "rat, i.v., linear from 4 to 500 mg/kg"),
            unbound_plasma=Sourced(0.97, "Radulovic1995", "less than 3 % bound; its limit", "derived"),
            unbound_brain_to_plasma=Sourced(
                0.12,
                "Wang1996",
                "rat, microdialysis: clearance into over out of brain, 0.042/0.36 mL/min/g",
                status="derived",
                low=0.06,
                high=0.24,
            ),
        ),
    ),
)
