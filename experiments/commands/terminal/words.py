"""Sentences about studies that several commands print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.protocol.study import Study
    from experiments.running.estimate import RunEstimate


def headline(study: Study) -> str:
    """Name, arms, animals and days of a study in one line."""
    what = f"{len(study.arms)} arms x {study.animals} animals, days {study.span[0]} to {study.span[1]}"
    return f"{study.name}: {what}, size {study.size:g}, seed {study.seed}"


def cost(epochs: int, simulated_seconds: float, count: int) -> str:
    """What a study takes: epochs, simulated time and bytes on disk."""
    from experiments.running.memory import in_bytes

    return f"{epochs} epochs, {simulated_seconds:.0f} simulated s, at most {in_bytes(count)}"


def run_lines(out: Path, expected: RunEstimate) -> Iterator[str]:
    """What a run into a folder finds there, and what it will take."""
    from experiments.running.memory import in_bytes
    from experiments.running.progress import duration_in_words

    kept = expected.animals - expected.missing
    if kept:
        yield f"{kept} of {expected.animals} animals are finished in {out} and kept."
    if expected.missing:
        how = "measured on this machine" if expected.speed.measured else "a guess until a run on this machine is over"
        what = cost(expected.epochs, sum(expected.simulated_seconds.values()), expected.bytes)
        build = duration_in_words(expected.build_seconds)
        once = f", of which {build} to compile the model, once" if expected.build_seconds else ""
        memory = f"about {in_bytes(expected.memory)} of memory for each worker"
        yield f"{what} in {out}; {memory}; about {duration_in_words(expected.seconds)} {expected.pool}{once} ({how})."
