"""The trailer of an animal's file: checksums of the bytes before it, by which a file is known without HDF5.

HDF5 may crash over a damaged file, and take Python with it. So the bytes are looked at before HDF5 opens them: all of
them in one reading, and where they do not fit, those of each dataset, to name what is damaged. HDF5 ignores what stands
behind its end, and drops it when it changes the file. A file without a trailer is no damaged one: its content is then
checked part by part (`results.files.checksums`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
from h5py import h5d, h5g, h5o

from results.files.bounds import DamagedError
from results.files.checksums import named

_HEAD = b"\n# bluespot: first byte, bytes and BLAKE2b of the file above this line, and of its datasets\n"
_END = b"# bluespot: bytes and BLAKE2b of these lines: "
_LAST = re.compile(re.escape(_END) + rb"(\d{10}) ([0-9a-f]{32})\n")
_LAST_LENGTH = len(_END) + 10 + 1 + 32 + 1
#: Bytes that are read at once: few enough to stay near the processor until they are hashed.
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Piece:
    """The bytes of a dataset: its name, its first byte in the file, how many there are, and their BLAKE2b."""

    name: str
    start: int
    size: int
    digest: str


def add_trailer(path: Path, pieces: Iterable[Piece] | None = None) -> None:
    """Append the trailer to a file that is complete; pieces: its datasets, where they are known, else looked up."""
    size = path.stat().st_size
    found = _datasets(path) if pieces is None else pieces
    parts = [Piece("", 0, size, _digest_of(path, 0, size)), *found]
    lines = [f"{part.start} {part.size} {part.digest} {part.name}\n" for part in parts]
    text = _HEAD + "".join(lines).encode()
    with path.open("ab") as file:
        file.write(text + _END + f"{len(text):010d} {_digest(text)}\n".encode())


def trailer_fits(path: Path) -> bool:
    """Whether a file has a trailer that fits; False where it has none.

    Raises
    ------
    DamagedError
        Where a byte before the trailer was changed, or its end is missing. It names the datasets.
    """
    text = _trailer(path)
    if not text:
        return False
    whole, *parts = (_entry(line) for line in text[len(_HEAD) :].decode().splitlines())
    if _fits(path, whole):
        return True
    damaged = [part[3] for part in parts if not _fits(path, part)]
    raise DamagedError(named([f"{name} does not fit its checksum" for name in damaged]) or "its structure was changed")


def _datasets(path: Path) -> list[Piece]:
    """Each dataset that lies in one piece."""
    with h5py.File(path, "r", locking=False) as file:
        places = list(_of_group(h5g.open(file.id, b"/"), b""))
    return [Piece(name, start, size, _digest_of(path, start, size)) for name, start, size in places]


def _of_group(group: h5g.GroupID, path: bytes) -> Iterator[tuple[str, int, int]]:
    for raw in group:
        found = h5o.open(group, raw)
        if isinstance(found, h5g.GroupID):
            yield from _of_group(found, path + raw + b"/")
        elif isinstance(found, h5d.DatasetID) and (start := found.get_offset()) is not None:
            yield (path + raw).decode(), start, found.get_storage_size()


def _trailer(path: Path) -> bytes:
    """The lines of the trailer but the last; nothing where there is none, or it is damaged itself."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _LAST_LENGTH))
        last = file.read()
        match = _LAST.fullmatch(last)
        if match is None:
            if _END in last:
                raise DamagedError("its end is missing; the copy that made it was cut short")
            return b""
        file.seek(max(0, size - _LAST_LENGTH - int(match[1])))
        text = file.read(int(match[1]))
    return text if text.startswith(_HEAD) and _digest(text) == match[2].decode() else b""


def _entry(line: str) -> tuple[int, int, str, str]:
    start, size, digest, name = line.split(" ", 3)
    return int(start), int(size), digest, name


def _fits(path: Path, entry: tuple[int, int, str, str]) -> bool:
    start, size, digest, _ = entry
    return _digest_of(path, start, size) == digest


def _digest_of(path: Path, start: int, size: int) -> str:
    found, left = hashlib.blake2b(digest_size=16), size
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while left and (part := file.read(min(left, _CHUNK))):
            found.update(part)
            left -= len(part)
    return found.hexdigest()


def _digest(text: bytes) -> str:
    return hashlib.blake2b(text, digest_size=16).hexdigest()
