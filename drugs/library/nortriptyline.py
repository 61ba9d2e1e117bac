"""Nortriptyline, a tricyclic (secondary amine): the active metabolite of amitriptyline, and a drug itself."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM, uM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import MINIPUMP, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

#: Of tricyclics other than amitriptyline, of which no number was found, by the state of the channels.
SODIUM_CHANNELS_OF_TRICYCLICS = {
    "Nav_open": Affinity(Sourced(0.26 * uM, ASSUMED, "as amitriptyline (Wang2004)", low=0.08 * uM, high=0.8 * uM)),
    "Nav_inactivated": Affinity(
        Sourced(0.51 * uM, ASSUMED, "as amitriptyline (Wang2004)", low=0.15 * uM, high=1.5 * uM)
    ),
    "Nav_resting": Affinity(Sourced(24.8 * uM, ASSUMED, "as amitriptyline (Nau2000)", low=8.0 * uM, high=75.0 * uM)),
}

nortriptyline = Drug(
    name="nortriptyline",
    drug_class="TCA",
    molar_mass=Sourced(263.38 * gram / mole, DERIVED, "free base C19H21N, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(18 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(4.4 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(1140 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(
            Sourced(60 * nM, "Brunton2010", "Table 15-4: 58.8 nM", low=30 * nM, high=120 * nM),
        ),
        "alpha2A": Affinity(
            Sourced(
                2500 * nM,
                ASSUMED,
                "recalled from Richelson 1984, not read: Kd, human brain; such values scatter twofold",
                low=1250 * nM,
                high=5000 * nM,
            ),
        ),
        "H1": Affinity(
            Sourced(10 * nM, "Brunton2010", "Table 15-4", low=5 * nM, high=20 * nM),
        ),
        "M": Affinity(
            Sourced(150 * nM, "Brunton2010", "Table 15-4: 149 nM", low=75 * nM, high=300 * nM),
        ),
        "5-HT2A": Affinity(
            Sourced(44 * nM, ASSUMED, _CUSACK, low=22 * nM, high=88 * nM),
        ),
        **SODIUM_CHANNELS_OF_TRICYCLICS,
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=Sourced(
                    4.0 / hour, ASSUMED, "rat, small lipophilic bases: 2-4 per hour", low=2.0 / hour, high=6.0 / hour
                ),
                bioavailability=Sourced(
                    0.4, ASSUMED, "first pass through the liver, somewhat less than amitriptyline's", low=0.2, high=0.7
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            # p.o. is left out: no bioavailability of nortriptyline itself in the rat was found.
        },
        disposition=Disposition(
            volume=Sourced(
                10.0 * liter / kilogram,
                ASSUMED,
                "rat, order of magnitude of lipophilic secondary amines (man 18-21)",
                low=5.0 * liter / kilogram,
                high=20.0 * liter / kilogram,
            ),
            half_life=Sourced(
                4.0 * hour,
                ASSUMED,
                "rat: 4-8 h, the low end, recalled; none in the rat was found (the abstract of Miyake1990 prints none)",
                low=3.0 * hour,
                high=8.0 * hour,
            ),
            unbound_plasma=Sourced(0.1, ASSUMED, "man 0.08 (92 % bound); rat not found", low=0.05, high=0.15),
            unbound_brain_to_plasma=Sourced(
                0.8,
                ASSUMED,
                "rat: the ratio of areas, brain over serum, is smaller than amitriptyline's (Miyake1990); no number",
                low=0.3,
                high=1.5,
            ),
            unbound_cord_to_plasma=Sourced(0.8, ASSUMED, "no cord measurement found; as brain", low=0.3, high=1.5),
        ),
    ),
)
