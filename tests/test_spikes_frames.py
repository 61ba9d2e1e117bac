"""Frames of spike measures, histograms and response curves against counts by NumPy and SciPy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_results_synthetic import poisson

from core.errors import UserError
from core.keys import stream
from core.records import SpikeTrain
from core.stimulus_course import BIN, StimulusCourse, applied_stimuli, windows
from results.frames.spikes import EpochTrain
from results.spikes import measures as measures_module
from results.spikes.histograms import bin_edges, histogram
from results.spikes.irregularity import fano_factor, interval_variation, local_variation, neighbour_variation
from results.spikes.measures import MEASURES, spike_measures
from results.spikes.over_animals import over_animals
from results.spikes.readouts import bursts
from results.spikes.responses import responses
from results.spikes.synchrony import pairwise_correlation, spike_contrast

#: Seconds of an epoch whose stimulus lasts from 1 to 3 s.
SECONDS, BEGIN, END = 4.0, 1.0, 3.0
CELLS = 6
PARTS = {"before": (0.0, BEGIN), "during": (BEGIN, END), "after": (END, SECONDS)}
ARMS = ("sham", "ligated")


def held(grams: float) -> StimulusCourse:
    time = np.arange(round(SECONDS / BIN)) * BIN
    return StimulusCourse("force", "ipsi", np.where((time >= BEGIN) & (time < END), grams, 0.0))


def driven(rng: np.random.Generator, rates: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Poisson spikes whose rate differs from part to part."""
    parts = [(poisson(rng, CELLS, rate, b - a), a) for rate, (a, b) in zip(rates, PARTS.values(), strict=True)]
    return np.concatenate([t.seconds + a for t, a in parts]), np.concatenate([t.index for t, _ in parts]).astype("i4")


def epochs_of(strengths: Iterable[float], animals: Iterable[int]) -> pd.DataFrame:
    found = [
        {"arm": arm, "animal": animal, "epoch": epoch, "purpose": "held_force", "day": 13, "hour": 2.0, "phase": ""}
        | vars(applied_stimuli([held(grams)], SECONDS))
        | {"seconds": SECONDS}
        for arm in ARMS
        for animal in animals
        for epoch, grams in enumerate(strengths)
    ]
    return pd.DataFrame(found).astype({"arm": pd.CategoricalDtype(list(ARMS)), "animal": "i4", "epoch": "i4"})


def windows_of(epochs: pd.DataFrame) -> pd.DataFrame:
    columns = ["arm", "animal", "epoch", "purpose", "day", "hour", "phase", "side", "stimulus", "strength"]
    rows = [
        {**{name: row[name] for name in columns}, **vars(window)}
        for row in epochs.to_dict("records")
        for window in windows([held(row["strength"])], SECONDS)
    ]
    return pd.DataFrame(rows).astype({"arm": epochs["arm"].dtype, "animal": "i4", "epoch": "i4"})


def trains_of(epochs: pd.DataFrame, population: str = "ipsi_projection") -> Iterator[EpochTrain]:
    """Cells that answer force; more in ligated animals. Animal 3 is silent."""
    for row in epochs.to_dict("records"):
        gain = (1.0 if row["arm"] == "sham" else 3.0) * (row["animal"] < 3)
        rng = stream(row["arm"], row["animal"], row["epoch"])
        seconds, cell = driven(rng, (2.0 * gain, 2.0 * gain + 0.1 * gain * row["strength"], 4.0 * gain))
        yield EpochTrain(row["arm"], row["animal"], row["epoch"], population, CELLS, seconds, cell)


EPOCHS = epochs_of((20.0, 60.0), (1, 2, 3))
WINDOWS = windows_of(EPOCHS)
TRAINS = list(trains_of(EPOCHS))
FOUND = spike_measures(TRAINS, WINDOWS, list(MEASURES))


def row_of(arm: str, animal: int, epoch: int, part: str) -> pd.Series:
    kept = (FOUND["arm"] == arm) & (FOUND["animal"] == animal) & (FOUND["epoch"] == epoch) & (FOUND["part"] == part)
    (row,) = (row for _, row in FOUND[kept].iterrows())
    return row


def test_there_is_a_row_for_each_population_and_window() -> None:
    assert len(FOUND) == 2 * 3 * 2 * 3
    assert list(FOUND.columns[-len(MEASURES) :]) == list(MEASURES)
    assert set(FOUND["population"]) == {"ipsi_projection"}
    assert isinstance(FOUND["arm"].dtype, pd.CategoricalDtype)


