"""Methysergide, a mixed 5-HT antagonist, given intrathecally; at 5-HT1A it is a weak partial agonist."""

from __future__ import annotations

from brian2.units import gram, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from drugs.disposition import Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRATHECAL

methysergide = Drug(
    name="methysergide",
    drug_class="5-HT antagonist",
    molar_mass=Sourced(353.46 * gram / mole, DERIVED, "free base C21H27N3O2, standard atomic weights"),
    affinities={
        "5-HT2A": Affinity(
            Sourced(
                6 * nM, ASSUMED, "recalled from the PDSP Ki database, not read: 1-30 nM", low=1.2 * nM, high=30 * nM
            )
        ),
        "5-HT2C": Affinity(
            Sourced(10 * nM, ASSUMED, "recalled from the PDSP Ki database, not read", low=3.33 * nM, high=30 * nM)
        ),
        "5-HT1A": Affinity(
            Sourced(20 * nM, ASSUMED, "recalled from the PDSP Ki database, not read", low=10.0 * nM, high=40 * nM),
            efficacy=Sourced(0.2, ASSUMED, "weak partial agonist", low=0.0, high=0.5),
        ),
        "5-HT7": Affinity(
            Sourced(
                30 * nM,
                ASSUMED,
                "recalled from the PDSP Ki database, not read; no coupling in the circuit",
                low=10.0 * nM,
                high=90 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
            # Systemic routes are left out: no kinetics in the rat were found.
        },
    ),
)
