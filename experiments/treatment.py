"""A drug regimen as a study file writes it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)

from core.errors import unknown_name
from core.units import parse_dose
from core.vocabulary import ROUTES
from experiments import catalogue
from experiments.measurement import Day
from experiments.schema import HERE, Part, collected, listed, refusal, without_blanks

if TYPE_CHECKING:
    from drugs import Regimen

#: schedule -> the keys it needs beside drug and dose. A minipump is a route of its own.
SCHEDULES = {
    "daily": ("route", "from_day"),
    "twice daily": ("route", "from_day"),
    "minipump": ("from_day",),
    "once": ("route", "on_day"),
}
VEHICLE = "vehicle"

DosingHour = Annotated[
    float, Field(ge=0.0, lt=24.0, description="an hour of the day from 0 (the hour of dosing) to 24, such as 0.0")
]


class TreatmentTable(Part):
    """`[[arms.treatments]]`: which drug, how much of it, by which route, when. `vehicle` needs only its name."""

    drug: str = Field(description='the name of a drug such as "duloxetine", or the path of a drug file')
    dose: str | None = Field(default=None, description='a dose such as "10 mg/kg"')
    route: str | None = Field(default=None, description=f"one of {', '.join(ROUTES)}")
    schedule: str = Field(default="daily", description=f"one of {', '.join(SCHEDULES)}")
    from_day: Day | None = None
    until_day: Day | None = None
    on_day: Day | None = None
    hour: DosingHour = 0.0

    @field_validator("drug")
    @classmethod
    def _drug_exists(cls, name: str, info: ValidationInfo) -> str:
        with collected():
            catalogue.of(info).drug(name, HERE)
        return name

    @field_validator("dose")
    @classmethod
    def _dose_has_units(cls, dose: str | None) -> str | None:
        if dose is not None:
            with collected():
                parse_dose(dose, HERE)
        return dose

    @field_validator("route")
    @classmethod
    def _route_exists(cls, route: str | None) -> str | None:
        if route is not None and route not in ROUTES:
            raise refusal(str(unknown_name("route", route, ROUTES, HERE)))
        return route

    @field_validator("schedule")
    @classmethod
    def _schedule_exists(cls, schedule: str) -> str:
        if schedule not in SCHEDULES:
            raise refusal(str(unknown_name("schedule", schedule, SCHEDULES, HERE)))
        return schedule

    @model_validator(mode="after")
    def _complete(self) -> Self:
        lines = self._missing() + self._misplaced_days()
        if lines:
            raise refusal(*lines)
        return self

    def _missing(self) -> list[str]:
        if self.drug == VEHICLE and self.dose is None:
            return []
        needed = ("dose", *SCHEDULES[self.schedule])
        return [
            f'{HERE}.{key}: missing; {self.drug} with the schedule "{self.schedule}" needs it.'
            for key in needed
            if getattr(self, key) is None
        ]

    def _misplaced_days(self) -> list[str]:
        strangers = ("from_day", "until_day") if self.schedule == "once" else ("on_day",)
        named = "on_day" if self.schedule == "once" else "from_day and until_day"
        lines = [
            f'{HERE}.{key} = {getattr(self, key)}: the schedule "{self.schedule}" has {named} instead.'
            for key in strangers
            if getattr(self, key) is not None
        ]
        if self.from_day is not None and self.until_day is not None and self.until_day < self.from_day:
            lines.append(f"{HERE}.until_day = {self.until_day}: before from_day = {self.from_day}.")
        return lines

    def regimens(self, names: catalogue.Catalogue) -> tuple[Regimen, ...]:
        """The regimen, or none for a vehicle without a dose; `UserError` for what the drug cannot be given as."""
        from drugs import Regimen

        if self.dose is None:
            return ()
        once = self.schedule == "once"
        first = self.on_day if once else self.from_day
        last = self.on_day if once else self.until_day
        route = "minipump" if self.schedule == "minipump" else self.route
        drug = names.drug(self.drug, "drug")
        return (Regimen(drug, parse_dose(self.dose), str(route), self.schedule, int(first or 0), last, self.hour),)


def table_of(regimen: Regimen) -> dict[str, Any]:
    """The entries of a regimen in a study file."""
    once = regimen.schedule == "once"
    days = {"on_day": regimen.from_day} if once else {"from_day": regimen.from_day, "until_day": regimen.until_day}
    what = {"drug": regimen.drug.name, "dose": regimen.dose.text, "route": regimen.route, "schedule": regimen.schedule}
    return without_blanks(what | days | {"hour": regimen.hour})


def _read(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> tuple[Regimen, ...]:
    with collected():
        if isinstance(value, Mapping | TreatmentTable):
            return handler(value).regimens(catalogue.of(info))
        from drugs import regimens_of

        try:
            return regimens_of(value)
        except TypeError:
            raise refusal(f"{HERE} = {value!r}: expected a drug or a regimen.") from None


if TYPE_CHECKING:
    Treatments = tuple[Regimen, ...]
else:
    #: Tables of a study file, regimens and vehicles, together or one alone; read as the regimens they stand for.
    Treatments = Annotated[
        tuple[Annotated[TreatmentTable, WrapValidator(_read)], ...],
        BeforeValidator(listed),
        AfterValidator(lambda parts: tuple(chain.from_iterable(parts))),
    ]