@pytest.mark.parametrize("train", [TRAINS[0], TRAINS[3], TRAINS[7]], ids=lambda t: f"{t.arm} {t.animal} {t.epoch}")
@pytest.mark.parametrize("part", PARTS)
def test_measures_are_those_of_the_window(train: Any, part: Any) -> None:
    start, stop = PARTS[part]
    inside = (train.seconds >= start) & (train.seconds < stop)
    row, spikes, window = (
        row_of(train.arm, train.animal, train.epoch, part),
        SpikeTrain(train.seconds, train.cell, 6),
        (
            start,
            stop,
        ),
    )
    assert row["rate"] == pytest.approx(inside.sum() / CELLS / (stop - start))
    assert row["recruited"] == len(set(train.cell[inside])) / CELLS
    firsts = [train.seconds[inside & (train.cell == k)].min() for k in set(train.cell[inside])]
    expected = np.median(firsts) - start if part == "during" else np.nan
    np.testing.assert_allclose(row["latency"], expected)
    for name, measure in (
        ("cv", interval_variation),
        ("cv2", neighbour_variation),
        ("lv", local_variation),
        ("fano", fano_factor),
    ):
        each = measure(spikes, window)
        np.testing.assert_allclose(row[name], np.nanmean(each) if np.isfinite(each).any() else np.nan)
    np.testing.assert_allclose(row["correlation"], pairwise_correlation(spikes, window))
    np.testing.assert_allclose(row["synchrony"], spike_contrast(spikes, window), atol=1e-6)
    assert row["burst_rate"] == pytest.approx(bursts(spikes, window, 0.08, 0.16).mean() / (stop - start))


def test_what_is_evoked_is_beyond_the_rate_before() -> None:
    before, during, after = (row_of("ligated", 1, 1, part) for part in PARTS)
    assert np.isnan(before["evoked_rate"])
    assert np.isnan(before["after_discharge"])
    assert during["evoked_rate"] == pytest.approx(during["rate"] - before["rate"])
    assert np.isnan(during["after_discharge"])
    assert after["after_discharge"] == pytest.approx((after["rate"] - before["rate"]) * (SECONDS - END))


def test_a_silent_population_has_a_rate_and_a_share_of_0_and_nothing_else() -> None:
    silent = FOUND[FOUND["animal"] == 3]
    assert (silent[["rate", "recruited", "burst_rate"]] == 0.0).all(axis=None)
    told = ["latency", "cv", "cv2", "lv", "fano", "correlation", "synchrony"]
    assert silent[told].isna().all(axis=None)


def test_a_spike_at_the_end_of_the_epoch_counts_in_its_last_window() -> None:
    train = EpochTrain("sham", 1, 0, "raphe", 1, np.array([0.5, 1.0, 4.0]), np.zeros(3, "i4"))
    found = spike_measures([train], WINDOWS[(WINDOWS["arm"] == "sham") & (WINDOWS["animal"] == 1)], ["rate"])
    assert found["rate"].tolist() == [1.0, 0.5, 1.0]


def test_synchrony_is_measured_where_it_is_named_only() -> None:
    found = spike_measures(TRAINS[:1], WINDOWS)
    assert list(found.columns[found.columns.get_loc("cells") + 1 :]) == [
        name for name in MEASURES if name != "synchrony"
    ]


def test_only_what_is_asked_for_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> float:
        raise AssertionError

    monkeypatch.setattr(measures_module, "spike_contrast", never)
    found = spike_measures(TRAINS[:1], WINDOWS, ["after_discharge", "recruited"])
    assert list(found.columns[-3:]) == ["cells", "after_discharge", "recruited"]
    with pytest.raises(UserError, match='no measure "cv3"'):
        spike_measures(TRAINS[:1], WINDOWS, ["cv3"])


def test_every_measure_lies_within_its_bounds() -> None:
    for name, measure in MEASURES.items():
        values = FOUND[name].dropna()
        assert len(values), name
        assert values.between(*measure.bounds).all(), name


# --- histograms -----------------------------------------------------------------------------------------------


