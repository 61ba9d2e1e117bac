"""`bluespot rerun`: an animal is run again from what its file says; what comes out otherwise is told by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cohort_samples
import numpy as np
import pytest
from small_animals import SIZE

from core.errors import UserError
from core.records import AnimalRecord, SpikeTrain
from experiments.commands.command_line import main
from experiments.protocol.study_file import parse_study
from experiments.running.cohort import Conditions, run
from experiments.running.matched_animals import AnimalRunner
from experiments.running.progress import LoggedProgress
from experiments.running.rerun import Rerun, rerun
from experiments.running.workers import WorkerPool
from results.comparison.repetition import unlike_records
from results.files.store import animal_path, read_animal, read_manifest, write_animal

SAMPLES = AnimalRunner(cohort_samples.plan, cohort_samples.run_matched_animals)
ARMS = ("sham-vehicle", "ligated-vehicle")


def again(path: Path, out: Path) -> Rerun:
    return rerun(path, out, Conditions(WorkerPool(), LoggedProgress(), SAMPLES))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "original"
    run(cohort_samples.small_study(), out, runner=SAMPLES)
    return out


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A copy of the folder to change."""
    shutil.copytree(original, tmp_path / "copy")
    return tmp_path / "copy"


def doctor(path: Path, change: Callable[[AnimalRecord], AnimalRecord]) -> None:
    """Put another animal in place of one, complete and with checksums of its own."""
    record = change(read_animal(path))
    path.unlink()
    write_animal(record, path)


def other_spike(record: AnimalRecord) -> AnimalRecord:
    """The third spike of the second epoch comes 1 ms later, if it stays the third one."""
    first, second = record.epochs
    train = second.spikes["p"]
    seconds = train.seconds.copy()
    seconds[2] += 1e-5
    return replace(record, epochs=(first, replace(second, spikes={"p": SpikeTrain(seconds, train.index, train.cells)})))


def test_a_study_that_is_run_again_is_equal(original: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in original.rglob("*") if path.is_file()}
    found = again(original, tmp_path / "new")
    assert found.equal
    assert {(each.arm, each.animal) for each in found.animals} == {(arm, k) for arm in ARMS for k in (1, 2, 3)}
    assert all(each.now.is_file() and each.now.is_relative_to(tmp_path / "new") for each in found.animals)
    assert before == {path: path.read_bytes() for path in original.rglob("*") if path.is_file()}


def test_of_a_file_its_animal_alone_is_run(original: Path, tmp_path: Path) -> None:
    found = again(animal_path(original, "ligated-vehicle", 2), tmp_path / "new")
    assert found.equal
    files = [path.name for path in (tmp_path / "new").rglob("*-[0-9]*.h5")]
    assert files == ["ligated-vehicle-002.h5"]
    assert read_manifest(tmp_path / "new").animals == (2,)


def test_of_a_folder_that_is_half_run_the_finished_animals_are_run(folder: Path, tmp_path: Path) -> None:
    shutil.rmtree(folder / "animals" / "sham-vehicle")
    animal_path(folder, "ligated-vehicle", 3).unlink()
    found = again(folder, tmp_path / "new")
    assert found.equal
    assert [(each.arm, each.animal) for each in found.animals] == [("ligated-vehicle", 1), ("ligated-vehicle", 2)]


def test_a_spike_that_was_changed_is_named(folder: Path, tmp_path: Path) -> None:
    path = animal_path(folder, "ligated-vehicle", 2)
    was = read_animal(path).epochs[1].spikes["p"].seconds[2]
    doctor(path, other_spike)
    (wrong,) = [each for each in again(folder, tmp_path / "new").animals if not each.equal]
    assert (wrong.arm, wrong.animal) == ("ligated-vehicle", 2)
    assert wrong.parts == ("spikes/p/timestamps",)
    (spikes,) = wrong.unlike
    assert (spikes.part, spikes.count) == ("spikes", 1)
    assert 'in "day 1": p, spike 3: cell 0 at' in spikes.first
    assert f"{1e3 * was:.5f} ms now (20 and 20 in all)" in spikes.first


