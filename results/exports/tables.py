"""Writes the frames of a study as CSV or Parquet, one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from core.errors import UserError
from results.exports.choice import Choice
from results.exports.new_folder import new_folder
from results.study import FRAMES, StudyResults

Form = Literal["csv", "parquet"]
SPIKE_TABLE = "spikes"
#: So many animals are in memory at once.
_ANIMALS_AT_ONCE = 20
_NO_SPIKES = pd.DataFrame(columns=["arm", "animal", "epoch", "population", "cell", "seconds"])


def write_tables(study: StudyResults, out: Path, choice: Choice, form: Form, spikes: bool = False) -> list[str]:
    """Write frames of the chosen animals, days and epochs into a new folder.

    Parameters
    ----------
    study
        Its animals are those that are written (`chosen_study`).
    out
        The folder; it must not exist.
    choice
        Days restrict every frame but `animals`. Epochs restrict `epochs`, `rates`, `averages` and `spikes`, and
        `assays` to those of which there is an epoch.
    form
        "csv" or "parquet".
    spikes
        Whether to write all spikes too, one row each.

    Returns
    -------
    list of str
        Names of the files.

    Raises
    ------
    UserError
        For days and epochs that no animal has, where Parquet is not installed, and where nothing can be written.
    """
    names = (*FRAMES, SPIKE_TABLE) if spikes else FRAMES
    with new_folder(out) as part:
        files = {name: _TableFile.of(part / f"{name}.{form}") for name in names}
        try:
            seen = 0
            for batch in study.batches(1 if spikes else _ANIMALS_AT_ONCE):
                for name, frame in _frames(batch, choice, names):
                    files[name].add(frame)
                    seen += len(frame) if name == "epochs" else 0
        finally:
            for file in files.values():
                file.close()
        _refuse_nothing(seen, study, choice)
    return [f"{name}.{form}" for name in names]


def _refuse_nothing(epochs: int, study: StudyResults, choice: Choice) -> None:
    """UserError where no epoch is chosen, with the nearest names of the first animal."""
    if not epochs and (choice.days or choice.epochs):
        from results.files.reading import read_animal

        path = study.finished[0][2]
        choice.numbers_in(read_animal(path, spikes=False), path)


def _frames(study: StudyResults, choice: Choice, names: tuple[str, ...]) -> Iterator[tuple[str, pd.DataFrame]]:
    epochs = study.epochs
    chosen = epochs[choice.of_frame(epochs)]
    for name in names:
        if name == SPIKE_TABLE:
            yield name, study.spikes(epoch=chosen["epoch"].tolist()) if len(chosen) else _NO_SPIKES
            continue
        frame = getattr(study, name)
        if "epoch" in frame:
            frame = _of_epochs(frame, chosen)
        elif "day" in frame and choice.days:
            frame = frame[frame["day"].isin(list(choice.days))]
        if name == "assays" and choice.epochs:
            frame = frame[frame["assay"].astype(str).isin(set(chosen["purpose"].astype(str)))]
        if name == "animals":
            frame = frame.assign(file=[Path(file).name for file in frame["file"].astype(str)])
        yield name, frame


def _of_epochs(frame: pd.DataFrame, epochs: pd.DataFrame) -> pd.DataFrame:
    """Rows of a frame that belong to some epochs of the same animals."""
    keys = ["arm", "animal", "epoch"]
    wanted = pd.MultiIndex.from_frame(epochs[keys].astype({"arm": str}))
    return frame[pd.MultiIndex.from_frame(frame[keys].astype({"arm": str})).isin(wanted)]


class _TableFile:
    """A file to which rows are added, some animals at a time."""

    def __init__(self, path: Path) -> None:
        self._path, self._begun = path, False

    @staticmethod
    def of(path: Path) -> _TableFile:
        """A file of the form that its name says."""
        return _ParquetFile(path) if path.suffix == ".parquet" else _TableFile(path)

    def add(self, frame: pd.DataFrame) -> None:
        """Add rows, as CSV that reads back to the same numbers."""
        frame.to_csv(self._path, mode="a", header=not self._begun, index=False, lineterminator="\n")
        self._begun = True

    def close(self) -> None:
        """Write what is not yet written."""


class _ParquetFile(_TableFile):
    """A Parquet file, with a group of rows for each block that is added."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer: Any = None
        self._last: Any = None  # the types of a table are those of its first rows: one without rows has none
        self._table = _arrow_table()

    def add(self, frame: pd.DataFrame) -> None:
        """Add rows; text is plain text, whose categories Parquet finds by itself."""
        texts = {name: str for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)}
        self._last = self._table(frame.astype(texts))
        if self._last.num_rows:
            self._write()

    def _write(self) -> None:
        import pyarrow.parquet

        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(self._path, self._last.schema)
        self._writer.write_table(self._last)

    def close(self) -> None:
        """Write the end of the file; a table without rows has its columns all the same."""
        if self._writer is None and self._last is not None:
            self._write()
        if self._writer is not None:
            self._writer.close()


def _arrow_table() -> Callable[[pd.DataFrame], Any]:
    try:
        import pyarrow
    except ImportError as error:
        raise UserError('Parquet needs pyarrow: pip install "bluespot[analysis]".') from error
    return lambda frame: pyarrow.Table.from_pandas(frame, preserve_index=False)
