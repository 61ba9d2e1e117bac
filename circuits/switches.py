"""What can be switched off in a circuit: releases, mechanisms, couplings and their groups, parts of the injury."""

from __future__ import annotations

from collections.abc import Iterable

from circuits.injury import Difference
from circuits.receptors import Coupling, PlainCoupling
from circuits.transmitters import Transmitter

#: Mechanisms that are no single coupling and no release.
MECHANISMS = {
    "central_sensitisation": "gain of excitatory synapses that follows ongoing nociceptive drive",
    "lc_repair_slow": "recovery of glutamate clearance in the locus coeruleus while noradrenaline is high",
}


def switches_of(
    transmitters: Iterable[Transmitter],
    couplings: tuple[Coupling, ...],
    plain_couplings: tuple[PlainCoupling, ...],
    differences: Iterable[Difference],
) -> dict[str, str]:
    """Switch -> what it removes, of the parts of a circuit."""
    names = {f"{transmitter.name}_release": _released(transmitter) for transmitter in transmitters}
    names |= MECHANISMS
    groups = [coupling.group for coupling in couplings] + [plain.group for plain in plain_couplings]
    for group in dict.fromkeys(groups):
        names[group] = f"every coupling of the group {group}"
    for coupling in couplings:
        names[coupling.name] = f"{coupling.receptor} {coupling.effect} on {', '.join(coupling.targets)}"
    for plain in plain_couplings:
        names[plain.name] = f"{plain.site} on {plain.quantity} in {plain.compartment}"
    for difference in differences:
        names[difference.name] = f"injury: {difference.words}"
    return names


def _released(transmitter: Transmitter) -> str:
    """What the switch of a transmitter takes away: "release of serotonin by spikes of raphe"."""
    sources = dict.fromkeys(release.source.replace("_", " ") for release in transmitter.releases)
    causes = [f"spikes of {', '.join(sources)}"] if sources else []
    return f"release of {transmitter.name} by {' and '.join([*causes, *(['a tone'] if transmitter.tones else [])])}"
