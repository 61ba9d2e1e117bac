"""Imipramine, a tricyclic antidepressant, with its active metabolite desipramine.

In the brain of pregnant rats there is much more desipramine than imipramine, and for longer (DeVane 1984; of their
fetuses, DeVane 1985).
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.desipramine import desipramine
from drugs.library.nortriptyline import SODIUM_CHANNELS_OF_TRICYCLICS
from drugs.substance import Affinity, Metabolite
from drugs.typical_kinetics import INTRAPERITONEAL_RATE, LIPOPHILIC_BASE_IN_BRAIN, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

imipramine = Drug(
    name="imipramine",
    drug_class="TCA",
    molar_mass=Sourced(280.41 * gram / mole, DERIVED, "free base C19H24N2, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(1.4 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(37 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(8500 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(Sourced(90 * nM, "Brunton2010", "Table 15-4: 91 nM", low=45.0 * nM, high=180 * nM)),
        "alpha2A": Affinity(
            Sourced(
                3200 * nM,
                ASSUMED,
                "recalled from Richelson 1984, not read: Kd, human brain; such values scatter twofold",
                low=1600.0 * nM,
                high=6400 * nM,
            )
        ),
        "H1": Affinity(Sourced(11 * nM, "Brunton2010", "Table 15-4", low=5.5 * nM, high=22 * nM)),
        "M": Affinity(Sourced(90 * nM, "Brunton2010", "Table 15-4: 91 nM", low=45.0 * nM, high=180 * nM)),
        "5-HT2A": Affinity(Sourced(80 * nM, ASSUMED, _CUSACK, low=40.0 * nM, high=160 * nM)),
        **SODIUM_CHANNELS_OF_TRICYCLICS,
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(
                    0.3,
                    ASSUMED,
                    "as amitriptyline: the liver clears nearly all blood that passes it (ImipramineRat1985)",
                    low=0.15,
                    high=0.6,
                ),
            ),
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(
                    0.1, ASSUMED, "rat: low, extraction near complete; the number was not found", low=0.03, high=0.3
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                19.9 * liter / kilogram, "ImipramineRat1985", "rat, 8 mg/kg i.v., at steady state (authors not printed)"
            ),
            half_life=Sourced(
                3.5 * hour,
                ASSUMED,
                "rat: mean residence of 3.5 h in the whole fetus after 30 mg/kg i.p. (read in DeVane 1985), taken for "
                "the half-life, which would be 2.4 h in one compartment; with the volume, clearance 3.9 L/h/kg, about "
                "liver blood flow",
                low=2.0 * hour,
                high=5.0 * hour,
            ),
            unbound_plasma=Sourced(0.15, ASSUMED, "man 0.10-0.14; rat not found", low=0.08, high=0.25),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
    metabolites=(
        Metabolite(
            desipramine,
            fraction=Sourced(
                0.5,
                ASSUMED,
                "rat: desipramine exceeds imipramine in brain and persists (read in DeVane 1984); no fraction printed",
                low=0.3,
                high=0.8,
            ),
        ),
    ),
)
