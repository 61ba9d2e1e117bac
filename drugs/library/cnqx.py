"""CNQX, an antagonist at AMPA and kainate receptors.

Injected into the locus coeruleus, it blocks the relief by gabapentin that is injected there (Hayashida 2008).
"""

from __future__ import annotations

from brian2.units import gram, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from drugs.disposition import Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRATHECAL

cnqx = Drug(
    name="cnqx",
    drug_class="AMPA antagonist",
    molar_mass=Sourced(232.15 * gram / mole, DERIVED, "C9H4N4O4, standard atomic weights"),
    affinities={
        "AMPA": Affinity(
            Sourced(
                300 * nM,
                ASSUMED,
                "IC50 of AMPA binding, kainate 1500, as suppliers quote Honore1988, which was not found",
                low=150 * nM,
                high=600 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "intra-LC": INTRA_LOCUS_COERULEUS,
            "i.t.": INTRATHECAL,
            # Systemic routes are left out: it hardly enters brain.
        },
    ),
)
