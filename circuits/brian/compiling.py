"""Compiled programs: one for each model structure, kept in the user's cache folder and run again for every epoch.

The program holds no number of biology but delays; contacts come from the files of an animal, all other
values as `name=file` arguments. Programs are kept under a key of everything that shapes them, and built under a lock
(`circuits.brian.building`), so that processes share one build. The folder is closed to others, because its programs are
run. A program whose files have changed, or that another user could have changed, is built again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from functools import cache
from pathlib import Path

import numpy as np

from circuits.brian.epoch_data import Program
from circuits.structure import Structure
from core.cache_folder import cache_folder
from core.errors import UserError
from core.private_folder import is_ours, make_private
from core.scratch import Scratch

#: x86-64-v3 (AVX2) gives the same bits on unlike machines of a cluster; `native` does not, nor does the approximate
#: reciprocal that -Ofast divides vectors by, which each maker of processors has its own of.
_MACHINE = {"x86_64": ("-march=x86-64-v3", "-mrecip=!vec-div")}
FLAGS = (
    "-w",
    "-Ofast",
    "-std=c++11",
    *_MACHINE.get(platform.machine(), ()),
    "--param=vect-max-version-for-alias-checks=1000",
)
#: The modules beside this one that shape a program.
_SHAPING = ("building", "network", "equations", "functions", "recording", "surfaces")
#: The file that lists a program's files with their digests.
_DIGESTS = "digests.txt"
#: Runs a command in a process group that ends with the pipe on its standard input.
_GUARDED = 'exec 3<&0 </dev/null; (read _ <&3; kill -KILL 0) >/dev/null 2>&1 & exec 3<&-; exec "$@"'
#: What is larger is no program, and is not read to find that out.
_MOST_BYTES = 1_000_000_000
#: About how many times NumPy takes as long as the compiled program (standard circuit, single precision).
SLOWDOWN = 300


def check_cache() -> None:
    """Raise UserError where programs must be compiled and their folder can be changed by others, or cannot be used."""
    if compiler() and not any(_private_programs().glob("*/main")):
        _writable(_programs())


def _programs() -> Path:
    return cache_folder() / "programs"


def _private_programs() -> Path:
    """The folder of the programs, made and closed to others where it is not; UserError where that cannot be."""
    with _keeping(_programs()):
        return make_private(_programs())


def _writable(folder: Path) -> None:
    """UserError where writing into a folder fails."""
    with _keeping(folder):
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()


@contextmanager
def _keeping(folder: Path) -> Iterator[None]:
    """Turn whatever keeps programs from a folder into one UserError that names it."""
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{folder}: compiled programs cannot be kept there ({error.strerror or error}); set BLUESPOT_CACHE to a "
            "folder that you can write to and other users cannot."
        ) from error


def compiler() -> str:
    """The C++ compiler's own version line; "" where it or make is missing."""
    made = _version("make")
    return made and _version(os.environ.get("CXX", "g++"))


@cache
def _version(command: str) -> str:
    try:
        return subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError):
        return ""


def warning_without_compiler() -> str:
    """One line for the user of a machine that cannot compile; "" on others."""
    if compiler():
        return ""
    missing = "make" if not _version("make") else os.environ.get("CXX", "g++")
    return (
        f'no C++ compiler ("{missing}" does not run): NumPy simulates, some {SLOWDOWN} times slower; '
        "install g++ and make, or set CXX."
    )


def _key(wanted: Program) -> str:
    import brian2

    here = Path(__file__).parent
    modules = (here / f"{name}.py" for name in _SHAPING)
    sources = [path.read_text() for path in (*modules, *sorted((here / "templates").iterdir()))]
    facts = (
        astuple(wanted.structure),
        wanted.dt_ms,
        wanted.precision,
        FLAGS,
        compiler(),
        brian2.__version__,
        np.__version__,
        sources,
    )
    return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def program(structure: Structure, dt_ms: float = 0.1, precision: str = "single") -> Program:
    """The program that simulates a structure: from the cache, compiled now (some 25 s), or NumPy without a compiler.

    Parameters
    ----------
    structure
        Which agents and contacts there are (`circuits.structure.structure`).
    dt_ms
        Integration step, milliseconds.
    precision
        A key of `circuits.brian.epoch_data.PRECISIONS`: "single" or "double".

    Returns
    -------
    Program
        For `circuits.brian.running.open_simulator`.

    Raises
    ------
    UserError
        Where the cache folder cannot be written, or can be by others, Brian2 lacks what is relied on, or the compiler
        fails.
    """
    wanted = Program(structure, dt_ms, precision, None)
    if not compiler():
        return wanted
    folder = _private_programs() / _key(wanted)
    if not _whole(folder):
        _writable(folder.parent)
        with _keeping(folder.parent), _locked(folder.with_suffix(".lock")):
            if not _whole(folder):
                _build(wanted, folder)
    return replace(wanted, folder=folder)


