"""What an experimenter does to the animals of an arm besides drugs: lesions, knock-downs, light."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from circuits.manipulations.lesions import KnockDown, Lesion
from circuits.manipulations.lesions import parameters as lesion_parameters
from circuits.manipulations.light import LIGHT, Light
from core.sourced import Sourced, walk


@dataclass(frozen=True)
class Illumination:
    """A light and when it shines: in spans of hours from surgery, or in assays, its seconds then counted from the onset
    of the stimulus. assays: their names, all if empty; spans None: in assays.
    """

    light: Light
    spans: tuple[tuple[float, float], ...] | None = None
    assays: tuple[str, ...] = ()

    def on(self, hours: float, assay: str, onset: float) -> Light | None:
        """The light in an epoch at `hours` whose stimulus begins `onset` seconds after its start; None in the dark.

        assay: "" for a rest epoch between assays.
        """
        if self.spans is not None:
            return self.light if any(start <= hours < stop for start, stop in self.spans) else None
        if not assay or (self.assays and assay not in self.assays):
            return None
        return self.light.moved(onset)


@dataclass(frozen=True)
class Manipulations:
    """All of an arm; none by default."""

    lesions: tuple[Lesion, ...] = ()
    knock_downs: tuple[KnockDown, ...] = ()
    illuminations: tuple[Illumination, ...] = ()

    def lights(self, hours: float, assay: str, onset: float) -> tuple[Light, ...]:
        """What shines in an epoch (`Illumination.on`)."""
        return tuple(light for each in self.illuminations if (light := each.on(hours, assay, onset)))


NOTHING_DONE = Manipulations()


def parameters() -> Iterator[tuple[str, Sourced]]:
    """Each number of a manipulation by its path."""
    yield from lesion_parameters()
    yield from walk(LIGHT, "light")
