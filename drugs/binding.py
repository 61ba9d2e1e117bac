"""Binding of drugs to receptors and transporters: what a treatment does at one moment, in each compartment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import fsum

from core.errors import unknown_name
from core.exposure import Exposure, SiteBinding
from core.vocabulary import COMPARTMENTS, DRUG_PLACES, TRANSPORTERS
from drugs.drug import Treatment, regimens_of
from drugs.kinetics import TISSUE_OF, TISSUES, unbound_concentrations
from drugs.substance import Affinity


def exposure(treatment: Treatment, hours: float, *, before: float | None = None) -> Exposure:
    """What a treatment does at one moment: C/Ki sums of all drugs and metabolites per compartment and site.

    Binding is at equilibrium and competitive (recalled from Gaddum 1937): antagonists and blockers add to `block`,
    agonists efficacy x C/Ki to `drive` and C/Ki to `held`. Dorsal horns see the cord's free drug, the locus coeruleus
    the brain's and what was injected there, nerve and ganglion the plasma's, the rest the brain's. Sites without drug
    are left out; the sums do not depend on the order of the regimens.

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
    ratios: dict[str, dict[str, list[tuple[Affinity, float]]]] = {tissue: defaultdict(list) for tissue in TISSUES}
    begun = [regimen for regimen in regimens_of(treatment) if regimen.begins <= hours]
    own_sites: dict[str, None] = {}
    for unbound in unbound_concentrations(begun, hours, before=before):
        own_sites |= dict.fromkeys(unbound.drug.own_sites)
        for tissue in TISSUES:
            nanomolar = float(getattr(unbound, tissue))
            if nanomolar > 0.0:
                for site, affinity in unbound.drug.affinities.items():
                    ratios[tissue][site].append((affinity, nanomolar / affinity.nanomolar))
    by_tissue = {tissue: {site: _bound(parts) for site, parts in sites.items()} for tissue, sites in ratios.items()}
    bound = {name: by_tissue[TISSUE_OF[name]] for name in DRUG_PLACES if by_tissue[TISSUE_OF[name]]}
    return Exposure(bound, tuple(own_sites))


def transporter_occupancy(
    treatment: Treatment, hours: float, compartment: str = "dorsal_horn_ipsi"
) -> Mapping[str, float]:
    """Occupancy of NET, SERT and DAT by drug at one moment, no transmitter competing.

    Parameters
    ----------
    treatment : Regimen, Drug or iterable of Regimen
        What is given; a drug alone only if it is a vehicle.
    hours : float
        Hours from surgery. At the hour of a dose the occupancy is that before it.
    compartment : str
        One of `core.vocabulary.COMPARTMENTS`.

    Returns
    -------
    mapping of str to float
        "NET", "SERT" and "DAT" -> the fraction of sites held by drug, in 0..1.

    Raises
    ------
    UserError
        For a compartment that does not exist.
    """
    if compartment not in COMPARTMENTS:
        raise unknown_name("compartment", compartment, COMPARTMENTS)
    present = exposure(treatment, hours)
    return {transporter: present.at(compartment, transporter).occupancy for transporter in TRANSPORTERS}


def _bound(parts: list[tuple[Affinity, float]]) -> SiteBinding:
    """Exactly rounded sums, so that their order cannot matter."""
    if len(parts) == 1:
        affinity, ratio = parts[0]
        active = affinity.activation
        return SiteBinding(drive=active * ratio, held=ratio) if active else SiteBinding(ratio)
    return SiteBinding(
        block=fsum(ratio for affinity, ratio in parts if affinity.activation == 0.0),
        drive=fsum(affinity.activation * ratio for affinity, ratio in parts),
        held=fsum(ratio for affinity, ratio in parts if affinity.activation > 0.0),
    )
