"""Mirtazapine, an antagonist at alpha2, 5-HT2, 5-HT3 and H1 receptors that hardly blocks uptake.

In the rat its oral bioavailability is about 7 % (Rouini 2014). Its affinity for alpha2C (18 nM) is left out,
since the model has no such site.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import (
    INTRAPERITONEAL_RATE,
    INTRATHECAL,
    LIPOPHILIC_BASE_IN_BRAIN,
    MINIPUMP,
    ORAL_RATE,
    SUBCUTANEOUS,
)

mirtazapine = Drug(
    name="mirtazapine",
    drug_class="NaSSA",
    molar_mass=Sourced(265.35 * gram / mole, DERIVED, "free base C17H19N3, standard atomic weights"),
    affinities={
        "alpha2A": Affinity(
            Sourced(
                20 * nM,
                ASSUMED,
                "recalled; contradicted: pKi 7.0 in binding, 8.4 against noradrenaline on its release (deBoer1988)",
                low=10.0 * nM,
                high=40 * nM,
            )
        ),
        "5-HT2A": Affinity(
            Sourced(16 * nM, ASSUMED, "Ki; 6-69 over all reports, recalled, not read", low=6 * nM, high=69 * nM)
        ),
        "5-HT2C": Affinity(
            Sourced(39 * nM, ASSUMED, "recalled from tables that quote it, not read: Ki", low=19.5 * nM, high=78 * nM)
        ),
        "5-HT3": Affinity(
            Sourced(8 * nM, ASSUMED, "recalled from tables that quote it, not read: Ki", low=4.0 * nM, high=16 * nM)
        ),
        "H1": Affinity(
            Sourced(
                0.5 * nM,
                ASSUMED,
                "0.14-1.6 over all reports, recalled, not read; 0.1 in Table 15-4 of Brunton 2010",
                low=0.14 * nM,
                high=1.6 * nM,
            )
        ),
        "alpha1": Affinity(Sourced(500 * nM, "Brunton2010", "Table 15-4", low=250.0 * nM, high=1000 * nM)),
        "M": Affinity(Sourced(670 * nM, "Brunton2010", "Table 15-4", low=335.0 * nM, high=1340 * nM)),
        "NET": Affinity(Sourced(4600 * nM, "Tatsumi1997", "Kd, human transporter")),
        # SERT and DAT lie above 100000 nM (Tatsumi1997).
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(
                    0.3, ASSUMED, "between p.o. and s.c., where the liver takes most", low=0.1, high=0.6
                ),
            ),
            "p.o.": Absorption(rate=ORAL_RATE, bioavailability=Sourced(0.07, "Rouini2014", "rat, 2 and 10 mg/kg")),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                8.0 * liter / kilogram,
                ASSUMED,
                "rat not found; man 4.5",
                low=4.0 * liter / kilogram,
                high=15.0 * liter / kilogram,
            ),
            half_life=Sourced(
                2.0 * hour,
                ASSUMED,
                "rat: plasma was sampled for 24 h after 2 mg/kg i.v. (Rouini 2014); the half-life was not read",
                low=1.0 * hour,
                high=4.0 * hour,
            ),
            unbound_plasma=Sourced(0.15, ASSUMED, "as man (85 % bound)", low=0.1, high=0.25),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
)
