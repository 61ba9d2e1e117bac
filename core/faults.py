"""Exceptions that nobody has foreseen: what they are and where they came from, in a line, and the whole in a log file.

Imports nothing but the standard library, so that it can speak where something else cannot be imported.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from core.cache_folder import cache_folder

_ROOT = Path(__file__).resolve().parents[1]
_OWN = ("bluespot", "core", "circuits", "drugs", "experiments", "results")
#: The folder of logs in the cache folder.
_FAULTS = "faults"
#: How many logs are kept, and how long one may be.
_MOST_LOGS, _MOST_CHARACTERS = 20, 1_000_000


def in_a_line(error: BaseException) -> str:
    """An exception as one line: its type, what it says, and the place in bluespot from which it came."""
    said = f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(".: ")
    place = _place(error)
    return f"{said} ({place})" if place else said


def damaged_bytecode(error: BaseException) -> str:
    """What is wrong in a line, where Python could not read a file that it has compiled; "" for any other exception."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    if not frames or frames[-1].f_code.co_name != "_compile_bytecode":
        return ""
    path = frames[-1].f_locals.get("bytecode_path") or "a file of compiled Python"
    said = f"{type(error).__name__}: {error}".rstrip(".: ")
    return f"{path}: it is cut short or damaged ({said}); remove it, Python makes it again."


def write_log(error: BaseException, about: str) -> Path | None:
    """Write all that is known of an exception to a new file, and return it; None where no folder takes one.

    It goes to the folder `faults` of the cache folder, where the last 20 are kept, else to that for temporary files.
    about: the version of what failed.
    """
    text = "\n".join([*_circumstances(about), "", *traceback.format_exception(error)])[:_MOST_CHARACTERS]
    for folder in _folders():
        with contextlib.suppress(Exception):
            log = _written(folder, text)
            if folder.name == _FAULTS:
                _remove_oldest(folder)
            return log
    return None


def _place(error: BaseException) -> str:
    """File and line of bluespot that an exception came through last; else the last of all; "" where none is known."""
    found = [(Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(error.__traceback__)]
    own = [(path, line) for path, line in found if any(path.is_relative_to(_ROOT / name) for name in _OWN)]
    if not found:
        return ""
    path, line = (own or found)[-1]
    return f"{path.relative_to(_ROOT) if own else path}, line {line}"


def _circumstances(about: str) -> list[str]:
    return [
        f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {about}",
        f"Python {platform.python_version()}, {platform.platform()}",
        f"command: {' '.join(sys.argv)}",
    ]


def _folders() -> Iterator[Path]:
    with contextlib.suppress(Exception):
        yield cache_folder() / _FAULTS
    with contextlib.suppress(Exception):
        yield Path(tempfile.gettempdir())


def _written(folder: Path, text: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"bluespot-{time.strftime('%Y%m%d-%H%M%S')}-"
    descriptor, path = tempfile.mkstemp(prefix=name, suffix=".log", dir=folder)
    try:
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text + "\n")
    except OSError:
        os.unlink(path)
        raise
    return Path(path)


def _remove_oldest(folder: Path) -> None:
    with contextlib.suppress(OSError):
        logs = sorted(folder.glob("bluespot-*.log"), key=lambda log: log.stat().st_mtime_ns)
        for old in logs[:-_MOST_LOGS]:
            old.unlink()
