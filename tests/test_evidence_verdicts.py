"""The rules from an estimate to a verdict, and the statistics, on numbers made up for the purpose."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from evidence_samples import OUTCOME, VALUE, finding

from experiments.evidence.estimation import estimate as estimate_of
from experiments.evidence.finding import Outcome
from experiments.evidence.outcome_statistics import STATISTICS, Value
from experiments.evidence.verdict import (
    DIRECTION,
    NOT_REPRODUCED,
    NOT_TESTABLE,
    REPRODUCED,
    JudgedFinding,
    judge_outcome,
)
from results.statistics.intervals import Estimate

NOTHING = math.nan


def outcome(**changes: Any) -> Outcome:
    return Outcome.model_validate(OUTCOME | changes)


def estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(8, value, NOTHING, low, high)


@pytest.mark.parametrize(
    ("numbers", "verdict", "too_few"),
    [
        ((1.5, 1.2, 1.8), REPRODUCED, False),
        ((1.3, 1.1, 1.5), REPRODUCED, False),  # the end counts
        ((1.2, 1.1, 1.3), DIRECTION, False),  # its interval reaches the target, the estimate does not
        ((2.5, 2.0, 3.0), DIRECTION, False),
        ((1.5, 0.9, 2.1), NOT_REPRODUCED, True),  # covers both no effect and the target
        ((1.0, 0.9, 1.1), NOT_REPRODUCED, False),  # no effect, and sure of it
        ((0.7, 0.6, 0.8), NOT_REPRODUCED, False),  # the other way
        ((1.5, NOTHING, NOTHING), NOT_REPRODUCED, True),  # no interval
    ],
)
def test_an_effect_of_a_published_size(numbers: Any, verdict: Any, too_few: bool) -> None:
    found = judge_outcome(outcome(), estimate(*numbers))
    assert (found.verdict, found.too_few) == (verdict, too_few)


@pytest.mark.parametrize(
    ("expected", "numbers", "verdict", "too_few"),
    [
        ("up", (9.0, 1.1, 17.0), REPRODUCED, False),
        ("up", (1.2, 0.8, 1.6), NOT_REPRODUCED, True),
        ("up", (0.9, 0.7, 1.1), NOT_REPRODUCED, False),
        ("down", (0.8, 0.7, 0.9), REPRODUCED, False),
        ("down", (1.8, 1.7, 1.9), NOT_REPRODUCED, False),
    ],
)
def test_a_direction_alone(expected: str, numbers: tuple[float, ...], verdict: Any, too_few: bool) -> None:
    found = judge_outcome(outcome(expected=expected, target=None, low=None, high=None), estimate(*numbers))
    assert (found.verdict, found.too_few) == (verdict, too_few)


@pytest.mark.parametrize(
    ("expected", "numbers", "verdict", "too_few"),
    [
        ("same", (1.0, 0.95, 1.05), REPRODUCED, False),
        ("same", (1.05, 1.02, 1.08), REPRODUCED, False),  # an effect, but within the margin
        ("same", (1.0, 0.8, 1.2), NOT_REPRODUCED, True),
        ("same", (1.4, 1.3, 1.5), NOT_REPRODUCED, False),
        ("value", (1.0, 0.5, 1.5), REPRODUCED, False),
        ("value", (1.2, 1.0, 1.4), NOT_REPRODUCED, True),
        ("value", (2.0, 1.9, 2.1), NOT_REPRODUCED, False),
    ],
)
def test_no_effect_and_plain_numbers(expected: str, numbers: tuple[float, ...], verdict: Any, too_few: bool) -> None:
    found = judge_outcome(outcome(expected=expected, target=None, low=0.9, high=1.1), estimate(*numbers))
    assert (found.verdict, found.too_few) == (verdict, too_few)


def test_a_finding_is_as_good_as_its_worst_outcome() -> None:
    good, half = judge_outcome(outcome(), estimate(1.5, 1.2, 1.8)), judge_outcome(outcome(), estimate(1.2, 1.1, 1.3))
    wide, bad = judge_outcome(outcome(), estimate(1.5, 0.9, 2.1)), judge_outcome(outcome(), estimate(1.0, 0.9, 1.1))
    one = finding()
    assert JudgedFinding(one, (good, good)).verdict == REPRODUCED
    assert JudgedFinding(one, (good, half)).verdict == DIRECTION
    assert JudgedFinding(one, (good, half, bad)).verdict == NOT_REPRODUCED
    assert JudgedFinding(one, (good, wide)).too_few
    assert not JudgedFinding(one, (bad, wide)).too_few, "more animals would not change the verdict"


def test_what_the_model_lacks_is_not_testable() -> None:
    one = finding(study=None, outcomes=[], not_testable="The model has no glia.")
    assert JudgedFinding(one, ()).verdict == NOT_TESTABLE


# --- statistics -----------------------------------------------------------------------------------------------

ANIMALS = np.arange(1, 41)
NOISE = np.random.default_rng(3).normal(0.0, 1.0, 40)


def reader(**levels: float) -> Any:
    """Arms of the given mean, with the animal's own deviation in all of them; days add nothing."""

    def read(arm: str, value: Value) -> Mapping[int, float]:
        return dict(zip(ANIMALS.tolist(), levels[arm] + NOISE, strict=True))

    return read


def number(statistic: str, read: Any, **changes: Any) -> Estimate:
    names = {"arm": "a", "reference": "r", "blocked": "ab", "blocked_reference": "rb"}
    return estimate_of(outcome(statistic=statistic, **(names | changes)), read)


def test_paired_arms_lose_what_is_the_animals_own() -> None:
    found = number("difference", reader(a=30.0, r=20.0))
    assert (found.value, found.low, found.high) == pytest.approx((10.0, 10.0, 10.0))
    alone = number("mean", reader(a=30.0))
    assert alone.high - alone.low > 0.3


def test_statistics_are_what_their_names_say() -> None:
    read = reader(a=30.0, r=20.0, ab=23.0, rb=21.0)
    off = NOISE.mean()
    assert number("ratio", read).value == pytest.approx((30 + off) / (20 + off))
    assert number("percent_change", read).value == pytest.approx(100 * ((30 + off) / (20 + off) - 1))
    assert number("percent_effect", read, maximum=45.0).value == pytest.approx(100 * 10 / (25 - off))
    assert number("percent_blocked", read).value == pytest.approx(80.0)
    assert number("percent_of_baseline", read, baseline_day=1).value == pytest.approx(100.0)


def test_the_day_of_half_the_effect() -> None:
    def read(arm: str, value: Value) -> Mapping[int, float]:
        gain = {0: 0.0, 1: 4.0, 3: 8.0, 7: 10.0}[value.day] if arm == "a" else 0.0
        return dict(zip(ANIMALS.tolist(), gain + 0.01 * NOISE, strict=True))

    found = number("half_effect_day", read, days=[0, 1, 3, 7], expected="value")
    assert found.value == pytest.approx(1.5)
    assert found.low <= 1.5 <= found.high
    none = number("half_effect_day", reader(a=20.0, r=20.0), days=[0, 1, 3, 7], expected="value")
    assert math.isnan(none.value)
    assert judge_outcome(outcome(expected="value"), none).verdict == NOT_REPRODUCED


def test_every_statistic_is_computed() -> None:
    from experiments.evidence.estimation import _STATISTICS

    assert _STATISTICS.keys() == STATISTICS.keys()
    assert Value.model_validate(VALUE).day == 3
