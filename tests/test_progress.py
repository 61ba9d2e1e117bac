"""How far a run is: the time left follows from the speed of a worker and from the one that has most to do."""

from __future__ import annotations

import io
import os
from types import SimpleNamespace
from typing import Any

import pytest

from experiments.commands.terminal import progress_bar
from experiments.commands.terminal.progress_bar import ProgressBar
from experiments.running import progress
from experiments.running.progress import Pace, RunProgress, duration_in_words
from experiments.running.speed import longest


class Terminal(io.StringIO):
    """A terminal that can be closed."""

    gone = False

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.gone:
            raise OSError(5, "Input/output error")
        return super().write(text)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    for module in (progress, progress_bar):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.mark.parametrize(
    ("tasks", "workers", "most"),
    [([], 2, 0.0), ([3.0], 2, 3.0), ([1.0, 1.0, 1.0], 2, 2.0), ([4.0, 1.0, 1.0, 1.0], 2, 4.0), ([1.0, 2.0], 0, 3.0)],
)
def test_the_busiest_worker(tasks: list[Any] | list[float], workers: int, most: float) -> None:
    assert longest(tasks, workers) == most


def test_time_left_is_that_of_the_worker_with_most_to_do(clock: list[float]) -> None:
    pace = Pace()
    assert pace.seconds_left(0.0, 0, 50.0) is None
    clock[0] += 40.0
    assert pace.seconds_left(0.0, 2, 50.0) is None
    assert pace.seconds_left(4.0, 2, 48.0) is None
    clock[0] += 40.0
    assert pace.seconds_left(44.0, 2, 28.0) == 56.0, "80 s of two workers did 40: 28 take 56"
    assert pace.worker_seconds == 80.0


def test_an_idle_worker_does_not_count(clock: list[float]) -> None:
    pace = Pace()
    pace.seconds_left(10.0, 2, 50.0)
    clock[0] += 10.0
    pace.seconds_left(30.0, 1, 20.0)
    clock[0] += 10.0
    pace.seconds_left(40.0, 1, 10.0)
    assert pace.worker_seconds == 30.0


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (99.4, "99 s"), (100.0, "2 min"), (5939.0, "99 min"), (12_600.0, "3.5 h")]
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration_in_words(seconds) == words


def test_without_a_terminal_a_line_is_printed_now_and_then(clock: list[float]) -> None:
    stream = io.StringIO()
    bar = ProgressBar(stream=stream)
    bar.advances(RunProgress(0.0, 100.0, 0, 4, None))
    clock[0] += 40.0
    bar.advances(RunProgress(0.0, 100.0, 0, 4, None))
    assert stream.getvalue() == "0 %, 0 of 4 animals, starting\n"
    bar.advances(RunProgress(4.0, 100.0, 0, 4, 90.0))
    clock[0] += 40.0
    bar.advances(RunProgress(44.0, 100.0, 1, 4, 56.0))
    assert stream.getvalue().split("\n")[1:] == ["44 %, 1 of 4 animals, 56 s left", ""]


def test_a_terminal_shows_one_bar(clock: list[float]) -> None:
    stream = Terminal()
    bar = ProgressBar(stream=stream)
    bar.advances(RunProgress(1.0, 100.0, 0, 4, None))
    assert not stream.getvalue()
    clock[0] += 40.0
    bar.advances(RunProgress(41.0, 100.0, 1, 4, 56.0))
    bar.ends()
    for part in ("1 of 4 animals", "56 s left", "41 %"):
        assert part in stream.getvalue()


def test_a_bar_whose_terminal_has_gone_ends_without_an_error(clock: list[float]) -> None:
    stream = Terminal()
    bar = ProgressBar(stream=stream)
    clock[0] += 40.0
    bar.advances(RunProgress(41.0, 100.0, 1, 4, 56.0))
    stream.gone = True
    bar.ends()


def test_a_stream_that_takes_nothing_stops_no_run(clock: list[float]) -> None:
    with open("/dev/full", "w") as stream:
        bar = ProgressBar(stream=stream)
        clock[0] += 40.0
        bar.advances(RunProgress(41.0, 100.0, 1, 4, 56.0))
        bar.ends()
        with pytest.raises(OSError, match="No space left"):
            stream.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@pytest.mark.parametrize("changes", [{"quiet": True}, {"stream": None}])
def test_quiet_is_quiet_and_so_is_a_closed_stderr(clock: list[float], changes: dict[str, Any]) -> None:
    stream = io.StringIO()
    bar = ProgressBar(**{"stream": stream} | changes)
    clock[0] += 100.0
    bar.advances(RunProgress(50.0, 100.0, 2, 4, 25.0))
    bar.ends()
    assert not stream.getvalue()
