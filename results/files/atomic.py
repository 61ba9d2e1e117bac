"""Writes files that appear complete or not at all, so that a killed run never leaves half a result under its name."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from core.errors import UserError
from core.interruption import stopped_in_order
from results.files.parts import part_of


@contextlib.contextmanager
def new_file(path: Path | str, replace: bool = False) -> Iterator[Path]:
    """Yield a hidden file beside `path`, which is renamed to `path` once the block has succeeded.

    The part (`results.files.parts`) is flushed to disk before it is renamed. A block that fails or is stopped leaves no
    part, and `path` as it was.

    Parameters
    ----------
    path
        Name of the file in the end; its folder is made where it does not exist.
    replace
        Whether an existing file may be replaced.

    Raises
    ------
    UserError
        Where `path` exists and `replace` is false, and where its folder cannot be written.
    """
    path = Path(path)
    part = part_of(path)
    with stopped_in_order():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _refuse_existing(path, replace)
            part.unlink(missing_ok=True)  # of a process that is gone; or a link, which would be written through
            part.touch(exist_ok=False)
            yield part
            _flush(part)
            _refuse_existing(path, replace)
            os.replace(part, path)
            _flush(path.parent)
        except OSError as error:
            raise UserError(f"cannot write {path.name} into the folder {path.parent}: {_reason(error)}.") from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink()


def write_text(path: Path | str, text: str, replace: bool = False) -> None:
    """Write UTF-8 text with its own line ends, complete or not at all; UserError as `new_file`."""
    with new_file(path, replace) as part:
        part.write_bytes(text.encode())


def _refuse_existing(path: Path, replace: bool) -> None:
    if path.is_dir():
        raise UserError(f"cannot write {path}: a folder of that name stands there.")
    if path.exists() and not replace:
        raise UserError(f"{path} exists already and is not overwritten; remove it, or ask for it to be replaced.")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error).splitlines()[0].rstrip(".")
