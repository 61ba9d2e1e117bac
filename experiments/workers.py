"""Worker processes that leave nothing behind: each animal number of a study is one task.

A worker is a process group of its own, together with the compiler and the simulations it starts. Ctrl-C reaches the
parent only, which then ends the groups; when the parent is gone, however it went, each worker ends its own group.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType, ModuleType
from typing import Any

#: One thread each: the workers share the cores, and a sum must not depend on how many threads added it up.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
_POLL_SECONDS = 0.2

#: How long a worker may take to close what it has open.
_GRACE_SECONDS = 3.0

#: In a worker: the queue to the parent, and whether a task is being done.
_messages: Any = None
_busy = False


def run_tasks(
    count: int,
    task: Callable[..., Any],
    arguments: Iterable[tuple[Any, ...]],
    on_message: Callable[[Any], None],
    on_tick: Callable[[], None] = lambda: None,
) -> Generator[Future[Any], None, None]:
    """The futures of `task(*each)` on `count` workers, each as soon as it is done, failed ones too.

    task and arguments must be picklable. on_message is called in the parent with whatever a task gave to `tell`,
    on_tick several times a second. All workers are ended when the iterator is closed early or an exception
    passes through it.
    """
    context = multiprocessing.get_context("spawn")
    messages = context.Queue()
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(count, context, initializer=_start_worker, initargs=(messages,))
    try:
        with _one_thread_each(), _script_not_imported_again(), _interrupts_wait():
            waiting = {executor.submit(_work, task, *each) for each in arguments}
        while waiting:
            _hear(messages, on_message)
            on_tick()
            done = {future for future in waiting if future.done()}
            waiting -= done
            _hear(messages, on_message, timeout=0.0)
            yield from done
    except BaseException:
        _end(set(multiprocessing.active_children()) - others)
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        messages.close()


def _hear(messages: Any, on_message: Callable[[Any], None], timeout: float = _POLL_SECONDS) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            on_message(messages.get(timeout=timeout))
            timeout = 0.0


def _end(processes: Iterable[BaseProcess]) -> None:
    """Ask the workers' groups to end, and make those end that have not after a while."""
    processes = list(processes)
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    limit = time.monotonic() + _GRACE_SECONDS
    for process in processes:
        process.join(max(0.0, limit - time.monotonic()))
        _signal_group(process, signal.SIGKILL)
        process.kill()


def _signal_group(process: BaseProcess, number: signal.Signals) -> None:
    if process.pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


def tell(message: Any) -> None:
    """Give the parent a message from within a task; outside a worker nobody listens."""
    if _messages is not None:
        _messages.put(message)


def is_death(error: BaseException) -> bool:
    """Whether a worker itself was ended from outside (out of memory, say), and not its task by an exception."""
    return isinstance(error, BrokenProcessPool)


class _Ended(BaseException):
    """Raised in a worker that is to end, so that what it has open is closed on the way out."""


def _start_worker(messages: Any) -> None:
    global _messages
    _messages = messages
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, _on_termination)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _work(task: Callable[..., Any], *arguments: Any) -> Any:
    """In a worker: do one task; on SIGTERM unwind it and leave without a word."""
    global _busy
    try:
        _busy = True
        return task(*arguments)
    except _Ended:
        os._exit(0)
    finally:
        _busy = False


def _on_termination(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if not _busy:
        os._exit(0)
    raise _Ended


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.killpg(0, signal.SIGTERM)
        time.sleep(_GRACE_SECONDS)
        os.killpg(0, signal.SIGKILL)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back while workers start; they inherit that until each has a process group of its own."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _script_not_imported_again() -> Iterator[None]:
    """Hide the user's script while workers start, so that it needs no `if __name__ == "__main__"`.

    Spawned processes import the main module again; a script that runs a study would then run it again.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
