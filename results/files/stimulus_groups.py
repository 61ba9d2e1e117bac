"""The groups /stimuli and /windows of an animal's file, and how many spikes and cells fell into each window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.records import EpochRecord, SpikeTrain
from core.stimulus_course import StimulusCourse, Window
from results.files.columns import NewGroup, write_column, write_numbers, write_texts

#: Spike times are compared with the edges of windows in steps of 10 ns, to which files keep them.
_STEPS_PER_SECOND = 1e8
#: Cells of a population up to which a row of all of them is counted, which is faster than sorting the spikes.
_MOST_CELLS_COUNTED = 1 << 20


def write_stimuli(group: NewGroup, epochs: Sequence[EpochRecord]) -> None:
    """Write each course of a stimulus once, and which epochs had which of them."""
    courses = list(dict.fromkeys(course for epoch in epochs for course in epoch.stimuli))
    number = {course: k for k, course in enumerate(courses)}
    pairs = [(k, number[course]) for k, epoch in enumerate(epochs) for course in epoch.stimuli]
    for name in ("kind", "side", "unit"):
        write_texts(group, name, [getattr(course, name) for course in courses])
    write_column(group, "bins", np.array([len(course.values) for course in courses], "i4"))
    values = np.concatenate([np.empty(0), *(course.values for course in courses)])
    write_column(group, "values", values)
    write_column(group, "epoch", np.array([epoch for epoch, _ in pairs], "i4"))
    write_column(group, "course", np.array([course for _, course in pairs], "i4"))


def stimuli_of_epochs(columns: Mapping[str, np.ndarray], epochs: int) -> list[tuple[StimulusCourse, ...]]:
    """The courses of each of `epochs` epochs, from the columns of /stimuli."""
    parts = np.split(columns["values"], np.cumsum(columns["bins"])[:-1]) if len(columns["bins"]) else []
    names = zip(columns["kind"].tolist(), columns["side"].tolist(), parts, strict=True)
    courses = [StimulusCourse(kind, side, values) for kind, side, values in names]
    found: list[tuple[StimulusCourse, ...]] = [()] * epochs
    for epoch, course in zip(columns["epoch"].tolist(), columns["course"].tolist(), strict=True):
        found[epoch] = (*found[epoch], courses[course])
    return found


def write_windows(group: NewGroup, windows: Sequence[Sequence[Window]]) -> None:
    """Write the windows of all epochs, given epoch by epoch."""
    flat = [(k, window) for k, found in enumerate(windows) for window in found]
    write_column(group, "epoch", np.array([k for k, _ in flat], "i4"))
    for name in ("part", "unit"):
        write_texts(group, name, [getattr(window, name) for _, window in flat])
    for name, unit in (("start", "s"), ("stop", "s"), ("low", ""), ("high", "")):
        write_numbers(group, name, [getattr(window, name) for _, window in flat], unit)


def count_in_windows(train: SpikeTrain, windows: Sequence[Window]) -> np.ndarray:
    """(2, windows) spikes and active cells; the windows of an epoch follow one another without a gap."""
    if len(windows) == 1:
        return np.array([[len(train.seconds)], [_distinct(train)]])
    edges = np.rint(np.array([window.start for window in windows[1:]]) * _STEPS_PER_SECOND)
    at = np.searchsorted(edges, np.rint(np.asarray(train.seconds) * _STEPS_PER_SECOND), "right")
    active = np.unique(at * train.cells + train.index) // max(1, train.cells)
    return np.array([np.bincount(found, minlength=len(windows)) for found in (at, active)])


def _distinct(train: SpikeTrain) -> int:
    """Cells that fired; of a population of very many no row of all its cells is made."""
    if train.cells > _MOST_CELLS_COUNTED:
        return len(np.unique(train.index))
    return int(np.count_nonzero(np.bincount(np.asarray(train.index, "i8"))))
