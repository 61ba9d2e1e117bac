"""Time and memory of an epoch by the size of the circuit, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from benchmarks import plain_run

SIZES, LARGE, SECONDS = (0.1, 1.0, 4.0, 16.0), (100.0,), 1.0

_ONE = """
import json, resource, sys, time
from benchmarks.sample import rising, sample, wired
size, seconds = map(float, sys.argv[1:])
began = time.perf_counter()
sampled = sample(rising(seconds), size)
drawn = time.perf_counter()
simulator = wired(sampled)
opened = time.perf_counter()
walls = []
for _ in range(3):
    start = time.perf_counter()
    simulator.run(sampled.inputs)
    walls.append(time.perf_counter() - start)
simulator.close()
used = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
shape = sampled.structure
print(json.dumps({
    "size": size, "cells": shape.cells, "contacts": sum(p.contacts for p in shape.pathways),
    "draw_s": round(drawn - began, 2), "build_or_open_s": round(opened - drawn, 2),
    "wall_per_second": round(min(walls) / seconds, 4),
    "worker_MB": round(used[0]), "largest_program_MB": round(used[1]),
}))
"""


def measure(large: bool = False) -> list[dict[str, Any]]:
    """Best of three epochs of a second. largest_program_MB: of the epoch's program, or of a compiler that ran."""
    return [_measured(size) for size in (*SIZES, *(LARGE if large else ()))]


def _measured(size: float) -> dict[str, Any]:
    path = os.pathsep.join([str(plain_run.ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", _ONE, str(size), str(SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    if done.returncode:
        raise RuntimeError(f"size {size:g} failed: {done.stderr[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
