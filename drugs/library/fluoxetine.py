"""Fluoxetine, a selective serotonin reuptake inhibitor, with its longer-lived metabolite norfluoxetine.

By mouth the first pass seems to saturate at 10 mg/kg and elimination at 20 mg/kg (rat; Caccia 1990). This is not
modelled.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.norfluoxetine import UNBOUND_PLASMA, norfluoxetine
from drugs.substance import Affinity, Metabolite
from drugs.typical_kinetics import INTRAPERITONEAL, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

fluoxetine = Drug(
    name="fluoxetine",
    drug_class="SSRI",
    molar_mass=Sourced(309.33 * gram / mole, DERIVED, "free base C17H18F3NO, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(0.8 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(240 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(3600 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(Sourced(5900 * nM, "Brunton2010", "Table 15-4", low=2950.0 * nM, high=11800 * nM)),
        "alpha2A": Affinity(Sourced(13000 * nM, ASSUMED, _CUSACK, low=6500.0 * nM, high=26000 * nM)),
        "H1": Affinity(Sourced(6200 * nM, "Brunton2010", "Table 15-4: 6250 nM", low=3100.0 * nM, high=12400 * nM)),
        "M": Affinity(
            Sourced(
                2000 * nM,
                "Brunton2010",
                "Table 15-4; at the cloned human m1-m5 1030, 2700, 1000, 2900, 2700 (Stanton 1993)",
                low=1000 * nM,
                high=2900 * nM,
            )
        ),
        "5-HT2A": Affinity(Sourced(210 * nM, ASSUMED, _CUSACK, low=105.0 * nM, high=420 * nM)),
        "5-HT2C": Affinity(
            Sourced(
                110 * nM,
                ASSUMED,
                "of the order of 100, recalled; published: 55 nM in rat choroid plexus (Palvimaki 1996)",
                low=44.0 * nM,
                high=275.0 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(
                    0.38, "Caccia1990", "rat, 5 mg/kg; more at higher doses, where the first pass may saturate"
                ),
            ),
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                25.0 * liter / kilogram,
                ASSUMED,
                "rat: large, and clearance high against liver flow (read in Caccia 1990, no numbers printed); "
                "3.5 L/h/kg, taken for that clearance, gives it with the half-life",
                low=10.0 * liter / kilogram,
                high=30.0 * liter / kilogram,
            ),
            half_life=Sourced(5.0 * hour, "Caccia1990", "rat, up to 10 mg/kg i.v."),
            unbound_plasma=UNBOUND_PLASMA,
            unbound_brain_to_plasma=Sourced(
                0.2,
                FITTED,
                "gives 17 nM of free drug 75 min after 10 mg/kg i.p., which holds 96 % of SERT and 7 % of NET; 89 and "
                "6 % were held ex vivo (N5). Total brain over plasma 10-20 is its tissue binding",
                low=0.1,
                high=1.5,
            ),
        ),
    ),
    metabolites=(
        Metabolite(
            norfluoxetine,
            fraction=Sourced(
                0.8,
                "Caccia1990",
                "rat: area of the metabolite 2.5 times the parent's after i.v., with both half-lives and equal volumes",
                status="derived",
                low=0.5,
                high=0.95,
            ),
        ),
    ),
)
