"""`bluespot verify`: what is wrong in a folder or a file is named; manifests that were edited are read or told."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from mutated_files import add_whole_trailer, reseal
from mutated_manifests import fault_of_folder, mutate_manifest
from verified_study import write_verified_study

from core.errors import UserError
from experiments.commands.command_line import main
from experiments.running.verification import verify
from results.files.folder import MANIFEST, animal_path, read_manifest
from results.files.store import read_animal, write_animal


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_verified_study(tmp_path_factory.mktemp("runs") / "original")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_whole_folder_and_a_whole_file_have_no_faults(original: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(original)]) == 0
    assert capsys.readouterr().out == f"{original}: 4 of 4 animals, 4 of them whole; 0 faults.\n"
    file = animal_path(original, "sham-vehicle", 1)
    assert main(["verify", str(file)]) == 0
    assert main(["verify", str(original), "--json"]) == 0
    found = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert (found["there"], found["wanted"], found["whole"], found["faults"]) == (4, 4, 4, [])


def edited(path: Path, change: Callable[[h5py.File], object]) -> None:
    """Change a file, with checksums that fit."""
    with h5py.File(path, "r+") as file:
        change(file)
        reseal(file)
    add_whole_trailer(path)


def with_facts(file: h5py.File, name: str, value: object) -> None:
    facts = json.loads(file["provenance/facts"].asstr()[()]) | {name: value}
    del file["provenance/facts"]
    file["provenance/facts"] = facts_text(facts)


def facts_text(facts: object) -> object:
    text = json.dumps(facts).encode()
    return np.array(text, h5py.string_dtype("utf-8", len(text)))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.write_bytes(content)


def of_another_seed(path: Path) -> None:
    record = read_animal(path)
    write_animal(replace(record, provenance={**record.provenance, "seed": 6}), path, replace=True)


def other_study(path: Path) -> None:
    """A file whose study was edited, and not the fingerprint of it."""
    record = read_animal(path)
    text = record.provenance["study_toml"].replace("days = [-1, 1]", "days = [1]")
    assert text != record.provenance["study_toml"]
    write_animal(replace(record, provenance={**record.provenance, "study_toml": text}), path, replace=True)


def link_out(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


#: What is done to the file of an animal, and what `verify` of its folder says of it.
FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "flipped": (flip, "it is damaged: .*"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:5000]), "it is (truncated|damaged)"),
    "no HDF5": (lambda path: path.write_text("x"), "it is no HDF5 file"),
    "a threshold": (
        lambda path: edited(path, lambda file: file["assays/value"].__setitem__(0, -5.0)),
        r"assays/value\[0\] is -5\.0; expected 0 or more",
    ),
    "another cell": (
        lambda path: edited(path, lambda file: file["spikes/p/node_ids"].__setitem__(0, 250)),
        r"spikes/p/node_ids\[0\] is 250; expected 0 to 39",
    ),
    "another seed": (of_another_seed, "it is no animal of this study: the seed of the file is 6"),
    "another study": (other_study, "its study has the fingerprint .*, its provenance says .*one of them was changed"),
    "another arm": (
        lambda path: shutil.copy(path.parents[1] / "ligated-vehicle/ligated-vehicle-002.h5", path),
        "it holds animal 2 of arm ligated-vehicle, not animal 1 of arm sham-vehicle",
    ),
    "a model": (
        lambda path: edited(path, lambda file: with_facts(file, "model", "other")),
        "the fingerprint of the model's numbers of the file is other",
    ),
    "a link": (link_out, "it is a link that leads out"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_wrong_is_named(folder: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    change, words = FILES[kind]
    path = animal_path(folder, "sham-vehicle", 1)
    change(path)
    found = verify(folder)
    (fault,) = found.faults
    assert fault.startswith(f"{path}: ")
    with pytest.raises(UserError, match=words):
        raise UserError(fault)
    assert found.whole == 3
    assert main(["verify", str(folder)]) == 1
    assert fault in capsys.readouterr().out


MANIFESTS: dict[str, tuple[str, object, str]] = {
    "seed": ("seed", 6, r"manifest\.json: seed is 6; from study\.toml follows 5"),
    "size": ("size", 0.5, r"manifest\.json: size is 0\.5; from study\.toml follows 1\.0"),
    "analyses": ("analyses", ["onset"], r"manifest\.json: analyses is \['onset'\]"),
    "cut-off": ("cut_offs", {"paw_pressure_threshold": 9.0}, r"manifest\.json: cut_offs is"),
    "study": ("study", "other", r"manifest\.json: study is 'other'; from study\.toml follows 'small'"),
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_an_edited_manifest_is_told_by_its_field(folder: Path, kind: str) -> None:
    name, value, words = MANIFESTS[kind]
    content = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(content | {name: value}))
    with pytest.raises(UserError, match=words):
        raise UserError("\n".join(verify(folder).faults))


def test_an_edited_arm_of_the_manifest_is_told(folder: Path) -> None:
    content = json.loads((folder / MANIFEST).read_text())
    content["arms"][1]["treatment"] = "duloxetine"
    (folder / MANIFEST).write_text(json.dumps(content))
    assert verify(folder).faults == (
        f"{folder / MANIFEST}: treatment of arm ligated-vehicle is 'duloxetine'; from study.toml follows 'vehicle'.",
    )


def test_an_edited_study_is_told(folder: Path) -> None:
    path = folder / "study.toml"
    path.write_text(path.read_text().replace("days = [-1, 1]", "days = [1]"))
    assert any("fingerprint is" in fault for fault in verify(folder).faults)
    path.unlink()
    assert verify(folder).faults[0].startswith(f"{path}: it is missing")


def test_what_is_not_of_the_study_is_told_and_what_is_not_run_yet_is_no_fault(folder: Path) -> None:
    path = animal_path(folder, "sham-vehicle", 2)
    shutil.copy(path, path.with_name("sham-vehicle-009.h5"))
    path.unlink()
    (folder / "animals/sham-vehicle/.sham-vehicle-002.h5.1.part").touch()
    found = verify(folder)
    assert (found.there, found.wanted, found.whole) == (3, 4, 3)
    assert [fault.partition(": ")[2] for fault in found.faults] == [
        "it is no animal of manifest.json.",
        "it links to animal 2 of arm sham-vehicle, which is not there.",
    ]
    (folder / "cohort.h5").write_text("x")
    assert any("cohort.h5: it is no file of links" in fault for fault in verify(folder).faults)


def test_a_folder_without_a_manifest_or_a_pipe_for_one_is_a_fault(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    assert main(["verify", str(folder)]) == 1
    os.mkfifo(folder / MANIFEST)
    assert verify(folder).faults == (f"{folder / MANIFEST}: it is no regular file.",)
    assert main(["verify", str(folder / "none")]) == 2


def test_700_edited_manifests_are_read_or_told(original: Path, folder: Path) -> None:
    refused = 0
    for seed in range(700):
        what = mutate_manifest(original / MANIFEST, folder / MANIFEST, seed)
        assert not fault_of_folder(folder), f"seed {seed}: {what}"
        try:
            read_manifest(folder)
        except UserError:
            refused += 1
    assert refused > 350


def test_verify_bears_edited_manifests(original: Path, folder: Path) -> None:
    for seed in range(30):
        what = mutate_manifest(original / MANIFEST, folder / MANIFEST, seed)
        assert main(["verify", str(folder)]) in (0, 1), f"seed {seed}: {what}"
