"""Amitriptyline, a tricyclic antidepressant (TCA), with its active metabolite nortriptyline.

Kinetics are linear and hold for the first days of dosing. After chronic dosing areas in serum rise 1.6-fold
(amitriptyline) and 9-fold (nortriptyline), which suggests less uptake into tissue and more metabolism (Miyake 1990,
whose abstract says not how long the rats were dosed); this is not modelled. Nortriptyline from the first pass through
gut and liver is not told apart from what the body makes later.
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM, uM

from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.library.nortriptyline import nortriptyline
from drugs.substance import Affinity, Metabolite
from drugs.typical_kinetics import INTRATHECAL, LIPOPHILIC_BASE_IN_BRAIN, MINIPUMP, ORAL_RATE, SUBCUTANEOUS

_CUSACK = "Kd, human brain; recalled from Cusack 1994, not read; such values scatter twofold"

#: Sodium channels by their state.
_SODIUM_CHANNELS = {
    "Nav_open": Affinity(
        Sourced(
            0.26 * uM,
            "Wang2004",
            "IC50 of open channels of rat skeletal muscle, used as Kd; Nav1.8 current of rat trigeminal neurons 6.82 "
            "uM (Liang2014), state not told",
            low=0.1 * uM,
            high=1.0 * uM,
        )
    ),
    "Nav_inactivated": Affinity(
        Sourced(
            0.51 * uM,
            "Wang2004",
            "IC50 of inactivated channels of rat skeletal muscle, used as Kd; 0.58 of human heart (Nau2000)",
            low=0.2 * uM,
            high=2.0 * uM,
        )
    ),
    "Nav_resting": Affinity(
        Sourced(
            24.8 * uM, "Nau2000", "IC50 of resting channels of human heart, used as Kd", low=10.0 * uM, high=50.0 * uM
        )
    ),
}

amitriptyline = Drug(
    name="amitriptyline",
    drug_class="TCA",
    molar_mass=Sourced(277.40 * gram / mole, DERIVED, "free base C20H23N, standard atomic weights"),
    affinities={
        "SERT": Affinity(Sourced(4.3 * nM, "Tatsumi1997", "Kd, human transporter")),
        "NET": Affinity(Sourced(35 * nM, "Tatsumi1997", "Kd, human transporter")),
        "DAT": Affinity(Sourced(3250 * nM, "Tatsumi1997", "Kd, human transporter")),
        "alpha1": Affinity(
            Sourced(27 * nM, "Brunton2010", "Table 15-4", low=13 * nM, high=54 * nM),
        ),
        "alpha2A": Affinity(
            Sourced(
                940 * nM,
                ASSUMED,
                "recalled from Richelson 1984, not read: Kd, human brain; such values scatter twofold",
                low=470 * nM,
                high=1880 * nM,
            ),
        ),
        "H1": Affinity(
            Sourced(1.1 * nM, "Brunton2010", "Table 15-4", low=0.5 * nM, high=2.2 * nM),
        ),
        "M": Affinity(
            Sourced(
                88 * nM,
                "Goldman1989",
                "rat brain: IC50 against QNB 62.8 to 117 nM by region, used as Ki, the geometric mean of five; 18 nM "
                "in human brain (Richelson1984), 7.2-15.7 at human M1-M5 (Stanton1993); at M2 of rat atria 6 to 20 "
                "times weaker than at M1 of rat cortex (AmitriptylineMuscarine1994)",
                status="derived",
                low=18 * nM,
                high=120 * nM,
            ),
        ),
        "5-HT2A": Affinity(
            Sourced(29 * nM, ASSUMED, _CUSACK, low=14 * nM, high=58 * nM),
        ),
        **_SODIUM_CHANNELS,
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=Sourced(
                    6.0 / hour,
                    FITTED,
                    "brain peak 30 min after i.p. (Glotzbach 1982); above the usual 2-4 per hour because the fast "
                    "fall of distribution is not in one compartment",
                    low=2.0 / hour,
                    high=8.0 / hour,
                ),
                bioavailability=Sourced(
                    0.3,
                    ASSUMED,
                    "rat: the liver takes 78.9 % of what the portal vein brings (read in Bae 2009); not all of an i.p. "
                    "dose goes that way, hence above 0.21",
                    low=0.2,
                    high=0.6,
                ),
            ),
            "p.o.": Absorption(
                rate=ORAL_RATE,
                bioavailability=Sourced(0.063, "Bae2009", "rat: about 6.3 %; the gut wall takes 87 % of the dose"),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": INTRATHECAL,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                10.0 * liter / kilogram,
                FITTED,
                "free brain peak of 50-100 nM after 10 mg/kg i.p.; with the half-life, clearance is 2.3 L/h/kg, "
                "about what a hepatic extraction of 79 % of rat liver blood flow gives (Bae 2009)",
                low=6.0 * liter / kilogram,
                high=16.0 * liter / kilogram,
            ),
            half_life=Sourced(
                3.0 * hour,
                ASSUMED,
                "rat: 2-4 h, the centre, recalled without its source; the abstract of Bae 2009 prints none. In the "
                "mouse 3.2 h in plasma, 3.6 h in brain (read in Coudore 1994)",
                low=2.0 * hour,
                high=4.0 * hour,
            ),
            unbound_plasma=Sourced(
                0.07,
                ASSUMED,
                "rat: about 0.05-0.1, recalled; falls on repeated dosing (Ohshima1994, no number in its abstract)",
                low=0.05,
                high=0.1,
            ),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
    metabolites=(
        Metabolite(
            nortriptyline,
            fraction=Sourced(
                0.5,
                ASSUMED,
                "main metabolite in the rat (Ohshima 1994), little of it after one dose: repeated doses bring 9 times "
                "as much (Miyake1990), which one fraction cannot say; most courses here are repeated; man: about a "
                "quarter of the dose enters the circulation as nortriptyline (read in Burch 1981)",
                low=0.2,
                high=0.6,
            ),
        ),
    ),
)
