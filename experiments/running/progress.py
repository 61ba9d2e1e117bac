"""How far a run is and how long it will take: measured here, told to an observer; only commands show it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Protocol

from experiments.running.estimate import RunEstimate

_LOG = logging.getLogger("bluespot")


@dataclass(frozen=True)
class RunProgress:
    """How far a run is.

    Attributes
    ----------
    done, total : float
        Simulated time (s) that is over, and that of the whole run.
    finished, animals : int
        Animals that are written, and those the run has to write.
    seconds_left : float or None
        Time by the clock (s) until the end; None before the first epoch is over.
    """

    done: float
    total: float
    finished: int
    animals: int
    seconds_left: float | None

    @property
    def share(self) -> float:
        """Share of the simulated time that is over, 0 to 1."""
        return self.done / self.total if self.total else 1.0


class Observer(Protocol):
    """Is told how a run goes. Its methods are called in the process and thread that called `run`."""

    def begins(self, expected: RunEstimate) -> None:
        """Study and folder are in order; `expected` says what the run will take, nothing where none is missing."""

    def advances(self, progress: RunProgress) -> None:
        """The run goes on: called several times a second with workers, else after each epoch."""

    def ends(self) -> None:
        """No animal is simulated any more: the run is finished, stopped or failed."""


class LoggedProgress:
    """The observer of runs that are given none: a log record for each animal that is finished."""

    _finished = 0

    def begins(self, expected: RunEstimate) -> None:
        """Log what the run will take."""
        if expected.missing:
            time_in_words = duration_in_words(expected.seconds)
            _LOG.info(f"{expected.study.name}: {expected.missing} animals, about {time_in_words} {expected.pool}")

    def advances(self, progress: RunProgress) -> None:
        """Log the number of finished animals when it has changed."""
        if progress.finished != self._finished:
            self._finished = progress.finished
            _LOG.info(f"{progress.finished} of {progress.animals} animals, {left_in_words(progress.seconds_left)}")

    def ends(self) -> None:
        """Log nothing."""


@dataclass
class HeldObserver:
    """Tells another observer nothing before it is released, and then what has been the case since.

    So an observer of several runs at once sees one after the other.
    """

    observer: Observer
    _released: bool = False
    _expected: RunEstimate | None = None
    _over: bool = False

    def begins(self, expected: RunEstimate) -> None:
        """Tell it now or when released."""
        self._expected = expected
        if self._released:
            self.observer.begins(expected)

    def advances(self, progress: RunProgress) -> None:
        """Tell it once released."""
        if self._released:
            self.observer.advances(progress)

    def ends(self) -> None:
        """Tell it now or when released."""
        self._over = True
        if self._released:
            self.observer.ends()

    def release(self) -> None:
        """Tell the observer from now on."""
        if self._released:
            return
        self._released = True
        if self._expected is not None:
            self.observer.begins(self._expected)
        if self._over:
            self.observer.ends()


@dataclass
class Pace:
    """Measures how fast workers simulate, and estimates from that when the last of them will be ready.

    worker_seconds: how long workers have been at work since the first epoch, summed over workers; what came before was
    the start of the program.
    """

    worker_seconds: float = 0.0
    _seen: float | None = None
    _running: int = 0
    _at_first: float = 0.0

    def seconds_left(self, done: float, running: int, longest: float) -> float | None:
        """Return the time left (s) at the speed per worker since the first epoch; None before the first epoch.

        done: simulated seconds that are over. running: workers at work. longest: simulated seconds that the worker
        with most to do has still to simulate.
        """
        if done <= 0.0:
            return None
        now = time.monotonic()
        if self._seen is None:
            self._at_first = done
        else:
            self.worker_seconds += self._running * (now - self._seen)
        self._seen, self._running = now, running
        since_first = done - self._at_first
        return longest * self.worker_seconds / since_first if since_first > 0.0 else None


def duration_in_words(seconds: float) -> str:
    """Write a length of time as a person would say it: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 99.5 * 60 else f"{seconds / 3600:.1f} h"


def left_in_words(seconds: float | None) -> str:
    """Write the time that is left: `12 min left`; `starting` for None."""
    return "starting" if seconds is None else f"{duration_in_words(max(seconds, 0.0))} left"
