"""Signals that ask a program to stop: all are taken for Ctrl-C, so that it ends in order and leaves nothing running."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

#: Ctrl-C, the end of a batch job, and a terminal that is closed.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def stopped_in_order() -> Iterator[None]:
    """Raise KeyboardInterrupt in this block for SIGTERM and SIGHUP, which end a process on the spot.

    A signal that is ignored stays so: `nohup` wants that of SIGHUP, and a shell without job control that of SIGINT for
    what runs in the background. Brian2 calls what handled SIGINT before it, so that this must be a function. Only the
    main thread can do all this.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {stop: signal.getsignal(stop) for stop in STOPS}
    changed = {stop: handler for stop, handler in before.items() if handler == signal.SIG_DFL}
    for stop in changed:
        signal.signal(stop, signal.default_int_handler)
    if before[signal.SIGINT] == signal.SIG_IGN:
        changed[signal.SIGINT] = signal.SIG_IGN
        signal.signal(signal.SIGINT, _ignore)
    try:
        yield
    finally:
        for stop, handler in changed.items():
            signal.signal(stop, handler)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Do nothing about a signal."""
