"""Plain Brian2's circuit from outside: each order carried out in a process of its own."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plain_brian2 import PLAINEST, Manner, order
from benchmarks.repetition import processor_seconds
from benchmarks.sample import Sample

ROOT = Path(__file__).parents[1]


def carried_out(sampled: Sample, target: str, folder: Path, manner: Manner = PLAINEST) -> dict[str, Any]:
    """What `plain_brian2.carry_out` measured of the sample; `folder`: empty or of the same order."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "order.pickle"
    path.write_bytes(pickle.dumps(order(sampled, target, folder / "code", manner)))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "benchmarks.plain_brian2", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    if done.returncode:
        raise RuntimeError(f"plain Brian2 ({target}) failed: {done.stderr[-800:]}")
    return json.loads(path.with_suffix(".json").read_text("utf-8"))


def run_program(code: Path) -> None:
    """Run the compiled program in `code` once."""
    subprocess.run(["./main"], cwd=code, check=True, capture_output=True)


def program_seconds(code: Path) -> float:
    """Processor seconds of one run of the compiled program in `code`."""
    began = processor_seconds()
    run_program(code)
    return processor_seconds() - began


def spikes(code: Path, found: dict[str, Any]) -> dict[str, int]:
    """Spikes of each block in the program's last run."""
    return {name: int(np.fromfile(code / "results" / file, "i4")[0]) for name, file in found["counts"].items()}
