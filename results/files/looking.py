"""Looks at files without a trailer in a process of its own: HDF5 may crash over damaged structure, or never come back.

A file with a trailer that fits is known to be whole before HDF5 opens it (`results.files.trailer`). Others, such as
those of format version 1 and those that another program has changed, HDF5 has to open unseen. So it does that first
where nothing is lost with it, and with a limit on the processor time that it takes. One such process serves all files
that this process looks at.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from math import ceil
from pathlib import Path
from typing import Any, TextIO

from core.errors import UserError

_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from results.files.opening import answer; answer(sys.stdin, sys.stdout)"
)
#: Processor time that a file may take, s: some, and more for what it holds (bytes/s). A whole one takes a tenth.
_SECONDS, _BYTES_PER_SECOND = 2, 20_000_000
_LOCK = threading.Lock()
#: Process -> the one that looks for it. One that was forked does not share that of its parent.
_LOOKERS: dict[int, subprocess.Popen[str]] = {}


def look(path: Path, what: str) -> Any:
    """Have another process look at a file.

    Parameters
    ----------
    path
        The file.
    what
        The question, a key of what `answer_questions` is given there.

    Returns
    -------
    object
        The answer, as JSON can hold it.

    Raises
    ------
    UserError
        What the other process says is wrong with the file; and where it crashed over it, or did not come to an end.
    """
    request = json.dumps([what, os.fspath(path.absolute()), os.fspath(path)])
    with _LOCK:
        looker = _looker()
        try:
            line = _asked(looker, request)
        except BaseException:
            _end()
            raise
        if not line.endswith("\n"):
            status = looker.wait()
            _end()
            raise UserError(f"{path}: {_reason(status)}.")
    told, error = json.loads(line)
    if error is not None:
        raise UserError(error)
    return told


def _asked(looker: subprocess.Popen[str], request: str) -> str:
    """The line with which the other process answers; "" where it has ended."""
    assert looker.stdin is not None
    assert looker.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        looker.stdin.write(request + "\n")
        looker.stdin.flush()
    return looker.stdout.readline()


def answer_questions(answers: Mapping[str, Callable[[Path, Path], Any]], asked: TextIO, told_to: TextIO) -> None:
    """Answer questions until no more come; run in the other process.

    Parameters
    ----------
    answers
        Question -> what answers it from the path of a file and its name in errors, or raises UserError.
    asked, told_to
        Where questions come from, and answers go.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in asked:
        what, path, name = json.loads(line)
        _limit(Path(path))
        told, error = None, None
        try:
            told = answers[what](Path(path), Path(name))
        except UserError as refusal:
            error = str(refusal)
        told_to.write(json.dumps([told, error]) + "\n")
        told_to.flush()


def _limit(path: Path) -> None:
    """Let the system end this process once it has worked for too long at one file."""
    with contextlib.suppress(OSError, ValueError):
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = used.ru_utime + used.ru_stime + _SECONDS + path.stat().st_size / _BYTES_PER_SECOND
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), most))


def _looker() -> subprocess.Popen[str]:
    """The process that looks for this one; a new one where there is none, or it has ended."""
    found = _LOOKERS.get(os.getpid())
    if found is None or found.poll() is not None:
        found = subprocess.Popen(
            [sys.executable, "-I", "-c", _CODE, json.dumps([*map(os.path.abspath, sys.path)])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl-C is for this process; the other one ends when its input does
        )
        _LOOKERS[os.getpid()] = found
    return found


def _end() -> None:
    """Forget a process that has ended, or stopped answering."""
    looker = _LOOKERS.pop(os.getpid())
    looker.kill()
    for stream in (looker.stdin, looker.stdout):
        with contextlib.suppress(OSError):
            if stream:
                stream.close()
    looker.wait()


def _reason(status: int) -> str:
    if status == -signal.SIGXCPU:
        return "it is damaged: HDF5 does not come to an end with its structure"
    if status < 0:
        return f"it is damaged: HDF5 crashes over its structure ({signal.Signals(-status).name})"
    return f"it cannot be looked at in a process of its own, which ended with status {status}"
