"""Escitalopram, the S-enantiomer of citalopram, which carries nearly all of its SERT block.

Its free concentration in the rat's hippocampus was followed by microdialysis (Bundgaard 2007); the numbers were not
seen.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.customary import INTRAPERITONEAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity

escitalopram = Drug(
    name="escitalopram",
    drug_class="SSRI",
    molar_mass=Sourced(324.39 * gram / mole, DERIVED, "free base C20H21FN2O, standard atomic weights"),
    affinities={
        "SERT": Affinity(
            Sourced(1.1 * nM, "Owens2001", "Ki, human transporter", status="memory", low=0.55 * nM, high=2.2 * nM)
        ),
        "NET": Affinity(
            Sourced(7840 * nM, "Owens2001", "Ki, human transporter", status="memory", low=3920.0 * nM, high=15680 * nM)
        ),
        "DAT": Affinity(
            Sourced(
                27400 * nM, "Owens2001", "Ki, human transporter", status="memory", low=13700.0 * nM, high=54800 * nM
            )
        ),
        "H1": Affinity(Sourced(2000 * nM, "Owens2001", "Ki, human", status="memory", low=1000.0 * nM, high=4000 * nM)),
        "M": Affinity(Sourced(1240 * nM, "Owens2001", "Ki, human", status="memory", low=620.0 * nM, high=2480 * nM)),
        "alpha1": Affinity(
            Sourced(3900 * nM, "Owens2001", "Ki, human", status="memory", low=1950.0 * nM, high=7800 * nM)
        ),
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
        disposition=Disposition(
            volume=Sourced(
                12.0 * liter / kilogram,
                ASSUMED,
                "rat: large; man 12-20",
                low=6.0 * liter / kilogram,
                high=20.0 * liter / kilogram,
            ),
            half_life=Sourced(4.0 * hour, ASSUMED, "rat 3-5 h, source not found", low=2.5 * hour, high=6.0 * hour),
            unbound_plasma=Sourced(0.3, ASSUMED, "between citalopram in the rat and man's 0.44", low=0.15, high=0.45),
            unbound_brain_to_plasma=Sourced(
                0.6, ASSUMED, "substrate of P-glycoprotein; total brain over plasma 3-5", low=0.3, high=1.0
            ),
            unbound_cord_to_plasma=Sourced(0.6, ASSUMED, "no cord measurement found; as brain", low=0.3, high=1.0),
        ),
    ),
)
