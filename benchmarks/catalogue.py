"""All benchmarks by name. A new one is an entry here: a function that takes `large` and returns rows of plain data."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Benchmark:
    """question: what it answers; place: `module:function`, imported only when it runs."""

    question: str
    place: str

    def measure(self, large: bool = False) -> Rows:
        """Its rows, all with the same keys; large: with the cases that need minutes and gigabytes."""
        module, function = self.place.split(":")
        measured: Callable[[bool], Rows] = getattr(import_module(f"benchmarks.{module}"), function)
        return measured(large)


BENCHMARKS: Mapping[str, Benchmark] = {
    "kernel": Benchmark("one epoch: bluespot, plain Brian2 (C++, Cython, NumPy)", "kernel:measure"),
    "startup": Benchmark("cold build, warm start, one more epoch", "startup:measure"),
    "animal": Benchmark("where an animal's processor time goes: its program, the Python around it", "animal:measure"),
    "scale": Benchmark("time and memory of an epoch by size", "scale:measure"),
    "workers": Benchmark("a study's time by the number of workers (large: the main job)", "workers:measure"),
    "days": Benchmark("memory of a worker and time by the days and animals of a study", "days:measure"),
    "comparing": Benchmark(
        "time, memory and written bytes of compare and report by the number of animals", "comparing:measure"
    ),
    "floor": Benchmark("bluespot beside a hand-written loop", "floor_ratio:measure"),
    "gpu": Benchmark("one large circuit on a graphics card: bluespot, Brian2, Brian2CUDA", "gpu:measure"),
    "networks": Benchmark("a benchmark network in Brian2, NEST, NEURON and NetPyNE", "networks:measure"),
}


def machine() -> dict[str, Any]:
    """What the figures were measured on, and how busy it was."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
