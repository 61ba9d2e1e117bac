"""What manipulations share that are done for hours on days or in assays: their times, in numbers and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationInfo, field_validator

from circuits.manipulations.timing import Spans, lasts
from core.days import hours_from_surgery
from experiments.protocol import catalogue
from experiments.protocol.schema import HERE, Part, collected
from experiments.protocol.spellings import read_names


class TimedManipulation(Part):
    """A manipulation for hours on days or in assays; the class that is built on it has the fields."""

    if TYPE_CHECKING:  # each has them in the order of its own table
        on_days: tuple[int, ...]
        hour: float
        lasts_hours: float | None
        assays: tuple[str, ...]

    @field_validator("assays", check_fields=False)
    @classmethod
    def _assays_exist(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        with collected():
            return read_names("assay", names, catalogue.of(info).assays if names else (), HERE)

    @property
    def spans(self) -> Spans:
        """(start, stop) of each time in hours from surgery; None where it is done in assays."""
        if not self.on_days:
            return None
        starts = (hours_from_surgery(day, self.hour) for day in self.on_days)
        return tuple((start, start + float(self.lasts_hours or 0.0)) for start in starts)

    def lasts(self, hours: float, assay: str) -> bool:
        """Whether it lasts in an epoch at that hour from surgery; assay: its name, "" for none."""
        return lasts(self.spans, self.assays, hours, assay)

    @property
    def days_in_words(self) -> str:
        """`on day 14, 15 from hour 1 for 2 h`, of what is done on days."""
        return f"on day {', '.join(map(str, self.on_days))} from hour {self.hour:g} for {self.lasts_hours:g} h"

    @property
    def assays_in_words(self) -> str:
        """Names of the assays, or `all assays`, of what is done in them."""
        return ", ".join(self.assays) or "all assays"


def overlap(one: TimedManipulation, other: TimedManipulation) -> bool:
    """Whether two manipulations last at one time; one on days and one in assays never do, by their times alone."""
    if one.spans is None and other.spans is None:
        return not one.assays or not other.assays or bool(set(one.assays) & set(other.assays))
    pairs = ((a, b) for a in one.spans or () for b in other.spans or ())
    return any(a[0] < b[1] and b[0] < a[1] for a, b in pairs)
