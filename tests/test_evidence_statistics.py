"""The statistics of outcomes, each computed again in another way, and what a repeated vehicle shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from evidence_samples import OUTCOME, VALUE
from scipy import stats

from core.errors import UserError
from experiments.evidence.estimation import _STATISTICS, AnimalNumbers
from experiments.evidence.outcome import Outcome
from experiments.evidence.outcome_statistics import STATISTICS
from experiments.evidence.value import Value
from results.statistics.intervals import Estimate

ANIMALS = np.arange(1, 41)
NOISE = np.random.default_rng(3).normal(0.0, 1.0, 40)
#: Rats whose noise differs from arm to arm and from day to day.
N = 12
ARMS = ("a", "r", "ab", "rb", "low", "middle", "high")
LEVELS = dict(zip(ARMS, (34.0, 20.0, 26.0, 21.0, 22.0, 29.0, 38.0), strict=True))
OWN = {
    (arm, day): np.random.default_rng([5, k, day]).normal(0.0, 2.0, N) for k, arm in enumerate(ARMS) for day in (1, 3)
}
DOSES = {"middle": 3.0, "low": 1.0, "high": 10.0}
NAMES = {"arm": "a", "reference": "r", "blocked": "ab", "blocked_reference": "rb"}


def outcome(**changes: Any) -> Outcome:
    return Outcome.model_validate(OUTCOME | {"expected": "value", "low": 0.0, "high": 1.0} | changes)


def reader(**levels: float) -> Any:
    """Arms of the given mean, with the animal's own deviation in all of them; days add nothing."""

    def read(arm: str, value: Value) -> Mapping[int, float]:
        return dict(zip(ANIMALS.tolist(), levels[arm] + NOISE, strict=True))

    return read


def noisy(arm: str, day: int = 3) -> np.ndarray:
    return LEVELS[arm] + OWN[arm, day] - (5.0 if day == 1 and arm != "r" else 0.0)


def read_noisy(arm: str, value: Value) -> Mapping[int, float]:
    return dict(enumerate(noisy(arm, value.day).tolist(), start=1))


def numbers(statistic: str, read: Any = read_noisy, **changes: Any) -> AnimalNumbers:
    return AnimalNumbers.of_arms(outcome(statistic=statistic, **(NAMES | changes)), read)


def number(statistic: str, read: Any = read_noisy, **changes: Any) -> Estimate:
    return numbers(statistic, read, **changes).estimate()


def t_interval(values: np.ndarray) -> tuple[float, float, float]:
    low, high = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    return float(values.mean()), float(low), float(high)


