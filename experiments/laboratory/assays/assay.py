"""What an assay is: a stimulus given to an animal on its bench, and the numbers read from its spikes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from experiments.laboratory.bench import Bench
from experiments.protocol import catalogue
from experiments.protocol.measurement import Measurement

#: Seconds of rest before a stimulus begins.
LEAD = 0.5


@dataclass(frozen=True)
class Reading:
    """One number: what, where, and whether the stimulus ended before the animal withdrew."""

    name: str
    side: str
    value: float
    unit: str
    censored: bool = False


@dataclass(frozen=True)
class Assay:
    """A stimulus and a read-out. `perform(bench, side)` runs the epochs it needs; seconds: what that simulates, at
    most; cut_offs: name of a reading -> its value where the stimulus ends without a withdrawal; usual_sides: those of a
    study that names none, all by default; origin: the extension that it stands in, "" for one that comes with bluespot.
    """

    name: str
    sides: tuple[str, ...]
    unit: str
    seconds: float
    epochs: int
    description: str
    perform: Callable[[Bench, str], Iterator[Reading]]
    cut_offs: Mapping[str, float] = field(default_factory=dict)
    usual_sides: tuple[str, ...] | None = None
    origin: str = ""

    @property
    def sides_unless_named(self) -> tuple[str, ...]:
        """The sides on which it is done where none is named; () for once, without a side."""
        return self.sides if self.usual_sides is None else self.usual_sides

    def on_days(self, *days: int, hour: float = 2.0, sides: tuple[str, ...] | None = None) -> Measurement:
        """This assay on days counted from surgery, `hour` hours after that day's dosing hour, on `sides` (by default
        those that it is usually done on).
        """
        sides = self.sides_unless_named if sides is None else sides
        known = catalogue.installed()
        names = replace(known, assays={**known.assays, self.name: self})
        return Measurement.checked({"assay": self.name, "sides": sides, "days": days, "hour": hour}, names)
