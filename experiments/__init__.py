"""Studies on virtual animals: arms, timetables, assays, cohorts and the command line.

`from experiments import Arm, Study, assays` is what a script needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.arm import Arm
    from experiments.illumination import Silencing, Stimulation
    from experiments.injection import Injection
    from experiments.manipulation import KnockDown, Lesion
    from experiments.measurement import Measurement
    from experiments.study import Study
    from experiments.study_file import read_study

_HOMES = {
    "Arm": "arm",
    "Injection": "injection",
    "KnockDown": "manipulation",
    "Lesion": "manipulation",
    "Measurement": "measurement",
    "Silencing": "illumination",
    "Stimulation": "illumination",
    "Study": "study",
    "read_study": "study_file",
}

__all__ = [
    "Arm",
    "Injection",
    "KnockDown",
    "Lesion",
    "Measurement",
    "Silencing",
    "Stimulation",
    "Study",
    "read_study",
]


def __getattr__(name: str) -> Any:
    """Load on first use: the command line must answer before Brian2 is imported."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"experiments.{_HOMES[name]}"), name)
