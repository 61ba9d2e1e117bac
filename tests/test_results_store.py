from __future__ import annotations

import contextlib
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import h5py
import libsonata
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_results_synthetic import ARMS, animal_record, pinch_epoch

from core.errors import UserError
from core.records import AnimalRecord, EpochRecord, SlowTable, SpikeTrain
from results.files import writing
from results.files.store import read_animal, read_counts, read_spikes, write_animal

NOTHING = SlowTable(np.empty(0), {})


def record_of(*epochs: EpochRecord) -> AnimalRecord:
    return AnimalRecord("study", "arm", 1, "sham", epochs, (), NOTHING, NOTHING, {"seed": 1})


def epoch_of(spikes: dict[str, SpikeTrain], hours: float = 0.0, seconds: float = 10.0, label: str = "e") -> EpochRecord:
    return EpochRecord(label, "rest", hours, seconds, spikes, {})


def train(seconds: list[float], index: list[int], cells: int = 5) -> SpikeTrain:
    return SpikeTrain(np.array(seconds), np.array(index, "u4"), cells)


def assert_same_train(one: SpikeTrain, other: SpikeTrain) -> None:
    assert one.cells == other.cells
    assert one.index.dtype == other.index.dtype == np.uint32
    np.testing.assert_array_equal(one.index, other.index)
    np.testing.assert_array_equal(one.seconds, other.seconds)


def assert_same_table(one: SlowTable, other: SlowTable) -> None:
    np.testing.assert_array_equal(one.hours, other.hours)
    assert sorted(one.columns) == sorted(other.columns)
    assert dict(one.units) == dict(other.units)
    for name, column in one.columns.items():
        np.testing.assert_array_equal(column, other.columns[name])


def sorted_by_time_and_cell(spikes: SpikeTrain) -> SpikeTrain:
    order = np.lexsort((spikes.index, spikes.seconds))
    return SpikeTrain(spikes.seconds[order], spikes.index[order], spikes.cells)


def assert_same_record(one: AnimalRecord, other: AnimalRecord) -> None:
    for name in ("study", "arm", "animal", "circuit", "assays", "provenance"):
        assert getattr(one, name) == getattr(other, name)
    for a, b in zip(one.epochs, other.epochs, strict=True):
        assert replace(a, spikes={}) == replace(b, spikes={})
        assert list(a.spikes) == list(b.spikes)
        for name in a.spikes:
            assert_same_train(sorted_by_time_and_cell(a.spikes[name]), b.spikes[name])
    assert_same_table(one.slow_state, other.slow_state)
    assert_same_table(one.concentrations, other.concentrations)


def test_an_animal_comes_back_as_it_was(tmp_path: Path) -> None:
    record = animal_record(ARMS[3], 2)
    write_animal(record, tmp_path / "a.h5")
    assert_same_record(record, read_animal(tmp_path / "a.h5"))


def test_spikes_can_be_left_out_or_read_alone(tmp_path: Path) -> None:
    record = replace(animal_record(ARMS[3], 2), epochs=(pinch_epoch(),))
    write_animal(record, tmp_path / "a.h5")
    assert read_animal(tmp_path / "a.h5", spikes=False).epochs[0].spikes == {}
    alone = read_spikes(tmp_path / "a.h5", "raphe", "pinch day 14")
    assert_same_train(alone, sorted_by_time_and_cell(record.epochs[0].spikes["raphe"]))
    with pytest.raises(UserError, match="Nearest: raphe"):
        read_spikes(tmp_path / "a.h5", "raphee", "pinch day 14")
    with pytest.raises(UserError, match=r'no epoch "pinch day 15"\. Nearest: pinch day 14'):
        read_spikes(tmp_path / "a.h5", "raphe", "pinch day 15")


def test_an_animal_without_epochs_comes_back(tmp_path: Path) -> None:
    write_animal(record_of(), tmp_path / "a.h5")
    assert_same_record(record_of(), read_animal(tmp_path / "a.h5"))
    with h5py.File(tmp_path / "a.h5") as file:
        assert list(file["spikes"]) == []


