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
                "Damaj2004",
                "IC50 of uptake; the S,S form 240, the R,R form above 9000, so twice 240 for the racemate",
                status="unsure",
                low=240 * nM,
                high=2000 * nM,
            )
        ),
        "DAT": Affinity(
            Sourced(
                1260 * nM,
                "Damaj2004",
                "IC50 of uptake; the S,S form 630, twice that for the racemate",
                status="unsure",
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
