"""Columns of a new HDF5 file: uncompressed datasets without a time stamp, so that equal columns give equal bytes.

An animal's file has some 200 columns and 330 attributes. Each is written by a few calls of h5py's low-level interface,
with types and properties that are made once. Its checksums are taken from what is written, so that nothing of the file
is read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5p, h5s, h5t

from results.files.checksums import (
    CHECKSUMS,
    CONTENT,
    Checksum,
    attribute_text,
    checksum_of_group,
    content_checksum,
    in_order,
)
from results.files.trailer import Piece

#: In place of a number of spikes: the population was not recorded.
NOT_RECORDED = -1
#: What an attribute may be.
Attribute = str | int | np.generic | np.ndarray


@dataclass
class Written:
    """What has been written of a file: the checksum of each object by its name, and the bytes of each dataset."""

    checksums: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, Piece] = field(default_factory=dict)

    def in_order(self) -> list[Piece]:
        """The bytes of all datasets, in the order of their names within their groups."""
        return [self.pieces[name] for name in in_order(self.pieces)]


@dataclass(frozen=True)
class NewGroup:
    """A group of a file that is being written. path: its name, "" for the file itself."""

    id: h5g.GroupID
    path: str
    written: Written

    @classmethod
    def of_file(cls, file: h5py.File, written: Written, attributes: Mapping[str, Attribute]) -> NewGroup:
        """The file itself, with all attributes but that of its checksums."""
        return cls(h5g.open(file.id, b"/"), "", written)._with(attributes)

    def group(self, name: str, attributes: Mapping[str, Attribute] | None = None) -> NewGroup:
        """Make a group in this one."""
        made = h5g.create(
            self.id, name.encode(), lcpl=_link_properties(name.isascii()), gcpl=_properties(h5p.GROUP_CREATE)
        )
        return NewGroup(made, self.within(name), self.written)._with(attributes or {})

    def within(self, name: str) -> str:
        """The name in the file of what has a name in this group."""
        return f"{self.path}/{name}" if self.path else name

    def _with(self, attributes: Mapping[str, Attribute]) -> NewGroup:
        told = _write_attributes(self.id, attributes)
        self.written.checksums[self.path or "/"] = checksum_of_group(told)
        return self


def seal(file: NewGroup) -> None:
    """Write the checksums of all that was written into a file: /checksums, and the attribute `content_checksum`."""
    sums = file.written.checksums
    found = {name: sums[name] for name in in_order(sums)}
    group = file.group(CHECKSUMS)
    write_texts(group, "object", found)
    write_texts(group, "blake2b", found.values())
    _write_attributes(file.id, {CONTENT: content_checksum(found)})


def write_column(
    group: NewGroup, name: str, values: np.ndarray, unit: str = "", attributes: Mapping[str, Attribute] | None = None
) -> None:
    """Write a column uncompressed (libsonata has no deflate filter), with its unit where it has one."""
    _write(group, name, np.asarray(values, order="C"), {**({"unit": unit} if unit else {}), **(attributes or {})})


def write_parts(
    group: NewGroup,
    name: str,
    column: tuple[str, int],
    parts: Iterator[np.ndarray],
    attributes: Mapping[str, Attribute],
) -> None:
    """Write a column part by part, so that never all values are in memory; column: its type and how many it has."""
    kind, count = np.dtype(column[0]), column[1]
    new = _NewColumn(group, checked_name(name), kind, (count,), attributes)
    written = 0
    for part in parts:
        new.put(np.ascontiguousarray(part, kind), written)
        written += len(part)
    new.close()


def write_texts(group: NewGroup, name: str, texts: Iterable[str]) -> None:
    """Write texts as a column of UTF-8 of one length."""
    encoded = [text.encode() for text in texts]
    _write(group, name, np.array(encoded, _text_kind(max([1, *map(len, encoded)]))))


def write_text(group: NewGroup, name: str, text: str) -> None:
    """Write one text of any length as a dataset of its own."""
    encoded = text.encode()
    _write(group, name, np.array(encoded, _text_kind(max(1, len(encoded)))))


def write_numbers(group: NewGroup, name: str, values: Sequence[float], unit: str = "") -> None:
    """Write numbers as a column of float64."""
    write_column(group, name, np.array(values, "f8"), unit)


def smallest_unsigned(count: int) -> str:
    """The narrowest type that holds the numbers from 0 up to, but without, `count`."""
    return next(kind for kind in ("u1", "u2", "u4", "u8") if count <= np.iinfo(kind).max + 1)


def checked_name(name: str) -> str:
    """The name itself; ValueError where no column can have it."""
    if not name or "/" in name or name == ".":
        raise ValueError(f'"{name}" cannot name a column of an HDF5 file; a name has letters and no "/"')
    return name


class _NewColumn:
    """A dataset whose values are put in from the first to the last, and summed up on the way."""

    def __init__(
        self,
        group: NewGroup,
        name: str,
        kind: np.dtype,
        shape: tuple[int, ...],
        attributes: Mapping[str, Attribute] | None = None,
    ) -> None:
        self._group, self._name, self._type = group, group.within(name), _type_of(kind)
        space = _space(shape)
        self._dataset = h5d.create(group.id, name.encode(), self._type, space, _properties(h5p.DATASET_CREATE))
        self._told = attributes or {}
        # The type as a reader has it: h5py notes of bytes within a table that they are ASCII.
        self._checksum = Checksum(_texts(self._told), self._type.dtype, shape)
        self._bytes = hashlib.blake2b(digest_size=16)

    def put(self, values: np.ndarray, start: int | None = None) -> None:
        """Write all values, or those from `start` on; of the type of the column and contiguous."""
        if start is None or values.shape == self._dataset.shape:
            self._dataset.write(h5s.ALL, h5s.ALL, values, self._type)
        elif len(values):
            there = self._dataset.get_space()
            there.select_hyperslab((start,), values.shape)
            self._dataset.write(h5s.create_simple(values.shape), there, values, self._type)
        content = values.reshape(-1).view("u1").data if values.size else b""
        self._checksum.update(content)
        self._bytes.update(content)

    def close(self) -> None:
        """Write the attributes, and tell the checksums."""
        _write_attributes(self._dataset, self._told)
        written = self._group.written
        written.checksums[self._name] = self._checksum.hexdigest()
        start = self._dataset.get_offset()
        if start is not None:
            size = self._dataset.get_storage_size()
            written.pieces[self._name] = Piece(self._name, start, size, self._bytes.hexdigest())


def _write(group: NewGroup, name: str, values: np.ndarray, attributes: Mapping[str, Attribute] | None = None) -> None:
    new = _NewColumn(group, checked_name(name), values.dtype, values.shape, attributes)
    new.put(values)
    new.close()


def _texts(attributes: Mapping[str, Attribute]) -> dict[str, bytes]:
    """Name of an attribute -> what its object's checksum holds of it."""
    return {name: _prepared(value)[3] for name, value in attributes.items()}


