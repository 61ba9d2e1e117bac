"""Drugs at ion channels that they hold by state, and therefore the more the more a fibre fires."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.optimize import brentq

from core.exposure import SiteBinding
from core.sourced import Sourced


@dataclass(frozen=True)
class UseDependence:
    """What makes block of a channel depend on its use.

    Each spike leaves the channels open to binding for a while, and drug that is bound leaves them slowly. So at a rate
    f a share 1 - exp(-f x `vulnerable_time`) is held as open channels are. Of the others a share `inactivated` is held
    as inactivated ones, and the rest as resting ones.

    Attributes
    ----------
    vulnerable_time : Sourced
        For which a spike leaves a channel as if open.
    inactivated : Sourced
        Share of channels that are inactivated where no spike is.
    """

    vulnerable_time: Sourced
    inactivated: Sourced

    def occupancy(self, bound: Sequence[SiteBinding], rate: float) -> float:
        """Share of channels that drugs hold while a fibre fires at a rate.

        Parameters
        ----------
        bound : sequence of SiteBinding
            Drugs at channels that are open, inactivated and resting.
        rate : float
            Of the fibre, Hz.

        Returns
        -------
        float
            0..1.
        """
        opened, inactivated, resting = (each.block + each.held for each in bound)
        used, idle = 1.0 - math.exp(-rate * self.vulnerable_time.si), self.inactivated.si
        held = used * opened + (1.0 - used) * (idle * inactivated + (1.0 - idle) * resting)
        return held / (1.0 + held)

    def settled(self, bound: Sequence[SiteBinding], rate: float, strength: float) -> float:
        """The same at the rate that is left once block has slowed the fibre.

        Parameters
        ----------
        bound : sequence of SiteBinding
            As of `occupancy`.
        rate : float
            Without drugs, Hz.
        strength : float
            Share of the rate that block of all channels takes away.
        """
        if rate <= 0.0 or not any(each.block or each.held for each in bound):
            return self.occupancy(bound, max(rate, 0.0))

        def surplus(left: float) -> float:
            return left - rate * (1.0 - strength * self.occupancy(bound, left))

        return self.occupancy(bound, float(brentq(surplus, 0.0, rate, xtol=1e-9 * rate)))
