"""A question that the literature leaves open, as data: candidate answers, each a few settings of the model.

The files in `hypotheses/` hold one question each. A candidate is what an arm of a study takes (`set`, `switch_off`), so
that it changes nothing in the package; the one that changes nothing is the model as it stands, the default.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self, TypeAlias

from pydantic import Field, model_validator

from core.errors import UserError, unknown_name
from experiments.evidence.bibliography import entries
from experiments.evidence.finding import Finding
from experiments.evidence.finding_variants import with_settings, without
from experiments.protocol.arm import Arm, Name
from experiments.protocol.schema import HERE, Listed, Part, read_named_part, refusal

_FILE_ENDING = ".toml"
#: Settings and switches of a candidate: equal for candidates that are the same model.
Changes: TypeAlias = tuple[tuple[tuple[str, Any], ...], tuple[str, ...]]


class Candidate(Part):
    """One answer to a question.

    Attributes
    ----------
    set, switch_off
        What it changes in every arm, as an arm of a study takes it; nothing for the model as it stands.
    sources_for, sources_against
        Keys of publications that speak for it and against it.
    """

    name: Name
    says: str = Field(description="the answer in a sentence")
    sources_for: Listed[str] = Field(default=(), description='a list of keys of the bibliography such as ["Ito2018"]')
    sources_against: Listed[str] = Field(
        default=(), description='a list of keys of the bibliography such as ["Ito2018"]'
    )
    set: dict[str, Any] = Field(
        default_factory=dict, description='a table of parameters such as "plasticity.repair.time" = "5 d"'
    )
    switch_off: Listed[str] = Field(default=(), description='a list of switches such as ["alpha2"]')

    @model_validator(mode="after")
    def _as_an_arm_takes_it(self) -> Self:
        lines = [str(unknown_name("publication", key, entries(), HERE)) for key in self.sources if key not in entries()]
        try:
            self._arm()
        except UserError as error:
            lines += [line.replace("Arm: ", f"{HERE}.", 1) for line in str(error).split("\n")]
        if lines:
            raise refusal(*lines)
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """All publications that it names."""
        return (*self.sources_for, *self.sources_against)

    @property
    def changes(self) -> Changes:
        """Its settings and switches, as an arm writes them."""
        arm = self._arm()
        return tuple(sorted(arm.set.items())), tuple(sorted(arm.switch_off))

    @property
    def default(self) -> bool:
        """Whether it is the model as it stands."""
        return not self.set and not self.switch_off

    def applied(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Copies of findings in which it holds in every arm and slice."""
        settings, switches = self.changes
        return without(with_settings(findings, dict(settings)), switches)

    def _arm(self) -> Arm:
        """An arm of it; UserError with one line for each mistake."""
        return Arm("ligated", set=self.set, switch_off=self.switch_off)


class Question(Part):
    """A question that the literature leaves open, and two candidates or more.

    Exactly one candidate is the model as it stands.
    """

    name: Name
    question: str = Field(description="the question in one sentence")
    candidates: tuple[Candidate, ...] = Field(strict=False, min_length=2, description="two or more tables")

    @model_validator(mode="after")
    def _differ(self) -> Self:
        lines = [f"{HERE}.candidates: {line}" for line in self._alike()]
        if lines:
            raise refusal(*lines)
        return self

    @property
    def default(self) -> Candidate:
        """The candidate that is the model as it stands."""
        return next(each for each in self.candidates if each.default)

    @property
    def sources(self) -> frozenset[str]:
        """All publications that its candidates name."""
        return frozenset(key for each in self.candidates for key in each.sources)

    def named(self, finding: Finding) -> bool:
        """Whether a candidate names a publication of a finding, which is then no blind check of it."""
        return not self.sources.isdisjoint(finding.keys)

    def _alike(self) -> Iterator[str]:
        """Yield a line for each name and each change that two candidates share, and where no one is the default."""
        names = Counter(each.name for each in self.candidates)
        yield from (f'two are called "{name}".' for name, count in names.items() if count > 1)
        first: dict[Changes, str] = {}
        for each in self.candidates:
            other = first.setdefault(each.changes, each.name)
            if other != each.name:
                yield f'"{each.name}" changes what "{other}" does; expected candidates that differ.'
        if not any(each.default for each in self.candidates):
            yield "none is the default; expected one without set and switch_off, the model as it stands."


@cache
def bundled() -> Mapping[str, Question]:
    """Name -> question, of all that come with bluespot."""
    folder = Path(str(files("experiments") / "evidence" / "hypotheses"))
    return {path.stem: read_question(path) for path in sorted(folder.glob(f"*{_FILE_ENDING}"))}


def read_question(path: Path) -> Question:
    """Read a question from its TOML file; UserError with one line for each mistake."""
    if not path.is_file():
        raise UserError(f"{path}: no such file.")
    return read_named_part(Question, path)


def chosen(names: Iterable[str]) -> tuple[Question, ...]:
    """Choose questions by their names or files.

    Parameters
    ----------
    names
        Of bundled questions, or paths of TOML files; none for all that come with bluespot.

    Raises
    ------
    UserError
        For an unknown name, with the nearest ones, for a file with mistakes, and where two have one name.
    """
    found = tuple(_found(name) for name in tuple(dict.fromkeys(names)) or bundled())
    count = Counter(each.name for each in found)
    if lines := [f'--hypotheses: two are called "{name}".' for name in count if count[name] > 1]:
        raise UserError("\n".join(lines))
    return found


def _found(name: str) -> Question:
    if name.endswith(_FILE_ENDING):
        return read_question(Path(name))
    if name not in bundled():
        raise unknown_name("hypothesis", name, bundled(), "--hypotheses")
    return bundled()[name]
