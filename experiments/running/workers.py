"""Worker pools, which carry out the tasks of a run: this process, worker processes, or workers of a Dask cluster.

One worker is this process itself. Several are a Dask cluster on this machine that lives as long as the run, or as long
as several runs keep it; Dask gives the task of a killed worker to another one. Each worker is a process group together
with what it starts (`experiments.running.worker_group`), so that nothing is left running, however a run ends.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import queue
import signal
import sys
import tempfile
import time
import traceback
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.faults import in_a_line
from core.interruption import STOPS, stopped_in_order
from core.limits import MOST_WORKERS
from core.scratch import TEMPORARY_FILES
from experiments.running.private_cluster import NO_PAGES, new_credentials, scratch_folder, trusted_in

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

#: Workers have one thread each: they share the cores, and a sum must not depend on how many threads added it up.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
#: How often a task is begun that fails through no mistake of the user, and the pause after a failure.
TRIES, PAUSE_SECONDS = 3, 1.0
#: How many workers may die under one task: it may be the task that kills them.
DEATHS = 3
KILLED = "its worker process was ended from outside again and again, as happens when memory runs out"
_POLL_SECONDS = 0.2
_ANSWER_SECONDS = 20.0

#: Settings of a cluster of our own. No task waits at a busy worker while another worker is idle, or dies with that
#: worker; Dask does not profile itself many times a second; what happens to workers is told by us.
_SETTINGS = {
    "distributed.scheduler.allowed-failures": DEATHS,
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.nanny.pre-spawn-environ": ONE_THREAD,
    **NO_PAGES,
}
#: Loggers of Dask that would show a user the details of every interruption. A user who has imported Dask keeps the own
#: settings.
_SILENT = {"logging": dict.fromkeys(("distributed", "distributed.client", "tornado.application"), "critical")}

_LOG = logging.getLogger("bluespot")

Tell = Callable[[Any], None]


@dataclass(frozen=True)
class WorkerPool:
    """Who runs the animals: worker processes on this machine, or the workers of a Dask scheduler.

    Attributes
    ----------
    workers : int
        Processes on this machine; 1 is the calling process itself.
    scheduler : str
        Instead, the address of a Dask scheduler, such as `tcp://10.0.0.1:8786`; "" for none.
    """

    workers: int = 1
    scheduler: str = ""
    _kept: _KeptWorkers | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, workers: int | None = None, scheduler: str | None = None) -> WorkerPool:
        """Make a pool from what a user gave: one worker if nothing. Raises UserError where that is not possible."""
        if workers is not None and (type(workers) is not int or not 1 <= workers <= MOST_WORKERS):
            most = f"1 or more, at most {MOST_WORKERS}"
            raise UserError(f"workers = {workers!r}: expected a whole number of processes, {most}.")
        if scheduler is not None and not scheduler:
            raise UserError('scheduler = "": expected the address of a Dask scheduler, such as "tcp://10.0.0.1:8786".')
        if workers is not None and scheduler is not None:
            raise UserError("workers and scheduler: give one of them; a scheduler has workers of its own.")
        return cls(workers or 1, scheduler or "")

    def at_most(self, tasks: int) -> WorkerPool:
        """The same pool with no more processes than there are tasks."""
        return replace(self, workers=min(self.workers, tasks))

    @contextlib.contextmanager
    def kept(self) -> Iterator[WorkerPool]:
        """The same pool for several runs: own worker processes start once, with the first, and end with the block.

        A worker takes seconds to start and to load the model's program.
        """
        if self.workers == 1 or self.scheduler or self._kept:
            yield self
        else:
            with stopped_in_order(), contextlib.ExitStack() as block:
                yield replace(self, _kept=_KeptWorkers(self.workers, block))

    def __str__(self) -> str:
        if self.scheduler:
            return f"for one worker of {self.scheduler}"
        return f"with {self.workers} worker{'s' if self.workers > 1 else ''}"


@dataclass
class _KeptWorkers:
    """Workers of our own that start when a client is first asked for, and end with `block`."""

    count: int
    block: contextlib.ExitStack
    started: Client | None = None

    def client(self) -> Client:
        self.started = self.started or self.block.enter_context(_of_own_workers(self.count))
        return self.started


@dataclass(frozen=True)
class Failure:
    """Why a task was given up: `what` in one line, `trace` the traceback. of_user: a mistake that the user can mend."""

    what: str
    trace: str = ""
    of_user: bool = False


def run_tasks(
    pool: WorkerPool,
    function: Callable[..., None],
    arguments: Sequence[tuple[Any, ...]],
    on_message: Tell,
    on_tick: Callable[[], None] = lambda: None,
) -> Generator[list[Failure | None], None, None]:
    """Carry out the tasks `function(*each, tell)`, and yield what has ended since: of each task its Failure or None.

    With worker processes it yields several times a second, whether a task has ended or not, so that whoever asks can do
    something else meanwhile; in this process it yields after each task.

    function and arguments must be picklable. A task that raises is begun again (`TRIES`), as is one whose worker died
    (`DEATHS`), so a task must find out itself what of it is done. on_message is called in this process with whatever a
    task gives to `tell` (numbers, texts and lists of them), on_tick several times a second. Worker processes of our
    own end when the iterator is closed early or an exception passes through it; kept ones when the block that keeps
    them ends.
    """
    if pool.workers == 1 and not pool.scheduler and not pool._kept:
        yield from _here(function, arguments, on_message, on_tick)
    else:
        with _client(pool) as client:
            yield from _there(client, function, arguments, on_message, on_tick)


def worker_name() -> str:
    """Address of the worker that the calling task runs on; "" for the process of the run itself."""
    return getattr(_dask_worker(), "address", "")


def worker_threads() -> int:
    """How many tasks the calling process does at once."""
    return getattr(getattr(_dask_worker(), "state", None), "nthreads", 1)


def _here(
    function: Callable[..., None], arguments: Iterable[tuple[Any, ...]], on_message: Tell, on_tick: Callable[[], None]
) -> Iterator[list[Failure | None]]:
    """As `run_tasks`, in this process."""

    def tell(message: Any) -> None:
        on_message(message)
        on_tick()

    for each in arguments:
        yield [_tried(function, each, tell)]


def _tried(function: Callable[..., None], arguments: tuple[Any, ...], tell: Tell) -> Failure | None:
    """Do a task, again if it fails; the Failure of the last try, or None."""
    for left in reversed(range(TRIES)):
        try:
            function(*arguments, tell)
            break
        except UserError as error:
            return Failure(str(error), of_user=True)
        except Exception as error:
            if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
                return Failure(
                    f"{tempfile.gettempdir()}: no space left on the device; TMPDIR sets another.", of_user=True
                )
            if not left:
                return Failure(in_a_line(error), traceback.format_exc())
            time.sleep(PAUSE_SECONDS)
    return None


# --- on Dask --------------------------------------------------------------------------------------------------


def _there(
    client: Client,
    function: Callable[..., None],
    arguments: Sequence[tuple[Any, ...]],
    on_message: Tell,
    on_tick: Callable[[], None],
) -> Iterator[list[Failure | None]]:
    """As `run_tasks`, on the workers of a Dask client."""
    topic = f"bluespot-{uuid.uuid4().hex}"
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
    client.subscribe_topic(topic, lambda event: messages.put(event[1]))
    waiting = set(client.map(_carried_out, [(function, each, topic) for each in arguments], pure=False))
    while waiting:
        time.sleep(_POLL_SECONDS)
        done = {future for future in waiting if future.done()}
        waiting -= done
        while not messages.empty():
            on_message(messages.get())
        on_tick()
        yield [_outcome(future) for future in done]
    client.unsubscribe_topic(topic)


def _carried_out(packed: tuple[Callable[..., None], tuple[Any, ...], str]) -> Failure | None:
    """On a worker: do one task, with its temporary files where Dask clears up when the worker is killed."""
    function, arguments, topic = packed
    worker = _dask_worker()
    with TEMPORARY_FILES.are_in(worker.local_directory):
        return _tried(function, arguments, lambda message: worker.log_event(topic, message))


def _dask_worker() -> Any:
    """The Dask worker that the calling task runs on, or None."""
    if "distributed" not in sys.modules:
        return None
    from distributed import get_worker

    try:
        return get_worker()
    except ValueError:
        return None


def _outcome(future: Future[Failure | None]) -> Failure | None:
    """The Failure of a task that Dask has ended, or None."""
    from distributed import KilledWorker

    if future.cancelled():
        return Failure("the Dask scheduler was lost")
    error = future.exception()
    if error is None:
        result: Failure | None = future.result()
        return result
    if isinstance(error, KilledWorker):
        return Failure(KILLED, str(error))
    return Failure(in_a_line(error), repr(error))


def _client(pool: WorkerPool) -> contextlib.AbstractContextManager[Client]:
    """A Dask client of the pool's workers."""
    if pool._kept:
        return contextlib.nullcontext(pool._kept.client())
    return _of_scheduler(pool.scheduler) if pool.scheduler else _of_own_workers(pool.workers)


