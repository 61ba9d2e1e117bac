"""What an animal's file may be made of; looked at before any value is read.

A file may come from anybody, and its checksums are no signature. So it may hold groups and datasets of its own only,
nothing that leads to another file, and nothing that declares more than a file of its length can hold. All links are
looked at when a file is opened. Datasets are looked at if they are to be read: to open one takes longer than its link.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from math import prod

import h5py
from h5py import h5d, h5g, h5l, h5o, h5t

#: Names of some datasets of a group; None for all.
Names = Container[str] | None
#: No dataset of ours is compressed, yet others may pack a file; what declares more than this is no packed animal.
_MOST_BYTES, _MOST_PACKED = 64_000_000, 50
#: Groups within groups: ours have two floors.
_MOST_FLOORS = 8
_NUMBERS = (h5t.INTEGER, h5t.FLOAT)


class DamagedError(ValueError):
    """A file that does not hold what was written; the message says which part, without the file's name."""


def check_links(file: h5py.File) -> None:
    """Raise DamagedError where a name in an open file leads to anything but an object of its own; opens no dataset."""
    root = h5g.open(file.id, b"/")
    links = _Links({h5o.get_info(root).addr: ""})
    try:
        fault = root.links.visit(links.fault, info=True)
    except Exception:
        _opened(root, links.last, links.last.decode("utf-8", "replace"))
        raise
    if fault:
        raise DamagedError(fault)


def check_datasets(file: h5py.File, wanted: Mapping[str, Names] | None = None) -> None:
    """Raise DamagedError where an open file, whose links were checked, has datasets that cannot be read.

    Attributes are not looked at: their values are stored where they are declared.

    Parameters
    ----------
    file
        The file.
    wanted
        Which groups are to be read, and which of their datasets; all by default. What the file lacks is left out.
    """
    most = max(_MOST_BYTES, _MOST_PACKED * file.id.get_filesize())
    _Datasets(most).of_group(h5g.open(file.id, b"/"), "", wanted)


@dataclass
class _Links:
    """Looks at one link after another: `names` has the first name of each address, `last` is the latest one."""

    names: dict[int, str]
    last: bytes = b"/"

    def fault(self, raw: bytes, info: h5l.LinkInfo) -> str | None:
        """What is wrong with a link, which ends the walk before HDF5 follows it; None where nothing is."""
        self.last, name = raw, raw.decode("utf-8", "replace")
        if name.count("/") > _MOST_FLOORS:
            return f"{name.rpartition('/')[0]} lies deeper than anything in an animal's file"
        if info.type != h5l.TYPE_HARD:
            return f"{name} is a link to something else"
        first = self.names.setdefault(info.u, name)
        return None if first is name else f"{first or name} has several names"


@dataclass
class _Datasets:
    """Looks at datasets; `left` is how many bytes they may still declare."""

    left: int

    def of_group(self, group: h5g.GroupID, path: str, names: Names) -> None:
        """Look at the datasets of a group, and of the groups in it."""
        for raw in group:
            own = raw.decode("utf-8", "replace")
            if names is None or own in names:
                within = names[own] if isinstance(names, Mapping) else None
                self._look_at(_opened(group, raw, f"{path}{own}"), f"{path}{own}", within)

    def _look_at(self, found: h5g.GroupID | h5d.DatasetID, name: str, names: Names) -> None:
        if isinstance(found, h5g.GroupID):
            self.of_group(found, f"{name}/", names)
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
