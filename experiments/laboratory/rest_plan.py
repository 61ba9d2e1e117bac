"""Which rests of a timetable are run as epochs: those at which a rat without spikes has moved too far from all others.

The plan is made before any epoch, of an average rat under the doses of an arm. So all animals of an arm rest at the
same hours, and arms do until their treatments part, whoever runs them and however often they were interrupted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from circuits.circuit import Circuit
from circuits.rest_error import Outlook, estimated_error
from drugs import Regimen
from experiments.laboratory.forecast import followed

#: The estimated error up to which an earlier rest stands for another; 1 is that of the bounds in `circuits.rest_error`.
REST_ERROR = 1.0
#: Longest step of the slow clock in a plan, in hours: between doses, transmitters are looked at more often anyway.
PLANNING_STEP = 12.0


@dataclass(frozen=True)
class Rest:
    """One rest of a plan, in hours from surgery.

    like: the hour of the earlier rest that stands for it; None: it is run.
    """

    hours: float
    like: float | None = None


def planned(
    circuit: Circuit,
    given: Iterable[Regimen],
    hours: Sequence[float],
    most: float = REST_ERROR,
    kept: Collection[float] = (),
) -> list[Rest]:
    """Plan the rests of an arm.

    What comes after a rest, doses included, does not change what is planned for it.

    Parameters
    ----------
    circuit : Circuit
        Of the arm, with its manipulations.
    given : iterable of Regimen
        Its drugs.
    hours : sequence of float
        At which rests may be run, in rising order.
    most : float
        The largest estimated error with which an earlier rest stands for another; 0 runs all.
    kept : collection of float
        Hours at which a rest is always run (`Arm.marks`): transmitters that settle after light are in no quantity.

    Returns
    -------
    list of Rest
        One for each of the hours.
    """
    if not most or not hours:
        return [Rest(each) for each in hours]
    run: list[Outlook] = []
    found: list[Rest] = []
    outlook: Outlook | None = None
    for moment in followed(tuple(given), hours, circuit, PLANNING_STEP):
        outlook = Outlook.first(moment) if outlook is None else outlook.later(moment)
        errors = [(estimated_error(seen, outlook), seen.moment.state.hours) for seen in reversed(run)]
        error, like = min(errors, key=lambda pair: pair[0], default=(most, None))
        if error < most and moment.state.hours not in kept:
            found.append(Rest(moment.state.hours, like))
        else:
            found.append(Rest(moment.state.hours))
            run.append(outlook)
    return found
