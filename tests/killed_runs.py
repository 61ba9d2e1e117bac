"""Runs that are ended from outside at a random moment and begun again, with stand-ins for animals.

After each end every file of an animal is whole and one of an undisturbed run; those that were there are as they were.
After some ends the run is let go on: the folder is then that of an undisturbed run, and nothing else is left.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cohort_samples import small_study
from verified_study import VERIFIED

from core.errors import UserError
from drugs import duloxetine
from experiments import Arm, Study, assays
from experiments.running.cohort import run
from experiments.running.verification import verify
from experiments.running.workers import WorkerPool

#: A run goes on undisturbed after so many ends; in one of so many runs the animals have two worker processes.
ENDS, WITH_WORKERS = 5, 25
SIGNALS = (signal.SIGKILL, signal.SIGTERM)
_BEFORE = small_study(3)
_GROWN = small_study(
    4,
    assays=assays.paw_pressure.on_days(-1, 1, 8, sides=("ipsi",)),
    arms=[*small_study().arms, Arm("ligated", duloxetine.once("10 mg/kg", on_day=1))],
)
Content = Mapping[str, bytes]


def content(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def animals(found: Content) -> dict[str, bytes]:
    """Files of animals; what is being written has another name."""
    return {name: each for name, each in found.items() if name.startswith("animals/") and name.endswith(".h5")}


@dataclass(frozen=True)
class _Kind:
    """A study, what its folder holds at first, and what it holds after an undisturbed run."""

    name: str
    study: Study
    first: Content
    whole: Content
    seconds: float


def _kind(name: str, study: Study, folder: Path, before: Study | None = None) -> _Kind:
    out = folder / name
    if before is not None:
        run(before, out, runner=VERIFIED)
    first = content(out) if before is not None else {}
    began = time.monotonic()
    run(study, out, runner=VERIFIED)
    return _Kind(name, study, first, content(out), time.monotonic() - began)


def _begin(study: Study, out: Path, workers: int, scratch: Path) -> int:
    """Run a study in a process, session and folder for temporary files of its own; the process."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        os.setsid()
        os.environ["TMPDIR"] = str(scratch)
        tempfile.tempdir = None
        said = os.open(out.parent / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(said, 1)
        os.dup2(said, 2)
        run(study, out, WorkerPool(workers), runner=VERIFIED)
        status = 0
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _living(session: int) -> list[int]:
    """Processes of a session, those left out that are dead and not yet asked for."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            facts = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(facts[3]) == session and facts[0] not in "ZX":
            found.append(int(folder.name))
    return found


def _ended(process: int, end: signal.Signals, after: float) -> str | None:
    """End a process after some seconds; what is wrong with how it ended, None where it was over before."""
    time.sleep(after)
    if os.waitpid(process, os.WNOHANG)[0]:
        return None
    os.kill(process, end)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    allowed = (-signal.SIGKILL,) if end == signal.SIGKILL else (130, 0, -signal.SIGTERM)
    limit = time.monotonic() + 30.0
    while (left := _living(process)) and time.monotonic() < limit:
        time.sleep(0.05)
    wrong = "" if status in allowed else f"exit status {status}; "
    return wrong + (f"{len(left)} processes left running; " if left else "")


def _unlike(found: Content, kept: Content, kind: _Kind) -> str:
    """What is wrong with the animals of a folder whose run was ended; kept: those that were there before."""
    wrong = []
    for name, own in found.items():
        if own not in (kind.whole.get(name), kind.first.get(name)):
            wrong.append(f"{name} is another one or cut")
    for name, own in kept.items():
        if name not in found:
            wrong.append(f"{name} is lost")
        elif own == kind.whole.get(name) != found[name]:
            wrong.append(f"{name} is as it was before the study grew")
    return "; ".join(wrong)


def killed(count: int, folder: Path) -> Iterator[tuple[str, str]]:
    """(what was done, what is wrong after it) of so many ends from outside."""
    pick, done, rounds = random.Random(3), 0, 0
    kinds = (_kind("begun", _BEFORE, folder), _kind("grown", _GROWN, folder, _BEFORE))
    while done < count:
        kind, workers = kinds[rounds % 2], 2 if rounds % WITH_WORKERS == WITH_WORKERS - 1 else 1
        place = folder / str(rounds)
        out, scratch = place / "out", place / "tmp"
        scratch.mkdir(parents=True)
        if kind.first:
            _write(kind.first, out)
        for what, fault in _ends(kind, workers, place, pick):
            done += 1
            yield f"{done}: {what}", fault
        fault = _undisturbed(kind, workers, place)
        if fault:
            yield f"{done}: {kind.name}, let go on", fault
        shutil.rmtree(place)
        rounds += 1


def _write(files: Content, out: Path) -> None:
    for name, own in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(own)


def _ends(kind: _Kind, workers: int, place: Path, pick: random.Random) -> Iterator[tuple[str, str]]:
    """End a run again and again, with what is wrong after each end."""
    out = place / "out"
    for k in range(ENDS):
        kept = animals(content(out)) if out.exists() else {}
        end, after = pick.choice(SIGNALS), pick.uniform(0.0, kind.seconds if workers == 1 else kind.seconds + 6.0)
        ended = _ended(_begin(kind.study, out, workers, place / "tmp"), end, after)
        if ended is None:
            return
        found = animals(content(out)) if out.exists() else {}
        fault = ended + _unlike(found, kept, kind) + (_unreadable(out) if k == ENDS - 1 else "")
        yield f"{kind.name}, {end.name} after {after:.3f} s, {len(found)} animals, {workers} workers", fault


def _unreadable(out: Path) -> str:
    """What verify does over a folder whose run was ended, where that is not told in lines."""
    try:
        verify(out)
    except UserError:
        pass
    except Exception as error:
        return f"verify: {type(error).__name__}: {error}"
    return ""


def _undisturbed(kind: _Kind, workers: int, place: Path) -> str:
    """Let the run go on; what is wrong with what is there in the end."""
    process = _begin(kind.study, place / "out", workers, place / "tmp")
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if status:
        return f"exit status {status}: {(place / 'said').read_text()[-300:]}"
    found, left = content(place / "out"), [path.name for path in (place / "tmp").iterdir()]
    unlike = [name for name in {*found, *kind.whole} if found.get(name) != kind.whole.get(name)]
    return "; ".join(filter(None, [f"unlike: {unlike}" if unlike else "", f"left behind: {left}" if left else ""]))
