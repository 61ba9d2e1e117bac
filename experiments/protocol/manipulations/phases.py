"""The phase of an animal: what was injected, lit or lesioned just now, and its anaesthetic, as results name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from core.days import HOURS_PER_DAY, SAME_HOUR
from experiments.protocol.catalogue import circuit_of

if TYPE_CHECKING:
    from experiments.protocol.arm import Arm
    from experiments.protocol.manipulations.anaesthesia import Anaesthesia
    from experiments.protocol.manipulations.injection import Injection
    from experiments.protocol.manipulations.lesions import KnockDown, Lesion
    from experiments.protocol.manipulations.optogenetics import OptogeneticManipulation

SURGERY = "surgery"


@dataclass(frozen=True)
class Interventions:
    """All that opens a phase in an animal.

    operated: whether it had surgery at hour 0 of day 0, of the nerve or sham.
    """

    operated: bool = False
    injections: tuple[Injection, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    knock_downs: tuple[KnockDown, ...] = ()
    optogenetics: tuple[OptogeneticManipulation, ...] = ()
    anaesthesia: tuple[Anaesthesia, ...] = ()

    @classmethod
    def of(cls, arm: Arm, injections: tuple[Injection, ...]) -> Interventions:
        """Those of an arm with all that is done to it; injections: its own and those of the study."""
        done = (arm.lesions, arm.knock_downs, arm.optogenetics, arm.anaesthesia)
        return cls(circuit_of(arm.circuit, arm.extensions).operated, injections, *done)

    def phase(self, hours: float, assay: str = "", began: float | None = None) -> str:
        """What was done just before an epoch or an assay, joined by " + "; "" for nothing.

        A surgery, a lesion or the start of a knock-down count until the end of their day, an injection as long as it
        says, light while it is on, an anaesthetic while the animal has it.

        Parameters
        ----------
        hours
            From surgery. What is injected or lesioned at this very hour comes after it.
        assay
            The assay, for light and anaesthetics within assays; "" for an epoch that belongs to none.
        began
            When the assay under way began, from surgery: what is injected since then waits for its end.
        """
        given = hours if began is None else began
        return " + ".join(dict.fromkeys((*self._done(given), *self._lit(hours, assay), *self._under(hours, assay))))

    def _done(self, hours: float) -> Iterator[str]:
        if self.operated and _earlier_that_day(0.0, hours):
            yield SURGERY
        yield from (f"{each.agent} {each.route}" for each in self.lesions if _earlier_that_day(each.hours, hours))
        yield from (f"{each.protein} knock-down" for each in self.knock_downs if _earlier_that_day(each.hours, hours))
        yield from (each.phase for each in self.injections if each.lasts_at(hours))

    def _lit(self, hours: float, assay: str) -> Iterator[str]:
        for each in self.optogenetics:
            if each.lasts(hours, assay):
                yield f"{', '.join(each.populations)} {each.verb}"

    def _under(self, hours: float, assay: str) -> Iterator[str]:
        yield from (each.agent for each in self.anaesthesia if each.lasts(hours, assay))


def _earlier_that_day(event: float, hours: float) -> bool:
    """Whether an event lies before `hours` on the same day; both in hours from surgery."""
    return event + SAME_HOUR < hours < HOURS_PER_DAY * (floor(event / HOURS_PER_DAY) + 1) - SAME_HOUR
