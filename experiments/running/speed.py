"""Simulation speed: as measured in earlier runs on this machine, else a default; for the estimated time of a run."""

from __future__ import annotations

import contextlib
import heapq
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from circuits.brian.compiling import compiler
from core.cache_folder import cache_folder
from core.errors import UserError
from results.files.atomic import write_text

#: Simulated seconds per second on one core at the standard size: measured on one core of a 2-core machine.
DEFAULT_SPEED = 20.0
#: The same without a compiler, where the cost hardly depends on the size.
INTERPRETED_SPEED = 0.08
#: Seconds that a run needs before the first spike, for imports.
START_SECONDS = 10.0
#: Seconds to compile a program of the model, on one core of a 2-core machine: once for each size of the circuit.
BUILD_SECONDS = 25.0
#: Runs shorter than this say little about the speed.
SHORTEST_MEASURED_SECONDS = 15.0
#: The file of speeds is a few lines; no more of it is read.
_MOST_BYTES = 100_000


@dataclass(frozen=True)
class Speed:
    """Simulated seconds per second and worker, `measured` on this machine or the default."""

    value: float
    measured: bool

    def seconds(self, simulated: Sequence[float], workers: int) -> float:
        """Seconds by the clock that `workers` need for tasks of `simulated` seconds each."""
        if not simulated:
            return 0.0
        return START_SECONDS + longest(simulated, workers) / self.value


def longest(tasks: Iterable[float], workers: int) -> float:
    """Work of the busiest of `workers` when each takes the next task as soon as it is free (in the unit of `tasks`)."""
    busy = [0.0] * max(1, workers)
    for task in tasks:
        heapq.heapreplace(busy, busy[0] + task)
    return max(busy)


def expected_speed(size: float) -> Speed:
    """The speed last measured at this size of the circuit, else the default, which falls as the circuit grows."""
    found = _measured().get(_circumstance(size))
    if found:
        return Speed(found, True)
    return Speed(DEFAULT_SPEED / size if compiler() else INTERPRETED_SPEED, False)


def remember_speed(size: float, simulated: float, worker_seconds: float) -> None:
    """Keep the speed of a run since its first epoch; where the cache folder cannot be written it is not kept."""
    if worker_seconds < SHORTEST_MEASURED_SECONDS or simulated <= 0:
        return
    content = _measured() | {_circumstance(size): simulated / worker_seconds}
    with contextlib.suppress(UserError):
        write_text(_path(), json.dumps(content), replace=True)


def _circumstance(size: float) -> str:
    """The key that a speed is kept under."""
    return f"{size:g}" if compiler() else f"{size:g} without compiler"


def _measured() -> dict[str, float]:
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        with _path().open("rb") as file:
            content = json.loads(file.read(_MOST_BYTES))
        return {str(size): float(speed) for size, speed in content.items() if float(speed) > 0}
    return {}


def _path() -> Path:
    return cache_folder() / "speed.json"
