"""Desipramine, a tricyclic (secondary amine), the strongest NET blocker here, and the metabolite of imipramine.

At 50 nM in slices it slows the clearance of noradrenaline fourfold (Palij 1994).
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.nortriptyline import SODIUM_CHANNELS_OF_TRICYCLICS
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL_RATE, MINIPUMP, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

desipramine = Drug(
    name="desipramine",
    drug_class="TCA",
    molar_mass=Sourced(266.38 * gram / mole, DERIVED, "free base C18H22N2, standard atomic weights"),
    affinities={
        "SERT": Affinity(
            Sourced(
                60 * nM,
                ASSUMED,
                "between 17.6 nM, Kd at the human transporter (Tatsumi1997), and some 180 nM by which it hinders "
                "uptake into rat synaptosomes, recalled; serotonin of rat cortex does not rise under 30 mg/kg (N1)",
                low=17.6 * nM,
                high=200 * nM,
            )
        ),
        "NET": Affinity(Sourced(0.8 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(3190 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(Sourced(130 * nM, "Brunton2010", "Table 15-4", low=65.0 * nM, high=260 * nM)),
        "alpha2A": Affinity(
            Sourced(
                7200 * nM,
                ASSUMED,
                "recalled from Richelson 1984, not read: Kd, human brain; such values scatter twofold",
                low=3600.0 * nM,
                high=14400 * nM,
            )
        ),
        "H1": Affinity(Sourced(110 * nM, "Brunton2010", "Table 15-4", low=55.0 * nM, high=220 * nM)),
        "M": Affinity(Sourced(200 * nM, "Brunton2010", "Table 15-4: 196 nM", low=100.0 * nM, high=400 * nM)),
        "5-HT2A": Affinity(Sourced(280 * nM, ASSUMED, _CUSACK, low=140.0 * nM, high=560 * nM)),
        **SODIUM_CHANNELS_OF_TRICYCLICS,
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(
                    0.4, ASSUMED, "first pass through the liver, somewhat less than imipramine's", low=0.2, high=0.7
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            # p.o. is left out: no oral bioavailability in the rat was found.
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                30.0 * liter / kilogram,
                FITTED,
                "rat, above imipramine's 19.9 (ImipramineRat1985); with fu and Kp,uu it halves the rate of the locus "
                "coeruleus at 0.4 mg/kg i.v. (0.24 measured, R3) and lets serotonin be, as far as it can (N1)",
                low=10.0 * liter / kilogram,
                high=40.0 * liter / kilogram,
            ),
            half_life=Sourced(
                8.0 * hour,
                ASSUMED,
                "rat: plasma 5-10 h, recalled without its source; mean residence in the fetus 21 h (DeVane 1985)",
                low=5.0 * hour,
                high=15.0 * hour,
            ),
            unbound_plasma=Sourced(0.12, ASSUMED, "rat 0.1-0.2, source not found; man 0.10-0.18", low=0.1, high=0.2),
            unbound_brain_to_plasma=Sourced(
                0.6, FITTED, "lipophilic base: free drug near equal, 0.5-2; with the volume (R3, N1)", low=0.3, high=2.0
            ),
        ),
    ),
)
