"""A drug and the ways of giving it: once, daily, twice daily, by minipump or drinking water, locally, in steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from brian2.units import Quantity

from core.doses import Dose
from core.errors import UserError
from core.sourced import with_value
from drugs.regimen import Regimen
from drugs.substance import Substance


@dataclass(frozen=True, repr=False)
class Drug(Substance):
    """A drug as data, and its ways of being given; what it does follows from its numbers alone.

    The fields are those of `Substance`. Each way of giving makes a `Regimen`, or a tuple of them, which is the
    treatment of an arm. Days count from surgery, which is on day 0; the first and the last day are both dosed.
    """

    def with_value(self, path: str, value: Quantity | float | str, *, name: str = "") -> Drug:
        """A copy of the drug with another number at one path.

        Parameters
        ----------
        path : str
            Where the number stands, as `bluespot drugs show NAME` prints it: "affinities.NET.constant".
        value : Quantity, float or str
            A number of the same dimension, also as text: "3 nM".
        name : str
            A name for the copy, by default the same. In one study two drugs of other numbers need two names.

        Returns
        -------
        Drug
            The copy; source, note and range of the number stay.

        Raises
        ------
        UserError
            For an unknown path (with the nearest ones), another dimension, what is no number, or a number that this one
            cannot be.
        """
        changed: Drug = with_value(self, path, value)
        return replace(changed, name=name) if name else changed

    def once(self, dose: str | Dose, *, route: str = "i.p.", on_day: int = 0, hour: float = 0.0) -> Regimen:
        """Give one dose on one day.

        Parameters
        ----------
        dose : str or Dose
            Per body weight, such as "10 mg/kg"; by a local route (i.t., intra-LC) an amount such as "30 ug".
        route : str
            One that the drug has numbers for.
        on_day : int
            Day from surgery.
        hour : float
            Hours after the hour of dosing of that day, 0 or more and below 24.

        Raises
        ------
        UserError
            For a dose, route, day or hour that cannot be.
        """
        return Regimen(self, dose, route, "once", on_day, on_day, hour)

    def daily(
        self,
        dose: str | Dose,
        *,
        route: str = "i.p.",
        from_day: int = 0,
        until_day: int | None = None,
        hour: float = 0.0,
    ) -> Regimen:
        """Give one dose every day.

        Parameters
        ----------
        dose : str or Dose
            Of one injection, such as "10 mg/kg".
        route : str
            One that the drug has numbers for.
        from_day, until_day : int, int or None
            First and last day of dosing, from surgery; without a last day it goes on until the study ends.
        hour : float
            Hours after the hour of dosing of each day, 0 or more and below 24.

        Raises
        ------
        UserError
            For a dose, route, day or hour that cannot be.
        """
        return Regimen(self, dose, route, "daily", from_day, until_day, hour)

    def twice_daily(
        self,
        dose: str | Dose,
        *,
        route: str = "i.p.",
        from_day: int = 0,
        until_day: int | None = None,
        hour: float = 0.0,
    ) -> Regimen:
        """Give the dose at `hour` and again 12 hours later, every day.

        Parameters
        ----------
        dose : str or Dose
            Of one injection, half of what a day brings.
        route, from_day, until_day, hour
            As in `daily`.

        Raises
        ------
        UserError
            For a dose, route, day or hour that cannot be.
        """
        return Regimen(self, dose, route, "twice daily", from_day, until_day, hour)

    def minipump(
        self, dose_per_day: str | Dose, *, from_day: int = 0, until_day: int | None = None, hour: float = 0.0
    ) -> Regimen:
        """Infuse the drug at a constant rate from an osmotic minipump.

        Parameters
        ----------
        dose_per_day : str or Dose
            Per body weight and day: "5 mg/kg" or "5 mg/kg/day".
        from_day, until_day : int, int or None
            It runs from `hour` of the first day for whole days, the last one included; without a last day, until the
            study ends.
        hour : float
            Hours after the hour of dosing at which it starts, 0 or more and below 24.

        Raises
        ------
        UserError
            For a dose, day or hour that cannot be, and for a drug without numbers for minipumps.
        """
        return Regimen(self, dose_per_day, "minipump", "minipump", from_day, until_day, hour)

    def in_drinking_water(
        self, dose_per_day: str | Dose, *, hour: float, from_day: int = 0, until_day: int | None = None
    ) -> Regimen:
        """Give the drug in drinking water, which rats are taken to drink evenly over the 12 hours of the dark phase.

        Parameters
        ----------
        dose_per_day : str or Dose
            What a rat takes up in a day, per body weight: "10 mg/kg" or "10 mg/kg/day".
        hour : float
            Hours after the hour of dosing at which the dark phase begins, 0 or more and below 24.
        from_day, until_day : int, int or None
            First and last day whose dark phase has it; without a last day it goes on until the study ends.

        Raises
        ------
        UserError
            For a dose, day or hour that cannot be, and for a drug without numbers for p.o.
        """
        return Regimen(self, dose_per_day, "p.o.", "drinking water", from_day, until_day, hour)

    def titrated(
        self,
        doses: Mapping[int, str | Dose],
        *,
        route: str = "i.p.",
        schedule: str = "daily",
        until_day: int | None = None,
        hour: float = 0.0,
    ) -> tuple[Regimen, ...]:
        """Give one dose after the other, each from its day until the next begins.

        Parameters
        ----------
        doses : mapping of int to str or Dose
            The doses by the day from which each is given: `{14: "3 mg/kg", 17: "10 mg/kg"}`.
        route, schedule : str
            As of a `Regimen`; by minipump both are "minipump".
        until_day : int or None
            Last day of the last dose.
        hour : float
            Hours after the hour of dosing, as in `daily`.

        Returns
        -------
        tuple of Regimen
            One for each dose, in order of days.

        Raises
        ------
        UserError
            Without a dose, and for a dose, route, schedule, day or hour that cannot be.
        """
        if not doses:
            raise UserError(f"a titration of {self.name} without a dose; give them by day, such as {{14: '3 mg/kg'}}.")
        days = sorted(doses)
        ends = [*(day - 1 for day in days[1:]), until_day]
        return tuple(
            Regimen(self, doses[day], route, schedule, day, end, hour) for day, end in zip(days, ends, strict=True)
        )

    def loaded(
        self,
        loading_dose: str | Dose,
        dose: str | Dose,
        *,
        route: str = "i.p.",
        from_day: int = 0,
        until_day: int | None = None,
    ) -> tuple[Regimen, Regimen]:
        """Give a loading dose on the first day, and a daily dose from the day after.

        Parameters
        ----------
        loading_dose, dose : str or Dose
            The dose of the first day, and that of each later day.
        route, from_day, until_day
            As in `daily`. For other hours and schedules, load the regimen: `drug.twice_daily(...).loaded("30 mg/kg")`.

        Returns
        -------
        tuple of Regimen
            The loading dose, and the daily course after it.

        Raises
        ------
        UserError
            For a dose, route or day that cannot be, and for a last day on which the course would not have begun.
        """
        return self.daily(dose, route=route, from_day=from_day, until_day=until_day).loaded(loading_dose)

    def intrathecal(self, dose: str | Dose, *, on_day: int = 0, hour: float = 0.0) -> Regimen:
        """Inject an amount such as "30 ug" at the lumbar cord once; it reaches both dorsal horns and nothing else.

        `on_day` and `hour` are those of `once`, and so are the errors.
        """
        return self.once(dose, route="i.t.", on_day=on_day, hour=hour)

    def intra_locus_coeruleus(self, dose: str | Dose, *, on_day: int = 0, hour: float = 0.0) -> Regimen:
        """Inject an amount such as "1 ug" at the locus coeruleus once; it reaches nothing else.

        `on_day` and `hour` are those of `once`, and so are the errors.
        """
        return self.once(dose, route="intra-LC", on_day=on_day, hour=hour)


#: One regimen, several (nested as they come), or a vehicle.
Treatment: TypeAlias = "Regimen | Drug | Iterable[Treatment]"


def regimens_of(treatment: Treatment) -> tuple[Regimen, ...]:
    """List the regimens of a treatment.

    Parameters
    ----------
    treatment : Regimen, Drug or iterable of them
        One regimen, several (nested as they come), or a vehicle by its bare name, which injects nothing.

    Returns
    -------
    tuple of Regimen
        In the order given.

    Raises
    ------
    UserError
        For the bare name of a drug that does something, since nobody could say how it was given, and for whatever is
        no treatment.
    """
    if isinstance(treatment, Regimen):
        return (treatment,)
    if isinstance(treatment, Drug):
        if treatment.inert:
            return ()
        raise UserError(
            f"{treatment.name} is a drug, not a treatment; say how it is given, "
            f'such as {treatment.name}.daily("10 mg/kg", route="i.p.", from_day=14).'
        )
    if isinstance(treatment, str | Mapping) or not isinstance(treatment, Iterable):
        raise UserError(
            f"{treatment!r} is no treatment; expected a regimen, such as "
            'duloxetine.daily("10 mg/kg", route="i.p.", from_day=14), or several in a list.'
        )
    return tuple(regimen for part in treatment for regimen in regimens_of(part))
