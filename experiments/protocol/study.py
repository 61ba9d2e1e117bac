"""A study: arms x animals x a timetable of assays; a TOML file and a Python object are the same thing."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, Self, cast

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from core.errors import UserError, unknown_name
from experiments.protocol.analyses import AnalysisName
from experiments.protocol.arm import Arm, Name
from experiments.protocol.drug_file import is_bundled, tables_of
from experiments.protocol.for_arms import (
    KINDS,
    SharedKnockDown,
    SharedLesion,
    SharedSilencing,
    SharedStimulation,
    handed_out,
    unknown_arms,
)
from experiments.protocol.injection import Injection
from experiments.protocol.measurement import Day, Measurement
from experiments.protocol.optogenetics import clashes, twice_lit
from experiments.protocol.provided import provided
from experiments.protocol.ranges import Ranges
from experiments.protocol.schema import HERE, Part, listed, refusal, without_blanks
from experiments.protocol.toml_text import toml_text

if TYPE_CHECKING:
    from drugs import Substance

_NOT_GIVEN = cast(int, None)
#: What can be changed in a study whose animals are partly run.
NOT_OF_THE_ANIMAL = ("animals", "question", "analyses")


class FinishedStudy(Protocol):
    """A study all of whose animals lie in the folder `out`."""

    @property
    def study(self) -> Study:
        """The study as it was run."""

    @property
    def out(self) -> Path:
        """The folder of the results."""

    def compare(self) -> Any:
        """Compare the arms; tables and figures go to `out`/compare. `.report()` returns the text to print."""


class Study(Part):
    """What is done to whom and when; `size` scales all populations (1.0 is the standard circuit), `precision` is that
    of the numbers inside an epoch. ranges: as of an arm, for all arms that say nothing of it.

    lesions, knock_downs, silencing and stimulation are handed out to the arms they name, all if none, and stand there,
    like `ranges`, from then on. Days count from surgery. The study lasts from `first_day` to `last_day`, by default the
    last day of any assay.
    """

    name: Name
    question: str = Field(default="", description="the question in words")
    seed: int = Field(default=1, ge=0, description="a whole number of 0 or more")
    animals: int = Field(ge=1, description="a whole number of animals per arm, 1 or more")
    size: float = Field(default=1.0, gt=0, description="a scale of all populations above 0, such as 1.0 or 0.25")
    precision: Literal["single", "double"] = Field(default="single", description='"single" or "double"')
    ranges: Ranges | None = Field(default=None, description='"sampled", "low" or "high"')
    first_day: Day = -1
    last_day: Day = Field(default=_NOT_GIVEN, description="a whole day counted from surgery, such as 28")
    arms: Annotated[tuple[Arm, ...], BeforeValidator(listed)] = Field(min_length=1, description="one arm or more")
    assays: Annotated[tuple[Measurement, ...], BeforeValidator(listed)] = Field(
        min_length=1, description="one assay or more, each with its days"
    )
    injections: Annotated[tuple[Injection, ...], BeforeValidator(listed)] = Field(
        default=(), description="a list of injections"
    )
    analyses: Annotated[tuple[AnalysisName, ...], BeforeValidator(listed)] = Field(
        default=(), description="a list of names of analyses"
    )
    lesions: Annotated[tuple[SharedLesion, ...], BeforeValidator(listed)] = Field(
        default=(), description="a list of lesions"
    )
    knock_downs: Annotated[tuple[SharedKnockDown, ...], BeforeValidator(listed)] = Field(
        default=(), description="a list of knock-downs"
    )
    silencing: Annotated[tuple[SharedSilencing, ...], BeforeValidator(listed)] = Field(
        default=(), description="a list of silencings"
    )
    stimulation: Annotated[tuple[SharedStimulation, ...], BeforeValidator(listed)] = Field(
        default=(), description="a list of stimulations"
    )

    @field_validator("last_day")
    @classmethod
    def _last_after_first(cls, last_day: int, info: ValidationInfo) -> int:
        first_day = info.data.get("first_day", last_day)
        if last_day < first_day:
            raise refusal(f"{HERE} = {last_day}: before first_day = {first_day}.")
        return last_day

    @field_validator("arms")
    @classmethod
    def _arms_differ(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        counts = Counter(arm.name for arm in arms)
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            raise refusal(
                *(f'{HERE}: {counts[name]} arms are called "{name}"; give each its own name.' for name in twice)
            )
        return arms

    @field_validator("assays")
    @classmethod
    def _assays_fit(cls, assays: tuple[Measurement, ...], info: ValidationInfo) -> tuple[Measurement, ...]:
        span = _span(info.data, assays)
        lines = [line for k, assay in enumerate(assays) for line in _outside(span, f"{HERE}[{k}].days", assay.days)]
        lines += _repeated(assays)
        if lines:
            raise refusal(*lines)
        return assays

    @field_validator("injections")
    @classmethod
    def _injections_fit(cls, injections: tuple[Injection, ...], info: ValidationInfo) -> tuple[Injection, ...]:
        span = _span(info.data, info.data.get("assays", ()))
        names = [arm.name for arm in info.data.get("arms", ())]
        lines = []
        for k, injection in enumerate(injections):
            lines += _outside(span, f"{HERE}[{k}].on_days", injection.on_days)
            unknown = [name for name in injection.arms if names and name not in names]
            lines += [str(unknown_name("arm", name, names, f"{HERE}[{k}].arms")) for name in unknown]
        if lines:
            raise refusal(*lines)
        return injections

    @model_validator(mode="after")
    def _shared_handed_out(self) -> Self:
        shared = {key: getattr(self, key) for key in KINDS}
        lines = list(unknown_arms(self.arms, shared))
        if lines:
            raise refusal(*lines)
        arms = handed_out(self.arms, shared)
        if self.ranges:
            arms = tuple(arm if arm.ranges else arm.model_copy(update={"ranges": self.ranges}) for arm in arms)
        object.__setattr__(self, "arms", arms)
        object.__setattr__(self, "ranges", None)
        for key in KINDS:
            object.__setattr__(self, key, ())
        return self

    @model_validator(mode="after")
    def _treatments_fit(self) -> Self:
        span = _span(self.__dict__, self.assays)
        object.__setattr__(self, "last_day", span[1])
        lines = [
            line
            for k, arm in enumerate(self.arms)
            for j, regimen in enumerate(arm.treatments)
            for line in _outside(span, f"arms[{k}].treatments[{j}]", [regimen.from_day])
        ]
        lines += [line for k, arm in enumerate(self.arms) for line in self._misplaced(f"arms[{k}]", arm, span)]
        try:
            self.own_drugs()
        except UserError as error:
            lines.append(str(error))
        if lines:
            raise refusal(*lines)
        return self

    def _misplaced(self, place: str, arm: Arm, span: tuple[int, int]) -> list[str]:
        """What is done to an arm outside the study, or to one population twice at once. A lesion may be older."""
        lines = []
        for name in ("injections", "silencing", "stimulation"):
            for j, part in enumerate(getattr(arm, name)):
                lines += _outside(span, f"{place}.{name}[{j}].on_days", part.on_days)
        for name in ("lesions", "knock_downs"):
            for j, part in enumerate(getattr(arm, name)):
                if part.on_day > span[1]:
                    lines += _outside(span, f"{place}.{name}[{j}].on_day", [part.on_day])
        return lines + [f"{place}: {line}" for line in (*clashes(arm.lit), *twice_lit(arm.lit, self.assays))]

    def __repr__(self) -> str:
        arms = ", ".join(arm.name for arm in self.arms)
        return f'Study("{self.name}": {arms}; {self.animals} animals each, days {self.first_day} to {self.last_day})'

    __str__ = __repr__

    def arm(self, name: str) -> Arm:
        """The arm of that name; `UserError` with the nearest names where there is none."""
        by_name = {arm.name: arm for arm in self.arms}
        if name not in by_name:
            raise unknown_name("arm", name, by_name)
        return by_name[name]

    def own_drugs(self) -> dict[str, Substance]:
        """The drugs that are not bundled, by name; `UserError` for a name that stands for two."""
        given = [r.drug for arm in self.arms for r in arm.treatments] + [i.given for i in self._all_injections()]
        found: dict[str, Substance] = {}
        for drug in given:
            known = found.setdefault(drug.name, drug)
            if known is not drug and known != drug:
                raise UserError(f'two drugs of different numbers are called "{drug.name}"; give each its own name.')
        return {name: drug for name, drug in found.items() if not is_bundled(drug)}

    def only(self, arms: Collection[str]) -> Study:
        """The same study with some of its arms; what happens in one arm does not depend on the others."""
        return self.model_copy(update={"arms": tuple(arm for arm in self.arms if arm.name in arms)})

    def injections_of(self, arm: str) -> tuple[Injection, ...]:
        """All that is injected into animals of an arm: the arm's own, and the study's that are meant for it."""
        own = next((each.injections for each in self.arms if each.name == arm), ())
        return (*own, *(injection for injection in self.injections if injection.given_to(arm)))

    def _all_injections(self) -> tuple[Injection, ...]:
        return (*(injection for arm in self.arms for injection in arm.injections), *self.injections)

    def phase(self, arm: str, day: int, hour: float) -> str:
        """What was injected into animals of `arm` shortly before `hour` of `day`: `"intrathecal idazoxan"`, or ""."""
        active = (i.phase for i in self.injections_of(arm) if i.lasts_at(day, hour))
        return " + ".join(dict.fromkeys(active))

    def changed(self, **fields: Any) -> Study:
        """A copy with other values of some fields, checked anew; None keeps what was."""
        new = {key: value for key, value in fields.items() if value is not None}
        return Study(**{name: getattr(self, name) for name in type(self).model_fields} | new)

    def table(self) -> dict[str, Any]:
        """The study as the tables of its file."""
        plain = {name: getattr(self, name) for name in ("name", "question", "seed", "animals", "size", "precision")}
        parts = {name: [part.table() for part in getattr(self, name)] for name in ("arms", "assays", "injections")}
        plain["analyses"] = list(self.analyses)
        own = {"drugs": [tables_of(drug) for drug in self.own_drugs().values()]}
        return without_blanks(plain | {"first_day": self.first_day, "last_day": self.last_day} | parts | own)

    def to_toml(self) -> str:
        """The study as the text of a study file, which reads back as an equal study."""
        return toml_text(self.table())

    def fingerprint(self) -> str:
        """Changes with whatever changes an animal; not with the number of animals, the question or the analyses."""
        content = {key: value for key, value in self.table().items() if key not in NOT_OF_THE_ANIMAL}
        return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()

    def run(self, out: str | Path, workers: int | None = None, scheduler: str | None = None) -> FinishedStudy:
        """Run all animals that `out` does not hold yet, and return the finished study, to `.compare()`.

        workers: processes on this machine; by default this one does it all. scheduler: instead, the address of a Dask
        scheduler whose workers see `out` under the same path, such as `tcp://10.0.0.1:8786`.
        """
        finished: FinishedStudy = provided("run")(self, Path(out), workers, scheduler=scheduler)
        return finished


def _span(fields: dict[str, Any], assays: tuple[Measurement, ...]) -> tuple[int, int]:
    """First and last day; where the study does not say, its assays do."""
    last = fields.get("last_day")
    if last is None:
        last = max((day for assay in assays for day in assay.days), default=sys.maxsize)
    return fields.get("first_day", -1), last


def _outside(span: tuple[int, int], place: str, days: Iterable[int]) -> list[str]:
    first, last = span
    return [
        f"{place}: day {day} lies outside the study, which lasts from day {first} to day {last}."
        for day in days
        if not first <= day <= last
    ]


def _repeated(assays: tuple[Measurement, ...]) -> list[str]:
    seen: dict[tuple[str, str, int, float], int] = {}
    lines = []
    for k, assay in enumerate(assays):
        for key in ((assay.assay, side, day, assay.hour) for side in assay.sides or ("",) for day in assay.days):
            earlier = seen.setdefault(key, k)
            if earlier != k:
                lines.append(f"{HERE}[{k}]: assays[{earlier}] measures {assay.assay} on day {key[2]} at the same hour.")
    return list(dict.fromkeys(lines))
