"""Reboxetine, a selective noradrenaline reuptake inhibitor.

It slows the firing of the locus coeruleus with an ED50 of 0.48 mg/kg i.v., and by 52-83 % at 1.25-10 mg/kg/day by
minipump (Szabo 2001). 15 mg/kg i.p. raise noradrenaline in frontal cortex by 242 % (Sacchetti 1999).
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, INTRATHECAL, MINIPUMP, SUBCUTANEOUS

reboxetine = Drug(
    name="reboxetine",
    drug_class="NRI",
    molar_mass=Sourced(313.39 * gram / mole, DERIVED, "free base C19H23NO3, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(129 * nM, "Wong2000", "Kd, human transporter, as tabulated beside Tatsumi 1997")),
        "NET": Affinity(Sourced(1.1 * nM, "Wong2000", "Kd, human transporter, as tabulated beside Tatsumi 1997")),
        "H1": Affinity(Sourced(310 * nM, "Brunton2010", "Table 15-4: 312 nM", low=155.0 * nM, high=620 * nM)),
        # DAT and muscarinic, alpha1, alpha2 and 5-HT receptors lie above 6000 nM and are left out.
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
            # p.o. is left out: no oral bioavailability in the rat was found.
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                3.0 * liter / kilogram,
                ASSUMED,
                "man 0.5-0.9 with 3 % free; a rat binds less",
                low=1.0 * liter / kilogram,
                high=6.0 * liter / kilogram,
            ),
            half_life=Sourced(
                2.0 * hour, ASSUMED, "rat 1-3 h, source not found; man 13 h", low=1.0 * hour, high=4.0 * hour
            ),
            unbound_plasma=Sourced(
                0.05,
                ASSUMED,
                "man 0.028-0.031 (read in Edwards 1995); rat 0.03-0.1, source not found",
                low=0.03,
                high=0.1,
            ),
            unbound_brain_to_plasma=Sourced(
                0.7, ASSUMED, "moderate entry; only the effect on firing anchors it", low=0.3, high=1.0
            ),
        ),
    ),
)
