"""Mixed models, their terms and contrasts, each computed a second time by an own likelihood and by sums of squares."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from assay_samples import ARMS, CONTRASTS, FIRST_DOSES, assay_frame
from scipy import linalg, optimize, stats

from results.statistics.designs import Stage, stages
from results.statistics.grids import grids
from results.statistics.mixed_models import (
    CLUSTERS,
    INDEPENDENT,
    TWINS,
    CourseData,
    NoModelError,
    course_data,
    fit_models,
    likelihood_ratio,
)
from results.statistics.model_terms import hypotheses, model_contrasts, term_tests

MEASURE = ("paw_pressure", "paw_pressure_threshold", "ipsi", "g")
LATE = np.array([15, 21, 28]) * 24.0 + 2.0


def late_data(**sample: Any) -> CourseData:
    return course_data(grids(assay_frame(**sample)), MEASURE, tuple(ARMS), LATE)


def covariance(data: CourseData, kind: str, variances: np.ndarray) -> np.ndarray:
    """Of all values: residual, the animal, and for twins the number."""
    same = [np.equal.outer(codes, codes).astype(float) for codes in (data.animal, data.number)]
    found = variances[0] * np.eye(len(data.value)) + variances[1] * same[0]
    return np.asarray(found + variances[2] * same[1] if kind == TWINS else found)


def own_fit(data: CourseData, kind: str, exog: np.ndarray, reml: bool) -> tuple[float, np.ndarray, np.ndarray]:
    """(log-likelihood, means, their covariance), maximised over log variances on the whole covariance matrix."""

    def solved(logs: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        whole = covariance(data, kind, np.exp(logs))
        factor = linalg.cho_factor(whole)
        weighed = linalg.cho_solve(factor, exog)
        information = exog.T @ weighed
        means = np.linalg.solve(information, weighed.T @ data.value)
        rest = data.value - exog @ means
        loglike = -0.5 * (2 * np.log(np.diag(factor[0])).sum() + rest @ linalg.cho_solve(factor, rest))
        size = len(data.value) - exog.shape[1] if reml else len(data.value)
        loglike -= 0.5 * size * np.log(2 * np.pi)
        if reml:
            loglike -= 0.5 * np.linalg.slogdet(information)[1]
        return float(loglike), means, np.linalg.inv(information)

    count = 3 if kind == TWINS else 2
    best = optimize.minimize(
        lambda logs: -solved(logs)[0], np.full(count, 3.0), method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000},
    )  # fmt: skip
    return solved(best.x)


@pytest.mark.parametrize("kind", [TWINS, INDEPENDENT])
def test_a_model_is_that_of_an_own_likelihood(kind: str) -> None:
    data = late_data()
    model = next(model for model in fit_models(data) if model.kind == kind)
    loglike, means, variance = own_fit(data, kind, data.means, reml=True)
    assert model.result.llf == pytest.approx(loglike, abs=1e-6)
    assert model.means == pytest.approx(means, abs=1e-6)
    assert np.sqrt(np.diag(model.covariance)) == pytest.approx(np.sqrt(np.diag(variance)), rel=1e-6)


def test_a_variance_of_zero_is_found_and_the_rest_is_that_of_an_own_likelihood() -> None:
    """At a variance of 0 the likelihood has no slope, and an optimiser may stop beside it without a word."""
    data = late_data()
    rng = np.random.default_rng(4)
    zero = 0
    for _ in range(6):
        shared = rng.normal(0, 10, 7)[data.number.astype(int)]
        less = replace(data, value=100 + shared + rng.normal(0, 5, len(data.value)))
        model = next(iter(fit_models(less)))
        loglike, means, variance = own_fit(less, TWINS, less.means, reml=True)
        assert model.result.llf == pytest.approx(loglike, abs=1e-6)
        assert model.means == pytest.approx(means, abs=1e-5)
        assert np.sqrt(np.diag(model.covariance)) == pytest.approx(np.sqrt(np.diag(variance)), rel=1e-3)
        zero += model.boundary() == ["animal"]
    assert 1 <= zero <= 5


def test_missing_values_change_nothing_of_that() -> None:
    data = late_data()
    kept = np.arange(len(data.value)) % 7 != 3
    less = CourseData(
        data.arms, data.times, *(getattr(data, k)[kept] for k in ("value", "arm", "time", "number", "censored"))
    )
    model = next(iter(fit_models(less)))
    loglike, means, _ = own_fit(less, TWINS, less.means, reml=True)
    assert model.result.llf == pytest.approx(loglike, abs=1e-6)
    assert model.means == pytest.approx(means, abs=1e-3)


def test_the_likelihood_ratio_is_that_of_own_likelihoods() -> None:
    data = late_data()
    additive = np.column_stack([np.eye(len(data.arms))[data.arm], np.eye(len(data.times))[data.time][:, 1:]])
    expected = 2 * (own_fit(data, TWINS, data.means, reml=False)[0] - own_fit(data, TWINS, additive, reml=False)[0])
    ratio, degrees = likelihood_ratio(data, TWINS)
    assert ratio == pytest.approx(expected, abs=1e-6)
    assert degrees == (len(data.arms) - 1) * (len(data.times) - 1)


def test_the_terms_of_balanced_data_are_those_of_sums_of_squares() -> None:
    """Arms within animal numbers, times within animals: the F tests of the split-plot analysis of variance."""
    data = late_data()
    arms, times, animals = len(data.arms), len(data.times), 6
    cube = np.zeros((arms, animals, times))
    cube[data.arm, data.number - 1, data.time] = data.value
    plots = cube.mean(axis=2)
    arm_means, number_means = plots.mean(axis=1, keepdims=True), plots.mean(axis=0, keepdims=True)
    between = ((plots - arm_means - number_means + plots.mean()) ** 2).sum() / ((arms - 1) * (animals - 1))
    f_arm = animals * ((arm_means - plots.mean()) ** 2).sum() / (arms - 1) / between
    cells = cube.mean(axis=1, keepdims=True)
    within = ((cube - plots[:, :, None] - cells + arm_means[:, :, None]) ** 2).sum()
    within /= arms * (animals - 1) * (times - 1)
    both = cells - arm_means[:, :, None] - cells.mean(axis=0, keepdims=True) + cube.mean()
    f_both = animals * (both**2).sum() / ((arms - 1) * (times - 1)) / within
    model = next(iter(fit_models(data)))
    rows = {row["term"]: row for row in term_tests(model, grids(assay_frame()).arms, ratio=False)}
    assert (rows["arm"]["df_residual"], rows["arm x time"]["df_residual"]) == (15, 40)
    assert rows["arm"]["F"] == pytest.approx(f_arm, rel=1e-6)
    assert rows["arm x time"]["F"] == pytest.approx(f_both, rel=1e-6)
    assert rows["arm x time"]["p"] == pytest.approx(stats.f.sf(f_both, 6, 40), rel=1e-5)


def test_circuit_by_treatment_is_the_difference_of_differences() -> None:
    data = late_data()
    model = next(iter(fit_models(data)))
    found = {each.term: each.matrix for each in hypotheses(model, grids(assay_frame()).arms)}
    means = {arm: data.value[data.arm == k].mean() for k, arm in enumerate(data.arms)}
    expected = means["ligated-drug"] - means["ligated-vehicle"] - means["sham-drug"] + means["sham-vehicle"]
    assert abs(found["circuit x treatment"] @ model.means) == pytest.approx(abs(expected), abs=1e-6)


def test_a_planned_contrast_is_the_paired_answer_of_the_means_over_time() -> None:
    """In a study of two arms the model of twins has the t test of the differences of twins."""
    two = {name: ARMS[name] for name in ("ligated-vehicle", "ligated-drug")}
    frame = assay_frame(arms=two)
    data = course_data(grids(frame), MEASURE, tuple(two), LATE)
    model = next(iter(fit_models(data)))
    row = next(iter(model_contrasts(model, CONTRASTS)))
    late = frame[frame["day"] > 14].groupby(["arm", "animal"], observed=True)["value"].mean().unstack("arm")
    expected = stats.ttest_rel(late["ligated-drug"], late["ligated-vehicle"])
    interval = expected.confidence_interval()
    assert row["p"] == pytest.approx(expected.pvalue, rel=1e-6)
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high), rel=1e-6)


def test_thousands_of_animals_take_clusters_in_place_of_a_model() -> None:
    data = late_data(animals=90)
    (model,) = fit_models(data)
    assert model.kind == CLUSTERS
    means = pd.Series(data.value).groupby([data.arm, data.time]).mean().to_numpy()
    assert model.means == pytest.approx(means, abs=1e-9)
    rows = {row["term"]: row for row in term_tests(model, grids(assay_frame()).arms, ratio=True)}
    assert rows["arm"]["df_residual"] == 90 - 3
    by_number = np.column_stack([data.value[data.arm == k].reshape(90, -1).mean(axis=1) for k in range(4)])
    steps = by_number[:, 1:] - by_number[:, :1]
    square = 90 * steps.mean(axis=0) @ np.linalg.solve(np.cov(steps, rowvar=False), steps.mean(axis=0))
    smaller = (len(data.value) - len(means)) / (len(data.value) - 1)  # the correction of statsmodels
    assert rows["arm"]["F"] == pytest.approx(smaller * square * (90 - 3) / (3 * 89), rel=1e-9)
    assert float(str(rows["arm"]["p"])) < 1e-6


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: replace(d, value=np.full(len(d.value), 3.0)), "same value"),
        (lambda d: replace(d, value=d.means @ np.arange(d.means.shape[1]) + 2.0 * d.animal), "same distances"),
        (lambda d: replace(d, censored=np.ones(len(d.value), bool)), "72 of 72 values are at the cut-off"),
        (lambda d: _rows(d, d.number == 1), "sham-vehicle has one animal"),
        (lambda d: _rows(d, d.arm == 0, arms=d.arms[:1]), "fewer than two arms"),
        (lambda d: _rows(d, d.time == 0, times=d.times[:1]), "measured once"),
    ],
)
def test_data_that_hold_no_model_are_refused_in_words(change: Any, reason: str) -> None:
    with pytest.raises(NoModelError, match=reason):
        list(fit_models(change(late_data())))


def _rows(data: CourseData, kept: np.ndarray, **more: Any) -> CourseData:
    names = ("value", "arm", "time", "number", "censored")
    return replace(data, **{name: getattr(data, name)[kept] for name in names}, **more)


def test_arms_of_one_history_count_once() -> None:
    assert stages(grids(assay_frame()).arms, FIRST_DOSES) == [
        Stage(0.0, 336.0, ("sham-vehicle", "ligated-vehicle")),
        Stage(336.0, np.inf, tuple(ARMS)),
    ]


def test_without_doses_arms_differ_from_the_surgery_on() -> None:
    assert stages(grids(assay_frame()).arms, {}) == [Stage(0.0, np.inf, tuple(ARMS))]
