"""Columns of an HDF5 file: uncompressed datasets without a time stamp, so that equal columns give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import h5py
import numpy as np

#: In place of a number of spikes: the population was not recorded.
NOT_RECORDED = -1


def write_column(group: h5py.Group, name: str, values: np.ndarray, unit: str = "") -> h5py.Dataset:
    """Write a column uncompressed (libsonata has no deflate filter), with its unit where it has one."""
    dataset = group.create_dataset(checked_name(name), data=values, track_times=False)
    if unit:
        dataset.attrs["unit"] = unit
    return dataset


def write_parts(group: h5py.Group, name: str, kind: str, count: int, parts: Iterator[np.ndarray]) -> h5py.Dataset:
    """Write a column part by part, so that never all `count` values are in memory."""
    dataset = group.create_dataset(checked_name(name), (count,), kind, track_times=False)
    written = 0
    for part in parts:
        dataset[written : written + len(part)] = part
        written += len(part)
    return dataset


def write_texts(group: h5py.Group, name: str, texts: Iterable[str]) -> None:
    """Write texts as a column of UTF-8 of one length."""
    encoded = [text.encode() for text in texts]
    kind = h5py.string_dtype("utf-8", max([1, *map(len, encoded)]))
    group.create_dataset(name, data=np.array(encoded, kind), track_times=False)


def write_text(group: h5py.Group, name: str, text: str) -> None:
    """Write one text of any length as a dataset of its own."""
    encoded = text.encode()
    kind = h5py.string_dtype("utf-8", max(1, len(encoded)))
    group.create_dataset(name, data=np.array(encoded, kind), track_times=False)


def write_numbers(group: h5py.Group, name: str, values: Sequence[float], unit: str = "") -> None:
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
