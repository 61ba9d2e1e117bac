"""What an experimenter does to the animals of an arm besides drugs: lesions, knock-downs, optogenetics, anaesthesia."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from circuits.manipulations.anaesthesia import AnaestheticCondition
from circuits.manipulations.anaesthesia import parameters as anaesthesia_parameters
from circuits.manipulations.lesions import ProteinLoss, ToxinLesion
from circuits.manipulations.lesions import parameters as lesion_parameters
from circuits.manipulations.optogenetics import OPSINS, OpsinActivation
from circuits.manipulations.timing import Spans, lasts
from core.sourced import Sourced, walk


@dataclass(frozen=True)
class OpsinSchedule:
    """When an opsin is activated: in spans of hours from surgery, or in assays.

    spans: (start, stop) in hours from surgery, None for in assays. assays: their names, all if empty; seconds of the
    activation then count from the onset of the stimulus.
    """

    activation: OpsinActivation
    spans: Spans = None
    assays: tuple[str, ...] = ()

    def on(self, hours: float, assay: str, onset: float) -> OpsinActivation | None:
        """The activation in one epoch; None in the dark.

        hours: of the epoch, from surgery. assay: its name, "" for a rest epoch between assays. onset: seconds from the
        start of the epoch until its stimulus begins.
        """
        if not lasts(self.spans, self.assays, hours, assay):
            return None
        return self.activation.moved(onset) if self.spans is None else self.activation


@dataclass(frozen=True)
class Manipulations:
    """All that is done to the animals of an arm besides drugs; nothing by default."""

    lesions: tuple[ToxinLesion, ...] = ()
    knock_downs: tuple[ProteinLoss, ...] = ()
    optogenetics: tuple[OpsinSchedule, ...] = ()
    anaesthesia: tuple[AnaestheticCondition, ...] = ()

    def anaesthetised(self, hours: float, assay: str) -> AnaestheticCondition | None:
        """The anaesthetic that the animal has at an hour from surgery, in an assay ("" for none); None awake."""
        return next((each for each in self.anaesthesia if each.lasts(hours, assay)), None)

    def opsins_on(self, hours: float, assay: str, onset: float) -> tuple[OpsinActivation, ...]:
        """What opsins do in one epoch (parameters as of `OpsinSchedule.on`)."""
        return tuple(found for each in self.optogenetics if (found := each.on(hours, assay, onset)))


NOTHING_DONE = Manipulations()


def parameters() -> Iterator[tuple[str, Sourced]]:
    """Every number of manipulations with its path, such as `lesions.DSP-4_ip.complete_after`."""
    yield from lesion_parameters()
    yield from anaesthesia_parameters()
    yield from walk(OPSINS, "light")
