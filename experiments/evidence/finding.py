"""A published finding as data: the claim, its source, the study that tests it, and what counts as the same result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from core.errors import UserError, unknown_name
from experiments.evidence.outcome_statistics import ComparedArms
from experiments.evidence.slice_experiments import SliceExperiment
from experiments.protocol.arm import Arm
from experiments.protocol.schema import HERE, Part, listed, read_part, refusal
from experiments.protocol.study import Study

Expected = Literal["up", "down", "same", "value"]
Role = Literal["fit", "check"]


class Outcome(ComparedArms):
    """One outcome of a finding: what is estimated, what was published, and what counts as reproduced.

    An outcome reads a `value` of the arms of the finding's study, or is an experiment on a `slice`. `expected` is the
    published direction away from no effect; "same" is no effect within low..high, "value" a number without a direction.
    low and high are the ends of what counts as reproduced; one of them may be missing.
    """

    says: str = Field(description="what is compared, in words")
    slice: SliceExperiment | None = Field(default=None, description="a table with an experiment on a slice")
    expected: Expected = Field(description='"up", "down", "same" or "value"')
    target: float | None = Field(default=None, description="the published number")
    low: float | None = Field(default=None, description="the least that counts as reproduced")
    high: float | None = Field(default=None, description="the most that counts as reproduced")
    unit: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        lines = list(self.mistakes_of_the_statistic())
        if (self.value is None) == (self.slice is None):
            lines.append(f"{HERE}: expected either value or slice.")
        if self.expected in ("same", "value") and (self.low is None or self.high is None):
            lines.append(f'{HERE}: expected = "{self.expected}" needs low and high.')
        if lines:
            raise refusal(*lines)
        return self


def _named(table: Any) -> Any:
    return {"name": "finding"} | dict(table) if isinstance(table, Mapping) else table


class Finding(Part):
    """A published finding, as its file in `findings/` says.

    `study` is the virtual experiment, as a study file without a name; None where all outcomes are experiments on
    slices. `sliced` is the untreated animal that slices are taken from. A finding that the model cannot test has
    `not_testable`, the reason, instead of study and outcomes. `role` is "fit" where parameters may be fitted to the
    finding, and "check" where they never are.
    """

    id: str = Field(description="the name of the file")
    claim: str = Field(description="the claim in a sentence")
    source: str = Field(description="citations")
    role: Role = Field(description='"fit" or "check"')
    detail: str = ""
    limits: str = Field(default="", description="how the virtual experiment differs from the published one")
    not_testable: str = Field(default="", description="why the model cannot test it")
    animals: int = Field(default=8, ge=2, description="animals per arm, 2 or more")
    study: Annotated[Study | None, BeforeValidator(_named)] = None
    sliced: Arm = Field(default_factory=lambda: Arm(circuit="sham"), description="a table of an arm")
    outcomes: Annotated[tuple[Outcome, ...], BeforeValidator(listed)] = ()

    @model_validator(mode="before")
    @classmethod
    def _animals_of_the_study(cls, fields: Any) -> Any:
        if not isinstance(fields, Mapping) or not isinstance(fields.get("study"), Mapping):
            return fields
        return {**fields, "study": {"animals": fields.get("animals", 8), **fields["study"]}}

    @model_validator(mode="after")
    def _testable_or_not(self) -> Self:
        if bool(self.not_testable) == bool(self.outcomes):
            raise refusal(f"{HERE}: expected outcomes, or not_testable with the reason.")
        lines = [
            line for k, outcome in enumerate(self.outcomes) for line in self._wrong(f"{HERE}.outcomes[{k}]", outcome)
        ]
        if lines:
            raise refusal(*lines)
        return self

    def _wrong(self, place: str, outcome: Outcome) -> Iterator[str]:
        if outcome.value is None:
            return
        if self.study is None:
            yield f"{place}: it reads from a study, and the finding has none."
            return
        names = [arm.name for arm in self.study.arms]
        yield from (str(unknown_name("arm", name, names, place)) for name in outcome.arms if name not in names)
        measured = {(day, assay.hour) for assay in self.study.assays for day in assay.days}
        for day, hour in outcome.times:
            if (day, hour) not in measured:
                yield f"{place}: nothing is measured on day {day} at hour {hour:g}."


@cache
def bundled() -> Mapping[str, Finding]:
    """Id -> finding, of all findings that come with bluespot; those of role "fit" first."""
    folder = Path(str(files("experiments") / "evidence" / "findings"))
    found = [read_finding(path) for path in sorted(folder.glob("*.toml"), key=_in_order)]
    return {each.id: each for role in ("fit", "check") for each in found if each.role == role}


def read_finding(path: Path) -> Finding:
    """Read a finding from its TOML file.

    Parameters
    ----------
    path
        Named after the id of the finding, such as `A1.toml`.

    Raises
    ------
    UserError
        With one line for each mistake of the file.
    """
    found = read_part(Finding, path)
    if found.id != path.stem:
        raise UserError(f'{path.name}: id = "{found.id}": expected the name of the file, "{path.stem}".')
    return found


def chosen(ids: str) -> tuple[Finding, ...]:
    """Choose findings by their ids.

    Parameters
    ----------
    ids
        A list such as "A1,A2"; "" for all.

    Raises
    ------
    UserError
        For an unknown id, with the nearest ones.
    """
    known = bundled()
    wanted = list(dict.fromkeys(part.strip() for part in ids.split(",") if part.strip())) or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UserError("\n".join(str(unknown_name("finding", name, known, "--only")) for name in unknown))
    return tuple(each for name, each in known.items() if name in wanted)


def _in_order(path: Path) -> tuple[str, int]:
    return path.stem[:1], int(path.stem[1:]) if path.stem[1:].isdigit() else 0
