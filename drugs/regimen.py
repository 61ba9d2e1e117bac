"""Dosing regimens: how much of a drug, by which route, on which days, as a lab book says it.

Day d of a study starts 24 d hours after surgery, and hour 0 of a day is the hour of dosing. Days before surgery are
negative. Both ends of a span of days are dosed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, exp, floor, inf, isfinite
from typing import TYPE_CHECKING

import numpy as np
from brian2.units import kilogram

from core.days import FIRST_POSSIBLE_DAY, HOURS_PER_DAY, LAST_POSSIBLE_DAY
from core.doses import Dose, parse_dose, per_weight
from core.errors import UserError, unknown_name
from core.schedules import DARK_HOURS, PER_DAY, SCHEDULES, interval, read_every
from core.sourced import ASSUMED, Sourced
from drugs.substance import Substance

#: Doses and volumes are per body weight, so that the weight sets what is in the syringe, not the concentrations.
BODY_WEIGHT = Sourced(
    0.25 * kilogram,
    ASSUMED,
    "adult male Sprague-Dawley rat, as in the ligation studies (200-350 g)",
    low=0.2 * kilogram,
    high=0.35 * kilogram,
)


@dataclass(frozen=True, repr=False)
class Regimen:
    """Doses of one drug by one route over days; made by `Drug.once`, `Drug.daily` and their like.

    What takes several regimens, such as a switch or a rise of the dose, is a tuple of them. A regimen prints as its
    words: `duloxetine 10 mg/kg s.c. daily from day 14`.

    Parameters
    ----------
    drug : Drug
        What is given.
    dose : str or Dose
        Per day in a minipump or in drinking water, else per injection: "10 mg/kg", or by a local route an amount such
        as "30 ug". Moles, and doses of a rat such as "2 mg/rat", become a mass per body weight.
    route : str
        One that the drug has numbers for, such as "s.c.".
    schedule : str
        "once", "daily", "twice daily", "every 8 h", "every 2 days", "drinking water" or "minipump". Doses are counted
        from the first; the last is given before the hour of dosing of the day after `until_day`.
    from_day, until_day : int, int or None
        First and last day of dosing, from surgery; None for a regimen that goes on until the study ends.
    hour : float
        Of the (first) dose of a day, in hours from the start of the day; 0 or more, below 24. Drinking water: when the
        dark phase begins, over which the dose of a day is taken evenly.
    body_weight : Sourced
        A mass, which sets what is in the syringe and no concentration.
    missed_days : tuple of int
        Days between on which nothing is given.
    over_minutes : float
        How long each dose is infused at a constant rate; 0 for a dose that is given at once.

    Raises
    ------
    UserError
        In one sentence, for anything that cannot be given.
    """

    drug: Substance
    dose: Dose
    route: str
    schedule: str
    from_day: int
    until_day: int | None = None
    hour: float = 0.0
    body_weight: Sourced = BODY_WEIGHT
    missed_days: tuple[int, ...] = ()
    over_minutes: float = 0.0

    if TYPE_CHECKING:  # a checker would ask for a `Dose`, which is read from its words

        def __init__(  # noqa: PLR0913, as many as there are fields
            self,
            drug: Substance,
            dose: str | Dose,
            route: str,
            schedule: str,
            from_day: int,
            until_day: int | None = None,
            hour: float = 0.0,
            body_weight: Sourced = BODY_WEIGHT,
            missed_days: tuple[int, ...] = (),
            over_minutes: float = 0.0,
        ) -> None: ...

    def __post_init__(self) -> None:
        object.__setattr__(self, "schedule", _schedule(self.schedule))
        object.__setattr__(self, "dose", _dose(self))
        _check_route(self)
        _check_dose(self)
        _check_days(self)
        _check_missed(self)
        _check_infusion(self)

    def __str__(self) -> str:
        if self.schedule == "once":
            return f"{self.drug.name} {self.dose.text} {self.route}{self._infused} on day {self.from_day}"
        amount = f"{self.dose.text} per day" if self.schedule in PER_DAY else f"{self.dose.text} {self.route}"
        amount += self._infused
        end = "" if self.until_day is None else f" until day {self.until_day}"
        missed = f", not on day {', '.join(map(str, self.missed_days))}" if self.missed_days else ""
        how = "in drinking water" if self.schedule == "drinking water" else self.schedule
        return f"{self.drug.name} {amount} {how} from day {self.from_day}{end}{missed}"

    __repr__ = __str__

    @property
    def times(self) -> tuple[float, ...]:
        """Hours from surgery of all doses, or of start and stop of what flows; `UserError` without a last day."""
        if self.until_day is None:
            raise UserError(f"{self} has no last day; give until_day or close it with .until(day).")
        return tuple(float(hour) for hour in self.events(inf)[0])

    @property
    def schedule_in_words(self) -> str:
        """The schedule, with the length of its infusions: `once over 10 min`."""
        return f"{self.schedule}{self._infused}"

    @property
    def flow_hours(self) -> float:
        """Hours over which each dose flows in at a constant rate; 0 for what is given at once, and for a minipump."""
        return DARK_HOURS if self.schedule == "drinking water" else self.over_minutes / 60.0

    @property
    def flows(self) -> bool:
        """Whether it is infused, so that each event is a start or a stop."""
        return self.schedule == "minipump" or self.flow_hours > 0.0

    @property
    def milligrams_per_dose(self) -> float:
        """What one rat of `body_weight` is given per injection (per day by minipump or in drinking water), in mg."""
        return self.dose.for_body_weight(self.body_weight.si)

    def until(self, day: int) -> Regimen:
        """Close an open regimen on `day` (not before its first); one with a last day of its own stays as it is."""
        return self if self.until_day is not None else replace(self, until_day=max(day, self.from_day))

    def stopped_after(self, day: int) -> Regimen:
        """End the regimen on `day`, or on its own last day if that comes first; what is in the body washes out.

        `UserError` for a day before its first.
        """
        last = day if self.until_day is None else min(day, self.until_day)
        kept = tuple(missed for missed in self.missed_days if missed <= last)
        return replace(self, until_day=last, missed_days=kept)

    def missing(self, *days: int) -> Regimen:
        """Leave out the doses of these days; `UserError` for a day on which none is given."""
        return replace(self, missed_days=tuple(sorted({*self.missed_days, *days})))

    def over(self, minutes: float) -> Regimen:
        """Infuse each dose over so many minutes at a constant rate; `UserError` for a course that flows anyway."""
        return replace(self, over_minutes=minutes)

    def switched_to(self, other: Regimen) -> tuple[Regimen, Regimen]:
        """End this regimen on the day before the other begins, then give the other; the first washes out meanwhile.

        `UserError` where the other does not begin after this one.
        """
        return self.stopped_after(other.from_day - 1), other

    def loaded(self, loading_dose: str | Dose) -> tuple[Regimen, Regimen]:
        """Give a loading dose once in place of the doses of the first day, and the course from the day after.

        Parameters
        ----------
        loading_dose : str or Dose
            By the route and at the hour of the course.

        Returns
        -------
        tuple of Regimen
            The loading dose, and what is left of the course.

        Raises
        ------
        UserError
            For a dose that cannot be given so, a minipump, a single dose, and a course of one day.
        """
        self._check_loading()
        if HOURS_PER_DAY % self._hours_between and self._hours_between % HOURS_PER_DAY:
            raise UserError(f'a loading dose of {self.drug.name}: no day begins with a dose "{self.schedule}".')
        if self.until_day is not None and self.until_day < self.from_day + self._days_between:
            raise UserError(
                f"a loading dose of {self.drug.name} on day {self.from_day}, which is also its last day: "
                "the course begins the day after; give a later until_day, or the dose once."
            )
        kept = tuple(day for day in self.missed_days if day > self.from_day)
        dose = parse_dose(loading_dose, f"loading dose of {self.drug.name}", self.drug.grams_per_mole)
        loading = replace(self, dose=dose, schedule="once", until_day=self.from_day, missed_days=())
        return loading, replace(self, from_day=self.from_day + self._days_between, missed_days=kept)

    def at_steady_state(self) -> tuple[Regimen, Regimen]:
        """Give on top of the first dose what earlier doses of a course without a beginning would have left in the body.

        This follows from the interval between doses and the half-life of the drug alone. So free drug begins where it
        stays where uptake is fast against the half-life; metabolites still rise.

        Returns
        -------
        tuple of Regimen
            The dose on top, and the whole course.

        Raises
        ------
        UserError
            For a minipump, drinking water, a single dose, and a route into one place.
        """
        self._check_loading()
        disposition = self.drug.kinetics.disposition
        if disposition is None or not self.dose.per_kilogram:
            raise UserError(f"a steady state of {self.drug.name} {self.route}: what goes into one place reaches none.")
        left = exp(-disposition.elimination_per_hour * self._hours_between)
        extra = self.dose.scaled(left / (1.0 - left))
        on_top = replace(self, dose=extra, schedule="once", until_day=self.from_day, missed_days=())
        return on_top, self

    @property
    def begins(self) -> float:
        """Hours from surgery of its first dose, or of the start of its minipump."""
        return HOURS_PER_DAY * self.from_day + self.hour

    def covers(self, day: int) -> bool:
        """Whether a day lies between its first and its last, both included."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)

    def doses_on(self, day: int) -> bool:
        """Whether a day of dosing, from its hour of dosing to that of the next, has a dose that may be missed."""
        since = HOURS_PER_DAY * (day - self.from_day)
        first = ceil(since / self._hours_between - 1e-9) * self._hours_between
        return self.covers(day) and first < since + HOURS_PER_DAY

    def events(self, until_hour: float) -> tuple[np.ndarray, np.ndarray]:
        """Hours from surgery at which dosing changes up to `until_hour`, and by how many doses (+1, -1 at a stop)."""
        if self.schedule == "minipump":
            hours, signs = self._pump()
        else:
            hours = self._injections(until_hour)
            signs = np.ones_like(hours)
        if self.flow_hours:
            hours, signs = np.concatenate([hours, hours + self.flow_hours]), np.concatenate([signs, -signs])
            order = np.argsort(hours, kind="stable")
            hours, signs = hours[order], signs[order]
        given = hours <= until_hour
        return hours[given], signs[given]

    @property
    def _infused(self) -> str:
        return f" over {self.over_minutes:g} min" if self.over_minutes else ""

    def _check_loading(self) -> None:
        if self.schedule == "once" or self.schedule in PER_DAY:
            raise UserError(f'a loading dose of {self.drug.name}: the schedule "{self.schedule}" has none.')

    @property
    def _hours_between(self) -> float:
        return interval(self.schedule) or HOURS_PER_DAY

    @property
    def _days_between(self) -> int:
        """Days from its first to the next day that begins with a dose."""
        return max(1, round(self._hours_between / HOURS_PER_DAY))

    def _pump(self) -> tuple[np.ndarray, np.ndarray]:
        stop = inf if self.until_day is None else HOURS_PER_DAY * (self.until_day + 1) + self.hour
        return np.array([HOURS_PER_DAY * self.from_day + self.hour, stop]), np.array([1.0, -1.0])

    def _injections(self, until_hour: float) -> np.ndarray:
        if self.schedule == "once":
            return np.array([HOURS_PER_DAY * self.from_day + self.hour])
        last_day = inf if self.until_day is None else self.until_day
        if isfinite(until_hour):
            last_day = min(last_day, floor(until_hour / HOURS_PER_DAY))
        whole = HOURS_PER_DAY * (int(last_day) + 1 - self.from_day)
        count = max(0, ceil(whole / self._hours_between - 1e-9))
        days, hours = np.divmod(np.arange(count) * self._hours_between, HOURS_PER_DAY)
        days += self.from_day
        kept = ~np.isin(days, self.missed_days)
        return np.asarray(HOURS_PER_DAY * days[kept] + self.hour + hours[kept])


