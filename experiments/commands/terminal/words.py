"""Sentences about studies that several commands print."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.protocol.study import Study


def headline(study: Study) -> str:
    """Name, arms, animals and days of a study in one line."""
    what = f"{len(study.arms)} arms x {study.animals} animals, days {study.span[0]} to {study.span[1]}"
    return f"{study.name}: {what}, size {study.size:g}, seed {study.seed}"


def cost(epochs: int, simulated_seconds: float, count: int) -> str:
    """What a study takes: epochs, simulated time and bytes on disk."""
    from experiments.running.memory import in_bytes

    return f"{epochs} epochs, {simulated_seconds:.0f} simulated s, at most {in_bytes(count)}"
