"""Names that several packages must spell alike: sides, compartments, transmitters, binding sites, routes."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import UserError, unknown_name

SIDES = ("ipsi", "contra")

#: Volumes that share one concentration of each transmitter. "locus_coeruleus" is its core, around ascending cells;
#: "locus_coeruleus_spinal" is around coeruleospinal cells.
COMPARTMENTS = (
    *("dorsal_horn_ipsi", "dorsal_horn_contra"),
    *("locus_coeruleus", "locus_coeruleus_spinal", "raphe", "a11", "forebrain"),
)

#: Nerve and ganglion of the injured side, which drugs reach from the blood without a barrier. No transmitter bathes
#: them.
NERVE = "nerve"
#: Where drugs act.
DRUG_PLACES = (*COMPARTMENTS, NERVE)

#: Transmitters that figures show first, in this order; those that a circuit has besides follow by their names.
SHOWN_FIRST = ("noradrenaline", "serotonin", "dopamine")

#: Names of the transporters that clear them.
TRANSPORTERS = ("NET", "SERT", "DAT")

#: States of an ion channel that drugs bind differently: `Nav_open` is the site of the sodium channel that is open.
CHANNEL_STATES = ("open", "inactivated", "resting")

#: Sites that drugs bind. What follows from it is said by the receptors and couplings of a circuit; nothing does where
#: it has neither.
SITES = (
    *TRANSPORTERS,
    *("alpha1", "alpha2A", "5-HT1A", "5-HT2A", "5-HT3", "D2", "M", "nicotinic", "mu", "GABA-B"),
    *(f"Nav_{state}" for state in CHANNEL_STATES),
    *("alpha2delta", "AMPA", "HDAC"),
    *("H1", "beta", "5-HT2C", "5-HT7"),
)

#: Receptors of the bundled circuits that drugs do not bind by their own name -> the site whose active share they
#: follow.
FOLLOWED_SITES = {"alpha2A_terminals": "alpha2A"}

#: Where a route puts the drug: "systemic" reaches every compartment through blood and brain.
ROUTES = ("i.p.", "s.c.", "p.o.", "i.v.", "i.t.", "intra-LC", "minipump")


def unknown_site(site: str, own_sites: Iterable[str] = (), where: str = "") -> UserError:
    """The error for a name that is no site, nor one of `own_sites`; it names the site that a receptor follows."""
    if site in FOLLOWED_SITES:
        place, followed = f"{where}: " if where else "", FOLLOWED_SITES[site]
        return UserError(f"{place}{site} has no site of its own: it follows {followed}; name {followed}.")
    return unknown_name("site", site, (*SITES, *own_sites), where)


def transmitters_in(averages: Iterable[str]) -> list[str]:
    """Names of the transmitters among names of averages (`noradrenaline_raphe_nanomolar`), in the order of figures."""
    ends = tuple(f"_{place}_nanomolar" for place in COMPARTMENTS)
    found = {name.removesuffix(end) for name in averages for end in ends if name.endswith(end)}
    return [*(x for x in SHOWN_FIRST if x in found), *sorted(found - set(SHOWN_FIRST))]
