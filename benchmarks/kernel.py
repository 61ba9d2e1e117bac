"""The standard circuit in bluespot and in plain Brian2, by target: processor seconds per simulated second."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks import plain_run
from benchmarks.plain_brian2 import CYTHON, NUMPY, STANDALONE
from benchmarks.repetition import in_turns
from benchmarks.sample import Sample, rising, sample, timed
from core.cache_folder import cache_folder

#: Simulated seconds: of the compiled programs, and of the targets that a second takes minutes.
SECONDS = {"bluespot": 4.0, STANDALONE: 4.0, CYTHON: 1.0, NUMPY: 0.5}
ROUNDS = 3
_NAMES = {STANDALONE: "plain Brian2, C++ standalone", CYTHON: "plain Brian2, Cython", NUMPY: "plain Brian2, NumPy"}


def measure(large: bool = False) -> list[dict[str, Any]]:
    """bluespot and C++ in turns (best of three, whole programs), then Cython and NumPy once each, without their
    compiling; between them bluespot again, so that each ratio is of one time.
    """
    sampled = sample(rising(SECONDS["bluespot"]))
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        rows = _compiled(sampled, Path(scratch))
        rows += [_at_run_time(target, Path(scratch)) for target in (CYTHON, NUMPY)]
    return rows


def _row(name: str, used: float, spikes_hz: float, bluespot: float) -> dict[str, Any]:
    """used, bluespot: processor seconds per simulated second, of the same minutes."""
    return {
        "simulator": name,
        "processor_per_second": round(used, 4),
        "times_bluespot": round(used / bluespot, 1),
        "mean_rate_hz": round(spikes_hz, 3),
    }


def _compiled(sampled: Sample, scratch: Path) -> list[dict[str, Any]]:
    seconds, cells = sampled.inputs.seconds, sampled.structure.cells
    found = plain_run.carried_out(sampled, STANDALONE, scratch / STANDALONE)
    code = scratch / STANDALONE / "code"
    _, outputs = timed(sampled)
    used = in_turns(
        {
            "bluespot": lambda: timed(sampled)[0],
            STANDALONE: lambda: plain_run.program_seconds(code),
        },
        ROUNDS,
    )
    best = {name: min(values) / seconds for name, values in used.items()}
    plain_spikes = sum(plain_run.spikes(code, found).values())
    return [
        _row("bluespot", best["bluespot"], len(outputs.cell) / cells / seconds, best["bluespot"]),
        _row(_NAMES[STANDALONE], best[STANDALONE], plain_spikes / cells / seconds, best["bluespot"]),
    ]


def _at_run_time(target: str, scratch: Path) -> dict[str, Any]:
    sampled = sample(rising(SECONDS[target]))
    folder = cache_folder() / "benchmarks" / target if target == CYTHON else scratch / target
    found = plain_run.carried_out(sampled, target, folder)
    bluespot = min(timed(sampled)[0] for _ in range(ROUNDS)) / sampled.inputs.seconds
    rate = sum(found["counts"].values()) / sampled.structure.cells / sampled.inputs.seconds
    return _row(_NAMES[target], found["used"] / found["seconds"], rate, bluespot)
