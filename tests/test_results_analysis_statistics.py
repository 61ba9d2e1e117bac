"""The statistics of a study: contrasts, corrections, effect sizes, censored means, numbers of animals, words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from assay_samples import ARMS, CONTRASTS, DAYS, FIRST_DOSES, assay_frame
from scipy import integrate, optimize, stats
from test_results_synthetic import ARMS as SYNTHETIC_ARMS
from test_results_synthetic import write_study

from results.comparison.arms import compare
from results.comparison.contrasts import Contrast
from results.statistics.analysis import StatisticalAnalysis, analyse
from results.statistics.censored_values import tobit_mean
from results.statistics.corrections import corrected
from results.statistics.effect_sizes import hedges_g, paired_hedges_g
from results.statistics.methods import (
    CLUSTER,
    CONTRAST,
    COURSES,
    MODEL,
    REFERENCES,
    TOBIT,
    TWIN,
    methods,
    references,
)
from results.statistics.mixed_models import MOST_MODELLED
from results.statistics.sample_sizes import least_pairs, least_per_arm, smallest_effect, smallest_paired_effect

USES = frozenset({TWIN, MODEL, CLUSTER, CONTRAST, COURSES, TOBIT})


@pytest.fixture(scope="module")
def analysis() -> StatisticalAnalysis:
    return analyse(assay_frame(), CONTRASTS, FIRST_DOSES)


def row_of(table: pd.DataFrame, **equal: Any) -> pd.Series:
    (row,) = [row for _, row in table[(table[list(equal)] == list(equal.values())).all(axis=1)].iterrows()]
    return row


def wide(arm: str) -> pd.DataFrame:
    frame = assay_frame()
    return frame[frame["arm"] == arm].pivot(index="animal", columns="day", values="value")


DRUG = {"arm": "ligated-drug", "reference": "ligated-vehicle"}


def test_a_contrast_has_the_paired_and_the_unpaired_answer_of_scipy(analysis: StatisticalAnalysis) -> None:
    a, b = wide("ligated-drug")[21], wide("ligated-vehicle")[21]
    row = row_of(analysis.tables["statistics"], **DRUG, quantity="value", day=21)
    paired, welch = stats.ttest_rel(a, b), stats.ttest_ind(a, b, equal_var=False)
    assert row["p_paired"] == pytest.approx(paired.pvalue, rel=1e-9)
    assert (row["low"], row["high"]) == pytest.approx(tuple(paired.confidence_interval()), rel=1e-9)
    assert row["p_unpaired"] == pytest.approx(welch.pvalue, rel=1e-9)
    assert (row["low_unpaired"], row["high_unpaired"]) == pytest.approx(tuple(welch.confidence_interval()), rel=1e-9)
    assert row["twin_correlation"] == pytest.approx(np.corrcoef(a, b)[0, 1], rel=1e-9)


def test_change_and_area_are_of_each_animal_from_its_own_baseline(analysis: StatisticalAnalysis) -> None:
    """The baseline of a drug is day 13, the last before its first dose; that of the injury is day -1."""
    table = analysis.tables["statistics"]
    drug, vehicle, sham = wide("ligated-drug"), wide("ligated-vehicle"), wide("sham-vehicle")
    change = row_of(table, **DRUG, quantity="change", day=28)
    assert change["difference"] == pytest.approx(((drug[28] - drug[13]) - (vehicle[28] - vehicle[13])).mean())
    injury = row_of(table, arm="ligated-vehicle", reference="sham-vehicle", quantity="change", day=3)
    assert injury["difference"] == pytest.approx(((vehicle[3] - vehicle[-1]) - (sham[3] - sham[-1])).mean())
    area = row_of(table, **DRUG, quantity="area")
    days = [13, 15, 21, 28]
    areas = [np.trapezoid(arm[days].to_numpy(), np.array(days) + 2 / 24, axis=1) for arm in (drug, vehicle)]
    assert area["difference"] == pytest.approx((areas[0] - areas[1]).mean())
    assert area["unit"] == "g day"


def test_the_maximum_possible_effect_needs_a_cut_off() -> None:
    assert "percent_mpe" not in set(analyse(assay_frame(), CONTRASTS, FIRST_DOSES).tables["statistics"]["quantity"])
    frame = assay_frame(cut_off=132.0)
    table = analyse(frame, CONTRASTS, FIRST_DOSES).tables["statistics"]
    row = row_of(table, **DRUG, quantity="percent_mpe", day=28)
    arms = [frame[frame["arm"] == arm].pivot(index="animal", columns="day", values="value") for arm in DRUG.values()]
    mpe = [100 * (arm[28] - arm[13]) / (132.0 - arm[13]) for arm in arms]
    assert row["difference"] == pytest.approx((mpe[0] - mpe[1]).mean())
    assert row["unit"] == "%"


def test_only_times_at_which_arms_differ_are_tested(analysis: StatisticalAnalysis) -> None:
    """Until the first dose both contrasts of circuits are one and the same; it is counted once."""
    values = analysis.tables["statistics"].query("quantity == 'value'")
    days = {pair: sorted(rows["day"]) for pair, rows in values.groupby(["arm", "reference"])}
    assert days == {
        ("ligated-drug", "ligated-vehicle"): [15, 21, 28],
        ("ligated-drug", "sham-drug"): [15, 21, 28],
        ("ligated-vehicle", "sham-vehicle"): [3, 13, 15, 21, 28],
        ("sham-drug", "sham-vehicle"): [15, 21, 28],
    }


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's method anew: of m the smallest times m, the next times m - 1 and so on, never less than one before it."""
    order, m = np.argsort(p), len(p)
    found, least = np.empty(m), 0.0
    for k, place in enumerate(order):
        least = max(least, min(1.0, p[place] * (m - k)))
        found[place] = least
    return found