def test_a_silent_population_differs_from_one_not_recorded(tmp_path: Path) -> None:
    silent = train([], [], 7)
    write_animal(
        record_of(epoch_of({"raphe": silent}), epoch_of({"a11": train([1.0], [2])}, 1.0, label="f")), tmp_path / "a.h5"
    )
    first, second = read_animal(tmp_path / "a.h5").epochs
    assert list(first.spikes) == ["raphe"]
    assert first.spikes["raphe"].cells == 7
    assert list(second.spikes) == ["a11"]
    counts = read_counts(tmp_path / "a.h5")
    assert counts.names == ("raphe", "a11")
    np.testing.assert_array_equal(counts.spikes, [[0, -1], [-1, 1]])
    with pytest.raises(UserError, match='raphe was not recorded in epoch "f"'):
        read_spikes(tmp_path / "a.h5", "raphe", "f")


def test_epochs_of_one_frozen_moment_keep_their_spikes_apart(tmp_path: Path) -> None:
    """Spikes at both ends of epochs that share a slow-clock time, in the order in which they were recorded."""
    ends = {"raphe": train([0.0, 10.0], [0, 1])}
    epochs = [epoch_of(ends, hours, label=str(k)) for k, hours in enumerate((30.0, 30.0, 30.001, 5.0))]
    write_animal(record_of(*epochs), tmp_path / "a.h5")
    for epoch in read_animal(tmp_path / "a.h5").epochs:
        assert_same_train(ends["raphe"], epoch.spikes["raphe"])
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(
            file["epochs/start_ms"], [30 * 3.6e6, 30 * 3.6e6 + 10_001, 30 * 3.6e6 + 20_002, 5 * 3.6e6]
        )


def test_two_epochs_of_one_label_are_not_mixed_up(tmp_path: Path) -> None:
    write_animal(record_of(epoch_of({"a11": train([], [])}), epoch_of({"a11": train([], [])})), tmp_path / "a.h5")
    with pytest.raises(UserError, match='2 epochs are labelled "e"'):
        read_spikes(tmp_path / "a.h5", "a11", "e")


