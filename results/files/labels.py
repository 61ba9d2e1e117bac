"""What the labels of epochs tell of phase, side, stimulus and strength, in files of format version 1.

Later versions have columns for them. A label is the purpose of its epoch, its parts, and the hour from surgery:
`von_frey:ipsi:3:8 g@314.5000h`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from core.days import HOURS_PER_DAY, SAME_HOUR
from core.vocabulary import SIDES
from results.files.arrays import AnimalArrays

#: What the assays of that format did to an animal; those that are missing only watched it.
_APPLIED = {
    "paw_pressure": "force",
    "von_frey": "force",
    "pinch": "force",
    "locus_coeruleus_recording": "force",
    "nsia": "force",
    "plantar_heat": "heat",
    "brush": "brush",
}
_UNITS = {"force": "g", "heat": "degC", "brush": "1", "capsaicin": "1"}
_GRAMS = re.compile(r"(\d+(?:\.\d+)?) g$")


#: Columns of the epochs that say what was done, since version 2.
DONE = ("phase", "side", "stimulus", "strength", "unit", "onset", "dose_hours")


def what_was_done(arrays: AnimalArrays) -> dict[str, np.ndarray]:
    """The columns `DONE` of the epochs of a file, each (n,); of a file of version 1 as labels and assays tell them."""
    epochs = arrays["epochs"]
    return {name: epochs[name] for name in DONE} if "phase" in epochs else told_by_labels(epochs, arrays["assays"])


def told_by_labels(epochs: Mapping[str, np.ndarray], assays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Columns phase, side, stimulus, strength, unit, onset and dose_hours of the epochs of a file, each (n,).

    Dose_hours and the onset of a stimulus are not told, and NaN; so is a strength that neither the label nor a
    threshold gives.

    Parameters
    ----------
    epochs, assays
        Columns of the groups of that name.
    """
    parts = [str(label).rpartition("@")[0].split(":") for label in epochs["label"]]
    stimuli = [_stimulus(part) for part in parts]
    sides = [_side(part) if stimulus else "" for part, stimulus in zip(parts, stimuli, strict=True)]
    hours = epochs["hours"]
    strengths = [_strength(part, side, hour, assays) for part, side, hour in zip(parts, sides, hours, strict=True)]
    return {
        "phase": _texts(_phase(purpose, hour, assays) for purpose, hour in zip(epochs["purpose"], hours, strict=True)),
        "side": _texts(sides),
        "stimulus": _texts(stimuli),
        "strength": np.array(strengths, "f8"),
        "unit": _texts(_UNITS.get(stimulus.split("+")[0], "") for stimulus in stimuli),
        "onset": np.array([np.nan if stimulus else 0.0 for stimulus in stimuli]),
        "dose_hours": np.full(len(parts), np.nan),
    }


def _texts(texts: Iterable[str]) -> np.ndarray:
    return np.array(list(texts), object)


def _stimulus(parts: list[str]) -> str:
    """What an epoch applied: the third part of a label of NSIA tells rest, capsaicin, before and after apart."""
    if parts[:2] == ["nsia", "rest"]:
        return ""
    if parts[:2] == ["nsia", "capsaicin"]:
        return "capsaicin"
    applied = _APPLIED.get(parts[0], "")
    return f"{applied}+capsaicin" if parts[0] == "nsia" and parts[-1] == "after" else applied


def _side(parts: list[str]) -> str:
    """The paw that was touched; recordings of the locus coeruleus pinch the contralateral one."""
    named = [part for part in parts[1:] if part in SIDES]
    return named[0] if named else "contra" * (parts[0] == "locus_coeruleus_recording")


def _strength(parts: list[str], side: str, hours: float, assays: Mapping[str, np.ndarray]) -> float:
    """The filament, or the threshold at which a rising force was taken away, in g; NaN where not told; 0 at rest."""
    if not _stimulus(parts):
        return 0.0
    filament = _GRAMS.match(parts[-1])
    if filament:
        return float(filament[1])
    name = {"paw_pressure": "paw_pressure_threshold", "nsia": f"nsia_threshold_{parts[-1]}"}.get(parts[0])
    same = (assays["name"] == name) & (assays["side"] == side)
    begun = np.flatnonzero(same & (_since(hours, assays) >= -SAME_HOUR))
    return float(assays["value"][begun[-1]]) if len(begun) else np.nan


def _phase(purpose: str, hours: float, assays: Mapping[str, np.ndarray]) -> str:
    """The phase of the assay that an epoch belongs to; of a rest, that of the assays of its hour."""
    since = _since(hours, assays)
    own = assays["assay"] == purpose
    begun = np.flatnonzero(own & (since >= -SAME_HOUR) if own.any() else np.abs(since) < SAME_HOUR)
    return str(assays["phase"][begun[-1]]) if len(begun) else ""


def _since(hours: float, assays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Hours from each assay to a time in hours from surgery."""
    found: np.ndarray = hours - (HOURS_PER_DAY * assays["day"] + assays["hour"])
    return found
