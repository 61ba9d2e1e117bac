"""A virtual rat laboratory: all that a script or a notebook needs, by one import.

`from bluespot import Animal, Arm, Study, assays, duloxetine, ligated, sham, stimuli`

Every drug can be imported by its name, as `duloxetine` is here. `dir(bluespot.drugs)` lists them, and so does the
command `bluespot drugs`.

What `__all__` names is promised: it keeps its name and its meaning from one version to the next, or CHANGELOG.md says
what has changed. The packages `core`, `circuits`, `drugs`, `experiments` and `results` hold more, which is promised
less.

Nothing is loaded before it is asked for. `import bluespot` takes milliseconds, the first name that needs Brian2 a
second or two.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import drugs
    import results
    from circuits import Circuit, Difference, Injury, Recovery, ligated, naive, sham
    from core.errors import UserError
    from core.records import AnimalRecord, SpikeTrain
    from drugs import Drug, Regimen
    from experiments import (
        Anaesthesia,
        Arm,
        Injection,
        KnockDown,
        Lesion,
        Measurement,
        Silencing,
        Stimulation,
        Study,
        assays,
        extended,
        read_study,
    )
    from experiments.laboratory import stimuli
    from experiments.laboratory.epoch import Epoch
    from experiments.laboratory.forecast import forecast
    from experiments.laboratory.single_animal import Animal
    from experiments.running.diff import diff
    from experiments.version import __version__
    from results.files.store import read_animal, read_spikes

#: Where each name is at home; a module is its own home.
_HOMES = {
    "Anaesthesia": "experiments",
    "Animal": "experiments.laboratory.single_animal",
    "AnimalRecord": "core.records",
    "Arm": "experiments",
    "Circuit": "circuits",
    "Difference": "circuits",
    "Drug": "drugs",
    "Epoch": "experiments.laboratory.epoch",
    "Injection": "experiments",
    "Injury": "circuits",
    "KnockDown": "experiments",
    "Lesion": "experiments",
    "Measurement": "experiments",
    "Recovery": "circuits",
    "Regimen": "drugs",
    "Silencing": "experiments",
    "SpikeTrain": "core.records",
    "Stimulation": "experiments",
    "Study": "experiments",
    "UserError": "core.errors",
    "__version__": "experiments.version",
    "assays": "experiments.laboratory.assays",
    "diff": "experiments.running.diff",
    "drugs": "drugs",
    "extended": "experiments",
    "forecast": "experiments.laboratory.forecast",
    "ligated": "circuits",
    "naive": "circuits",
    "read_animal": "results.files.store",
    "read_spikes": "results.files.store",
    "read_study": "experiments",
    "results": "results",
    "sham": "circuits",
    "stimuli": "experiments.laboratory.stimuli",
}
_MODULES = ("assays", "drugs", "results", "stimuli")

__all__ = [
    "Anaesthesia",
    "Animal",
    "AnimalRecord",
    "Arm",
    "Circuit",
    "Difference",
    "Drug",
    "Epoch",
    "Injection",
    "Injury",
    "KnockDown",
    "Lesion",
    "Measurement",
    "Recovery",
    "Regimen",
    "Silencing",
    "SpikeTrain",
    "Stimulation",
    "Study",
    "UserError",
    "__version__",
    "assays",
    "diff",
    "drugs",
    "extended",
    "forecast",
    "ligated",
    "naive",
    "read_animal",
    "read_spikes",
    "read_study",
    "results",
    "sham",
    "stimuli",
]


def __getattr__(name: str) -> Drug:
    """Load a promised name, or the drug of that name, when it is first asked for."""
    if name.startswith("_") and name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _check_packages()
    if name in _HOMES:
        home = import_module(_HOMES[name])
        value = home if name in _MODULES else getattr(home, name)
    else:
        value = _drug(name)
    globals()[name] = value
    return cast("Drug", value)


def __dir__() -> list[str]:
    """All that can be imported from here, drugs included."""
    from drugs import DRUGS

    return sorted([*__all__, *DRUGS])


def _drug(name: str) -> Drug:
    from core.errors import nearest
    from drugs import DRUGS

    if name not in DRUGS:
        close = nearest(name, [*_HOMES, *DRUGS])
        hint = f" Nearest: {', '.join(close)}." if close else ""
        raise AttributeError(f"bluespot has no {name!r}, neither of its own nor as a drug.{hint}")
    return DRUGS[name]


def _check_packages() -> None:
    """ImportError where a folder or file of the user's has the name of one of bluespot's packages."""
    from bluespot.name_clash import foreign_packages

    lines = foreign_packages()
    if lines:
        raise ImportError("\n".join(lines))
