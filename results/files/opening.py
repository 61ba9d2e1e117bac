"""Opens an animal's HDF5 file for reading; whatever is wrong with it becomes one line that names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import h5py

from core.errors import UserError
from results.files.writing import FORMAT, FORMAT_VERSION


@contextlib.contextmanager
def opened(path: Path | str) -> Iterator[h5py.File]:
    """Open a file for reading; whatever is wrong with it becomes one UserError that names it."""
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: there is no such file.")
    try:
        with h5py.File(path, "r", locking=False) as file:
            _refuse_foreign(file, path)
            yield file
    except KeyError as error:
        raise UserError(f"{path}: it is incomplete: {error.args[0]}.") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"{path}: {_fault(error)}.") from error


def _fault(error: Exception) -> str:
    text = str(error)
    if isinstance(error, PermissionError):
        return "you have no permission to read it"
    if "truncated" in text:
        return "it is truncated; the copy or the run that made it was cut short"
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
