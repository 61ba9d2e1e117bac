"""Yohimbine, an alpha2 antagonist; above 1 mg/kg it also activates 5-HT1A receptors in the rat (Zaretsky 2015)."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRAPERITONEAL_RATE, INTRATHECAL, SUBCUTANEOUS

yohimbine = Drug(
    name="yohimbine",
    drug_class="alpha2 antagonist",
    molar_mass=Sourced(354.44 * gram / mole, DERIVED, "free base C21H26N2O3, standard atomic weights"),
    affinities={
        "alpha2A": Affinity(
            Sourced(
                36 * nM,
                ASSUMED,
                "rauwolscine, its isomer, 1.8 at human alpha2A (Laurila2011), times 20, by which the rat's receptor is "
                "said to bind both more weakly; but KD of yohimbine in rat cortex is 5.2 +/- 0.9 (Brown1990)",
                low=5.2 * nM,
                high=80 * nM,
            )
        ),
        "5-HT1A": Affinity(
            Sourced(74 * nM, "Winter1992", "Kd, tissue not said in the abstract"),
            efficacy=Sourced(
                0.5, ASSUMED, "agonist in the rat (Zaretsky 2015); how full was not found", low=0.2, high=0.9
            ),
        ),
        "alpha1": Affinity(
            Sourced(220 * nM, ASSUMED, "recalled from the PDSP Ki database, not read", low=110.0 * nM, high=440 * nM)
        ),
        "D2": Affinity(
            Sourced(340 * nM, ASSUMED, "recalled from the PDSP Ki database, not read", low=170.0 * nM, high=680 * nM)
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(
                    0.5,
                    ASSUMED,
                    "cleared in man faster than plasma flows through the liver (Hedner 1992)",
                    low=0.2,
                    high=0.8,
                ),
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                4.0 * liter / kilogram,
                ASSUMED,
                "man 74 L, so about 1 L/kg (Hedner 1992); larger in small animals",
                low=1.0 * liter / kilogram,
                high=8.0 * liter / kilogram,
            ),
            half_life=Sourced(
                0.8 * hour, ASSUMED, "rat not found; man 0.25-2.5 h (Hedner 1992)", low=0.4 * hour, high=2.0 * hour
            ),
            unbound_plasma=Sourced(0.25, ASSUMED, "man about 0.2", low=0.1, high=0.4),
            unbound_brain_to_plasma=Sourced(0.6, ASSUMED, "enters brain well; total ratio near 1", low=0.3, high=1.0),
        ),
    ),
)
