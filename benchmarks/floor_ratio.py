"""bluespot and the hand-written loop in turns, on one epoch."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks import floor
from benchmarks.repetition import in_turns, processor_seconds
from benchmarks.sample import rising, sample, timed

SECONDS, ROUNDS = 8.0, 5


def measure(large: bool = False) -> list[dict[str, Any]]:
    """Best of five whole programs each, in processor time."""
    sampled, program = sample(rising(SECONDS)), floor.build()

    def bluespot() -> tuple[float, int]:
        used, outputs = timed(sampled)
        return used, len(outputs.cell)

    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        floor.write_inputs(sampled, Path(scratch))

        def loop() -> tuple[float, int]:
            began = processor_seconds()
            done = floor.run(program, Path(scratch))
            return processor_seconds() - began, len(done.cell)

        found = in_turns({"bluespot": bluespot, "hand-written loop": loop}, ROUNDS)
    lowest = min(found["hand-written loop"])[0]
    return [_row(name, *min(pairs), lowest) for name, pairs in found.items()]


def _row(name: str, used: float, spikes: int, lowest: float) -> dict[str, Any]:
    return {
        "program": name,
        "processor_per_second": round(used / SECONDS, 4),
        "microseconds_per_step": round(used / SECONDS * 100, 2),
        "times_floor": round(used / lowest, 2),
        "spikes": spikes,
    }
