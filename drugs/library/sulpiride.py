"""Sulpiride, a D2 antagonist: given intrathecally, it prevents the relief by four antidepressants (Chen 2017)."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRAPERITONEAL, INTRATHECAL

sulpiride = Drug(
    name="sulpiride",
    drug_class="D2 antagonist",
    molar_mass=Sourced(341.43 * gram / mole, DERIVED, "free base C15H23N3O4S, standard atomic weights"),
    affinities={
        "D2": Affinity(
            Sourced(
                15 * nM,
                ASSUMED,
                "recalled from the PDSP Ki database, not read: 5-50 nM, racemate",
                low=5.0 * nM,
                high=45 * nM,
            )
        ),
    },
    kinetics=Kinetics(
        routes={
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
            "i.p.": INTRAPERITONEAL,
            "i.v.": Bolus(),
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                1.5 * liter / kilogram,
                ASSUMED,
                "not found; man 0.9-2.7",
                low=0.8 * liter / kilogram,
                high=3.0 * liter / kilogram,
            ),
            half_life=Sourced(2.0 * hour, ASSUMED, "rat not found; man 7 h", low=1.0 * hour, high=4.0 * hour),
            unbound_plasma=Sourced(0.7, ASSUMED, "hardly bound", low=0.5, high=0.9),
            unbound_brain_to_plasma=Sourced(0.05, ASSUMED, "hardly enters brain", low=0.02, high=0.15),
        ),
    ),
)
