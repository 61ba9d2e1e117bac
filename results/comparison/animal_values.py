"""What is compared of one animal: values of assays, and rates and averages of epochs at equal stimulus.

Rates are compared in the windows of an epoch in which the stimulus was the same: at rest, before a stimulus, during it
at one strength or in one band of a rising one, and after it. Averages are means over a whole epoch, so that they are
compared where no stimulus was given. Files of format version 1 have no windows: of them only rests are compared,
because epochs under a rising force end with the withdrawal and so at another force in every animal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from results.comparison.cut_bands import cut_short
from results.comparison.measures import SHARE, AnimalValues, NameAndUnit, Place
from results.files.arrays import AnimalArrays
from results.files.columns import NOT_RECORDED
from results.files.writing import unit_of
from results.frames.tables import EPOCHS_TOLD, RATE_ENDING, epoch_columns, window_columns

#: Entries of a place: of assay values, of the averages of an epoch, and of rates in a window of an epoch.
ASSAY_PLACE = {"assay": str, "side": str, "phase": str, "day": int, "hour": float}
EPOCH_PLACE = ASSAY_PLACE
WINDOW_PLACE = {
    **ASSAY_PLACE,
    "stimulus": str,
    "part": str,
    "from_strength": float,
    "to_strength": float,
    "strength_unit": str,
}
#: Part of an epoch of a file without windows, in which the stimulus is not the same in all animals.
UNEQUAL_PART = "whole"


@dataclass(frozen=True)
class Scope:
    """What of a study is compared: some days, and some assays ("rest" for rest); all where empty."""

    days: frozenset[int] = field(default=frozenset())
    assays: frozenset[str] = field(default=frozenset())

    def kept(self, day: np.ndarray, assay: np.ndarray) -> np.ndarray:
        """Which rows of that day and assay are compared."""
        found = np.ones(len(day), bool)
        for chosen, column in ((self.days, day), (self.assays, assay)):
            if chosen:
                found &= np.isin(column, np.array(list(chosen)))
        return found


ALL = Scope()


def assay_values(arrays: AnimalArrays, chosen: Scope = ALL) -> AnimalValues:
    """The values of an animal's assays."""
    found = arrays["assays"]
    kept = chosen.kept(found["day"], found["assay"])
    columns = {**{name: found[name][kept] for name in (*ASSAY_PLACE, "name", "unit", "value", "censored")}}
    names = list(zip(columns["name"].tolist(), columns["unit"].tolist(), strict=True))
    at = {name: k for k, name in enumerate(dict.fromkeys(names))}
    rows, shape = np.arange(len(names)), (len(names), len(at))
    where = rows, np.array([at[name] for name in names], np.intp)
    values, censored = np.full(shape, np.nan), np.zeros(shape, bool)
    values[where], censored[where] = columns["value"], columns["censored"]
    columns["hour"] = np.round(columns["hour"], 6)
    return AnimalValues(_places(columns, ASSAY_PLACE), list(at), values, censored)


def average_values(arrays: AnimalArrays, chosen: Scope = ALL) -> AnimalValues:
    """Transmitters and receptors of an animal in epochs without a stimulus; firing rates are in `rate_values`."""
    epochs = epoch_columns(arrays)
    kept = chosen.kept(epochs["day"], epochs["purpose"]) & (epochs["stimulus"] == "")
    columns, units = arrays["epochs"], arrays.units["epochs"]
    names = [name for name in columns if name not in EPOCHS_TOLD and not name.endswith(RATE_ENDING)]
    values = np.array([columns[name][kept] for name in names]).reshape(len(names), int(kept.sum())).T
    told = [(name, units.get(name, unit_of(name))) for name in names]
    return _uncensored(_places(_named(epochs, kept), EPOCH_PLACE), told, values)


def rate_values(arrays: AnimalArrays, chosen: Scope = ALL) -> tuple[AnimalValues, AnimalValues, bool]:
    """Mean rates (Hz per cell) and recruited shares of cells of an animal, and whether parts of epochs were left out.

    Recruited is a cell with a spike in the window; files of format version 1 do not tell it.
    """
    windows, group = window_columns(arrays), arrays["populations"]
    windows |= with_held_strengths(windows["epoch"].astype(np.intp), windows)
    selected = chosen.kept(windows["day"], windows["purpose"])
    kept = selected & (windows["part"] != UNEQUAL_PART) & ~cut_short(windows)
    spikes = group.get("window_spikes", group["spikes"])[:, kept].T
    cells = group["cells"].astype(float)
    recorded = (spikes != NOT_RECORDED) & (cells > 0) & (windows["seconds"][kept, None] > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.where(recorded, spikes / (cells * windows["seconds"][kept, None]), np.nan)
        active = group["window_cells"][:, kept].T if "window_cells" in group else np.full(spikes.shape, np.nan)
        shares = np.where(recorded, active / cells, np.nan)
    places = _places(_named(windows, kept), WINDOW_PLACE)
    populations = arrays.populations
    found, recruited = (_uncensored(places, [(name, unit) for name in populations], values)
                        for unit, values in (("Hz", rates), (SHARE, shares)))  # fmt: skip
    return found, recruited, bool((selected & (windows["part"] == UNEQUAL_PART)).any())


def with_held_strengths(epoch: np.ndarray, windows: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Ends of the strength in each window, `low` and `high`: before and after a steady stimulus, that of the stimulus.

    What follows 60 g does not follow 10 g. Around a rising stimulus the strength stays that of the resting device.

    Parameters
    ----------
    epoch
        Number of the epoch of each window, from 0, (w,).
    windows
        With the columns part, low and high, (w,) each.
    """
    during = windows["part"] == "during"
    steady = during & (windows["low"] == windows["high"])
    held = np.full(int(epoch.max(initial=-1)) + 1, np.nan)
    held[epoch[steady]] = windows["low"][steady]
    held[np.bincount(epoch[during], minlength=len(held)) > 1] = np.nan
    around = np.isin(windows["part"].astype(str), ("before", "after")) & np.isfinite(held[epoch])
    return {end: np.where(around, held[epoch], windows[end]) for end in ("low", "high")}


def _named(columns: Mapping[str, np.ndarray], kept: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of epochs or windows under the names of a place."""
    told = {"assay": "purpose", "from_strength": "low", "to_strength": "high", "strength_unit": "unit"}
    names = {name: told.get(name, name) for name in WINDOW_PLACE}
    return {name: columns[own][kept] for name, own in names.items() if own in columns}


def _places(columns: Mapping[str, np.ndarray], names: Mapping[str, type]) -> list[Place]:
    found = [np.nan_to_num(columns[name]) if kind is float else columns[name] for name, kind in names.items()]
    return list(zip(*(column.tolist() for column in found), strict=True))


def _uncensored(places: Sequence[Place], names: Sequence[NameAndUnit], values: np.ndarray) -> AnimalValues:
    return AnimalValues(places, names, values, np.zeros(values.shape, bool))
