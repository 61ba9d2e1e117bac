"""Recording traces: what can be recorded, where it lies in a program's arrays, and how samples become traces.

The loop over steps takes the samples (`templates/network.cpp`, `interpreted`); it knows arrays and indices only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from circuits.brian import equations
from circuits.brian.epoch_data import EpochInputs, Program, Recording
from circuits.structure import Structure
from core.errors import UserError, unknown_name
from core.vocabulary import COMPARTMENTS

#: Unit of what changes within an epoch in each cell and in each fibre.
CELL_VARIABLES = {
    "v": "V",
    "w": "A",
    "g_ampa": "S",
    "g_nmda": "S",
    "g_gaba": "S",
    "steady_conductance": "S",
    "steady_current": "A",
    "noise": "A",
    "current": "A",
    "release": "1",
}
FIBRE_VARIABLES = {"release": "1"}
#: A recording step may differ from a multiple of the integration step by this share of it.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Samples:
    """Which numbers a program samples, and after how many steps each time.

    columns: for each recording its array, `group.variable` as Brian2 names it, and the places in it.
    """

    every: int
    columns: tuple[tuple[str, np.ndarray], ...]

    @property
    def width(self) -> int:
        """Numbers in one sample."""
        return sum(len(index) for _, index in self.columns)


def recordable(structure: Structure) -> dict[str, dict[str, str]]:
    """Group -> variable that can be recorded -> its unit, "1" where it has none.

    Cells and fibres have, besides variables of their own, the transmitters and receptors of their compartment.
    """
    fields = dict.fromkeys(structure.transmitter_names, "nM") | {receptor: "1" for receptor, _ in structure.receptors}
    return {
        "cells": CELL_VARIABLES | fields,
        "fibres": FIBRE_VARIABLES | fields,
        "fields": fields | {"watched_rate": "Hz"},
    }


def arrays(structure: Structure) -> list[str]:
    """All arrays that samples are taken from, `group.variable` as Brian2 names them."""
    names = [*structure.transmitter_names, *(equations.symbol(receptor) for receptor, _ in structure.receptors)]
    own = {"cells": CELL_VARIABLES, "fibres": FIBRE_VARIABLES, "fields": [*names, "watched_rate"]}
    return [f"{group}.{name}" for group, variables in own.items() for name in variables]


def samples(inputs: EpochInputs, program: Program) -> Samples:
    """Where the recordings of an epoch lie; raises UserError where one names what is not there."""
    every = round(inputs.record_step_ms / program.dt_ms)
    if every < 1 or abs(inputs.record_step_ms - every * program.dt_ms) > _TOLERANCE * program.dt_ms:
        raise UserError(
            f"record_step_ms is {inputs.record_step_ms:g}; samples are taken every {program.dt_ms:g} ms (the "
            "integration step) or a multiple of it."
        )
    named = [(recording.group, recording.variable) for recording in inputs.record]
    for group, variable in named:
        if named.count((group, variable)) > 1:
            raise UserError(
                f'record: "{variable}" of {group} stands there twice; put all its indices into one Recording.'
            )
    return Samples(every, tuple(_column(recording, inputs, program.structure) for recording in inputs.record))


def _column(recording: Recording, inputs: EpochInputs, structure: Structure) -> tuple[str, np.ndarray]:
    group, variable = recording.group, recording.variable
    units = recordable(structure)
    if group not in units:
        raise unknown_name("group", group, units, "record")
    if variable not in units[group]:
        raise unknown_name(f"variable of {group}", variable, units[group], "record")
    index = np.asarray(recording.index)
    count = {"cells": structure.cells, "fibres": structure.afferents, "fields": len(COMPARTMENTS)}[group]
    if index.dtype.kind not in "iu" or index.ndim != 1 or not len(index) or index.min() < 0 or index.max() >= count:
        raise UserError(
            f"record: {variable} of {group}: the index is {recording.index}; it is one or more whole numbers from 0 to "
            f"{count - 1}."
        )
    if group != "fields" and variable in units["fields"]:
        group, index = "fields", np.asarray(inputs.arguments[f"{group}.compartment"])[index]
    receptors = [receptor for receptor, _ in structure.receptors]
    return f"{group}.{equations.symbol(variable) if variable in receptors else variable}", index.astype("i8")


def traces(
    inputs: EpochInputs, taken: Samples, table: np.ndarray, steps: int, dt_ms: float
) -> tuple[dict[tuple[str, str], np.ndarray], np.ndarray]:
    """Traces by (group, variable) and their times (s), from a table (samples, numbers in one) of all samples taken.

    The program takes one step past the end of the epoch; a sample taken there is left out.
    """
    count = steps // taken.every
    ends = np.cumsum([len(index) for _, index in taken.columns])
    parts = np.split(table[:count], ends[:-1], axis=1)
    found = {(r.group, r.variable): part for r, part in zip(inputs.record, parts, strict=True)}
    return found, np.arange(1, count + 1) * (taken.every * dt_ms * 1e-3)
