"""Venlafaxine, a serotonin-noradrenaline reuptake inhibitor, with its metabolite desvenlafaxine.

Affinities are those of the assay that also measured duloxetine. Their ratio of 30 (NET over SERT) is near that of
the ED50s ex vivo in the rat, 54 and 2 mg/kg (Bymaster 2001). Tatsumi 1997 has 8.9, 1060 and 9300 nM for SERT, NET and
DAT.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.desvenlafaxine import desvenlafaxine
from drugs.substance import Affinity, Metabolite
from drugs.typical_kinetics import INTRAPERITONEAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

venlafaxine = Drug(
    name="venlafaxine",
    drug_class="SNRI",
    molar_mass=Sourced(277.4 * gram / mole, DERIVED, "free base C17H27NO2, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(82 * nM, "Bymaster2001", "Ki, human transporter")),
        "NET": Affinity(Sourced(2480 * nM, "Bymaster2001", "Ki, human transporter")),
        "DAT": Affinity(Sourced(9300 * nM, "Tatsumi1997", "Kd, human transporter")),
        # Muscarinic receptors are left out: above 35000 nM (Stanton1993). Of other receptors nothing was read.
    },
    kinetics=Kinetics(
        routes={
            "p.o.": Absorption(rate=ORAL_RATE, bioavailability=Sourced(0.126, "Howell1994", "rat, 12.6 %")),
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                3.7 * liter / kilogram,
                FITTED,
                "occupancy ex vivo (N19), here an hour after an oral dose, which is ours; near 5, which a liver blood "
                "flow of 3.5 L/h/kg (recalled) and the half-life give; rat: large, and clearance high, without numbers "
                "(Howell1994)",
                low=3.0 * liter / kilogram,
                high=8.0 * liter / kilogram,
            ),
            half_life=Sourced(
                1.0 * hour,
                "Howell1994",
                "rodents: around 1 h; elimination saturates as the dose rises (not modelled)",
            ),
            unbound_plasma=Sourced(0.7, ASSUMED, "as man (27 % bound)", low=0.6, high=0.8),
            unbound_brain_to_plasma=Sourced(
                1.0, ASSUMED, "total brain over plasma 3-5 is its tissue binding", low=0.5, high=1.5
            ),
        ),
    ),
    metabolites=(
        Metabolite(
            desvenlafaxine,
            fraction=Sourced(
                0.2,
                ASSUMED,
                "rat: less of it than of the parent (Howell1994); the fraction is not printed",
                low=0.05,
                high=0.4,
            ),
        ),
    ),
)
