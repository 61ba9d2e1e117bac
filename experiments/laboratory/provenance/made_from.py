"""What an animal's file says that it was made from, checked before anything is made from it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from core.errors import UserError
from core.limits import LARGEST_SIZE
from experiments.laboratory.history import Numerics
from experiments.protocol.schema import Kind, Part, mistakes


class _FiledNumerics(Part):
    """`Numerics` as a file may have them; bounds are far beyond what any run would take."""

    dt_ms: float = Field(Numerics.dt_ms, ge=0.001, le=1.0, description="a step of 0.001 to 1 ms")
    precision: Literal["single", "double"] = Field("single", description='"single" or "double"')
    rest_seconds: float = Field(Numerics.rest_seconds, ge=0.01, le=3600.0, description="0.01 to 3600 s of rest")
    step_scale: float = Field(Numerics.step_scale, ge=0.001, le=1000.0, description="a scale of 0.001 to 1000")
    longest_hours: float = Field(Numerics.longest_hours, ge=0.001, le=1000.0, description="0.001 to 1000 hours")
    noise: int = Field(Numerics.noise, ge=0, lt=2**63, description="a whole number of 0 or more, below 2^63")
    # A file that does not tell it had every rest run.
    rest_error: float = Field(0.0, ge=0.0, le=1000.0, description="a bound of 0 to 1000")


class _FiledSeed(Part):
    seed: int = Field(ge=0, lt=2**63, description="a whole number of 0 or more, below 2^63")


class _Filed(_FiledSeed):
    """What of a file's provenance something is made from."""

    size: float = Field(gt=0, le=LARGEST_SIZE, description=f"a number above 0, up to {LARGEST_SIZE}")
    numerics: _FiledNumerics = Field(description="a table such as { dt_ms = 0.1 }")


@dataclass(frozen=True)
class MadeFrom:
    """What an animal was made from, besides its study.

    Attributes
    ----------
    seed : int
        Of all random draws.
    size : float
        Scale of all populations.
    numerics : Numerics
        How finely its two clocks were split.
    """

    seed: int
    size: float
    numerics: Numerics


def made_from(path: Path, provenance: Mapping[str, Any]) -> MadeFrom:
    """Seed, size and numerics of a file's provenance.

    Parameters
    ----------
    path
        The file, for errors.
    provenance
        Of its `AnimalRecord`.

    Raises
    ------
    UserError
        With a line for each field that is missing, unknown, or what no run can have.
    """
    found = _checked(_Filed, path, provenance)
    return MadeFrom(found.seed, found.size, Numerics(**dict(found.numerics)))


def seed_of(path: Path, provenance: Mapping[str, Any]) -> int:
    """The seed of a file's provenance; UserError as `made_from`, of the seed alone."""
    return _checked(_FiledSeed, path, provenance).seed


def _checked(model: type[Kind], path: Path, provenance: Mapping[str, Any]) -> Kind:
    given = {name: provenance[name] for name in model.model_fields if name in provenance}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        lines = mistakes(model, error)
        raise UserError("\n".join(f"{path}: its provenance: {line}" for line in lines)) from None
