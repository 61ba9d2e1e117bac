"""Studies on virtual animals: arms, timetables, assays, cohorts and the command line.

`from experiments import Arm, Study, assays` is what a script needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.laboratory import assays
    from experiments.protocol.arm import Arm
    from experiments.protocol.catalogue import extended
    from experiments.protocol.manipulations.anaesthesia import Anaesthesia
    from experiments.protocol.manipulations.injection import Injection
    from experiments.protocol.manipulations.lesions import KnockDown, Lesion
    from experiments.protocol.manipulations.optogenetics import Silencing, Stimulation
    from experiments.protocol.measurement import Measurement
    from experiments.protocol.study import Study
    from experiments.protocol.study_file import read_study

_HOMES = {
    "Anaesthesia": "protocol.manipulations.anaesthesia",
    "Arm": "protocol.arm",
    "Injection": "protocol.manipulations.injection",
    "KnockDown": "protocol.manipulations.lesions",
    "Lesion": "protocol.manipulations.lesions",
    "Measurement": "protocol.measurement",
    "Silencing": "protocol.manipulations.optogenetics",
    "Stimulation": "protocol.manipulations.optogenetics",
    "Study": "protocol.study",
    "assays": "laboratory.assays",
    "extended": "protocol.catalogue",
    "read_study": "protocol.study_file",
}

__all__ = [
    "Anaesthesia",
    "Arm",
    "Injection",
    "KnockDown",
    "Lesion",
    "Measurement",
    "Silencing",
    "Stimulation",
    "Study",
    "assays",
    "extended",
    "read_study",
]


def __getattr__(name: str) -> Any:
    """Load on first use: the command line must answer before Brian2 is imported."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"experiments.{_HOMES[name]}")
    return home if name == "assays" else getattr(home, name)
