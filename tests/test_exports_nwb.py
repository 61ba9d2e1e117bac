"""NWB exports: what stands in them, the validator of NWB and the inspector of its best practices."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pynwb
import pytest
from export_samples import export_study

import results
from core.records import AnimalRecord
from experiments.running.exporting import export_nwb
from results.exports.choice import Choice
from results.files.store import animal_path, read_animal

nwbinspector = pytest.importorskip("nwbinspector", reason="of the extra readers")
ARM = "ligated-duloxetine"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def record(study: Path) -> AnimalRecord:
    return read_animal(animal_path(study, ARM, 1))


@pytest.fixture(scope="module")
def path(study: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert export_nwb(animal_path(study, ARM, 1), study / "animal.nwb", Choice()) == 1
    return study / "animal.nwb"


@pytest.fixture(scope="module")
def file(path: Path) -> Iterator[Any]:
    with pynwb.NWBHDF5IO(str(path), "r") as io:
        yield io.read()


def test_it_is_valid(path: Path) -> None:
    assert pynwb.validate(path=str(path)) == []


def test_the_inspector_finds_nothing_critical_and_no_error(path: Path) -> None:
    found = list(nwbinspector.inspect_nwbfile(nwbfile_path=str(path)))
    grave = [f"{each.importance.name} {each.check_function_name}: {each.message}" for each in found]
    assert not [line for line in grave if not line.startswith("BEST_PRACTICE_SUGGESTION")]
    assert found, "an inspector that suggests nothing has not looked: it always asks for an experimenter"


def test_the_rat_is_said_to_be_virtual(file: Any, record: AnimalRecord) -> None:
    assert (file.subject.species, file.subject.subject_id) == ("Rattus norvegicus", "ligated-duloxetine-001")
    assert file.subject.description.startswith("Virtual rat")
    assert "simulation" in file.keywords[:].tolist()
    assert "duloxetine 10 mg/kg" in file.pharmacology
    assert json.loads(file.notes.removeprefix("Provenance: ")) == record.provenance


def test_trials_are_the_epochs_of_the_study(file: Any, study: Path, record: AnimalRecord) -> None:
    trials = file.trials.to_dataframe()
    epochs = results.open(study).only(arm=ARM, animal=1).epochs
    assert set(epochs.columns) - {"arm", "animal", "seconds"} <= set(trials.columns)
    for name in ("label", "purpose", "day", "hours", "side"):
        assert trials[name].tolist() == epochs[name].tolist()
    np.testing.assert_allclose(trials["stop_time"] - trials["start_time"], epochs["seconds"], atol=1e-9)
    assert trials["start_time"].iloc[2] == (26.0 + 24.0) * 3600
    assert np.all(np.diff(trials["start_time"]) > 0)


def test_units_hold_every_spike_of_every_cell(file: Any, record: AnimalRecord) -> None:
    units, trials = file.units.to_dataframe(), file.trials.to_dataframe()
    cells = {name: train.cells for name, train in record.epochs[0].spikes.items()}
    assert units.groupby("block").size().to_dict() == cells
    for name in ("ipsi_projection", "raphe", "contra_a_beta"):
        mine = units[units["block"] == name]
        assert mine["cell"].tolist() == list(range(cells[name]))
        for k, start in enumerate(trials["start_time"]):
            train, stop = record.epochs[k].spikes[name], trials["stop_time"][k]
            found = [times[(times >= start) & (times <= stop)] - start for times in mine["spike_times"]]
            expected = [train.seconds[train.index == cell] for cell in range(train.cells)]
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_allclose(one, other, atol=1e-7)
    assert set(units[units["population"] == "projection"]["side"]) == {"ipsi", "contra"}


def test_rates_follow_from_the_time_in_which_a_unit_was_observed(file: Any, record: AnimalRecord) -> None:
    mine = file.units.to_dataframe().query("block == 'ipsi_projection'")
    seconds = sum(epoch.seconds for epoch in record.epochs)
    spikes = sum(len(epoch.spikes["ipsi_projection"].seconds) for epoch in record.epochs)
    observed = [np.sum(np.diff(spans)) for spans in mine["obs_intervals"]]
    np.testing.assert_allclose(observed, seconds, rtol=1e-9)
    assert sum(map(len, mine["spike_times"])) / len(mine) / seconds == pytest.approx(spikes / len(mine) / seconds)
    assert spikes > 10


def test_courses_averages_and_assays_are_there(file: Any, record: AnimalRecord) -> None:
    drug = file.processing["concentrations"]["duloxetine_cord_nanomolar"]
    assert drug.unit == "nM"
    np.testing.assert_array_equal(drug.data[:], record.concentrations.columns["duloxetine_cord_nanomolar"])
    np.testing.assert_array_equal(drug.timestamps[:], (record.concentrations.hours + 24.0) * 3600)
    assert file.processing["slow_state"]["mood"].unit == "1"
    name = "noradrenaline_dorsal_horn_ipsi_nanomolar"
    mean = file.processing["averages"][name]
    np.testing.assert_array_equal(mean.data[:], [epoch.averages[name] for epoch in record.epochs])
    np.testing.assert_array_equal(mean.timestamps[:], file.trials["start_time"][:])
    row = file.analysis["assays"].to_dataframe().iloc[0]
    assert (row["assay"], row["quantity"], row["side"]) == ("paw_pressure", "paw_pressure_threshold", "ipsi")
    assert (row["value"], row["unit"], bool(row["censored"])) == (123.0, "g", True)


def test_epochs_are_chosen_and_a_study_gives_a_file_each(study: Path, tmp_path: Path) -> None:
    assert export_nwb(study, tmp_path / "out", Choice(animals=[2], days=[1])) == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "ligated-duloxetine-002.nwb",
        "sham-vehicle-002.nwb",
    ]
    with pynwb.NWBHDF5IO(str(tmp_path / "out" / "sham-vehicle-002.nwb"), "r") as io:
        file = io.read()
        assert set(file.trials["day"][:]) == {1}
        assert min(times.min() for times in file.units["spike_times"][:] if len(times)) >= 50 * 3600
