"""Duloxetine, a serotonin-noradrenaline reuptake inhibitor (SNRI).

The volume is set so that free drug in brain gives the occupancy measured ex vivo in rats. The half-life is the least
certain number, and it decides whether relief on day 4 of three daily doses (Ito 2018), which is read here as a day
after the last, is due to drug that is still there.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM, uM

from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, INTRATHECAL, MINIPUMP, SUBCUTANEOUS

duloxetine = Drug(
    name="duloxetine",
    drug_class="SNRI",
    molar_mass=Sourced(297.41 * gram / mole, DERIVED, "free base C18H19NOS, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(0.8 * nM, "Bymaster2001", "Ki, human transporter")),
        "NET": Affinity(Sourced(7.5 * nM, "Bymaster2001", "Ki, human transporter")),
        "DAT": Affinity(
            Sourced(
                240 * nM,
                ASSUMED,
                "Ki, human transporter; recalled from Bymaster 2001, whose abstract does not print it",
                low=120 * nM,
                high=480 * nM,
            )
        ),
        "5-HT2A": Affinity(
            Sourced(
                500 * nM,
                ASSUMED,
                "recalled from Bymaster 2001, not read; such values scatter twofold between laboratories",
                low=250 * nM,
                high=1000 * nM,
            )
        ),
        # alpha1, M and H1 (8300, 3000 and 2300 nM in Table 15-4, Brunton 2010) and alpha2A (above 3000 nM, recalled)
        # are left out: free drug stays at least ten times below them at 10 mg/kg.
        "Nav_open": Affinity(
            Sourced(
                0.25 * uM,
                "Wang2010",
                "IC50 of open human Nav1.7 channels, 0.25 +/- 0.02, used as Kd; Nav1.4 0.51",
                low=0.1 * uM,
                high=0.5 * uM,
            )
        ),
        "Nav_inactivated": Affinity(
            Sourced(1.79 * uM, "Wang2010", "IC50 of inactivated human Nav1.7, used as Kd", low=0.9 * uM, high=3.6 * uM)
        ),
        "Nav_resting": Affinity(
            Sourced(22.1 * uM, "Wang2010", "IC50 of resting human Nav1.7, used as Kd", low=11.0 * uM, high=44.0 * uM)
        ),
    },
    kinetics=Kinetics(
        routes={
            "p.o.": Absorption(
                rate=Sourced(
                    1.5 / hour,
                    ASSUMED,
                    "rat: the high end of 0.5-1.5 per hour, for the plasma peak 2 h after an oral solution "
                    "(read in AbdElal 2023); with the half-life in use the peak comes at 2.3 h",
                    low=0.5 / hour,
                    high=1.5 / hour,
                ),
                bioavailability=Sourced(
                    0.4,
                    ASSUMED,
                    "about 40 %, quoted without a species (read in Elsenosy 2020); in the rat not found",
                    low=0.1,
                    high=0.6,
                ),
            ),
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
        },
        disposition=Disposition(
            volume=Sourced(
                12.0 * liter / kilogram,
                FITTED,
                "apparent. Total drug in plasma comes out two to four times above what Sinha 2021 measured; with a "
                "smaller volume it would be more",
                low=4.0 * liter / kilogram,
                high=40.0 * liter / kilogram,
            ),
            half_life=Sourced(
                12.0 * hour,
                "AbdElal2023",
                "rat: 12 +/- 0.4 h after an oral solution, mean residence 18 h; uptake stays inhibited for up to 8 h "
                "(Wong 1998, species not said). Scan it: relief on day 4 of three daily 10 mg/kg s.c. (Ito 2018), "
                "read as 24 h after the last, meets another occupancy of NET at 2, 5 and 12 h",
                low=2.0 * hour,
                high=12.0 * hour,
            ),
            unbound_plasma=Sourced(
                0.04, ASSUMED, "rat 0.03-0.05, source not found; man 0.04 (96 % bound)", low=0.03, high=0.05
            ),
            unbound_brain_to_plasma=Sourced(
                5.0,
                FITTED,
                "what occupancy asks for: an hour after an oral dose, which is ours, NET is half occupied at 0.5 and "
                "SERT at 0.06 mg/kg (ED50 ex vivo 0.7 and 0.03, Bymaster 2001), and the rate of the locus coeruleus is "
                "halved at 0.5 mg/kg i.v. (0.475, Kasamo 1996). Only its product with fu and F over the volume is "
                "anchored: fu may be larger, or binding in the living brain stronger. Its relative atomoxetine has 0.7 "
                "to 1.7 (Kielbasa2009)",
                low=0.7,
                high=5.0,
            ),
            unbound_cord_to_plasma=Sourced(5.0, ASSUMED, "no cord measurement found; as brain", low=0.7, high=5.0),
        ),
    ),
)
