"""The progress bar of a run: a bar on a terminal, a line now and then elsewhere, on stderr."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Task as BarTask
from rich.text import Text

from experiments.running.estimate import RunEstimate
from experiments.running.progress import RunProgress, left_in_words

#: A run that is over sooner than this needs no bar.
SILENT_SECONDS = 2.0
#: Between two lines where there is no terminal.
LINE_SECONDS = 30.0


def _nothing(expected: RunEstimate) -> None:
    """Announce nothing."""


@dataclass
class ProgressBar:
    """The observer of a run that shows its progress on stderr. Silent for the first two seconds, and when `quiet`.

    announce: called with what the run will take, before it begins.
    """

    announce: Callable[[RunEstimate], None] = _nothing
    quiet: bool = False
    stream: TextIO | None = field(default_factory=lambda: sys.stderr)
    _started: float = field(default_factory=lambda: time.monotonic())
    _last_line: float = field(default_factory=lambda: time.monotonic())
    _bar: Progress | None = None

    def begins(self, expected: RunEstimate) -> None:
        """Announce the run."""
        self._started = self._last_line = time.monotonic()
        self.announce(expected)

    def advances(self, progress: RunProgress) -> None:
        """Move the bar, or print a line when the last one is long ago; a stream that takes nothing stops no run."""
        if self.quiet or self.stream is None or time.monotonic() - self._started < SILENT_SECONDS:
            return
        with contextlib.suppress(OSError):
            self._show(progress, self.stream)

    def ends(self) -> None:
        """Stop the bar, if the terminal is still there; another run of the same command begins another one."""
        bar, self._bar = self._bar, None
        if bar is not None:
            with contextlib.suppress(OSError):
                bar.stop()

    def _show(self, progress: RunProgress, stream: TextIO) -> None:
        if stream.isatty():
            self._move_bar(progress, stream)
        elif time.monotonic() - self._last_line >= LINE_SECONDS:
            self._last_line = time.monotonic()
            line = f"{100 * progress.share:.0f} %, {_counted(progress)}, {left_in_words(progress.seconds_left)}"
            print(line, file=stream, flush=True)

    def _move_bar(self, progress: RunProgress, stream: TextIO) -> None:
        if self._bar is None:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(style="dim", complete_style="cyan", finished_style="green"),
                TextColumn("{task.percentage:.0f} %"),
            )
            self._bar = Progress(*columns, _TimeLeft(), TimeElapsedColumn(), console=Console(file=stream))
            self._bar.add_task("", total=progress.total)
            self._bar.start()
        task = self._bar.task_ids[0]
        self._bar.update(task, completed=progress.done, description=_counted(progress), left=progress.seconds_left)


def _counted(progress: RunProgress) -> str:
    return f"{progress.finished} of {progress.animals} animals"


class _TimeLeft(ProgressColumn):
    def render(self, task: BarTask) -> Text:
        """The time left in words."""
        return Text(left_in_words(task.fields.get("left")))
