"""What drugs do at one moment, in the only form in which the circuit hears of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import UserError
from core.vocabulary import COMPARTMENTS, SITES


@dataclass(frozen=True)
class SiteBinding:
    """Drug at one site of one compartment, as dimensionless sums over the drugs present.

    block: sum of C/Ki over antagonists and blockers; drive: sum of efficacy x C/Ki over agonists; held:
    sum of C/Ki over agonists (they compete as well). Competition with a transmitter at X/EC50 is then
    (X/EC50 + drive) / (1 + X/EC50 + block + held) (Gaddum 1937).
    """

    block: float = 0.0
    drive: float = 0.0
    held: float = 0.0

    @property
    def occupancy(self) -> float:
        """Fraction of sites held by drug when no transmitter competes."""
        bound = self.block + self.held
        return bound / (1.0 + bound)


@dataclass(frozen=True)
class Exposure:
    """compartment -> site -> SiteBinding; what is not listed is free of drug."""

    binding: Mapping[str, Mapping[str, SiteBinding]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for compartment, sites in self.binding.items():
            if compartment not in COMPARTMENTS:
                raise UserError(f"no compartment {compartment!r}; it is one of {', '.join(COMPARTMENTS)}.")
            for site in sites:
                if site not in SITES:
                    raise UserError(f"no site {site!r}; it is one of {', '.join(SITES)}.")

    def at(self, compartment: str, site: str) -> SiteBinding:
        """The binding at a site, `SiteBinding()` where no drug is."""
        return self.binding.get(compartment, {}).get(site, SiteBinding())


NO_DRUG = Exposure()
