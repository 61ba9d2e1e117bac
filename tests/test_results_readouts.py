from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import SpikeTrain
from results.spikes.readouts import (
    bursts,
    first_spikes,
    mean_rate_hertz,
    peristimulus_histogram,
)


def train(spikes: list[tuple[float, int]], cells: int) -> SpikeTrain:
    spikes = sorted(spikes)
    return SpikeTrain(np.array([t for t, _ in spikes]), np.array([i for _, i in spikes], "u4"), cells)


def test_the_mean_rate_counts_silent_cells_and_leaves_the_stop_out() -> None:
    some = train([(0.0, 0), (0.5, 1), (1.0, 1), (2.0, 0)], 4)
    assert mean_rate_hertz(some, (0.0, 2.0)) == 3 / 8
    assert mean_rate_hertz(some, (1.0, 2.0)) == 1 / 4
    assert np.isnan(mean_rate_hertz(some, (1.0, 1.0)))


def test_a_latency_is_that_of_the_first_spike_of_a_cell_in_the_window() -> None:
    some = train([(0.9, 0), (1.25, 0), (1.1, 2), (1.2, 2), (2.0, 3)], 4)
    np.testing.assert_allclose(first_spikes(some, (1.0, 2.0)), [0.25, np.nan, 0.1, np.nan])


def test_a_histogram_averages_stimuli_and_cells() -> None:
    some = train([(1.05, 0), (3.05, 1), (3.15, 0), (0.95, 1)], 2)
    edges, rates = peristimulus_histogram(some, [1.0, 3.0], (-0.1, 0.2), 0.1)
    np.testing.assert_allclose(edges, [-0.1, 0.0, 0.1, 0.2])
    np.testing.assert_allclose(rates, np.array([1, 2, 1]) / (2 * 2 * 0.1))


@given(st.lists(st.floats(0, 9.99), max_size=50), st.integers(1, 5))
def test_a_histogram_loses_no_spike(seconds: list[float], cells: int) -> None:
    some = train([(t, 0) for t in seconds], cells)
    _, rates = peristimulus_histogram(some, [0.0], (0.0, 10.0), 0.5)
    assert np.isclose(rates.sum() * 0.5 * cells, len(seconds))


def test_a_histogram_needs_a_bin_and_a_stimulus() -> None:
    for stimuli, window in (([], (0.0, 1.0)), ([0.0], (0.0, 0.01))):
        with pytest.raises(ValueError, match="one stimulus or more and a window"):
            peristimulus_histogram(train([], 1), stimuli, window, 0.1)


def test_spontaneous_bursts_open_and_close_by_their_intervals() -> None:
    times = [0.0, 0.05, 0.2, 0.5, 1.0, 1.07, 2.0, 2.12]
    found = bursts(train([(t, 1) for t in times], 2), (0.0, 3.0), 0.08, 0.16)
    np.testing.assert_array_equal(found, [0, 2])