def test_times_before_surgery_are_stored_from_the_start_of_the_first_day(tmp_path: Path) -> None:
    write_animal(record_of(epoch_of({"a11": train([0.5], [0])}, hours=-23.0)), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert file.attrs["first_day"] == -1
        assert file["epochs/day"][0] == -23 / 24
        assert file["spikes/a11/timestamps"][0] == 3.6e6 + 500


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_spike_train_comes_back(tmp_path: Path, data: st.DataObject) -> None:
    """Times on the grid of 0.1 ms come back bit for bit, weeks after surgery and from empty populations too."""
    hours = data.draw(st.lists(st.floats(-48, 24 * 60), max_size=4))
    cells = {name: data.draw(st.integers(1, 2**32 - 1)) for name in ("ipsi_projection", "a11", "raphe")}
    epochs = []
    for k, at in enumerate(hours):
        spikes = {}
        for name, count in cells.items():
            ticks = sorted(data.draw(st.lists(st.integers(0, 100_000), max_size=12)))
            index = data.draw(st.lists(st.integers(0, count - 1), min_size=len(ticks), max_size=len(ticks)))
            spikes[name] = train([tick / 1e4 for tick in ticks], index, count)
        epochs.append(epoch_of(spikes, at, label=str(k)))
    record = record_of(*epochs)
    write_animal(record, tmp_path / "a.h5", replace=True)
    assert_same_record(record, read_animal(tmp_path / "a.h5"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seconds=st.lists(st.floats(0, 10), max_size=20), hours=st.floats(-24, 24 * 90))
def test_any_time_is_kept_to_ten_nanoseconds(tmp_path: Path, seconds: list[float], hours: float) -> None:
    seconds = sorted(seconds)
    write_animal(
        record_of(epoch_of({"a11": train(seconds, [0] * len(seconds))}, hours)), tmp_path / "a.h5", replace=True
    )
    found = read_animal(tmp_path / "a.h5").epochs[0].spikes["a11"].seconds
    np.testing.assert_allclose(found, seconds, rtol=0, atol=5.1e-9)


def test_two_writes_give_equal_bytes(tmp_path: Path) -> None:
    record = animal_record(ARMS[3], 2, (-1, 14))
    write_animal(record, tmp_path / "a.h5")
    time.sleep(1.1)  # HDF5 keeps times in whole seconds
    write_animal(record, tmp_path / "b.h5")
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_a_third_party_reader_finds_the_same_spikes(tmp_path: Path) -> None:
    record = replace(
        animal_record(ARMS[3], 2), epochs=(pinch_epoch(1), replace(pinch_epoch(2), hours=400.0, label="f"))
    )
    write_animal(record, tmp_path / "a.h5")
    reader = libsonata.SpikeReader(str(tmp_path / "a.h5"))
    assert sorted(reader.get_population_names()) == sorted(record.epochs[0].spikes)
    first_day = 14 * 24
    for name in record.epochs[0].spikes:
        population = reader[name]
        assert population.sorting == "by_time"
        found = population.get_dict()
        trains = [sorted_by_time_and_cell(epoch.spikes[name]) for epoch in record.epochs]
        starts = [(epoch.hours - first_day) * 3.6e6 for epoch in record.epochs]
        expected = [start + np.rint(t.seconds * 1e4) / 10 for start, t in zip(starts, trains, strict=True)]
        np.testing.assert_array_equal(found["timestamps"], np.concatenate(expected))
        np.testing.assert_array_equal(found["node_ids"], np.concatenate([t.index for t in trains]))
        second = population.get(tstart=starts[1], tstop=starts[1] + 4000)
        assert len(second) == len(trains[1].seconds)


def test_a_table_holds_units_and_gaps(tmp_path: Path) -> None:
    first = replace(epoch_of({}), averages={"raphe_rate_hertz": 1.5})
    second = replace(epoch_of({}, 5.0), averages={"serotonin_forebrain_nanomolar": 4.0})
    write_animal(record_of(first, second), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(file["epochs/raphe_rate_hertz"], [1.5, np.nan])
        assert file["epochs/raphe_rate_hertz"].attrs["unit"] == "Hz"
        assert file["epochs/serotonin_forebrain_nanomolar"].attrs["unit"] == "nM"
        assert {dataset.compression for dataset in file["epochs"].values()} == {None}


def test_an_existing_file_is_only_replaced_on_demand(tmp_path: Path) -> None:
    write_animal(record_of(), tmp_path / "a.h5")
    before = (tmp_path / "a.h5").read_bytes()
    with pytest.raises(UserError, match="exists already"):
        write_animal(record_of(epoch_of({})), tmp_path / "a.h5")
    assert (tmp_path / "a.h5").read_bytes() == before
    write_animal(record_of(epoch_of({})), tmp_path / "a.h5", replace=True)
    assert len(read_animal(tmp_path / "a.h5").epochs) == 1


@contextlib.contextmanager
def disk_that_takes(bytes_: int) -> Iterator[None]:
    """No file may grow beyond that: a write is refused half-way, as by a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 100, 3000, 9000])
def test_a_disk_that_refuses_leaves_what_was_there_and_is_told_in_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], room: int
) -> None:
    write_animal(record_of(), tmp_path / "a.h5")
    before = (tmp_path / "a.h5").read_bytes()
    assert len(before) > 9000
    for name in ("a.h5", "b.h5"):
        with (
            disk_that_takes(room),
            pytest.raises(UserError, match=rf"^cannot write {name} into the folder {tmp_path}: File too large\.$"),
        ):
            write_animal(record_of(), tmp_path / name, replace=True)
    assert os.listdir(tmp_path) == ["a.h5"]
    assert (tmp_path / "a.h5").read_bytes() == before
    assert not capfd.readouterr().err, "HDF5 complains of every object that it cannot close"


@pytest.mark.parametrize("error", [RuntimeError("bug"), KeyboardInterrupt()])
def test_a_record_half_laid_out_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(writing, "_write_assays", fail)
    with pytest.raises(type(error)):
        write_animal(record_of(), tmp_path / "a.h5")
    assert not os.listdir(tmp_path)


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=rf"into the folder {tmp_path}/file/animals: ") as raised:
        write_animal(record_of(), tmp_path / "file" / "animals" / "a.h5")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("spikes", "words"),
    [
        ({"a11": train([11.0], [0])}, "outside the epoch"),
        ({"a11": train([-0.1], [0])}, "outside the epoch"),
        ({"a11": train([float("nan")], [0])}, "outside the epoch"),
        ({"a11": train([1.0], [5])}, "it has 5 cells"),
        ({"a11": train([1.0, 2.0], [0])}, "differ in shape"),
        ({"ipsi/a11": train([1.0], [0])}, "cannot name a column"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(tmp_path: Path, spikes: dict[str, SpikeTrain], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        write_animal(record_of(epoch_of(spikes)), tmp_path / "a.h5")
    assert not os.listdir(tmp_path)


def test_a_population_has_one_size(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a11 has 5 cells in one epoch and 6 in another"):
        write_animal(
            record_of(epoch_of({"a11": train([], [], 5)}), epoch_of({"a11": train([], [], 6)})), tmp_path / "a.h5"
        )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none.h5: there is no such file\."):
        read_animal(tmp_path / "none.h5")
    with pytest.raises(UserError, match="it is a folder; expected the file of an animal"):
        read_animal(tmp_path)


@pytest.mark.parametrize("kept", [1, 100, 3000, -1])
def test_a_truncated_file_is_told(tmp_path: Path, kept: int) -> None:
    write_animal(animal_record(ARMS[0], 1, (0,)), tmp_path / "a.h5")
    (tmp_path / "b.h5").write_bytes((tmp_path / "a.h5").read_bytes()[:kept])
    with pytest.raises(UserError, match=r"b.h5: it is (truncated|no HDF5 file|damaged)") as raised:
        read_animal(tmp_path / "b.h5")
    assert "\n" not in str(raised.value)


def test_what_is_not_an_animal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.h5").write_text("not HDF5 at all")
    with pytest.raises(UserError, match=r"text.h5: it is no HDF5 file\."):
        read_animal(tmp_path / "text.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(UserError, match=r"other\.h5: it is an HDF5 file, but not of an animal of bluespot"):
        read_animal(tmp_path / "other.h5")


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    write_animal(record_of(), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file.attrs["format_version"] = 3
    with pytest.raises(UserError, match="format version 3; this bluespot reads versions up to 2"):
        read_animal(tmp_path / "a.h5")


def test_an_incomplete_file_is_told(tmp_path: Path) -> None:
    write_animal(record_of(), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        del file["epochs/label"]
    with pytest.raises(UserError, match=r"a\.h5: it is damaged: epochs/label is missing"):
        read_animal(tmp_path / "a.h5")


def test_a_large_provenance_fits(tmp_path: Path) -> None:
    provenance = {
        "seed": 2**63 - 1,
        "numbers": list(range(50_000)),
        "text": "µ\n",
        "array": np.arange(3),
        "one": np.float64(1),
    }
    write_animal(replace(record_of(), provenance=provenance), tmp_path / "a.h5")
    found = read_animal(tmp_path / "a.h5").provenance
    assert found == provenance | {"array": [0, 1, 2], "one": 1.0}
    with pytest.raises(TypeError, match="JSON cannot express"):
        write_animal(replace(record_of(), provenance={"path": tmp_path}), tmp_path / "b.h5")
