"""What is paid before the first simulated step: building, starting, one more epoch."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import plain_run
from benchmarks.plain_brian2 import STANDALONE
from benchmarks.sample import Sample, held, sample, wired

SHORT, LONG, ROUNDS = 0.5, 2.5, 7
_OPEN = "from benchmarks import sample as s; s.wired(s.sample(s.held(0.5))).close()"


def measure(large: bool = False) -> list[dict[str, Any]]:
    """Cold builds (an empty cache each; bluespot's with its start), a start with the program built, one more epoch."""
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        cache = {"BLUESPOT_CACHE": str(Path(scratch, "cache"))}
        cold, warm = _process(cache), min(_process(cache) for _ in range(3))
        plain = plain_run.carried_out(sample(held(SHORT)), STANDALONE, Path(scratch, "plain"))["build_seconds"]
    return [
        _row("cold build, bluespot", cold - warm, "s", f"{(cold - warm) / plain:.2f} of plain Brian2's"),
        _row("cold build, plain Brian2", plain, "s", ""),
        _row("warm start (a process, imports, an animal drawn and wired)", warm, "s", ""),
        _row("one more epoch beyond its simulation", epoch_overhead() * 1e3, "ms", ""),
    ]


def _row(what: str, value: float, unit: str, beside: str) -> dict[str, Any]:
    return {"what": what, "value": round(value, 2), "unit": unit, "beside": beside}


def _process(settings: dict[str, str]) -> float:
    began = time.perf_counter()
    path = os.pathsep.join([str(plain_run.ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, **settings}
    subprocess.run([sys.executable, "-c", _OPEN], check=True, env=environment)
    return time.perf_counter() - began


def epoch_overhead() -> float:
    """Seconds that an epoch takes however short: where the line through a short and a long one meets zero."""
    short = sample(held(SHORT))
    walls = {seconds: _best(sample(held(seconds), draw=short.draw)) for seconds in (SHORT, LONG)}
    return walls[SHORT] - SHORT * (walls[LONG] - walls[SHORT]) / (LONG - SHORT)


def _best(sampled: Sample) -> float:
    """The least wall seconds of preparing and running the epoch."""
    simulator = wired(sampled)
    found = []
    try:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            again = sample(held(sampled.inputs.seconds), draw=sampled.draw)
            simulator.run(again.inputs)
            found.append(time.perf_counter() - began)
    finally:
        simulator.close()
    return min(found)
