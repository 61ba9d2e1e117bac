"""bluespot and the hand-written loop in turns, on one epoch."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import floor
from benchmarks.repetition import in_turns
from benchmarks.sample import rising, sample, wired

SECONDS, ROUNDS = 8.0, 5


def measure(large: bool = False) -> list[dict[str, Any]]:
    """Best of five whole programs each."""
    sampled, program = sample(rising(SECONDS)), floor.build()
    workplace = wired(sampled)

    def bluespot() -> tuple[float, int]:
        began = time.perf_counter()
        outputs = workplace.run(sampled.inputs)
        return time.perf_counter() - began, len(outputs.cell)

    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        floor.write_inputs(sampled, Path(scratch))

        def loop() -> tuple[float, int]:
            done = floor.run(program, Path(scratch))
            return done.wall, len(done.cell)

        try:
            found = in_turns({"bluespot": bluespot, "hand-written loop": loop}, ROUNDS)
        finally:
            workplace.close()
    lowest = min(found["hand-written loop"])[0]
    return [_row(name, *min(pairs), lowest) for name, pairs in found.items()]


def _row(name: str, wall: float, spikes: int, lowest: float) -> dict[str, Any]:
    return {
        "program": name,
        "wall_per_second": round(wall / SECONDS, 4),
        "microseconds_per_step": round(wall / SECONDS * 100, 2),
        "times_floor": round(wall / lowest, 2),
        "spikes": spikes,
    }
