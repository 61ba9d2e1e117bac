"""The epochs of an animal's file, given back as its program would give them again, bit by bit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from circuits.brian.epoch_data import EpochOutputs
from circuits.structure import Structure
from core.records import AnimalRecord, EpochRecord, SpikeTrain
from core.vocabulary import COMPARTMENTS
from experiments.laboratory.history import History
from results.comparison.repetition import kept_spikes
from results.files.store import read_animal


class OtherAnimalError(Exception):
    """The file holds another animal than its study makes, so that none of its epochs can stand for a simulation."""


class RecordedEpochs:
    """What an animal's file holds of its epochs, to stand in for simulations while `hold` is true.

    Two checks tell whether it is the same animal: what its fibres fire, which is drawn anew for each epoch, and in the
    end its slow state at each rest.
    """

    def __init__(self, path: Path) -> None:
        self._record: AnimalRecord = read_animal(path)
        labels = Counter(epoch.label for epoch in self._record.epochs)
        self._epochs = {epoch.label: epoch for epoch in self._record.epochs if labels[epoch.label] == 1}
        self.hold = True

    def outputs(
        self, label: str, afferents: Mapping[str, SpikeTrain], structure: Structure, dt_ms: float
    ) -> EpochOutputs | None:
        """What the program gave in the epoch of that label, or None where the file has none or does not hold any more.

        Parameters
        ----------
        label
            Of the epoch.
        afferents
            Block of fibres -> the spikes that it has in that epoch.
        structure, dt_ms
            Of the program.

        Raises
        ------
        OtherAnimalError
            Where the fibres of the file fire otherwise, or it has other cells or transmitters.
        """
        epoch = self._epochs.get(label) if self.hold else None
        if epoch is None:
            return None
        _check_afferents(epoch, afferents)
        _check_cells(epoch, structure)
        trains = [(block, epoch.spikes[block.name]) for block in structure.blocks]
        steps = [np.rint(train.seconds * 1e3 / dt_ms).astype("i8") for _, train in trains]
        cells = [train.index.astype("i4") + np.int32(block.start) for block, train in trains]
        means = {
            each.name: np.array([epoch.averages[f"{each.name}_{place}_nanomolar"] for place in COMPARTMENTS])
            for each in structure.transmitters
        }
        length = round(epoch.seconds * 1e3 / dt_ms)
        return EpochOutputs(length, np.concatenate(steps), np.concatenate(cells), means, {})

    def end(self, history: History) -> None:
        """Give nothing back from now on.

        Raises
        ------
        OtherAnimalError
            Where the slow state of the animal, at its rests so far, is not that of the file.
        """
        if not self.hold:
            return
        self.hold = False
        table, own = self._record.slow_state, history.slow_table()
        count = len(own.hours)
        if not np.array_equal(table.hours[:count], own.hours):
            raise OtherAnimalError("the hours of its rests")
        for name, column in own.columns.items():
            if name not in table.columns or not np.array_equal(table.columns[name][:count], column, equal_nan=True):
                raise OtherAnimalError(name)


def _check_afferents(epoch: EpochRecord, afferents: Mapping[str, SpikeTrain]) -> None:
    for name, train in afferents.items():
        within = train.seconds < epoch.seconds
        drawn = SpikeTrain(train.seconds[within], train.index[within], train.cells)
        recorded = epoch.spikes.get(name)
        if recorded is None or not np.array_equal(kept_spikes(drawn), kept_spikes(recorded)):
            raise OtherAnimalError(f"{name} in {epoch.label}")


def _check_cells(epoch: EpochRecord, structure: Structure) -> None:
    for block in structure.blocks:
        train = epoch.spikes.get(block.name)
        if train is None or train.cells != block.count:
            raise OtherAnimalError(f"the cells of {block.name} in {epoch.label}")
    for transmitter in structure.transmitters:
        for place in COMPARTMENTS:
            if f"{transmitter.name}_{place}_nanomolar" not in epoch.averages:
                raise OtherAnimalError(f"{transmitter.name} in {epoch.label}")
