"""Ctrl-C, a killed parent and a script without a main guard: no process is left, and what is finished is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SCRIPT = """
import sys
import cohort_samples
from experiments.cohort import Laboratory, run
print("script started", flush=True)
laboratory = Laboratory(cohort_samples.plan, cohort_samples.{litter})
run(cohort_samples.small_study(), "out", workers=2, laboratory=laboratory)
print("script ended", flush=True)
"""

COMMAND = """
import sys
import cohort_samples
from experiments import cohort
from experiments.command_line import main
laboratory = cohort.Laboratory(cohort_samples.plan, cohort_samples.wait_forever)
cohort.Laboratory.installed = classmethod(lambda cls: laboratory)
open("small.toml", "w").write(cohort_samples.TEXT)
sys.exit(main(["run", "small.toml", "--out", "out", "--workers", "2"]))
"""


def _start(folder: Path, text: str) -> subprocess.Popen[str]:
    (folder / "script.py").write_text(text)
    (folder / "pids").mkdir()
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, "script.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths, "SAMPLE_PIDS": str(folder / "pids"), "BLUESPOT_CACHE": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _wait_for(condition, seconds: float = 60.0) -> None:
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


@pytest.mark.slow
def test_ctrl_c_ends_all_processes_with_130_and_keeps_what_is_finished(tmp_path):
    process = _start(tmp_path, COMMAND)
    _wait_for(lambda: _both_workers_busy(tmp_path))
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.endswith("Finished animals are kept in out; the same command goes on from there.\nstopped\n")
    assert "Traceback" not in errors
    assert "KeyboardInterrupt" not in errors
    _wait_for(lambda: not _alive(process.pid), 10.0)
    assert len(list(tmp_path.glob("out/animals/*/*.h5"))) == 2
    assert not list((tmp_path / "pids").iterdir()), "a worker did not close what it had open"


@pytest.mark.slow
@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_when_their_parent_is_gone(tmp_path, fatal):
    process = _start(tmp_path, COMMAND)
    _wait_for(lambda: _both_workers_busy(tmp_path))
    process.send_signal(fatal)
    process.wait(30)
    _wait_for(lambda: not [line for line in _alive(process.pid) if "sleep" in line or "spawn_main" in line], 10.0)
    assert not list((tmp_path / "pids").iterdir())


@pytest.mark.slow
def test_a_script_needs_no_main_guard(tmp_path):
    output, errors = _start(tmp_path, SCRIPT.format(litter="run_litter")).communicate(timeout=120)
    assert output.split("\n")[:2] == ["script started", "script ended"], errors
    assert len(list(tmp_path.glob("out/animals/*/*.h5"))) == 6
