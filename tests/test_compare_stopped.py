"""`compare` stopped or killed at any moment: nothing is left, or the next one removes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cohort_samples import QUICK, small_study

from experiments.running import cohort

ROOT = Path(__file__).parents[1]
#: Seconds after its start at which the command gets the signal; it takes some three.
MOMENTS = (0.0, 0.4, 0.8, 1.2, 1.6, 2.0, 2.4)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small study that was run."""
    out = tmp_path_factory.mktemp("study") / "out"
    cohort.run(small_study(3), out, runner=QUICK)
    return out


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


def start(out: Path, temporary: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary),
        "BLUESPOT_CACHE": str(temporary.parent / "cache"),
    }
    line = [sys.executable, "-m", "bluespot", "compare", str(out), "--tables", "csv", "--figure", "all"]
    return subprocess.Popen(
        line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def listens(process: subprocess.Popen[str]) -> bool:
    """Whether it has a handler of its own for SIGTERM."""
    caught = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "SigCgt" in line)
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def left(out: Path, temporary: Path) -> list[str]:
    return [path.name for path in (*out.rglob(".*"), *temporary.iterdir())]


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_compare_that_is_stopped_says_so_and_leaves_nothing(
    finished: Path, temporary: Path, stop: signal.Signals, moment: float
) -> None:
    with start(finished, temporary) as process:
        while not listens(process):
            time.sleep(0.01)
        time.sleep(moment)
        process.send_signal(stop)
        _, errors = process.communicate(timeout=60)
    if process.returncode == 130:
        assert errors.endswith("stopped\n")
    else:  # it was over, or about to leave
        assert process.returncode in (0, -stop)
    assert "Traceback" not in errors
    assert not left(finished, temporary)


@pytest.mark.slow
def test_what_killed_compares_leave_is_removed_by_the_next(finished: Path, temporary: Path) -> None:
    for moment in MOMENTS:
        with start(finished, temporary) as process:
            time.sleep(moment)
            process.kill()
    with start(finished, temporary) as process:
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert not left(finished, temporary)
