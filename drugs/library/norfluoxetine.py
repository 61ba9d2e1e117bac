"""Norfluoxetine, the active metabolite of fluoxetine: as selective, with a half-life three times as long in the rat."""

from __future__ import annotations

from brian2.units import gram, kilogram, liter, mole, nM

from core.sourced import ASSUMED, DERIVED, Sourced
from core.units import hour
from drugs.disposition import Bolus, Disposition, Kinetics
from drugs.drug import Drug
from drugs.substance import Affinity
from drugs.typical_kinetics import INTRAPERITONEAL, SUBCUTANEOUS

#: Of norfluoxetine and fluoxetine alike.
UNBOUND_PLASMA = Sourced(0.125, "Caccia1990", "rat: 85-90 % bound; the centre", "derived", low=0.1, high=0.15)

norfluoxetine = Drug(
    name="norfluoxetine",
    drug_class="SSRI",
    molar_mass=Sourced(295.3 * gram / mole, DERIVED, "free base C16H16F3NO, standard atomic weights"),
    affinities={
        "SERT": Affinity(
            Sourced(
                19 * nM,
                ASSUMED,
                "recalled from Tatsumi 1997, not read: Kd, human transporter",
                low=8 * nM,
                high=40 * nM,
            )
        ),
        "NET": Affinity(
            Sourced(
                2700 * nM,
                ASSUMED,
                "recalled from Tatsumi 1997, not read: Kd, human transporter",
                low=1300 * nM,
                high=5400 * nM,
            )
        ),
        "DAT": Affinity(
            Sourced(
                420 * nM,
                ASSUMED,
                "recalled from Tatsumi 1997, not read: Kd, human transporter",
                low=200 * nM,
                high=850 * nM,
            )
        ),
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
                25.0 * liter / kilogram,
                ASSUMED,
                "as fluoxetine",
                low=10.0 * liter / kilogram,
                high=30.0 * liter / kilogram,
            ),
            half_life=Sourced(15.0 * hour, "Caccia1990", "rat"),
            unbound_plasma=UNBOUND_PLASMA,
            unbound_brain_to_plasma=Sourced(0.2, ASSUMED, "as fluoxetine", low=0.1, high=1.5),
        ),
    ),
)
