"""The slow state of an animal: what moves over hours to weeks, and what its last epoch left for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from core.vocabulary import SIDES

#: Values of the dimensionless variables in an animal that was never disturbed.
UNDISTURBED = {
    "sensitisation_ipsi": 0.0,
    "sensitisation_contra": 0.0,
    "glutamate_clearance": 1.0,
    "serotonin1A_sensitivity": 1.0,
    "alpha2_terminal_sensitivity": 1.0,
    "alpha2_cord_sensitivity_ipsi": 1.0,
    "alpha2_cord_sensitivity_contra": 1.0,
    "alpha2_soma_sensitivity": 1.0,
    "mood": 0.0,
    "alpha2delta_missing": 0.0,
}

#: Rates (Hz) of the dorsal-horn cells that release transmitters, in uninjured animals at rest.
_HORN_AT_REST = {"vertical": 0.3, "islet": 2.0, "parvalbumin": 0.3}


@dataclass(frozen=True)
class Observed:
    """What the last epoch left: rates of the blocks that release transmitters (Hz) and, of those that their own
    transmitter brakes, the activations they were seen at.

    opened: population -> potassium conductance (S) that an anaesthetic had opened in its cells; 0 if missing. others:
    population -> sum of all other receptors that open its potassium channels (`Moment.opening_weights` x active share);
    0 if missing.
    """

    rates: Mapping[str, float]
    brakes: Mapping[str, float]
    opened: Mapping[str, float] = field(default_factory=dict)
    others: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class SlowState:
    """What has slowly moved in an animal.

    hours: from surgery. variables: name -> value (`UNDISTURBED`). observed: the rates last seen. drive:
    ongoing nociceptive drive by side at rest (Hz). reference: forebrain concentrations (nM) before any drug, for the
    mood index. followed_from: hours from surgery since when the variables have followed what happened to the animal.
    """

    hours: float
    variables: Mapping[str, float]
    observed: Observed
    drive: Mapping[str, float]
    reference: Mapping[str, float]
    followed_from: float = -inf


def first_state(hours: float, assume_rest: bool = False) -> SlowState:
    """The slow state of an animal to which nothing has happened, with rates that its first epochs replace.

    Parameters
    ----------
    hours : float
        From surgery. An injured animal begins at its surgery or before (hour 0 or less), because what its injury moves
        takes days; a later `Moment` of one is refused.
    assume_rest : bool
        Take it that even after surgery nothing has moved yet: for comparisons that begin late on purpose.

    Returns
    -------
    SlowState
        All variables as in `UNDISTURBED`.
    """
    return SlowState(
        hours=hours,
        variables=dict(UNDISTURBED),
        observed=Observed(
            rates={
                "locus_coeruleus_spinal": 1.8,
                "locus_coeruleus_ascending": 1.75,
                "raphe": 0.95,
                "a11": 1.4,
                **{f"{side}_{cells}": rate for side in SIDES for cells, rate in _HORN_AT_REST.items()},
            },
            brakes={"locus_coeruleus_spinal": 0.1, "locus_coeruleus_ascending": 0.195, "raphe": 0.2, "a11": 0.095},
        ),
        drive={"ipsi": 0.0, "contra": 0.0},
        reference={},
        followed_from=-inf if assume_rest else hours,
    )
