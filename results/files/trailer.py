"""The trailer of an animal's file: a checksum of all bytes before it, by which a whole file is known in one reading.

HDF5 ignores what stands behind its end, and drops it when the file is changed. A file without a trailer that fits is no
damaged one: its content is then checked part by part (`results.files.checksums`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from results.files.checksums import DamagedError

_MARK = b"\nbluespot: blake2b of all bytes before this line "
_DIGEST = 32
_LENGTH = len(_MARK) + 2 * _DIGEST + 1
_CHUNK = 1 << 22


def add_trailer(path: Path) -> None:
    """Append the trailer to a file that is complete."""
    digest = _digest(path, path.stat().st_size)
    with path.open("ab") as file:
        file.write(_MARK + digest + b"\n")


def trailer_fits(path: Path) -> bool:
    """Whether a file has a trailer, and no byte before it was changed; DamagedError where the trailer was cut off."""
    size = max(0, path.stat().st_size - _LENGTH)
    with path.open("rb") as file:
        file.seek(size)
        trailer = file.read()
    if _MARK in trailer and not trailer.startswith(_MARK):
        raise DamagedError("its end is missing; the copy that made it was cut short")
    return trailer.startswith(_MARK) and trailer == _MARK + _digest(path, size) + b"\n"


def _digest(path: Path, size: int) -> bytes:
    found, left = hashlib.blake2b(digest_size=_DIGEST), size
    with path.open("rb", buffering=0) as file:
        while left and (part := file.read(min(left, _CHUNK))):
            found.update(part)
            left -= len(part)
    return found.hexdigest().encode()
