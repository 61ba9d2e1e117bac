"""Anaesthesia of the animals of an arm, as a study file or a script writes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Required, Self, TypedDict, Unpack

from pydantic import Field, ValidationInfo, field_validator, model_validator

from circuits.manipulations.anaesthesia import ANAESTHETICS, AnaestheticCondition
from core.days import hours_from_surgery
from experiments.protocol import catalogue
from experiments.protocol.measurement import Day, Hour
from experiments.protocol.schema import HERE, Listed, OneOrMore, Part, collected, refusal
from experiments.protocol.spellings import read_name, read_names

ANAESTHETIC_BY_NAME = {agent.name: agent for agent in ANAESTHETICS}


class AnaesthesiaFields(TypedDict, total=False):
    """What an `Anaesthesia` takes: lists and single things where its fields hold tuples."""

    agent: Required[str]
    on_days: OneOrMore[int]
    hour: float
    lasts_hours: float | None
    assays: OneOrMore[str]
    depth: float


class Anaesthesia(Part):
    """An anaesthetic, for hours on days or in assays: `[[arms.anaesthesia]]` of a study file.

    What is measured under it belongs to a phase of the agent's name, such as `urethane`.

    Parameters
    ----------
    agent : str
        Name of the anaesthetic, such as "urethane"; `bluespot manipulations` lists them.
    on_days, hour, lasts_hours : int or sequence of int, float, float
        For hours: from `hour` of each of these days on, for so long. Then the animal wakes up.
    assays : str or sequence of str
        Instead, in these assays, in all where none is named: in their epochs the animal has long been anaesthetised,
        before and after them it is awake.
    depth : float
        Share of all that the agent does, 0 to 1.

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    agent: str = Field(description=f"one of {', '.join(ANAESTHETIC_BY_NAME)}")
    on_days: Listed[Day] = Field(default=(), description="a list of whole days")
    hour: Hour = 0.0
    lasts_hours: float | None = Field(default=None, gt=0.0, description="hours above 0, such as 3.0")
    assays: Listed[Annotated[str, Field(description="the name of an assay")]] = Field(
        default=(), description='a list of assays such as ["microdialysis"]'
    )
    depth: float = Field(default=1.0, ge=0.0, le=1.0, description="a share from 0 to 1, such as 0.5")

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[AnaesthesiaFields]) -> None: ...

    @field_validator("agent")
    @classmethod
    def _agent_exists(cls, name: str) -> str:
        with collected():
            return read_name("anaesthetic", name, ANAESTHETIC_BY_NAME, HERE)

    @field_validator("assays")
    @classmethod
    def _assays_exist(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        with collected():
            return read_names("assay", names, catalogue.of(info).assays if names else (), HERE)

    @model_validator(mode="after")
    def _when_is_clear(self) -> Self:
        lines = list(_timing_mistakes(self))
        if lines:
            raise refusal(*lines)
        return self

    def __str__(self) -> str:
        return f"{self.agent}{'' if self.depth == 1.0 else f' ({100 * self.depth:g} %)'} {self.when}"

    @property
    def when(self) -> str:
        """When the animal has it, in words."""
        if self.on_days:
            return f"on day {', '.join(map(str, self.on_days))} from hour {self.hour:g} for {self.lasts_hours:g} h"
        return f"in {', '.join(self.assays) or 'all assays'}"

    @property
    def spans(self) -> tuple[tuple[float, float], ...] | None:
        """(start, stop) of each time in hours from surgery; None where it is for assays."""
        if not self.on_days:
            return None
        starts = (hours_from_surgery(day, self.hour) for day in self.on_days)
        return tuple((start, start + float(self.lasts_hours or 0.0)) for start in starts)

    @property
    def condition(self) -> AnaestheticCondition:
        """The same as data of a circuit."""
        return AnaestheticCondition(ANAESTHETIC_BY_NAME[self.agent], self.spans, self.assays, self.depth)


def at_once(given: tuple[Anaesthesia, ...]) -> Iterator[str]:
    """One line for each two anaesthetics of which an animal could have both at a time."""
    for k, one in enumerate(given):
        for other in given[k + 1 :]:
            if (one.spans is None) != (other.spans is None):
                yield f"{one} and {other}: give all anaesthetics of an arm for hours, or all of them in assays."
            elif _overlap(one, other):
                yield f"{one} and {other}; one anaesthetic at a time."


def _overlap(one: Anaesthesia, other: Anaesthesia) -> bool:
    if one.spans is None or other.spans is None:
        return not one.assays or not other.assays or bool(set(one.assays) & set(other.assays))
    return any(a[0] < b[1] and b[0] < a[1] for a in one.spans for b in other.spans)


def _timing_mistakes(given: Anaesthesia) -> Iterator[str]:
    """One line for each thing that is missing from the time of an anaesthesia, or too much."""
    if given.on_days and given.assays:
        yield f"{HERE}.assays: it is given on days, whatever is measured."
    if given.on_days and given.lasts_hours is None:
        yield f"{HERE}.lasts_hours: missing; expected hours above 0, such as 3.0."
    if given.lasts_hours is not None and not given.on_days:
        yield f"{HERE}.on_days: missing; lasts_hours = {given.lasts_hours:g} needs it."
