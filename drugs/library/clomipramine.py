"""Clomipramine, the tricyclic that blocks SERT most, with the NET blocker desmethylclomipramine as its metabolite."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.desmethylclomipramine import desmethylclomipramine
from drugs.library.nortriptyline import SODIUM_CHANNELS_OF_TRICYCLICS
from drugs.substance import Affinity, Metabolite
from drugs.typical_kinetics import INTRAPERITONEAL_RATE, LIPOPHILIC_BASE_IN_BRAIN, MINIPUMP, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

clomipramine = Drug(
    name="clomipramine",
    drug_class="TCA",
    molar_mass=Sourced(314.86 * gram / mole, DERIVED, "free base C19H23ClN2, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(0.3 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(38 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(2190 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(
            Sourced(
                38 * nM,
                ASSUMED,
                "recalled from Richelson 1984, not read: Kd, human brain; Table 15-4 has 39 nM (Brunton 2010)",
                low=19.0 * nM,
                high=76 * nM,
            )
        ),
        "alpha2A": Affinity(
            Sourced(
                3200 * nM,
                ASSUMED,
                "recalled from Richelson 1984, not read: Kd, human brain; such values scatter twofold",
                low=1600.0 * nM,
                high=6400 * nM,
            )
        ),
        "H1": Affinity(Sourced(31 * nM, "Brunton2010", "Table 15-4: 31.2 nM", low=15.5 * nM, high=62 * nM)),
        "M": Affinity(Sourced(37 * nM, "Brunton2010", "Table 15-4", low=18.5 * nM, high=74 * nM)),
        "5-HT2A": Affinity(Sourced(27 * nM, ASSUMED, _CUSACK, low=13.5 * nM, high=54 * nM)),
        **SODIUM_CHANNELS_OF_TRICYCLICS,
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE, bioavailability=Sourced(0.3, ASSUMED, "as amitriptyline", low=0.15, high=0.6)
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
                "rat, as other tertiary tricyclics; man 12-17",
                low=8.0 * liter / kilogram,
                high=25.0 * liter / kilogram,
            ),
            half_life=Sourced(
                4.0 * hour,
                ASSUMED,
                "rat: three phases after 10 mg/kg i.v. (Clomipramine1986), the numbers were not seen; "
                "as amitriptyline, somewhat longer",
                low=2.0 * hour,
                high=7.0 * hour,
            ),
            unbound_plasma=Sourced(
                0.04,
                ASSUMED,
                "man 0.02-0.04; rat not found. Total brain over plasma is 22 (Clomipramine1986)",
                low=0.02,
                high=0.08,
            ),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
    metabolites=(
        Metabolite(
            desmethylclomipramine,
            fraction=Sourced(
                0.4,
                ASSUMED,
                "as nortriptyline from amitriptyline; in the dog 0.3 of the parent's plasma level, in "
                "man more than the parent",
                low=0.2,
                high=0.7,
            ),
        ),
    ),
)
