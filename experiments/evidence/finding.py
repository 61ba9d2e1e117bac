"""A published finding as data: the claim, its source, the study that tests it, and what counts as the same result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from core.errors import UserError, unknown_name
from core.keys import word
from experiments.evidence.bibliography import cited, entries
from experiments.evidence.outcome import Outcome
from experiments.protocol.arm import Arm
from experiments.protocol.catalogue import Catalogue, installed, with_own_drugs
from experiments.protocol.schema import HERE, Part, listed, read_named_part, refusal
from experiments.protocol.study import Study

#: In the order in which findings are listed.
Role = Literal["construction", "fit", "check"]
ROLES: tuple[Role, ...] = get_args(Role)
RoleBy = Literal["named", "proposed", "hash"]


def _named(table: Any) -> Any:
    return {"name": "finding"} | dict(table) if isinstance(table, Mapping) else table


class Finding(Part):
    """A published finding, as its file in `findings/` says.

    `study` is the virtual experiment, as a study file without a name; None where all outcomes are experiments on
    slices. `sliced` is the untreated animal that slices are taken from. A finding that the model cannot test has
    `not_testable`, the reason, instead of study and outcomes. `role` is "construction" where a number of the model was
    computed from the publication, "fit" where numbers may be fitted to it, and "check" where neither is so; `role_by`
    says how the role was assigned. `keys` are its publications in the bibliography, of which the first is that of its
    animals; `source` is for a publication that is not there. `added_arms` were not in the publication.
    """

    id: str = Field(description="the name of the file")
    claim: str = Field(description="the claim in a sentence")
    keys: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description='a list of keys of the bibliography such as ["Ito2018"]'
    )
    source: str = Field(default="", description="citations")
    role: Role = Field(default="check", description='"construction", "fit" or "check"')
    role_by: RoleBy | None = Field(default=None, description='"named", "proposed" or "hash"')
    contradicts: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description='a list of findings that report the opposite, such as ["N34"]'
    )
    added_arms: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description="a list of names of arms"
    )
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
        lines = [*self._wrong_origin(), *self._wrong_names()]
        for k, outcome in enumerate(self.outcomes):
            place = f"{HERE}.outcomes[{k}]"
            lines += [
                *self._wrong_study(place, outcome),
                *_untargeted(place, outcome),
                *self._no_control(place, outcome),
            ]
        if lines:
            raise refusal(*lines)
        return self

    @property
    def citation(self) -> str:
        """Its publications as lines of a reference list, or its source as its file gives it."""
        return self.source or " ".join(cited(self.keys))

    def about(self) -> dict[str, Any]:
        """JSON-ready dict of what it claims, whence it is, and what its role is."""
        told = ("id", "role", "role_by", "claim", "keys", "contradicts", "detail", "limits", "not_testable")
        return self.model_dump(mode="json", include=set(told)) | {"source": self.citation}

    def seed(self, seed: int) -> int:
        """Seed of its animals: findings of one publication share theirs, as in the laboratory, and no two others do.

        Parameters
        ----------
        seed
            Of the whole run; another one draws other animals for every publication.
        """
        return word("publication", self.publication, seed)

    @property
    def publication(self) -> str:
        """What its animals are drawn by: its first publication, else its source."""
        return self.keys[0] if self.keys else self.source

    def _wrong_origin(self) -> Iterator[str]:
        if not self.keys and not self.source:
            yield f"{HERE}.keys: missing; expected {type(self).model_fields['keys'].description}."
        for k, key in enumerate(self.keys if not self.source else ()):
            if key not in entries():
                yield str(unknown_name("publication", key, entries(), f"{HERE}.keys[{k}]"))

    def _wrong_names(self) -> Iterator[str]:
        """Yield a line for each name that stands twice, or that names nothing."""
        said: set[str] = set()
        for k, outcome in enumerate(self.outcomes):
            if outcome.says in said:
                yield f'{HERE}.outcomes[{k}].says = "{outcome.says}": another outcome says the same.'
            said.add(outcome.says)
        names = [arm.name for arm in self.study.arms] if self.study is not None else []
        for k, name in enumerate(self.added_arms):
            if name not in names:
                yield str(unknown_name("arm", name, names, f"{HERE}.added_arms[{k}]"))
        if self.study is not None and "seed" in self.study.model_fields_set:
            yield f"{HERE}.study.seed = {self.study.seed}: expected none; it follows from the publication and --seed."
        if self.id in self.contradicts:
            yield f"{HERE}.contradicts: it names the finding itself."

    def _no_control(self, place: str, outcome: Outcome) -> Iterator[str]:
        """Yield a line for "no effect" without an effect of the same reading that could have been seen."""
        others = {other.says: other for other in self.outcomes if other is not outcome}
        if outcome.expected == "same" and not outcome.control:
            yield (
                f'{place}.control: missing; expected = "same" needs what another outcome says whose effect shows that '
                "one could have been seen."
            )
        elif outcome.control and outcome.control not in others:
            yield str(unknown_name("outcome", outcome.control, others, f"{place}.control"))
        elif outcome.control:
            control = others[outcome.control]
            if control.reading != outcome.reading:
                yield f"{place}.control: it reads {control.reading}; expected one that reads {outcome.reading}."
            if control.expected not in ("up", "down"):
                yield f'{place}.control: it expects "{control.expected}"; expected one with an effect, up or down.'

    def _wrong_study(self, place: str, outcome: Outcome) -> Iterator[str]:
        if outcome.value is None:
            return
        if self.study is None:
            yield f"{place}: it reads from a study, and the finding has none."
            return
        names = [arm.name for arm in self.study.arms]
        yield from (str(unknown_name("arm", name, names, place)) for name in outcome.arms if name not in names)
        yield from (f"{place}: {line}" for line in outcome.value.mistakes_in(self.study, outcome.times))


def _untargeted(place: str, outcome: Outcome) -> Iterator[str]:
    """Yield a line for a published number that any estimate would reproduce."""
    if outcome.target is not None and outcome.expected != "at least" and None in (outcome.low, outcome.high):
        yield f"{place}: target = {outcome.target:g} needs low and high, between which it counts as reproduced."


@cache
def bundled() -> Mapping[str, Finding]:
    """Id -> finding, of all findings that come with bluespot, in the order of the roles."""
    return _bundled(None)


def _bundled(names: Catalogue | None) -> Mapping[str, Finding]:
    found = read_folder(Path(str(files("experiments") / "evidence" / "findings")), names)
    return {id: each for role in ROLES for id, each in found.items() if each.role == role}


def known_findings(own: Path | None, names: Catalogue | None) -> Mapping[str, Finding]:
    """Id -> finding, of a reader's own folder or those that come with bluespot.

    Parameters
    ----------
    own
        The folder; None for those that come with bluespot.
    names
        Its extensions are added to the rats of all findings; None for nothing.
    """
    if own is not None:
        return read_folder(own, names)
    return bundled() if names is None else _bundled(names)


def read_finding(path: Path, names: Catalogue | None = None) -> Finding:
    """Read a finding from its TOML file.

    Parameters
    ----------
    path
        Named after the id of the finding, such as `A1.toml`.
    names
        Circuits, assays and drugs that its study may name; by default those of this installation.

    Raises
    ------
    UserError
        With one line for each mistake of the file.
    """
    return read_named_part(Finding, path, "id", with_own_drugs(names or installed(), {}, path.parent))


def read_folder(folder: Path, names: Catalogue | None = None) -> dict[str, Finding]:
    """Read a folder of findings, such as a reader's own.

    Parameters
    ----------
    folder
        With one TOML file for each finding. Folders within it are not read, so that drug files may lie there.
    names
        As of `read_finding`.

    Returns
    -------
    dict
        Id -> finding, in the order of the ids.

    Raises
    ------
    UserError
        With one line for each mistake of each file, and for a folder without findings.
    """
    paths = sorted(folder.glob("*.toml"), key=_in_order)
    if not paths:
        missing = "no such folder" if not folder.is_dir() else "no findings there"
        raise UserError(f"{folder}: {missing}; expected a folder with files such as A1.toml.")
    found, lines = {}, []
    for path in paths:
        try:
            found[path.stem] = read_finding(path, names)
        except UserError as error:
            lines.append(str(error))
    if lines:
        raise UserError("\n".join(lines))
    return found


def chosen(ids: str, known: Mapping[str, Finding] | None = None) -> tuple[Finding, ...]:
    """Choose findings by their ids.

    Parameters
    ----------
    ids
        A list such as "A1,A2"; "" for all.
    known
        Id -> finding, by default those that come with bluespot.

    Raises
    ------
    UserError
        For an unknown id, with the nearest ones.
    """
    known = bundled() if known is None else known
    wanted = list(dict.fromkeys(part.strip() for part in ids.split(",") if part.strip())) or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UserError("\n".join(str(unknown_name("finding", name, known, "--only")) for name in unknown))
    return tuple(each for name, each in known.items() if name in wanted)


def _in_order(path: Path) -> tuple[str, int]:
    return path.stem[:1], int(path.stem[1:]) if path.stem[1:].isdigit() else 0
