"""Binding of drugs to the sites of each compartment at one moment, the only form in which a circuit hears of drugs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import unknown_name
from core.vocabulary import DRUG_PLACES, SITES, unknown_site


@dataclass(frozen=True)
class SiteBinding:
    """Drug at one site of one compartment, as sums over all drugs that are there.

    With a transmitter at concentration X of half-activation EC50, the site is active to the share
    (X/EC50 + drive) / (1 + X/EC50 + block + held), after Gaddum 1937 (recalled).

    Parameters
    ----------
    block : float
        Sum of C/Ki over antagonists and blockers; C is free drug, Ki its dissociation constant. No unit.
    drive : float
        Sum of efficacy x C/Ki over agonists.
    held : float
        Sum of C/Ki over agonists, since they compete as well.
    """

    block: float = 0.0
    drive: float = 0.0
    held: float = 0.0

    @property
    def occupancy(self) -> float:
        """The share of sites that drug holds where no transmitter competes, in 0..1."""
        bound = self.block + self.held
        return bound / (1.0 + bound)


_FREE = SiteBinding()


@dataclass(frozen=True)
class Exposure:
    """Binding of all drugs at one moment, by compartment and site.

    Parameters
    ----------
    binding : mapping of str to mapping of str to SiteBinding
        compartment, or "nerve" -> site -> binding; what is not listed is free of drug.
    own_sites : tuple of str
        Sites that may be bound besides those of `core.vocabulary.SITES`: receptors and enzymes of extensions.

    Raises
    ------
    UserError
        For a compartment or a site that does not exist.
    """

    binding: Mapping[str, Mapping[str, SiteBinding]] = field(default_factory=dict)
    own_sites: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for compartment, sites in self.binding.items():
            if compartment not in DRUG_PLACES:
                raise unknown_name("compartment", str(compartment), DRUG_PLACES)
            for site in sites:
                if site not in SITES and site not in self.own_sites:
                    raise unknown_site(str(site), self.own_sites)

    def at(self, compartment: str, site: str) -> SiteBinding:
        """Binding at a site of a compartment; `SiteBinding()` where no drug is."""
        sites = self.binding.get(compartment)
        return sites.get(site, _FREE) if sites else _FREE


NO_DRUG = Exposure()
