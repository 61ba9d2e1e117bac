"""What an animal's file may be made of; looked at before any value is read.

A file may come from anybody, and its checksums are no signature. So it may hold groups and datasets of its own only,
nothing that leads to another file, and nothing that declares more than a file of its length can hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import h5py
from h5py import h5d, h5g, h5l, h5o, h5t

#: No dataset of ours is compressed, yet others may pack a file; what declares more than this is no packed animal.
_MOST_BYTES, _MOST_PACKED = 64_000_000, 50
#: Groups within groups: ours have two floors.
_MOST_FLOORS = 8
_NUMBERS = (h5t.INTEGER, h5t.FLOAT)


class DamagedError(ValueError):
    """A file that does not hold what was written; the message says which part, without the file's name."""


def check_bounds(file: h5py.File) -> None:
    """Raise DamagedError where an open file holds what no animal's file holds.

    Attributes are not looked at: their values are stored where they are declared.
    """
    most = max(_MOST_BYTES, _MOST_PACKED * file.id.get_filesize())
    _Walk(most).through(h5g.open(file.id, b"/"), "", 0)


@dataclass
class _Walk:
    """Goes through all objects; `left` is how many bytes they may still declare."""

    left: int

    def through(self, group: h5g.GroupID, path: str, floor: int) -> None:
        """Look at all that a group holds."""
        if floor > _MOST_FLOORS:
            raise DamagedError(f"{path} lies deeper than anything in an animal's file")
        links: list[tuple[bytes, int]] = []
        group.links.iterate(lambda raw, info: links.append((raw, info.type)), info=True)
        for raw, kind in links:
            name = f"{path}/{raw.decode('utf-8', 'replace')}".lstrip("/")
            if kind != h5l.TYPE_HARD:
                raise DamagedError(f"{name} is a link to something else")
            self._look_at(_opened(group, raw, name), name, floor)

    def _look_at(self, found: h5g.GroupID | h5d.DatasetID, name: str, floor: int) -> None:
        if h5o.get_info(found).rc != 1:
            raise DamagedError(f"{name} has several names")
        if isinstance(found, h5g.GroupID):
            self.through(found, name, floor + 1)
        elif isinstance(found, h5d.DatasetID):
            self._count(found, name)
        else:
            raise DamagedError(f"{name} is neither a group nor a dataset")

    def _count(self, dataset: h5d.DatasetID, name: str) -> None:
        kind, shape = dataset.get_type(), dataset.shape
        if shape is None or (kind.get_class() not in _NUMBERS and kind.dtype.hasobject):
            raise DamagedError(f"{name} cannot be read (its values have another type)")
        self.left -= kind.get_size() * prod(max((shape, *_pieces(dataset, name)), key=prod))
        if self.left < 0:
            raise DamagedError(f"{name} cannot be read (it declares {shape} values, more than the file can hold)")


def _opened(group: h5g.GroupID, raw: bytes, name: str) -> h5g.GroupID | h5d.DatasetID:
    try:
        return h5o.open(group, raw)
    except Exception as error:
        raise DamagedError(f"{name} cannot be read ({line(error)})") from error


def _pieces(dataset: h5d.DatasetID, name: str) -> list[tuple[int, ...]]:
    """The shape in which values are read where they are stored piece by piece; DamagedError where in another file."""
    if dataset.get_offset() is not None:
        return []
    stored = dataset.get_create_plist()
    if stored.get_layout() == h5d.VIRTUAL or stored.get_external_count():
        raise DamagedError(f"{name} cannot be read (its values lie in another file)")
    return [stored.get_chunk()] if stored.get_layout() == h5d.CHUNKED else []


def line(error: Exception) -> str:
    """The first line of what an exception says, or its name."""
    return (str(error).splitlines() or [type(error).__name__])[0]
