"""Exports the animals of a study, or one of them, for other people's tools."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.records import AnimalRecord
from experiments.laboratory.traces import Wanted
from experiments.running.animal_wiring import wiring_of
from experiments.running.recorded_traces import trace_reports
from results.exports.choice import Choice, chosen_study
from results.exports.new_folder import new_folder, refuse_existing
from results.exports.nwb import pynwb_module, write_nwb
from results.exports.packing import pack_file, pack_study
from results.exports.sonata import write_sonata
from results.exports.tables import Form, write_tables
from results.files.store import read_animal
from results.study import StudyResults


def export_sonata(path: Path, out: Path, choice: Choice, wanted: Wanted | None = None) -> int:
    """Write chosen animals as SONATA circuits and simulations.

    Parameters
    ----------
    path
        The folder of a study, or the file of one animal.
    out
        A new folder: that of the circuit for one file, one folder for each animal within it for a study.
    choice
        Which animals and epochs.
    wanted
        What to record of each chosen epoch, which is run again for it.

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
    study = chosen_study(path, choice)
    with new_folder(out) as part:
        for k, (_, _, file) in enumerate(study.finished):
            folder = part / file.stem if path.is_dir() else part
            folder.mkdir(exist_ok=True)
            record = read_animal(file)
            wiring, epochs = wiring_of(file, record), _chosen_epochs(study, k, record, choice)
            traces = {}
            if wanted is not None:
                labels = zip(epochs["epoch"], epochs["label"], strict=True)
                traces = {int(number): trace_reports(file, str(label), wanted, wiring) for number, label in labels}
            write_sonata(folder, record, wiring, epochs, traces)
    return len(study.finished)


def _chosen_epochs(study: StudyResults, k: int, record: AnimalRecord, choice: Choice) -> pd.DataFrame:
    """Rows of the chosen epochs of the k-th animal of a study."""
    epochs = study.having(study.finished[k : k + 1]).epochs
    numbers = choice.numbers_in(record, study.finished[k][2])
    chosen: pd.DataFrame = epochs[epochs["epoch"].isin(numbers)]
    return chosen


def export_nwb(path: Path, out: Path, choice: Choice) -> int:
    """Write chosen animals as NWB files: `out` is the file of one, or a new folder for those of a study.

    Returns the number of animals; raises as `export_sonata`, and where pynwb is not installed.
    """
    pynwb_module()
    refuse_existing(out)
    study = chosen_study(path, choice)
    if not path.is_dir():
        _write_nwb(study, 0, out, choice)
        return 1
    with new_folder(out) as part:
        for k, (_, _, file) in enumerate(study.finished):
            _write_nwb(study, k, part / f"{file.stem}.nwb", choice)
    return len(study.finished)


def _write_nwb(study: StudyResults, k: int, out: Path, choice: Choice) -> None:
    arm, _, file = study.finished[k]
    record = read_animal(file)
    write_nwb(out, record, arm, _chosen_epochs(study, k, record, choice))


def export_tables(path: Path, out: Path, choice: Choice, form: Form, spikes: bool) -> int:
    """Write the frames of chosen animals as CSV or Parquet into a new folder, with all their spikes on request.

    Returns the number of animals; raises as `export_sonata`, and where Parquet is not installed.
    """
    study = chosen_study(path, choice)
    write_tables(study, out, choice, form, spikes)
    return len(study.finished)


def export_packed(path: Path, out: Path, choice: Choice) -> int:
    """Write compressed copies of chosen animals: `out` is the file of one, or a new folder of the study.

    A copy has all days and epochs. Returns the number of animals; raises as `export_sonata`.
    """
    refuse_existing(out)
    study = chosen_study(path, choice)
    if path.is_dir():
        pack_study(study, out)
    else:
        pack_file(path, out)
    return len(study.finished)
