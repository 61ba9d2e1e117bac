"""A cohort into a folder: one file per animal, whatever the number of workers; nothing lost, nothing overwritten."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import cohort_samples
import pytest
from cohort_samples import QUICK, small_study
from distributed import Client, LocalCluster

from circuits.brian import compiling
from core.errors import UserError
from experiments.running import study_folder, workers
from experiments.running.cohort import CohortError, run
from experiments.running.estimate import RunEstimate, estimate
from experiments.running.matched_animals import AnimalRunner, Task, carry_out
from experiments.running.progress import RunProgress
from experiments.running.speed import BUILD_SECONDS
from experiments.running.workers import WorkerPool
from results.files.store import animal_path, inspect, read_animal, read_manifest


def _runner(name: str) -> AnimalRunner:
    return AnimalRunner(cohort_samples.plan, getattr(cohort_samples, name))


class Told:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.expected: list[RunEstimate] = []
        self.progress: list[RunProgress] = []
        self.ended = 0

    def begins(self, expected: RunEstimate) -> None:
        self.expected.append(expected)

    def advances(self, progress: RunProgress) -> None:
        self.progress.append(progress)

    def ends(self) -> None:
        self.ended += 1


def _animals(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.glob("animals/*/*.h5")}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("SAMPLE_PIDS", str(tmp_path_factory.mktemp("pids")))
    monkeypatch.setattr(workers, "PAUSE_SECONDS", 0.0)


def test_every_animal_has_a_file_and_the_folder_tells_the_study(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    finished = run(small_study(), out, runner=QUICK)
    assert finished.out == out
    assert len(_animals(out)) == 6
    assert read_animal(animal_path(out, "ligated-vehicle", 3)).circuit == "ligated"
    assert (out / "study.toml").read_text() == small_study().to_toml()
    manifest = read_manifest(out)
    assert [arm.name for arm in manifest.arms] == ["sham-vehicle", "ligated-vehicle"]
    assert manifest.arms[1].treatment == "vehicle"
    assert (manifest.animals, manifest.seed, manifest.extra["size"]) == ((1, 2, 3), 5, 1.0)
    assert manifest.extra["versions"].keys() >= {"bluespot", "python", "brian2", "numpy"}
    assert (out / "cohort.h5").is_file()
    assert inspect(out)["finished"] == 6


@pytest.mark.slow
def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    run(small_study(), tmp_path / "one", WorkerPool(1), runner=QUICK)
    run(small_study(), tmp_path / "three", WorkerPool(3), runner=QUICK)
    assert _animals(tmp_path / "one") == _animals(tmp_path / "three")


@pytest.mark.slow
def test_workers_have_one_thread_each_and_the_environment_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    before = set(os.environ)
    run(small_study(2), tmp_path, WorkerPool(2), runner=_runner("threads"))
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert set(os.environ) == before


@pytest.mark.slow
def test_kept_workers_serve_several_runs_and_end_with_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPLE_PIDS", str(tmp_path))
    run(small_study(2, seed=1), tmp_path / "alone", runner=QUICK)
    with WorkerPool(2).kept() as pool:
        for seed in (1, 2):
            run(small_study(2, seed=seed), tmp_path / f"kept-{seed}", pool, runner=_runner("together"))
        workers = [sorted(path.name for path in (tmp_path / str(seed)).iterdir()) for seed in (1, 2)]
        assert workers[0] == workers[1]
        assert all(Path("/proc", process).exists() for process in workers[0])
    assert not any(Path("/proc", process).exists() for process in workers[0])
    assert _animals(tmp_path / "kept-1") == _animals(tmp_path / "alone")


def test_workers_start_with_the_first_run_only() -> None:
    with WorkerPool(2).kept() as pool:
        assert pool._kept is not None
        assert pool._kept.started is None
        with pool.kept() as same:
            assert same is pool
    with WorkerPool(1).kept() as pool:
        assert pool == WorkerPool(1)


def test_finished_animals_are_kept_and_only_missing_ones_run(tmp_path: Path) -> None:
    run(small_study(), tmp_path, runner=QUICK)
    whole = _animals(tmp_path)
    animal_path(tmp_path, "ligated-vehicle", 2).unlink()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("animals/*/*.h5")}
    told = Told()
    run(small_study(), tmp_path, runner=QUICK, observer=told)
    assert _animals(tmp_path) == whole
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert (told.expected[0].missing, told.expected[0].animals, told.expected[0].epochs) == (1, 6, 2)


def test_the_time_to_compile_is_expected_once_and_not_of_workers_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "compiler", lambda: "g++")
    missing = study_folder.prepare(small_study(), tmp_path)
    expected = estimate(small_study(), missing, WorkerPool(2), QUICK)
    assert expected.build_seconds == BUILD_SECONDS, "sham and ligated animals have one program"
    there = estimate(small_study(), missing, WorkerPool(scheduler="tcp://10.0.0.1:8786"), QUICK)
    assert there.build_seconds == 0.0
    monkeypatch.setattr(compiling, "_whole", lambda folder: True)
    built = estimate(small_study(), missing, WorkerPool(2), QUICK)
    assert built.build_seconds == 0.0
    assert built.seconds == pytest.approx(expected.seconds - BUILD_SECONDS)
    monkeypatch.setattr(compiling, "_whole", lambda folder: False)
    monkeypatch.setattr(compiling, "compiler", lambda: "")
    assert estimate(small_study(), missing, WorkerPool(2), QUICK).build_seconds == 0.0, "NumPy needs none"


def test_an_observer_is_told_of_each_animal_and_of_the_end(tmp_path: Path) -> None:
    told = Told()
    run(small_study(), tmp_path, runner=QUICK, observer=told)
    assert [estimate.missing for estimate in told.expected] == [6]
    finished = [progress.finished for progress in told.progress]
    assert finished == sorted(finished)
    assert set(finished) == set(range(7))
    assert told.progress[-1].share == 1.0
    assert told.ended == 1


def test_an_observer_is_told_of_the_end_of_a_run_that_fails(tmp_path: Path) -> None:
    told = Told()
    with pytest.raises(CohortError):
        run(small_study(), tmp_path, runner=_runner("fail_on_second"), observer=told)
    assert told.ended == 1


def test_a_run_without_an_observer_prints_nothing_and_logs_each_animal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("INFO", "bluespot")
    run(small_study(1), tmp_path, runner=QUICK)
    assert capfd.readouterr() == ("", "")
    assert caplog.messages[0].startswith("small: 2 animals, about ")
    assert [message.split(",")[0] for message in caplog.messages[1:]] == ["1 of 2 animals", "2 of 2 animals"]


def test_more_animals_go_into_the_same_folder_and_fewer_drop_none(tmp_path: Path) -> None:
    run(small_study(1), tmp_path, runner=QUICK)
    run(small_study(2), tmp_path, runner=QUICK)
    run(small_study(1), tmp_path, runner=_runner("die"))
    assert read_manifest(tmp_path).animals == (1, 2)
    assert len(_animals(tmp_path)) == 4
    assert "animals = 2" in (tmp_path / "study.toml").read_text()


def test_another_study_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    run(small_study(1), tmp_path, runner=QUICK)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match=r'it holds another study, "small", that differs in seed; choose another'):
        run(small_study(1, seed=6), tmp_path, runner=QUICK)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_begun_with_other_numbers_is_refused(tmp_path: Path) -> None:
    run(small_study(1), tmp_path, runner=QUICK)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"model": "other"}))
    with pytest.raises(UserError, match=r"begun by bluespot .* with other numbers"):
        run(small_study(2), tmp_path, runner=QUICK)


def test_a_folder_begun_with_another_numpy_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bluespot")
    run(small_study(1), tmp_path, runner=QUICK)
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace('"numpy": "', '"numpy": "0.'))
    run(small_study(2), tmp_path, runner=QUICK)
    assert "begun with other versions (numpy 0." in caplog.text
    caplog.clear()
    run(small_study(2), tmp_path, runner=QUICK)
    assert not caplog.text


def test_files_of_a_study_without_manifest_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("mine")
    with pytest.raises(UserError, match="choose another folder"):
        run(small_study(1), tmp_path, runner=QUICK)
    assert (tmp_path / "study.toml").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write"):
        run(small_study(1), tmp_path / "file" / "out", runner=_runner("die"))
    with pytest.raises(UserError, match=r"file: this is a file; results need a folder of their own\.$"):
        run(small_study(1), tmp_path / "file", runner=_runner("die"))


@pytest.mark.parametrize("count", [0, -1, 1.5, True])
def test_workers_must_be_a_number_of_processes(tmp_path: Path, count: Any) -> None:
    with pytest.raises(UserError, match="expected a whole number of processes, 1 or more"):
        small_study(1).run(tmp_path, workers=count)
    assert not list(tmp_path.iterdir())


def test_workers_and_a_scheduler_are_not_given_together(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="workers and scheduler: give one of them"):
        small_study(1).run(tmp_path, workers=2, scheduler="tcp://10.0.0.1:8786")
    assert not list(tmp_path.iterdir())


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    with (
        study_folder.occupied(tmp_path),
        pytest.raises(UserError, match=r"another run is at work in it; wait for its end"),
    ):
        run(small_study(1), tmp_path, runner=QUICK)
    run(small_study(1), tmp_path, runner=QUICK)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["animals", "cohort.h5", "manifest.json", "study.toml"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token": "of an earlier run"}, "does not see this run in the folder"),
        ({"made_with": {"numpy": "0.1"}}, "numpy .* instead of 0.1; install the same versions everywhere"),
    ],
)
def test_a_worker_that_is_not_fit_says_so_and_writes_nothing(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    """As one would be that does not share the folder, or has other versions; or that a dead run left behind."""
    with study_folder.occupied(tmp_path) as token:
        task = replace(Task(small_study(), 1, tmp_path, QUICK, 8.0, token), **changes)
        with pytest.raises(UserError, match=words):
            carry_out(task, lambda message: None)
    assert not _animals(tmp_path)


def test_a_worker_elsewhere_waits_until_its_file_system_shows_the_run(tmp_path: Path) -> None:
    with study_folder.occupied(tmp_path):
        shown = threading.Timer(0.5, (tmp_path / study_folder.RUNNING).write_text, ["shown late"])
        shown.start()
        carry_out(Task(small_study(), 1, tmp_path, QUICK, 8.0, "shown late", study_folder.made_with()), lambda _: None)
        shown.join()
    assert len(_animals(tmp_path)) == 2


def test_a_worker_stops_when_its_run_is_over(tmp_path: Path) -> None:
    with study_folder.occupied(tmp_path) as token:
        task = Task(small_study(), 1, tmp_path, QUICK, 8.0, token)

        def tell(message: tuple[int, float, int, bool]) -> None:
            (tmp_path / study_folder.RUNNING).write_text("of the next run")

        with pytest.raises(UserError, match="does not see this run"):
            carry_out(task, tell)
    assert not _animals(tmp_path)


@pytest.mark.parametrize("count", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_passing_failure_changes_no_byte_and_what_was_written_before_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    caplog.set_level("INFO", "bluespot")
    run(small_study(), tmp_path / "whole", runner=QUICK)
    run(small_study(), tmp_path / "hit", WorkerPool(count), runner=_runner("fail_once"))
    assert _animals(tmp_path / "hit") == _animals(tmp_path / "whole")
    assert "animal 2 is begun again" in caplog.text


@pytest.mark.slow
def test_a_worker_killed_amid_an_animal_changes_no_byte(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bluespot")
    run(small_study(), tmp_path / "whole", runner=QUICK)
    run(small_study(), tmp_path / "hit", WorkerPool(2), runner=_runner("die_once"))
    assert _animals(tmp_path / "hit") == _animals(tmp_path / "whole")
    assert "animal 2 is begun again" in caplog.text


@pytest.mark.slow
def test_a_disk_that_refuses_is_one_error_and_the_run_goes_on_when_it_does_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "hit"
    with pytest.raises(UserError, match=r"^cannot write sham-vehicle-00[23]\.h5 into the folder .*: File too large\.$"):
        run(small_study(), out, WorkerPool(2), runner=_runner("full_disk"))
    kept = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.glob("animals/*/*.h5")}
    assert not list(out.rglob("*.part"))
    assert not capfd.readouterr().err
    run(small_study(), out, WorkerPool(2), runner=QUICK)
    run(small_study(), tmp_path / "whole", runner=QUICK)
    assert _animals(out) == _animals(tmp_path / "whole")
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept} == kept


def test_scratch_that_is_full_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match=r"^/.*: no space left on the device; TMPDIR sets another\.$"):
        run(small_study(), tmp_path, runner=_runner("full_scratch"))
    assert not capsys.readouterr().err, "it was not tried again"


@pytest.mark.slow
def test_workers_of_a_scheduler_change_no_byte(tmp_path: Path) -> None:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        run(small_study(), tmp_path / "there", WorkerPool(scheduler=cluster.scheduler_address), runner=QUICK)
        with Client(cluster) as client:
            assert len(client.nthreads()) == 2, "they are somebody else's, and stay"
    run(small_study(), tmp_path / "here", runner=QUICK)
    assert _animals(tmp_path / "there") == _animals(tmp_path / "here")


@pytest.mark.slow
def test_workers_of_a_scheduler_that_do_several_tasks_at_once_are_refused(tmp_path: Path) -> None:
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        pytest.raises(UserError, match="it does 2 tasks at once; start workers with --nthreads 1"),
    ):
        run(small_study(), tmp_path, WorkerPool(scheduler=cluster.scheduler_address), runner=QUICK)
    assert not _animals(tmp_path)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x", "localhost:port"])
def test_a_scheduler_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(workers, "_ANSWER_SECONDS", 0.5)
    with pytest.raises(UserError, match=rf"^scheduler {address}: no Dask scheduler answers there") as raised:
        run(small_study(1), tmp_path, WorkerPool(scheduler=address), runner=QUICK)
    assert "\n" not in str(raised.value)


def test_a_failing_animal_stops_no_other(tmp_path: Path) -> None:
    told = r"2 of 6 animals are not finished: ZeroDivisionError: a fault \(experiments/\S+, line \d+\)\. The others"
    with pytest.raises(CohortError, match=told):
        run(small_study(), tmp_path, runner=_runner("fail_on_second"))
    assert len(_animals(tmp_path)) == 4
    assert "fail_on_second" in (tmp_path / "failures.txt").read_text()


def test_arms_of_an_animal_number_that_were_finished_are_kept(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match="1 of 2 animals are not finished"):
        run(small_study(1), tmp_path, runner=_runner("first_arm_only"))
    run(small_study(1), tmp_path, runner=QUICK)
    run(small_study(1), tmp_path / "whole", runner=QUICK)
    assert _animals(tmp_path) == _animals(tmp_path / "whole")


@pytest.mark.slow
def test_a_mistake_of_the_user_found_by_a_worker_stays_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^there is no C\+\+ compiler\.$"):
        run(small_study(), tmp_path, WorkerPool(2), runner=_runner("mistake"))


@pytest.mark.slow
def test_a_worker_that_is_killed_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(
        CohortError, match=r"4 of 4 [^:]*: its worker process was ended from outside [^;]*\. The others"
    ):
        run(small_study(2), tmp_path, WorkerPool(2), runner=_runner("die"))
    assert not _animals(tmp_path)