def _schedule(schedule: str) -> str:
    """A schedule in its one spelling."""
    found = read_every(schedule) or (schedule if schedule in SCHEDULES else None)
    if found is None:
        raise unknown_name("schedule", schedule, SCHEDULES)
    return found


def dose_for(drug: Substance, dose: str | Dose, route: str, kilograms: float) -> Dose:
    """A dose of a drug, that of a rat of this weight as its route has it: per kg, or an amount into one place."""
    read = parse_dose(dose, f"dose of {drug.name}", drug.grams_per_mole)
    delivery = drug.kinetics.routes.get(route)
    if read.per_rat and delivery is not None and delivery.per_kilogram:
        return per_weight(read, kilograms)
    return replace(read, per_rat=False)


def _dose(regimen: Regimen) -> Dose:
    """The dose of a regimen: per day only where it is infused, and that of a rat as its route has it."""
    dose = dose_for(regimen.drug, regimen.dose, regimen.route, float(regimen.body_weight.value / kilogram))
    if dose.per_day and regimen.schedule not in PER_DAY:
        raise UserError(
            f"dose of {regimen.drug.name} is {dose.text} per day, which only a minipump or drinking water gives; "
            f'the schedule "{regimen.schedule}" takes the dose of one injection, such as "{dose.text}".'
        )
    return replace(dose, per_day=False)


