"""Injections of a drug into one place: the lumbar cord (i.t.) or the locus coeruleus (intra-LC)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Required, Self, TypedDict, Unpack

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from core.days import HOURS_PER_DAY, SAME_HOUR, hours_from_surgery
from core.doses import parse_dose
from experiments.protocol import catalogue
from experiments.protocol.measurement import Days, Hour
from experiments.protocol.schema import (
    HERE,
    Listed,
    OneOrMore,
    Part,
    collected,
    refusal,
)
from experiments.protocol.spellings import read_name

if TYPE_CHECKING:
    from drugs import Drug, Regimen

#: Route of an injection -> how the phase that it opens is called.
INJECTION_ROUTES = {"i.t.": "intrathecal", "intra-LC": "intra-LC"}
NamesOfArms = Annotated[
    Listed[Annotated[str, Field(description="the name of an arm")]],
    Field(description='a list of names of arms such as ["ligated-duloxetine"]'),
]


class InjectionFields(TypedDict, total=False):
    """What an `Injection` takes: lists and single things where its fields hold tuples."""

    drug: Required[str]
    dose: Required[str]
    route: str
    on_days: Required[OneOrMore[int]]
    hour: float
    times: int
    every_hours: float
    lasts_hours: float
    arms: OneOrMore[str]


class Injection(Part):
    """An injection into one place, the lumbar cord or the locus coeruleus: `[[injections]]` of a study file.

    An assay at its hour comes before it. A later one belongs to the phase that it opens, such as
    `intrathecal idazoxan`, for `lasts_hours`; the drug itself comes and goes by its own kinetics.

    Parameters
    ----------
    drug : str
        Name of a drug that has numbers for the route, or path of a drug file.
    dose : str
        An amount such as "30 ug".
    on_days : int or sequence of int
        Days from surgery.
    route : {"i.t.", "intra-LC"}
        Where it goes: intrathecally, by default, or into the locus coeruleus.
    hour : float
        Hours from that day's hour of dosing, -12 to 24; -0.25 is 15 min before a dose.
    times : int
        How often on each of the days, 1 to 100.
    every_hours : float
        Hours between these.
    lasts_hours : float
        Hours after the last of them in which an assay belongs to the phase.
    arms : str or sequence of str
        The arms that get it, all where none is named. An arm's own injections name none.

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    drug: str = Field(description='the name of a drug such as "idazoxan", or the path of a drug file')
    dose: str = Field(description='an amount such as "30 ug"')
    route: str = Field(default="i.t.", description=f"one of {', '.join(INJECTION_ROUTES)}")
    on_days: Days
    hour: Hour = 0.0
    times: int = Field(default=1, ge=1, le=100, description="a whole number of injections a day, 1 to 100")
    every_hours: float = Field(
        default=1.0, gt=0.0, le=24.0, description="hours above 0 between injections, such as 0.5, at most 24"
    )
    lasts_hours: float = Field(default=3.0, gt=0.0, description="hours above 0, such as 3.0")
    arms: NamesOfArms = ()

    _given: Any = PrivateAttr(default=None)

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[InjectionFields]) -> None: ...

    @field_validator("drug")
    @classmethod
    def _drug_exists(cls, name: str, info: ValidationInfo) -> str:
        with collected():
            return catalogue.drug_name(catalogue.of(info), name, HERE)

    @field_validator("dose")
    @classmethod
    def _dose_is_an_amount(cls, dose: str) -> str:
        with collected():
            amount = parse_dose(dose, HERE, molar_mass=1.0)  # that of the drug comes later
        if amount.per_kilogram:
            raise refusal(
                f'{HERE} = "{dose}": expected an amount such as "30 ug"; it goes into one place, not the body.'
            )
        return dose

    @field_validator("route")
    @classmethod
    def _route_is_local(cls, route: str) -> str:
        with collected():
            return read_name("route", route, INJECTION_ROUTES, HERE, "route of an injection")

    @model_validator(mode="after")
    def _drug_goes_there(self, info: ValidationInfo) -> Self:
        if self._given is not None:
            return self
        with collected():
            self._given = catalogue.of(info).drug(self.drug, "drug")
            amount = self._on(self.on_days[0]).dose.text
        object.__setattr__(self, "drug", self._given.name)
        object.__setattr__(self, "dose", amount)
        return self

    def __str__(self) -> str:
        often = f", {self.times} times every {self.every_hours:g} h" if self.times > 1 else ""
        days = ", ".join(map(str, self.on_days))
        return f"{self.phase} {self.dose} on day {days} at hour {self.hour:g}{often}"

    @property
    def given(self) -> Drug:
        """The drug that is injected."""
        found: Drug = self._given
        return found

    @property
    def phase(self) -> str:
        """The phase of assays within the next hours, as results name it: `intrathecal idazoxan`."""
        return f"{INJECTION_ROUTES[self.route]} {self.drug}"

    @property
    def regimens(self) -> tuple[Regimen, ...]:
        """The injection of each day as a regimen of one dose."""
        return tuple(self._on(day, k) for day in self.on_days for k in range(self.times))

    @property
    def first_hour(self) -> float:
        """Hours from surgery of the first injection."""
        return hours_from_surgery(min(self.on_days), self.hour)

    def given_to(self, arm: str) -> bool:
        """Whether animals of the arm of that name get it."""
        return not self.arms or arm in self.arms

    def lasts_at(self, hours: float) -> bool:
        """Whether what is done at that hour from surgery is done under it; what is done at its hour comes before it."""
        last = self.hour + (self.times - 1) * self.every_hours
        since = (hours - hours_from_surgery(day) for day in self.on_days)
        return any(self.hour + SAME_HOUR < hour <= last + self.lasts_hours + SAME_HOUR for hour in since)

    def table(self) -> dict[str, Any]:
        """The entries of this injection in a study file."""
        once = ("times", "every_hours") if self.times == 1 else ()
        return {name: value for name, value in super().table().items() if name not in once}

    def _on(self, day: int, repeat: int = 0) -> Regimen:
        days, hour = divmod(self.hour + repeat * self.every_hours, HOURS_PER_DAY)
        found: Regimen = self._given.once(self.dose, route=self.route, on_day=day + int(days), hour=hour)
        return found
