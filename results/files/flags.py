"""Flags of an animal: where its circuit did what no circuit does, by population and epoch, read from counts of spikes.

A flag does not stop an animal, for what led to it is to be seen. It stands in the animal's file (`/flags`), and
whatever is made from the file tells it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from core.days import day_and_hour
from core.errors import UserError
from core.records import AnimalRecord, EpochRecord
from results.files.columns import NOT_RECORDED, NewGroup, write_column, write_numbers, write_texts

#: Mean rate of a population, Hz per cell, above which it is taken for saturated: no neuron of the model's kinds holds
#: it, and cells in use stay below half of it.
HIGHEST_RATE = 300.0
#: The shortest window (s) of which a rate is told: in a shorter one two spikes of few cells are a high rate.
SHORTEST = 0.05
#: Epochs at rest, and spikes in each, from which equal numbers of spikes in all of them are no chance.
LEAST_RESTS, LEAST_SPIKES = 4, 20
SATURATED, NO_NUMBER, STUCK = "above 300 Hz", "not a number", "stuck"
KINDS_OF_FLAGS = (SATURATED, NO_NUMBER, STUCK)
#: In place of the position of an epoch: all that are at rest.
AT_REST = -1


@dataclass(frozen=True)
class Flag:
    """One thing that no circuit does.

    Attributes
    ----------
    what
        One of `KINDS_OF_FLAGS`: "above 300 Hz", the mean rate of a population in a part of an epoch; "not a number", an
        average of an epoch; "stuck", the same number of spikes in every epoch at rest.
    name
        The population, or the average.
    epoch
        Position of the epoch; -1 for all at rest.
    value
        Hz of "above 300 Hz", spikes in each epoch of "stuck", NaN or infinite of "not a number".
    """

    what: str
    name: str
    epoch: int
    value: float


def flags_of(
    epochs: Sequence[EpochRecord], cells: Mapping[str, int], spikes: np.ndarray, in_windows: Sequence[np.ndarray]
) -> list[Flag]:
    """Flags of an animal, in the order of its epochs; none for nearly every animal.

    Parameters
    ----------
    epochs
        Of the animal.
    cells
        Population -> number of cells.
    spikes
        Number of spikes in each epoch, (populations, epochs); -1 where it was not recorded.
    in_windows
        The same of each population in each window of all epochs, each (windows,).
    """
    found = [*_saturated(epochs, cells, in_windows), *_no_numbers(epochs), *_stuck(epochs, cells, spikes)]
    return sorted(found, key=lambda flag: flag.epoch)


def _saturated(
    epochs: Sequence[EpochRecord], cells: Mapping[str, int], in_windows: Sequence[np.ndarray]
) -> Iterator[Flag]:
    """The highest rate of each population in each epoch in which one is above the limit."""
    windows = [(k, window.stop - window.start) for k, epoch in enumerate(epochs) for window in epoch.windows]
    at, seconds = np.array([k for k, _ in windows], int), np.array([long for _, long in windows], float)
    for (name, count), spikes in zip(cells.items(), in_windows, strict=True):
        told = (spikes != NOT_RECORDED) & (seconds >= SHORTEST)
        rates = np.where(told, spikes / np.where(told, max(1, count) * seconds, 1.0), 0.0)
        high = np.flatnonzero(rates > HIGHEST_RATE)
        for epoch in np.unique(at[high]):
            yield Flag(SATURATED, name, int(epoch), float(rates[high[at[high] == epoch]].max()))


def _no_numbers(epochs: Sequence[EpochRecord]) -> Iterator[Flag]:
    for k, epoch in enumerate(epochs):
        for name, value in epoch.averages.items():
            if not isfinite(value):
                yield Flag(NO_NUMBER, name, k, float(value))


def _stuck(epochs: Sequence[EpochRecord], cells: Mapping[str, int], spikes: np.ndarray) -> Iterator[Flag]:
    rests = np.array([k for k, epoch in enumerate(epochs) if epoch.purpose == "rest" and not epoch.stimuli], int)
    lengths = {epochs[k].seconds for k in rests}
    if len(rests) < LEAST_RESTS or len(lengths) > 1:
        return
    for row, name in enumerate(cells):
        counts = spikes[row, rests]
        if counts.min() == counts.max() >= LEAST_SPIKES:
            yield Flag(STUCK, name, AT_REST, float(counts[0]))


def check_slow_state(record: AnimalRecord) -> None:
    """UserError for an animal whose slow state or concentrations are not numbers: it cannot go on, nor be compared."""
    for table in (record.slow_state, record.concentrations):
        for name, values in table.columns.items():
            wrong = np.flatnonzero(~np.isfinite(np.asarray(values, "f8")))
            if len(wrong):
                day, hour = day_and_hour(float(table.hours[wrong[0]]))
                raise UserError(
                    f"animal {record.animal} of arm {record.arm}: {name} is {values[wrong[0]]} on day {day}, hour "
                    f"{hour:g}; the circuit does not hold with these numbers."
                )


def write_flags(file: NewGroup, flags: Sequence[Flag]) -> None:
    """Write the group /flags; nothing where there are none, so that other files stay as they were."""
    if not flags:
        return
    group = file.group("flags")
    write_texts(group, "what", [flag.what for flag in flags])
    write_texts(group, "name", [flag.name for flag in flags])
    write_column(group, "epoch", np.array([flag.epoch for flag in flags], "i4"))
    write_numbers(group, "value", [flag.value for flag in flags])


def told_flags(flags: Mapping[str, np.ndarray], epochs: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """Flags of a file with the time of their epochs, from the columns of /flags and /epochs; none for most files."""
    if not flags:
        return []
    rows = zip(*(flags[name].tolist() for name in ("what", "name", "epoch", "value")), strict=True)
    return [{**_when(epoch, epochs), "what": what, "name": name, "value": value} for what, name, epoch, value in rows]


def _when(epoch: int, epochs: Mapping[str, np.ndarray]) -> dict[str, Any]:
    if epoch == AT_REST:
        return {"epoch": "all at rest", "day": None, "hour": None}
    day, hour = day_and_hour(float(epochs["hours"][epoch]))
    return {"epoch": str(epochs["label"][epoch]), "day": day, "hour": round(hour, 6)}


def in_words(flag: Mapping[str, Any]) -> str:
    """A flag of `told_flags` in a line: `ipsi_projection above 300 Hz (412 Hz), day 14, hour 2 (pinch:ipsi@338h)`."""
    unit = {SATURATED: " Hz", STUCK: " spikes in each"}.get(str(flag["what"]), "")
    at_rest = flag["day"] is None
    when = "in all epochs at rest" if at_rest else f"day {flag['day']}, hour {flag['hour']:g} ({flag['epoch']})"
    value = "" if flag["value"] is None or flag["what"] == NO_NUMBER else f" ({flag['value']:.4g}{unit})"
    return f"{flag['name']} {flag['what']}{value}, {when}"
