"""Ctrl-C, a killed parent and a script without a main guard: no process is left, and what is finished is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

SCRIPT = """
import sys
import cohort_samples
from experiments.running.cohort import run
from experiments.running.matched_animals import AnimalRunner
from experiments.running.workers import WorkerPool
print("script started", flush=True)
runner = AnimalRunner(cohort_samples.plan, cohort_samples.{kind})
run(cohort_samples.small_study(), "out", WorkerPool(2), runner=runner)
print("script ended", flush=True)
"""

COMMAND = """
import sys
import cohort_samples
from experiments.running.matched_animals import AnimalRunner
from experiments.commands.command_line import main
runner = AnimalRunner(cohort_samples.plan, cohort_samples.wait_forever)
AnimalRunner.installed = classmethod(lambda cls: runner)
open("small.toml", "w").write(cohort_samples.TEXT)
sys.exit(main(["run", "small.toml", "--out", "out", "--workers", "2"]))
"""


_started: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def _nothing_goes_on() -> Iterator[None]:
    """End what a test that failed has left running."""
    yield
    while _started:
        _started.pop().kill()


def _start(folder: Path, text: str) -> subprocess.Popen[str]:
    (folder / "script.py").write_text(text)
    for name in ("pids", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    process = subprocess.Popen(
        [sys.executable, "script.py"],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": paths,
            "SAMPLE_PIDS": str(folder / "pids"),
            "BLUESPOT_CACHE": str(folder),
            "TMPDIR": str(folder / "tmp"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _started.append(process)
    return process


def _wait_for(condition: Any, seconds: float = 120.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.1)


def _alive(session: int) -> list[str]:
    """Command lines of the living processes of a session, zombies left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            facts = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(facts[3]) == session and facts[0] != "Z":
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def _both_workers_busy(folder: Path) -> bool:
    return len(list((folder / "pids").iterdir())) == 2 and len(list(folder.glob("out/animals/*/*.h5"))) == 2


def _scratch(folder: Path) -> list[Path]:
    """What animals and workers have left in the folder for temporary files."""
    return list((folder / "tmp").iterdir())


def _is_log_of_brian2(path: Path) -> bool:
    """Whether a file is one that Brian2 makes when it is imported and removes when its process ends, if it can."""
    return path.name.startswith(("brian_debug_", "brian_script_"))


def _files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.glob("out/animals/*/*.h5")}


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_and_termination_end_all_processes_with_130_and_keep_what_is_finished(tmp_path: Path, stop: Any) -> None:
    process = _start(tmp_path, COMMAND)
    _wait_for(lambda: _both_workers_busy(tmp_path))
    _wait_for(lambda: any("sleep 613" in line for line in _alive(process.pid)), 10.0)
    os.killpg(process.pid, stop)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.endswith("Finished animals are kept in out; the same command goes on from there.\nstopped\n")
    assert "Traceback" not in errors
    assert "KeyboardInterrupt" not in errors
    _wait_for(lambda: not _alive(process.pid), 10.0)
    assert len(_files(tmp_path)) == 2
    assert not _scratch(tmp_path)
    assert not (tmp_path / "out" / ".running").exists()


@pytest.mark.slow
def test_a_killed_parent_leaves_no_process_and_the_next_run_goes_on(tmp_path: Path) -> None:
    process = _start(tmp_path, COMMAND)
    _wait_for(lambda: _both_workers_busy(tmp_path))
    kept = _files(tmp_path)
    half = tmp_path / "out" / "animals" / "sham-vehicle" / ".sham-vehicle-002.h5.77.part"
    half.write_text("half")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    _wait_for(lambda: not _alive(process.pid), 10.0)
    assert _files(tmp_path) == kept
    _, errors = _start(tmp_path, SCRIPT.format(kind="run_matched_animals")).communicate(timeout=120)
    whole = _files(tmp_path)
    assert len(whole) == 6, errors
    assert {name: whole[name] for name in kept} == kept
    assert not half.exists()
    left = _scratch(tmp_path)
    assert all(map(_is_log_of_brian2, left))
    assert len(left) <= 2, "those of the killed parent; those of its workers lie in the scratch folder"


@pytest.mark.slow
def test_a_killed_worker_takes_its_program_with_it_and_its_animal_goes_to_another(tmp_path: Path) -> None:
    process = _start(tmp_path, COMMAND)
    _wait_for(lambda: _both_workers_busy(tmp_path))
    first = next(iter((tmp_path / "pids").iterdir()))
    scratch = Path(first.read_text())
    first.unlink()
    assert scratch.is_dir()
    os.kill(int(first.name), signal.SIGKILL)
    _wait_for(lambda: _both_workers_busy(tmp_path))
    _wait_for(lambda: sum(line.startswith("sleep 613") for line in _alive(process.pid)) == 2, 10.0)
    _wait_for(lambda: not scratch.exists(), 10.0)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert "distributed" not in errors, "what Dask says of its workers is not for the user"


@pytest.mark.slow
def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    output, errors = _start(tmp_path, SCRIPT.format(kind="run_matched_animals")).communicate(timeout=120)
    assert output.split("\n")[:2] == ["script started", "script ended"], errors
    assert len(_files(tmp_path)) == 6
    assert not errors


@pytest.mark.slow
def test_a_script_needs_no_main_guard_where_a_worker_is_started_anew(tmp_path: Path) -> None:
    output, errors = _start(tmp_path, SCRIPT.format(kind="die_once")).communicate(timeout=120)
    assert output.split("\n")[:2] == ["script started", "script ended"], errors
    assert len(_files(tmp_path)) == 6
