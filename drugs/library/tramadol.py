"""Tramadol, the racemate: weak at NET, SERT and the mu-opioid receptor, with its opioid metabolite desmetramadol (M1).

The mu part acts on the mu receptors of both dorsal horns, and nowhere else. That tramadol releases serotonin is not
modelled.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.desmetramadol import desmetramadol
from drugs.substance import Affinity, Metabolite
from drugs.typical_kinetics import INTRAPERITONEAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

tramadol = Drug(
    name="tramadol",
    drug_class="opioid and SNRI",
    molar_mass=Sourced(263.38 * gram / mole, DERIVED, "free base C16H25NO2, standard atomic weights"),
    affinities={
        "NET": Affinity(
            Sourced(
                790 * nM,
                ASSUMED,
                "recalled from Raffa 1992, where the printed part of the abstract stops before it: Ki of uptake",
                low=395.0 * nM,
                high=1580 * nM,
            )
        ),
        "SERT": Affinity(
            Sourced(
                990 * nM,
                ASSUMED,
                "recalled from Raffa 1992, where the printed part of the abstract stops before it: Ki of uptake",
                low=495.0 * nM,
                high=1980 * nM,
            )
        ),
        "mu": Affinity(
            Sourced(
                2100 * nM,
                "Raffa1992",
                "Ki, species not said in the abstract",
                low=1050.0 * nM,
                high=4200 * nM,
            ),
            efficacy=Sourced(0.5, ASSUMED, "partial agonist", low=0.2, high=1.0),
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(
                    0.3,
                    ASSUMED,
                    "rat: the plasma peak, 185 to 456 ng/mL over doses of 5 to 40 mg/kg, comes at 10 min (Tao 2002), "
                    "too early for one rate; man 0.7",
                    low=0.1,
                    high=0.7,
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                4.0 * liter / kilogram,
                ASSUMED,
                "man 2.7; larger in small animals",
                low=2.5 * liter / kilogram,
                high=6.0 * liter / kilogram,
            ),
            half_life=Sourced(1.5 * hour, ASSUMED, "rat not found; man 6 h", low=0.8 * hour, high=3.0 * hour),
            unbound_plasma=Sourced(0.8, ASSUMED, "as man (20 % bound)", low=0.7, high=0.9),
            unbound_brain_to_plasma=Sourced(
                1.5, ASSUMED, "rat: total brain over plasma up to 4 (Tao 2002), part of it bound", low=0.7, high=3.0
            ),
        ),
    ),
    metabolites=(
        Metabolite(
            desmetramadol,
            fraction=Sourced(
                0.35,
                ASSUMED,
                "rat: plasma ratio of parent to M1 0.5-1.5 (Tao 2002), from which no fraction follows",
                low=0.2,
                high=0.6,
            ),
        ),
    ),
)
