"""The frames of a study against its raw spikes, which are read with h5py and counted with NumPy alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
from test_results_synthetic import poisson
from version_1_files import write_version_1

import results
from core.errors import UserError
from core.keys import stream
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable
from results import study as study_module
from results.files.arrays import AnimalArrays, Groups
from results.files.folder import read_checked_arrays
from results.files.store import Manifest, ManifestArm, animal_path, write_manifest
from results.study import StudyResults

ARMS = (ManifestArm("sham-vehicle", "sham", "vehicle"), ManifestArm("ligated-vehicle", "ligated", "vehicle"))
CELLS = {"ipsi_projection": 8, "contra_projection": 8, "raphe": 5}
INJECTED = "intrathecal idazoxan"
#: Label without its hour, hour from surgery, seconds, and rates of the populations: what is unlike differs in rate.
EPOCHS = (
    ("rest", 672.0, 3.0, (1.0, 0.5, 2.0)),
    ("paw_pressure:ipsi", 674.3, 2.5, (9.0, 1.0, 3.0)),
    ("paw_pressure:contra", 674.3, 4.5, (1.5, 12.0, 3.0)),
    ("von_frey:ipsi:0:2 g", 674.5, 2.0, (2.0, 0.5, 2.0)),
    ("von_frey:ipsi:1:10 g", 674.5, 1.2, (20.0, 0.5, 2.0)),
    ("nsia:ipsi:before", 674.6, 2.5, (9.0, 1.0, 3.0)),
    ("nsia:rest", 674.6, 2.0, (1.0, 1.0, 3.0)),
    ("nsia:capsaicin:0", 675.1, 2.0, (2.0, 1.0, 6.0)),
    ("nsia:ipsi:after", 675.1, 3.5, (7.0, 1.0, 6.0)),
    ("locus_coeruleus_recording", 675.2, 2.0, (1.0, 9.0, 2.0)),
    ("rest", 675.5, 3.0, (8.0, 4.0, 2.0)),
    ("paw_pressure:ipsi", 675.5, 1.5, (15.0, 4.0, 2.0)),
)
TOLD = [
    ("", "", "", 0.0, ""),
    ("", "ipsi", "force", 64.0, "g"),
    ("", "contra", "force", 128.0, "g"),
    ("", "ipsi", "force", 2.0, "g"),
    ("", "ipsi", "force", 10.0, "g"),
    ("", "ipsi", "force", 60.0, "g"),
    ("", "", "", 0.0, ""),
    ("", "", "capsaicin", np.nan, "1"),
    ("", "ipsi", "force+capsaicin", 90.0, "g"),
    ("", "contra", "force", np.nan, "g"),
    (INJECTED, "", "", 0.0, ""),
    (INJECTED, "ipsi", "force", 32.0, "g"),
]


def record(arm: ManifestArm, animal: int) -> AnimalRecord:
    epochs = []
    for number, (label, hours, seconds, hertz) in enumerate(EPOCHS):
        rng = stream("frames", arm.name, animal, number)
        spikes = {
            name: poisson(rng, cells, rate * animal, seconds)
            for (name, cells), rate in zip(CELLS.items(), hertz, strict=True)
        }
        averages = {"noradrenaline_dorsal_horn_ipsi_nanomolar": hours + animal, "raphe_rate_hertz": 2.0}
        epochs.append(EpochRecord(f"{label}@{hours:.4f}h", label.split(":")[0], hours, seconds, spikes, averages))
    return AnimalRecord(
        "small",
        arm.name,
        animal,
        arm.circuit,
        tuple(epochs),
        assays(),
        SlowTable(np.array([-24.0, 0.0, 672.0]), {"mood": np.array([0.0, 0.1, 0.2])}, {"mood": "1"}),
        SlowTable(np.array([0.0, 675.5]), {"idazoxan_cord_nanomolar": np.array([0.0, 50.0])}, {}),
        {"seed": 7},
    )


def assays() -> tuple[AssayValue, ...]:
    return (
        AssayValue("paw_pressure", "paw_pressure_threshold", "ipsi", 64.0, "g", 28, 2.3),
        AssayValue("paw_pressure", "paw_pressure_threshold", "contra", 128.0, "g", 28, 2.3),
        AssayValue("von_frey", "von_frey_threshold", "ipsi", 8.0, "g", 28, 2.5),
        AssayValue("nsia", "nsia_threshold_before", "ipsi", 60.0, "g", 28, 2.6),
        AssayValue("nsia", "nsia_threshold_after", "ipsi", 90.0, "g", 28, 2.6),
        AssayValue("locus_coeruleus_recording", "locus_coeruleus_rest_rate", "", 2.0, "Hz", 28, 3.2),
        AssayValue("paw_pressure", "paw_pressure_threshold", "ipsi", 32.0, "g", 28, 3.5, True, INJECTED),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("frames")
    write_manifest(out, Manifest("small", ARMS, (1, 2, 3), seed=7))
    for arm in ARMS:
        for animal in (1, 2):
            write_version_1(record(arm, animal), animal_path(out, arm.name, animal))
    return out


@pytest.fixture
def study(folder: Path) -> StudyResults:
    return results.open(folder)


def counted(folder: Path, arm: str, animal: int, label: str, population: str) -> float:
    """Rate in Hz per cell of an epoch, counted from the raw columns of the file."""
    with h5py.File(animal_path(folder, arm, animal)) as file:
        at = list(file["epochs/label"].asstr()[:]).index(label)
        start, stop = file["epochs/start_ms"][at], file["epochs/stop_ms"][at]
        times = file[f"spikes/{population}/timestamps"][:]
        cells = file["populations/cells"][list(file["populations/name"].asstr()[:]).index(population)]
    return float(np.sum((times >= start) & (times <= stop)) / cells / ((stop - start) / 1e3))


def rate(study: StudyResults, **where: Any) -> dict[tuple[str, int], float]:
    rows = study.rates
    for name, value in where.items():
        rows = rows[rows[name] == value]
    return {(row.arm, row.animal): row.rate for row in rows.itertuples()}


@pytest.mark.parametrize(("phase", "label"), [("", "rest@672.0000h"), (INJECTED, "rest@675.5000h")])
@pytest.mark.parametrize("population", CELLS)
def test_rates_at_rest_before_and_after_an_injection_stand_apart(
    study: StudyResults, folder: Path, population: str, phase: str, label: str
) -> None:
    found = rate(study, purpose="rest", day=28, phase=phase, population=population)
    assert found == pytest.approx({key: counted(folder, *key, label, population) for key in found})
    assert len(found) == 4


@pytest.mark.parametrize("side", ["ipsi", "contra"])
@pytest.mark.parametrize("population", CELLS)
def test_rates_of_the_two_pressed_paws_stand_apart(
    study: StudyResults, folder: Path, population: str, side: str
) -> None:
    found = rate(study, purpose="paw_pressure", side=side, hour=2.3, population=population)
    label = f"paw_pressure:{side}@674.3000h"
    assert found == pytest.approx({key: counted(folder, *key, label, population) for key in found})
    assert len(found) == 4


def test_filaments_stand_apart(study: StudyResults, folder: Path) -> None:
    rows = study.rates.merge(study.epochs[["arm", "animal", "epoch", "strength"]], on=["arm", "animal", "epoch"])
    rows = rows[(rows.purpose == "von_frey") & (rows.population == "ipsi_projection")]
    for row in rows.itertuples():
        label = f"von_frey:ipsi:{0 if row.strength == 2 else 1}:{row.strength:g} g@674.5000h"
        assert row.rate == pytest.approx(counted(folder, row.arm, row.animal, label, "ipsi_projection"))
    assert sorted(rows.strength.unique()) == [2.0, 10.0]


def test_averages_before_and_after_an_injection_stand_apart(study: StudyResults) -> None:
    rest = study.averages[study.averages.purpose == "rest"]
    found = rest.groupby("phase", observed=True)["value"].unique().map(sorted).to_dict()
    assert found == {"": [673.0, 674.0], INJECTED: [676.5, 677.5]}
    assert set(study.averages["name"]) == {"noradrenaline_dorsal_horn_ipsi_nanomolar"}, "a firing rate is no average"
    assert set(study.averages["unit"]) == {"nM"}


def test_labels_tell_what_was_done(study: StudyResults) -> None:
    one = study.epochs[(study.epochs.arm == "ligated-vehicle") & (study.epochs.animal == 2)]
    found = one[["phase", "side", "stimulus", "strength", "unit"]].astype(object)
    pd.testing.assert_frame_equal(
        found.reset_index(drop=True), pd.DataFrame(TOLD, columns=found.columns).astype(object)
    )
    assert one["epoch"].tolist() == list(range(len(EPOCHS)))
    assert one["dose_hours"].isna().all()


def test_days_and_hours_are_those_of_assays(study: StudyResults) -> None:
    """674.3 h are hour 2.3 of day 28, however floating point has it, so that epochs and values can be joined."""
    both = study.epochs.merge(
        study.assays[study.assays.assay == "paw_pressure"],
        left_on=["arm", "animal", "purpose", "side", "day", "hour"],
        right_on=["arm", "animal", "assay", "side", "day", "hour"],
    )
    assert len(both) == 3 * 4
    assert (both["strength"] == both["value"]).all()
    assert study.slow_state["day"].tolist()[:3] == [-1, 0, 28]


def test_every_text_is_categorical_and_arms_keep_their_order(study: StudyResults) -> None:
    for name in study_module.FRAMES:
        frame = getattr(study, name)
        assert len(frame), name
        kinds = {str(kind) for kind in frame.dtypes}
        assert kinds <= {"category", "int32", "float64", "bool"}, name
        assert frame["arm"].cat.categories.tolist() == [arm.name for arm in ARMS]


def test_assays_and_courses_are_as_recorded(study: StudyResults) -> None:
    one = study.assays[(study.assays.arm == "sham-vehicle") & (study.assays.animal == 1)]
    assert one["value"].tolist() == [value.value for value in assays()]
    assert one["censored"].tolist() == [value.censored for value in assays()]
    assert set(one["circuit"]) == {"sham"}
    concentration = study.concentrations[study.concentrations.hours > 0]
    assert set(concentration["value"]) == {50.0}
    assert set(concentration["unit"]) == {"nM"}


def test_a_study_says_what_is_in_it(study: StudyResults) -> None:
    assert repr(study).splitlines()[0].endswith(": 4 of 6 animals")
    assert "ligated-vehicle  2 animals: ligated, vehicle" in repr(study)
    assert len(repr(study).splitlines()) == 4
    assert study.animals["file"].map(lambda file: Path(file).is_file()).all()


def test_a_file_is_read_when_it_is_asked_for_and_once(study: StudyResults, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path | str] = []

    def counted(path: Path, manifest: Manifest, arm: str, animal: int, groups: Groups) -> AnimalArrays:
        read.append(path)
        return read_checked_arrays(path, manifest, arm, animal, groups)

    monkeypatch.setattr(study_module, "read_checked_arrays", counted)
    repr(study)
    assert not read
    first = study.assays
    first["value"] = 0.0
    first["more"] = 1
    assert "more" not in study.assays
    assert (study.assays["value"] > 0).all()
    assert len(read) == 4


def test_some_animals_and_batches(study: StudyResults) -> None:
    some = study.only(arm="ligated-vehicle", animal=2)
    assert some.animals[["arm", "animal"]].to_numpy().tolist() == [["ligated-vehicle", 2]]
    assert len(some.epochs) == len(EPOCHS)
    whole = pd.concat([batch.rates for batch in study.batches(3)], ignore_index=True)
    assert len(whole) == len(study.rates)
    with pytest.raises(UserError, match=r'no circuit "ligatd"\. Nearest: ligated'):
        study.only(circuit="ligatd")


def test_a_file_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest("small", ARMS, (1,), seed=7))
    write_version_1(record(ARMS[1], 1), animal_path(tmp_path, "sham-vehicle", 1))
    with pytest.raises(UserError, match="it holds animal 1 of arm ligated-vehicle"):
        _ = results.open(tmp_path).assays


def test_a_study_without_animals_has_empty_frames(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest("small", ARMS, (1,), seed=7))
    study = results.open(tmp_path)
    assert {name: len(getattr(study, name)) for name in study_module.FRAMES} == dict.fromkeys(study_module.FRAMES, 0)
    with pytest.raises(UserError, match="there is no such folder"):
        results.open(tmp_path / "animals")


def test_opening_loads_neither_the_simulator_nor_statistics(folder: Path) -> None:
    code = (
        "import sys, results; before = 'pandas' in sys.modules\n"
        f"study = results.open({str(folder)!r}); study.rates, study.assays, study.spikes(population='raphe')\n"
        "print(before, [n for n in ('brian2', 'scipy', 'statsmodels', 'matplotlib', 'xarray') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False []\n"


def test_frames_come_back_from_parquet(study: StudyResults, tmp_path: Path) -> None:
    written = study.to_parquet(tmp_path)
    assert [path.stem for path in written] == list(study_module.FRAMES)
    for path in written:
        pd.testing.assert_frame_equal(pd.read_parquet(path), getattr(study, path.stem), check_categorical=False)
