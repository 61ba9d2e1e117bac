"""From free drug to bound sites: what a treatment does at one moment, in each compartment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import fsum

from core.errors import unknown_name
from core.exposure import Exposure, SiteBinding
from core.vocabulary import COMPARTMENTS, TRANSPORTERS
from drugs.drug import Drug
from drugs.kinetics import PLACE_OF, PLACES, unbound_concentrations
from drugs.regimen import Regimen
from drugs.substance import Affinity


def exposure(treatment: Regimen | Drug | Iterable[Regimen], hours: float, *, before: float | None = None) -> Exposure:
    """What a treatment does at one moment: C/Ki sums of all drugs and metabolites per compartment and site.

    Binding is at equilibrium and competitive (Gaddum 1937): antagonists and blockers add to `block`, agonists
    efficacy x C/Ki to `drive` and C/Ki to `held`. Dorsal horns see the cord's free drug, the locus coeruleus the
    brain's and what was injected there, the rest the brain's. Sites without drug are left out; the sums do not
    depend on the order of the regimens.

    Parameters
    ----------
    treatment : Regimen, Drug or iterable of Regimen
        What is given; a drug alone only if it is a vehicle.
    hours : float
        Hours from surgery.
    before : float, optional
        Only doses that are given before this hour are counted, by whatever route; by default those before `hours`.

    Returns
    -------
    Exposure
        compartment -> site -> `SiteBinding`.
    """
    ratios: dict[str, dict[str, list[tuple[Affinity, float]]]] = {place: defaultdict(list) for place in PLACES}
    for unbound in unbound_concentrations(treatment, hours, before=before):
        for place in PLACES:
            nanomolar = float(getattr(unbound, place))
            if nanomolar > 0.0:
                for site, affinity in unbound.drug.affinities.items():
                    ratios[place][site].append((affinity, nanomolar / affinity.nanomolar))
    by_place = {place: {site: _bound(parts) for site, parts in sites.items()} for place, sites in ratios.items()}
    return Exposure({name: by_place[PLACE_OF[name]] for name in COMPARTMENTS if by_place[PLACE_OF[name]]})


def transporter_occupancy(
    treatment: Regimen | Drug | Iterable[Regimen], hours: float, compartment: str = "dorsal_horn_ipsi"
) -> Mapping[str, float]:
    """Fraction of NET, SERT and DAT held by drug at `hours` from surgery, no transmitter competing.

    At the hour of a dose it is that before the dose. `UserError` for a compartment that does not exist.
    """
    if compartment not in COMPARTMENTS:
        raise unknown_name("compartment", compartment, COMPARTMENTS)
    present = exposure(treatment, hours)
    return {transporter: present.at(compartment, transporter).occupancy for transporter in TRANSPORTERS}


def _bound(parts: list[tuple[Affinity, float]]) -> SiteBinding:
    """Exactly rounded sums, so that their order cannot matter."""
    return SiteBinding(
        block=fsum(ratio for affinity, ratio in parts if affinity.activation == 0.0),
        drive=fsum(affinity.activation * ratio for affinity, ratio in parts),
        held=fsum(ratio for affinity, ratio in parts if affinity.activation > 0.0),
    )
