"""Paths in the folder of a study, none of which leads out of it by a symbolic link."""

from __future__ import annotations

import os
from pathlib import Path

from core.errors import UserError


def inside(out: Path | str, *parts: str) -> Path:
    """The path `out/part/part`; UserError where one of the parts is a link that leads out of `out`.

    The folder itself may be a link, because a user names it. What lies in it may come from somebody else.
    """
    path = str(out)
    for part in parts:
        path = os.path.join(path, part)
        if os.path.islink(path):
            _refuse_outside(path, str(out))
    return Path(path)


def _refuse_outside(path: str, out: str) -> None:
    there, folder = os.path.realpath(path), os.path.realpath(out)
    if os.path.commonpath([there, folder]) != folder:
        raise UserError(
            f"{path}: it is a link that leads out of the folder of its study, to {there}; such links are not followed. "
            "Put what it leads to in its place."
        )