def needs_building(structure: Structure, dt_ms: float = 0.1, precision: str = "single") -> str:
    """The key of the program that `program` would compile first; "" where nothing is to be compiled."""
    wanted = Program(structure, dt_ms, precision, None)
    key = _key(wanted) if compiler() else ""
    return "" if key and _whole(_programs() / key) else key


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with open(file, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(wanted: Program, folder: Path) -> None:
    """Build in a process of its own, because Brian2's device is global state; the caller holds the lock."""
    _remove(folder)
    scratch = Scratch(folder.parent)
    try:
        (scratch.folder / "program.pickle").write_bytes(pickle.dumps(wanted))
        code = "import sys; from circuits.brian.building import build; build(sys.argv[1])"
        failed, said = _said_by([sys.executable, "-P", "-c", code, str(scratch.folder)], scratch.lock)
        if failed or not (scratch.folder / "build" / "main").exists():
            raise _refused(scratch.folder, folder.with_suffix(".log"), said)
        _keep_what_runs(scratch.folder, folder)
    finally:
        scratch.close()


def _said_by(command: list[str], lock: int) -> tuple[int, str]:
    """Exit status and words of a command that goes, with all it starts, when this process does or is interrupted.

    lock: a descriptor that the command holds, too.
    """
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    end, ours = os.pipe()
    try:
        process = subprocess.Popen(
            ["sh", "-c", _GUARDED, "sh", *command],
            stdin=end,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
            umask=0o077,
            process_group=0,
            pass_fds=(lock,),
        )
        said, _ = process.communicate()
        return process.returncode, said
    finally:
        os.close(end)
        os.close(ours)


def _refused(scratch: Path, log: Path, said: str) -> UserError:
    """Why a build failed: in the words that it left, or those of the compiler, which are kept."""
    log.write_text(said)
    refusal = scratch / "refusal.txt"
    if refusal.exists():
        return UserError(refusal.read_text("utf-8"))
    return UserError(f"the model did not compile; what the compiler said is in {log}.")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _keep_what_runs(scratch: Path, folder: Path) -> None:
    build, kept = scratch / "build", scratch / "kept"
    kept.mkdir(mode=0o700)
    shutil.copytree(build / "static_arrays", kept / "static_arrays")
    shutil.copy2(build / "main", kept / "main")
    (kept / _DIGESTS).touch(mode=0o600)
    (kept / _DIGESTS).write_text(_digests(kept), "utf-8")
    os.replace(kept, folder)


def _digests(folder: Path) -> str:
    """A line for each file of a program: its digest and name."""
    files = [folder / "main", *sorted((folder / "static_arrays").iterdir())]
    return "\n".join(f"{_digest(file)} {file.relative_to(folder)}" for file in files)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _whole(folder: Path) -> bool:
    """Whether a program is there as it was built: no file damaged, missing or put in place of another."""
    try:
        return (
            _is_only_ours(folder)
            and os.access(folder / "main", os.X_OK)
            and (folder / _DIGESTS).read_text("utf-8") == _digests(folder)
        )
    except (OSError, UnicodeDecodeError):
        return False


def _is_only_ours(folder: Path) -> bool:
    """Whether it holds folders and files of the size of a program, no links, that no other user can write to."""
    found = [path.lstat() for path in (folder, *folder.rglob("*"))]
    plain = all(is_ours(each) and (stat.S_ISREG(each.st_mode) or stat.S_ISDIR(each.st_mode)) for each in found)
    return plain and sum(each.st_size for each in found) <= _MOST_BYTES
