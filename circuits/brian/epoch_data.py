"""What an epoch's program is given and what it gives back, whichever way it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from circuits.structure import Structure

#: Bytes of a number of each precision, as NumPy writes its type.
PRECISIONS = {"single": "f4", "double": "f8"}
#: Pathway -> sources, targets, weights (S) of its contacts.
Contacts = Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]


FOREVER = 2**30


@dataclass(frozen=True)
class EpochInputs:
    """One epoch, ready to run. arguments: `group.variable` -> array or number; afferents: see `afferent_table`."""

    seconds: float
    arguments: Mapping[str, np.ndarray | float]
    afferents: np.ndarray


@dataclass(frozen=True)
class EpochOutputs:
    """step (n,) int64 and cell (n,) int32 of every spike; means: transmitter -> (compartments,) nM over the epoch;
    last: at its end; steps: its length, less than asked for where a watched rate has ended it.
    """

    steps: int
    step: np.ndarray
    cell: np.ndarray
    means: Mapping[str, np.ndarray]
    last: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Program:
    """A model ready to run. autoreceptors: transmitter -> receptor on its terminals; dt_ms: integration step;
    precision: a key of PRECISIONS; folder: where it is compiled, None where there is no compiler and NumPy runs it.
    """

    structure: Structure
    autoreceptors: Mapping[str, str]
    dt_ms: float
    precision: str
    folder: Path | None


class Simulator(Protocol):
    """Simulates the epochs of one animal: holds the animal's contacts and runs its program, compiled or in NumPy."""

    program: Program

    def wire(self, contacts: Contacts) -> None:
        """Lay down an animal's contacts; weights (S) go with every run."""

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """Run one epoch; the same inputs give the same outputs."""

    def close(self) -> None:
        """Remove what was laid down."""


def afferent_table(
    trains: Mapping[str, tuple[np.ndarray, np.ndarray]], structure: Structure, dt_ms: float
) -> np.ndarray:
    """(spikes + 1, 2) int32: step and fibre of all afferent spikes, step by step, closed by FOREVER.

    trains: block -> (seconds, fibre). A fibre fires at most once a step.
    """
    fibres = [structure.block(name).start + fibre.astype("i8") for name, (_, fibre) in trains.items()]
    steps = [np.rint(seconds * 1e3 / dt_ms).astype("i8") for seconds, _ in trains.values()]
    none = [np.zeros(0, "i8")]
    spikes = np.unique(np.concatenate(none + steps) << 32 | np.concatenate(none + fibres))
    table = np.stack([spikes >> 32, spikes & 0xFFFFFFFF], axis=1)
    return np.concatenate([table, [[FOREVER, 0]]]).astype("i4")
