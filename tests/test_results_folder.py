from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import libsonata
import numpy as np
import pytest
from test_results_synthetic import ARMS, write_study

from core.days import day_and_hour, hours_from_surgery
from core.errors import UserError
from results.comparison.arms import compare
from results.files.store import (
    DosingRecord,
    Manifest,
    ManifestArm,
    animal_path,
    describe,
    inspect,
    read_animal,
    read_manifest,
    write_cohort,
    write_manifest,
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_study(tmp_path / "out", ARMS[2:4], animals=2, days=(-1, 14))


def test_an_animal_has_its_place(tmp_path: Path) -> None:
    assert animal_path(tmp_path, "sham-vehicle", 7) == tmp_path / "animals/sham-vehicle/sham-vehicle-007.h5"
    for name in ("", "..", ".hidden", "a/b", "a:b"):
        with pytest.raises(UserError, match="its name is that of a folder too"):
            animal_path(tmp_path, name, 1)


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    manifest = Manifest("s", ARMS, (1, 2, 3), 7, {"size": 0.1})
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert manifest.arm("sham-vehicle") is ARMS[0]


def test_the_file_of_a_manifest_keeps_its_keys(tmp_path: Path) -> None:
    dose = DosingRecord("a", "SNRI", "10 mg/kg", "s.c.", "daily", 14, 2.0)
    arm = ManifestArm("a", "ligated", "a 10 mg/kg", dosing_days=((14.0, 28.0),), dosing_records=(dose,))
    write_manifest(tmp_path, Manifest("s", (arm,), (1,)))
    (entry,) = json.loads((tmp_path / "manifest.json").read_text())["arms"]
    assert list(entry) == ["name", "circuit", "treatment", "manipulation", "dosing_days", "given"]
    assert entry["given"][0]["from_day"] == 14
    assert read_manifest(tmp_path).arms == (arm,)
    assert arm.first_dose_hours == 14 * 24.0 + 2.0
    assert ManifestArm("b", "sham", "vehicle").first_dose_hours == float("inf")


def test_days_and_hours_from_surgery() -> None:
    assert hours_from_surgery(-1, 2.0) == -22.0
    assert day_and_hour(-22.0) == (-1, 2.0)
    assert day_and_hour(24.0) == (1, 0.0)


def test_a_manifest_may_count_animals_and_leave_out_what_is_not_known(tmp_path: Path) -> None:
    arm = {"name": "a", "circuit": "sham", "treatment": "vehicle"}
    (tmp_path / "manifest.json").write_text(json.dumps({"study": "s", "animals": 3, "arms": [arm]}))
    assert read_manifest(tmp_path).animals == (1, 2, 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "no manifest of a study"), ("[]", "no manifest"), ('{"study": "s", "animals": 1}', "it lacks 'arms'")],
)
def test_a_broken_manifest_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UserError, match=words):
        read_manifest(tmp_path)


def test_a_folder_without_a_manifest_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no manifest\.json in it"):
        inspect(tmp_path)
    with pytest.raises(UserError, match="there is no such file or folder"):
        inspect(tmp_path / "none")
    with pytest.raises(UserError, match="none: there is no such folder"):
        read_manifest(tmp_path / "none")
    (tmp_path / "text.h5").write_text("no HDF5")
    with pytest.raises(UserError, match=r"text\.h5: it is no HDF5 file"):
        inspect(tmp_path / "text.h5")
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="expected the folder of a study"):
        read_manifest(tmp_path / "file")


def test_a_cohort_links_to_all_spikes_and_can_be_moved(out: Path, tmp_path: Path) -> None:
    write_cohort(out)
    moved = tmp_path / "moved"
    shutil.move(out, moved)
    reader = libsonata.SpikeReader(str(moved / "cohort.h5"))
    names = reader.get_population_names()
    assert len(names) == 2 * 2 * 7
    record = read_animal(animal_path(moved, "ligated-duloxetine", 2))
    found = reader["ligated-duloxetine__002__raphe"].get_dict()
    np.testing.assert_array_equal(found["node_ids"], np.concatenate([e.spikes["raphe"].index for e in record.epochs]))
    before = (moved / "cohort.h5").read_bytes()
    assert write_cohort(moved).read_bytes() == before


def test_a_file_is_summarised(out: Path) -> None:
    summary = inspect(animal_path(out, "ligated-duloxetine", 1))
    record = read_animal(animal_path(out, "ligated-duloxetine", 1))
    assert (summary["kind"], summary["arm"], summary["animal"]) == ("animal", "ligated-duloxetine", 1)
    assert [epoch["label"] for epoch in summary["epochs"]] == ["rest day -1", "rest day 14"]
    raphe = next(row for row in summary["populations"] if row["name"] == "raphe")
    spikes = sum(len(epoch.spikes["raphe"].seconds) for epoch in record.epochs)
    assert raphe == {"name": "raphe", "cells": 30, "spikes": spikes, "mean_rate_hertz": spikes / 60}
    paw = summary["assays"][0]
    assert (paw["name"], paw["side"], paw["values"], paw["days"]) == ("paw_pressure_threshold", "ipsi", 3, [-1, 14])
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    text = "\n".join(describe(summary))
    assert "forepaw_nociceptor" in text
    assert "0.00 Hz" in text


def test_a_study_tells_what_is_missing_and_damaged(out: Path) -> None:
    animal_path(out, "ligated-vehicle", 2).unlink()
    animal_path(out, "ligated-duloxetine", 1).write_bytes(b"cut short")
    part = out / "animals/ligated-vehicle/.ligated-vehicle-002.h5.123.part"
    part.write_bytes(b"")
    summary = inspect(out)
    assert (summary["kind"], summary["finished"], summary["wanted"]) == ("study", 2, 4)
    assert [arm["finished"] for arm in summary["arms"]] == [[1], [2]]
    assert [arm["missing"] for arm in summary["arms"]] == [[2], [1]]
    assert summary["versions"] == {"0.1.0": 2}
    assert len(summary["damaged"]) == 1
    assert summary["unfinished_files"] == [os.fspath(part.relative_to(out))]
    assert json.loads(json.dumps(summary)) == summary
    text = "\n".join(describe(summary))
    assert "2 of 4 animals finished" in text
    assert "missing 2" in text
    assert "Damaged: " in text


def test_a_renamed_file_is_not_taken_for_another_animal(out: Path) -> None:
    shutil.copy(animal_path(out, "ligated-vehicle", 1), animal_path(out, "ligated-vehicle", 2))
    with pytest.raises(UserError, match="it holds animal 1 of arm ligated-vehicle, not animal 2"):
        compare(out)
