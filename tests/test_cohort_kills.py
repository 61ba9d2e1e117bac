"""Real animals, killed amid their epochs: nothing is left running, and the results are those of an undisturbed run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cohort_samples import ARMS
from small_animals import SIZE

from experiments.protocol.study_file import parse_study

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]

TEXT = f"""
name = "real"
animals = 2
size = {SIZE}
seed = 3
{ARMS}[[assays]]
assay = "paw_pressure"
sides = ["ipsi"]
days = [1, 4, 7]
"""

COMMAND = "import sys; from experiments.commands.command_line import main; sys.exit(main())"
ARGUMENTS = ("run", "real.toml", "--out", "out", "--workers", "2", "--no-compare")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    parse_study(TEXT).run(folder / "out")
    return {name: content for name, (_, content) in files(folder).items()}


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.glob("out/animals/*/*.h5")}


def start(folder: Path) -> subprocess.Popen[str]:
    (folder / "real.toml").write_text(TEXT)
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *ARGUMENTS],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def processes(session: int) -> dict[int, tuple[int, str]]:
    """Living processes of a session: pid -> parent, command line; zombies left out."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            facts = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(facts[3]) == session and facts[0] != "Z":
                found[int(folder.name)] = (int(facts[1]), (folder / "cmdline").read_text())
        except OSError:
            continue
    return found


def simulations(session: int) -> dict[int, int]:
    """Running epochs: pid of the process that simulates one -> pid of the worker above its program."""
    programs = {pid: parent for pid, (parent, line) in processes(session).items() if "--results_dir" in line}
    return {pid: programs[parent] for pid, parent in programs.items() if parent in programs}


def wait_for(condition: Callable[[], object], seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.005)


def amid_an_epoch(folder: Path, run: subprocess.Popen[str]) -> tuple[int, int]:
    """Wait until an animal is finished and an epoch of another one is running: the pids of epoch and worker."""
    seen: dict[int, int] = {}

    def running() -> bool:
        seen.clear()
        seen.update(simulations(run.pid))
        return bool(seen) and 1 <= len(files(folder)) < 4

    wait_for(running, 300.0)
    return next(iter(seen.items()))


def test_a_worker_killed_amid_an_epoch(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    run = start(tmp_path)
    epoch, worker = amid_an_epoch(tmp_path, run)
    kept = files(tmp_path)
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: epoch not in processes(run.pid), 5.0)
    _, errors = run.communicate(timeout=600)
    assert run.returncode == 0, errors
    assert "is begun again: it failed, or its worker was lost." in errors
    whole = files(tmp_path)
    assert {name: content for name, (_, content) in whole.items()} == undisturbed
    assert {name: whole[name] for name in kept} == kept
    wait_for(lambda: not processes(run.pid), 10.0)  # one that has let go of its memory may be amid its end


def test_the_whole_run_killed_amid_an_epoch(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    run = start(tmp_path)
    amid_an_epoch(tmp_path, run)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate(timeout=30)
    wait_for(lambda: not processes(run.pid), 10.0)
    kept = files(tmp_path)
    again = start(tmp_path)
    _, errors = again.communicate(timeout=600)
    assert again.returncode == 0, errors
    whole = files(tmp_path)
    assert {name: content for name, (_, content) in whole.items()} == undisturbed
    assert {name: whole[name] for name in kept} == kept
    assert 1 <= len(kept) < 4