def _check_route(regimen: Regimen) -> None:
    routes = regimen.drug.kinetics.routes
    if regimen.route not in routes:
        has = ", ".join(routes)
        raise UserError(f'{regimen.drug.name} has no numbers for the route "{regimen.route}"; it has: {has}.')
    if (regimen.route == "minipump") != (regimen.schedule == "minipump"):
        raise UserError(
            f'schedule "{regimen.schedule}" by the route "{regimen.route}": '
            "a minipump infuses from its first to its last day, every other route takes injections."
        )
    if regimen.schedule == "drinking water" and regimen.route != "p.o.":
        raise UserError(f'schedule "drinking water" by the route "{regimen.route}": what is drunk goes p.o.')


def _check_dose(regimen: Regimen) -> None:
    wanted = regimen.drug.kinetics.routes[regimen.route].per_kilogram
    if wanted is None or wanted == regimen.dose.per_kilogram:
        return
    weight = float(regimen.body_weight.value / kilogram)
    same = f"; {regimen.dose.text} in a rat of {weight:g} kg is {regimen.dose.milligram / weight:.3g} mg/kg"
    expected = f'a dose per body weight, such as "10 mg/kg"{same}' if wanted else 'an amount, such as "30 ug"'
    raise UserError(f'dose "{regimen.dose.text}" of {regimen.drug.name} {regimen.route}: expected {expected}.')


