"""Opens an animal's HDF5 file for reading; whatever is wrong with it becomes one line that names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

import h5py
from h5py import h5a, h5g

from core.errors import UserError
from results.files.bounds import DamagedError, Names, check_datasets, check_links
from results.files.checksums import CONTENT, verify
from results.files.looking import answer_questions, look
from results.files.schema.facts import read_attribute
from results.files.trailer import trailer_fits
from results.files.writing import FORMAT, FORMAT_VERSION, SONATA_MAGIC

#: What h5py raises over a damaged file.
_REFUSALS = (
    *(OSError, ValueError, RuntimeError, TypeError),
    *(AttributeError, IndexError, MemoryError, OverflowError, SystemError),
)
#: A file, with what changes when it does.
_State = tuple[Path, int, int, int]
#: Files that this process has seen to be whole -> whether it has looked at all of their datasets.
_SEEN_WHOLE: dict[_State, bool] = {}


@contextlib.contextmanager
def opened(path: Path | str, wanted: Mapping[str, Names] | None = None) -> Iterator[h5py.File]:
    """Open a file for reading, once all its checksums fit; whatever is wrong becomes one UserError that names it.

    A file of format version 1 has no checksums. One that was seen to be whole is not checked again by this process
    until it changes.

    Parameters
    ----------
    path
        The file.
    wanted
        Which groups are to be read, and which of their datasets; all by default. Read no others: nobody has looked at
        what they declare.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: {_no_file(path)}.")
    with _told(path):
        status = path.stat()
        seen = (path, status.st_ino, status.st_size, status.st_mtime_ns)
        fits = seen in _SEEN_WHOLE or trailer_fits(path)
        if not fits:
            look(path, "animal")
        with h5py.File(path, "r", locking=False) as file:
            _check(file, seen, wanted if fits else None)
            yield file


def read_cohort(path: Path | str) -> list[tuple[str, int, str]] | None:
    """(arm, animal, population) of every link of a file `cohort.h5`; None for any other file. Follows no link."""
    path = Path(path)
    if not path.is_file():
        return None
    with _told(path):
        links = None if trailer_fits(path) else look(path, "cohort")
    return None if links is None else [(arm, animal, population) for arm, animal, population in links]


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn whatever is wrong with a file into one UserError that names it."""
    try:
        yield
    except KeyError as error:
        raise UserError(f"{path}: it is incomplete: {error.args[0]}.") from error
    except _REFUSALS as error:
        raise UserError(f"{path}: {_fault(error)}.") from error


def answer(asked: TextIO, told_to: TextIO) -> None:
    """Look at files for another process, until it asks no more."""
    answers = {"animal": _look_at_animal, "cohort": lambda path, _: _links_of_cohort(path)}
    answer_questions(answers, asked, told_to)


def _links_of_cohort(path: Path) -> list[tuple[str, int, str]] | None:
    try:
        with h5py.File(path, "r", locking=False) as file:
            spikes = file.get("spikes")
            if "format" in file.attrs or file.attrs.get("magic") != SONATA_MAGIC or not isinstance(spikes, h5py.Group):
                return None
            if not all(isinstance(spikes.get(name, getlink=True), h5py.ExternalLink) for name in spikes):
                return None
            parts = [name.rsplit("__", 2) for name in spikes]
        return [(arm, int(animal), population) for arm, animal, population in parts]
    except _REFUSALS:
        return None


def _look_at_animal(path: Path, name: Path) -> None:
    """Raise UserError where a file that has no trailer is no animal's, or does not hold what was written."""
    with _told(name), h5py.File(path, "r", locking=False) as file:
        _refuse_foreign(file, name)
        check_links(file)
        check_datasets(file)
        if int(read_attribute(h5g.open(file.id, b"/"), "format_version")) > 1 or CONTENT in file.attrs:
            verify(file)


def _check(file: h5py.File, seen: _State, wanted: Mapping[str, Names] | None) -> None:
    """Raise where an open file is none of ours, or has datasets that cannot be read."""
    if seen not in _SEEN_WHOLE:
        _refuse_foreign(file, seen[0])
        check_links(file)
    everything = _SEEN_WHOLE.get(seen, False)
    if not everything:
        check_datasets(file, wanted)
    _SEEN_WHOLE[seen] = everything or wanted is None


def _no_file(path: Path) -> str:
    if path.is_dir():
        return "it is a folder; expected the file of an animal"
    return "it is no regular file" if path.exists() else "there is no such file"


def _fault(error: Exception) -> str:
    text = str(error)
    if isinstance(error, DamagedError):
        return f"it is damaged: {text}"
    if isinstance(error, PermissionError):
        return "you have no permission to read it"
    if "truncated" in text:
        return "it is truncated; the copy or the run that made it was cut short"
    if "locking flag" in text:
        return "this program has it open already; close that first, or open it with h5py.File(..., locking=False)"
    if "signature" in text:
        return "it is no HDF5 file"
    return f"it is damaged ({text.splitlines()[0]})" if text else "it is damaged"


def _refuse_foreign(file: h5py.File, path: Path) -> None:
    owner = h5g.open(file.id, b"/")
    if not h5a.exists(owner, b"format") or read_attribute(owner, "format") != FORMAT:
        raise UserError(f"{path}: it is an HDF5 file, but not of an animal of bluespot.")
    version = int(read_attribute(owner, "format_version"))
    if version > FORMAT_VERSION:
        raise UserError(
            f"{path}: it has format version {version}; this bluespot reads versions up to {FORMAT_VERSION}. "
            "Update bluespot to read it."
        )
