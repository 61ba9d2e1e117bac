"""How far a run is: the time left follows from the speed of a worker and from the one that has most to do."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from experiments.running import progress
from experiments.running.progress import Meter
from experiments.running.speed import longest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.mark.parametrize(
    ("tasks", "workers", "most"),
    [([], 2, 0.0), ([3.0], 2, 3.0), ([1.0, 1.0, 1.0], 2, 2.0), ([4.0, 1.0, 1.0, 1.0], 2, 4.0), ([1.0, 2.0], 0, 3.0)],
)
def test_the_busiest_worker(tasks, workers, most):
    assert longest(tasks, workers) == most


def test_time_left_is_that_of_the_worker_with_most_to_do(clock):
    stream = io.StringIO()
    with Meter(100.0, 4, stream=stream) as meter:
        meter.show(0.0, 0, 0, 50.0)
        clock[0] += 40.0
        meter.show(0.0, 0, 2, 50.0)
        assert stream.getvalue() == "0 %, 0 of 4 animals, starting\n"
        meter.show(4.0, 0, 2, 48.0)
        clock[0] += 40.0
        meter.show(44.0, 1, 2, 28.0)
    assert stream.getvalue().endswith("44 %, 1 of 4 animals, 56 s left\n"), "40 s of two workers did 40: 28 take 56"
    assert meter.worker_seconds == 80.0


def test_an_idle_worker_does_not_count(clock):
    with Meter(100.0, 4, stream=io.StringIO()) as meter:
        meter.show(10.0, 0, 2, 50.0)
        clock[0] += 10.0
        meter.show(30.0, 0, 1, 20.0)
        clock[0] += 10.0
        meter.show(40.0, 0, 1, 10.0)
    assert meter.worker_seconds == 30.0


def test_a_terminal_shows_one_bar(clock):
    stream = Terminal()
    with Meter(100.0, 4, stream=stream) as meter:
        meter.show(1.0, 0, 2, 49.0)
        clock[0] += 40.0
        meter.show(41.0, 1, 2, 29.0)
    assert "1 of 4 animals" in stream.getvalue()
    assert "left" in stream.getvalue()
    assert "41 %" in stream.getvalue()


def test_quiet_is_quiet(clock):
    stream = io.StringIO()
    with Meter(100.0, 4, quiet=True, stream=stream) as meter:
        clock[0] += 100.0
        meter.show(50.0, 2, 2, 25.0)
    assert not stream.getvalue()
