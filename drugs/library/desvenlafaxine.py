"""Desvenlafaxine (O-desmethylvenlafaxine), a drug of its own and the metabolite of venlafaxine."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

desvenlafaxine = Drug(
    name="desvenlafaxine",
    drug_class="SNRI",
    molar_mass=Sourced(263.38 * gram / mole, DERIVED, "free base C16H25NO2, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(40.2 * nM, "Deecher2006", "Ki, human transporter", low=20.1 * nM, high=80.4 * nM)),
        "NET": Affinity(Sourced(558.4 * nM, "Deecher2006", "Ki, human transporter", low=279.2 * nM, high=1116.8 * nM)),
        # DAT is left out: 62 % inhibition of binding at 100 uM (Deecher2006).
    },
    kinetics=Kinetics(
        routes={
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(
                    0.4,
                    ASSUMED,
                    "rat: with the volume it gives the plasma peak of 7 uM seen after 30 mg/kg (Alfinito 2006)",
                    low=0.2,
                    high=0.8,
                ),
            ),
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                4.0 * liter / kilogram,
                "Alfinito2006",
                "rat: from the plasma peak of 7.0 uM after 30 mg/kg p.o. and the oral availability assumed",
                status="derived",
                low=2.0 * liter / kilogram,
                high=8.0 * liter / kilogram,
            ),
            half_life=Sourced(3.0 * hour, "Alfinito2006", "ovariectomised rat, plasma; brain 2.1 h"),
            unbound_plasma=Sourced(0.7, ASSUMED, "as man (30 % bound)", low=0.6, high=0.8),
            unbound_brain_to_plasma=Sourced(
                0.7,
                ASSUMED,
                "rat: total brain over plasma 1.7 by area (Alfinito 2006), some of it bound",
                low=0.3,
                high=1.2,
            ),
        ),
    ),
)
