"""Clonidine, a partial agonist at alpha2-adrenergic receptors.

Given intrathecally, it relieves ligated rats; atropine lessens what it does to thresholds of filaments and pressure,
not what it does to heat (Paqueron 2003).
"""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import hour, minute
from drugs.disposition import Absorption, Bolus, Disposition, Kinetics, LocalVolume
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import (
    INTRA_LOCUS_COERULEUS,
    INTRAPERITONEAL_RATE,
    INTRATHECAL,
    LIPOPHILIC_BASE_IN_BRAIN,
    MINIPUMP,
    ORAL_RATE,
    SUBCUTANEOUS,
)

clonidine = Drug(
    name="clonidine",
    drug_class="alpha2 agonist",
    molar_mass=Sourced(230.09 * gram / mole, DERIVED, "free base C9H9Cl2N3, standard atomic weights"),
    affinities={
        "alpha2A": Affinity(
            Sourced(
                10.8 * nM,
                "Asano2000",
                "IC50 at alpha2, rat cord membranes; its subtype is not printed",
                low=5 * nM,
                high=22 * nM,
            ),
            # What is injected at the cord nearly saturates the receptor, so that this number alone sets its strength.
            efficacy=Sourced(
                0.5,
                FITTED,
                "paw pressure of ligated rats under 15 ug i.t. (N47, A32); at cloned human alpha2A 0.32 of "
                "noradrenaline (Jasper1998: binding of GTPgammaS, before any amplification)",
                low=0.3,
                high=0.9,
            ),
        ),
        "alpha1": Affinity(
            Sourced(
                320 * nM,
                ASSUMED,
                "recalled from the PDSP Ki database, not read; taken as an antagonist; the ratio to alpha2 in rat "
                "brain (Virtanen 1988) gives 500-1000",
                low=107.0 * nM,
                high=960 * nM,
            )
        ),
        # Its imidazoline sites are left out: the model has none.
    },
    kinetics=Kinetics(
        routes={
            "i.p.": Absorption(
                rate=INTRAPERITONEAL_RATE,
                bioavailability=Sourced(
                    0.9, ASSUMED, "little first pass; man p.o. 0.75 (Davies 1977)", low=0.6, high=1.0
                ),
            ),
            "p.o.": Absorption(
                rate=ORAL_RATE, bioavailability=Sourced(0.75, "Davies1977", "man: 75.2 % of tablets", low=0.5, high=1.0)
            ),
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "minipump": MINIPUMP,
            "i.t.": LocalVolume(
                volume=INTRATHECAL.volume,
                half_life=Sourced(
                    39 * minute,
                    "Post1987",
                    "rat cord after i.t.: 200 pmol/mg at 10 min, 10 at 3 h",
                    status="derived",
                    low=0.3 * hour,
                    high=1.0 * hour,
                ),
            ),
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                3.4 * liter / kilogram,
                FITTED,
                "rat: large; man 2-3; noradrenaline of the forebrain at 10 and 20 ug/kg i.p. (N9)",
                low=2.0 * liter / kilogram,
                high=6.0 * liter / kilogram,
            ),
            half_life=Sourced(
                1.2 * hour,
                "Conway1982",
                "rat, route not printed: 30 to 120 min in most tissues; about the centre",
                status="derived",
                low=0.5 * hour,
                high=2.0 * hour,
            ),
            unbound_plasma=Sourced(0.6, ASSUMED, "as man (20-40 % bound)", low=0.5, high=0.8),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
)
