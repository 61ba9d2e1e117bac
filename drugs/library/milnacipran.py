"""Milnacipran, a serotonin-noradrenaline reuptake inhibitor of balanced affinities and hardly bound in plasma.

At 3 mg/kg free drug in brain is already a hundred times its dissociation constants, so a higher dose acts longer, not
more strongly.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL_RATE, INTRATHECAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

milnacipran = Drug(
    name="milnacipran",
    drug_class="SNRI",
    molar_mass=Sourced(246.35 * gram / mole, DERIVED, "free base C15H22N2O, standard atomic weights"),
    affinities={
        "SERT": Affinity(
            Sourced(
                8.44 * nM,
                ASSUMED,
                "Ki of binding, human, recalled from Vaishnavi 2004, whose abstract prints only the ratio NET over "
                "SERT, 2.61; by uptake 151",
                low=4.22 * nM,
                high=16.88 * nM,
            )
        ),
        "NET": Affinity(
            Sourced(
                22.0 * nM,
                ASSUMED,
                "Ki of binding, human, recalled from Vaishnavi 2004, whose abstract prints only ratios: NET over SERT "
                "2.61 by binding, 0.45 by uptake; by uptake 68",
                low=7.1 * nM,
                high=68.2 * nM,
            )
        ),
        # DAT (> 10000 nM) and receptors (none relevant, Puozzo 2002) are left out. N-desethyl- and
        # p-hydroxylevomilnacipran circulate in the rat after levomilnacipran (Brunner 2015); whether they bind is not
        # known.
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(0.92, "Bagchi2024", "mouse: 92.5 % against i.v.", low=0.6, high=1.0),
            ),
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(
                    0.65, ASSUMED, "rat 0.5-0.8, source not found; man 0.85-0.90", low=0.5, high=0.8
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                4.0 * liter / kilogram, ASSUMED, "man 5", low=2.0 * liter / kilogram, high=6.0 * liter / kilogram
            ),
            half_life=Sourced(1.5 * hour, ASSUMED, "rat 1-2 h, source not found", low=1.0 * hour, high=3.0 * hour),
            unbound_plasma=Sourced(0.87, ASSUMED, "as man (13 % bound)", low=0.8, high=0.95),
            unbound_brain_to_plasma=Sourced(
                0.6,
                ASSUMED,
                "brain over plasma about 1 (total, recalled), some of it bound; mouse brain peaks at 1 h (Bagchi 2024)",
                low=0.3,
                high=1.0,
            ),
        ),
    ),
)
