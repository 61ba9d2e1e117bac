"""All that was done to an animal and with what: enough to make it again from its file alone."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from circuits.brian.compiling import FLAGS, compiler
from circuits.draw import AnimalDraw
from drugs import Regimen
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
from experiments.laboratory.timetable import regimens_given
from experiments.protocol.ranges import drawn_numbers
from experiments.version import __version__

if TYPE_CHECKING:
    from experiments.laboratory.history import Numerics
    from experiments.protocol.arm import Arm
    from experiments.protocol.study import Study

#: Packages whose version may move a number.
_PACKAGES = ("brian2", "numpy", "scipy")


def provenance(
    study: Study, arm: Arm, draw: AnimalDraw, numerics: Numerics, given: tuple[Regimen, ...]
) -> dict[str, Any]:
    """What an animal was made of, equal on every machine; `study_toml` is the text of a study of this arm alone.

    Parameters
    ----------
    study, arm
        The study with its only arm.
    draw, numerics
        Of the animal.
    given
        Its drugs, with the numbers that it drew for them.
    """
    injections = [injection.table() for injection in study.injections_of(arm.name)]
    done = arm.manipulation_tables() | ({"injections": injections} if injections else {})
    return {
        "study": study.name,
        "study_toml": study_text(study, draw.number),
        "fingerprint": study.fingerprint(),
        "arm": arm.table(),
        "doses": [str(regimen) for regimen in regimens_given(study, arm)],
        "set": dict(arm.set),
        "switch_off": list(arm.switch_off),
        "manipulations": done,
        "seed": study.seed,
        "size": draw.structure.size,
        "variability": dict(draw.factors),
        "numerics": vars(numerics),
        **tools(),
        **({"ranges": arm.ranges, "drug_numbers": drawn_numbers(given)} if arm.ranges else {}),
    }


def tools() -> dict[str, Any]:
    """What an animal is made with here, and what may move its bits: numbers of the model, packages, compiler."""
    return {
        "model": model_fingerprint(),
        "bluespot_version": __version__,
        **_versions(),
        "compiler": compiler() or "none: NumPy",
        "flags": list(FLAGS) if compiler() else [],
    }


@cache
def _versions() -> dict[str, str]:
    return {f"{name}_version": version(name) for name in _PACKAGES}


def study_text(study: Study, number: int) -> str:
    """The text of a study that makes animal `number` of its only arm, without what changes no animal."""
    return study.model_copy(update={"animals": max(1, number), "question": "", "analyses": ()}).to_toml()
