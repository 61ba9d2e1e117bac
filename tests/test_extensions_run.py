"""Real animals measured by assays from outside: two workers, a kill amid the run, another folder without the files."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from distributed import LocalCluster
from extension_samples import TABLE, study_text, written
from small_animals import SIZE

from results.files.store import read_animal, read_spikes

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
COMMAND = "import sys; from experiments.commands.command_line import main; sys.exit(main())"
RUN = ("run", "own.toml", "--with", "hold.py", "--out", "out", "--no-compare")


def command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def done(folder: Path, *arguments: str, status: int = 0) -> tuple[str, str]:
    running = command(folder, *arguments)
    out, errors = running.communicate(timeout=600)
    assert running.returncode == status, errors
    return out, errors


def study_folder(folder: Path) -> Path:
    """A folder outside the repository with a study, a program and a table."""
    text = study_text(extensions='"mine.toml"', size=SIZE)
    written(folder, "own.toml", f'{text}[[assays]]\nassay = "slow_press"\nsides = ["ipsi"]\ndays = [4]\n')
    written(folder)
    written(folder, "mine.toml", TABLE)
    return folder


def animals(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("animals/*/*.h5")}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run by one process, without a break."""
    folder = study_folder(tmp_path_factory.mktemp("undisturbed"))
    done(folder, *RUN, "--workers", "1")
    return folder / "out"


def test_two_workers_that_are_killed_go_on_elsewhere(tmp_path: Path, undisturbed: Path) -> None:
    """The folder moves to where neither the program nor the table lies; the copies in it do."""
    (tmp_path / "first").mkdir()
    folder = study_folder(tmp_path / "first")
    run = command(folder, *RUN, "--workers", "2")
    limit = time.monotonic() + 300
    while not animals(folder / "out"):
        assert run.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate(timeout=30)
    kept = animals(folder / "out")
    assert 1 <= len(kept) < 4
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(folder / "out", elsewhere)
    shutil.rmtree(folder)
    _, errors = done(tmp_path, "run", "elsewhere/study.toml", "--out", "elsewhere", "--no-compare", status=2)
    assert 'extension "hold.py": it is a program' in errors
    assert "--with elsewhere/extensions/hold.py" in errors
    named = ("--with", "elsewhere/extensions/hold.py")
    done(tmp_path, "run", "elsewhere/study.toml", *named, "--out", "elsewhere", "--no-compare", "--workers", "2")
    assert animals(elsewhere) == animals(undisturbed)
    assert {name: animals(elsewhere)[name] for name in kept} == kept


def test_workers_of_a_scheduler_get_it_with_their_tasks(tmp_path: Path, undisturbed: Path) -> None:
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        done(study_folder(tmp_path), *RUN, "--scheduler", cluster.scheduler_address)
    assert animals(tmp_path / "out") == animals(undisturbed)


def test_a_receptor_from_outside_acts_by_its_drugs_and_its_switch(tmp_path: Path) -> None:
    """Agonist and antagonist do the opposite; where the coupling is off they do the same, which is nothing."""
    off = 'switch_off = ["opioid"]\n'
    arms = [
        f'[[arms]]\nname = "{drug}{tag}"\ncircuit = "ligated"\n{more}[[arms.treatments]]\ndrug = "{drug}"\n'
        'dose = "10 mg/kg"\nroute = "s.c."\nschedule = "once"\non_day = 3\n'
        for drug in ("morphine", "naloxone")
        for tag, more in (("", ""), ("-off", off))
    ]
    assay = '[[assays]]\nassay = "pinch"\nsides = ["ipsi"]\ndays = [3]\nhour = 0.5\n'
    head = f'name = "opioids"\nanimals = 1\nsize = {SIZE}\nseed = 3\nextensions = ["opioids"]\n'
    written(tmp_path, "own.toml", head + "".join(arms) + assay)
    done(tmp_path, "run", "own.toml", "--out", "out", "--workers", "2", "--no-compare")
    spikes = {}
    for name in ("morphine", "morphine-off", "naloxone", "naloxone-off"):
        file = tmp_path / "out" / "animals" / name / f"{name}-001.h5"
        label = next(each.label for each in read_animal(file, spikes=False).epochs if each.purpose == "pinch")
        train = read_spikes(file, "ipsi_projection", label)
        spikes[name] = sorted(zip(train.seconds.tolist(), train.index.tolist(), strict=True))
    assert spikes["morphine-off"] == spikes["naloxone-off"]
    assert len(spikes["morphine"]) < len(spikes["naloxone"])


def test_results_are_compared_and_reported_without_the_program(tmp_path: Path, undisturbed: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(undisturbed, folder)
    shutil.rmtree(folder / "extensions")
    out, _ = done(tmp_path, "compare", "copy")
    assert "hold60_rate ipsi (Hz)" in out
    assert "slow_press_threshold ipsi (g)" in out
    done(tmp_path, "report", "copy")
    assert "Rate under 60 g held for five seconds." in (folder / "report.html").read_text("utf-8")


def test_one_animal_is_run_again_from_its_file_and_its_epoch_replayed(tmp_path: Path, undisturbed: Path) -> None:
    file = tmp_path / "animal.h5"
    shutil.copy(undisturbed / "animals" / "ligated-vehicle" / "ligated-vehicle-002.h5", file)
    _, errors = done(tmp_path, "rerun", str(file), "--out", "again", status=2)
    assert "nobody has named it" in errors
    assert not (tmp_path / "again").exists()
    named = str(undisturbed / "extensions" / "hold.py")
    out, _ = done(tmp_path, "rerun", str(file), "--out", "again", "--workers", "1", "--with", named)
    assert "all equal" in out
    code = (
        "from bluespot import Animal, extended, read_study\n"
        f"study = read_study({str(undisturbed / 'study.toml')!r}, extended({named!r}))\n"
        f"found = Animal.replay({str(file)!r}, 'hold60:ipsi@98.0000h', study=study)\n"
        "print(found.seconds)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ran.stdout.strip() == "7.0", ran.stderr
