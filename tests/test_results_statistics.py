from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from results.statistics.intervals import mean_interval, paired_difference, ratio_of_means

ANIMALS = st.lists(st.tuples(st.floats(1, 200), st.floats(1, 200)), min_size=3, max_size=12)


def test_the_mean_has_the_interval_of_a_hand_calculation() -> None:
    """4, 6, 8: s = 2, SEM = 2 / sqrt 3, t(0.975, 2) = 4.3027."""
    found = mean_interval(np.array([4.0, 6.0, 8.0]))
    assert (found.n, found.value) == (3, 6.0)
    assert found.sem == pytest.approx(1.154701, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((6 - 4.302653 * 1.154701, 6 + 4.302653 * 1.154701), abs=1e-5)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20))
def test_the_interval_is_that_of_scipy(values: list[float]) -> None:
    assume(np.std(values) > 1e-6)
    found = mean_interval(np.array(values), 0.9)
    expected = stats.ttest_1samp(values, 0.0).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-6, abs=1e-9)


def test_one_animal_has_no_interval_and_none_no_mean() -> None:
    one, none = mean_interval(np.array([3.0, np.nan])), mean_interval(np.array([]))
    assert (one.n, one.value) == (1, 3.0)
    assert np.isnan([one.sem, one.low, one.high]).all()
    assert none.n == 0
    assert np.isnan(none.value)


@given(ANIMALS)
def test_the_paired_difference_is_that_of_scipy(pairs: list[tuple[float, float]]) -> None:
    values, references = np.array(pairs).T
    assume(np.std(values - references) > 1e-3)
    found = paired_difference(values, references)
    expected = stats.ttest_rel(values, references).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-6, abs=1e-6)


@given(ANIMALS)
def test_the_ends_of_fiellers_interval_are_just_rejected(pairs: list[tuple[float, float]]) -> None:
    """At each end r, a paired t test of values against r x references has p = 0.05; within, a larger one."""
    values, references = np.array(pairs).T
    found = ratio_of_means(values, references)
    assume(np.isfinite(found.low) and found.high - found.low > 1e-3)
    for end in (found.low, found.high):
        assume(np.std(values - end * references) > 1e-3)
        assert stats.ttest_rel(values, end * references).pvalue == pytest.approx(0.05, abs=1e-4)
    assert found.low <= found.value <= found.high


def test_the_ratio_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(1000):
        animal = rng.normal(0, 10, 8)
        found = ratio_of_means(150 + animal + rng.normal(0, 8, 8), 100 + animal + rng.normal(0, 8, 8))
        covered += found.low <= 1.5 <= found.high
    assert abs(covered / 1000 - 0.95) < 0.02


def test_a_ratio_to_nothing_has_no_interval() -> None:
    values = np.array([5.0, 6.0, 7.0])
    found = ratio_of_means(values, np.array([-1.0, 0.5, 1.0]))
    assert np.isnan([found.low, found.high]).all()
    assert np.isnan(ratio_of_means(values, np.zeros(3)).value)
    assert np.isnan(ratio_of_means(np.array([]), np.array([])).value)
    one = ratio_of_means(np.array([6.0]), np.array([3.0]))
    assert one.value == 2.0
    assert np.isnan(one.low)
