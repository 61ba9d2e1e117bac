"""Opens a new HDF5 file that appears under its name complete or not at all, and tells a disk that refuses it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py

from results.files.atomic import new_file

#: Not "latest": HDF5 2.0 would write files that libsonata's HDF5 1.14 cannot read.
LIBRARY_VERSIONS = ("earliest", "v110")


@contextlib.contextmanager
def new_hdf5(
    path: Path | str, replace: bool = False, finish: Callable[[Path], None] = lambda part: None
) -> Iterator[h5py.File]:
    """Yield a new HDF5 file that gets its name `path` once the block has succeeded; UserError as `new_file`.

    finish: what is done to the file when HDF5 has closed it, before it gets its name.
    """
    with new_file(path, replace) as part:
        with _Part(part, "w+b") as raw:
            try:
                with h5py.File(raw, "w", driver="fileobj", libver=LIBRARY_VERSIONS) as file:
                    yield file
            finally:
                if raw.refusal is not None:
                    raise raw.refusal
        finish(part)


class _Part(io.FileIO):
    """A file that keeps the first error of the disk for later.

    HDF5 cannot close what it has open once a write has failed, and reports that for every object.
    """

    refusal: OSError | None = None

    def write(self, content: Any) -> int:
        """Write all of `content`, where a raw file would write what there is room for."""
        left = memoryview(content)
        while left and self.refusal is None:
            try:
                left = left[super().write(left) :]
            except OSError as error:
                self.refusal = error
        return len(content)

    def truncate(self, size: int | None = None) -> int:
        """Truncate, and keep an error for later."""
        try:
            return super().truncate(size)
        except OSError as error:
            self.refusal = self.refusal or error
            return 0
