"""Valproate, an inhibitor of histone deacetylase (HDAC).

GLT-1 that was lost in the cord comes back in ligated rats under repeated oral doses, which relieve pain (Hobo 2011);
that this goes through HDAC and takes days is assumed. GLT-1 of normal rats does not change (Yoshizumi 2013).
Enterohepatic recirculation, saturable binding and the block of sodium channels are not modelled.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, uM

from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL_RATE, ORAL_RATE

valproate = Drug(
    name="valproate",
    drug_class="HDAC inhibitor",
    molar_mass=Sourced(144.21 * gram / mole, DERIVED, "free acid C8H16O2, standard atomic weights"),
    affinities={
        "HDAC": Affinity(
            Sourced(
                100 * uM,
                FITTED,
                "held by a third over the day at 200 mg/kg p.o. twice daily, the order of doses that act, so that a "
                "third of the GLT-1 lost after ligation is back in a week; the enzyme itself: IC50 400 uM, "
                "recalled from Gottlicher2001, whose abstract prints none",
                low=50 * uM,
                high=800 * uM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "p.o.": Absorption(
                rate=ORAL_RATE, bioavailability=Sourced(0.9, ASSUMED, "well absorbed", low=0.7, high=1.0)
            ),
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(0.95, ASSUMED, "little first pass", low=0.8, high=1.0),
            ),
            "i.v.": Bolus(),
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                0.5 * liter / kilogram,
                ASSUMED,
                "rat 0.3-0.7 by dose",
                low=0.3 * liter / kilogram,
                high=0.7 * liter / kilogram,
            ),
            half_life=Sourced(
                2.0 * hour, ASSUMED, "rat: 0.5-1 h at first, 4-5 h with recirculation", low=0.5 * hour, high=5.0 * hour
            ),
            unbound_plasma=Sourced(0.4, ASSUMED, "rat: 0.3-0.6, rising with the level", low=0.2, high=0.6),
            unbound_brain_to_plasma=Sourced(0.3, ASSUMED, "carried out of brain", low=0.15, high=0.6),
        ),
    ),
)
