"""Signals that ask a program to stop: all are taken for Ctrl-C, so that it ends in order and leaves nothing behind.

Python raises KeyboardInterrupt wherever it happens to be: also in a finaliser or a callback of a library, which can
only drop it, and amid an import in C, which makes an ImportError of it. A request to stop is therefore remembered. One
that was dropped comes again, and one that has become another error, or nothing, is KeyboardInterrupt in the end.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

#: Ctrl-C, the end of a batch job, and a terminal that is closed.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: One stop is often asked for twice (a terminal that closes, a batch system): what comes so soon after the first
#: does not disturb the tidying up.
_SAME_SECONDS = 1.0
#: After how long a request that was dropped comes again.
_AGAIN_SECONDS = 0.05


@dataclass
class _Request:
    """A request to stop: the signal (0: none yet), when it was last raised, whether nobody waits for it any more."""

    number: int = 0
    seconds: float = 0.0
    over: bool = False
    _sending: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Take a signal for Ctrl-C."""
        now = time.monotonic()
        if self.over or (self.number and now - self.seconds < _SAME_SECONDS):
            return
        self.number, self.seconds = number, now
        raise KeyboardInterrupt

    def repeat(self) -> None:
        """Send the signal to the main thread once more, whatever it waits for."""
        with self._sending:
            if not self.over:
                self.seconds = 0.0
                signal.pthread_kill(threading.main_thread().ident or 0, self.number)

    def end(self) -> None:
        """Nothing is raised or sent any more."""
        self.over = True
        with self._sending:
            pass


_USUAL = (signal.SIG_DFL, signal.default_int_handler)
#: Of the outermost block that is under way, where one is.
_blocks: list[_Request] = []


@contextlib.contextmanager
def stopped_in_order() -> Iterator[None]:
    """Raise KeyboardInterrupt in this block for SIGINT, and for SIGTERM and SIGHUP, which end a process on the spot.

    A signal that is ignored stays so: `nohup` wants that of SIGHUP, and a shell without job control that of SIGINT for
    what runs in the background. One that has a handler of its own keeps it. Only the main thread can do all this; in
    others, and in a block within another one, nothing is changed.
    """
    if _blocks or threading.current_thread() is not threading.main_thread():
        yield
        return
    with _handled() as request:
        try:
            yield
        except Exception as error:
            if request.number:
                raise KeyboardInterrupt from error
            raise
        if request.number:
            raise KeyboardInterrupt


@contextlib.contextmanager
def _handled() -> Iterator[_Request]:
    """Take signals to stop in this block; Brian2 calls what handled SIGINT before it, so this must be a function."""
    request = _Request()
    before = {stop: signal.getsignal(stop) for stop in STOPS}
    ours = {stop: request.hear for stop, handler in before.items() if handler in _USUAL}
    handlers = {signal.SIGINT: _ignore, **ours} if before[signal.SIGINT] == signal.SIG_IGN else ours
    _blocks.append(request)
    told, sys.unraisablehook = sys.unraisablehook, _repeating(request, sys.unraisablehook)
    for stop, handler in handlers.items():
        signal.signal(stop, handler)
    try:
        yield request
    finally:
        request.end()
        for stop in handlers:
            signal.signal(stop, before[stop])
        sys.unraisablehook = told
        _blocks.remove(request)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Do nothing about a signal."""


def _repeating(request: _Request, told: Any) -> Any:
    """Of what Python cannot raise, such as in a finaliser: repeat a request to stop, tell all else as before."""

    def hook(unraisable: Any) -> None:
        if request.number and issubclass(unraisable.exc_type, KeyboardInterrupt):
            again = threading.Timer(_AGAIN_SECONDS, request.repeat)
            again.daemon = True
            again.start()
        else:
            told(unraisable)

    return hook
