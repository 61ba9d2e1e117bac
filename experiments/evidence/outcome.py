"""An outcome of a finding: what is estimated, what was printed of it, and what counts as the same result."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from experiments.evidence.outcome_statistics import ComparedArms
from experiments.evidence.slice_experiments import SliceExperiment
from experiments.protocol.schema import HERE, Part, refusal

Expected = Literal["up", "down", "same", "value", "at least"]
#: Statistic -> how it follows from the printed means of arm and reference.
_FROM_MEANS: Mapping[str, Callable[[float, float], float]] = {
    "difference": lambda arm, reference: arm - reference,
    "ratio": lambda arm, reference: arm / reference,
    "percent_change": lambda arm, reference: 100.0 * (arm / reference - 1.0),
}
#: Standard errors to either side that stand for an interval where none was printed.
_ERRORS = 2.0
#: A printed number is rounded, and so is a target that follows from two of them.
_ROUNDING = 0.01


class Published(Part):
    """What a publication prints of an outcome, as far as it prints it.

    value, low, high, sem and sd are of the statistic itself, in the unit of the outcome; low and high are the ends of
    its 95 % interval. Where only the two means were printed, they stand in arm and reference, in their own `unit`.
    What is printed of the statistic is at once the target of its outcome, and its interval what counts as reproduced.
    """

    value: float | None = Field(default=None, description="the printed number, in the unit of the outcome")
    low: float | None = Field(default=None, description="the lower end of the printed interval")
    high: float | None = Field(default=None, description="the upper end of the printed interval")
    sem: float | None = Field(default=None, gt=0, description="its standard error, above 0")
    sd: float | None = Field(default=None, gt=0, description="its standard deviation, above 0")
    arm: float | None = Field(default=None, description="the printed mean of the arm")
    arm_sem: float | None = Field(default=None, gt=0, description="its standard error, above 0")
    reference: float | None = Field(default=None, description="the printed mean of the reference")
    reference_sem: float | None = Field(default=None, gt=0, description="its standard error, above 0")
    n: int | None = Field(default=None, ge=1, description="a number of animals or cells")
    unit: str = Field(default="", description="the unit as printed")

    def number(self, statistic: str) -> float | None:
        """The printed number of a statistic, or what follows from the two printed means."""
        if self.value is None and statistic in _FROM_MEANS and self.arm is not None and self.reference:
            return _FROM_MEANS[statistic](self.arm, self.reference)
        return self.value

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """Ends of the printed interval, or two standard errors to either side where only these were printed."""
        error = self.sem
        if error is None and self.sd is not None and self.n is not None:
            error = self.sd / math.sqrt(self.n)
        if self.low is None and self.high is None and self.value is not None and error is not None:
            return self.value - _ERRORS * error, self.value + _ERRORS * error
        return self.low, self.high


class Outcome(ComparedArms):
    """One outcome of a finding: what is estimated, what was published, and what counts as reproduced.

    An outcome reads a `value` of the arms of the finding's study, or is an experiment on a `slice`. `expected` is the
    published direction away from no effect; "same" is no effect within low..high, "value" a number without a direction,
    "at least" an effect that is not below low. low and high are the ends of what counts as reproduced; one of them may
    be missing. `control` is what another outcome says whose effect shows that one could have been seen here. An outcome
    that was not in the publication is `added`.
    """

    says: str = Field(description="what is compared, in words")
    slice: SliceExperiment | None = Field(default=None, description="a table with an experiment on a slice")
    expected: Expected = Field(description='"up", "down", "same", "value" or "at least"')
    published: Published | None = Field(default=None, description="a table of what was printed, such as value and sem")
    control: str = Field(default="", description="what another outcome says")
    added: bool = Field(default=False, description="true for an outcome that was not in the publication")
    target: float | None = Field(default=None, description="the published number")
    low: float | None = Field(default=None, description="the least that counts as reproduced")
    high: float | None = Field(default=None, description="the most that counts as reproduced")
    unit: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        lines = list(self.mistakes_of_the_statistic(self.expected))
        if (self.value is None) == (self.slice is None):
            lines.append(f"{HERE}: expected either value or slice.")
        lines += [] if lines else [*self._wrong_target(), *self._wrong_ends()]
        if lines:
            raise refusal(*lines)
        return self

    @property
    def reading(self) -> str:
        """What is read from the animals or slices, whichever the arm, the day and the side."""
        return self.value.reading if self.value is not None else self.slice.experiment if self.slice is not None else ""

    def _wrong_target(self) -> Iterator[str]:
        """Yield a line for a target that is not what was printed; a target that is not given follows from it."""
        printed = self.published.number(self.statistic) if self.published is not None else None
        if printed is None:
            return
        if self.target is None:
            self.__dict__["target"] = float(f"{printed:.4g}")
        elif abs(self.target - printed) > _ROUNDING * max(abs(self.target), abs(printed)):
            yield f"{HERE}.target = {self.target:g}: expected {printed:.4g}, which was published."

    def _wrong_ends(self) -> Iterator[str]:
        """Yield a line for each end of what counts as reproduced that is missing, or inside the printed interval."""
        ends = self.published.ends if self.published is not None else (None, None)
        if self.expected == "at least":
            ends = (ends[0], None)
        elif self.low is None and self.high is None:
            self.__dict__["low"], self.__dict__["high"] = ends
        for name, given, printed, side in (
            ("low", self.low, ends[0], 1.0),
            ("high", self.high, ends[1], -1.0),
        ):
            if printed is not None and (given is None or side * (given - printed) > 0.0):
                yield (
                    f"{HERE}.{name}{'' if given is None else f' = {given:g}'}: the published interval, "
                    f"{_interval(*ends)}, is cut open; widen it with a reason, or leave low and high out."
                )
        yield from self._missing_ends()

    def _missing_ends(self) -> Iterator[str]:
        if self.expected == "at least":
            if self.low is None or self.high is not None:
                yield f'{HERE}: expected = "at least" needs low and no high.'
        elif self.expected in ("same", "value") and (self.low is None or self.high is None):
            yield f'{HERE}: expected = "{self.expected}" needs low and high.'


def _interval(low: float | None, high: float | None) -> str:
    return f"[{'' if low is None else f'{low:g}'}, {'' if high is None else f'{high:g}'}]"
