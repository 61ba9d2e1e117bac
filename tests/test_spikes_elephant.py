"""Irregularity and synchrony: what Elephant gives is what NumPy and SciPy give, and right for known processes."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from elephant.statistics import cv
from scipy.stats import variation
from test_results_synthetic import poisson

from core.errors import UserError
from core.keys import stream
from core.records import SpikeTrain
from results.spikes.elephant_trains import cell_trains, neo_trains
from results.spikes.irregularity import fano_factor, interval_variation, local_variation, neighbour_variation
from results.spikes.synchrony import pairwise_correlation, spike_contrast

INTERVALS = (interval_variation, neighbour_variation, local_variation)


def trains_of(*cells: Any) -> SpikeTrain:
    """One population whose cells fire at the given times."""
    seconds = np.concatenate([np.asarray(times, float) for times in cells])
    index = np.repeat(np.arange(len(cells)), [len(times) for times in cells])
    order = np.argsort(seconds, kind="stable")
    return SpikeTrain(seconds[order], index[order].astype("u4"), len(cells))


CLOCK = trains_of(0.025 + 0.05 * np.arange(80), 0.02 + 0.05 * np.arange(80))
POISSON = poisson(stream("irregular"), 60, 20.0, 40.0)


def by_hand(times: np.ndarray) -> tuple[float, float, float]:
    """CV, CV2 and LV of one train, from their definitions."""
    gaps = np.diff(times)
    contrast = (gaps[1:] - gaps[:-1]) / (gaps[1:] + gaps[:-1])
    return float(variation(gaps)), float(np.mean(2 * abs(contrast))), float(np.mean(3 * contrast**2))


def test_the_irregularity_of_intervals_is_that_of_its_definition() -> None:
    window = (3.0, 17.0)
    inside = (POISSON.seconds >= 3.0) & (POISSON.seconds < 17.0)
    expected = np.array([by_hand(POISSON.seconds[inside & (POISSON.index == k)]) for k in range(60)])
    for measure, column in zip(INTERVALS, expected.T, strict=True):
        np.testing.assert_allclose(measure(POISSON, window), column, rtol=1e-9)
    of_elephant = [cv(np.diff(times)) for times in cell_trains(POISSON, window)]
    np.testing.assert_allclose(interval_variation(POISSON, window), of_elephant)


@pytest.mark.parametrize("measure", [*INTERVALS, fano_factor])
def test_a_clock_is_0_and_a_poisson_process_is_1(measure: Callable[..., np.ndarray]) -> None:
    np.testing.assert_allclose(measure(CLOCK, (0.0, 4.0)), 0.0, atol=1e-9)
    assert abs(np.nanmean(measure(POISSON, (0.0, 40.0))) - 1) < 0.02


def test_a_rate_that_drifts_moves_the_cv_and_not_the_local_variation() -> None:
    """Slow changes of the rate: what CV2 and LV are there for."""
    grid = np.linspace(0.0, 40.0, 4001)
    expected = np.concatenate([[0.0], np.cumsum(np.diff(grid) * (2.0 + 38.0 * (grid[1:] > 20.0)))])
    unit = np.cumsum(stream("drift").exponential(size=int(expected[-1]) - 1))
    drifting = trains_of(np.interp(unit[unit < expected[-1]], expected, grid))
    cv, cv2, lv = (measure(drifting, (0.0, 40.0))[0] for measure in INTERVALS)
    assert cv > 1.5
    assert cv2 == pytest.approx(1.0, abs=0.1)
    assert lv == pytest.approx(1.0, abs=0.15)


def test_cells_with_too_few_intervals_have_no_irregularity() -> None:
    few = trains_of([], [0.5], [0.1, 0.3], [0.1, 0.3, 0.4], [0.1, 0.2, 0.4, 0.7])
    for measure in INTERVALS:
        np.testing.assert_array_equal(np.isfinite(measure(few, (0.0, 1.0))), [False, False, False, False, True])
        np.testing.assert_array_equal(np.isfinite(measure(few, (0.0, 1.0), 2)), [False, False, False, True, True])


def test_the_fano_factor_counts_whole_pieces_of_the_window() -> None:
    """0.35 s hold three pieces of 0.1 s; the spike after them does not count, one at a border belongs to the next."""
    some = trains_of([1.0, 1.05, 1.1, 1.32], [1.0, 1.1, 1.2], [], [1.31])
    counts = np.array([2, 1, 0])
    expected = [counts.var() / counts.mean(), 0.0, np.nan, np.nan]
    np.testing.assert_allclose(fano_factor(some, (1.0, 1.35)), expected)
    assert np.isnan(fano_factor(some, (1.0, 1.15))).all()


def test_the_correlation_is_the_mean_over_pairs_of_cells_that_fire() -> None:
    some = poisson(stream("pairs"), 8, 15.0, 5.0)
    silent = SpikeTrain(some.seconds, some.index, 10)
    counts = np.array([np.histogram(some.seconds[some.index == k], 500, (0.0, 5.0))[0] for k in range(8)])
    expected = np.mean([np.corrcoef(counts[a], counts[b])[0, 1] for a, b in combinations(range(8), 2)])
    assert pairwise_correlation(silent, (0.0, 5.0)) == pytest.approx(expected, rel=1e-9)


def test_equal_trains_are_in_synchrony_and_independent_ones_are_not() -> None:
    times = np.sort(stream("equal").uniform(0, 5, 60))
    equal = trains_of(times, times, times)
    assert pairwise_correlation(equal, (0.0, 5.0)) == pytest.approx(1.0)
    assert spike_contrast(equal, (0.0, 5.0)) > 0.9
    independent = poisson(stream("independent"), 20, 12.0, 20.0)
    assert abs(pairwise_correlation(independent, (0.0, 20.0))) < 0.01
    assert spike_contrast(independent, (0.0, 20.0)) < 0.3


def contrast_by_hand(trains: list[np.ndarray], stop: float) -> float:
    """Spike-contrast (Ciba et al. 2018) as Elephant defines it: half-overlapping bins that shrink by a tenth."""
    shortest = min(np.diff(times).min() for times in trains)
    found, width = [], stop / 2
    while width >= max(shortest / 2, 0.01):
        edges = np.arange(-shortest, stop + shortest + width / 2, width / 2)
        halves = np.array([np.histogram(times, edges)[0] for times in trains])
        counts = halves[:, :-1] + halves[:, 1:]
        total, active = counts.sum(axis=0), np.count_nonzero(counts, axis=0)
        together = (np.sum(active * total) / np.sum(total) - 1) / (len(trains) - 1)
        found.append(together * np.abs(np.diff(total)).sum() / (2 * sum(map(len, trains))))
        width *= 0.9
    return float(max(found))


def test_the_contrast_is_that_of_its_definition() -> None:
    some = poisson(stream("contrast"), 6, 6.0, 4.0)
    trains = [some.seconds[some.index == k] for k in range(6)]
    assert spike_contrast(some, (0.0, 4.0)) == pytest.approx(contrast_by_hand(trains, 4.0), rel=1e-9)


def test_too_few_cells_have_neither_correlation_nor_synchrony() -> None:
    for few in (trains_of([], []), trains_of([0.1, 0.2], []), trains_of([0.1, 0.2], [0.3])):
        assert np.isnan(spike_contrast(few, (0.0, 1.0)))
    assert np.isnan(pairwise_correlation(trains_of([0.1, 0.2], []), (0.0, 1.0)))


def test_trains_hold_the_spikes_of_their_window() -> None:
    some = trains_of([0.5, 1.0, 1.4], [], [1.2, 2.0], [1.999])
    assert [times.tolist() for times in cell_trains(some, (1.0, 2.0))] == [[1.0, 1.4], [], [1.2], [1.999]]
    found = neo_trains(some, (1.0, 2.0))
    assert [train.magnitude.tolist() for train in found] == [[1.0, 1.4], [1.2], [1.999]]
    assert {(float(train.t_start), float(train.t_stop), str(train.dimensionality)) for train in found} == {
        (1.0, 2.0, "s")
    }


def test_a_missing_elephant_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.split(".")[0] == "elephant":
            raise ModuleNotFoundError("No module named 'elephant'", name="elephant")
        return really(name, *more)

    for name in [name for name in sys.modules if name.split(".")[0] == "elephant"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UserError, match=r'need Elephant .*pip install "bluespot\[analysis\]"'):
        local_variation(CLOCK, (0.0, 1.0))
