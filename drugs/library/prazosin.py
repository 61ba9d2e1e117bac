"""Prazosin, an alpha1 antagonist; at 1500 nM it also binds alpha2A."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRAPERITONEAL, INTRATHECAL, SUBCUTANEOUS

prazosin = Drug(
    name="prazosin",
    drug_class="alpha1 antagonist",
    molar_mass=Sourced(383.4 * gram / mole, DERIVED, "free base C19H21N5O4, standard atomic weights"),
    affinities={
        "alpha1": Affinity(
            Sourced(
                0.2 * nM,
                ASSUMED,
                "recalled from the PDSP Ki database, not read: 0.1-1 nM; Kd at cloned subtypes 0.10-0.15 nM "
                "(Kenny 1994)",
                low=0.04 * nM,
                high=1.0 * nM,
            )
        ),
        "alpha2A": Affinity(
            Sourced(1500 * nM, "Laurila2011", "Ki, human alpha2A in CHO cells; alpha2B 47, alpha2C 45")
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                2.0 * liter / kilogram,
                ASSUMED,
                "man 0.6; larger in small animals",
                low=0.6 * liter / kilogram,
                high=4.0 * liter / kilogram,
            ),
            half_life=Sourced(1.5 * hour, ASSUMED, "rat not found; man 2-3 h", low=0.8 * hour, high=3.0 * hour),
            unbound_plasma=Sourced(0.05, ASSUMED, "as man (95 % bound)", low=0.03, high=0.1),
            unbound_brain_to_plasma=Sourced(0.2, ASSUMED, "substrate of P-glycoprotein and BCRP", low=0.05, high=0.5),
        ),
    ),
)