def test_a_histogram_is_the_mean_of_an_animal_s_epochs_by_numpy() -> None:
    found = histogram(TRAINS, EPOCHS, 0.25)
    edges = np.arange(-1.0, 3.01, 0.25)
    for (arm, animal), part in found.groupby(["arm", "animal"], observed=True):
        own = [train for train in TRAINS if (train.arm, train.animal) == (arm, animal)]
        counts = np.mean([np.histogram(train.seconds - BEGIN, edges)[0] for train in own], axis=0)
        np.testing.assert_allclose(part["seconds"], edges[:-1] + 0.125)
        np.testing.assert_allclose(part["rate"], counts / CELLS / 0.25)
    assert (found.loc[found["animal"] == 3, "rate"] == 0.0).all()


def test_a_histogram_can_be_cut_to_a_span() -> None:
    found = histogram(TRAINS, EPOCHS, 0.1, (-0.25, 0.55))
    assert found["seconds"].unique() == pytest.approx(np.arange(-0.2, 0.55, 0.1))


def test_bins_begin_at_the_onset() -> None:
    epochs = EPOCHS.assign(onset=[1.0, 1.03] * 6)
    edges = bin_edges(epochs, 0.3)
    assert np.abs(edges).min() == pytest.approx(0.0)
    assert edges[0] >= -1.0
    assert edges[-1] <= 2.97


@pytest.mark.parametrize(
    ("bin_seconds", "span", "told"),
    [
        (0.0, None, "bin_seconds = 0.0"),
        (float("nan"), None, "bin_seconds = nan"),
        (5.0, None, "from -0 to 3 s: expected a whole bin of 5 s or more"),
        (0.1, (-1.5, 1.0), "from -1 s on and up to 3 s"),
        (0.1, (0.0, 3.5), "from 0 to 3.5 s"),
        (0.1, (1.0, 1.0), "from 1 to 1 s"),
    ],
)
def test_a_span_that_cannot_be_is_told(bin_seconds: Any, span: Any, told: str) -> None:
    with pytest.raises(UserError, match=told):
        histogram(TRAINS, EPOCHS, bin_seconds, span)


def test_epochs_without_an_onset_have_no_histogram() -> None:
    with pytest.raises(UserError, match="not in files of format version 1"):
        histogram(TRAINS, EPOCHS.assign(onset=np.nan), 0.1)


# --- over animals ---------------------------------------------------------------------------------------------


def test_the_animal_is_the_unit_of_an_interval() -> None:
    """Two epochs of an animal are its mean, and the interval is Student's t over animals."""
    during = FOUND[FOUND["part"] == "during"]
    found = over_animals(during, "evoked_rate", ["arm"])
    assert found["n"].tolist() == [3, 3]
    for row in found.itertuples():
        values = during[during["arm"] == row.arm].groupby("animal")["evoked_rate"].mean()
        low, high = stats.t.interval(0.95, 2, values.mean(), stats.sem(values))
        assert (row.mean, row.lower, row.upper) == pytest.approx((values.mean(), low, high))


def test_intervals_stay_within_what_can_be_and_missing_numbers_do_not_count() -> None:
    found = over_animals(FOUND, "recruited", ["arm", "part"])
    assert found["lower"].dropna().ge(0.0).all()
    assert found["upper"].dropna().le(1.0).all()
    latency = over_animals(FOUND[FOUND["part"] == "during"], "latency", ["arm"])
    assert latency["n"].tolist() == [2, 2], "a silent animal has no latency"
    assert (
        over_animals(FOUND[FOUND["animal"] == 3], "cv", ["arm"])[["n", "mean"]].to_numpy().tolist()
        == [[0, pytest.approx(np.nan, nan_ok=True)]] * 2
    )


def test_groups_are_in_order_and_one_animal_has_no_interval() -> None:
    one = over_animals(FOUND[FOUND["animal"] == 1], "rate", ["arm", "part"])
    assert one["arm"].tolist() == ["sham"] * 3 + ["ligated"] * 3
    assert one["lower"].isna().all()
    with pytest.raises(UserError, match='over_animals: no column "populaton"'):
        over_animals(FOUND, "rate", ["populaton"])


# --- responses ------------------------------------------------------------------------------------------------


def test_a_response_curve_has_the_rates_and_shares_of_each_strength() -> None:
    rates = FOUND.assign(active=FOUND["recruited"] * FOUND["cells"]).drop(columns=["recruited", "evoked_rate"])
    found = responses(rates)
    assert len(found) == 2 * 3 * 2
    assert found["low"].tolist() == found["high"].tolist() == [20.0, 60.0] * 6
    during = FOUND[FOUND["part"] == "during"]
    for name in ("rate", "evoked_rate", "recruited"):
        np.testing.assert_allclose(found[name], during[name])
