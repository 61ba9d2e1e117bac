"""The slow state of an animal: what moves over hours to weeks, and what its last epoch left for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Values of the dimensionless variables in an animal that was never disturbed.
UNDISTURBED = {
    "sensitisation_ipsi": 0.0,
    "sensitisation_contra": 0.0,
    "glutamate_clearance": 1.0,
    "serotonin1A_sensitivity": 1.0,
    "alpha2_terminal_sensitivity": 1.0,
    "alpha2_soma_sensitivity": 1.0,
    "mood": 0.0,
}


@dataclass(frozen=True)
class Observed:
    """What the last epoch left: rates of the monoamine populations (Hz) and the activations they were seen at."""

    rates: Mapping[str, float]
    brakes: Mapping[str, float]


@dataclass(frozen=True)
class SlowState:
    """hours from surgery; variables: name -> value (`UNDISTURBED`); observed: the monoamine rates last seen; drive:
    ongoing nociceptive drive by side at rest (Hz); reference: forebrain concentrations (nM) before any drug,
    for the mood index.
    """

    hours: float
    variables: Mapping[str, float]
    observed: Observed
    drive: Mapping[str, float]
    reference: Mapping[str, float]


def first_state(hours: float) -> SlowState:
    """An animal that was never disturbed, with rates to begin from that its first epochs replace."""
    return SlowState(
        hours=hours,
        variables=dict(UNDISTURBED),
        observed=Observed(
            rates={"locus_coeruleus_spinal": 1.7, "locus_coeruleus_ascending": 1.75, "raphe": 0.95, "a11": 1.4},
            brakes={"locus_coeruleus_spinal": 0.195, "locus_coeruleus_ascending": 0.195, "raphe": 0.2, "a11": 0.095},
        ),
        drive={"ipsi": 0.0, "contra": 0.0},
        reference={},
    )
