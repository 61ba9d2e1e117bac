"""Ketanserin, a 5-HT2A antagonist that also blocks H1 and alpha1 receptors."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRA_LOCUS_COERULEUS, INTRAPERITONEAL, INTRATHECAL, SUBCUTANEOUS

_SECOND_HAND = "Ki, read in an encyclopedia that does not name the experiment"

ketanserin = Drug(
    name="ketanserin",
    drug_class="5-HT2 antagonist",
    molar_mass=Sourced(395.43 * gram / mole, DERIVED, "free base C22H22FN3O3, standard atomic weights"),
    affinities={
        "5-HT2A": Affinity(Sourced(2.5 * nM, ASSUMED, f"{_SECOND_HAND}: 2-3 nM", low=1.0 * nM, high=5.0 * nM)),
        "5-HT2C": Affinity(
            Sourced(28 * nM, ASSUMED, f"{_SECOND_HAND}: rodents, weaker in man", low=14 * nM, high=100 * nM)
        ),
        "H1": Affinity(Sourced(2.0 * nM, ASSUMED, _SECOND_HAND, low=1.0 * nM, high=4.0 * nM)),
        "alpha1": Affinity(Sourced(40 * nM, ASSUMED, _SECOND_HAND, low=10 * nM, high=80 * nM)),
        "alpha2A": Affinity(Sourced(200 * nM, ASSUMED, _SECOND_HAND, low=100 * nM, high=400 * nM)),
        "D2": Affinity(Sourced(500 * nM, ASSUMED, _SECOND_HAND, low=250 * nM, high=1000 * nM)),
    },
    kinetics=Kinetics(
        routes={
            "i.p.": INTRAPERITONEAL,
            "s.c.": SUBCUTANEOUS,
            "i.v.": Bolus(),
            "i.t.": INTRATHECAL,
            "intra-LC": INTRA_LOCUS_COERULEUS,
        },
        disposition=Disposition.with_cord_as_brain(
            volume=Sourced(
                3.3 * liter / kilogram,
                "Ketanserin1985",
                "man, i.v., 3.3 +/- 1.1 L/kg; none for the rat was found",
                low=2.0 * liter / kilogram,
                high=6.0 * liter / kilogram,
            ),
            half_life=Sourced(
                3.0 * hour,
                ASSUMED,
                "rat not found; man 15.6 +/- 6.2 h (Ketanserin1985)",
                low=1.5 * hour,
                high=6.0 * hour,
            ),
            unbound_plasma=Sourced(
                0.094,
                ASSUMED,
                "9.36 % in man (Ketanserin1985); in the rat 1.2 % (98.8 % bound, Ketanserin1988), so that eight times "
                "too much may be free here",
                low=0.012,
                high=0.12,
            ),
            unbound_brain_to_plasma=Sourced(0.3, ASSUMED, "enters brain poorly", low=0.1, high=0.8),
        ),
    ),
)
