"""What an experimenter does to the animals of an arm besides drugs: lesions, knock-downs, optogenetics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from circuits.manipulations.lesions import ProteinLoss, ToxinLesion
from circuits.manipulations.lesions import parameters as lesion_parameters
from circuits.manipulations.optogenetics import OPSINS, OpsinActivation
from core.sourced import Sourced, walk


@dataclass(frozen=True)
class OpsinSchedule:
    """An activation of opsins and when its light shines: in spans of hours from surgery, or in assays, its seconds then
    counted from the onset of the stimulus. assays: their names, all if empty; spans None: in assays.
    """

    activation: OpsinActivation
    spans: tuple[tuple[float, float], ...] | None = None
    assays: tuple[str, ...] = ()

    def on(self, hours: float, assay: str, onset: float) -> OpsinActivation | None:
        """The activation in an epoch at `hours` whose stimulus begins `onset` seconds after it; None in the dark.

        assay: "" for a rest epoch between assays.
        """
        if self.spans is not None:
            return self.activation if any(start <= hours < stop for start, stop in self.spans) else None
        if not assay or (self.assays and assay not in self.assays):
            return None
        return self.activation.moved(onset)


@dataclass(frozen=True)
class Manipulations:
    """All of an arm; none by default."""

    lesions: tuple[ToxinLesion, ...] = ()
    knock_downs: tuple[ProteinLoss, ...] = ()
    optogenetics: tuple[OpsinSchedule, ...] = ()

    def opsins_on(self, hours: float, assay: str, onset: float) -> tuple[OpsinActivation, ...]:
        """The opsins that light activates in an epoch (`OpsinSchedule.on`)."""
        return tuple(found for each in self.optogenetics if (found := each.on(hours, assay, onset)))


NOTHING_DONE = Manipulations()


def parameters() -> Iterator[tuple[str, Sourced]]:
    """Each number of a manipulation by its path."""
    yield from lesion_parameters()
    yield from walk(OPSINS, "light")
