"""Holds the tables of an animal's file to one another: what one says of another is there, and fits it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.days import HOURS_PER_DAY
from core.stimulus_course import STRENGTH_UNITS
from results.files.bounds import DamagedError
from results.files.schema.columns import NEVER_NEGATIVE

#: Values of these names, and of names that end so, are differences, and so may be negative in such a unit; and what
#: else is never negative.
_DIFFERENCES = ("nsia",)
DIFFERENCE = "_difference"
MEASURED = frozenset({*NEVER_NEGATIVE, "g", "mN", "s", "ms", "% of basal"})
#: Values in such a unit are ratios: NaN where nothing was there to be divided by.
_RATIOS = frozenset({"% of basal"})
#: Rounding of milliseconds, seconds and hours.
_MS, _S, _H = 1e-3, 1e-6, 1e-3

_Table = Mapping[str, np.ndarray]


def check_tables(columns: Mapping[str, _Table], version: int) -> None:
    """Raise DamagedError where tables that were read contradict themselves or one another.

    Each column has its own kind, shape and range already.
    """
    epochs = columns.get("epochs", {})
    _check_epochs(epochs)
    _check_windows(columns.get("windows", {}), epochs)
    _check_populations(columns.get("populations", {}))
    _check_assays(columns.get("assays", {}), epochs, version)
    _check_stimuli(columns.get("stimuli", {}), epochs)
    flags = columns.get("flags", {})
    if "epoch" in flags and epochs:
        count = len(next(iter(epochs.values())))
        refuse("flags/epoch", flags["epoch"], flags["epoch"] >= count, f"the place of one of {count} epochs")
    for group in ("slow_state", "concentrations"):
        if "hours" in columns.get(group, {}):
            _check_order(f"{group}/hours", columns[group]["hours"])


def _check_epochs(epochs: _Table) -> None:
    if "stimulus" in epochs:
        for text in dict.fromkeys(epochs["stimulus"].tolist()):
            if text and not all(part in STRENGTH_UNITS for part in text.split("+")):
                at = epochs["stimulus"].tolist().index(text)
                raise DamagedError(
                    f'epochs/stimulus[{at}] is "{text}"; expected {", ".join(STRENGTH_UNITS)}, joined by "+"'
                )
    if "hours" in epochs and "day" in epochs:
        apart = np.abs(epochs["day"] * HOURS_PER_DAY - epochs["hours"]) > _H
        refuse("epochs/day", epochs["day"], apart, "the day of epochs/hours")
    if "seconds" in epochs and "onset" in epochs:
        refuse("epochs/onset", epochs["onset"], epochs["onset"] > epochs["seconds"] + _S, "a time within the epoch")
    if all(name in epochs for name in ("start_ms", "stop_ms", "seconds")):
        _check_axis(epochs)


def _check_axis(epochs: _Table) -> None:
    """Epochs lie one after another on the axis of spikes, each as long as it lasted."""
    starts, stops = epochs["start_ms"], epochs["stop_ms"]
    ends = starts + epochs["seconds"] * 1e3
    refuse("epochs/stop_ms", stops, np.abs(stops - ends) > _MS, "start_ms and the length of the epoch")
    order = np.argsort(starts, kind="stable")
    over = np.zeros(len(starts), bool)
    over[order[1:]] = starts[order[1:]] < stops[order[:-1]] + 1.0 - _MS
    refuse("epochs/start_ms", starts, over, "at least 1 ms after the epoch before has ended")


def _check_windows(windows: _Table, epochs: _Table) -> None:
    if not all(name in windows for name in ("start", "stop", "low", "high")):
        return
    refuse("windows/stop", windows["stop"], windows["stop"] < windows["start"], "no time before windows/start")
    refuse("windows/high", windows["high"], windows["high"] < windows["low"], "no less than windows/low")
    if "seconds" in epochs and "epoch" in windows:
        at, count = windows["epoch"], len(epochs["seconds"])
        refuse("windows/epoch", at, at >= count, f"the place of one of {count} epochs")
        late = windows["stop"] > epochs["seconds"][at] + _S
        refuse("windows/stop", windows["stop"], late, "a time within its epoch")


def _check_populations(populations: _Table) -> None:
    if "name" in populations:
        names = populations["name"].tolist()
        if len(set(names)) < len(names) or "" in names:
            twice = next(name for name in names if names.count(name) > 1 or not name)
            raise DamagedError(f'populations/name has "{twice}"; expected a name of its own for each population')
    if all(name in populations for name in ("cells", "window_cells", "window_spikes")):
        active, spikes = populations["window_cells"], populations["window_spikes"]
        refuse("populations/window_cells", active, active > spikes, "no more cells than spikes")
        many = active > populations["cells"][:, None]
        refuse("populations/window_cells", active, many, "no more cells than populations/cells")


def _check_assays(assays: _Table, epochs: _Table, version: int) -> None:
    if all(name in assays for name in ("value", "unit", "name")):
        _check_values(assays)
    if version < 2 or not all(name in assays for name in ("epoch", "epochs")):
        return
    first, count = assays["epoch"].astype("i8"), assays["epochs"].astype("i8")
    refuse("assays/epoch", first, (first < 0) != (count == 0), "-1 where assays/epochs is 0, and only there")
    if "hours" not in epochs:
        return
    known = len(epochs["hours"])
    refuse("assays/epochs", count, first + count > known, f"the places of some of {known} epochs")
    if "day" in assays and "hour" in assays:
        read = np.flatnonzero(count)
        late = np.zeros(len(first), bool)
        when = HOURS_PER_DAY * assays["day"].astype("f8") + assays["hour"]
        late[read] = np.abs(epochs["hours"][first[read]] - when[read]) > _H
        refuse("assays/epoch", first, late, "an epoch of the day and hour of the value")


def is_never_negative(name: str, unit: str) -> bool:
    """Whether a value of an assay of that name cannot be below 0 in that unit."""
    return unit in MEASURED and name not in _DIFFERENCES and not name.endswith(DIFFERENCE)


def _check_values(assays: _Table) -> None:
    value = assays["value"]
    if not value.size or 0 <= value.min() <= value.max() < np.inf:
        return
    units = assays["unit"].tolist()
    ratio = np.array([unit in _RATIOS for unit in units])
    unknown = ~np.isfinite(value) & ~(ratio & np.isnan(value))
    refuse("assays/value", value, unknown, "a finite number")
    names = assays["name"].tolist()
    measured = [is_never_negative(name, unit) for unit, name in zip(units, names, strict=True)]
    refuse("assays/value", value, (value < 0) & measured, "0 or more in its unit")


def _check_stimuli(stimuli: _Table, epochs: _Table) -> None:
    if not all(name in stimuli for name in ("kind", "unit", "bins", "values", "epoch", "course")):
        return
    kinds, units = stimuli["kind"].tolist(), stimuli["unit"].tolist()
    for k, (kind, unit) in enumerate(zip(kinds, units, strict=True)):
        if STRENGTH_UNITS[kind] != unit:
            raise DamagedError(f'stimuli/unit[{k}] is "{unit}"; expected "{STRENGTH_UNITS[kind]}", that of {kind}')
    bins = stimuli["bins"].astype("i8")
    refuse("stimuli/bins", bins, bins < 1, "1 or more")
    if bins.sum() != len(stimuli["values"]):
        raise DamagedError(
            f"stimuli/bins add up to {bins.sum()}; expected {len(stimuli['values'])}, as stimuli/values has"
        )
    refuse("stimuli/course", stimuli["course"], stimuli["course"] >= len(kinds), f"the place of one of {len(kinds)}")
    if epochs:
        count = len(next(iter(epochs.values())))
        refuse("stimuli/epoch", stimuli["epoch"], stimuli["epoch"] >= count, f"the place of one of {count} epochs")


def _check_order(name: str, hours: np.ndarray) -> None:
    back = np.zeros(len(hours), bool)
    back[1:] = np.diff(hours) < 0
    refuse(name, hours, back, "no time before the one above it")


def check_spikes(name: str, times: np.ndarray, counts: np.ndarray, edges: tuple[np.ndarray, np.ndarray]) -> None:
    """Raise DamagedError where the spikes of a population are not those that its counts tell.

    Parameters
    ----------
    name
        Of the population.
    times
        Of its spikes in ms, rising, as /spikes/NAME/timestamps.
    counts
        Spikes in each epoch, -1 where it was not recorded.
    edges
        (start_ms, stop_ms) of the epochs, each (epochs,).
    """
    starts, stops = edges
    found = np.searchsorted(times, stops + 0.5) - np.searchsorted(times, starts - 0.5)
    wrong = np.maximum(counts, 0) != found
    if wrong.any():
        k = int(np.flatnonzero(wrong)[0])
        raise DamagedError(f"spikes/{name} has {found[k]} spikes in epoch {k}; populations/spikes says {counts[k]}")
    if int(found.sum()) != len(times):
        raise DamagedError(f"spikes/{name}/timestamps has {len(times) - int(found.sum())} spikes outside all epochs")


def check_cells(tables: Mapping[str, np.ndarray], cells: Mapping[str, int]) -> None:
    """Raise DamagedError where what each cell drew (population -> table) is no finite number or text for each cell."""
    for name, table in tables.items():
        if name not in cells:
            raise DamagedError(f"cells/{name} is of no population; expected one of populations/name")
        if table.dtype.names is None or table.shape != (cells[name],):
            raise DamagedError(f"cells/{name} is no table of {cells[name]} rows, one for each cell")
        for column in table.dtype.names:
            values = table[column]
            if values.dtype.kind not in "fS" or values.ndim != 1:
                raise DamagedError(f"cells/{name}: {column} is neither a number nor a text")
            if values.dtype.kind == "f":
                refuse(f"cells/{name}: {column}", values, ~np.isfinite(values), "a finite number")


def check_train(name: str, times: np.ndarray, ids: np.ndarray, cells: int) -> None:
    """Raise DamagedError where spikes are not in order, or of cells that are not there."""
    if times.dtype.kind != "f" or ids.dtype.kind not in "iu" or times.ndim != 1 or ids.ndim != 1:
        raise DamagedError(f"spikes/{name} has no columns of numbers and whole numbers, of one dimension")
    if times.shape != ids.shape:
        raise DamagedError(f"spikes/{name}/node_ids has {len(ids)} spikes; expected {len(times)}, as timestamps has")
    if not len(times):
        return
    if not (np.isfinite(times[0]) and np.isfinite(times[-1]) and np.all(times[1:] >= times[:-1])):
        wrong = np.concatenate([~np.isfinite(times[:1]), ~(times[1:] >= times[:-1])])
        wrong[-1] |= not np.isfinite(times[-1])
        refuse(f"spikes/{name}/timestamps", times, wrong, "a time that is no earlier than the one before")
    if ids.max() >= cells or ids.min() < 0:
        refuse(f"spikes/{name}/node_ids", ids, (ids >= cells) | (ids < 0), f"0 to {cells - 1}")


def refuse(name: str, values: np.ndarray, wrong: np.ndarray, allowed: str) -> None:
    """Raise DamagedError for the first of the values that are wrong, if any is."""
    if wrong.any():
        at = tuple(np.argwhere(wrong)[0].tolist())
        raise DamagedError(f"{name}[{', '.join(map(str, at))}] is {values[at]}; expected {allowed}")
