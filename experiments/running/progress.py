"""How far a run is and how long it will take: a bar on a terminal, a line now and then elsewhere, on stderr."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

#: What is over sooner than this is not worth a bar.
SILENT_SECONDS = 2.0
#: Between two lines where there is no terminal.
LINE_SECONDS = 30.0


def in_words(seconds: float) -> str:
    """A length of time as a person would say it: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 99.5 * 60 else f"{seconds / 3600:.1f} h"


@dataclass
class Meter:
    """Shows how much of `total` simulated seconds is done; the time left follows from the speed of a worker so far.

    Used in a `with` block. Silent for the first two seconds and when `quiet`. worker_seconds: how long workers have
    been at work since the first news, summed over them; what came before it was start-up.
    """

    total: float
    animals: int
    quiet: bool = False
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _started: float = field(default_factory=lambda: time.monotonic())
    _last_line: float = field(default_factory=lambda: time.monotonic())
    worker_seconds: float = 0.0
    _seen: float | None = None
    _running: int = 0
    _at_first: float = 0.0
    _bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, done: float, finished: int, running: int, longest: float) -> None:
        """Take in that `done` simulated seconds and `finished` animals are over, and that `running` workers are at
        work, of whom the one with most to do has `longest` simulated seconds before it.
        """
        left = self._left(done, running, longest)
        if self.quiet or time.monotonic() - self._started < SILENT_SECONDS:
            return
        if self.stream.isatty():
            self._show_bar(done, finished, left)
        elif time.monotonic() - self._last_line >= LINE_SECONDS:
            self._last_line = time.monotonic()
            share = 100 * done / self.total if self.total else 100
            print(f"{share:.0f} %, {self._counted(finished)}, {_left(left)}", file=self.stream, flush=True)

    def _left(self, done: float, running: int, longest: float) -> float | None:
        """Seconds left at the speed per worker since the first news; None before that."""
        if done <= 0.0:
            return None
        now = time.monotonic()
        if self._seen is None:
            self._at_first = done
        else:
            self.worker_seconds += self._running * (now - self._seen)
        self._seen, self._running = now, running
        news = done - self._at_first
        return longest * self.worker_seconds / news if news > 0.0 else None

    def _show_bar(self, done: float, finished: int, left: float | None) -> None:
        if self._bar is None:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(style="dim", complete_style="cyan", finished_style="green"),
                TextColumn("{task.percentage:.0f} %"),
            )
            self._bar = Progress(*columns, _TimeLeft(), TimeElapsedColumn(), console=Console(file=self.stream))
            self._bar.add_task("", total=self.total)
            self._bar.start()
        task = self._bar.task_ids[0]
        self._bar.update(task, completed=done, description=self._counted(finished), left=left)

    def _counted(self, finished: int) -> str:
        return f"{finished} of {self.animals} animals"


class _TimeLeft(ProgressColumn):
    def render(self, task: Task) -> Text:
        """The time left in words."""
        return Text(_left(task.fields.get("left")))


def _left(seconds: float | None) -> str:
    return "starting" if seconds is None else f"{in_words(max(seconds, 0.0))} left"
