"""What an epoch's program is given and what it gives back, whichever way it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from circuits.structure import Structure

#: Bytes of a number of each precision, as NumPy writes its type.
PRECISIONS = {"single": "f4", "double": "f8"}
#: Pathway -> sources, targets, weights (S) of its contacts.
Contacts = Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
#: A step that no epoch reaches.
FOREVER = 2**30


@dataclass(frozen=True)
class Recording:
    """Traces to be taken of one variable of chosen agents.

    Parameters
    ----------
    group
        "cells", "fibres", or "fields" (the compartments).
    variable
        One of `circuits.brian.recording.recordable`, such as "v", "g_ampa" or, of the agent's compartment, a receptor's
        activation ("5-HT1A") or a transmitter's concentration ("serotonin").
    index
        Which agents, counted from 0 within the group; a block's first is `Structure.block(name).start`.
    """

    group: str
    variable: str
    index: tuple[int, ...]


@dataclass(frozen=True)
class EpochInputs:
    """One epoch, ready to run.

    Parameters
    ----------
    seconds
        Its length.
    arguments
        `group.variable` -> one value for each agent, or one number for all.
    afferents
        Spikes of the fibres, (spikes + 1, 2) int32, as `afferent_table` makes them.
    record
        What traces to take; none by default. Recording changes no spike.
    record_step_ms
        Milliseconds between samples: the integration step or a multiple of it.
    """

    seconds: float
    arguments: Mapping[str, np.ndarray | float]
    afferents: np.ndarray
    record: tuple[Recording, ...] = ()
    record_step_ms: float = 0.1


@dataclass(frozen=True)
class EpochOutputs:
    """What one epoch gave.

    Parameters
    ----------
    steps
        Its length in integration steps, less than asked for where a watched rate has ended it.
    step, cell
        Step (n,) int64 and cell (n,) int32 of every spike.
    means, last
        Transmitter -> (compartments,) nM: the mean over the epoch, and the concentration at its end.
    traces
        (group, variable) -> (samples, agents) float64, agents in the order of `Recording.index`, units as in
        `circuits.brian.recording.recordable`. A sample is the value at the end of an integration step, after the reset:
        `v` of a cell that has just fired is its reset voltage.
    trace_times
        (samples,) float64: seconds from the start of the epoch; the first sample is taken one recording step after it.
    """

    steps: int
    step: np.ndarray
    cell: np.ndarray
    means: Mapping[str, np.ndarray]
    last: Mapping[str, np.ndarray]
    traces: Mapping[tuple[str, str], np.ndarray] = field(default_factory=dict)
    trace_times: np.ndarray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Program:
    """A model ready to run (`circuits.brian.compiling.program` makes it).

    Parameters
    ----------
    structure
        Which agents and contacts there are.
    dt_ms
        Integration step, milliseconds.
    precision
        A key of PRECISIONS.
    folder
        Where it lies compiled; None without a compiler, where NumPy simulates.
    """

    structure: Structure
    dt_ms: float
    precision: str
    folder: Path | None


class Simulator(Protocol):
    """Simulates the epochs of one animal: holds the animal's contacts and runs its program, compiled or in NumPy.

    `circuits.brian.running.open_simulator` makes one. `wire` comes first, then any number of epochs, `close` last.
    """

    program: Program

    def wire(self, contacts: Contacts) -> None:
        """Give the simulator an animal's contacts.

        Parameters
        ----------
        contacts
            Pathway -> sources, targets (contacts,) and weights (contacts,) in siemens.
        """

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """Simulate one epoch; the same inputs give the same outputs, byte for byte.

        Raises
        ------
        UserError
            Where `inputs.record` names what cannot be recorded.
        RuntimeError
            Where the program fails, with what it said.
        """

    def close(self) -> None:
        """Remove the simulator's files and let go of its memory."""


def afferent_table(
    trains: Mapping[str, tuple[np.ndarray, np.ndarray]], structure: Structure, dt_ms: float
) -> np.ndarray:
    """Table of all afferent spikes of an epoch, which its program looks them up in; a fibre fires at most once a step.

    Parameters
    ----------
    trains
        Block of fibres -> seconds (spikes,) and fibre within the block (spikes,).
    structure
        Where the blocks stand among all fibres.
    dt_ms
        Integration step, milliseconds.

    Returns
    -------
    numpy.ndarray
        (spikes + 1, 2) int32: step and fibre of each spike in the order of the steps, then FOREVER.
    """
    fibres = [structure.block(name).start + fibre.astype("i8") for name, (_, fibre) in trains.items()]
    steps = [np.rint(seconds * 1e3 / dt_ms).astype("i8") for seconds, _ in trains.values()]
    none = [np.zeros(0, "i8")]
    spikes = np.unique(np.concatenate(none + steps) << 32 | np.concatenate(none + fibres))
    table = np.stack([spikes >> 32, spikes & 0xFFFFFFFF], axis=1)
    return np.concatenate([table, [[FOREVER, 0]]]).astype("i4")
