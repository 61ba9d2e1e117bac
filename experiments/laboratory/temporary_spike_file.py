"""A temporary file for the spikes of an animal until they are written, so that memory does not grow with the days."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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


class TrainsOnDisk(Mapping[str, SpikeTrain]):
    """Spike trains by population that lie in a temporary file and are read when they are asked for."""

    def __init__(self, file: TemporarySpikeFile, trains: Mapping[str, SpikeTrain]) -> None:
        self._file = file
        self._number = {name: k for k, name in enumerate(trains)}
        self._cells = np.array([train.cells for train in trains.values()], "i8")
        self._bounds = np.cumsum([0, *(len(train.seconds) for train in trains.values())])
        nothing = [np.zeros(0)]
        self._seconds = file.keep(np.concatenate([*nothing, *(train.seconds for train in trains.values())], dtype="f8"))
        index = np.concatenate([*nothing, *(train.index for train in trains.values())], dtype="u4", casting="unsafe")
        self._index = file.keep(index)

    def __getitem__(self, name: str) -> SpikeTrain:
        number = self._number[name]
        start, stop = (int(bound) for bound in self._bounds[number : number + 2])
        return SpikeTrain(
            self._file.read(self._seconds + 8 * start, "f8", stop - start),
            self._file.read(self._index + 4 * start, "u4", stop - start),
            int(self._cells[number]),
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._number)

    def __len__(self) -> int:
        return len(self._number)
