"""WAY-100635, a 5-HT1A antagonist without intrinsic activity (Forster 1995).

It also binds D4.2 receptors, 16 nM, and activates D4.4, EC50 9.7 nM (Chemel 2006); these are not modelled.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRAPERITONEAL, INTRATHECAL, SUBCUTANEOUS

way100635 = Drug(
    name="way100635",
    drug_class="5-HT1A antagonist",
    molar_mass=Sourced(422.56 * gram / mole, DERIVED, "free base C25H34N4O2, standard atomic weights"),
    affinities={
        "5-HT1A": Affinity(
            Sourced(1.35 * nM, "Forster1995", "IC50, rat hippocampus (pIC50 8.87)", low=0.2 * nM, high=2.7 * nM)
        ),
        "D2": Affinity(
            Sourced(
                940 * nM,
                "Chemel2006",
                "D2L, first screen, cells not printed; 420 in the authors' own binding, HEK cells",
            )
        ),
        "alpha1": Affinity(
            Sourced(
                230 * nM,
                ASSUMED,
                "IC50; recalled from Forster 1995, whose abstract says no more than above 100 times that at 5-HT1A",
                low=115.0 * nM,
                high=460 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "s.c.": SUBCUTANEOUS,
            "i.p.": INTRAPERITONEAL,
            "i.v.": Bolus(),
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                4.0 * liter / kilogram, ASSUMED, "not found", low=2.0 * liter / kilogram, high=8.0 * liter / kilogram
            ),
            half_life=Sourced(
                0.7 * hour,
                ASSUMED,
                "rat: cleared within an hour or so; the number was not found",
                low=0.3 * hour,
                high=1.5 * hour,
            ),
            unbound_plasma=Sourced(0.1, ASSUMED, "not found", low=0.03, high=0.3),
            unbound_brain_to_plasma=Sourced(
                0.5,
                ASSUMED,
                "enters brain at once as a tracer; substrate of P-glycoprotein in the rat",
                low=0.2,
                high=1.0,
            ),
        ),
    ),
)