def test_corrections_are_within_the_family_and_do_not_count_tests_that_were_not_made(
    analysis: StatisticalAnalysis,
) -> None:
    family = analysis.tables["statistics"].query("quantity == 'value'")
    p = family["p_paired"].to_numpy()
    assert len(p) == 14
    assert family["p_paired_holm"].to_numpy() == pytest.approx(holm(p), abs=1e-12)
    assert family["p_paired_bh"].to_numpy() == pytest.approx(stats.false_discovery_control(p), abs=1e-12)
    some = np.array([0.01, np.nan, 0.04])
    assert corrected(some, "holm") == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)


def test_hedges_g_is_corrected_and_its_interval_ends_where_the_effect_seen_has_its_tails() -> None:
    n, m, d = np.array([6]), np.array([8]), np.array([1.3])
    g, low, high = hedges_g(2 * d, np.array([2.0]), n, m)
    assert g[0] == pytest.approx(1.3 * (1 - 3 / (4 * 14 - 9)), rel=2e-3)
    root = np.sqrt(48 / 14)
    assert stats.nct.sf(1.3 * root, 12, low[0] * root) == pytest.approx(0.025, abs=1e-5)
    assert stats.nct.cdf(1.3 * root, 12, high[0] * root) == pytest.approx(0.025, abs=1e-5)
    g, low, high = paired_hedges_g(2 * d, np.array([2.0]), n)
    assert low[0] < g[0] < 1.3 < high[0]
    assert stats.nct.sf(1.3 * np.sqrt(6), 5, low[0] * np.sqrt(6)) == pytest.approx(0.025, abs=1e-5)


def test_effects_without_a_spread_have_no_size() -> None:
    g, low, high = paired_hedges_g(np.array([1.0, 1.0]), np.array([1.0, 1.0]), np.array([2, 3]))
    assert np.isnan(g).tolist() == [True, False], "of two pairs g has no correction"
    assert np.isfinite([low, high]).all()
    g, low, high = hedges_g(np.array([1.0, 1.0]), np.array([1.0, 1.0]), np.array([1, 2]), np.array([2, 2]))
    assert np.isnan(g).tolist() == [True, False]
    assert np.isfinite([low, high]).all()
    g, low, high = paired_hedges_g(np.array([1.0]), np.array([0.0]), np.array([6]))
    assert np.isnan([g[0], low[0], high[0]]).all()


def test_twins_that_are_almost_equal_have_an_interval_at_once() -> None:
    n = np.array([2, 6])
    g, low, high = paired_hedges_g(np.array([1.0, 1.0]), np.array([1e-12, 1e-12]), n)
    ends = [np.sqrt(stats.chi2.ppf(share, n - 1) / (n - 1)) * 1e12 for share in (0.025, 0.975)]
    np.testing.assert_allclose([low, high], ends, rtol=1e-3)
    assert g[1] > 0.8e12
    assert np.isnan(g[0])


