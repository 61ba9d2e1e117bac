"""Hydroxybupropion, the metabolite that carries bupropion's NET block in man and mouse; the rat makes little of it."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, SUBCUTANEOUS

hydroxybupropion = Drug(
    name="hydroxybupropion",
    drug_class="NDRI",
    molar_mass=Sourced(255.74 * gram / mole, DERIVED, "free base C13H18ClNO2, standard atomic weights"),
    affinities={
        "NET": Affinity(
            Sourced(
                480 * nM,
                ASSUMED,
                "contradicted: IC50 of uptake of the racemate 1.7 uM, of its S,S form 0.52 uM, of the other isomer "
                "above 10 uM (read in Damaj 2004). The value in use is twice a recalled 240 nM of the S,S form, which "
                "has no source",
                low=240 * nM,
                high=2000 * nM,
            )
        ),
        "DAT": Affinity(
            Sourced(
                1260 * nM,
                ASSUMED,
                "IC50 of uptake: twice a recalled 630 nM of the S,S form, which has no source. Read in Damaj 2004: "
                "similar results as with noradrenaline, where the racemate has 1.7 uM",
                low=600 * nM,
                high=3000 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            # p.o. is left out: no oral bioavailability in the rat was found.
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                8.0 * liter / kilogram,
                ASSUMED,
                "no number found; below bupropion",
                low=4.0 * liter / kilogram,
                high=16.0 * liter / kilogram,
            ),
            half_life=Sourced(
                4.0 * hour,
                ASSUMED,
                "no rat number found; longer than bupropion in every species",
                low=2.0 * hour,
                high=8.0 * hour,
            ),
            unbound_plasma=Sourced(0.4, ASSUMED, "no rat number found; bound less than bupropion", low=0.2, high=0.6),
            unbound_brain_to_plasma=Sourced(
                0.8, ASSUMED, "not concentrated in tissue as bupropion is (Schroeder 1983)", low=0.3, high=1.5
            ),
        ),
    ),
)
