"""One epoch in the hands of its experimenter: spikes by population, rates, traces, a raster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from circuits.stimulus import Stimulus
from core.days import day_and_hour
from core.errors import UserError, unknown_name
from core.records import EpochRecord, SpikeTrain
from core.vocabulary import SIDES
from experiments.laboratory.assays.withdrawal import withdrawal
from experiments.laboratory.stimuli import AppliedStimulus, span

if TYPE_CHECKING:
    from results.figures import Drawing

Value = TypeVar("Value")
#: Width of a page of most journals.
PAGE_MM = 170.0


class NoSuchNameError(UserError, KeyError):
    """A name that a mapping does not hold, with the nearest that it does."""

    __str__ = Exception.__str__


class ByName(Mapping[str, Value]):
    """A mapping that tells of a wrong name which it has."""

    def __init__(self, kind: str, values: Mapping[str, Value]) -> None:
        self._kind, self._values = kind, values

    def __getitem__(self, name: str) -> Value:
        if name not in self._values:
            raise NoSuchNameError(str(unknown_name(self._kind, str(name), self._values)))
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<{len(self)} by name: {', '.join(self)}>"


@dataclass(frozen=True, repr=False, eq=False)
class Epoch:
    """Some seconds of spiking simulation, at one moment of an animal.

    Parameters
    ----------
    record
        Label, time, spikes and averages, as in an animal's file.
    stimulus
        What was done to the animal; None where that is not known.
    traces
        Population or compartment -> variable -> what was recorded of it. Of a population (samples, cells), in the order
        of its cells or of those asked for; of a compartment (samples,). Plain numbers in the unit that `units` says.
    times
        (samples,) seconds from the start of the epoch; a trace's first sample is one recording step after it.
    units
        Variable -> its unit: V, A, S, nM, or "1" for what has none, such as the active share of a receptor.
    """

    record: EpochRecord
    stimulus: Stimulus | None = None
    traces: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    times: np.ndarray = field(default_factory=lambda: np.zeros(0))
    units: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        traces = {name: ByName(f"trace of {name}", found) for name, found in self.traces.items()}
        object.__setattr__(self, "traces", ByName("trace", traces))

    def __repr__(self) -> str:
        traces = f"; traces of {', '.join(self.traces)}" if self.traces else ""
        count = sum(len(train.seconds) for train in self.spikes.values())
        return f'Epoch("{self.label}", {self._when()}: {self._what()}; {self.seconds:g} s, {count:,} spikes{traces})'

    def _repr_html_(self) -> str:
        """What a notebook shows: what was done, and the rate of every population."""
        rows = "".join(
            f"<tr><td>{name}</td><td>{self.spikes[name].cells}</td><td>{rate:.3g}</td></tr>"
            for name, rate in self.rates().items()
        )
        recorded = "; ".join(f"{name}: {', '.join(found)}" for name, found in self.traces.items())
        traces = f"<p>traces of {recorded}</p>" if recorded else ""
        return (
            f"<p><b>{self.label}</b>, {self._when()}: {self._what()}, {self.seconds:g} s</p>{traces}"
            f"<details><summary>rates</summary><table><tr><th>population</th><th>cells</th><th>Hz</th></tr>{rows}</table>"
            "</details>"
        )

    def _what(self) -> str:
        return self.stimulus.words if isinstance(self.stimulus, AppliedStimulus) else self.record.purpose

    def _when(self) -> str:
        day, hour = day_and_hour(self.hours)
        return f"day {day}, hour {hour:.4g}"

    @property
    def label(self) -> str:
        """Its name, which keys its random numbers: what it was for, and the hour from surgery."""
        return self.record.label

    @property
    def hours(self) -> float:
        """Hours from surgery at its start."""
        return self.record.hours

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.record.seconds

    @property
    def spikes(self) -> Mapping[str, SpikeTrain]:
        """Population -> its spikes: `seconds` (n,) from the start, `index` (n,) of the cell, how many `cells` it has.

        Afferents are among them, at their arrival in the cord. Cells of one side are called such as `ipsi_projection`.
        """
        return ByName("population", self.record.spikes)

    @property
    def averages(self) -> Mapping[str, float]:
        """Means over the epoch, with the unit in the name: `noradrenaline_dorsal_horn_ipsi_nanomolar`."""
        return ByName("average", self.record.averages)

    @property
    def stimulated(self) -> tuple[float, float] | None:
        """Begin and end of the stimulus in seconds of the epoch; None at rest or where it is not known."""
        return None if self.stimulus is None else span(self.stimulus)

    def rates(self, start: float = 0.0, stop: float | None = None) -> dict[str, float]:
        """Mean firing rates.

        Parameters
        ----------
        start, stop
            Seconds of the epoch between which spikes count; all of it by default.

        Returns
        -------
        dict
            Population -> Hz per cell, silent populations too.

        Raises
        ------
        UserError
            For a span that is empty or not within the epoch.
        """
        end = self.seconds if stop is None else stop
        if not 0.0 <= start < end <= self.seconds + 1e-9:
            raise UserError(f"rates from {start:g} to {end:g} s: the epoch lasts from 0 to {self.seconds:g} s.")
        return {
            name: float(np.sum((train.seconds >= start) & (train.seconds < end))) / train.cells / (end - start)
            for name, train in self.spikes.items()
        }

    def withdrawal(self, side: str) -> float | None:
        """Seconds until the animal withdrew a hind paw, read as assays read it; None if it did not.

        Parameters
        ----------
        side
            "ipsi" or "contra".
        """
        if side not in SIDES:
            raise unknown_name("side", side, SIDES)
        return withdrawal(self.spikes[f"{side}_projection"], self.seconds)

    def raster(self, populations: list[str] | None = None, width_mm: float = PAGE_MM) -> Drawing:
        """A figure of every spike: a dot each, populations in bands, below them the rate of the projection cells.

        Parameters
        ----------
        populations
            Those to draw, in this order; all by default.
        width_mm
            Width of the figure: 170 fills a page of most journals, 85 a column.

        Returns
        -------
        Drawing
            A figure of matplotlib: to show in a notebook, to change, or to save by `figure.savefig("raster.pdf")`.
        """
        from results.figures import draw_raster

        wanted = self.spikes if populations is None else {name: self.spikes[name] for name in populations}
        record = EpochRecord(
            self.label,
            self.record.purpose,
            self.hours,
            self.seconds,
            wanted,
            self.averages,
            stimuli=self.record.stimuli,
        )
        title = f"{self._what()}\n{self._when()}"
        return draw_raster(record, self.stimulated, title=title, width_mm=width_mm)