def test_a_tobit_mean_is_that_of_an_own_likelihood() -> None:
    values = np.array([4.0, 7.5, 9.1, 12.2, 15.0, 15.0])
    censored = values == 15.0

    def negative(parameters: np.ndarray) -> float:
        mean, sd = parameters[0], np.exp(parameters[1])
        density = -0.5 * ((values[~censored] - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
        tail = integrate.quad(
            lambda z: np.exp(-z * z / 2) / np.sqrt(2 * np.pi), (15.0 - mean) / sd, np.inf, epsabs=1e-13
        )
        return float(-density.sum() - censored.sum() * np.log(tail[0]))

    best = optimize.minimize(negative, [10.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13})
    found = tobit_mean(values, censored)
    assert found.mean == pytest.approx(best.x[0], abs=1e-6)
    assert found.sd == pytest.approx(np.exp(best.x[1]), abs=1e-6)
    assert found.mean > values.mean()
    step = 1e-4
    curvature = [
        [
            sum(
                s * t * negative(best.x + step * (s * np.eye(2)[i] + t * np.eye(2)[j]))
                for s in (1, -1)
                for t in (1, -1)
            )
            / (4 * step**2)
            for j in range(2)
        ]
        for i in range(2)
    ]
    assert found.sem == pytest.approx(np.sqrt(np.linalg.inv(curvature)[0, 0]), rel=1e-3)


@pytest.mark.parametrize(
    ("values", "note"), [([15.0, 15.0], "all at the cut-off"), ([3.0, 3.0, 15.0], "fewer than two different")]
)
def test_a_tobit_mean_that_cannot_be_is_told(values: list[float], note: str) -> None:
    found = tobit_mean(np.array(values), np.array(values) == 15.0)
    assert np.isnan(found.mean)
    assert note in found.note


def test_censored_values_stand_beside_the_plain_mean_and_have_a_log_rank_test() -> None:
    frame = assay_frame(cut_off=118.0)
    found = analyse(frame, CONTRASTS, FIRST_DOSES)
    row = row_of(found.tables["statistics_censored"], arm="sham-vehicle", day=21)
    values = frame[(frame["arm"] == "sham-vehicle") & (frame["day"] == 21)]
    assert row["plain_mean"] == pytest.approx(values["value"].mean())
    assert row["tobit_mean"] > row["plain_mean"]
    test = row_of(found.tables["statistics"], arm="ligated-vehicle", reference="sham-vehicle", quantity="value", day=21)
    assert 0 < test["p_logrank"] < 0.01
    assert test["censored"] == values["censored"].sum()
    assert any("Tobit model (Tobin 1958" in text for text in found.methods)


def test_the_least_number_of_animals_has_the_power_and_one_less_has_not() -> None:
    effects = np.array([0.4, 1.0, 2.5, 8.4, 0.0, np.nan, 0.001])
    pairs, arms = least_pairs(effects), least_per_arm(effects)
    assert np.isnan(pairs[4:]).all()
    for effect, n, m in zip(effects[:3], pairs, arms, strict=False):
        assert power_of_pairs(effect, int(n)) >= 0.8 > power_of_pairs(effect, int(n) - 1)
        assert power_of_arms(effect, int(m)) >= 0.8 > power_of_arms(effect, int(m) - 1)
    assert pairs[3] <= 4
    assert power_of_pairs(smallest_paired_effect(6), 6) == pytest.approx(0.8, abs=1e-6)
    assert power_of_arms(smallest_effect(6, 6), 6) == pytest.approx(0.8, abs=1e-6)


def power_of_pairs(effect: float, n: int) -> float:
    edge = stats.t.ppf(0.975, n - 1)
    shift = effect * np.sqrt(n)
    return float(stats.nct.sf(edge, n - 1, shift) + stats.nct.cdf(-edge, n - 1, shift)) if n > 1 else 0.0


def power_of_arms(effect: float, n: int) -> float:
    edge, shift = stats.t.ppf(0.975, 2 * n - 2), effect * np.sqrt(n / 2)
    return float(stats.nct.sf(edge, 2 * n - 2, shift) + stats.nct.cdf(-edge, 2 * n - 2, shift)) if n > 1 else 0.0


def test_what_is_told_names_terms_contrasts_and_methods(analysis: StatisticalAnalysis) -> None:
    text = "\n".join(analysis.sentences)
    assert "paw pressure threshold, ipsi (g), days 15 to 28: 24 animals of 6 numbers" in text
    assert "arm x time F(6, 40) = " in text
    assert "circuit x treatment F(1, 15) = " in text
    assert "ligated-drug - ligated-vehicle" in text
    methods = " ".join(analysis.methods)
    assert "statsmodels 0." in methods
    assert "virtual twins" in methods
    assert [full for full in analysis.references if full.startswith("Holm S (1979)")]
    assert "Tobin" not in methods + " ".join(analysis.references)


def test_whatever_is_used_each_reference_is_cited_and_each_citation_has_a_reference() -> None:
    told = [*methods(USES), *methods(USES - {TWIN})]
    assert references(told) == tuple(REFERENCES.values())
    left = " ".join(told)
    for short in REFERENCES:
        left = left.replace(short, "")
    assert not re.findall(r"\b(?:19|20)\d\d\b", left)
    assert not re.findall(r"[{}]", left)


def test_the_methods_say_what_is_a_cluster_and_from_how_many_animals_on() -> None:
    (twins,), (alone,) = ([text for text in methods({CLUSTER, *more}) if "OLS" in text] for more in ({TWIN}, ()))
    assert twins.startswith(f"Of more than {MOST_MODELLED} animals in an arm")
    assert "within an animal number, that is an animal and its twins (Liang" in twins
    assert "within an animal (Liang" in alone


def test_a_comparison_writes_the_statistics_and_their_methods(tmp_path: Path) -> None:
    comparison = compare(write_study(tmp_path / "study", SYNTHETIC_ARMS[2:4], 3, (-1, 14, 21)))
    names = {path.name for path in comparison.write(tmp_path / "compare")}
    assert {"statistics.csv", "statistics_models.csv", "statistics_censored.csv", "methods.txt"} <= names
    methods = (tmp_path / "compare" / "methods.txt").read_text("utf-8")
    assert "MixedLM of statsmodels" in methods
    assert "Laird NM" in methods
    assert "STATISTICS" in (tmp_path / "compare" / "report.txt").read_text("utf-8")


def test_animals_without_twins_have_unpaired_answers_only() -> None:
    found = analyse(assay_frame(twins=False), CONTRASTS, FIRST_DOSES)
    table = found.tables["statistics"]
    assert table["p_paired"].isna().all()
    assert table["p_unpaired"].notna().all()
    assert set(found.tables["statistics_models"]["model"]) == {"independent"}
    assert "virtual twins" not in " ".join(found.methods)


def test_one_animal_has_no_test_and_that_is_told() -> None:
    found = analyse(assay_frame(animals=1), CONTRASTS, FIRST_DOSES)
    assert found.tables["statistics"][["p_paired", "p_unpaired", "g"]].isna().all(axis=None)
    text = "\n".join(found.sentences)
    assert "No test where an arm has one animal" in text
    assert "sham-vehicle has one animal" in text


def test_a_measure_that_was_taken_once_has_its_tests_told() -> None:
    text = "\n".join(analyse(assay_frame(days=(-1, 21)), CONTRASTS, FIRST_DOSES).sentences)
    assert "paw pressure threshold, ipsi (g), day 21: 6 animals per arm" in text
    assert "unpaired (Welch)" in text
    assert "it was measured once" in text


def test_twins_that_do_not_vary_have_no_p_and_that_is_told() -> None:
    frame = assay_frame().assign(value=7.0)
    found = analyse(frame, CONTRASTS, FIRST_DOSES)
    assert found.tables["statistics"]["p_paired"].isna().all()
    assert "all twins equal" in "\n".join(found.sentences)
    assert "same value at a time" in "\n".join(found.sentences)


def test_all_values_at_the_cut_off_are_told() -> None:
    found = analyse(assay_frame(cut_off=1.0), CONTRASTS, FIRST_DOSES)
    text = "\n".join(found.sentences)
    assert "all values are at the cut-off" in text
    assert found.tables["statistics_censored"]["tobit_mean"].isna().all()
    assert found.tables["statistics"]["p_logrank"].isna().all()


def test_nothing_to_compare_gives_nothing() -> None:
    found = analyse(assay_frame().iloc[:0], CONTRASTS, FIRST_DOSES)
    assert (found.tables, found.sentences, found.methods) == ({}, (), ())
    alone = analyse(assay_frame(arms={"sham-vehicle": ARMS["sham-vehicle"]}), CONTRASTS)
    assert "statistics" not in alone.tables


def test_a_measure_in_another_phase_is_compared_with_the_same_time() -> None:
    """An arm that was injected is compared with its reference that was not."""
    frame = assay_frame(days=DAYS)
    frame["phase"] = np.where((frame["arm"] == "ligated-drug") & (frame["day"] == 28), "intrathecal idazoxan", "")
    found = analyse(frame, (Contrast("treatment", DRUG["arm"], DRUG["reference"]),), FIRST_DOSES)
    row = row_of(found.tables["statistics"], quantity="value", day=28)
    expected = (wide("ligated-drug")[28] - wide("ligated-vehicle")[28]).mean()
    assert row["difference"] == pytest.approx(expected)
    assert row["phase"] == "intrathecal idazoxan"
