"""Lesions, knock-downs, silencing and stimulation of an arm, as a study file or a script writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from brian2.units import Hz, Quantity, ms, nS, pA
from brian2.units.fundamentalunits import get_dimensions
from pydantic import BeforeValidator, Field, field_validator, model_validator

from circuits.lesions import AGENTS, KNOCK_DOWNS, Agent, KnockDown, Lesion as CircuitLesion
from circuits.light import GRAIN, LIGHT, Light
from circuits.manipulations import Illumination
from core.errors import UserError, unknown_name
from core.units import day, parse_quantity
from core.vocabulary import SIDES
from experiments.measurement import Day, Days
from experiments.schema import HERE, Part, collected, listed, refusal, without_blanks
from experiments.treatment import DosingHour

Share = Annotated[float, Field(ge=0.0, le=1.0, description="a share from 0 to 1, such as 0.9")]
_FOREVER = 1e9


class Timed(Part):
    """What begins on a day and takes its time."""

    on_day: Day
    hour: DosingHour = 0.0
    extent: Share | None = None
    complete_after: str | None = Field(default=None, description='a time such as "5 d"')

    @field_validator("complete_after")
    @classmethod
    def _a_time(cls, text: str | None) -> str | None:
        return text if text is None else _quantity(text, day, "5 d")

    @property
    def hours(self) -> float:
        """From surgery."""
        return 24.0 * self.on_day + self.hour

    @property
    def complete_hours(self) -> float | None:
        """How long it takes where that is said."""
        return None if self.complete_after is None else float(parse_quantity(self.complete_after, day)) / 3600

    def table(self) -> dict[str, Any]:
        """Its entries in a study file."""
        return without_blanks({name: getattr(self, name) for name in type(self).model_fields})


class Lesion(Timed):
    """`[[arms.lesions]]`: a toxin by a route on a day. extent: share lost of all it reaches, by default the agent's own
    shares; complete_after: until when; compartments: of those it reaches, the only ones it is to reach.
    """

    agent: str = Field(description=f"one of {', '.join(dict.fromkeys(a.name for a in AGENTS))}")
    route: str = Field(default="", description="a route of the agent such as \"i.t.\"")
    compartments: Annotated[
        tuple[Annotated[str, Field(description='a compartment such as "forebrain"')], ...], BeforeValidator(listed)
    ] = Field(default=(), description='a list of compartments such as ["dorsal_horn_ipsi"]')

    @field_validator("agent")
    @classmethod
    def _agent_exists(cls, name: str) -> str:
        names = dict.fromkeys(agent.name for agent in AGENTS)
        if name not in names:
            raise refusal(str(unknown_name("agent", name, names, HERE)))
        return name

    @model_validator(mode="after")
    def _goes_there(self) -> Self:
        routes = {agent.route: agent for agent in AGENTS if agent.name == self.agent}
        route = self.route or next(iter(routes))
        if route not in routes:
            raise refusal(str(unknown_name(f"route of {self.agent}", route, routes, f"{HERE}.route")))
        object.__setattr__(self, "route", route)
        reached = _reached(routes[route])
        lines = [str(unknown_name(f"compartment of {self.agent} {route}", c, reached, f"{HERE}.compartments")) for c in self.compartments if c not in reached]
        if lines:
            raise refusal(*lines)
        return self

    def __str__(self) -> str:
        extent = "" if self.extent is None else f" of {100 * self.extent:g} %"
        only = f" in {', '.join(self.compartments)}" if self.compartments else ""
        return f"{self.agent} {self.route} on day {self.on_day}{extent}{only}"

    @property
    def done(self) -> CircuitLesion:
        """The lesion as the circuit takes it."""
        agent = next(a for a in AGENTS if (a.name, a.route) == (self.agent, self.route))
        return CircuitLesion(_narrowed(agent, self.compartments), self.hours, self.extent, self.complete_hours)
