"""Timings whose ratios mean something on a shared machine: the things compared take turns, round after round."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

Result = TypeVar("Result")


def processor_seconds() -> float:
    """Processor time that this process and the programs it has waited for have used. What runs on one core and is
    compared by it is disturbed less by other work on the machine than by the clock on the wall.
    """
    programs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + programs.ru_utime + programs.ru_stime


@dataclass(frozen=True)
class Spread:
    """Median and extremes of a few values."""

    median: float
    low: float
    high: float

    def text(self, digits: int = 3) -> str:
        """`2.1 (1.9-2.4)`."""
        shown = [f"{value:.{digits}g}" for value in (self.median, self.low, self.high)]
        return f"{shown[0]} ({shown[1]}-{shown[2]})"


def spread(values: Sequence[float]) -> Spread:
    """Median, least and greatest of at least one value."""
    return Spread(median(values), min(values), max(values))


def in_turns(variants: Mapping[str, Callable[[], Result]], rounds: int) -> dict[str, list[Result]]:
    """Call every variant once a round, each round beginning with another; results by variant, round by round."""
    names = list(variants)
    found: dict[str, list[Result]] = {name: [] for name in names}
    for number in range(rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            found[name].append(variants[name]())
    return found


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Spread of the quotients round by round."""
    return spread([a / b for a, b in zip(above, below, strict=True)])
