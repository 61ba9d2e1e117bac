"""Signals that ask a program to stop: all are taken for Ctrl-C, so that it ends in order and leaves nothing running."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

#: Ctrl-C, the end of a batch job, and a terminal that is closed.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def stopped_in_order() -> Iterator[None]:
    """Raise KeyboardInterrupt in this block for SIGTERM and SIGHUP, which end a process on the spot.

    A signal that is ignored stays so: `nohup` wants that of SIGHUP. Only the main thread can do this.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {stop: signal.getsignal(stop) for stop in STOPS[1:]}
    changed = {stop: handler for stop, handler in before.items() if handler == signal.SIG_DFL}
    for stop in changed:
        signal.signal(stop, signal.default_int_handler)
    try:
        yield
    finally:
        for stop, handler in changed.items():
            signal.signal(stop, handler)
