"""Exports as tables and as packed copies: the very numbers of the frames and files."""

from __future__ import annotations

import errno
import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
from export_samples import export_study
from pandas.testing import assert_frame_equal
from test_results_store import assert_same_record
from test_results_synthetic import pinch_epoch

import results
from core.errors import UserError
from experiments.commands.command_line import main
from experiments.running import exporting
from experiments.running.exporting import export_nwb, export_packed, export_sonata, export_tables
from results.exports import packing, tables
from results.exports.choice import Choice
from results.files.checksums import CONTENT, verify
from results.files.store import animal_path, read_animal, write_animal
from results.files.trailer import trailer_fits
from results.study import FRAMES


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_study(tmp_path_factory.mktemp("study"))


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Text as text, and a file by its name."""
    texts = {name: str for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)}
    frame = frame.astype(texts).reset_index(drop=True)
    return frame.assign(file=[Path(file).name for file in frame["file"]]) if "file" in frame else frame


def read(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, engine="python")


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Every number to the last bit. pandas takes an empty text of CSV for NaN."""
    expected = plain(expected)
    texts = [name for name in expected if not pd.api.types.is_numeric_dtype(expected[name].dtype)]
    assert list(found) == list(expected)
    found = found.assign(**{name: found[name].astype(object).fillna("").astype(str) for name in texts})
    assert_frame_equal(found, expected, check_dtype=False, rtol=0, atol=0)
    assert len(expected)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("at_once", [1, 20])
def test_tables_are_the_frames(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: tables.Form, at_once: int
) -> None:
    monkeypatch.setattr(tables, "_ANIMALS_AT_ONCE", at_once)
    assert export_tables(study, tmp_path / "out", Choice(), form, False) == 4
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == sorted(FRAMES)
    opened = results.open(study)
    for name in FRAMES:
        assert_same(read(tmp_path / "out" / f"{name}.{form}"), getattr(opened, name))


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_spikes_are_all_there_on_request(study: Path, tmp_path: Path, form: tables.Form) -> None:
    export_tables(study, tmp_path / "out", Choice(arms=["sham-vehicle"]), form, True)
    assert_same(read(tmp_path / "out" / f"spikes.{form}"), results.open(study).spikes(arm="sham-vehicle"))


def test_days_and_epochs_restrict_the_tables(study: Path, tmp_path: Path) -> None:
    export_tables(study, tmp_path / "out", Choice(animals=[2], days=[1], epochs=["paw_pressure"]), "csv", True)
    found = {path.stem: read(path) for path in (tmp_path / "out").iterdir()}
    for name in ("epochs", "rates", "averages", "spikes"):
        assert set(found[name]["epoch"]) == {3}
    assert found["epochs"]["label"].tolist() == ["paw_pressure:ipsi@26.0000h"] * 2
    assert found["assays"]["assay"].tolist() == ["paw_pressure"] * 2
    assert set(found["concentrations"]["hours"]) == {26.0}
    export_tables(study, tmp_path / "pinch", Choice(epochs=["pinch"]), "csv", False)
    assert (tmp_path / "pinch" / "assays.csv").read_text().count("\n") == 1, "its columns, and no row"


