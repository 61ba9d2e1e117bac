"""Runs that go on in steps: several are under way at once, so that no worker waits for the end of the one before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from experiments.running.progress import HeldObserver, Observer

T = TypeVar("T")
Steps = Generator[None, None, T]


def at_once(steps: Steps[T]) -> T:
    """Go through all steps of a run, and return what it returns."""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        result: T = end.value
        return result


def overlapping(runs: Iterable[tuple[Observer, Callable[[Observer], Steps[T]]]], most: int = 2) -> Iterator[T]:
    """Yield what runs return, in their order; the next one begins before the first is over.

    Parameters
    ----------
    runs
        The observer of each run, and what begins the run for a given observer. Of all under way, only the observer of
        the first one is told, so that for whoever sees them the runs come one after the other.
    most
        How many runs are under way at once.
    """
    waiting, under_way = iter(runs), deque[_UnderWay[T]]()
    try:
        while True:
            for observer, begin in islice(waiting, most - len(under_way)):
                held = HeldObserver(observer)
                under_way.append(_UnderWay(held, begin(held)))
            if not under_way:
                return
            under_way[0].observer.release()
            for each in under_way:
                each.go_on()
            if under_way[0].results:
                yield under_way.popleft().results[0]
    finally:
        for each in under_way:
            each.steps.close()


@dataclass
class _UnderWay(Generic[T]):
    """A run under way, and what it has returned, where it is over."""

    observer: HeldObserver
    steps: Steps[T]
    results: list[T] = field(default_factory=list)

    def go_on(self) -> None:
        if not self.results:
            try:
                next(self.steps)
            except StopIteration as end:
                self.results.append(end.value)
