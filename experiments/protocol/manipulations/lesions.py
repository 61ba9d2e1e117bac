"""Lesions and knock-downs of an arm, as a study file or a script writes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Required, Self, TypedDict, Unpack

from brian2.units import Quantity
from pydantic import Field, field_validator, model_validator

from circuits.manipulations import lesions
from circuits.manipulations.lesions import AGENTS, KNOCK_DOWNS, Agent
from core.days import hours_from_surgery
from core.errors import UserError
from core.quantities import read_quantity
from core.units import day
from experiments.protocol.measurement import Day
from experiments.protocol.schema import (
    HERE,
    Listed,
    OneOrMore,
    Part,
    collected,
    refusal,
)
from experiments.protocol.spellings import read_name, read_names
from experiments.protocol.treatment import DosingHour


class GradualLossFields(TypedDict, total=False):
    """What a `Lesion` and a `KnockDown` both take."""

    on_day: Required[int]
    hour: float
    extent: float | None
    complete_after: str | None


class GradualLoss(Part):
    """A loss that begins at an hour of a day and grows evenly until it is complete: `Lesion` and `KnockDown`."""

    on_day: Day
    hour: DosingHour = 0.0
    extent: float | None = Field(default=None, ge=0.0, le=1.0, description="a share from 0 to 1, such as 0.9")
    complete_after: str | None = Field(default=None, description='a time such as "5 d"')

    @field_validator("complete_after")
    @classmethod
    def _a_time(cls, text: str | None) -> str | None:
        return text if text is None else positive_quantity(text, day, "5 d")

    @property
    def hours(self) -> float:
        """When it begins, in hours from surgery."""
        return hours_from_surgery(self.on_day, self.hour)

    @property
    def length(self) -> float:
        """Hours until the loss is complete."""
        raise NotImplementedError

    @property
    def ends(self) -> float | None:
        """When what was lost begins to come back, in hours from surgery; None where it does not."""
        return None

    @property
    def complete_hours(self) -> float | None:
        """Hours until it is complete where `complete_after` is given, else None for the agent's or protein's own."""
        return None if self.complete_after is None else float(read_quantity(self.complete_after, day)) / 3600


class LesionFields(GradualLossFields, total=False):
    """What a `Lesion` takes: lists and single things where its fields hold tuples."""

    agent: Required[str]
    route: str
    compartments: OneOrMore[str]


class Lesion(GradualLoss):
    """A lesion by a toxin that destroys monoamine terminals or cells: `[[arms.lesions]]` of a study file.

    Parameters
    ----------
    agent : str
        Name of the toxin, such as "DSP-4"; `bluespot manipulations` lists them.
    on_day : int
        Day from surgery, which may lie before the first day of the study.
    hour : float
        Hour of that day, 0 or more, below 24.
    route : str
        A route of the toxin such as "i.t."; by default its first.
    extent : float, optional
        Share lost of all that it reaches, 0 to 1; by default the toxin's own shares.
    complete_after : str, optional
        A time such as "5 d" over which the loss grows; by default the toxin's own.
    compartments : str or sequence of str
        The only ones it is to reach, of those that it reaches; by default all of them.

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    agent: str = Field(description=f"one of {', '.join(dict.fromkeys(a.name for a in AGENTS))}")
    route: str = Field(default="", description='a route of the agent such as "i.t."')
    compartments: Listed[Annotated[str, Field(description='a compartment such as "forebrain"')]] = Field(
        default=(), description='a list of compartments such as ["dorsal_horn_ipsi"]'
    )

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[LesionFields]) -> None: ...

    @field_validator("agent")
    @classmethod
    def _agent_exists(cls, name: str) -> str:
        with collected():
            return read_name("agent", name, dict.fromkeys(agent.name for agent in AGENTS), HERE)

    @model_validator(mode="after")
    def _goes_there(self) -> Self:
        routes = {agent.route: agent for agent in AGENTS if agent.name == self.agent}
        route = self.route or next(iter(routes))
        with collected():
            route = read_name("route", route, routes, f"{HERE}.route", f"route of {self.agent}")
            compartments = _reached(f"{self.agent} {route}", self.compartments, routes[route])
        object.__setattr__(self, "route", route)
        object.__setattr__(self, "compartments", compartments)
        return self

    def __str__(self) -> str:
        extent = "" if self.extent is None else f" of {100 * self.extent:g} %"
        only = f" in {', '.join(self.compartments)}" if self.compartments else ""
        return f"{self.agent} {self.route} on day {self.on_day}{extent}{only}"

    @property
    def length(self) -> float:
        """Hours until the loss is complete."""
        lesion = self.toxin_lesion
        return float(lesion.agent.complete_after.value) / 3600 if self.complete_hours is None else self.complete_hours

    @property
    def toxin_lesion(self) -> lesions.ToxinLesion:
        """The same lesion as data of a circuit."""
        agent = next(a for a in AGENTS if (a.name, a.route) == (self.agent, self.route))
        return lesions.ToxinLesion(_narrowed(agent, self.compartments), self.hours, self.extent, self.complete_hours)