def _write_attributes(owner: h5g.GroupID | h5d.DatasetID, attributes: Mapping[str, Attribute]) -> dict[str, bytes]:
    told = {}
    for name, value in attributes.items():
        array, stored, given, told[name] = _prepared(value)
        made = h5a.create(owner, name.encode(), stored, _space(array.shape))
        made.write(array, given)
    return told


#: An attribute: its value, its type in the file and in memory, and what a checksum holds of it.
_Prepared = tuple[np.ndarray, h5t.TypeID, h5t.TypeID, bytes]


def _prepared(value: Attribute) -> _Prepared:
    if isinstance(value, str):
        return _prepared_text(value)
    array = np.asarray(value)
    kind = h5t.py_create(array.dtype, logical=True)
    return array, kind, h5t.py_create(array.dtype), attribute_text(array)


@lru_cache(maxsize=1024)
def _prepared_text(text: str) -> _Prepared:
    array = np.array(text, h5py.string_dtype())
    return array, *_types_of_a_text(), attribute_text(array)


@cache
def _types_of_a_text() -> tuple[h5t.TypeID, h5t.TypeID]:
    kind = h5py.string_dtype()
    return h5t.py_create(kind, logical=True), h5t.py_create(kind)


@lru_cache(maxsize=1024)
def _text_kind(length: int) -> np.dtype:
    kind: np.dtype = h5py.string_dtype("utf-8", length)
    return kind


def _type_of(kind: np.dtype) -> h5t.TypeID:
    """The type in the file. NumPy takes types for equal that differ in what h5py notes of them, such as UTF-8."""
    return h5t.py_create(kind, logical=True) if kind.metadata else _plain_type_of(kind)


@lru_cache(maxsize=256)
def _plain_type_of(kind: np.dtype) -> h5t.TypeID:
    return h5t.py_create(kind, logical=True)


@lru_cache(maxsize=256)
def _space(shape: tuple[int, ...]) -> h5s.SpaceID:
    return h5s.create_simple(shape)


@cache
def _properties(what: h5p.PropClassID) -> h5p.PropOCID:
    """Properties of a group or a dataset that keeps no time."""
    found = h5p.create(what)
    found.set_obj_track_times(False)
    return found


@cache
def _link_properties(ascii_name: bool) -> h5p.PropLCID:
    found = h5p.create(h5p.LINK_CREATE)
    found.set_create_intermediate_group(True)
    found.set_char_encoding(h5t.CSET_ASCII if ascii_name else h5t.CSET_UTF8)
    return found
