"""Pharmacokinetics in the rat: absorption by route, distribution, elimination; each number with its source.

The body is one compartment, absorption is first-order, and free drug in brain and cord is in a fixed ratio to free
drug in plasma, at once or with a first-order delay (recalled from Gabrielsson and Weiner 2016). Saturable steps
(gabapentin's absorption) are not modelled, nor what chronic dosing changes (amitriptyline's distribution and
metabolism, as Miyake 1990 suggests).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import ClassVar

from brian2.units import kilogram, liter

from core.days import HOURS_PER_DAY
from core.errors import UserError, unknown_name
from core.sourced import ASSUMED, Sourced
from core.units import hour
from core.vocabulary import ROUTES
from drugs.limits import require_fraction, require_positive, require_unbound_ratio

LITER_PER_KILOGRAM = liter / kilogram

#: Local routes and the tissue that each of them reaches.
TISSUE_OF_ROUTE: Mapping[str, str] = {"i.t.": "cord", "intra-LC": "locus_coeruleus"}


@dataclass(frozen=True)
class Absorption:
    """First-order absorption into the blood (i.p., s.c., p.o.).

    Parameters
    ----------
    rate : Sourced
        Rate constant of absorption, such as 2 per hour; above 0.
    bioavailability : Sourced
        The fraction of the dose that reaches the blood, in 0..1.
    """

    rate: Sourced
    bioavailability: Sourced
    per_kilogram: ClassVar[bool | None] = True

    def check(self, where: str) -> None:
        """Raise `UserError` unless the rate is above 0 and the bioavailability in 0..1."""
        require_positive(self.rate, 1 / hour, "2 / hour", f"{where}.rate")
        require_fraction(self.bioavailability, f"{where}.bioavailability")

    @cached_property
    def steps_per_hour(self) -> tuple[float, ...]:
        """Rates of the steps before the blood."""
        return (float(self.rate.value * hour),)

    @cached_property
    def gain(self) -> float:
        """Inflow into the blood per amount given that is not yet absorbed (per hour)."""
        return self.bioavailability.si * self.steps_per_hour[0]


@dataclass(frozen=True)
class Bolus:
    """The whole dose in the blood at once (i.v.); needs no number."""

    per_kilogram: ClassVar[bool | None] = True
    steps_per_hour: ClassVar[tuple[float, ...]] = ()
    gain: ClassVar[float] = 1.0

    def check(self, where: str) -> None:
        """Nothing to refuse."""


@dataclass(frozen=True)
class Infusion:
    """A constant flow from an osmotic minipump.

    Parameters
    ----------
    bioavailability : Sourced
        The fraction of the dose per day that reaches the blood, in 0..1.
    """

    bioavailability: Sourced
    per_kilogram: ClassVar[bool | None] = True
    steps_per_hour: ClassVar[tuple[float, ...]] = (0.0,)

    def check(self, where: str) -> None:
        """Raise `UserError` unless the bioavailability lies in 0..1."""
        require_fraction(self.bioavailability, f"{where}.bioavailability")

    @cached_property
    def gain(self) -> float:
        """Inflow into the blood per daily dose (per hour)."""
        return self.bioavailability.si / HOURS_PER_DAY


@dataclass(frozen=True)
class LocalVolume:
    """An injection into one tissue (i.t., intra-LC): free drug is amount / volume at first, and leaves exponentially.

    Nothing goes on to blood, brain or the other local tissue, so what a local injection does is local by construction.

    Parameters
    ----------
    volume : Sourced
        Apparent volume of free drug (fluid, tissue and binding together), such as 5 mL.
    half_life : Sourced
        With which the drug leaves, a time.
    """

    volume: Sourced
    half_life: Sourced
    per_kilogram: ClassVar[bool | None] = False

    def check(self, where: str) -> None:
        """Raise `UserError` unless both numbers are above 0 and of their dimension."""
        require_positive(self.volume, liter, "5e-3 * liter", f"{where}.volume")
        require_positive(self.half_life, hour, "0.2 * hour", f"{where}.half_life")

    @cached_property
    def steps_per_hour(self) -> tuple[float, ...]:
        """The rate constant with which the drug leaves."""
        return (log(2.0) / float(self.half_life.value / hour),)

    @cached_property
    def gain(self) -> float:
        """Free drug in nM per nanomole injected."""
        return 1.0 / float(self.volume.value / liter)


@dataclass(frozen=True)
class Nowhere:
    """The delivery of a vehicle: whatever is injected, no drug arrives."""

    per_kilogram: ClassVar[bool | None] = None

    def check(self, where: str) -> None:
        """Nothing to refuse."""


Delivery = Absorption | Bolus | Infusion | LocalVolume | Nowhere


@dataclass(frozen=True)
class Disposition:
    """Distribution and elimination of a drug once it is in the blood.

    Parameters
    ----------
    volume : Sourced
        Apparent volume of distribution per body weight (total drug in plasma), such as 5 L/kg.
    half_life : Sourced
        Of elimination, a time.
    unbound_plasma : Sourced
        The fraction of the drug in plasma that is free (fu), in 0..1.
    unbound_brain_to_plasma, unbound_cord_to_plasma : Sourced
        Free drug in the tissue over free drug in plasma at equilibrium (Kp,uu). Not the total ratio of tissue over
        plasma (Kp), which binding in tissue raises: Kp,uu = Kp x fu,brain / fu.
    equilibration_half_life : Sourced or None
        Of the delay between plasma and both, a time; None for none.
    """

    volume: Sourced
    half_life: Sourced
    unbound_plasma: Sourced
    unbound_brain_to_plasma: Sourced
    unbound_cord_to_plasma: Sourced
    equilibration_half_life: Sourced | None = None

    @classmethod
    def with_cord_as_brain(
        cls,
        volume: Sourced,
        half_life: Sourced,
        unbound_plasma: Sourced,
        unbound_brain_to_plasma: Sourced,
        equilibration_half_life: Sourced | None = None,
    ) -> Disposition:
        """A disposition whose spinal cord is assumed to hold as much free drug as brain, since none was measured there.

        The parameters are those of the class.
        """
        brain = unbound_brain_to_plasma
        cord = Sourced(brain.value, ASSUMED, "no cord measurement found; as brain", low=brain.low, high=brain.high)
        return cls(volume, half_life, unbound_plasma, brain, cord, equilibration_half_life)

    def check(self, where: str) -> None:
        """Raise `UserError` naming the first number that is out of its range or of another dimension."""
        require_positive(self.volume, LITER_PER_KILOGRAM, "5 * liter / kilogram", f"{where}.volume")
        require_positive(self.half_life, hour, "5 * hour", f"{where}.half_life")
        require_fraction(self.unbound_plasma, f"{where}.unbound_plasma")
        require_unbound_ratio(self.unbound_brain_to_plasma, f"{where}.unbound_brain_to_plasma")
        require_unbound_ratio(self.unbound_cord_to_plasma, f"{where}.unbound_cord_to_plasma")
        if self.equilibration_half_life is not None:
            require_positive(self.equilibration_half_life, hour, "0.5 * hour", f"{where}.equilibration_half_life")

    @cached_property
    def elimination_per_hour(self) -> float:
        """First-order rate constant of elimination."""
        return log(2.0) / float(self.half_life.value / hour)

    @cached_property
    def equilibration_per_hour(self) -> float | None:
        """ke0, the rate constant of the effect site; None where brain follows plasma at once."""
        delay = self.equilibration_half_life
        return None if delay is None else log(2.0) / float(delay.value / hour)

    @cached_property
    def brain_nanomolar(self) -> float:
        """Unbound nanomolar in brain per nanomole per kilogram in the body, at equilibrium."""
        return self.unbound_plasma_nanomolar * self.unbound_brain_to_plasma.si

    @cached_property
    def cord_nanomolar(self) -> float:
        """Unbound nanomolar in spinal cord per nanomole per kilogram in the body, at equilibrium."""
        return self.unbound_plasma_nanomolar * self.unbound_cord_to_plasma.si

    @cached_property
    def plasma_nanomolar(self) -> float:
        """Total nanomolar in plasma, bound and free, per nanomole per kilogram in the body."""
        return 1.0 / float(self.volume.value / LITER_PER_KILOGRAM)

    @cached_property
    def unbound_plasma_nanomolar(self) -> float:
        """Unbound nanomolar in plasma, and so in nerve and ganglion, per nanomole per kilogram in the body."""
        return self.unbound_plasma.si / float(self.volume.value / LITER_PER_KILOGRAM)


@dataclass(frozen=True)
class Kinetics:
    """Pharmacokinetics of one drug: how it is delivered by each route, and its disposition.

    Parameters
    ----------
    routes : mapping of str to Delivery
        The routes that the drug has numbers for, such as "s.c."; by no other can it be given.
    disposition : Disposition or None
        None for a drug that is only injected locally.
    """

    routes: Mapping[str, Delivery] = field(default_factory=dict)
    disposition: Disposition | None = None

    def check(self, where: str) -> None:
        """Raise `UserError` for an unknown route, a delivery that does not fit it, or a number out of range."""
        for route, delivery in self.routes.items():
            if route not in ROUTES:
                raise unknown_name("route", route, ROUTES, f"{where}.routes")
            self._check_delivery(route, delivery, f"{where}.routes[{route}]")
        if self.disposition is not None:
            self.disposition.check(f"{where}.disposition")

    def _check_delivery(self, route: str, delivery: Delivery, where: str) -> None:
        allowed = _allowed_deliveries(route)
        if not isinstance(delivery, allowed):
            names = " or ".join(kind.__name__ for kind in allowed)
            raise UserError(f"{where} is {type(delivery).__name__}; this route takes {names}.")
        if delivery.per_kilogram and self.disposition is None:
            raise UserError(f"{where} leads into the blood, and no disposition says where the drug goes from there.")
        delivery.check(where)


def _allowed_deliveries(route: str) -> tuple[type, ...]:
    if route in TISSUE_OF_ROUTE:
        return LocalVolume, Nowhere
    return {"i.v.": (Bolus, Nowhere), "minipump": (Infusion, Nowhere)}.get(route, (Absorption, Nowhere))
