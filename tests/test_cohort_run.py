"""A cohort into a folder: one file per animal, whatever the number of workers; nothing lost, nothing overwritten."""

from __future__ import annotations

import json
import os
from pathlib import Path

import cohort_samples
import pytest
from cohort_samples import QUICK, small_study

from core.errors import UserError
from experiments.cohort import CohortError, Laboratory, run
from results.store import animal_path, inspect, read_animal, read_manifest


def _laboratory(name: str) -> Laboratory:
    return Laboratory(cohort_samples.plan, getattr(cohort_samples, name))


def _animals(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.glob("animals/*/*.h5")}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path_factory.mktemp("cache")))


def test_every_animal_has_a_file_and_the_folder_tells_the_study(tmp_path):
    out = tmp_path / "deep" / "out"
    finished = run(small_study(), out, workers=2, laboratory=QUICK, quiet=True)
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
def test_the_number_of_workers_changes_no_byte(tmp_path):
    run(small_study(), tmp_path / "one", workers=1, laboratory=QUICK, quiet=True)
    run(small_study(), tmp_path / "three", workers=3, laboratory=QUICK, quiet=True)
    assert _animals(tmp_path / "one") == _animals(tmp_path / "three")


@pytest.mark.slow
def test_workers_have_one_thread_each_and_the_environment_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    run(small_study(1), tmp_path, laboratory=_laboratory("threads"), quiet=True)
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_finished_animals_are_kept_and_only_missing_ones_run(tmp_path):
    run(small_study(), tmp_path, laboratory=QUICK, quiet=True)
    whole = _animals(tmp_path)
    animal_path(tmp_path, "ligated-vehicle", 2).unlink()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("animals/*/*.h5")}
    estimates = []
    run(small_study(), tmp_path, laboratory=QUICK, quiet=True, before=estimates.append)
    assert _animals(tmp_path) == whole
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert (estimates[0].missing, estimates[0].animals, estimates[0].epochs) == (1, 6, 2)


@pytest.mark.slow
def test_more_animals_go_into_the_same_folder_and_fewer_drop_none(tmp_path):
    run(small_study(1), tmp_path, laboratory=QUICK, quiet=True)
    run(small_study(2), tmp_path, laboratory=QUICK, quiet=True)
    run(small_study(1), tmp_path, laboratory=_laboratory("die"), quiet=True)
    assert read_manifest(tmp_path).animals == (1, 2)
    assert len(_animals(tmp_path)) == 4
    assert "animals = 2" in (tmp_path / "study.toml").read_text()


@pytest.mark.slow
def test_another_study_is_refused_and_nothing_changes(tmp_path):
    run(small_study(1), tmp_path, laboratory=QUICK, quiet=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match=r'it holds another study, "small", that differs in seed; choose another'):
        run(small_study(1, seed=6), tmp_path, laboratory=QUICK, quiet=True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_a_folder_begun_with_other_numbers_is_refused(tmp_path):
    run(small_study(1), tmp_path, laboratory=QUICK, quiet=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"model": "other"}))
    with pytest.raises(UserError, match=r"begun by bluespot .* with other numbers"):
        run(small_study(2), tmp_path, laboratory=QUICK, quiet=True)


def test_files_of_a_study_without_manifest_are_not_overwritten(tmp_path):
    (tmp_path / "study.toml").write_text("mine")
    with pytest.raises(UserError, match="choose another folder"):
        run(small_study(1), tmp_path, laboratory=QUICK, quiet=True)
    assert (tmp_path / "study.toml").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told_before_anything_starts(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write"):
        run(small_study(1), tmp_path / "file" / "out", laboratory=_laboratory("die"), quiet=True)
    with pytest.raises(UserError, match="file"):
        run(small_study(1), tmp_path / "file", laboratory=_laboratory("die"), quiet=True)


@pytest.mark.parametrize("workers", [0, -1, 1.5, True])
def test_workers_must_be_a_number_of_processes(tmp_path, workers):
    with pytest.raises(UserError, match="expected a whole number of processes, 1 or more"):
        run(small_study(1), tmp_path, workers=workers, laboratory=QUICK)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_failing_animal_stops_no_other(tmp_path):
    with pytest.raises(CohortError, match=r"2 of 6 animals are not finished: ZeroDivisionError: a fault\. The others"):
        run(small_study(), tmp_path, workers=2, laboratory=_laboratory("fail_on_second"), quiet=True)
    assert len(_animals(tmp_path)) == 4
    assert "fail_on_second" in (tmp_path / "failures.txt").read_text()


@pytest.mark.slow
def test_arms_of_a_litter_that_were_finished_are_kept(tmp_path):
    with pytest.raises(CohortError, match="1 of 2 animals are not finished"):
        run(small_study(1), tmp_path, laboratory=_laboratory("first_arm_only"), quiet=True)
    run(small_study(1), tmp_path, laboratory=QUICK, quiet=True)
    run(small_study(1), tmp_path / "whole", laboratory=QUICK, quiet=True)
    assert _animals(tmp_path) == _animals(tmp_path / "whole")


@pytest.mark.slow
def test_a_mistake_of_the_user_found_by_a_worker_stays_one(tmp_path):
    with pytest.raises(UserError, match=r"^there is no C\+\+ compiler\.$"):
        run(small_study(), tmp_path, workers=2, laboratory=_laboratory("mistake"), quiet=True)


@pytest.mark.slow
def test_a_worker_that_is_killed_is_told_once(tmp_path):
    with pytest.raises(CohortError, match=r"6 of 6 [^:]*: a worker process was ended from outside, [^;]*\. The others"):
        run(small_study(), tmp_path, workers=2, laboratory=_laboratory("die"), quiet=True)
    assert not _animals(tmp_path)
