"""Desmetramadol (O-desmethyltramadol, M1), the opioid metabolite of tramadol.

It acts on the mu receptors of both dorsal horns, and nowhere else.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, SUBCUTANEOUS

desmetramadol = Drug(
    name="desmetramadol",
    drug_class="opioid",
    molar_mass=Sourced(249.35 * gram / mole, DERIVED, "free base C15H23NO2, standard atomic weights"),
    affinities={
        "mu": Affinity(
            Sourced(
                12 * nM,
                ASSUMED,
                "Ki of the racemate, recalled; human receptor: (+)-M1 3.4, (-)-M1 240 nM (Gillen2000), of which an "
                "even mixture would have 6.7",
                low=3.4 * nM,
                high=42.0 * nM,
            ),
            efficacy=Sourced(0.7, ASSUMED, "partial to full agonist", low=0.4, high=1.0),
        ),
        "NET": Affinity(
            Sourced(
                1600 * nM,
                ASSUMED,
                "order of magnitude of uptake block; no measurement was found",
                low=640.0 * nM,
                high=4000.0 * nM,
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
                4.0 * liter / kilogram, ASSUMED, "as tramadol", low=2.5 * liter / kilogram, high=6.0 * liter / kilogram
            ),
            half_life=Sourced(
                2.0 * hour, ASSUMED, "rat not found; somewhat longer than tramadol", low=1.0 * hour, high=4.0 * hour
            ),
            unbound_plasma=Sourced(0.8, ASSUMED, "as tramadol", low=0.7, high=0.9),
            unbound_brain_to_plasma=Sourced(
                0.4, ASSUMED, "rat: brain over plasma several times below tramadol's (Tao 2002)", low=0.2, high=0.8
            ),
        ),
    ),
)
