"""Studies: arms, animals and when they are measured; a TOML file and a Python object are the same thing."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, Unpack, cast

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from core.days import hours_from_surgery
from core.errors import UserError, unknown_name
from core.limits import LARGEST_SIZE, MOST_ANIMALS
from experiments.protocol import catalogue
from experiments.protocol.analyses import AnalysisName
from experiments.protocol.arm import Arm, Name
from experiments.protocol.drug_file import own_drugs, tables_of
from experiments.protocol.extensions.extension import CarriedExtensions
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.manipulations.phases import Interventions
from experiments.protocol.measurement import Day, Measurement
from experiments.protocol.provided import provided
from experiments.protocol.ranges import Ranges
from experiments.protocol.schema import HERE, Listed, Part, as_given, as_pydantic_builds, refusal, without_blanks
from experiments.protocol.shared_manipulations import (
    IN_AN_ARM,
    SharedAnaesthesia,
    SharedKnockDown,
    SharedLesion,
    SharedSilencing,
    SharedStimulation,
    for_some_arms,
    unknown_arms,
    with_shared,
)
from experiments.protocol.study_fields import StudyFields, knowing, named_by_user, named_in_file
from experiments.protocol.study_mistakes import (
    first_moment,
    misplaced,
    misplaced_injections,
    of_one_name,
    outside,
    repeated,
    unknown_assays,
    without_history,
)
from experiments.protocol.toml_text import toml_text

if TYPE_CHECKING:
    from drugs import Substance

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
    """A study: what is done to which animals, and when they are measured.

    All fields are kept as they were given. What follows from them is derived: `effective_arms`, `span`, `begins`.

    Parameters
    ----------
    name : str
        Letters, digits and . _ + -.
    arms : Arm or sequence of Arm
        Groups of animals, one or more, each of another name.
    animals : int
        Animals per arm, 1 to 10,000. Animals of one number are the same animal in all arms.
    assays : Measurement or sequence of Measurement
        What is measured when, such as `assays.paw_pressure.on_days(-1, 14)`.
    extensions : str, Path, Injury or sequence of them
        What is added from outside: TOML files, Python files (which are run), names of installed ones, injuries.
    question : str
        The question in words.
    seed : int
        Of all random draws, 0 or more. Another seed gives other animals.
    size : float
        Scale of all populations, at most 1000; 1.0 is the standard circuit.
    precision : {"single", "double"}
        Of the numbers inside an epoch.
    ranges : {"sampled", "low", "high"}, optional
        Drug numbers from their ranges, for all arms that say nothing of it; see `Arm`.
    first_day, last_day : int
        Days counted from surgery. By default the study begins on day -1, or earlier with what is measured or injected
        in the hours before that day, and ends with the last day of any assay.
    injections : Injection or sequence of Injection
        For the arms each of them names, for all where it names none.
    lesions, knock_downs, silencing, stimulation, anaesthesia : sequences
        As of an arm, with `arms` as well: for the arms each of them names, for all where it names none.
    analyses : sequence of str
        Made after the comparison of the arms, such as `["onset"]`.

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    name: Name
    extensions: CarriedExtensions = Field(default=(), description="a list of files or names of extensions")
    question: str = Field(default="", description="the question in words")
    seed: int = Field(default=1, ge=0, lt=2**63, description="a whole number of 0 or more, below 2^63")
    animals: int = Field(
        ge=1, le=MOST_ANIMALS, description=f"a whole number of animals per arm, 1 or more, at most {MOST_ANIMALS}"
    )
    size: float = Field(
        default=1.0,
        gt=0,
        le=LARGEST_SIZE,
        description=f"a scale of all populations above 0, such as 1.0 or 0.25, at most {LARGEST_SIZE}",
    )
    precision: Literal["single", "double"] = Field(default="single", description='"single" or "double"')
    ranges: Ranges | None = Field(default=None, description='"sampled", "low" or "high"')
    first_day: Day = -1
    last_day: Day | None = None
    arms: Listed[Arm] = Field(min_length=1, description="one arm or more")
    assays: Listed[Measurement] = Field(min_length=1, description="one assay or more, each with its days")
    injections: Listed[Injection] = Field(default=(), description="a list of injections")
    analyses: Listed[AnalysisName] = Field(default=(), description="a list of names of analyses")
    lesions: Listed[SharedLesion] = Field(default=(), description="a list of lesions")
    knock_downs: Listed[SharedKnockDown] = Field(default=(), description="a list of knock-downs")
    silencing: Listed[SharedSilencing] = Field(default=(), description="a list of silencings")
    stimulation: Listed[SharedStimulation] = Field(default=(), description="a list of stimulations")
    anaesthesia: Listed[SharedAnaesthesia] = Field(default=(), description="a list of anaesthesias")

    @as_pydantic_builds
    def __init__(self, **fields: Unpack[StudyFields]) -> None:
        given = cast(dict[str, Any], fields)
        names = named_by_user(given)
        self._fill(knowing(given, names), names)

    @model_validator(mode="wrap")
    @classmethod
    def _with_extensions(cls, fields: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Let all other parts name what stands in extensions."""
        if not isinstance(fields, Mapping):
            return handler(fields)
        known = catalogue.of(info)
        names = named_in_file(known, fields)
        given = knowing(fields, names)
        return handler(given) if names is known else cls.model_validate(given, context=names)

    @field_validator("last_day")
    @classmethod
    def _last_after_first(cls, last_day: int | None, info: ValidationInfo) -> int | None:
        first_day = info.data.get("first_day")
        if last_day is not None and first_day is not None and last_day < first_day:
            raise refusal(f"{HERE} = {last_day}: before first_day = {first_day}.")
        return last_day

    @field_validator("arms")
    @classmethod
    def _arms_differ(cls, arms: tuple[Arm, ...], info: ValidationInfo) -> tuple[Arm, ...]:
        lines = of_one_name(arms)
        if lines:
            raise refusal(*lines)
        return tuple(arm.knowing(catalogue.of(info).extensions) for arm in arms)

    @field_validator("assays")
    @classmethod
    def _assays_fit(cls, assays: tuple[Measurement, ...], info: ValidationInfo) -> tuple[Measurement, ...]:
        span = _span(info.data, assays)
        lines = [line for k, assay in enumerate(assays) for line in outside(span, f"{HERE}[{k}].days", assay.days)]
        lines += repeated(assays)
        lines += unknown_assays(assays, catalogue.of(info).assays)
        if lines:
            raise refusal(*lines)
        return assays

    @field_validator("injections")
    @classmethod
    def _injections_fit(cls, injections: tuple[Injection, ...], info: ValidationInfo) -> tuple[Injection, ...]:
        span = _span(info.data, info.data.get("assays", ()))
        lines = misplaced_injections(injections, [arm.name for arm in info.data.get("arms", ())], span)
        if lines:
            raise refusal(*lines)
        return injections

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        lines = list(unknown_arms(self.arms, self._shared))
        lines += misplaced(self.effective_arms, self.assays, self.span)
        lines += without_history(self.arms, self.begins)
        try:
            self.own_drugs()
        except UserError as error:
            lines.append(str(error))
        if lines:
            raise refusal(*lines)
        return self

    def __repr__(self) -> str:
        arms = ", ".join(arm.name for arm in self.arms)
        first, last = self.span
        return f'Study("{self.name}": {arms}; {self.animals} animals each, days {first} to {last})'

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Whether both do the same, whichever way they say it: for all arms at once, or in each of them."""
        return self.table() == other.table() if isinstance(other, Study) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    @property
    def span(self) -> tuple[int, int]:
        """First and last day; the last is that of any assay where `last_day` is not given."""
        return _span(self.__dict__, self.assays)

    @property
    def begins(self) -> float:
        """Hours from surgery of the first moment: the start of `first_day`, or what is measured or injected earlier."""
        return first_moment(self.first_day, (*self.assays, *self._all_injections()))

    @property
    def effective_arms(self) -> tuple[Arm, ...]:
        """The arms with all that is done to them, what the study has for several of them included."""
        arms = with_shared(self.arms, self._shared)
        if self.ranges is None:
            return arms
        return tuple(arm if arm.ranges else arm.model_copy(update={"ranges": self.ranges}) for arm in arms)

    @property
    def _shared(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in IN_AN_ARM}

    def arm(self, name: str) -> Arm:
        """The arm of a name, with all that is done to it.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        UserError
            With the nearest names where there is no such arm.
        """
        by_name = {arm.name: arm for arm in self.effective_arms}
        if name not in by_name:
            raise unknown_name("arm", name, by_name)
        return by_name[name]

    def own_drugs(self) -> dict[str, Substance]:
        """The drugs that are not bundled, by name; `UserError` for a name that stands for two."""
        given = [r.drug for arm in self.arms for r in arm.treatments] + [i.given for i in self._all_injections()]
        return own_drugs(given)

    def only(self, arms: Collection[str]) -> Study:
        """The same study with some of its arms; what happens in one arm does not depend on the others.

        Parameters
        ----------
        arms : collection of str
            Names of the arms to keep. What the study has for other arms only is left out with them.

        Raises
        ------
        UserError
            For a name that no arm has.
        """
        names = [arm.name for arm in self.arms]
        unknown = [name for name in arms if name not in names]
        if unknown:
            raise unknown_name("arm", unknown[0], names)
        parts: dict[str, Any] = {key: for_some_arms(getattr(self, key), arms) for key in ("injections", *IN_AN_ARM)}
        return self.model_copy(update=parts | {"arms": tuple(arm for arm in self.arms if arm.name in arms)})

    def resolved(self) -> Study:
        """The same study written out: each arm has all that is done to it, and the last day is given."""
        plain: dict[str, Any] = dict.fromkeys(IN_AN_ARM, ())
        return self.model_copy(update=plain | {"arms": self.effective_arms, "ranges": None, "last_day": self.span[1]})

    def injections_of(self, arm: str) -> tuple[Injection, ...]:
        """Injections into animals of an arm: the arm's own, then those of the study that are meant for it."""
        own = next((each.injections for each in self.arms if each.name == arm), ())
        return (*own, *(injection for injection in self.injections if injection.given_to(arm)))

    def _all_injections(self) -> tuple[Injection, ...]:
        return (*(injection for arm in self.arms for injection in arm.injections), *self.injections)

    def phase(self, arm: str, day: int, hour: float) -> str:
        """What was injected, lit or lesioned just before an hour of a day, such as `"intrathecal idazoxan"`, or ""."""
        return self.interventions(arm).phase(hours_from_surgery(day, hour))

    def interventions(self, arm: str) -> Interventions:
        """All that opens a phase in the animals of an arm."""
        return Interventions.of(self.arm(arm), self.injections_of(arm))

    def changed(self, **fields: Any) -> Study:
        """A copy with other values of some fields, checked anew.

        A field is replaced, never added to: `lesions` are then the lesions that the study has for several arms, and
        those of single arms stay theirs. What follows from other fields follows anew: a study without a last day of
        its own ends with its last assay, whichever that is now.

        Parameters
        ----------
        **fields
            Any fields of a study. None takes a field away that need not be given (`ranges`, `last_day`); for any other
            field it keeps what was.

        Raises
        ------
        UserError
            With one line for each mistake.
        """
        if "extensions" in fields:
            fields = {"arms": tuple(arm.knowing(()) for arm in self.arms)} | fields
        return Study(**as_given(self, fields))

    def table(self) -> dict[str, Any]:
        """The study as the tables of its file, written out: all that is done to an arm stands in the arm."""
        plain = {name: getattr(self, name) for name in ("name", "question", "seed", "animals", "size", "precision")}
        parts: dict[str, tuple[Arm | Measurement | Injection, ...]] = {
            "arms": self.effective_arms,
            "assays": self.assays,
            "injections": self.injections,
        }
        tables = {name: [part.table() for part in group] for name, group in parts.items()}
        first, last = self.span
        rest = {"analyses": list(self.analyses), "first_day": first, "last_day": last}
        own = {
            "drugs": list(map(tables_of, self.own_drugs().values())),
            "extensions": [each.tables() for each in self.extensions],
        }
        return without_blanks(plain | rest | tables | own)

    def to_toml(self) -> str:
        """The study as the text of a study file, which reads back as an equal study."""
        return toml_text(self.table())

    def fingerprint(self) -> str:
        """Hash of all that changes an animal: not of the number of animals, the question or the analyses."""
        content = {key: value for key, value in self.table().items() if key not in NOT_OF_THE_ANIMAL}
        if self.extensions:
            content["extensions"] = sorted(each.fingerprint for each in self.extensions)
        return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()

    def run(self, out: str | Path, workers: int | None = None, scheduler: str | None = None) -> FinishedStudy:
        """Run all animals that a folder does not hold yet.

        Parameters
        ----------
        out : str or Path
            Folder of the results, made if need be. A run that was stopped goes on in it, and so does one of a study to
            which days, assays, arms or animals were added.
        workers : int, optional
            Processes on this machine; by default this one does it all.
        scheduler : str, optional
            Instead, the address of a Dask scheduler whose workers see `out` under the same path, such as
            `tcp://10.0.0.1:8786`.

        Returns
        -------
        FinishedStudy
            The study with its folder, to `.compare()`.

        Raises
        ------
        UserError
            Where the folder holds another study or cannot be written, or an animal failed.
        """
        return cast(FinishedStudy, provided("run")(self, Path(out), workers, scheduler=scheduler))


def _span(fields: dict[str, Any], assays: tuple[Measurement, ...]) -> tuple[int, int]:
    """First and last day; where the study does not say, its assays do."""
    last = fields.get("last_day")
    if last is None:
        last = max((day for assay in assays for day in assay.days), default=sys.maxsize)
    return fields.get("first_day", -1), last