def _check_days(regimen: Regimen) -> None:
    for name in ("from_day", "until_day"):
        day = getattr(regimen, name)
        if day is not None and (isinstance(day, bool) or not isinstance(day, int | np.integer)):
            raise UserError(f"{name} of {regimen.drug.name} is {day!r}; a day is a whole number, its time is `hour`.")
        if day is not None and not FIRST_POSSIBLE_DAY <= day <= LAST_POSSIBLE_DAY:
            possible = f"{FIRST_POSSIBLE_DAY}..{LAST_POSSIBLE_DAY}"
            raise UserError(f"{name} of {regimen.drug.name} is {day}; a day counted from surgery lies in {possible}.")
    if regimen.until_day is not None and regimen.until_day < regimen.from_day:
        raise UserError(
            f"until_day of {regimen.drug.name} is {regimen.until_day}; "
            f"the last day is not before the first, {regimen.from_day}."
        )
    if not 0.0 <= regimen.hour < HOURS_PER_DAY:
        raise UserError(f"hour of {regimen.drug.name} is {regimen.hour}; an hour of a day lies in 0..24.")


def _check_infusion(regimen: Regimen) -> None:
    minutes, name = regimen.over_minutes, regimen.drug.name
    if not minutes:
        return
    if regimen.schedule in PER_DAY:
        raise UserError(f'over_minutes of {name}: the schedule "{regimen.schedule}" infuses over hours anyway.')
    if regimen.route == "p.o.":
        raise UserError(f'over_minutes of {name}: p.o. is swallowed at once; over hours it is "drinking water".')
    between = 60.0 * (interval(regimen.schedule) or HOURS_PER_DAY)
    if isinstance(minutes, bool) or not 0.0 < minutes <= between:
        raise UserError(
            f"over_minutes of {name} is {minutes!r}; an infusion takes above 0 minutes, and at most {between:g} here, "
            "until the next."
        )


def _check_missed(regimen: Regimen) -> None:
    missed, name = regimen.missed_days, regimen.drug.name
    if missed and regimen.schedule in ("once", "minipump"):
        raise UserError(f'missed_days of {name}: the schedule "{regimen.schedule}" has no day to miss.')
    for day in missed:
        if isinstance(day, bool) or not isinstance(day, int | np.integer) or not regimen.doses_on(int(day)):
            raise UserError(f"missed_days of {name}: day {day!r} is none of its days of dosing.")
    if regimen.until_day is not None and missed and not len(regimen.times):
        raise UserError(f"missed_days of {name}: every dose is missed.")
