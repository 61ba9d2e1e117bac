"""Bupropion, a noradrenaline-dopamine reuptake inhibitor, with its metabolite hydroxybupropion.

Its constants are those of binding, as of the other drugs. By them it hardly holds NET; inhibition of uptake into rat
synaptosomes, recalled, would give 1400 nM there. The rat makes little hydroxybupropion, unlike mouse and man (Welch
1987).
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.hydroxybupropion import hydroxybupropion
from drugs.substance import Affinity, Metabolite
from drugs.typical_kinetics import INTRAPERITONEAL, INTRATHECAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

bupropion = Drug(
    name="bupropion",
    drug_class="NDRI",
    molar_mass=Sourced(239.74 * gram / mole, DERIVED, "free base C13H18ClNO, standard atomic weights"),
    affinities={
        "NET": Affinity(
            Sourced(
                52000 * nM,
                "Tatsumi1997",
                "Kd, human transporter; 1400 by uptake into rat synaptosomes, recalled without its source",
                low=1400 * nM,
                high=52000 * nM,
            )
        ),
        "DAT": Affinity(Sourced(520 * nM, "Tatsumi1997", "Kd, human transporter", low=300 * nM, high=2000 * nM)),
        "SERT": Affinity(Sourced(9100 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(
            Sourced(
                4200 * nM,
                ASSUMED,
                "Kd, human brain; recalled from Cusack 1994, not read; Table 15-4 has 4550 nM (Brunton 2010)",
                low=2100.0 * nM,
                high=8400 * nM,
            )
        ),
        "H1": Affinity(
            Sourced(
                11800 * nM,
                ASSUMED,
                "Kd, human brain; recalled from Cusack 1994, not read; Table 15-4 has 6700 nM (Brunton 2010)",
                low=5900.0 * nM,
                high=23600 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(
                    0.2,
                    ASSUMED,
                    "rat: rapidly and completely absorbed (Schroeder 1983), then a large first pass",
                    low=0.05,
                    high=0.5,
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                12.0 * liter / kilogram,
                ASSUMED,
                "rat: wide distribution (Schroeder 1983); man 19",
                low=6.0 * liter / kilogram,
                high=25.0 * liter / kilogram,
            ),
            half_life=Sourced(1.5 * hour, ASSUMED, "rat not found; cleared fast", low=0.8 * hour, high=3.0 * hour),
            unbound_plasma=Sourced(
                0.22,
                "Schroeder1983",
                "75-80 % bound, rats, dogs and man together; about the centre",
                "derived",
                low=0.2,
                high=0.25,
            ),
            unbound_brain_to_plasma=Sourced(
                1.0,
                ASSUMED,
                "total brain over plasma about 25 (Schroeder 1983) is its tissue binding",
                low=0.5,
                high=3.0,
            ),
        ),
    ),
    metabolites=(
        Metabolite(
            hydroxybupropion,
            fraction=Sourced(
                0.05,
                ASSUMED,
                "rat: a minor fraction in urine, not above the parent in plasma (Welch 1987); no number is printed",
                low=0.01,
                high=0.15,
            ),
        ),
    ),
)
