"""What an outcome of a finding estimates: a statistic of a value in arms, and the keys that the statistic needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pydantic import Field

from core.errors import unknown_name
from experiments.protocol.measurement import Day, Hour
from experiments.protocol.schema import HERE, Part


class Statistic(NamedTuple):
    """A statistic that an outcome may name.

    Attributes
    ----------
    says
        What it is in words.
    keys
        That it needs besides `value` and `arm`.
    none
        Its value where there is no effect.
    """

    says: str
    keys: tuple[str, ...]
    none: float


#: Name -> statistic, of all that an outcome may name; `experiments.evidence.estimation` computes them.
STATISTICS: Mapping[str, Statistic] = {
    "mean": Statistic("mean of an arm", (), 0.0),
    "difference": Statistic("arm minus reference", ("reference",), 0.0),
    "ratio": Statistic("arm over reference", ("reference",), 1.0),
    "percent_change": Statistic("change from the reference, per cent", ("reference",), 0.0),
    "percent_of_baseline": Statistic("per cent of the arm's own value on baseline_day", ("baseline_day",), 100.0),
    "percent_effect": Statistic("per cent of the way from the reference to maximum", ("reference", "maximum"), 0.0),
    "percent_blocked": Statistic(
        "per cent of the arm's gain over the reference that blocked no longer has over blocked_reference",
        ("reference", "blocked", "blocked_reference"),
        0.0,
    ),
    "half_effect_day": Statistic(
        "days from the first of days until half of the last gain over the reference", ("reference", "days"), 0.0
    ),
}
_ARMS = ("arm", "reference", "blocked", "blocked_reference")


class Value(Part):
    """Which number of every animal an outcome reads, and when.

    It is a reading of an assay, a column of the slow state, or what follows from them
    (`experiments.evidence.readings`). With mean_over_hours it is an average of rest epochs, meaned over these hours.
    """

    name: str = Field(description='a reading such as "paw_pressure_threshold", or a slow variable such as "mood"')
    side: str = Field(default="", description='a side such as "ipsi"')
    day: Day = 0
    hour: Hour = 0.0
    mean_over_hours: float = Field(default=0.0, ge=0.0, description="hours before, over which an average is taken")


class ComparedArms(Part):
    """A statistic of a value in arms of a study; which keys it needs besides `arm` follows from the statistic."""

    statistic: str = Field(default="mean", description=f"one of {', '.join(STATISTICS)}")
    value: Value | None = Field(default=None, description="a table with name, side, day and hour")
    arm: str = Field(default="", description="the name of an arm")
    reference: str = Field(default="", description="the name of an arm")
    blocked: str = Field(default="", description="the name of an arm")
    blocked_reference: str = Field(default="", description="the name of an arm")
    baseline_day: Day | None = None
    maximum: float | None = Field(default=None, description="a number such as the cut-off of an assay")
    days: tuple[Day, ...] = Field(default=(), strict=False, description="days in rising order")

    @property
    def none(self) -> float:
        """Value of the statistic where there is no effect: 0 of a difference, 1 of a ratio."""
        return STATISTICS[self.statistic].none

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms that it compares."""
        return tuple(name for key in _ARMS if (name := getattr(self, key)))

    @property
    def times(self) -> Iterator[tuple[int, float]]:
        """Yield (day, hour) of every value that it reads."""
        if self.value is not None:
            days = self.days or (self.value.day,)
            days = (*days, self.baseline_day) if self.baseline_day is not None else days
            yield from ((day, self.value.hour) for day in days)

    def mistakes_of_the_statistic(self) -> Iterator[str]:
        """Yield one line for an unknown statistic, or for each key that it needs and does not have."""
        if self.statistic not in STATISTICS:
            yield str(unknown_name("statistic", self.statistic, STATISTICS, f"{HERE}.statistic"))
        elif self.value is not None:
            for key in ("arm", *STATISTICS[self.statistic].keys):
                if getattr(self, key) in ("", (), None):
                    yield f"{HERE}.{key}: missing; {self.statistic} needs it."