@contextlib.contextmanager
def _of_scheduler(address: str) -> Iterator[Client]:
    """A client of the scheduler at that address, whose workers stay when the block ends."""
    import dask

    with dask.config.set(_SILENT):
        from distributed import Client
    try:
        client = Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise UserError(f"scheduler {address}: no Dask scheduler answers there ({reason}).") from error
    _LOG.warning(trusted_in(address))
    with client:
        yield client


@contextlib.contextmanager
def _of_own_workers(count: int) -> Iterator[Client]:
    """A client of `count` new workers, which end with the block; at once if it ends by an exception."""
    with scratch_folder() as scratch, _surroundings(scratch), _interrupts_wait() as interrupts_again:
        import dask

        with dask.config.set(_SILENT):
            from distributed import Client, LocalCluster
        with dask.config.set({**_SETTINGS, "temporary-directory": scratch}):
            cluster = LocalCluster(
                security=new_credentials(),
                local_directory=scratch,
                n_workers=count,
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                preload=["experiments.running.worker_group"],
                silence_logs=logging.CRITICAL,
            )
            try:
                with Client(cluster, set_as_default=False) as client:
                    interrupts_again()
                    try:
                        yield client
                    except BaseException:
                        _end_workers(cluster)
                        raise
            finally:
                cluster.close()


def _end_workers(cluster: LocalCluster) -> None:
    """Kill the workers and all they started; none is started anew."""
    for nanny in cluster.workers.values():
        nanny.close_gracefully()
        if nanny.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(nanny.pid, signal.SIGKILL)


@contextlib.contextmanager
def _surroundings(scratch: str) -> Iterator[None]:
    """What new workers find: one thread each, and a folder for all temporary files, those of Brian2's log too."""
    with _environment({**ONE_THREAD, "TMPDIR": scratch}), _script_not_imported_again():
        yield


@contextlib.contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Workers inherit `variables`; afterwards all is as it was, with what Dask sets for them too."""
    names = (*variables, "PYTHONHASHSEED", "__DASK_PARENT_PID")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C and its like back until the function is called.

    Threads begun meanwhile, and the workers that they start, never get them, so that no worker is hit before it has a
    process group of its own.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)

    def again() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    try:
        yield again
    finally:
        again()


@contextlib.contextmanager
def _script_not_imported_again() -> Iterator[None]:
    """Hide the user's script while workers may be started, so that it needs no `if __name__ == "__main__"`.

    Spawned processes import the main module again; a script that runs a study would then run it again.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
