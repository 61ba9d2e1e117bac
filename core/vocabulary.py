"""Names that several packages must spell alike: sides, compartments, transmitters, binding sites, routes."""

from __future__ import annotations

SIDES = ("ipsi", "contra")

#: Volumes that share one concentration of each transmitter.
COMPARTMENTS = ("dorsal_horn_ipsi", "dorsal_horn_contra", "locus_coeruleus", "raphe", "a11", "forebrain")

#: Names of the neuromodulators that compartments are bathed in.
TRANSMITTERS = ("noradrenaline", "serotonin", "dopamine")

#: Names of the transporters that clear them.
TRANSPORTERS = ("NET", "SERT", "DAT")

#: Receptors whose activation is computed from a transmitter and the drugs that compete for it.
RECEPTORS = ("alpha1", "alpha2A", "5-HT1A", "5-HT2A", "5-HT3", "D2", "M")

#: Sites that act in proportion to their occupancy by drug, with no transmitter to compete with.
PLAIN_SITES = ("Nav", "alpha2delta", "AMPA", "HDAC")

#: Sites that drugs bind and the circuit lacks: their affinities are data, and nothing follows from them.
UNCOUPLED_SITES = ("H1", "mu", "beta", "5-HT2C", "5-HT7")

SITES = TRANSPORTERS + RECEPTORS + PLAIN_SITES + UNCOUPLED_SITES

#: Where a route puts the drug: "systemic" reaches every compartment through blood and brain.
ROUTES = ("i.p.", "s.c.", "p.o.", "i.v.", "i.t.", "intra-LC", "minipump")