def test_an_assay_that_was_changed_is_named(folder: Path, tmp_path: Path) -> None:
    path = animal_path(folder, "sham-vehicle", 1)
    doctor(path, lambda record: replace(record, assays=(replace(record.assays[0], value=5.0), *record.assays[1:])))
    (unlike,) = again(path, tmp_path / "new").animals[0].unlike
    assert unlike.part == "assays"
    assert "paw_pressure_threshold ipsi on day -1 at hour 2: 5.0 g then" in unlike.first


def test_another_seed_in_the_provenance_is_told(folder: Path, tmp_path: Path) -> None:
    path = animal_path(folder, "sham-vehicle", 1)
    doctor(path, lambda record: replace(record, provenance={**record.provenance, "seed": 9}))
    for given in (path, folder):
        with pytest.raises(UserError, match=r"it was run with seed 9, the study .* has seed 5"):
            again(given, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_study_file_of_another_seed_gives_other_animals(folder: Path, tmp_path: Path) -> None:
    """All of the folder's files say the other seed: nothing contradicts it, so its animals come out otherwise."""
    text = (folder / "study.toml").read_text("utf-8").replace("seed = 5", "seed = 9")
    (folder / "study.toml").write_text(text, "utf-8")
    for arm in ARMS:
        for number in (1, 2, 3):
            doctor(animal_path(folder, arm, number), _with_seed_9)
    found = again(folder, tmp_path / "new")
    assert not any(each.equal for each in found.animals)
    assert all({"spikes", "assays"} <= {part.part for part in each.unlike} for each in found.animals)


def _with_seed_9(record: AnimalRecord) -> AnimalRecord:
    facts = {key: str(value).replace("seed = 5", "seed = 9") if key == "study_toml" else value
             for key, value in record.provenance.items()}  # fmt: skip
    return replace(record, provenance={**facts, "seed": 9})


def test_a_version_that_differs_is_given_as_the_cause(folder: Path, tmp_path: Path) -> None:
    path = animal_path(folder, "sham-vehicle", 1)
    facts = {"bluespot_version": "0.0.1", "compiler": "g++ 4"}
    doctor(path, lambda record: replace(other_spike(record), provenance={**record.provenance, **facts}))
    (found,) = again(path, tmp_path / "new").animals
    assert "bluespot version: 0.0.1 then, 0 now" in found.causes
    assert any(cause.startswith("compiler: g++ 4 then") for cause in found.causes)


def test_what_only_tells_of_the_machine_does_not_count(folder: Path, tmp_path: Path) -> None:
    path = animal_path(folder, "sham-vehicle", 1)
    doctor(path, lambda record: replace(record, machine={"processor": "another one", "commit": "0123"}))
    assert again(path, tmp_path / "new").equal


def test_a_version_alone_is_a_difference_of_the_file_and_of_no_number(folder: Path, tmp_path: Path) -> None:
    path = animal_path(folder, "sham-vehicle", 1)
    doctor(path, lambda record: replace(record, provenance={**record.provenance, "numpy_version": "1.0"}))
    (found,) = again(path, tmp_path / "new").animals
    assert not found.equal
    assert (found.parts, found.unlike) == (("provenance/facts",), ())
    assert found.causes == ("numpy version: 1.0 then, not known now",)


@pytest.mark.parametrize("kept", ["file", "folder"])
def test_nothing_is_overwritten(original: Path, tmp_path: Path, kept: str) -> None:
    out = tmp_path / "new"
    out.mkdir()
    (out / "kept").write_text("kept", "utf-8")
    with pytest.raises(UserError, match="not empty"):
        again(original, out / "kept" if kept == "file" else out)
    assert [path.name for path in out.iterdir()] == ["kept"]


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


WRONG: dict[str, tuple[Callable[[Path], Any], str]] = {
    "nothing": (lambda folder: shutil.rmtree(folder), "no such"),
    "empty": (lambda folder: _emptied(folder), "no manifest.json"),
    "no animals": (lambda folder: shutil.rmtree(folder / "animals"), "none of its animals is finished"),
    "no study": (lambda folder: (folder / "study.toml").unlink(), "no study.toml in it"),
    "not TOML": (lambda folder: (folder / "study.toml").write_text("= 3", "utf-8"), "not TOML"),
    "damaged": (lambda folder: animal_path(folder, ARMS[0], 1).write_bytes(b"x"), "no HDF5 file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_run_again_is_one_line(
    case: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, told = WRONG[case]
    spoil(folder)
    assert main(["rerun", str(folder), "--out", str(tmp_path / "new")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert told in lines[0]
    assert not (tmp_path / "new").exists()


def test_records_that_differ_everywhere_are_told_part_by_part(original: Path) -> None:
    one, other = (read_animal(animal_path(original, "sham-vehicle", number)) for number in (1, 2))
    parts = [part.part for part in unlike_records(one, other)]
    assert parts == ["spikes", "assays"]
    assert not unlike_records(one, one)
    shorter = replace(one, epochs=one.epochs[:1], assays=one.assays[:1])
    told = {part.part: part.first for part in unlike_records(one, shorter)}
    assert told == {"epochs": "2 epochs then, 1 now", "assays": "2 values then, 1 now"}


def test_a_spike_that_is_missing_is_told_and_order_within_a_step_is_none(original: Path) -> None:
    record = read_animal(animal_path(original, "sham-vehicle", 1))
    epoch = record.epochs[0]
    train = epoch.spikes["p"]
    fewer = SpikeTrain(train.seconds[:-1], train.index[:-1], train.cells)
    (found,) = unlike_records(record, replace(record, epochs=(replace(epoch, spikes={"p": fewer}), record.epochs[1])))
    assert "p, spike 20: cell 0 at" in found.first
    assert "then, none now (20 and 19 in all)" in found.first
    twice = [SpikeTrain(np.array([0.1, 0.1]), np.array(cells, "u4"), 2) for cells in ([0, 1], [1, 0])]
    records = [replace(record, epochs=(replace(epoch, spikes={"p": each}),)) for each in twice]
    assert not unlike_records(*records)


@pytest.mark.slow
def test_a_real_study_is_equal_and_a_changed_spike_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f'name = "tiny"\nanimals = 1\nsize = {SIZE}\nlast_day = 1\n{cohort_samples.ARMS}'
    study = parse_study(f'{text}[[assays]]\nassay = "paw_pressure"\nsides = ["ipsi"]\ndays = [1]\n')
    run(study, tmp_path / "then")
    assert main(["rerun", str(tmp_path / "then"), "--out", str(tmp_path / "now"), "--workers", "1"]) == 0
    assert "all equal" in capsys.readouterr().out
    path = animal_path(tmp_path / "then", "ligated-vehicle", 1)
    doctor(path, _one_spike_later)
    lone = shutil.copy(path, tmp_path / "lone.h5")  # it says itself what was done to its animal
    command = ["rerun", str(lone), "--out", str(tmp_path / "again"), "--workers", "1", "--json"]
    assert main(command) == 3
    (animal,) = json.loads(capsys.readouterr().out)["animals"]
    assert animal["datasets"] == ["spikes/ipsi_a_beta/timestamps"]
    assert [part["part"] for part in animal["differences"]] == ["spikes"]
    assert "ipsi_a_beta, spike 1:" in animal["differences"][0]["first"]


def _one_spike_later(record: AnimalRecord) -> AnimalRecord:
    k = next(k for k, epoch in enumerate(record.epochs) if len(epoch.spikes["ipsi_a_beta"].seconds) > 1)
    epoch = record.epochs[k]
    train = epoch.spikes["ipsi_a_beta"]
    seconds = train.seconds.copy()
    seconds[0] = 0.0
    spikes = {**epoch.spikes, "ipsi_a_beta": SpikeTrain(seconds, train.index, train.cells)}
    return replace(record, epochs=(*record.epochs[:k], replace(epoch, spikes=spikes), *record.epochs[k + 1 :]))
