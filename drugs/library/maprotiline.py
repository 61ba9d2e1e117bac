"""Maprotiline, a tetracyclic antidepressant and selective NET blocker.

At 10 and 30 mg/kg it relieves ligated rats; in the cord it raises noradrenaline, not serotonin, at a dose that the
abstract does not print (Nakajima 2012).
No kinetics in the rat were found; all of them are assumed.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL_RATE, LIPOPHILIC_BASE_IN_BRAIN, MINIPUMP, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

maprotiline = Drug(
    name="maprotiline",
    drug_class="tetracyclic",
    molar_mass=Sourced(277.4 * gram / mole, DERIVED, "free base C20H23N, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(5800 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(11.1 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(1000 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(Sourced(90 * nM, "Brunton2010", "Table 15-4: 91 nM", low=45.0 * nM, high=180 * nM)),
        "alpha2A": Affinity(
            Sourced(
                9400 * nM,
                ASSUMED,
                "recalled from Richelson 1984, not read: Kd, human brain; such values scatter twofold",
                low=4700.0 * nM,
                high=18800 * nM,
            )
        ),
        "H1": Affinity(Sourced(2.0 * nM, "Brunton2010", "Table 15-4", low=1.0 * nM, high=4.0 * nM)),
        "M": Affinity(
            Sourced(
                570 * nM,
                ASSUMED,
                "recalled from Richelson 1984, not read: Kd, human brain; Table 15-4 has 560 nM (Brunton 2010)",
                low=285.0 * nM,
                high=1140 * nM,
            )
        ),
        "5-HT2A": Affinity(Sourced(120 * nM, ASSUMED, _CUSACK, low=60.0 * nM, high=240 * nM)),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(0.4, ASSUMED, "as other secondary amines", low=0.2, high=0.7),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            # p.o. is left out: no oral bioavailability in the rat was found.
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                15.0 * liter / kilogram,
                ASSUMED,
                "lipophilic secondary amine; man 15-28",
                low=8.0 * liter / kilogram,
                high=25.0 * liter / kilogram,
            ),
            half_life=Sourced(8.0 * hour, ASSUMED, "as desipramine; man 27-58 h", low=4.0 * hour, high=15.0 * hour),
            unbound_plasma=Sourced(0.1, ASSUMED, "man 0.12 (88 % bound)", low=0.05, high=0.15),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
)
