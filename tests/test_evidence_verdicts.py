"""The rules from an estimate to a verdict, and the statistics, on numbers made up for the purpose."""

from __future__ import annotations

import math
from typing import Any

import pytest
from evidence_samples import OUTCOME, finding

from experiments.evidence.outcome import Outcome
from experiments.evidence.verdict import (
    DIRECTION,
    NOT_REPRODUCED,
    NOT_SHOWN,
    NOT_TESTABLE,
    REPRODUCED,
    JudgedFinding,
    judge_finding,
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


@pytest.mark.parametrize(
    ("expected", "numbers", "band", "verdict", "too_few"),
    [
        ("up", (1.5, 1.2, 1.8), (0.7, 1.4), REPRODUCED, False),
        ("up", (1.5, 1.2, 1.8), (0.5, 1.5), NOT_REPRODUCED, True),  # a repeated vehicle shows as much
        ("up", (1.2, 1.1, 1.3), (0.7, 1.25), NOT_REPRODUCED, True),
        ("up", (1.2, 1.1, 1.25), (0.7, 1.25), NOT_REPRODUCED, False),  # and its interval leaves out the target
        ("up", (1.5, 1.2, 1.8), (0.7, NOTHING), NOT_REPRODUCED, True),
        ("down", (0.6, 0.5, 0.7), (0.7, 1.4), DIRECTION, False),
        ("down", (0.6, 0.5, 0.7), (0.55, 1.4), NOT_REPRODUCED, False),
        ("up", (1.5, 1.2, 1.8), None, REPRODUCED, False),
    ],
)
def test_a_direction_counts_beyond_what_a_repeated_vehicle_shows(
    expected: str, numbers: Any, band: Any, verdict: str, too_few: bool
) -> None:
    found = judge_outcome(outcome(expected=expected), estimate(*numbers), band)
    assert (found.verdict, found.too_few, found.band) == (verdict, too_few, band)


def test_an_effect_within_the_band_is_found_by_more_animals_only() -> None:
    sized = judge_outcome(outcome(expected="down"), estimate(0.6, 0.5, 0.7), (0.55, 1.4))
    assert not sized.too_few, "the target lies on the other side"
    plain = judge_outcome(outcome(expected="down", low=None, high=None), estimate(0.6, 0.5, 0.7), (0.55, 1.4))
    assert plain.too_few


@pytest.mark.parametrize(
    ("numbers", "verdict", "too_few"),
    [
        ((1.0, 0.95, 1.05), REPRODUCED, False),
        ((1.5, 1.3, 1.7), REPRODUCED, False),  # better is at least as good
        ((1.0, 0.85, 1.15), NOT_REPRODUCED, True),
        ((0.7, 0.6, 0.8), NOT_REPRODUCED, False),
        ((1.0, NOTHING, NOTHING), NOT_REPRODUCED, True),
    ],
)
def test_at_least_as_good_has_one_side(numbers: Any, verdict: str, too_few: bool) -> None:
    found = judge_outcome(outcome(expected="at least", target=None, low=0.9, high=None), estimate(*numbers))
    assert (found.verdict, found.too_few) == (verdict, too_few)


# --- no effect needs one that could have been seen ------------------------------------------------------------

NONE = {"says": "no effect", "expected": "same", "target": None, "low": 0.9, "high": 1.1, "control": OUTCOME["says"]}
SEEN, UNSEEN, UNSURE = estimate(1.5, 1.2, 1.8), estimate(1.0, 0.9, 1.1), estimate(1.5, 0.9, 2.1)
STILL, MOVED = estimate(1.0, 0.95, 1.05), estimate(1.4, 1.3, 1.5)


def judged(known: Estimate, estimated: Estimate, changes: Any = (), **fields: Any) -> JudgedFinding:
    one = finding(outcomes=[OUTCOME | dict(changes), OUTCOME | NONE | fields])
    return judge_finding(one, [known, estimated], [None, None])


@pytest.mark.parametrize(
    ("control", "estimated", "fields", "verdict", "too_few"),
    [
        (SEEN, STILL, {}, REPRODUCED, False),
        (estimate(1.2, 1.1, 1.3), STILL, {}, REPRODUCED, False),  # an effect of another size is seen as well
        (UNSEEN, STILL, {}, NOT_SHOWN, False),
        (UNSURE, STILL, {}, NOT_SHOWN, True),
        (SEEN, MOVED, {}, NOT_REPRODUCED, False),
        (UNSEEN, MOVED, {}, NOT_REPRODUCED, False),
        (UNSEEN, STILL, {"expected": "at least", "high": None}, NOT_SHOWN, False),
        (UNSEEN, STILL, {"expected": "at least", "high": None, "control": ""}, REPRODUCED, False),
    ],
)
def test_no_effect_is_shown_only_where_one_could_have_been_seen(
    control: Estimate, estimated: Estimate, fields: Any, verdict: str, too_few: bool
) -> None:
    found = judged(control, estimated, **fields).judged[1]
    assert (found.verdict, found.too_few) == (verdict, too_few)


def test_what_was_not_published_does_not_decide() -> None:
    added = judged(UNSEEN, STILL, {"added": True})
    assert [each.verdict for each in added.judged] == [NOT_REPRODUCED, NOT_SHOWN]
    assert added.verdict == NOT_SHOWN
    assert added.deciding is added.judged[1]
    published = judged(UNSEEN, STILL)
    assert published.verdict == NOT_REPRODUCED
    assert published.deciding is published.judged[0]
