"""What is to be recorded, by the names that experimenters use, and the traces that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from circuits.brian.epoch_data import EpochInputs, EpochOutputs, Recording
from circuits.brian.recording import recordable
from circuits.stimulus import Stimulus
from circuits.structure import Structure
from core.errors import UserError, unknown_name
from core.records import EpochRecord
from core.vocabulary import COMPARTMENTS
from experiments.laboratory.bench import EpochCache
from experiments.laboratory.epoch import Epoch

Group = Literal["cells", "fields", "fibres"]
#: Population or compartment -> names of variables, or variable -> which of its cells, counted from 0.
Record = Mapping[str, Sequence[str] | Mapping[str, Sequence[int]]]


@dataclass(frozen=True)
class Wanted:
    """What to record of an epoch, and how often."""

    record: Record
    every_ms: float


@dataclass(frozen=True)
class Channel:
    """One variable of one population or compartment. index: where its agents stand in their group of the simulator."""

    name: str
    variable: str
    unit: str
    group: Group
    index: tuple[int, ...]

    @property
    def key(self) -> tuple[Group, str]:
        """What the simulator calls it."""
        return self.group, self.variable


def channels(structure: Structure, record: Record) -> tuple[Channel, ...]:
    """What a record asks for; UserError for a population, a variable or a cell that does not exist."""
    if not isinstance(record, Mapping):
        raise UserError(f'record = {record!r}: expected names of variables by population, such as {{"raphe": ["v"]}}.')
    return tuple(channel for name, variables in record.items() for channel in _of_place(structure, name, variables))


def _of_place(
    structure: Structure, name: str, variables: Sequence[str] | Mapping[str, Sequence[int]]
) -> Iterator[Channel]:
    group, places = _agents(structure, name)
    units = recordable(structure)[group]
    for variable in [variables] if isinstance(variables, str) else dict.fromkeys(variables):
        if variable not in units:
            raise unknown_name(f"variable of {name}", str(variable), units, "record")
        chosen = variables[variable] if isinstance(variables, Mapping) else range(len(places))
        yield Channel(name, variable, units[variable], group, _chosen(name, places, chosen))


def _agents(structure: Structure, name: str) -> tuple[Group, range]:
    """The group in which a population or compartment stands, and where in it. A nucleus is both: its cells then."""
    cells = {block.name: block for block in structure.blocks}
    fibres = {block.name: block for block in structure.fibres}
    block = cells.get(name) or fibres.get(name)
    if block is not None:
        return "cells" if name in cells else "fibres", range(block.start, block.start + block.count)
    if name not in COMPARTMENTS:
        raise unknown_name("population or compartment", str(name), {*cells, *fibres, *COMPARTMENTS}, "record")
    return "fields", range(COMPARTMENTS.index(name), COMPARTMENTS.index(name) + 1)


def _chosen(name: str, places: range, which: Sequence[int]) -> tuple[int, ...]:
    known = range(len(places))
    if not len(which) or any(isinstance(k, bool) or k not in known for k in which):
        raise UserError(f"record: cells of {name} = {list(which)}: expected whole numbers from 0 to {len(places) - 1}.")
    return tuple(places[int(k)] for k in which)


@dataclass
class Recorder(EpochCache):
    """Runs epochs anew, whatever is remembered of them, and records channels of them.

    outputs: of the last epoch.
    """

    channels: tuple[Channel, ...] = ()
    every_ms: float = 0.1
    outputs: EpochOutputs | None = None

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """The outputs of these inputs with the traces of all channels."""
        index: dict[tuple[Group, str], tuple[int, ...]] = {}
        for channel in self.channels:
            index[channel.key] = index.get(channel.key, ()) + channel.index
        record = tuple(Recording(group, variable, places) for (group, variable), places in index.items())
        self.outputs = self.simulator.run(replace(inputs, record=record, record_step_ms=self.every_ms))
        return self.outputs

    def epoch(self, record: EpochRecord, stimulus: Stimulus) -> Epoch:
        """The last epoch with its traces."""
        assert self.outputs is not None
        units = {channel.variable: channel.unit for channel in self.channels}
        return Epoch(record, stimulus, self._traces(self.outputs.traces), self.outputs.trace_times, units)

    def _traces(self, taken: Mapping[tuple[str, str], np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
        """Population -> variable -> (samples, cells), compartment -> variable -> (samples,)."""
        found: dict[str, dict[str, np.ndarray]] = {}
        begins: dict[tuple[Group, str], int] = {}
        for channel in self.channels:
            begin = begins.get(channel.key, 0)
            begins[channel.key] = begin + len(channel.index)
            columns = taken[channel.key][:, begin : begins[channel.key]]
            found.setdefault(channel.name, {})[channel.variable] = (
                columns[:, 0] if channel.group == "fields" else columns
            )
        return found
