"""Folders for temporary files, which go with their process: those of a killed one are removed by whoever comes next.

A process holds a shared lock on each of its folders. The system gives it up when the process ends, however it ends, so
that a folder without one belongs to nobody. Process numbers would not do: they come again, and each container counts
its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

PREFIX = "bluespot-scratch-"


class Scratch:
    """A new folder of mode 0700 under a lock of this process; it goes with `close`, or when this process ends.

    Attributes
    ----------
    folder : Path
        Where it is.
    lock : int
        A descriptor of the folder that has the lock. A process that inherits it keeps the folder alive, too.
    """

    def __init__(self, place: Path | str | None = None) -> None:
        """Make it in `place`, by default the folder for temporary files, where those of dead processes are removed.

        Raises OSError where that folder cannot be written.
        """
        place = Path(place or tempfile.gettempdir())
        remove_abandoned(place)
        lock = None
        while lock is None:
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            lock = _locked(self.folder, fcntl.LOCK_SH)
        self.lock = lock
        self._ended = weakref.finalize(self, _remove, self.folder, lock, os.getpid())

    def close(self) -> None:
        """Remove the folder and all in it; nothing where that is done already."""
        self._ended()


def remove_abandoned(place: Path | str | None = None) -> None:
    """Remove the scratch folders in `place`, by default that for temporary files, whose processes are gone.

    Folders of other users are not touched, nor those on a file system without locks, where nobody can tell.
    """
    place = Path(place or tempfile.gettempdir())
    for folder in _own_folders(place):
        with contextlib.suppress(OSError):
            lock = _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB, unlocked=False)
            if lock is not None:
                _remove(folder, lock, os.getpid())


def _remove(folder: Path, lock: int, process: int) -> None:
    """Remove a folder and give its lock up; a process that was forked from its owner leaves it alone."""
    if process == os.getpid():
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def keep_alive(path: Path | str) -> None:
    """Keep the scratch folder that holds `path`, if one does, until this process ends, too."""
    for folder in Path(path).parents:
        if folder.name.startswith(PREFIX):
            _locked(folder, fcntl.LOCK_SH)


def _own_folders(place: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if not entry.name.startswith(PREFIX) or not entry.is_dir(follow_symlinks=False):
                continue
            if entry.stat(follow_symlinks=False).st_uid == os.getuid():
                yield Path(entry)


def _locked(folder: Path, how: int, unlocked: bool = True) -> int | None:
    """A descriptor of a folder with a lock; None where the folder is gone or somebody else's.

    unlocked: whether a folder without a lock will do where the file system has none.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        if not unlocked:
            os.close(descriptor)
            return None
    return descriptor if _is_still(folder, descriptor) else None


def _is_still(folder: Path, descriptor: int) -> bool:
    """Whether a descriptor is that of the folder of that name; it is closed where not."""
    with contextlib.suppress(OSError):
        if os.path.samestat(os.fstat(descriptor), folder.lstat()):
            return True
    os.close(descriptor)
    return False


class _TemporaryFiles:
    """The folder for temporary files, which all threads share: the last task to end gives the former one back."""

    def __init__(self) -> None:
        self._lock, self._tasks, self._before = threading.Lock(), 0, ""

    @contextlib.contextmanager
    def are_in(self, folder: str) -> Iterator[None]:
        """Make `folder` the one while this block is under way; a task that comes meanwhile uses it too."""
        with self._lock:
            if not self._tasks:
                self._before, tempfile.tempdir = tempfile.tempdir or "", folder
            self._tasks += 1
        try:
            yield
        finally:
            with self._lock:
                self._tasks -= 1
                if not self._tasks:
                    tempfile.tempdir = self._before or None


#: That of this process.
TEMPORARY_FILES = _TemporaryFiles()
