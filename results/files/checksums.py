"""Checksums of an animal's file: of each dataset and group, and one of the whole content.

Each covers name, type, shape, attributes and values. What only tells of the machine (`/machine`) has checksums too, but
no part in the one of the whole: it is the same on every machine for the same animal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5o, h5s

from results.files.bounds import DamagedError, line

CHECKSUMS, MACHINE = "checksums", "machine"
CONTENT = "content_checksum"
#: So many faults are told of one file.
_MOST_NAMED = 3


class Checksum:
    """The checksum of a dataset whose values come one part after another.

    attributes: name of each -> its `attribute_text`.
    """

    def __init__(self, attributes: Mapping[str, bytes], kind: np.dtype[Any], shape: tuple[int, ...]) -> None:
        self._digest = _begun([*_attribute_lines(attributes), _head(kind, shape)])

    def update(self, values: bytes | memoryview) -> None:
        """Take in the bytes of some values."""
        self._digest.update(values)

    def hexdigest(self) -> str:
        """The checksum, once all values are in."""
        whole = self._digest.copy()
        whole.update(b"\0")
        return whole.hexdigest()


def checksum_of_group(attributes: Mapping[str, bytes]) -> str:
    """The checksum of a group with these attributes, name of each -> its `attribute_text`."""
    return _digest(*_attribute_lines(attributes))


def in_order(names: Iterable[str]) -> list[str]:
    """Names of objects, "/" for the file itself, as HDF5 has them: a group before what is in it, each group by name."""
    return sorted(names, key=lambda name: [] if name == "/" else name.encode().split(b"/"))


def verify(file: h5py.File) -> None:
    """Raise DamagedError, which names what does not fit, where a sealed file does not hold what was written."""
    found, told = checksums_of(file), _told(file)
    parts = [name for name in {**told, **found} if found.get(name) != told.get(name)]
    whole = file.attrs.get(CONTENT) == content_checksum(found)
    if whole and not any(_of_machine(name) for name in parts):
        return
    raise DamagedError(named(list(_faults(parts, found, told))) or "its attribute content_checksum was changed")


def named(faults: list[str]) -> str:
    """A few faults in one line, and how many more there are; "" for none."""
    more = [f"and {len(faults) - _MOST_NAMED} more"] if len(faults) > _MOST_NAMED else []
    return "; ".join([*faults[:_MOST_NAMED], *more])


def content_checksum(checksums: Mapping[str, str]) -> str:
    """The checksum of the whole from those of its parts."""
    lines = [f"{digest} {name}" for name, digest in sorted(checksums.items()) if not _of_machine(name)]
    return _digest("\n".join(lines).encode())


def checksums_of(file: h5py.File) -> dict[str, str]:
    """Name of each group and dataset, such as "spikes/raphe/node_ids", "/" for the file itself -> its checksum."""
    return dict(_walk(h5g.open(file.id, b"/"), ""))


def _of_machine(name: str) -> bool:
    return name.split("/")[0] == MACHINE


def _told(file: h5py.File) -> dict[str, str]:
    try:
        group = file[CHECKSUMS]
        return dict(zip(*(group[name].asstr()[:].tolist() for name in ("object", "blake2b")), strict=True))
    except (KeyError, OSError, ValueError, RuntimeError, TypeError, AttributeError) as error:
        raise DamagedError(f"its checksums cannot be read ({error})") from error


def _faults(parts: list[str], found: Mapping[str, str], told: Mapping[str, str]) -> Iterator[str]:
    for name in parts:
        if name not in told:
            yield f"{name} was added to it"
        elif name not in found:
            yield f"{name} is missing"
        else:
            what = "its attributes do not fit their checksum" if name == "/" else f"{name} does not fit its checksum"
            yield what


def _walk(group: h5g.GroupID, path: str) -> Iterator[tuple[str, str]]:
    yield path or "/", _digest(*_attributes(group))
    for raw in sorted(group):
        name = f"{path}/{raw.decode('utf-8', 'replace')}".lstrip("/")
        if name == CHECKSUMS:
            continue
        yield from _object(group, raw, name)


def _object(group: h5g.GroupID, raw: bytes, name: str) -> Iterator[tuple[str, str]]:
    try:
        found = h5o.open(group, raw)
        if isinstance(found, h5g.GroupID):
            yield from _walk(found, name)
        else:
            yield name, _digest(*_attributes(found), *_values(found))
    except DamagedError:
        raise
    except Exception as error:
        raise DamagedError(f"{name} cannot be read ({line(error)})") from error


def _values(dataset: h5d.DatasetID) -> Iterator[bytes | memoryview]:
    kind = dataset.dtype
    values = np.empty(dataset.shape, kind)
    dataset.read(h5s.ALL, h5s.ALL, values)
    yield _head(kind, dataset.shape)
    yield np.ascontiguousarray(values).reshape(-1).view("u1").data if values.size else b""


def _attributes(owner: h5g.GroupID | h5d.DatasetID) -> Iterator[bytes]:
    named = {}
    for k in range(h5a.get_num_attrs(owner)):
        attribute = h5a.open(owner, index=k)
        named[attribute.name.decode("utf-8", "surrogateescape")] = _attribute(attribute)
    yield from _attribute_lines(named)


def _attribute_lines(attributes: Mapping[str, bytes]) -> Iterator[bytes]:
    named = {name.encode("utf-8", "surrogateescape"): text for name, text in attributes.items() if name != CONTENT}
    for name in sorted(named):
        yield name + b" " + named[name]


def _attribute(attribute: h5a.AttrID) -> bytes:
    if attribute.shape is None:
        return b"nothing"
    value = np.empty(attribute.shape, attribute.dtype)
    attribute.read(value)
    return attribute_text(value)


def attribute_text(value: np.ndarray) -> bytes:
    """What a checksum holds of an attribute of this value."""
    plain: Any = [item.encode() if isinstance(item, str) else item for item in value.ravel().tolist()]
    return f"{_type(value.dtype)} {value.shape} {plain!r}".encode()


def _head(kind: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    return f"{_type(kind)} {shape}".encode()


def _type(kind: np.dtype[Any]) -> str:
    """A type in words that do not depend on the version of h5py."""
    members = h5py.check_enum_dtype(kind)
    text = h5py.check_string_dtype(kind)
    if members:
        return f"enum {kind.str} {sorted(members.items())}"
    if text is not None:
        return f"text {text.encoding} {text.length}"
    return f"{kind.descr if kind.names else kind.str}"


def _digest(*parts: bytes | memoryview) -> str:
    return _begun(parts).hexdigest()


def _begun(parts: Iterable[bytes | memoryview]) -> hashlib.blake2b:
    """A digest of parts, to which more may come."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(part)
        found.update(b"\0")
    return found
