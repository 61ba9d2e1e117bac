"""A file that does not hold what was written is named and refused; one that was made otherwise too."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from test_results_store import assert_same_record
from test_results_synthetic import ARMS, animal_record, write_study

from core.errors import UserError
from core.records import AnimalRecord, AssayValue, EpochRecord, SpikeTrain
from core.stimulus_course import StimulusCourse
from results.comparison.arms import compare
from results.files.folder import Manifest, animal_path, read_manifest, write_manifest
from results.files.inspection import inspect
from results.files.store import read_animal, read_attributes, read_spikes, write_animal
from results.study import open_study

RAMP = StimulusCourse("force", "ipsi", np.clip(np.arange(300) * 0.32 - 16, 0, None))


def full_record() -> AnimalRecord:
    """A small animal that has something in every group of its file."""
    record = animal_record(ARMS[3], 1, (0, 14))
    spikes = {"raphe": SpikeTrain(np.array([0.1, 0.7, 1.9]), np.array([3, 1, 2], "u4"), 30)}
    pressed = EpochRecord("press", "paw_pressure", 340.0, 2.0, spikes, {}, "intrathecal idazoxan", (RAMP,), 0.5)
    value = AssayValue("paw_pressure", "threshold", "ipsi", 47.0, "g", 14, 4.0, epochs=range(2, 3))
    cells = {"raphe": {"threshold": np.linspace(-50, -45, 30, dtype="f4"), "root": np.full(30, b"L5")}}
    return replace(
        record,
        epochs=(*record.epochs, pressed),
        assays=(*record.assays, value),
        provenance={**record.provenance, "study_toml": 'name = "x"\n', "fingerprint": "a", "size": 1.0},
        machine={"processor": "one"},
        cells=cells,
        cell_units={"threshold": "mV"},
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "a.h5"
    write_animal(full_record(), path)
    return path


def test_all_of_version_2_comes_back(whole: Path) -> None:
    record, found = full_record(), read_animal(whole)
    assert_same_record(record, found)
    assert found.machine == record.machine
    assert found.cell_units == record.cell_units
    assert [value.epochs for value in found.assays] == [value.epochs for value in record.assays]
    for name, column in record.cells["raphe"].items():
        np.testing.assert_array_equal(found.cells["raphe"][name], column)


def test_windows_hold_what_the_spikes_say(whole: Path) -> None:
    with h5py.File(whole) as file:
        windows = {name: dataset[:] for name, dataset in file["windows"].items()}
        row = list(file["populations/name"].asstr()).index("raphe")
        spikes, cells = (file[f"populations/window_{what}"][row] for what in ("spikes", "cells"))
    record = read_animal(whole)
    assert len(windows["epoch"]) == sum(len(epoch.windows) for epoch in record.epochs) > len(record.epochs)
    for k, epoch in enumerate(windows["epoch"]):
        train = record.epochs[epoch].spikes["raphe"]
        last = windows["stop"][k] == record.epochs[epoch].seconds
        inside = (train.seconds >= windows["start"][k]) & ((train.seconds < windows["stop"][k]) | last)
        assert (spikes[k], cells[k]) == (inside.sum(), len(set(train.index[inside])))


def test_the_content_checksum_is_that_of_the_animal_and_not_of_its_machine(whole: Path, tmp_path: Path) -> None:
    checksums = []
    for k, record in enumerate(
        (
            full_record(),
            replace(full_record(), machine={"processor": "another", "commit": "x"}),
            replace(full_record(), provenance={**full_record().provenance, "seed": 8}),
        )
    ):
        write_animal(record, tmp_path / f"{k}.h5")
        with h5py.File(tmp_path / f"{k}.h5") as file:
            checksums.append(file.attrs["content_checksum"])
    assert checksums[0] == checksums[1] != checksums[2]


def refusal(path: Path) -> str:
    """Why a file is not read; "" where it is."""
    try:
        read_animal(path)
    except UserError as error:
        return str(error)
    return ""


def test_a_flipped_byte_is_named_or_changes_nothing(whole: Path, tmp_path: Path) -> None:
    """At 150 places all over the file, and all bits of each at once or one."""
    content, record = bytearray(whole.read_bytes()), full_record()
    told = 0
    for k, place in enumerate(np.linspace(0, len(content) - 1, 150).astype(int).tolist()):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF if k % 2 else 1 << (k % 8)
        path = tmp_path / f"{k}.h5"
        path.write_bytes(flipped)
        words = refusal(path)
        if words:
            assert words.startswith(f"{path}: it is ")
            assert "\n" not in words
        else:
            assert_same_record(record, read_animal(path))
            assert read_animal(path).machine == record.machine
        told += bool(words)
        path.unlink()
    assert told > 50, "most bytes of a file are content"


def test_hdf5_never_opens_a_file_whose_bytes_do_not_fit(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may crash over damaged structure, and Python with it."""
    with h5py.File(whole) as file:
        first = file["spikes/raphe/timestamps"].id.get_offset()
        last = file["assays/value"].id.get_offset()
    content = whole.read_bytes()
    for name, places, words in (
        ("structure", [100], "its structure was changed"),
        ("datasets", [first, last], "assays/value does not fit its checksum; spikes/raphe/timestamps does not fit"),
        ("many", list(range(0, len(content) // 2, 50)), r"does not fit its checksum; and \d+ more"),
    ):
        path = tmp_path / name
        flipped = bytearray(content)
        for place in places:
            flipped[place] ^= 1
        path.write_bytes(flipped)
        monkeypatch.setattr(h5py, "File", None)
        with pytest.raises(UserError, match=rf"^{path}: it is damaged: .*{words}"):
            read_animal(path)
        monkeypatch.undo()


def test_the_end_of_a_file_may_be_missing(whole: Path, tmp_path: Path) -> None:
    """What is lost of the checksums alone is told or read as it was; what is lost of the content is told."""
    content = whole.read_bytes()
    for lost in (1, 50, 200, 5000, len(content) // 2):
        path = tmp_path / f"{lost}.h5"
        path.write_bytes(content[:-lost])
        assert refusal(path) or lost < 10_000
        path.write_bytes(content[:-lost] + bytes(lost))
        assert refusal(path) or lost < 10_000


def changed(name: str, value: Any) -> Callable[[h5py.File], None]:
    """Changes the first value of a dataset, or an attribute of the file."""

    def change(file: h5py.File) -> None:
        if name in file.attrs:
            file.attrs[name] = value
        else:
            file[name][(0,) * file[name].ndim] = value

    return change


def removed(name: str) -> Callable[[h5py.File], None]:
    def remove(file: h5py.File) -> None:
        del file[name]

    return remove


def put(name: str, value: Any) -> Callable[[h5py.File], None]:
    def replace_it(file: h5py.File) -> None:
        if name in file:
            del file[name]
        file[name] = value

    return replace_it


def linked(file: h5py.File) -> None:
    del file["slow_state/hours"]
    file["slow_state/hours"] = h5py.ExternalLink("b.h5", "slow_state/hours")


def outside(file: h5py.File) -> None:
    del file["slow_state/hours"]
    file["slow_state"].create_dataset("hours", (3,), "f8", external=[("numbers.bin", 0, 24)])


def enormous(file: h5py.File) -> None:
    del file["slow_state/hours"]
    file["slow_state"].create_dataset("hours", (2**45,), "f8", chunks=(1000,))


def packed(file: h5py.File) -> None:
    del file["slow_state/hours"]
    file["slow_state"].create_dataset("hours", (400_000_000,), "f8", chunks=(1_000_000,), compression="gzip")


CHANGES = {
    "a threshold": (changed("assays/value", -5.0), "assays/value does not fit its checksum"),
    "no number": (changed("assays/value", np.nan), "assays/value does not fit its checksum"),
    "a unit": (changed("assays/unit", b"kg"), "assays/unit does not fit its checksum"),
    "a length": (changed("epochs/seconds", np.nan), "epochs/seconds does not fit its checksum"),
    "no cells": (changed("populations/cells", 0), "populations/cells does not fit its checksum"),
    "a node": (put("spikes/raphe/node_ids", np.full(5, 999_999)), "spikes/raphe/node_ids does not fit its checksum"),
    "a spike": (changed("spikes/raphe/timestamps", np.nan), "spikes/raphe/timestamps does not fit its checksum"),
    "spikes of two dimensions": (put("spikes/raphe/timestamps", np.zeros((2, 2))), "spikes/raphe/timestamps does not"),
    "an attribute": (changed("seed", "8"), "its attributes do not fit their checksum"),
    "the circuit": (changed("circuit", "sham"), "its attributes do not fit their checksum"),
    "a cell": (put("cells/raphe", np.zeros(40)), "cells/raphe does not fit its checksum"),
    "the machine": (put("machine/facts", "{}"), "machine/facts cannot be read"),
    "a group": (put("epochs/label", 3), "epochs/label does not fit its checksum"),
    "a missing one": (removed("spikes/raphe"), "spikes/raphe is missing"),
    "a missing checksum": (removed("checksums"), "its checksums cannot be read"),
    "an added one": (put("epochs/zzz", np.zeros(3)), "epochs/zzz was added to it"),
    "a dataset for a group": (put("slow_state", np.zeros(3)), "slow_state does not fit its checksum"),
    "the provenance": (put("provenance/facts", "3"), "provenance/facts cannot be read"),
    "a link": (linked, "slow_state/hours is a link to something else"),
    "values elsewhere": (outside, "slow_state/hours .*in another file"),
    "enormous": (enormous, "slow_state/hours .*declares"),
    "packed": (packed, "slow_state/hours .*declares"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_was_changed_is_named(whole: Path, tmp_path: Path, kind: str) -> None:
    change, words = CHANGES[kind]
    path = tmp_path / "a.h5"
    shutil.copy(whole, path)
    with h5py.File(path, "r+") as file:
        change(file)
    for read in (read_animal, read_attributes, inspect, lambda path: read_spikes(path, "raphe", "press")):
        with pytest.raises(UserError, match=rf"^{path}: it is damaged: .*{words}"):
            read(path)


def test_a_file_that_is_repaired_is_read_again(whole: Path, tmp_path: Path) -> None:
    """Nothing of a refusal, and nothing of a file that was whole, is remembered once the file changes."""
    path = tmp_path / "a.h5"
    for _ in range(2):
        shutil.copy(whole, path)
        assert read_animal(path).animal == 1
        with h5py.File(path, "r+") as file:
            file["assays/value"][0] += 1
        with pytest.raises(UserError, match="assays/value"):
            read_animal(path)


@pytest.mark.parametrize("read", [compare, lambda out: open_study(out).assays, lambda out: open_study(out).rates])
def test_a_study_refuses_a_damaged_animal_in_one_line(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    out = write_study(tmp_path, ARMS[:2], 2, (0, 14))
    path = animal_path(out, "sham-duloxetine", 2)
    with h5py.File(path, "r+") as file:
        file["spikes/raphe/node_ids"][0] += 1
    with pytest.raises(UserError, match=rf"^{path}: .*spikes/raphe/node_ids does not fit its checksum\.$"):
        read(out)
    assert any("spikes/raphe/node_ids" in line for line in inspect(out)["damaged"])


OTHERWISE: dict[str, tuple[dict[str, Any], str]] = {
    "seed": ({"seed": 8}, "the seed of the file is 8, that of the study is 7"),
    "doses, days, switches": ({"fingerprint": "b"}, "the fingerprint of all that is done"),
    "model": ({"model": "other"}, "the fingerprint of the model's numbers"),
    "size": ({"size": 0.5}, r"the size of the file is 0\.5"),
}


@pytest.mark.parametrize("kind", OTHERWISE)
def test_an_animal_that_was_made_otherwise_is_refused(tmp_path: Path, kind: str) -> None:
    """Each file is whole; it only stands in the place of another."""
    arm = replace(ARMS[0], fingerprint="a")
    write_manifest(tmp_path, Manifest("synthetic", (arm,), (1,), 7, {"size": 1.0, "model": "m"}))
    record = animal_record(arm, 1, (0, 14))
    same = replace(record, provenance={**record.provenance, "size": 1.0, "model": "m", "fingerprint": "a"})
    path = animal_path(tmp_path, arm.name, 1)
    write_animal(same, path)
    assert len(open_study(tmp_path).epochs) == 2
    facts, words = OTHERWISE[kind]
    write_animal(replace(same, provenance={**same.provenance, **facts}), path, replace=True)
    for read in (compare, lambda out: open_study(out).epochs):
        with pytest.raises(UserError, match=rf"^{path}: it is no animal of this study: {words}"):
            read(tmp_path)


def test_a_manifest_that_was_changed_is_told(tmp_path: Path) -> None:
    out = write_study(tmp_path, ARMS[:1], 1, (0, 14))
    manifest = read_manifest(out)
    write_manifest(out, replace(manifest, seed=9))
    with pytest.raises(UserError, match=r"made by another study, or manifest\.json was changed"):
        compare(out)
