"""Checksums of an animal's file: of each dataset and group, and one of the whole content.

Each covers name, type, shape, attributes and values. What only tells of the machine (`/machine`) has checksums too, but
no part in the one of the whole: it is the same on every machine for the same animal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5o, h5s

from results.files.bounds import DamagedError, line
from results.files.columns import write_texts

CHECKSUMS, MACHINE = "checksums", "machine"
CONTENT = "content_checksum"
#: So many faults are told of one file.
_MOST_NAMED = 3


def seal(file: h5py.File) -> None:
    """Write the checksums of all that a file holds: /checksums, and the attribute `content_checksum`."""
    found = checksums_of(file)
    group = file.create_group(CHECKSUMS)
    write_texts(group, "object", found)
    write_texts(group, "blake2b", found.values())
    file.attrs[CONTENT] = content_checksum(found)


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
    yield f"{_type(kind)} {dataset.shape}".encode()
    yield np.ascontiguousarray(values).reshape(-1).view("u1").data if values.size else b""


def _attributes(owner: h5g.GroupID | h5d.DatasetID) -> Iterator[bytes]:
    named = {}
    for k in range(h5a.get_num_attrs(owner)):
        attribute = h5a.open(owner, index=k)
        named[attribute.name] = attribute
    for name in sorted(named):
        if name != CONTENT.encode():
            yield name + b" " + _attribute(named[name])


def _attribute(attribute: h5a.AttrID) -> bytes:
    if attribute.shape is None:
        return b"nothing"
    value = np.empty(attribute.shape, attribute.dtype)
    attribute.read(value)
    plain: Any = [item.encode() if isinstance(item, str) else item for item in value.ravel().tolist()]
    return f"{_type(attribute.dtype)} {attribute.shape} {plain!r}".encode()


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
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(part)
        found.update(b"\0")
    return found.hexdigest()
