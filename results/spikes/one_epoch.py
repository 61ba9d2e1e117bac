"""Reads one epoch of an animal's file with the spikes of some populations, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import UserError, unknown_name
from core.records import EpochRecord
from results.files.reading import read_animal, read_counts, read_spikes

#: What epochs without a stimulus are for.
_QUIET = ("rest", "settle")


def read_epoch(path: Path | str, label: str = "", populations: Sequence[str] = ()) -> EpochRecord:
    """One epoch with its spikes.

    Parameters
    ----------
    path
        File of the animal.
    label
        Of the epoch; by default the first that is no rest.
    populations
        Names, in the order wanted; all by default.

    Raises
    ------
    UserError
        For an epoch or a population that the file has not, and for a file that is no animal's.
    """
    epochs = {epoch.label: epoch for epoch in read_animal(path, spikes=False).epochs}
    if not epochs:
        raise UserError(f"{path}: it holds no epoch.")
    if label and label not in epochs:
        raise unknown_name("epoch", label, epochs, str(path))
    stimulated = (name for name, epoch in epochs.items() if epoch.stimuli or epoch.purpose not in _QUIET)
    wanted = label or next(stimulated, next(iter(epochs)))
    names = list(populations) or list(read_counts(path).names)
    return replace(epochs[wanted], spikes={name: read_spikes(path, name, wanted) for name in names})
