"""Paroxetine, the strongest SERT blocker; from about 10 mg/kg on it blocks NET as well (40 nM).

At that dose it relieves ligated rats; it raises noradrenaline in the cord too, at a dose that the abstract does not
print (Nakajima 2012). In the frontal cortex of normal rats noradrenaline rises at 30 mg/kg s.c. and not at 10 mg/kg or
less (Beyer 2002).
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL_RATE, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

paroxetine = Drug(
    name="paroxetine",
    drug_class="SSRI",
    molar_mass=Sourced(329.37 * gram / mole, DERIVED, "free base C19H20FNO3, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(0.13 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(40 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(490 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(
            Sourced(
                4600 * nM,
                ASSUMED,
                "contradicted: above 100000 in Table 15-4 (Brunton 2010); 4600 is recalled from Cusack 1994, not read",
                low=2300.0 * nM,
                high=9200 * nM,
            )
        ),
        "alpha2A": Affinity(Sourced(17000 * nM, ASSUMED, _CUSACK, low=8500.0 * nM, high=34000 * nM)),
        "H1": Affinity(Sourced(22000 * nM, "Brunton2010", "Table 15-4", low=11000.0 * nM, high=44000 * nM)),
        "M": Affinity(
            Sourced(
                108 * nM,
                "Brunton2010",
                "Table 15-4; at the cloned human m1-m5 80-650 (Stanton 1993)",
                low=36.0 * nM,
                high=324 * nM,
            )
        ),
        "5-HT2A": Affinity(Sourced(19000 * nM, ASSUMED, _CUSACK, low=9500.0 * nM, high=38000 * nM)),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(0.5, ASSUMED, "extensive first pass", low=0.2, high=0.8),
            ),
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(
                    0.15, ASSUMED, "rat: low and rising with dose; the number was not found", low=0.05, high=0.4
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                20.0 * liter / kilogram,
                ASSUMED,
                "rat: large; man 3-28. With the half-life 8 mg/kg/d by pump give 130 ng/mL of total drug, within what "
                "patients have; 100 ng/mL hold 27 % of NET there (Gilmor2002)",
                low=5.0 * liter / kilogram,
                high=30.0 * liter / kilogram,
            ),
            half_life=Sourced(
                7.0 * hour,
                ASSUMED,
                "rat 6-9 h, source not found; dose-dependent in man",
                low=4.0 * hour,
                high=10.0 * hour,
            ),
            unbound_plasma=Sourced(0.05, ASSUMED, "as man (95 % bound)", low=0.03, high=0.08),
            unbound_brain_to_plasma=Sourced(
                0.3,
                ASSUMED,
                "substrate of P-glycoprotein; total brain over plasma 5-10; as little as fluoxetine, of which "
                "occupancy was measured",
                low=0.1,
                high=1.5,
            ),
        ),
    ),
)
