"""One large circuit on a graphics card: bluespot beside Brian2's C++ and Brian2CUDA, of the same circuit in few large
objects and single precision. Wall seconds, because a card's work is not processor time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import plain_run
from benchmarks.plain_brian2 import CUDA, STANDALONE, Manner
from benchmarks.sample import Sample, rising, sample, wired

SIZES, LARGE, SECONDS, ROUNDS = (1.0,), (10.0, 100.0), 1.0, 3
MISSING = "not installed: pip install brian2cuda==1.0b1 (GPLv3; wants Python 3.12, an NVIDIA card and nvcc)"
_MANNER = Manner(joined=True, single=True)
_NAMES = {STANDALONE: "Brian2, C++ standalone", CUDA: "Brian2CUDA"}


def measure(large: bool = False) -> list[dict[str, Any]]:
    """Best of three epochs of a second. loop: its steps alone; whole: the program, from its start to its end."""
    if find_spec("brian2cuda") is None:
        return [_row(SIZES[0], CUDA, build_s=MISSING)]
    return [row for size in (*SIZES, *(LARGE if large else ())) for row in _of(sample(rising(SECONDS), size), size)]


def _row(size: float, target: str, **measured: Any) -> dict[str, Any]:
    """One row of the table; empty where a simulator has no such number."""
    names = ("build_s", "loop_per_second", "whole_per_second", "mean_rate_hz")
    return {"size": size, "simulator": _NAMES.get(target, target), **dict.fromkeys(names, ""), **measured}


def _of(sampled: Sample, size: float) -> list[dict[str, Any]]:
    return [_bluespot(sampled, size), *(_plain(sampled, size, target) for target in (STANDALONE, CUDA))]


def _bluespot(sampled: Sample, size: float) -> dict[str, Any]:
    began = time.perf_counter()
    simulator = wired(sampled)
    built = time.perf_counter() - began
    try:
        spikes = len(simulator.run(sampled.inputs).cell)
        whole = min(_wall(lambda: simulator.run(sampled.inputs)) for _ in range(ROUNDS))
    finally:
        simulator.close()
    measured = {"build_s": round(built, 1), "whole_per_second": round(whole / SECONDS, 4)}
    return _row(size, "bluespot", **measured, mean_rate_hz=_rate(sampled, spikes))


def _plain(sampled: Sample, size: float, target: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        found = plain_run.carried_out(sampled, target, Path(scratch), _MANNER)
        code = Path(scratch, "code")
        whole, loops = [], []
        for _ in range(ROUNDS):
            whole.append(_wall(lambda: plain_run.run_program(code)))
            loops.append(float((code / "results" / "last_run_info.txt").read_text().split()[0]))
        rate = _rate(sampled, sum(plain_run.spikes(code, found).values()))
    measured = {"loop_per_second": min(loops) / SECONDS, "whole_per_second": min(whole) / SECONDS}
    measured = {name: round(seconds, 4) for name, seconds in measured.items()}
    return _row(size, target, build_s=round(found["build_seconds"], 1), **measured, mean_rate_hz=rate)


def _wall(what: Callable[[], Any]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def _rate(sampled: Sample, spikes: int) -> float:
    return round(spikes / sampled.structure.cells / SECONDS, 3)
