"""Citalopram, the racemate, one of the two most selective SERT blockers here.

Its metabolite desmethylcitalopram, several times weaker at SERT, is left out.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

# Numbers that its S-enantiomer, escitalopram, takes over.
RACEMATE_MOLAR_MASS = Sourced(324.39 * gram / mole, DERIVED, "free base C20H21FN2O, standard atomic weights")
RACEMATE_VOLUME = Sourced(
    12.0 * liter / kilogram, ASSUMED, "rat: large; man 12-20", low=6.0 * liter / kilogram, high=20.0 * liter / kilogram
)
RACEMATE_HALF_LIFE = Sourced(4.0 * hour, ASSUMED, "rat 3-5 h, source not found", low=2.5 * hour, high=6.0 * hour)
RACEMATE_BRAIN_TO_PLASMA = Sourced(
    0.6, ASSUMED, "substrate of P-glycoprotein; total brain over plasma 3-5", low=0.3, high=1.0
)

citalopram = Drug(
    name="citalopram",
    drug_class="SSRI",
    molar_mass=RACEMATE_MOLAR_MASS,
    affinities={
        "SERT": Affinity(Sourced(1.2 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(4070 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(28100 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(
            Sourced(
                1900 * nM,
                ASSUMED,
                "Kd, human brain; recalled from Cusack 1994, not read; Table 15-4 has 1550 nM (Brunton 2010)",
                low=950.0 * nM,
                high=3800 * nM,
            )
        ),
        "alpha2A": Affinity(Sourced(15000 * nM, ASSUMED, _CUSACK, low=7500.0 * nM, high=30000 * nM)),
        "H1": Affinity(
            Sourced(
                470 * nM,
                ASSUMED,
                "Kd, human brain; recalled from Cusack 1994, not read; Table 15-4 has 380 nM (Brunton 2010)",
                low=235.0 * nM,
                high=940 * nM,
            )
        ),
        "M": Affinity(
            Sourced(
                2200 * nM,
                ASSUMED,
                "Kd, human brain; recalled from Cusack 1994, not read; Table 15-4 has 1800 nM (Brunton 2010)",
                low=1100.0 * nM,
                high=4400 * nM,
            )
        ),
        "5-HT2A": Affinity(Sourced(5600 * nM, ASSUMED, _CUSACK, low=2800.0 * nM, high=11200 * nM)),
    },
    kinetics=Kinetics(
        routes={
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(0.4, ASSUMED, "rat 0.3-0.5, source not found", low=0.3, high=0.5),
            ),
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=RACEMATE_VOLUME,
            half_life=RACEMATE_HALF_LIFE,
            unbound_plasma=Sourced(0.25, ASSUMED, "rat 0.2-0.3, source not found; man 0.2", low=0.15, high=0.45),
            unbound_brain_to_plasma=RACEMATE_BRAIN_TO_PLASMA,
        ),
    ),
)
