"""A calibration as data: which uncertain numbers of the circuit or of drugs are fitted, and to which findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from core.errors import UserError, nearest, unknown_name
from experiments.evidence import finding, uncertain
from experiments.evidence.finding import Finding
from experiments.evidence.forecast_readings import readable
from experiments.evidence.outcome import Outcome
from experiments.evidence.uncertain import UncertainParameter
from experiments.protocol.schema import HERE, Part, listed, read_named_part, refusal

_FILE_ENDING = ".toml"
Paths = Annotated[tuple[str, ...], BeforeValidator(listed)]


class Calibration(Part):
    """A calibration: which numbers are fitted to which outcomes of which findings.

    Attributes
    ----------
    findings
        Ids of findings, of role "fit" or "construction".
    planned
        Ids of findings that the numbers will be fitted to, which need not be there yet. A calibration of which nothing
        else is said holds its findings back for fitting, and cannot be run.
    outcomes
        Id of a finding -> what those of its outcomes say that count; by default all with a published number.
    parameters
        Paths of uncertain numbers; a list of paths for numbers that keep one common value.
    animals
        Animals per arm.
    steps
        How often the optimiser may move.
    spikes
        Whether animals are run. If not, outcomes follow from forecasts of average animals, in milliseconds: such as are
        read from drugs, transmitters at rest and rates of cells that release them. Numbers of drugs are fitted only so.
    """

    name: str = Field(description="the name of the file")
    says: str = Field(description="what is fitted, in a sentence")
    findings: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description='a list of findings such as ["D9"]'
    )
    planned: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description='a list of findings such as ["N1"]'
    )
    outcomes: dict[str, Annotated[tuple[str, ...], BeforeValidator(listed)]] = Field(
        default_factory=dict, description='a table of outcomes such as D9 = ["rate at rest"]'
    )
    parameters: Annotated[tuple[Paths, ...], BeforeValidator(listed)] = Field(
        default=(), description='a list of parameters such as ["receptors.D2.half_activation"]'
    )
    animals: int = Field(default=8, ge=2, description="animals per arm, 2 or more")
    steps: int = Field(default=8, ge=1, description="a whole number of moves of the optimiser, 1 or more")
    spikes: bool = Field(default=True, description="false where no animal is to be run, else true")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        known = finding.bundled()
        lines = list(self._empty())
        lines += [line for k, name in enumerate(self.findings) for line in _no_finding(f"{HERE}.findings[{k}]", name)]
        for k, name in enumerate(self.planned):
            lines += _no_finding(f"{HERE}.planned[{k}]", name) if name in known else []
        for name, wanted in self.outcomes.items():
            if name not in self.findings:
                lines.append(str(unknown_name("finding", name, self.findings, f"{HERE}.outcomes")))
            elif name in known:
                lines += _no_outcome(f"{HERE}.outcomes.{name}", known[name], wanted)
        lines += list(self._no_parameter())
        if not lines:
            silent = [each.id for each in self.fitted_to if not list(self.counted(each))]
            lines = [f"{HERE}.outcomes: {name} has no published number; say which outcomes count." for name in silent]
        if not lines:
            lines = list(self._only_with_spikes() if not self.spikes else self._only_without_spikes())
        if lines:
            raise refusal(*lines)
        return self

    @property
    def fitted_to(self) -> tuple[Finding, ...]:
        """The findings that are fitted to, each once."""
        return tuple(finding.bundled()[name] for name in dict.fromkeys(self.findings))

    @property
    def moved(self) -> tuple[UncertainParameter, ...]:
        """The parameters that the optimiser moves."""
        return tuple(uncertain.parameter(paths, "parameters") for paths in self.parameters)

    def counted(self, one: Finding) -> Iterator[tuple[int, Outcome]]:
        """Yield (index, outcome) of those outcomes of a finding that count in the fit."""
        wanted = self.outcomes.get(one.id)
        for k, outcome in enumerate(one.outcomes):
            if outcome.says in wanted if wanted is not None else outcome.target is not None:
                yield k, outcome

    @property
    def named(self) -> tuple[str, ...]:
        """Ids of all findings that its numbers are or will be fitted to."""
        return (*self.findings, *self.planned)

    def _empty(self) -> Iterator[str]:
        """Yield a line for each list that is empty, unless nothing but planned findings is said."""
        if self.planned and not self.findings and not self.parameters:
            return
        for name in ("findings", "parameters"):
            if not getattr(self, name):
                yield f"{HERE}.{name} = []: expected {type(self).model_fields[name].description}."

    def _only_with_spikes(self) -> Iterator[str]:
        """Yield a line for each outcome that counts and that only spikes tell."""
        for one in self.fitted_to:
            for _, outcome in self.counted(one):
                if outcome.value is not None and not readable(outcome.value):
                    yield f'{HERE}.spikes = false: only spikes tell "{outcome.says}" of {one.id}.'

    def _only_without_spikes(self) -> Iterator[str]:
        for k, one in enumerate(self.moved):
            if one.of_drugs:
                yield (
                    f"{HERE}.parameters[{k}]: {one.name} is a number of a drug, which arms cannot set; "
                    "it is fitted without spikes only (spikes = false)."
                )

    def _no_parameter(self) -> Iterator[str]:
        seen: set[str] = set()
        for k, paths in enumerate(self.parameters):
            place = f"{HERE}.parameters[{k}]"
            try:
                uncertain.parameter(paths, place)
            except UserError as error:
                yield str(error)
            yield from (f"{place}: {path} is named twice." for path in paths if path in seen)
            seen |= set(paths)


@cache
def bundled() -> Mapping[str, Calibration]:
    """Name -> calibration, of all that come with bluespot."""
    folder = Path(str(files("experiments") / "evidence" / "calibrations"))
    return {path.stem: read_calibration(path) for path in sorted(folder.glob(f"*{_FILE_ENDING}"))}


def calibration(name_or_path: str, others: tuple[str, ...] = ()) -> Calibration:
    """A calibration by its name or from a file.

    Parameters
    ----------
    name_or_path
        Name of a bundled calibration, or path of a TOML file.
    others
        Further names that an error may suggest.

    Raises
    ------
    UserError
        For an unknown name, with the nearest ones; for a file that does not exist or has mistakes; for a calibration
        that only plans.
    """
    found = _found(name_or_path, others)
    if not found.findings:
        raise UserError(
            f'calibration "{found.name}": it only holds findings back for fitting, and moves no number yet.'
        )
    return found


def _found(name_or_path: str, others: tuple[str, ...]) -> Calibration:
    if name_or_path.endswith(_FILE_ENDING):
        path = Path(name_or_path)
        if not path.is_file():
            raise UserError(f"{name_or_path}: no such file.")
        return read_calibration(path)
    if name_or_path not in bundled():
        raise unknown_name("calibration", name_or_path, (*bundled(), *others))
    return bundled()[name_or_path]


def read_calibration(path: Path) -> Calibration:
    """Read a calibration from its TOML file; UserError with one line for each mistake."""
    return read_named_part(Calibration, path)


def _no_finding(place: str, name: str) -> list[str]:
    known = finding.bundled()
    if name not in known:
        return [str(unknown_name("finding", name, known, place))]
    if known[name].role == "check":
        allowed = ", ".join(each.id for each in known.values() if each.role != "check")
        return [f"{place}: {name} is there to check the model and is never fitted to; findings to fit: {allowed}."]
    return []


def _no_outcome(place: str, one: Finding, wanted: tuple[str, ...]) -> list[str]:
    known = [outcome.says for outcome in one.outcomes]
    lines = []
    for says in wanted:
        if says not in known:
            close: list[Any] = nearest(says, known)
            lines.append(
                f'{place}: no outcome "{says}". ' + (f'Nearest: "{close[0]}".' if close else f"It has: {known}.")
            )
    return lines
