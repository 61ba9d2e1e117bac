"""Rates in the windows of an epoch against its raw spikes, which are read with h5py and counted with NumPy alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from test_results_frames import ARMS, INJECTED, record

import results
from core.records import EpochRecord
from core.stimulus_course import BIN, StimulusCourse
from results.files.store import Manifest, animal_path, write_animal, write_manifest
from results.study import StudyResults

ONSET, SPEED = 0.5, 32.0
POPULATIONS = ("ipsi_projection", "contra_projection", "raphe")


def stimuli(epoch: EpochRecord) -> tuple[StimulusCourse, ...]:
    """A ramp of 32 g/s or a filament on a paw, and discharge of the forepaw, by the label of the epoch."""
    parts = epoch.label.partition("@")[0].split(":")
    time = (np.arange(round(8.0 / BIN)) + 1) * BIN
    on = time > ONSET + BIN / 2
    found = []
    if parts[0] == "von_frey":
        found.append(StimulusCourse("force", parts[1], np.where(on, float(parts[3].removesuffix(" g")), 0.0)))
    elif parts[0] == "paw_pressure" or parts[-1] in ("before", "after"):
        found.append(StimulusCourse("force", parts[1], np.clip((time - ONSET) * SPEED, 0.0, 250.0)))
    if parts[-1] == "after" or "capsaicin" in parts:
        found.append(StimulusCourse("capsaicin", "", np.full(len(time), 0.6)))
    return tuple(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("windows")
    write_manifest(out, Manifest("small", ARMS, (1,), seed=7))
    for arm in ARMS:
        plain = record(arm, 1)
        phases = {epoch.label: INJECTED if epoch.hours >= 675.5 else "" for epoch in plain.epochs}
        epochs = tuple(
            replace(epoch, stimuli=stimuli(epoch), phase=phases[epoch.label], dose_hours=epoch.hours - 672.0)
            for epoch in plain.epochs
        )
        write_animal(replace(plain, epochs=epochs), animal_path(out, arm.name, 1))
    return out


@pytest.fixture
def study(folder: Path) -> StudyResults:
    return results.open(folder)


@pytest.fixture
def windows(study: StudyResults, folder: Path) -> pd.DataFrame:
    """Rates joined to the windows of the files, so that each row has its start and stop."""
    frames = []
    for arm in ARMS:
        with h5py.File(animal_path(folder, arm.name, 1)) as file:
            group = file["windows"]
            own = pd.DataFrame({name: group[name][:] for name in ("epoch", "start", "stop", "low", "high")})
            own["part"] = group["part"].asstr()[:]
        frames.append(own.assign(arm=arm.name))
    keys = ["arm", "epoch", "part", "low", "high"]
    rates = study.rates.astype({"arm": str, "part": str})
    joined = rates.merge(pd.concat(frames), on=keys, how="left", validate="many_to_one")
    assert len(joined) == len(study.rates)
    assert joined["start"].notna().all()
    return joined


def test_spikes_cells_and_rate_of_each_window_are_those_of_the_raw_spikes(windows: pd.DataFrame, folder: Path) -> None:
    for arm, own in windows.groupby("arm"):
        with h5py.File(animal_path(folder, str(arm), 1)) as file:
            starts = file["epochs/start_ms"][:]
            names = file["populations/name"].asstr()[:].tolist()
            counts = dict(zip(names, file["populations/cells"][:], strict=True))
            raw = {name: (file[f"spikes/{name}/timestamps"][:], file[f"spikes/{name}/node_ids"][:]) for name in names}
        for row in own.itertuples():
            times, cells = raw[row.population]
            seconds = np.round((times - starts[row.epoch]) / 1e3, 8)
            inside = (seconds >= row.start) & (seconds < row.stop)
            assert row.cells == counts[row.population]
            assert row.spikes == inside.sum(), (row.epoch, row.part, row.low)
            assert row.active == len(np.unique(cells[inside]))
            assert row.rate == pytest.approx(inside.sum() / row.cells / (row.stop - row.start))


def test_every_spike_of_an_epoch_lies_in_one_window(study: StudyResults) -> None:
    windows = study.rates.groupby(["arm", "epoch", "population"], observed=True)["spikes"].sum()
    spikes = study.spikes().groupby(["arm", "epoch", "population"], observed=True).size()
    assert windows[windows > 0].to_dict() == spikes.to_dict()


def test_bands_are_cut_where_the_force_was(windows: pd.DataFrame) -> None:
    """At the edges of a band the ramp was at its low and its high, to the step of a bin."""
    ramps = windows[(windows.purpose == "paw_pressure") & (windows.part == "during")]
    for row in ramps.itertuples():
        assert (row.start - ONSET) * SPEED == pytest.approx(row.low, abs=2 * SPEED * BIN)
        assert (row.stop - ONSET) * SPEED <= row.high + 2 * SPEED * BIN
    one = ramps[(ramps.arm == ARMS[0].name) & (ramps.epoch == 1) & (ramps.population == "raphe")]
    assert one["low"].tolist() == [0.0, 10.0, 20.0, 30.0, 45.0, 60.0]


def test_a_steady_stimulus_is_one_window_of_its_strength(windows: pd.DataFrame) -> None:
    filaments = windows[(windows.purpose == "von_frey") & (windows.population == "raphe")]
    during = filaments[filaments.part == "during"]
    assert set(zip(during["low"], during["high"], strict=True)) == {(2.0, 2.0), (10.0, 10.0)}
    assert set(filaments["part"]) == {"before", "during"}
    assert set(windows.loc[windows.stimulus == "", "part"]) == {"rest"}


def test_epochs_say_what_was_done_as_their_records_do(study: StudyResults) -> None:
    one = study.epochs[study.epochs.arm == ARMS[1].name].set_index("epoch")
    assert one.loc[1, ["side", "stimulus", "unit"]].tolist() == ["ipsi", "force", "g"]
    assert one.loc[1, "strength"] == pytest.approx((2.5 - ONSET) * SPEED)
    assert one.loc[1, "onset"] == pytest.approx(ONSET)
    assert one.loc[8, ["stimulus", "side"]].tolist() == ["force+capsaicin", "ipsi"]
    assert one.loc[[10, 11], "phase"].tolist() == [INJECTED, INJECTED]
    assert one["dose_hours"].tolist() == pytest.approx((one["hours"] - 672.0).tolist())


def test_rates_of_a_band_are_chosen_for_spikes_too(study: StudyResults) -> None:
    grid = study.xarray(
        "rates", by=("arm", "low", "population"), assay="paw_pressure", side="ipsi", phase="", part="during"
    )
    assert grid.sizes == {"arm": 2, "low": 6, "population": 3}
    assert not np.isnan(grid).any()
