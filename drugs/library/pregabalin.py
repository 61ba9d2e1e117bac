"""Pregabalin, which binds the alpha2delta subunit of calcium channels and no transporter.

Its effect follows its concentration in brain with a delay (Feng 2001), which is taken here as that between plasma and
brain.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.gabapentin import BIOAVAILABILITY_WITHOUT_FIRST_PASS
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL_RATE, INTRATHECAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

pregabalin = Drug(
    name="pregabalin",
    drug_class="gabapentinoid",
    molar_mass=Sourced(159.23 * gram / mole, DERIVED, "C8H17NO2, standard atomic weights"),
    affinities={
        "alpha2delta": Affinity(
            Sourced(
                45 * nM,
                ASSUMED,
                "Ki 30-60 nM recalled from Taylor 2007, whose abstract prints none; IC50 of 3-isobutyl GABA 80 nM in "
                "rat cortex (SumanChauhan1993); in vivo leucine competes",
                low=22.5 * nM,
                high=90 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=BIOAVAILABILITY_WITHOUT_FIRST_PASS,
            ),
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(0.85, ASSUMED, "rat: more than 0.8, source not found", low=0.7, high=1.0),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                0.6 * liter / kilogram,
                ASSUMED,
                "body water; man 0.5",
                low=0.4 * liter / kilogram,
                high=0.8 * liter / kilogram,
            ),
            half_life=Sourced(
                2.5 * hour, ASSUMED, "rat about 2.5 h, recalled without its source", low=1.8 * hour, high=4.0 * hour
            ),
            unbound_plasma=Sourced(
                1.0, "NoahPregabalin", "mouse, rat, monkey, man: not known to bind to proteins of plasma", "derived"
            ),
            unbound_brain_to_plasma=Sourced(
                0.13,
                "Feng2001",
                "rat: clearance into over out of brain, 4.8/37.2 uL/min/g",
                status="derived",
                low=0.07,
                high=0.26,
            ),
            equilibration_half_life=Sourced(
                1.26 * hour,
                "Feng2001",
                "rat: ke0 0.0092 per minute, by which the effect against convulsions lags behind fluid of the brain",
                status="derived",
                low=0.8 * hour,
                high=2.0 * hour,
            ),
        ),
    ),
)
