"""An assay as a table of an extension: a stimulus, and what is read from the spikes that answer it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from core.errors import unknown_name
from core.vocabulary import SIDES
from experiments.protocol.schema import HERE, Listed, Part, collected, refusal
from experiments.protocol.spellings import plain_name, read_names

#: Kind of a stimulus -> the keys that it takes beside `kind`, `before` and `after`.
STIMULI = {
    "filament": ("strengths", "seconds", "rise"),
    "pinch": ("strengths", "seconds", "rise"),
    "press": ("strengths", "seconds", "rise"),
    "heat": ("strengths", "seconds", "rise", "time_constant"),
    "radiant heat": ("strengths", "seconds"),
    "electric": ("strengths", "pulses", "every", "place"),
    "brush": ("seconds",),
    "rest": ("seconds",),
}
#: What can be read -> whether it asks when the animal withdraws.
READINGS = {
    "rate": False,
    "rate before": False,
    "rate after": False,
    "recruited": False,
    "latency": True,
    "threshold": True,
    "answers": True,
}
#: Where the stimulus acts: on the paw that is measured, or on both hind paws at once.
PAWS = ("each", "both")
#: Where electric pulses are given.
PULSED_AT = ("paw", "nerve")
#: Words for stimuli that no afferent of the model answers.
COLD = ("cold", "cool", "acetone")
MOST_STRENGTHS, MOST_TRIALS = 50, 100
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_TIME = 'a time such as "2 s"'


def as_name(text: str) -> str:
    """A name that can stand in columns of results; the mistake shows the nearest one that can."""
    if not _NAME.fullmatch(text):
        plain = re.sub(r"[^a-z0-9_]+", "_", plain_name(text, "_").lower())
        example = plain.lstrip("_0123456789").rstrip("_")[:60] or "my_assay"
        raise refusal(f'{HERE} = "{text}": expected a name of small letters, digits and _, such as "{example}".')
    return text


def _one_of(kind: str, value: str, allowed: Any) -> str:
    if value not in allowed:
        with collected():
            raise unknown_name(kind, value, allowed, HERE)
    return value


def _as_text(value: Any) -> Any:
    """Numbers without a unit may be written without quotes."""
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else value


Amount = Annotated[str, BeforeValidator(_as_text)]


class StimulusTable(Part):
    """What is done, `[assays.stimulus]`: one epoch for each strength, with rest before and after."""

    kind: str = Field(description=f"one of {', '.join(STIMULI)}")
    strengths: Listed[Amount] = Field(
        default=(), max_length=MOST_STRENGTHS, description='a list of strengths such as ["15 g"] or ["52 degC"]'
    )
    seconds: Amount | None = Field(default=None, description=_TIME)
    rise: Amount | None = Field(default=None, description='a rise such as "10 g/s" or "1 K/s"')
    time_constant: Amount | None = Field(default=None, description=_TIME)
    pulses: int | None = Field(default=None, ge=1, le=1000, description="a whole number of pulses, 1 to 1000")
    every: Amount | None = Field(default=None, description=_TIME)
    place: str = Field(default="paw", description='"paw" or "nerve"')
    paws: str = Field(default="each", description='"each" or "both"')
    before: Amount = Field(default="1 s", description=_TIME)
    after: Amount = Field(default="1 s", description=_TIME)
    trials: int = Field(default=1, ge=1, le=MOST_TRIALS, description=f"a whole number, 1 to {MOST_TRIALS}")

    @field_validator("kind")
    @classmethod
    def _kind_exists(cls, kind: str) -> str:
        if any(word in kind.lower() for word in COLD):
            allowed = ", ".join(STIMULI)
            raise refusal(f'{HERE} = "{kind}": no afferent of the model answers cold; expected one of {allowed}.')
        return _one_of("stimulus", kind, STIMULI)

    @field_validator("paws")
    @classmethod
    def _paws_exist(cls, paws: str) -> str:
        return _one_of("choice of paws", paws, PAWS)

    @field_validator("place")
    @classmethod
    def _place_exists(cls, place: str) -> str:
        return _one_of("place", place, PULSED_AT)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        taken = STIMULI[self.kind]
        every = dict.fromkeys(key for keys in STIMULI.values() for key in keys)
        given = {key for key in every if key in self.model_fields_set}
        lines = [f'{HERE}.{key}: a stimulus "{self.kind}" has none.' for key in every if key in given - set(taken)]
        if "strengths" in taken and not self.strengths:
            expected = type(self).model_fields["strengths"].description
            lines.append(f"{HERE}.strengths: missing; expected {expected}.")
        if self.kind == "rest":
            extra = sorted({"before", "after", "paws"} & self.model_fields_set)
            lines += [f'{HERE}.{key}: a stimulus "rest" has none.' for key in extra]
        lines += self._duration(taken)
        if lines:
            raise refusal(*lines)
        return self

    def _duration(self, taken: tuple[str, ...]) -> list[str]:
        """One line where it is not said how long it lasts, or said twice."""
        if self.kind == "electric":
            lacking = [key for key in ("pulses",) if getattr(self, key) is None]
            lacking += ["every"] if self.pulses != 1 and self.every is None else []
            return [f'{HERE}.{key}: missing; a stimulus "electric" needs it.' for key in lacking]
        ways = [key for key in ("seconds", "rise") if key in taken]
        said = [key for key in ways if getattr(self, key) is not None]
        if len(said) != 1:
            return [f"{HERE}: {len(said) or 'none'} of {' and '.join(ways)} given; expected one of them."]
        if "rise" in said and self.time_constant is not None:
            return [f"{HERE}.time_constant: it goes with seconds; expected none beside rise."]
        return []


class ReadingTable(Part):
    """What is read, `[[assays.readings]]`: a number from the spikes of one population."""

    read: str = Field(description=f"one of {', '.join(READINGS)}")
    name: str = Field(default="", description="a name of small letters, digits and _")
    population: str = Field(default="projection", description='a population such as "projection"')
    criterion: Amount | None = Field(default=None, description='a rate such as "5 Hz"')

    @field_validator("read")
    @classmethod
    def _is_known(cls, read: str) -> str:
        return _one_of("reading", read, READINGS)

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        return as_name(name) if name else name

    @model_validator(mode="after")
    def _criterion_of_withdrawals(self) -> Self:
        if self.criterion is not None and not READINGS[self.read]:
            kinds = ", ".join(name for name, withdraws in READINGS.items() if withdraws)
            raise refusal(f'{HERE}.criterion: a reading "{self.read}" has none; only {kinds} have.')
        return self


class AssayTable(Part):
    """An assay, `[[assays]]` of an extension."""

    name: str = Field(description="a name of small letters, digits and _")
    description: str = Field(min_length=1, description="what is done, in words")
    source: str = Field(min_length=1, description="where the protocol was read, or ASSUMED")
    sides: Listed[str] | None = Field(default=None, description='a list of sides such as ["ipsi", "contra"]')
    stimulus: StimulusTable
    readings: Listed[ReadingTable] = Field(min_length=1, description="one reading or more, [[assays.readings]]")

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        return as_name(name)

    @field_validator("sides")
    @classmethod
    def _sides_exist(cls, sides: tuple[str, ...] | None) -> tuple[str, ...] | None:
        with collected():
            given = SIDES if sides is None else read_names("side", sides, SIDES, HERE)
        return None if sides is None else tuple(side for side in SIDES if side in given)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        lines = []
        if self.stimulus.paws == "both" and self.sides:
            lines.append(f'{HERE}.sides: with paws = "both" both are measured at once; leave the key out.')
        if self.stimulus.kind == "radiant heat" and any(each.read == "threshold" for each in self.readings):
            lines.append(f'{HERE}.readings: a threshold of "radiant heat" is a time; expected "latency".')
        if self.stimulus.kind in ("brush", "rest") and any(READINGS[each.read] for each in self.readings):
            lines.append(f'{HERE}.readings: nothing withdraws from "{self.stimulus.kind}"; expected rates.')
        if self.stimulus.trials > 1 and any(each.read == "threshold" for each in self.readings):
            lines.append(f'{HERE}.stimulus.trials: a threshold is read from one trial; expected "answers" beside it.')
        keys = [(each.name or each.read, each.population) for each in self.readings]
        if len(set(keys)) != len(keys) or len(named := [e.name for e in self.readings if e.name]) != len(set(named)):
            lines.append(f"{HERE}.readings: two of them have one name; give each its own.")
        if lines:
            raise refusal(*lines)
        return self
