"""Folders and files that no other user of a machine can put anything into."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class NotPrivateError(OSError):
    """A place that another user can change; `strerror` says why."""

    def __init__(self, why: str) -> None:
        super().__init__(None, why)


def make_private(folder: Path) -> Path:
    """Make a folder, and close it to others (mode 0700), where it is not; return it.

    One that belongs to root is left as it is, as long as only root can write to it.

    Raises
    ------
    OSError
        Where it cannot be made, and as NotPrivateError where another user owns it or can put another one in its place.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise NotPrivateError("it is a link")
    if found.st_uid == os.getuid() and found.st_mode & _OTHERS:
        with contextlib.suppress(OSError):  # a file system that cannot be written
            folder.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    for place in (folder, *folder.resolve().parents):
        _refuse_changeable(place)
    return folder


def is_ours(found: os.stat_result) -> bool:
    """Whether this user or root owns what was found, and no other user can write to it."""
    return found.st_uid in (os.getuid(), 0) and not _writable_by_others(found)


def _refuse_changeable(place: Path) -> None:
    found = place.lstat()
    if found.st_uid not in (os.getuid(), 0):
        raise NotPrivateError(f"{place} belongs to another user, {_user(found.st_uid)}")
    if _writable_by_others(found) and not found.st_mode & stat.S_ISVTX:
        raise NotPrivateError(f"other users can write to {place}")


def _writable_by_others(found: os.stat_result) -> bool:
    by_group = bool(found.st_mode & stat.S_IWGRP) and not _is_own_group(found.st_gid)
    return by_group or bool(found.st_mode & stat.S_IWOTH)


def _is_own_group(number: int) -> bool:
    """Whether a group holds nobody but this user or root, as the one that many systems make for each user."""
    try:
        group, name = grp.getgrgid(number), pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return False
    return group.gr_name in (name, "root") and set(group.gr_mem) <= {name, "root"}


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
