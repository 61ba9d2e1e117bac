"""Treatments of a study file: tables that say how a drug is given, read as the regimens they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias

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

from core.doses import parse_dose
from core.errors import UserError
from core.vocabulary import ROUTES
from core.written import shown
from experiments.protocol import catalogue
from experiments.protocol.measurement import Day
from experiments.protocol.schema import (
    HERE,
    Part,
    Table,
    collected,
    listed,
    refusal,
    without_blanks,
)
from experiments.protocol.spellings import read_name

if TYPE_CHECKING:
    from drugs import Drug, Regimen, Treatment

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


def _with_units(dose: str) -> str:
    with collected():
        parse_dose(dose, HERE)
    return dose


Dosage = Annotated[str, AfterValidator(_with_units)]
_A_DOSE = 'a dose such as "10 mg/kg"'


class Step(Part):
    """One dose of a titration and the day from which it is given."""

    from_day: Day
    dose: Dosage = Field(description=_A_DOSE)


class TreatmentTable(Part):
    """How a drug is given, `[[arms.treatments]]`: how much, by which route, when. `vehicle` needs only its name.

    steps: doses by day instead of `dose` and `from_day`. loading_dose: in place of the doses of the first day.
    missed_days: on which nothing is given.
    """

    drug: str = Field(description='the name of a drug such as "duloxetine", or the path of a drug file')
    dose: Dosage | None = Field(default=None, description=_A_DOSE)
    steps: tuple[Step, ...] = Field(
        default=(), strict=False, description='a list of steps such as { from_day = 14, dose = "3 mg/kg" }'
    )
    loading_dose: Dosage | None = Field(default=None, description=_A_DOSE)
    route: str | None = Field(default=None, description=f"one of {', '.join(ROUTES)}")
    schedule: str = Field(default="daily", description=f"one of {', '.join(SCHEDULES)}")
    from_day: Day | None = None
    until_day: Day | None = None
    on_day: Day | None = None
    missed_days: tuple[Day, ...] = Field(default=(), strict=False, description="a list of whole days")
    hour: DosingHour = 0.0

    @field_validator("drug")
    @classmethod
    def _drug_exists(cls, name: str, info: ValidationInfo) -> str:
        with collected():
            return catalogue.drug_name(catalogue.of(info), name, HERE)

    @field_validator("route")
    @classmethod
    def _route_exists(cls, route: str | None) -> str | None:
        with collected():
            return None if route is None else read_name("route", route, ROUTES, HERE)

    @field_validator("schedule")
    @classmethod
    def _schedule_exists(cls, schedule: str) -> str:
        with collected():
            return read_name("schedule", schedule, SCHEDULES, HERE)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        lines = self._missing() + self._misplaced_days() + self._misplaced_doses()
        if lines:
            raise refusal(*lines)
        return self

    def _missing(self) -> list[str]:
        if self.drug == VEHICLE and self.dose is None:
            return []
        stepped = ("dose", "from_day") if self.steps else ()
        needed = [key for key in ("dose", *SCHEDULES[self.schedule]) if key not in stepped]
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

    def _misplaced_doses(self) -> list[str]:
        """One line for each key that contradicts single doses, or steps of the dose."""
        lines = [
            f"{HERE}.{key}: the steps have doses and days instead."
            for key in ("dose", "from_day", "loading_dose")
            if self.steps and getattr(self, key) is not None
        ]
        days = [step.from_day for step in self.steps]
        if days != sorted(set(days)):
            lines.append(f"{HERE}.steps: days {', '.join(map(str, days))}; each step begins after the one before.")
        if days and self.until_day is not None and self.until_day < days[-1]:
            lines.append(f"{HERE}.until_day = {self.until_day}: before the last step, day {days[-1]}.")
        if self.schedule not in ("daily", "twice daily") and self.loading_dose is not None:
            lines.append(f'{HERE}.loading_dose: the schedule "{self.schedule}" has none.')
        if self.schedule == "once" and self.steps:
            lines.append(f'{HERE}.steps: the schedule "once" has none.')
        return lines

    def regimens(self, names: catalogue.Catalogue) -> tuple[Regimen, ...]:
        """The regimens of this treatment, none for a vehicle without a dose; `UserError` for what cannot be given."""
        if self.dose is None and not self.steps:
            return ()
        given = self._given(names.drug(self.drug, "drug"))
        covered = [day for day in self.missed_days if any(regimen.covers(day) for regimen in given)]
        if covered != list(self.missed_days):
            odd = next(day for day in self.missed_days if day not in covered)
            raise UserError(f"{HERE}.missed_days: day {odd} is none of the days of dosing.")
        return tuple(r.missing(*(day for day in covered if r.covers(day))) for r in given)

    def _given(self, drug: Drug) -> tuple[Regimen, ...]:
        """The regimens before any dose is missed."""
        from drugs import Regimen

        once = self.schedule == "once"
        first, last = (self.on_day, self.on_day) if once else (self.from_day, self.until_day)
        route = "minipump" if self.schedule == "minipump" else str(self.route)
        if self.steps:
            doses = {step.from_day: step.dose for step in self.steps}
            return drug.titrated(doses, route=route, schedule=self.schedule, until_day=last, hour=self.hour)
        dose, start = parse_dose(str(self.dose)), int(first or 0)
        course = Regimen(drug, dose, route, self.schedule, start, last, self.hour)
        return (course,) if self.loading_dose is None else course.loaded(self.loading_dose)


def table_of(regimen: Regimen) -> dict[str, Any]:
    """The entries of a regimen in a study file."""
    once = regimen.schedule == "once"
    days = {"on_day": regimen.from_day} if once else {"from_day": regimen.from_day, "until_day": regimen.until_day}
    what = {"drug": regimen.drug.name, "dose": regimen.dose.text, "route": regimen.route, "schedule": regimen.schedule}
    return without_blanks(what | days | {"missed_days": list(regimen.missed_days), "hour": regimen.hour})


def _read(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> tuple[Regimen, ...]:
    with collected():
        if isinstance(value, Mapping | TreatmentTable):
            found: tuple[Regimen, ...] = handler(value).regimens(catalogue.of(info))
            return found
        if isinstance(value, str):
            return _read_name(value, catalogue.of(info))
        from drugs import Drug, Regimen, regimens_of

        if isinstance(value, Regimen | Drug | Iterable):
            return regimens_of(value)
        raise refusal(f"{HERE} = {shown(value)}: expected a drug or a regimen.")


def _together(parts: tuple[tuple[Regimen, ...], ...]) -> tuple[Regimen, ...]:
    """All regimens of an arm; a warning is logged where courses of one drug add up."""
    from drugs.regimen import overlaps, tell_overlap

    regimens = tuple(chain.from_iterable(parts))
    for sentence in overlaps(regimens):
        tell_overlap(sentence)
    return regimens


def _read_name(name: str, names: catalogue.Catalogue) -> tuple[Regimen, ...]:
    """The regimens of a drug that is only named: none for a vehicle, a mistake for any other."""
    drug = names.drug(name, HERE)
    if drug.inert:
        return ()
    raise refusal(
        f'{HERE} = "{name}": it does not say how the drug is given; expected a table such as '
        f'{{ drug = "{drug.name}", dose = "10 mg/kg", route = "i.p.", from_day = 14 }}.'
    )


if TYPE_CHECKING:
    #: What an arm is given: regimens, a vehicle or its name, tables of a study file, or several of them.
    GivenTreatment: TypeAlias = "Treatment | str | Table | Iterable[GivenTreatment]"
    Treatments = tuple[Regimen, ...]
else:
    #: Tables of a study file, regimens and vehicles, together or one alone; read as the regimens they stand for.
    Treatments = Annotated[
        tuple[Annotated[TreatmentTable, WrapValidator(_read)], ...],
        BeforeValidator(listed),
        AfterValidator(_together),
    ]
