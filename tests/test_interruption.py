"""Signals that ask to stop: each is taken for Ctrl-C, and none is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from core.interruption import STOPS, stopped_in_order


def ask(stop: signal.Signals = signal.SIGTERM) -> None:
    os.kill(os.getpid(), stop)
    time.sleep(0.01)


@pytest.mark.parametrize("stop", STOPS)
def test_each_is_ctrl_c_and_all_is_as_before_in_the_end(stop: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in STOPS], sys.unraisablehook
    with pytest.raises(KeyboardInterrupt), stopped_in_order(), stopped_in_order():
        ask(stop)
    assert ([signal.getsignal(each) for each in STOPS], sys.unraisablehook) == before


def test_one_that_comes_in_a_finaliser_where_nothing_can_be_raised_comes_again() -> None:
    class Library:
        def __del__(self) -> None:
            ask()

    def library() -> None:
        Library()
        time.sleep(20.0)

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), stopped_in_order():
        library()
    assert time.monotonic() - begun < 10.0


def test_what_else_cannot_be_raised_is_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    class Library:
        def __del__(self) -> None:
            raise ValueError("no number")

    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: told.append(unraisable.exc_type))
    with stopped_in_order():
        Library()
    assert told == [ValueError]


@pytest.mark.parametrize("swallowed", [True, False])
def test_one_that_a_library_has_made_nothing_or_another_error_of_is_ctrl_c_in_the_end(swallowed: bool) -> None:
    def library() -> None:
        try:
            ask()
        except KeyboardInterrupt:
            if not swallowed:
                raise ImportError("numpy failed to import") from None

    with pytest.raises(KeyboardInterrupt) as caught, stopped_in_order():
        library()
    assert isinstance(caught.value.__cause__, ImportError) is not swallowed


def test_one_that_comes_twice_does_not_disturb_the_tidying_up() -> None:
    tidy: list[str] = []

    def work() -> None:
        try:
            ask(signal.SIGHUP)
        finally:
            ask(signal.SIGTERM)
            tidy.append("all")

    with pytest.raises(KeyboardInterrupt), stopped_in_order():
        work()
    assert tidy == ["all"]


def test_an_own_handler_is_kept() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
    try:
        with stopped_in_order():
            ask()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]


def test_a_program_that_ignores_ctrl_c_goes_on_after_it() -> None:
    """As in the background of a shell without job control; Brian2 calls what handled the signal before it."""
    script = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
from core.interruption import stopped_in_order
with stopped_in_order():
    import brian2
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
print("goes on", signal.getsignal(signal.SIGINT) == signal.SIG_IGN)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "goes on True\n", "")
