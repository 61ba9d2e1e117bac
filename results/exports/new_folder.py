"""Writes folders that appear complete or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from core.errors import UserError
from core.interruption import stopped_in_order
from results.files.parts import part_of


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a hidden folder beside `path`, which is renamed to `path` once the block has succeeded.

    A block that fails, or is stopped, leaves nothing behind.

    Raises
    ------
    UserError
        Where `path` exists, and where its folder cannot be written.
    """
    part = part_of(path)
    with stopped_in_order():
        try:
            refuse_existing(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            part.mkdir()
            yield part
            refuse_existing(path)
            os.replace(part, path)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error).splitlines()[0].rstrip(".")
            raise UserError(f"cannot write {path.name} into the folder {path.parent}: {reason}.") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)


def refuse_existing(path: Path) -> None:
    """UserError where something of that name stands there: exports never overwrite."""
    if path.exists() or path.is_symlink():
        raise UserError(f"{path} exists already and is not overwritten; remove it, or name another place.")
