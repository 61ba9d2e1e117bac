"""Sertraline, a selective serotonin reuptake inhibitor that also binds DAT (25 nM).

Its metabolite desmethylsertraline is left out: in rats it neither raises serotonin of the striatum nor slows raphe
cells (Sprouse 1996).
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

sertraline = Drug(
    name="sertraline",
    drug_class="SSRI",
    molar_mass=Sourced(306.23 * gram / mole, DERIVED, "free base C17H17Cl2N, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(0.29 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(420 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(25 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(Sourced(370 * nM, "Brunton2010", "Table 15-4", low=185.0 * nM, high=740 * nM)),
        "alpha2A": Affinity(Sourced(4100 * nM, ASSUMED, _CUSACK, low=2050.0 * nM, high=8200 * nM)),
        "H1": Affinity(Sourced(24000 * nM, "Brunton2010", "Table 15-4", low=12000.0 * nM, high=48000 * nM)),
        "M": Affinity(
            Sourced(
                630 * nM,
                "Brunton2010",
                "Table 15-4: 625 nM; at the cloned human m1-m5 1300-2100 (Stanton 1993)",
                low=185.0 * nM,
                high=2142.0 * nM,
            )
        ),
        "5-HT2A": Affinity(Sourced(9900 * nM, ASSUMED, _CUSACK, low=4950.0 * nM, high=19800 * nM)),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(0.2, ASSUMED, "rat: low, extensive first pass", low=0.1, high=0.4),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                20.0 * liter / kilogram,
                ASSUMED,
                "more than 20 in man; rat not found",
                low=10.0 * liter / kilogram,
                high=30.0 * liter / kilogram,
            ),
            half_life=Sourced(
                5.0 * hour, ASSUMED, "rat not found; of the order of fluoxetine's", low=3.0 * hour, high=8.0 * hour
            ),
            unbound_plasma=Sourced(0.02, ASSUMED, "man 0.015; rat not found", low=0.01, high=0.03),
            unbound_brain_to_plasma=Sourced(
                1.0, ASSUMED, "total brain over plasma about 40 in animals is its tissue binding", low=0.5, high=2.0
            ),
        ),
    ),
)
