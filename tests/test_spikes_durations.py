"""How long a population answers, by trains whose first and last spikes are known."""

from __future__ import annotations

import numpy as np
import pytest

from core.records import SpikeTrain
from results.spikes.durations import after_discharge_seconds, response_seconds, response_span

STIMULUS, STOP = (1.0, 2.0), 4.0


def train(*spells: tuple[float, float], every: float = 0.02, cells: int = 3) -> SpikeTrain:
    """Cells that fire together, so often in each spell."""
    moments = np.concatenate([np.arange(begin, end, every) for begin, end in spells]) if spells else np.zeros(0)
    return SpikeTrain(np.repeat(moments, cells), np.tile(np.arange(cells, dtype="u4"), len(moments)), cells)


def test_a_response_goes_from_its_first_bin_to_its_last() -> None:
    found = train((1.11, 2.58))
    assert response_span(found, STIMULUS, STOP) == pytest.approx((1.1, 2.6))
    assert response_seconds(found, STIMULUS, STOP) == pytest.approx(1.5)
    assert after_discharge_seconds(found, STIMULUS, STOP) == pytest.approx(0.6)


def test_a_short_pause_does_not_end_a_response_and_a_long_one_does() -> None:
    strokes = train((1.01, 1.29), (1.71, 1.99))
    assert response_seconds(strokes, STIMULUS, STOP) == pytest.approx(1.0)
    late = train((1.01, 1.29), (1.91, 2.5))
    assert response_seconds(late, STIMULUS, STOP) == pytest.approx(0.3)
    assert after_discharge_seconds(late, STIMULUS, STOP) == 0.0


def test_what_fires_on_as_before_is_no_response() -> None:
    steady = train((0.02, 4.0), every=0.05)
    assert response_span(steady, STIMULUS, STOP) is None
    assert response_seconds(steady, STIMULUS, STOP) == 0.0
    assert response_seconds(train(), STIMULUS, STOP) == 0.0


def test_a_response_beyond_rest_needs_three_deviations() -> None:
    """Bins before hold 3 and 6 spikes in turn: mean 4.5, deviation 1.5; more than 9 are a response."""
    moments = np.concatenate([np.arange(0.01, 1.0, 0.05), np.arange(0.03, 1.0, 0.1)])
    eight, ten = np.repeat(1.02, 8), np.repeat(1.12, 10)
    before = np.repeat(np.sort(moments), 3)
    for more, expected in ((eight, 0.0), (ten, 0.05)):
        seconds = np.concatenate([before, more])
        spikes = SpikeTrain(seconds, np.zeros(len(seconds), "u4"), 3)
        assert response_seconds(spikes, STIMULUS, STOP) == pytest.approx(expected)


def test_what_begins_long_after_the_stimulus_is_no_response_to_it() -> None:
    assert response_span(train((2.41, 2.9)), STIMULUS, STOP) == pytest.approx((2.4, 2.9))
    assert response_span(train((2.61, 2.9)), STIMULUS, STOP) is None


def test_a_response_that_does_not_end_lasts_to_the_end_of_the_epoch() -> None:
    assert after_discharge_seconds(train((1.5, 4.0)), STIMULUS, STOP) == pytest.approx(2.0)


def test_a_stimulus_from_the_start_has_no_rest_before_it() -> None:
    assert response_span(train((0.2, 0.39)), (0.0, 0.5), STOP) == pytest.approx((0.2, 0.4))
