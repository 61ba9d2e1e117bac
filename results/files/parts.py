"""Names of files and folders that are not whole yet, from which anybody can tell whether they will ever be."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import time
from functools import cache
from pathlib import Path

_PART = re.compile(r"^\..+\.bluespot-(?P<machine>[0-9a-f]{6})-(?P<process>[0-9]{1,18})\.part$")
#: A part that a process on another machine has not touched for so long is taken for dead.
_FOREIGN_SECONDS = 24 * 3600.0


def part_of(path: Path) -> Path:
    """A hidden file or folder beside `path`, `.NAME.bluespot-MACHINE-PROCESS.part`, for this process to make.

    What other processes have left half made in that folder is removed, once in the life of this process.
    """
    _remove_dead_once(path.parent.absolute(), os.getpid())
    return path.with_name(f".{path.name}.bluespot-{_machine()}-{os.getpid()}.part")


def remove_dead_parts(folder: Path, below: bool = False) -> None:
    """Remove the parts in a folder that no process will ever finish; those of living ones stay.

    below: in the folders in it, too. No link is followed.
    """
    for place, folders, files in os.walk(folder):
        for name in filter(_PART.search, (*folders, *files)):
            with contextlib.suppress(OSError):
                if _is_dead(Path(place, name)):
                    _remove(Path(place, name))
        folders[:] = [name for name in folders if not _PART.search(name)] if below else []


@cache
def _remove_dead_once(folder: Path, process: int) -> None:
    remove_dead_parts(folder)


def _is_dead(part: Path) -> bool:
    """Whether the process that makes a part is gone."""
    found = _PART.search(part.name)
    if not found:
        return False
    if found["machine"] != _machine():
        return time.time() - part.lstat().st_mtime > _FOREIGN_SECONDS
    try:
        os.kill(int(found["process"]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False


def _remove(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)


@cache
def _machine() -> str:
    """A short name of this machine and, on Linux, container: process numbers count there only."""
    numbers = Path("/proc/self/ns/pid")
    name = f"{platform.node()} {numbers.stat().st_ino if numbers.exists() else ''}"
    return hashlib.blake2b(name.encode(), digest_size=3).hexdigest()
