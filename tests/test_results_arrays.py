"""Whole columns of an animal's file against what h5py and the reader of records say of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from test_results_synthetic import ARMS, animal_record, write_study

from core.errors import UserError
from results.files.arrays import COLUMN_GROUPS, AllBut, read_arrays
from results.files.store import FORMAT_VERSION, read_animal, write_animal
from results.study import open_study


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_animal(animal_record(ARMS[3], 2), tmp_path / "a.h5")
    return tmp_path / "a.h5"


def test_each_column_is_that_of_h5py(path: Path) -> None:
    arrays = read_arrays(path)
    with h5py.File(path) as file:
        for group in set(COLUMN_GROUPS) & set(file):
            assert set(arrays[group]) == set(file[group])
            for name, dataset in file[group].items():
                texts = h5py.check_string_dtype(dataset.dtype) is not None
                np.testing.assert_array_equal(arrays[group][name], dataset.asstr()[:] if texts else dataset[:])
                assert arrays.units[group].get(name) == dataset.attrs.get("unit")


def test_the_animal_is_named_as_in_its_record(path: Path) -> None:
    arrays, record = read_arrays(path), read_animal(path)
    assert (arrays.arm, arrays.animal, arrays.format_version) == (record.arm, record.animal, FORMAT_VERSION)
    assert set(arrays.populations) == set(record.epochs[0].spikes)
    assert [str(label) for label in arrays["epochs"]["label"]] == [epoch.label for epoch in record.epochs]


def test_only_the_groups_that_are_asked_for_are_read(path: Path) -> None:
    arrays = read_arrays(path, ("assays",))
    assert set(arrays.columns) == {"assays"}
    assert arrays["epochs"] == {}


def test_columns_with_an_ending_are_left_out(path: Path) -> None:
    every, some = read_arrays(path)["epochs"], read_arrays(path, {"epochs": AllBut("_rate_hertz")})["epochs"]
    left_out = set(every) - set(some)
    assert left_out
    assert left_out == {name for name in every if name.endswith("_rate_hertz")}


def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.h5").write_text("no HDF5")
    with pytest.raises(UserError, match=r"b\.h5: it is no HDF5 file"):
        read_arrays(tmp_path / "b.h5")


class Opens:
    """Stands in for `h5py.h5o`, and notes the names of the datasets that are opened through it, in their order."""

    def __init__(self) -> None:
        self.datasets: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(h5py.h5o, name)

    def open(self, *arguments: Any, **named: Any) -> Any:
        found = h5py.h5o.open(*arguments, **named)
        if isinstance(found, h5py.h5d.DatasetID):
            self.datasets.append(h5py.h5i.get_name(found).decode())
        return found


@pytest.fixture
def opens(monkeypatch: pytest.MonkeyPatch) -> Opens:
    found = Opens()
    for module in ("results.files.arrays", "results.files.bounds", "h5py._hl.group"):
        monkeypatch.setattr(f"{module}.h5o", found)
    return found


def test_no_dataset_is_opened_but_those_that_are_read(path: Path, opens: Opens) -> None:
    """One is opened twice: it is looked at, then read. A file has some two hundred of them."""
    arrays = read_arrays(path, {"assays": None, "epochs": {"hours", "label"}})
    read = [f"/{group}/{name}" for group, columns in arrays.columns.items() for name in columns]
    assert sorted(opens.datasets) == sorted(2 * read)
    assert {"/epochs/hours", "/epochs/label", "/assays/value"} <= set(read)


def test_the_frame_of_assays_opens_assays_and_provenance_only(tmp_path: Path, opens: Opens) -> None:
    study = open_study(write_study(tmp_path / "study", ARMS[:2], 1, (0, 14)))
    opens.datasets.clear()
    assert len(study.assays)
    assert {name.split("/")[1] for name in opens.datasets} == {"assays", "provenance"}


def test_columns_are_read_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One value at a time, as h5py's slices once did for every population and epoch, takes a hundred times as long."""
    reads: list[str] = []
    whole: Callable[..., Any] = h5py.Dataset.__getitem__

    def counted(dataset: h5py.Dataset, *arguments: Any) -> Any:
        reads.append(str(dataset.name))
        return whole(dataset, *arguments)

    monkeypatch.setattr(h5py.Dataset, "__getitem__", counted)
    read_animal(path)
    assert reads, "nothing was counted"
    assert len(reads) == len(set(reads))
