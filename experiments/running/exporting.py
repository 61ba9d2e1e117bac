"""Exports the animals of a study, or one of them, for other people's tools."""

from __future__ import annotations

from pathlib import Path

from experiments.running.animal_wiring import wiring_of
from results.exports.choice import Choice, chosen_animals
from results.exports.new_folder import new_folder, refuse_existing
from results.exports.sonata import write_sonata
from results.files.store import read_animal


def export_sonata(path: Path, out: Path, choice: Choice) -> int:
    """Write chosen animals as SONATA circuits and simulations.

    Parameters
    ----------
    path
        The folder of a study, or the file of one animal.
    out
        A new folder: that of the circuit for one file, one folder for each animal within it for a study.
    choice
        Which animals and epochs.

    Returns
    -------
    int
        How many animals were written.

    Raises
    ------
    UserError
        For what cannot be chosen, read or written; nothing is left then.
    """
    refuse_existing(out)
    files = chosen_animals(path, choice)
    with new_folder(out) as part:
        for file in files:
            folder = part / file.stem if path.is_dir() else part
            folder.mkdir(exist_ok=True)
            record = read_animal(file)
            write_sonata(folder, record, wiring_of(file, record), choice.numbers_in(record, file))
    return len(files)
