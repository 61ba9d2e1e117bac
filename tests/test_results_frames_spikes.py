"""Spikes and grids of a study: what is chosen, what is refused, and that Neo and Elephant take them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_results_frames import CELLS, EPOCHS, INJECTED, folder, study

from core.errors import UserError
from results.files.store import animal_path, read_spikes
from results.frames import spikes as spikes_module
from results.study import StudyResults

__all__ = ["folder", "study"]


def test_spikes_are_those_of_the_file(study: StudyResults, folder: Path) -> None:
    found = study.spikes(population=["raphe", "ipsi_projection"], arm="ligated-vehicle", animal=2)
    epochs = {(row.epoch): row.label for row in study.epochs.itertuples()}
    for (epoch, population), part in found.groupby(["epoch", "population"], observed=True):
        train = read_spikes(animal_path(folder, "ligated-vehicle", 2), population, epochs[epoch])
        np.testing.assert_array_equal(part["seconds"], train.seconds)
        np.testing.assert_array_equal(part["cell"], train.index)
    counts = study.rates.groupby("population", observed=True)["spikes"].sum()
    assert study.spikes().groupby("population", observed=True).size().to_dict() == counts.to_dict()


@pytest.mark.parametrize(
    ("selection", "epochs"),
    [
        ({"assay": "rest"}, [0, 10]),
        ({"assay": "rest", "phase": ""}, [0]),
        ({"phase": INJECTED}, [10, 11]),
        ({"assay": "paw_pressure", "side": "contra"}, [2]),
        ({"stimulus": "force", "strength": [2, 10]}, [3, 4]),
        ({"day": 28, "hour": 2.3}, [1, 2]),
        ({"epoch": range(2)}, [0, 1]),
    ],
)
def test_epochs_are_chosen_by_what_was_done(study: StudyResults, selection: Any, epochs: Any) -> None:
    found = study.spikes(population="contra_projection", animal=2, **selection)
    assert sorted(found["epoch"].unique()) == epochs


@pytest.mark.parametrize(
    ("selection", "told"),
    [
        ({"population": "ipsi_projecton"}, 'no population "ipsi_projecton". Nearest: ipsi_projection'),
        ({"popultion": "raphe"}, 'no choice "popultion". Nearest: population'),
        ({"phase": "idazoxan"}, f'no phase "idazoxan". Nearest: {INJECTED}'),
        ({"assay": "von_fray"}, 'no assay "von_fray". Nearest: von_frey'),
        ({"day": 27}, "no day 27. There are: 28"),
        ({"day": "28"}, "day is '28'; expected a number"),
        ({"arm": 1}, 'arm is 1; expected a text, such as "sham-vehicle"'),
        ({"assay": "rest", "side": "ipsi"}, "no side='ipsi' where assay='rest'; there: \"\""),
        ({"as_": "nwb"}, 'no form of spikes "nwb"'),
    ],
)
def test_what_is_not_there_is_told(study: StudyResults, selection: Any, told: str) -> None:
    with pytest.raises(UserError) as caught:
        study.spikes(**selection)
    assert told in str(caught.value)


def test_more_spikes_than_fit_into_memory_are_refused(study: StudyResults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spikes_module, "MOST_SPIKES", 10)
    with pytest.raises(UserError, match="more than 10 are asked for"):
        study.spikes()


def test_neo_gets_one_annotated_train_for_each_cell(study: StudyResults) -> None:
    trains = study.spikes("neo", population="raphe", arm="sham-vehicle", assay="rest")
    assert len(trains) == 2 * 2 * CELLS["raphe"]
    frame = study.spikes(population="raphe", arm="sham-vehicle", assay="rest")
    for train in trains:
        notes = train.annotations
        rows = frame[
            (frame.animal == notes["animal"]) & (frame.epoch == notes["epoch"]) & (frame.cell == notes["cell"])
        ]
        np.testing.assert_array_equal(train.times.rescale("s").magnitude, rows["seconds"])
        assert float(train.t_stop.rescale("s")) == EPOCHS[notes["epoch"]][2]
        assert (notes["arm"], notes["population"], notes["purpose"]) == ("sham-vehicle", "raphe", "rest")
    assert {train.annotations["phase"] for train in trains} == {"", INJECTED}


def test_elephant_takes_the_trains(study: StudyResults) -> None:
    from elephant.statistics import mean_firing_rate

    trains = study.spikes("neo", population="raphe", arm="sham-vehicle", animal=1, assay="rest", phase="")
    rate = np.mean([mean_firing_rate(train).rescale("Hz").magnitude for train in trains])
    rows = study.rates
    one = rows[(rows.arm == "sham-vehicle") & (rows.animal == 1) & (rows.epoch == 0) & (rows.population == "raphe")]
    assert rate == pytest.approx(one["rate"].item())


def test_a_grid_holds_the_rates(study: StudyResults) -> None:
    grid = study.xarray("rates", part="rest", assay="rest", phase="")
    assert grid.dims == ("arm", "animal", "day", "population")
    assert grid.shape == (2, 2, 1, 3)
    assert grid.attrs["unit"] == "Hz"
    for row in study.rates[(study.rates.purpose == "rest") & (study.rates.phase == "")].itertuples():
        found = grid.sel(arm=row.arm, animal=row.animal, day=row.day, population=row.population)
        assert float(found) == row.rate
    assert list(grid["arm"].values) == ["sham-vehicle", "ligated-vehicle"]


def test_a_grid_averages_nothing_that_is_unlike(study: StudyResults) -> None:
    with pytest.raises(UserError) as caught:
        study.xarray("rates", assay="rest")
    assert "2 values stand for arm sham-vehicle, animal 1, day 28, population ipsi_projection" in str(caught.value)
    assert f'They differ in phase ("", "{INJECTED}"); hour (0, 3.5)' in str(caught.value)
    both = study.xarray("rates", by=("phase", "animal", "population"), arm="sham-vehicle", assay="rest")
    assert both.shape == (2, 2, 3)


def test_places_without_a_value_are_nan(study: StudyResults) -> None:
    grid = study.xarray("assays", by=("animal", "hour", "name", "side"), arm="sham-vehicle")
    assert np.isnan(grid).any()
    assert float(grid.sel(animal=1, hour=2.3, name="paw_pressure_threshold", side="contra")) == 128.0
    with pytest.raises(UserError, match=r'no frame "rate"\. Nearest: rates'):
        study.xarray("rate")
    with pytest.raises(UserError, match=r'no column "popultion"\. Nearest: population'):
        study.xarray("rates", by=("popultion",))
