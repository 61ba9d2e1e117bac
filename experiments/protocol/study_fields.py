"""What a study takes: the types of its fields, and the extensions that all other fields may name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Required, TypedDict

from core.errors import UserError
from experiments.protocol import catalogue
from experiments.protocol.arm import Arm
from experiments.protocol.extensions.extension import Extension
from experiments.protocol.extensions.reading import read_extensions
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.measurement import Measurement
from experiments.protocol.ranges import Ranges
from experiments.protocol.schema import HERE, OneOrMore, Table, listed, refusal
from experiments.protocol.shared_manipulations import (
    SharedAnaesthesia,
    SharedKnockDown,
    SharedLesion,
    SharedSilencing,
    SharedStimulation,
)

if TYPE_CHECKING:
    from circuits import Injury


class StudyFields(TypedDict, total=False):
    """What a `Study` takes: lists and single parts where its fields hold tuples."""

    name: Required[str]
    question: str
    seed: int
    animals: Required[int]
    size: float
    precision: Literal["single", "double"]
    ranges: Ranges | None
    first_day: int
    last_day: int | None
    arms: Required[OneOrMore[Arm | Table]]
    assays: Required[OneOrMore[Measurement | Table]]
    extensions: OneOrMore[Extension | Injury | str | Path | Table]
    injections: OneOrMore[Injection | Table]
    analyses: OneOrMore[str]
    lesions: OneOrMore[SharedLesion | Table]
    knock_downs: OneOrMore[SharedKnockDown | Table]
    silencing: OneOrMore[SharedSilencing | Table]
    stimulation: OneOrMore[SharedStimulation | Table]
    anaesthesia: OneOrMore[SharedAnaesthesia | Table]


def named_by_user(fields: Mapping[str, Any]) -> catalogue.Catalogue:
    """The installed catalogue with the extensions of a study that a script makes, whose Python files are run."""
    try:
        return _with_named(catalogue.installed(), fields, by_user=True)
    except UserError as error:
        raise UserError("\n".join(f"Study: {line}" for line in str(error).split("\n"))) from None


def named_in_file(known: catalogue.Catalogue, fields: Mapping[str, Any]) -> catalogue.Catalogue:
    """The catalogue with the extensions of a study that is read; mistakes are those of a validation."""
    try:
        return _with_named(known, fields, by_user=False)
    except UserError as error:
        raise refusal(*(f"{HERE}.{line}" for line in str(error).split("\n"))) from None


def _with_named(known: catalogue.Catalogue, fields: Mapping[str, Any], *, by_user: bool) -> catalogue.Catalogue:
    """The catalogue with the extensions of a study and of its arms.

    by_user: whether Python files that it names may be run.
    """
    entries = listed(fields.get("extensions", ()))
    own = read_extensions(entries, known.extensions, by_user=by_user)
    arms = fields.get("arms", ())
    of_arms = [each for arm in (arms if isinstance(arms, list | tuple) else [arms]) for each in _of_arm(arm)]
    try:
        return catalogue.with_extensions(known, (*own, *of_arms))
    except UserError as error:
        raise UserError("\n".join(f"extensions: {line}" for line in str(error).split("\n"))) from None


def _of_arm(arm: object) -> tuple[Extension, ...]:
    return arm.extensions if isinstance(arm, Arm) else ()


def knowing(fields: Mapping[str, Any], names: catalogue.Catalogue) -> dict[str, Any]:
    """The fields with the extensions of a catalogue."""
    rest = {name: value for name, value in fields.items() if name != "extensions"}
    return rest | {"extensions": names.extensions} if names.extensions else rest
