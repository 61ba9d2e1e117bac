"""Ondansetron, a selective 5-HT3 antagonist."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRAPERITONEAL_RATE, INTRATHECAL, ORAL_RATE, SUBCUTANEOUS

ondansetron = Drug(
    name="ondansetron",
    drug_class="5-HT3 antagonist",
    molar_mass=Sourced(293.36 * gram / mole, DERIVED, "free base C18H19N3O, standard atomic weights"),
    affinities={
        "5-HT3": Affinity(
            Sourced(
                2.5 * nM,
                ASSUMED,
                "recalled from the PDSP Ki database, not read: 1-6 nM in rat brain; currents are blocked from 0.1 nM",
                low=0.5 * nM,
                high=12.5 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "s.c.": SUBCUTANEOUS,
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(
                    0.3,
                    ASSUMED,
                    "of an oral dose the liver takes 40 %, the gut wall 34 %, 4 % arrive (Yang 2008); gut wall spared",
                    low=0.2,
                    high=0.6,
                ),
            ),
            "p.o.": Absorption(rate=ORAL_RATE, bioavailability=Sourced(0.0407, "Yang2008", "rat, 8 mg/kg")),
            "i.v.": Bolus(),
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                4.0 * liter / kilogram,
                ASSUMED,
                "rat not seen; man 2",
                low=2.0 * liter / kilogram,
                high=6.0 * liter / kilogram,
            ),
            half_life=Sourced(0.6 * hour, "Kwan2020", "rat, s.c.: 30 to 40 min; about the centre", "derived"),
            unbound_plasma=Sourced(0.47, "Yang2008", "rat: 53.2 % bound"),
            unbound_brain_to_plasma=Sourced(
                0.2, ASSUMED, "rat: total brain over plasma 0.45 (Kwan 2020), part of it bound", low=0.1, high=0.5
            ),
        ),
    ),
)
