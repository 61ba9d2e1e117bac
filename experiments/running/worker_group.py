"""Makes a worker process and all it starts one process group, which ends with the worker; Dask preloads it.

The guard is a shell that waits for the end of a pipe which only the worker holds open. However the worker ends, killed
or with its parent gone, the system closes the pipe, and the shell kills what is left of the group: the simulation, the
compiler, itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
from typing import Any

from core.interruption import STOPS
from core.scratch import keep_alive

_GUARD = ("sh", "-c", "read _; kill -KILL 0")
_guards: list[tuple[subprocess.Popen[bytes], int]] = []


def dask_setup(worker: Any) -> None:
    """Called by Dask in the new worker process before its first task."""
    os.setpgid(0, 0)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    end, ours = os.pipe()
    _guards.append((subprocess.Popen(_GUARD, stdin=end, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), ours))
    os.close(end)
    keep_alive(worker.local_directory)


def dask_teardown(worker: Any) -> None:
    """Called by Dask when the worker is closed as it should be."""
    while _guards:
        guard, ours = _guards.pop()
        guard.kill()
        guard.wait()
        os.close(ours)