def found(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


def test_paired_arms_lose_what_is_the_animals_own() -> None:
    close = number("difference", reader(a=30.0, r=20.0))
    assert found(close) == pytest.approx((10.0, 10.0, 10.0))
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


def test_what_is_linear_in_the_means_has_students_interval() -> None:
    change = noisy("a") - noisy("a", 1)
    effect, blocked = noisy("a") - noisy("r"), noisy("ab") - noisy("rb")
    decades = np.log10([1.0, 3.0, 10.0])
    courses = np.array([noisy(arm) for arm in ("low", "middle", "high")])
    slopes = np.array([stats.linregress(decades, course).slope for course in courses.T])
    assert found(number("mean")) == pytest.approx(t_interval(noisy("a")))
    assert found(number("difference")) == pytest.approx(t_interval(effect))
    assert found(number("change", baseline_day=1)) == pytest.approx(t_interval(change))
    assert found(number("change_difference", baseline_day=1)) == pytest.approx(
        t_interval(change - noisy("r") + noisy("r", 1))
    )
    assert found(number("effect_difference")) == pytest.approx(t_interval(effect - blocked))
    assert found(number("dose_slope", doses=DOSES)) == pytest.approx(t_interval(slopes))


@pytest.mark.parametrize(
    ("statistic", "above", "below", "scale", "offset"),
    [
        ("ratio", noisy("a"), noisy("r"), 1.0, 0.0),
        ("percent_change", noisy("a"), noisy("r"), 100.0, -100.0),
        ("percent_effect", noisy("a") - noisy("r"), 60.0 - noisy("r"), 100.0, 0.0),
        ("ratio_to_baseline", noisy("a"), noisy("a", 1), 1.0, 0.0),
        ("percent_of_baseline", noisy("a"), noisy("a", 1), 100.0, 0.0),
        ("percent_of_maximum", noisy("a") - noisy("a", 1), 60.0 - noisy("a", 1), 100.0, 0.0),
        ("percent_blocked", noisy("ab") - noisy("rb"), noisy("a") - noisy("r"), -100.0, 100.0),
    ],
)
def test_at_the_ends_of_a_ratio_its_difference_is_just_rejected(
    statistic: str, above: np.ndarray, below: np.ndarray, scale: float, offset: float
) -> None:
    one = number(statistic, baseline_day=1, maximum=60.0)
    assert one.value == pytest.approx(offset + scale * above.mean() / below.mean())
    for end in (one.low, one.high):
        assert stats.ttest_1samp(above - (end - offset) / scale * below, 0.0).pvalue == pytest.approx(0.05)


def test_a_difference_of_percent_effects() -> None:
    def percent(arm: str, reference: str, drawn: np.ndarray) -> float:
        gain = noisy(arm)[drawn].mean() - noisy(reference)[drawn].mean()
        return float(100 * gain / (60.0 - noisy(reference)[drawn].mean()))

    def both(drawn: np.ndarray) -> float:
        return percent("a", "r", drawn) - percent("ab", "rb", drawn)

    one = number("percent_effect_difference", maximum=60.0)
    assert one.value == pytest.approx(both(np.arange(N)))
    generator = np.random.default_rng(8)
    spread = np.std([both(generator.integers(0, N, N)) for _ in range(2000)]) * math.sqrt(N / (N - 1))
    assert one.sem == pytest.approx(spread, rel=0.08)
    assert one.high - one.low == pytest.approx(2 * 1.96 * spread, rel=0.1)


def test_the_day_of_half_the_effect() -> None:
    def read(arm: str, value: Value) -> Mapping[int, float]:
        gain = {0: 0.0, 1: 4.0, 3: 8.0, 7: 10.0}[value.day] if arm == "a" else 0.0
        return dict(zip(ANIMALS.tolist(), gain + 0.01 * NOISE, strict=True))

    one = number("half_effect_day", read, days=[0, 1, 3, 7])
    assert one.value == pytest.approx(1.5)
    assert one.low <= 1.5 <= one.high
    none = number("half_effect_day", reader(a=20.0, r=20.0), days=[0, 1, 3, 7])
    assert math.isnan(none.value)
    assert math.isnan(none.low)


def test_the_dose_of_half_the_effect_is_interpolated_on_its_logarithm() -> None:
    vehicle = noisy("r").mean()
    means = [100 * (noisy(arm).mean() - vehicle) / (44.0 - vehicle) for arm in ("low", "middle", "high")]
    assert means == sorted(means)
    one = number("half_effect_dose", doses=DOSES, maximum=44.0)
    assert one.value == pytest.approx(10 ** np.interp(50.0, means, np.log10([1.0, 3.0, 10.0])))
    assert 1.0 < one.low < one.value < one.high < 10.0


def test_doses_that_do_not_reach_half_say_so() -> None:
    never = number("half_effect_dose", doses=DOSES, maximum=90.0)
    assert [math.isnan(each) for each in found(never)] == [True, True, True]
    below = number("half_effect_dose", doses=DOSES, maximum=21.0)
    assert found(below)[:2] == (0.0, 0.0), "0 stands for below the lowest dose"
    falling = number("half_effect_dose", reader(r=20.0, low=16.0, middle=12.0, high=4.0), doses=DOSES, maximum=0.0)
    assert 1.0 < falling.value < 10.0, "an effect may be a fall"


def test_animals_without_all_numbers_are_left_out() -> None:
    def read(arm: str, value: Value) -> Mapping[int, float]:
        return {1: 30.0, 2: 32.0, 3: math.nan} if arm == "a" else {1: 20.0, 2: 21.0, 3: 20.0, 4: 9.0}

    one = number("difference", read)
    assert (one.n, one.value) == (2, 10.5)
    alone = number("ratio", lambda arm, value: {1: 30.0 if arm == "a" else 20.0})
    assert (alone.n, alone.value, math.isnan(alone.low)) == (1, 1.5, True)


def test_every_statistic_is_computed() -> None:
    assert _STATISTICS.keys() == STATISTICS.keys()
    assert Value.model_validate(VALUE).day == 3


# --- a repeated vehicle ---------------------------------------------------------------------------------------


def test_a_repeated_vehicle_shows_as_much_as_two_groups_of_it_differ() -> None:
    band = numbers("difference").band()
    assert band is not None
    error = noisy("r").std(ddof=1) * math.sqrt(2 / N)
    assert band == pytest.approx((-1.96 * error, 1.96 * error), rel=0.08)
    assert numbers("difference").band() == band, "the seed is fixed"


def test_each_statistic_has_the_band_of_its_reference() -> None:
    wide = {"a": 1.0, "r": 6.0, "ab": 1.0, "rb": 1.0, "low": 1.0, "middle": 1.0, "high": 1.0}

    def read(arm: str, value: Value) -> Mapping[int, float]:
        spread = wide[arm] * (3.0 if value.day == 1 else 1.0)
        return dict(zip(ANIMALS.tolist(), LEVELS[arm] + spread * NOISE, strict=True))

    def half(statistic: str, **changes: Any) -> float:
        band = numbers(statistic, read, **changes).band()
        assert band is not None
        return (band[1] - band[0]) / 2

    one = 1.96 * NOISE.std(ddof=1) * math.sqrt(2 / len(NOISE))
    assert half("difference") == pytest.approx(6 * one, rel=0.1)
    assert half("ratio") == pytest.approx(6 * one / LEVELS["r"], rel=0.15)
    assert half("change", baseline_day=1) == pytest.approx(3 * one, rel=0.1), "the arm at its baseline"
    assert half("change_difference", baseline_day=1) == pytest.approx(12 * one, rel=0.1), "the same rats on both days"
    both = math.sqrt((36 + 1) / 1)
    assert half("effect_difference") == pytest.approx(both * one, rel=0.1), "blocked from the arm"
    off = np.log10([1.0, 3.0, 10.0]) - np.log10([1.0, 3.0, 10.0]).mean()
    assert half("dose_slope", doses=DOSES) == pytest.approx(6 * one / math.sqrt(2 * (off @ off)), rel=0.1)


def test_without_a_reference_there_is_no_band() -> None:
    assert numbers("mean").band() is None
    assert numbers("half_effect_dose", doses=DOSES, maximum=44.0).band() is None


def test_many_samples_at_once_are_each_of_them_alone() -> None:
    places = np.random.default_rng(2).integers(0, N, (5, N))
    for statistic in STATISTICS:
        one = numbers(statistic, baseline_day=1, maximum=60.0, doses=DOSES, days=[1, 3])
        many, bands = one.redrawn(places).intervals(), one.redrawn(places).bands()
        for k, drawn in enumerate(places):
            alone = one.redrawn(drawn)
            assert [float(each[k]) for each in many] == pytest.approx(
                [float(each) for each in alone.intervals()], nan_ok=True
            )
            assert (bands is None) == (alone.band() is None)
            assert bands is None or bands[k] == pytest.approx(alone.band(), nan_ok=True)


# --- mistakes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"statistic": "change"}, "Outcome: baseline_day: missing; change needs it."),
        ({"statistic": "dose_slope"}, "Outcome: doses: missing; dose_slope needs it."),
        ({"statistic": "dose_slope", "doses": {"a": 1.0}}, "Outcome: doses: one dose; dose_slope needs two or more."),
        ({"statistic": "dose_slope", "doses": {"a": 1.0, "b": 1.0}}, "Outcome: doses: two arms have one dose"),
        (
            {"statistic": "dose_slope", "doses": {"a": 1.0, "b": 0.0}},
            "Outcome: doses.b = 0.0: expected a dose above 0 for each arm, such as low = 3.",
        ),
        (
            {"statistic": "half_effect_dose", "doses": DOSES, "maximum": 44.0, "expected": "up"},
            'Outcome: expected = "up": half_effect_dose has no effect to compare with; expected "value".',
        ),
        (
            {"statistic": "mean", "expected": "at least", "high": None},
            'Outcome: expected = "at least": mean has no reference arm',
        ),
    ],
)
def test_a_mistake_of_a_statistic_is_one_line(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError) as caught:
        Outcome(**(OUTCOME | {"expected": "value", "low": 0.0, "high": 1.0} | changes))
    (line,) = str(caught.value).split("\n")
    assert line.startswith(told)
