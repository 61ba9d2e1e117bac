"""Room for a run, in memory and on disk: whether what it needs is more than what a machine and a folder have."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import UserError
from experiments.running.memory import in_bytes

if TYPE_CHECKING:
    from experiments.running.estimate import RunEstimate

#: The space on disk is an upper bound, and may be this many times of what is taken: above it no study fits.
SURELY = 10


def lacking(expected: RunEstimate, out: Path) -> Iterator[str]:
    """One line for what may not suffice for a run into a folder that is there.

    Raises
    ------
    UserError
        Where one animal is larger than the memory, or the results are far larger than the disk.
    """
    memory, free = _memory(), _free(out)
    if expected.bytes > SURELY * free:
        raise UserError(
            f"{out}: the results take up to {in_bytes(expected.bytes)}, and {in_bytes(free)} are free there; take "
            "fewer animals, days or arms, or another folder."
        )
    if expected.bytes > free:
        yield (
            f"{out}: the results take up to {in_bytes(expected.bytes)}, and {in_bytes(free)} are free there; a run "
            "that finds the disk full goes on later, with the same command."
        )
    if expected.pool.scheduler or memory is None:
        return
    if expected.memory > memory:
        raise UserError(
            f"size = {expected.study.size:g}: one animal takes about {in_bytes(expected.memory)} of memory, and this "
            f"machine has {in_bytes(memory)}; take a smaller size, or fewer cells or contacts."
        )
    workers = min(expected.pool.workers, len(expected.simulated_seconds))
    if workers * expected.memory > memory:
        yield (
            f"workers = {workers}: they take about {in_bytes(workers * expected.memory)} of memory, and this machine "
            f"has {in_bytes(memory)}, which is enough for {memory // expected.memory}."
        )


def _free(folder: Path) -> float:
    """Bytes that are free on the disk of a folder; infinite where it does not say."""
    with suppress(OSError):
        return shutil.disk_usage(folder).free
    return inf


def _memory() -> int | None:
    """Bytes of memory of this machine; None where it does not say."""
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None
