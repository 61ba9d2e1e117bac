"""Idazoxan, an alpha2-adrenergic antagonist: 30 ug intrathecally show how much of a relief is spinal alpha2.

Its local kinetics are chosen so that 30 ug i.t. occupy more than 90 % of the cord's alpha2A receptors for about an
hour and do not reach the brainstem.
"""

from __future__ import annotations

from brian2.units import gram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour, minute
from drugs.disposition import Kinetics, LocalVolume
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS

_LOCAL_HALF_LIFE = Sourced(
    8 * minute,
    ASSUMED,
    "small lipophilic molecules leave cerebrospinal fluid within 10-20 min; a little faster is taken, so that the "
    "block lasts about an hour; no number for idazoxan found",
    low=0.1 * hour,
    high=0.5 * hour,
)

idazoxan = Drug(
    name="idazoxan",
    drug_class="alpha2 antagonist",
    molar_mass=Sourced(204.23 * gram / mole, DERIVED, "free base C11H12N2O2, standard atomic weights"),
    affinities={
        "alpha2A": Affinity(
            Sourced(
                4.1 * nM,
                "Brown1990",
                "KD, rat cortex: 4.1 +/- 0.9; above 0.3-1.6, a range over three ligands, there (Wallace1994), about "
                "5.5 in olfactory cortex (McLaughlin1986); the human receptor binds it less: 15-31 (Laurila2011)",
                low=1.6 * nM,
                high=31 * nM,
            )
        ),
        # alpha1 and imidazoline sites are left out: no number was found. Right after an injection, at micromolar
        # concentrations, idazoxan is not selective.
    },
    kinetics=Kinetics(
        routes={
            "i.t.": LocalVolume(
                volume=Sourced(
                    5e-3 * liter,
                    ASSUMED,
                    "apparent volume of unbound drug around lumbar fluid (about 0.1 mL), cord tissue and binding; "
                    "with the half-life it makes the block last about an hour",
                    low=0.5e-3 * liter,
                    high=10e-3 * liter,
                ),
                half_life=_LOCAL_HALF_LIFE,
            ),
            "intra-LC": LocalVolume(
                volume=INTRA_LOCUS_COERULEUS.volume,
                half_life=_LOCAL_HALF_LIFE,
            ),
        },
    ),
)
