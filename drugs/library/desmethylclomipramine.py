"""Desmethylclomipramine, the active metabolite of clomipramine; unlike its parent it blocks NET more than SERT."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, LIPOPHILIC_BASE_IN_BRAIN, SUBCUTANEOUS

desmethylclomipramine = Drug(
    name="desmethylclomipramine",
    drug_class="TCA",
    molar_mass=Sourced(300.83 * gram / mole, DERIVED, "free base C18H21ClN2, standard atomic weights"),
    affinities={
        "SERT": Affinity(
            Sourced(40 * nM, ASSUMED, "about 40, recalled without its source", low=15 * nM, high=100 * nM)
        ),
        "NET": Affinity(
            Sourced(0.5 * nM, ASSUMED, "about 0.5, recalled without its source", low=0.25 * nM, high=2.0 * nM)
        ),
        "DAT": Affinity(
            Sourced(2100 * nM, ASSUMED, "about 2100, recalled without its source", low=1000 * nM, high=4200 * nM)
        ),
        # Affinities for receptors (alpha1, M, H1) were not found; they are of the order of those of the other
        # tricyclic secondary amines.
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            # p.o. is left out: no oral bioavailability in the rat was found.
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                20.0 * liter / kilogram,
                ASSUMED,
                "rat, as desipramine",
                low=10.0 * liter / kilogram,
                high=30.0 * liter / kilogram,
            ),
            half_life=Sourced(8.0 * hour, ASSUMED, "rat, as desipramine", low=4.0 * hour, high=15.0 * hour),
            unbound_plasma=Sourced(0.05, ASSUMED, "man 0.03; rat not found", low=0.02, high=0.1),
            unbound_brain_to_plasma=LIPOPHILIC_BASE_IN_BRAIN,
        ),
    ),
)