def test_the_tables_of_one_file_need_no_folder(study: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.h5"
    alone.write_bytes(animal_path(study, "ligated-duloxetine", 1).read_bytes())
    export_tables(alone, tmp_path / "out", Choice(), "csv", False)
    animals = read(tmp_path / "out" / "animals.csv")
    assert animals[["arm", "circuit", "animal", "file"]].to_numpy().tolist() == [
        ["ligated-duloxetine", "ligated", 1, "alone.h5"]
    ]


def test_a_choice_that_holds_nothing_is_told_and_leaves_nothing(study: Path, tmp_path: Path) -> None:
    for choice, words in ((Choice(days=[4]), "no epoch on day 4"), (Choice(epochs=["rost"]), "Nearest: rest")):
        with pytest.raises(UserError, match=words):
            export_tables(study, tmp_path / "out", choice, "csv", False)
    assert not list(tmp_path.iterdir())


def test_a_packed_study_holds_the_same(study: Path, tmp_path: Path) -> None:
    assert export_packed(study, tmp_path / "out", Choice(arms=["sham-vehicle"])) == 2
    for animal in (1, 2):
        plain_file = animal_path(study, "sham-vehicle", animal)
        packed = animal_path(tmp_path / "out", "sham-vehicle", animal)
        assert_same_record(read_animal(plain_file), read_animal(packed))
    opened = results.open(tmp_path / "out")
    assert len(opened.animals) == 2
    assert len(opened.rates) == len(results.open(study).only(arm="sham-vehicle").rates)
    assert (tmp_path / "out" / "study.toml").read_text() == (study / "study.toml").read_text()


def test_a_packed_copy_keeps_every_dataset_and_attribute(study: Path, tmp_path: Path) -> None:
    """Of an animal with as many spikes as one of a study, in half of the room at most."""
    path = tmp_path / "plain.h5"
    record = read_animal(animal_path(study, "sham-vehicle", 1))
    write_animal(replace(record, epochs=(pinch_epoch(seconds=60.0),), assays=()), path)
    export_packed(path, tmp_path / "packed.h5", Choice())
    assert (tmp_path / "packed.h5").stat().st_size < path.stat().st_size / 2
    compressed: list[str | None] = []

    def compare(name: str, old: h5py.Group | h5py.Dataset) -> None:
        copy = new[name]
        assert {key: (value, old.attrs.get_id(key).dtype) for key, value in old.attrs.items()} == {
            key: (value, copy.attrs.get_id(key).dtype) for key, value in copy.attrs.items()
        }
        if isinstance(old, h5py.Dataset):
            assert (copy.dtype, copy.shape) == (old.dtype, old.shape)
            np.testing.assert_array_equal(copy[()], old[()])
            compressed.append(copy.compression)

    with h5py.File(path) as file, h5py.File(tmp_path / "packed.h5") as new:
        file.visititems(compare)
        assert dict(new.attrs).keys() == dict(file.attrs).keys()
        assert new.attrs[CONTENT] == file.attrs[CONTENT]
        verify(new)
    assert trailer_fits(tmp_path / "packed.h5")
    assert "gzip" in compressed


@pytest.mark.parametrize("form", ["csv", "parquet", "nwb", "sonata", "pack"])
def test_a_damaged_animal_is_told_by_name_and_not_exported(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    path = tmp_path / "animal.h5"
    shutil.copyfile(animal_path(study, "sham-vehicle", 1), path)
    with h5py.File(path, "r+") as file:
        file["spikes/raphe/timestamps"][0] += 1.0
    (tmp_path / "study.toml").write_bytes((study / "study.toml").read_bytes())
    assert main(["export", str(path), f"--{form}", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1
    assert "spikes/raphe/timestamps" in error[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["animal.h5", "study.toml"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "nothing to write: name a form and a place, such as --sonata OUT or --csv OUT."),
        (["--spikes", "--nwb", "OUT"], "--spikes belongs to --csv or --parquet"),
        (["--pack", "OUT", "--day", "1"], "--pack copies whole animals"),
        (["--csv", "THERE"], "exists already and is not overwritten"),
        (["--nwb", "OUT", "--csv", "THERE"], "exists already and is not overwritten"),
        (["--csv", "OUT", "--arm", "sham"], "Nearest: sham-vehicle"),
    ],
)
def test_what_cannot_be_is_told_in_one_line_and_nothing_is_written(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    (tmp_path / "there").mkdir()
    places = {"OUT": str(tmp_path / "out"), "THERE": str(tmp_path / "there")}
    assert main(["export", str(study), *(places.get(option, option) for option in options)]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1
    assert words in error[0]
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert json.loads((study / "manifest.json").read_text())["study"] == "small"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), RuntimeError("bug")])
@pytest.mark.parametrize("form", ["csv", "sonata", "nwb", "pack"])
def test_an_export_that_is_broken_off_leaves_nothing(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, form: str
) -> None:
    """At its second table or animal, the first being whole already."""
    calls = []

    def fail(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        if len(calls) > 1:
            raise error
        return really(*arguments, **named)

    homes: dict[str, tuple[Any, str, Any]] = {
        "csv": (tables._TableFile, "add", partial(export_tables, form="csv", spikes=False)),
        "sonata": (exporting, "write_sonata", export_sonata),
        "nwb": (exporting, "write_nwb", export_nwb),
        "pack": (packing, "pack_file", export_packed),
    }
    home, name, export = homes[form]
    really = getattr(home, name)
    monkeypatch.setattr(home, name, fail)
    with pytest.raises(UserError if isinstance(error, OSError) else type(error)) as raised:
        export(study, tmp_path / "out", Choice())
    if isinstance(error, OSError):
        assert str(raised.value) == f"cannot write out into the folder {tmp_path}: No space left on device."
    assert len(calls) == 2
    assert not list(tmp_path.iterdir())
