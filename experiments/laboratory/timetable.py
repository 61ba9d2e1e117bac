"""When the slow clock stops for an epoch: the macro steps, fine where something fast is under way, and the assays.

At one hour the order is: a rest epoch, the assays, then whatever dose is given at that hour (`drugs.kinetics`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.days import HOURS_PER_DAY, SAME_HOUR, hours_from_surgery
from core.errors import UserError
from experiments.laboratory.plain_numbers import is_number, is_whole
from experiments.laboratory.rest_plan import REST_ERROR, planned

if TYPE_CHECKING:
    from drugs import Regimen
    from experiments.protocol.arm import Arm
    from experiments.protocol.measurement import Measurement
    from experiments.protocol.study import Study

#: Hours of a day, counted from that of dosing, at which an animal can be measured.
HOURS = (-12.0, 24.0)
#: Hours after a surgery at which the state is looked at: disinhibition and ectopic discharge come within days.
AFTER_SURGERY = (6.0, 12.0, 18.0, 24.0, 36.0, 48.0, 72.0, 96.0, 120.0, 168.0)
#: Hours after a dose: near the peak, in the decline, at the next dose.
AFTER_DOSE = (1.5, 8.0, 23.5)
#: Undisturbed, the slow processes take days.
LONGEST_STEP = 72.0
#: An assay is preceded by a rest epoch unless one was run within this time, and no dose was given since.
FRESH = 0.6


@dataclass(frozen=True)
class Stop:
    """One stop of the slow clock, in hours from surgery.

    measurement None: a rest only. like: the hour of the earlier rest that stands for it; None: it is run.
    """

    hours: float
    day: int = 0
    hour: float = 0.0
    measurement: Measurement | None = None
    like: float | None = None

    @classmethod
    def asked_for(cls, day: int, hour: float) -> Stop:
        """The stop at an hour of a day; UserError for what is no time."""
        if not is_whole(day):
            raise UserError(f"day = {day!r}: expected a whole day counted from surgery, such as 14.")
        if not is_number(hour) or not HOURS[0] <= hour <= HOURS[1]:
            raise UserError(f"hour = {hour!r}: expected hours after that day's dosing hour, -12 to 24, such as 2.0.")
        return cls(hours_from_surgery(int(day), float(hour)), int(day), float(hour))


def stops(study: Study, arm: Arm, step_scale: float = 1.0, rest_error: float = REST_ERROR) -> list[Stop]:
    """Rests and assays of an arm in the order of time.

    step_scale: 0.5 halves every macro step (numerical tests). rest_error: up to which estimated error an earlier rest
    stands for another; 0 runs all.
    """
    assays = [
        Stop(HOURS_PER_DAY * day + measurement.hour, day, measurement.hour, measurement)
        for measurement in study.assays
        for day in measurement.days
    ]
    first, last = study.begins, max(stop.hours for stop in assays)
    given = regimens_given(study, arm)
    hours = rests(given, arm.marks(), first, last, step_scale)
    plan = planned(arm.prepared_circuit(), given, hours, rest_error, arm.marks())
    rest = [Stop(each.hours, like=each.like) for each in plan]
    return sorted([*rest, *assays], key=lambda stop: (stop.hours, stop.measurement is not None))


def regimens_given(study: Study, arm: Arm) -> tuple[Regimen, ...]:
    """All that animals of an arm are given: its treatments, then the injections."""
    return (*arm.treatments, *(regimen for each in study.injections_of(arm.name) for regimen in each.regimens))


def dosed_between(regimens: Iterable[Regimen], start: float, stop: float) -> bool:
    """Whether anything that acts is given from hour `start` on and before hour `stop` (a dose at `start` counts)."""
    acting = (each for each in regimens if not each.drug.inert and each.milligrams_per_dose)
    doses = (hour for regimen in acting for hour in regimen.events(stop)[0])
    return any(start - SAME_HOUR < hour < stop - SAME_HOUR for hour in doses)


def hours_since_dose(regimens: Iterable[Regimen], hours: float, began: float | None = None) -> float | None:
    """Hours from the last dose of anything that acts to `hours` from surgery; None where there was none.

    A dose at that very hour comes after it, and one since `began`, when the assay under way began, waits for its end. A
    minipump or an infusion that runs gives at every moment: 0.
    """
    limit = (hours if began is None else began) - SAME_HOUR
    acting = (each for each in regimens if not each.drug.inert and each.milligrams_per_dose)
    found = (_since_last_event(each, hours, limit) for each in acting)
    return min((since for since in found if since is not None), default=None)


def _since_last_event(regimen: Regimen, hours: float, limit: float) -> float | None:
    times, signs = regimen.events(limit)
    if not len(times):
        return None
    return 0.0 if regimen.flows and signs[-1] > 0 else hours - float(times[-1])


def rests(
    given: Iterable[Regimen], marks: Iterable[float], first: float, last: float, step_scale: float = 1.0
) -> list[float]:
    """Hours from surgery, from `first` to `last`, at which an animal is looked at whether it is measured or not.

    What comes after `last`, doses included, moves none of them: an animal of which more is asked later stops at the
    same hours until then.

    Parameters
    ----------
    given
        Its drugs. One without a last day goes on until `last`.
    marks
        Hours at which something else is under way (`Arm.marks`).
    step_scale
        0.5 halves every step of the slow clock.
    """
    every = {t for after in AFTER_SURGERY for t in _divided(after, step_scale)} | set(marks)
    for regimen in given:
        if not regimen.drug.inert and regimen.milligrams_per_dose:
            doses = regimen.until(math.floor(last / HOURS_PER_DAY)).times
            every |= {dose + t for dose in doses for after in AFTER_DOSE for t in _divided(after, step_scale)}
    times = sorted({t for t in (*every, first) if first <= t <= last})
    return _no_step_longer_than(times, LONGEST_STEP * step_scale, last)


def _divided(hours: float, step_scale: float) -> list[float]:
    """The mark itself and, with finer steps, the points between 0 and it."""
    parts = max(1, round(1.0 / step_scale))
    return [round(hours * (k + 1) / parts, 6) for k in range(parts)]


def _no_step_longer_than(times: list[float], longest: float, last: float) -> list[float]:
    """Times with points `longest` apart put between any two (and before the end) that lie further apart.

    They are counted from the earlier time: where the later one lies moves none of them, so that arms stop together, and
    share their epochs, until their treatments part.
    """
    filled = []
    for start, stop in zip(times, [*times[1:], last], strict=True):
        pieces = max(1, math.ceil((stop - start) / longest - 1e-9))
        filled += [start + longest * k for k in range(pieces)]
    return filled
