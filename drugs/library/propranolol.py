"""Propranolol, a beta-adrenergic antagonist, as a negative control.

It does not prevent the effect of intrathecal reboxetine (Hughes 2015). The circuit has no beta receptor, so its
affinity there has no effect; its weak antagonism at 5-HT1A has.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import (
    INTRA_LOCUS_COERULEUS,
    INTRAPERITONEAL_RATE,
    INTRATHECAL,
    LIPOPHILIC_BASE_IN_BRAIN,
    SUBCUTANEOUS,
)

propranolol = Drug(
    name="propranolol",
    drug_class="beta antagonist",
    molar_mass=Sourced(259.34 * gram / mole, DERIVED, "free base C16H21NO2, standard atomic weights"),
    affinities={
        "beta": Affinity(
            Sourced(
                1.0 * nM,
                ASSUMED,
                "recalled from the PDSP Ki database, not read: beta1 and beta2; no coupling in the circuit",
                low=0.4 * nM,
                high=2.5 * nM,
            )
        ),
        "5-HT1A": Affinity(
            Sourced(
                70 * nM,
                ASSUMED,
                "recalled from the PDSP Ki database, not read: rat, the S form",
                low=23.3 * nM,
                high=210 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
            "s.c.": SUBCUTANEOUS,
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE, bioavailability=Sourced(0.3, ASSUMED, "large first pass", low=0.1, high=0.6)
            ),
            "i.v.": Bolus(),
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(8.5 * liter / kilogram, "Propranolol1980", "rat, 2 mg/kg i.v."),
            half_life=Sourced(
                1.05 * hour,
                "Propranolol1980",
                "rat, 2 mg/kg i.v.: 63 min in blood",
                low=0.8 * hour,
                high=1.4 * hour,
            ),
            unbound_plasma=Sourced(
                0.08, "Smits1979", "spontaneously hypertensive rat: 92 % bound at 20-100 ng/mL, less above"
            ),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
)
