"""What an outcome of a finding estimates: a statistic of a value in arms, and the keys that the statistic needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple

from pydantic import Field

from core.errors import unknown_name
from experiments.evidence.value import Value
from experiments.protocol.measurement import Day, Hour
from experiments.protocol.schema import HERE, Part


class Statistic(NamedTuple):
    """A statistic that an outcome may name.

    Attributes
    ----------
    says
        What it is in words.
    keys
        That it needs besides `value`.
    none
        Its value where there is no effect; None for a time or a dose, of which there is none.
    """

    says: str
    keys: tuple[str, ...]
    none: float | None


_PAIR, _BEFORE = ("arm", "reference"), ("arm", "baseline_day")
_FOUR = (*_PAIR, "blocked", "blocked_reference")
#: Name -> statistic, of all that an outcome may name; `experiments.evidence.estimation` computes them.
STATISTICS: Mapping[str, Statistic] = {
    "mean": Statistic("mean of an arm", ("arm",), 0.0),
    "difference": Statistic("arm minus reference", _PAIR, 0.0),
    "ratio": Statistic("arm over reference", _PAIR, 1.0),
    "percent_change": Statistic("change from the reference, per cent", _PAIR, 0.0),
    "percent_effect": Statistic("per cent of the way from the reference to maximum", (*_PAIR, "maximum"), 0.0),
    "change": Statistic("arm minus itself at baseline_day", _BEFORE, 0.0),
    "ratio_to_baseline": Statistic("arm over itself at baseline_day", _BEFORE, 1.0),
    "percent_of_baseline": Statistic("per cent of the arm itself at baseline_day", _BEFORE, 100.0),
    "percent_of_maximum": Statistic(
        "per cent of the way from the arm itself at baseline_day to maximum", (*_BEFORE, "maximum"), 0.0
    ),
    "change_difference": Statistic(
        "change of the arm since baseline_day, minus that of the reference", (*_PAIR, "baseline_day"), 0.0
    ),
    "effect_difference": Statistic(
        "effect of the arm over the reference, minus that of blocked over blocked_reference", _FOUR, 0.0
    ),
    "percent_effect_difference": Statistic(
        "percent effect of the arm over the reference, minus that of blocked over blocked_reference",
        (*_FOUR, "maximum"),
        0.0,
    ),
    "percent_blocked": Statistic(
        "per cent of the arm's gain over the reference that blocked no longer has over blocked_reference", _FOUR, 0.0
    ),
    "half_effect_day": Statistic(
        "days from the first of days until half of the last gain over the reference", (*_PAIR, "days"), None
    ),
    "dose_slope": Statistic("change of the value per tenfold dose", ("reference", "doses"), 0.0),
    "half_effect_dose": Statistic(
        "dose of half of the way from the reference to maximum (ED50)", ("reference", "doses", "maximum"), None
    ),
}
_ARMS = ("arm", "reference", "blocked", "blocked_reference")
_DIRECTED = ("up", "down", "same", "at least")


class ComparedArms(Part):
    """A statistic of a value in arms of a study; which keys it needs follows from the statistic.

    `baseline_hour` is the hour of the baseline where it is not that of the value. `doses` are arms with the dose that
    each is given, in the unit in which a dose is asked for.
    """

    statistic: str = Field(default="mean", description=f"one of {', '.join(STATISTICS)}")
    value: Value | None = Field(default=None, description="a table with name, side, day and hour")
    arm: str = Field(default="", description="the name of an arm")
    reference: str = Field(default="", description="the name of an arm")
    blocked: str = Field(default="", description="the name of an arm")
    blocked_reference: str = Field(default="", description="the name of an arm")
    baseline_day: Day | None = None
    baseline_hour: Hour | None = None
    maximum: float | None = Field(default=None, description="a number such as the cut-off of an assay")
    days: tuple[Day, ...] = Field(default=(), strict=False, description="days in rising order")
    doses: dict[str, Annotated[float, Field(gt=0.0)]] = Field(
        default_factory=dict, description="a dose above 0 for each arm, such as low = 3"
    )

    @property
    def none(self) -> float:
        """Value of the statistic where there is no effect: 0 of a difference, 1 of a ratio."""
        return STATISTICS[self.statistic].none or 0.0

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms that it compares."""
        return (*(name for key in _ARMS if (name := getattr(self, key))), *self.doses)

    @property
    def baseline(self) -> Value:
        """The value at the time of the baseline."""
        assert self.value is not None
        hour = self.value.hour if self.baseline_hour is None else self.baseline_hour
        return self.value.model_copy(update={"day": self.baseline_day, "hour": hour})

    @property
    def times(self) -> Iterator[tuple[int, float]]:
        """Yield (day, hour) of every value that it reads."""
        if self.value is not None:
            yield from ((day, self.value.hour) for day in self.days or (self.value.day,))
            if self.baseline_day is not None:
                yield self.baseline.day, self.baseline.hour

    def mistakes_of_the_statistic(self, expected: str) -> Iterator[str]:
        """Yield one line for an unknown statistic, for each key that it lacks, and for what cannot be expected of it.

        Parameters
        ----------
        expected
            Of the outcome: "up", "down", "same", "at least" or "value".
        """
        if self.statistic not in STATISTICS:
            yield str(unknown_name("statistic", self.statistic, STATISTICS, f"{HERE}.statistic"))
            return
        known = STATISTICS[self.statistic]
        for key in known.keys if self.value is not None else ():
            if getattr(self, key) in ("", (), {}, None):
                yield f"{HERE}.{key}: missing; {self.statistic} needs it."
        if len(self.doses) == 1:
            yield f"{HERE}.doses: one dose; {self.statistic} needs two or more."
        if len(set(self.doses.values())) < len(self.doses):
            yield f"{HERE}.doses: two arms have one dose; expected different ones."
        if known.none is None and expected in _DIRECTED:
            yield f'{HERE}.expected = "{expected}": {self.statistic} has no effect to compare with; expected "value".'
        if expected == "at least" and "reference" not in known.keys:
            yield f'{HERE}.expected = "at least": {self.statistic} has no reference arm; expected one that has.'
