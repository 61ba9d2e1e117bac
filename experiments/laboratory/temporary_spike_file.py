"""A temporary file for the spikes of an animal until they are written, so that memory does not grow with the days."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import IO

import numpy as np

from core.records import SpikeTrain


def _unnamed() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="bluespot-", buffering=0)


@dataclass
class TemporarySpikeFile:
    """A temporary file without a name, which is gone when its process ends, however it ends."""

    _file: IO[bytes] = field(default_factory=_unnamed)
    _end: int = 0

    def keep(self, values: np.ndarray) -> int:
        """Append the bytes of an array, and return where they begin. Raises OSError where the disk is full."""
        start, left = self._end, memoryview(values.tobytes())
        while left:
            written = os.pwrite(self._file.fileno(), left, self._end)
            self._end, left = self._end + written, left[written:]
        return start

    def read(self, start: int, kind: str, count: int) -> np.ndarray:
        """Read `count` numbers of a NumPy type from `start` on; the array is read-only."""
        if not count:
            return np.frombuffer(b"", kind)
        return np.frombuffer(os.pread(self._file.fileno(), count * np.dtype(kind).itemsize, start), kind)


#: Of a spike: its time as float64, its cell as uint32.
_BYTES = 12


class TrainsOnDisk(Mapping[str, SpikeTrain]):
    """Spike trains by population that lie in a temporary file and are read when they are asked for."""

    def __init__(self, file: TemporarySpikeFile, trains: Mapping[str, SpikeTrain]) -> None:
        self._file = file
        self._number = {name: k for k, name in enumerate(trains)}
        self._cells = [train.cells for train in trains.values()]
        self._spikes = [len(train.seconds) for train in trains.values()]
        parts = [part for train in trains.values() for part in (_seconds(train), _index(train))]
        start = file.keep(np.frombuffer(b"".join(parts), "u1"))
        self._starts = [start + _BYTES * before for before in accumulate(self._spikes, initial=0)]

    def __getitem__(self, name: str) -> SpikeTrain:
        number = self._number[name]
        count = self._spikes[number]
        raw = self._file.read(self._starts[number], "u1", _BYTES * count)
        return SpikeTrain(raw[: 8 * count].view("f8"), raw[8 * count :].view("u4"), self._cells[number])

    def __contains__(self, name: object) -> bool:
        return name in self._number

    def __iter__(self) -> Iterator[str]:
        return iter(self._number)

    def __len__(self) -> int:
        return len(self._number)


def _seconds(train: SpikeTrain) -> bytes:
    return np.asarray(train.seconds, "f8").tobytes()


def _index(train: SpikeTrain) -> bytes:
    return np.asarray(train.index).astype("u4").tobytes()
