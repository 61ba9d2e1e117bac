"""Escitalopram, the S-enantiomer of citalopram, which carries nearly all of its SERT block.

Its free concentration in the rat's hippocampus was measured by microdialysis (Bundgaard 2007); those numbers were not
available here.
"""

from __future__ import annotations

from brian2.units import nM

from core.sourced import ASSUMED, Sourced
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.citalopram import RACEMATE_BRAIN_TO_PLASMA, RACEMATE_HALF_LIFE, RACEMATE_MOLAR_MASS, RACEMATE_VOLUME
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

escitalopram = Drug(
    name="escitalopram",
    drug_class="SSRI",
    molar_mass=RACEMATE_MOLAR_MASS,
    affinities={
        "SERT": Affinity(
            Sourced(
                1.1 * nM,
                ASSUMED,
                "recalled from Owens 2001, not read: Ki, human transporter",
                low=0.55 * nM,
                high=2.2 * nM,
            )
        ),
        "NET": Affinity(
            Sourced(
                7840 * nM,
                ASSUMED,
                "recalled from Owens 2001, not read: Ki, human transporter",
                low=3920.0 * nM,
                high=15680 * nM,
            )
        ),
        "DAT": Affinity(
            Sourced(
                27400 * nM,
                ASSUMED,
                "recalled from Owens 2001, not read: Ki, human transporter",
                low=13700.0 * nM,
                high=54800 * nM,
            )
        ),
        "H1": Affinity(Sourced(2000 * nM, "Brunton2010", "Table 15-4: 1970 nM", low=1000.0 * nM, high=4000 * nM)),
        "M": Affinity(Sourced(1240 * nM, "Brunton2010", "Table 15-4", low=620.0 * nM, high=2480 * nM)),
        "alpha1": Affinity(Sourced(3900 * nM, "Brunton2010", "Table 15-4: 3870 nM", low=1950.0 * nM, high=7800 * nM)),
    },
    kinetics=Kinetics(
        routes={
            "p.o.": Absorption(
                rate=ORAL_RATE, bioavailability=Sourced(0.4, ASSUMED, "as citalopram", low=0.3, high=0.5)
            ),
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=RACEMATE_VOLUME,
            half_life=RACEMATE_HALF_LIFE,
            unbound_plasma=Sourced(0.3, ASSUMED, "between citalopram in the rat and man's 0.44", low=0.15, high=0.45),
            unbound_brain_to_plasma=RACEMATE_BRAIN_TO_PLASMA,
        ),
    ),
)
