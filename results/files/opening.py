"""Opens an animal's HDF5 file for reading; whatever is wrong with it becomes one line that names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import h5py

from core.errors import UserError
from results.files.bounds import DamagedError, Names, check_datasets, check_links
from results.files.checksums import CONTENT, verify
from results.files.trailer import trailer_fits
from results.files.writing import FORMAT, FORMAT_VERSION

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
        what = "it is a folder; expected the file of an animal" if path.is_dir() else "there is no such file"
        raise UserError(f"{path}: {what}.")
    try:
        status = path.stat()
        seen = (path, status.st_ino, status.st_size, status.st_mtime_ns)
        fits = seen in _SEEN_WHOLE or trailer_fits(path)
        with h5py.File(path, "r", locking=False) as file:
            _check(file, seen, wanted if fits else None, fits)
            yield file
    except KeyError as error:
        raise UserError(f"{path}: it is incomplete: {error.args[0]}.") from error
    except _REFUSALS as error:
        raise UserError(f"{path}: {_fault(error)}.") from error


def _check(file: h5py.File, seen: _State, wanted: Mapping[str, Names] | None, fits: bool) -> None:
    """Raise where an open file is none of ours, and where one that is not known to be whole does not fit."""
    if seen not in _SEEN_WHOLE:
        _refuse_foreign(file, seen[0])
        check_links(file)
    everything = _SEEN_WHOLE.get(seen, False)
    if not everything:
        check_datasets(file, wanted)
    if not fits and (int(file.attrs["format_version"]) > 1 or CONTENT in file.attrs):
        verify(file)
    _SEEN_WHOLE[seen] = everything or wanted is None


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
    if file.attrs.get("format") != FORMAT:
        raise UserError(f"{path}: it is an HDF5 file, but not of an animal of bluespot.")
    version = int(file.attrs["format_version"])
    if version > FORMAT_VERSION:
        raise UserError(
            f"{path}: it has format version {version}; this bluespot reads versions up to {FORMAT_VERSION}. "
            "Update bluespot to read it."
        )
