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

from core.doses import Dose, parse_dose
from core.errors import UserError
from core.quantities import read_quantity
from core.schedules import PER_DAY, ROUTE_OF, SCHEDULES, read_every
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

#: schedule -> the keys it needs beside drug and dose, if not route and first day. A minipump is a route of its own.
_NEEDS = {"minipump": ("from_day",), "once": ("route", "on_day"), "drinking water": ("from_day",)}
#: Any molar mass: whether a text is a dose does not hang on it.
_SOME_MOLAR_MASS = 1.0
VEHICLE = "vehicle"
#: A loading dose that makes a course begin as if it had no beginning.
STEADY_STATE = "steady state"

DosingHour = Annotated[
    float, Field(ge=0.0, lt=24.0, description="an hour of the day from 0 (the hour of dosing) to 24, such as 0.0")
]


def _with_units(dose: str) -> str:
    with collected():
        parse_dose(dose, HERE, _SOME_MOLAR_MASS)
    return dose


Dosage = Annotated[str, AfterValidator(_with_units)]
LoadingDose = Annotated[str, AfterValidator(lambda dose: dose if dose == STEADY_STATE else _with_units(dose))]
_A_DOSE = 'a dose such as "10 mg/kg"'


class Step(Part):
    """One dose of a titration and the day from which it is given."""

    from_day: Day
    dose: Dosage = Field(description=_A_DOSE)


class TreatmentTable(Part):
    """How a drug is given, `[[arms.treatments]]`: how much, by which route, when. `vehicle` needs only its name.

    steps: doses by day instead of `dose` and `from_day`. loading_dose: in place of the doses of the first day, or
    "steady state". missed_days: on which nothing is given. over_minutes: of each infusion. body_weight: by which doses
    of a rat become doses per kg.
    """

    drug: str = Field(description='the name of a drug such as "duloxetine", or the path of a drug file')
    dose: Dosage | None = Field(default=None, description=_A_DOSE)
    steps: tuple[Step, ...] = Field(
        default=(), strict=False, description='a list of steps such as { from_day = 14, dose = "3 mg/kg" }'
    )
    loading_dose: LoadingDose | None = Field(default=None, description=f'{_A_DOSE}, or "{STEADY_STATE}"')
    route: str | None = Field(default=None, description=f"one of {', '.join(ROUTES)}")
    schedule: str = Field(default="daily", description=f"one of {', '.join(SCHEDULES)}; hours and days may be others")
    from_day: Day | None = None
    until_day: Day | None = None
    on_day: Day | None = None
    missed_days: tuple[Day, ...] = Field(default=(), strict=False, description="a list of whole days")
    hour: DosingHour = 0.0
    over_minutes: float = Field(default=0.0, gt=0.0, description="minutes above 0 of an infusion, such as 10.0")
    body_weight: str | None = Field(default=None, description='the weight of a rat such as "0.3 kg"')

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
            return read_every(schedule, HERE) or read_name("schedule", schedule, SCHEDULES, HERE)

    @field_validator("body_weight")
    @classmethod
    def _weight_is_a_mass(cls, weight: str | None) -> str | None:
        with collected():
            if weight is not None and not 0.01 <= _kilograms(weight) <= 2.0:
                raise refusal(f'{HERE} = "{weight}": expected the weight of a rat, 10 g to 2 kg, such as "0.3 kg".')
        return weight

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
        needed = [key for key in ("dose", *_NEEDS.get(self.schedule, ("route", "from_day"))) if key not in stepped]
        lines = [
            f'{HERE}.{key}: missing; {self.drug} with the schedule "{self.schedule}" needs it.'
            for key in needed
            if getattr(self, key) is None
        ]
        if self.schedule == "drinking water" and "hour" not in self.model_fields_set:
            lines.append(f"{HERE}.hour: missing; of drinking water it is the hour at which the dark phase begins.")
        return lines

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
        if (self.schedule == "once" or self.schedule in PER_DAY) and self.loading_dose is not None:
            lines.append(f'{HERE}.loading_dose: the schedule "{self.schedule}" has none.')
        if self.schedule == "once" and self.steps:
            lines.append(f'{HERE}.steps: the schedule "once" has none.')
        if self.body_weight is not None and not any(
            parse_dose(dose, HERE, _SOME_MOLAR_MASS).per_rat for dose in self._doses()
        ):
            lines.append(f'{HERE}.body_weight: only the dose of a rat, such as "2 mg/rat", needs one.')
        return lines

    def _doses(self) -> list[str]:
        given = (self.dose, self.loading_dose, *(step.dose for step in self.steps))
        return [dose for dose in given if dose is not None and dose != STEADY_STATE]

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
        route = self.route or ROUTE_OF.get(self.schedule, "")
        if self.steps:
            doses = {step.from_day: self._weighed(step.dose, drug, route) for step in self.steps}
            course = drug.titrated(doses, route=route, schedule=self.schedule, until_day=last, hour=self.hour)
            return tuple(each.over(self.over_minutes) for each in course)
        dose = self._weighed(str(self.dose), drug, route)
        whole = Regimen(drug, dose, route, self.schedule, int(first or 0), last, self.hour).over(self.over_minutes)
        if self.loading_dose == STEADY_STATE:
            return whole.at_steady_state()
        return (whole,) if self.loading_dose is None else whole.loaded(self._weighed(self.loading_dose, drug, route))

    def _weighed(self, dose: str, drug: Drug, route: str) -> str | Dose:
        """A dose, that of a rat of the weight that is said."""
        from drugs.regimen import dose_for

        return dose if self.body_weight is None else dose_for(drug, dose, route, _kilograms(self.body_weight))


def table_of(regimen: Regimen) -> dict[str, Any]:
    """The entries of a regimen in a study file."""
    once = regimen.schedule == "once"
    days = {"on_day": regimen.from_day} if once else {"from_day": regimen.from_day, "until_day": regimen.until_day}
    what = {"drug": regimen.drug.name, "dose": regimen.dose.text, "route": regimen.route, "schedule": regimen.schedule}
    when = {"missed_days": list(regimen.missed_days), "hour": regimen.hour}
    return without_blanks(what | days | when | {"over_minutes": regimen.over_minutes or None})


def _kilograms(weight: str) -> float:
    """A body weight in kg; `UserError` for what is no mass."""
    from brian2.units import kilogram

    return float(read_quantity(weight, kilogram, HERE, '"0.3 kg"') / kilogram)


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
    from drugs.overlaps import overlaps, tell_overlap

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
