"""A study's wall and processor time by the number of workers, each run in a process and a results folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.repetition import in_turns

#: The study, animals per arm (None: its own) and rounds; the large one is the main job.
QUICK, MAIN = ("quick-look", 4, 2), ("ligation-vs-sham", None, 1)

_ONE = """
import json, resource, sys, time
study, animals, workers, out = json.loads(sys.argv[1])
began = time.perf_counter()
from experiments import read_study
read_study(study).changed(animals=animals).run(out, workers=workers)
own, started = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({
    "wall": time.perf_counter() - began,
    "parent": own.ru_utime + own.ru_stime,
    "started": started.ru_utime + started.ru_stime,
    "rss": [own.ru_maxrss, started.ru_maxrss],
}))
"""


def measure(large: bool = False) -> list[dict[str, Any]]:
    """One row per number of workers, from 1 doubled up to the cores of the machine: the best of the rounds.

    Imports and the start of the workers count, the compiler does not. processor_seconds: of all processes; parent: of
    the one that hands out the animals, which runs them itself where there is one worker.
    """
    study, animals, rounds = MAIN if large else QUICK
    _run(study, 1, 1)
    counts = _counts()
    runs = in_turns({str(count): lambda count=count: _run(study, animals, count) for count in counts}, rounds)
    best = {count: min(runs[str(count)], key=lambda run: run["wall"]) for count in counts}
    return [_row(study, count, run, best[1]["wall"] / run["wall"]) for count, run in best.items()]


def _counts() -> list[int]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return [1 << k for k in range(cores.bit_length())]


def _run(study: str, animals: int | None, workers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as out:
        order = json.dumps([study, animals, workers, str(Path(out, "study"))])
        done = subprocess.run([sys.executable, "-c", _ONE, order], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _row(study: str, workers: int, run: dict[str, Any], times: float) -> dict[str, Any]:
    return {
        "study": study,
        "workers": workers,
        "wall_seconds": round(run["wall"], 1),
        "times_one_worker": round(times, 2),
        "processor_seconds": round(run["parent"] + run["started"], 1),
        "parent_processor_seconds": round(run["parent"], 1),
        "largest_process_megabytes": round(max(run["rss"]) / 1024),
    }