class KnockDownFields(GradualLossFields, total=False):
    """What a `KnockDown` takes."""

    protein: str
    until_day: int | None


class KnockDown(GradualLoss):
    """A knock-down of a protein in the locus coeruleus, by siRNA: `[[arms.knock_downs]]` of a study file.

    Parameters
    ----------
    on_day : int
        Day from surgery on which it begins.
    hour : float
        Hour of that day, 0 or more, below 24.
    protein : str
        "GLT-1".
    until_day : int, optional
        Day from which on the protein comes back, as slowly as it went; by default it does not.
    extent : float, optional
        Share of the protein that is lost, 0 to 1.
    complete_after : str, optional
        A time such as "3 d" over which the loss grows.

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    protein: str = Field(default="GLT-1", description=f"one of {', '.join(KNOCK_DOWNS)}")
    until_day: Day | None = None

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[KnockDownFields]) -> None: ...

    @field_validator("protein")
    @classmethod
    def _protein_exists(cls, name: str) -> str:
        with collected():
            return read_name("protein", name, KNOCK_DOWNS, HERE, "knock-down of")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until_day is not None and hours_from_surgery(self.until_day) <= self.hours:
            raise refusal(f"{HERE}.until_day = {self.until_day}: not after on_day = {self.on_day}.")
        return self

    def __str__(self) -> str:
        extent = "" if self.extent is None else f" of {100 * self.extent:g} %"
        end = "" if self.until_day is None else f" until day {self.until_day}"
        return f"{self.protein} knock-down from day {self.on_day}{end}{extent}"

    @property
    def length(self) -> float:
        """Hours until the loss is complete."""
        return self.protein_loss.complete_hours

    @property
    def ends(self) -> float | None:
        """When it begins to come back, in hours from surgery."""
        return None if self.until_day is None else hours_from_surgery(self.until_day)

    @property
    def protein_loss(self) -> lesions.ProteinLoss:
        """The same knock-down as data of a circuit."""
        numbers = KNOCK_DOWNS[self.protein]
        extent = float(numbers.extent.value) if self.extent is None else self.extent
        length = self.complete_hours
        length = float(numbers.complete_after.value) / 3600 if length is None else length
        return lesions.ProteinLoss(self.protein, self.hours, extent, length, self.ends)


def positive_quantity(text: str, like: Quantity, example: str) -> str:
    """The text of a quantity above 0 of the dimension of `like`; for a validator, whose place begins the mistake."""
    with collected():
        if float(read_quantity(text, like, HERE, example)) <= 0.0:
            raise UserError(f'{HERE} = "{text}": expected more than nothing, such as "{example}".')
    return text


def _reached(name: str, compartments: tuple[str, ...], agent: Agent) -> tuple[str, ...]:
    """The compartments as ours; `UserError` for those in which the agent reaches no terminals."""
    reached = dict.fromkeys(release.split("_in_")[1] for release in agent.terminals)
    if compartments and not reached:
        raise UserError(
            f'{HERE}.compartments = "{compartments[0]}": {name} takes whole cells with all their fibres; '
            "leave the key out."
        )
    told_as = f"compartment that {name} reaches"
    return read_names("compartment", compartments, reached, f"{HERE}.compartments", told_as)


def _narrowed(agent: Agent, compartments: tuple[str, ...]) -> Agent:
    if not compartments:
        return agent
    kept = {name: share for name, share in agent.terminals.items() if name.split("_in_")[1] in compartments}
    return replace(agent, terminals=kept)
