"""Atipamezole, a selective alpha2 antagonist that spares 5-HT1A receptors (Pertovaara 2005)."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRAPERITONEAL, INTRATHECAL, SUBCUTANEOUS

atipamezole = Drug(
    name="atipamezole",
    drug_class="alpha2 antagonist",
    molar_mass=Sourced(212.29 * gram / mole, DERIVED, "free base C14H16N2, standard atomic weights"),
    affinities={
        "alpha2A": Affinity(
            Sourced(2.1 * nM, "Laurila2011", "Ki, human alpha2A in CHO cells", low=1.0 * nM, high=4.2 * nM)
        ),
        "5-HT1A": Affinity(Sourced(13000 * nM, "Winter1992", "Kd, tissue not said in the abstract")),
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
                1.75 * liter / kilogram,
                "NoahAtipamezole",
                "the centre of about 1-2.5 L/kg, species not printed",
                status="derived",
                low=1.0 * liter / kilogram,
                high=2.5 * liter / kilogram,
            ),
            half_life=Sourced(1.3 * hour, "ElBahri2008", "rat"),
            unbound_plasma=Sourced(0.3, ASSUMED, "not found", low=0.1, high=0.6),
            unbound_brain_to_plasma=Sourced(
                0.8,
                ASSUMED,
                "tissues, brain among them, hold two to three times the plasma level (ElBahri 2008), part of it bound",
                low=0.4,
                high=1.5,
            ),
        ),
    ),
)
