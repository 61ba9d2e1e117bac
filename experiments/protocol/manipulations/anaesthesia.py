"""Anaesthesia of the animals of an arm, as a study file or a script writes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Required, Self, TypedDict, Unpack

from pydantic import Field, field_validator, model_validator

from circuits.manipulations.anaesthesia import ANAESTHETICS, AnaestheticCondition
from experiments.protocol.manipulations.timing import TimedManipulation, overlap
from experiments.protocol.measurement import Day, Hour
from experiments.protocol.schema import HERE, Listed, OneOrMore, collected, refusal
from experiments.protocol.spellings import read_name

ANAESTHETIC_BY_NAME = {agent.name: agent for agent in ANAESTHETICS}


class AnaesthesiaFields(TypedDict, total=False):
    """What an `Anaesthesia` takes: lists and single things where its fields hold tuples."""

    agent: Required[str]
    on_days: OneOrMore[int]
    hour: float
    lasts_hours: float | None
    assays: OneOrMore[str]
    depth: float


class Anaesthesia(TimedManipulation):
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
            return self.days_in_words
        return f"in {self.assays_in_words}"

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
            elif overlap(one, other):
                yield f"{one} and {other}; one anaesthetic at a time."


def _timing_mistakes(given: Anaesthesia) -> Iterator[str]:
    """One line for each thing that is missing from the time of an anaesthesia, or too much."""
    if given.on_days and given.assays:
        yield f"{HERE}.assays: it is given on days, whatever is measured."
    if given.on_days and given.lasts_hours is None:
        yield f"{HERE}.lasts_hours: missing; expected hours above 0, such as 3.0."
    if given.lasts_hours is not None and not given.on_days:
        yield f"{HERE}.on_days: missing; lasts_hours = {given.lasts_hours:g} needs it."
