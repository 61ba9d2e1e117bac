"""Analyses of studies whose truth is known: curves, mixtures, days and blocks that were put into the numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from core.errors import UserError
from core.keys import stream
from results.analyses import effects
from results.analyses.analysis import NOT_FROM_ZERO, Analysis, interval
from results.analyses.effects import AnalysedStudy, study_of
from results.analyses.hill import Hill, fit
from results.analyses.names import ANALYSES
from results.analyses.registry import ANALYSIS_FUNCTIONS, analyse
from results.comparison.contrasts import Measure, Sample, contrasts
from results.comparison.frames import rows_of, where
from results.files.folder import DosingRecord, ManifestArm

VEHICLE_GRAMS = 70.0
DOSES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
PAW = Measure("paw_pressure", "paw_pressure_threshold", "ipsi", "", "g", 14, 2.0)
MOOD = Measure("mood", "mood_index", "", "", "1", 14, 2.0)


def dosing(drug: str, dose: float, drug_class: str = "SNRI") -> DosingRecord:
    return DosingRecord(drug, drug_class, f"{dose:g} mg/kg", "i.p.", "daily", 14)


def dosed(*drugs: DosingRecord, circuit: str = "ligated", manipulation: str = "") -> ManifestArm:
    name = "+".join(f"{each.drug}-{each.dose.split()[0]}" for each in drugs) or "vehicle"
    treatment = " + ".join(f"{each.drug} {each.dose} i.p. daily from day 14" for each in drugs) or "vehicle"
    tail = f"-{manipulation}" if manipulation else ""
    return ManifestArm(f"{circuit}-{name}{tail}", circuit, treatment, manipulation, dosing_records=drugs)


def synthetic(
    means: Mapping[ManifestArm, float | Mapping[Measure, float]], animals: int = 6, noise: float = 2.0
) -> AnalysedStudy:
    """Animals with an offset of their own, and noise in every number."""
    samples = {}
    for arm, found in means.items():
        measures = found if isinstance(found, Mapping) else {PAW: found}
        samples[arm.name] = {
            measure: {k: Sample(mean + _offset(k, arm, measure, noise), False) for k in range(1, animals + 1)}
            for measure, mean in measures.items()
        }
    return study_of(list(means), samples, contrasts(list(means)))


def _offset(animal: int, arm: ManifestArm, measure: Measure, noise: float) -> float:
    own = stream("offset", animal, measure.name).standard_normal()
    return noise * (3 * own + stream("noise", animal, arm.name, *measure).standard_normal())


def dose_study(truth: Hill, doses: Sequence[float] = DOSES, animals: int = 6, noise: float = 2.0) -> AnalysedStudy:
    arms = {dosed(): truth.bottom} | {dosed(dosing("a", dose)): float(truth.at(np.array(dose))) for dose in doses}
    return synthetic(arms, animals, noise)


@pytest.fixture(autouse=True)
def fewer_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough for what is asked of the intervals here; each resample fits every curve anew."""
    monkeypatch.setattr(effects, "RESAMPLES", 200)


def only_row(analysis: Analysis, table: str) -> dict[str, Any]:
    (row,) = rows_of(analysis.tables[table])
    return row


# --- curves ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("truth", [Hill(70, 60, 2.0, 1.0), Hill(70, -40, 0.5, 2.0), Hill(0.2, 0.4, 20.0, 1.5)], ids=str)
def test_a_curve_without_noise_is_found_again(truth: Hill) -> None:
    doses = np.array([0.0, *DOSES, 100.0])
    found = fit(doses, truth.at(doses))
    assert found.ed50 == pytest.approx(truth.ed50, rel=1e-2)
    assert found.span == pytest.approx(truth.span, rel=1e-2)
    assert found.slope == pytest.approx(truth.slope, rel=2e-2)


def test_the_dose_for_a_value_is_the_curve_read_backwards() -> None:
    hill = Hill(70, 60, 2.0, 1.3)
    assert float(hill.at(np.array(hill.dose_for(90.0)))) == pytest.approx(90.0)
    assert hill.dose_for(100.0) == pytest.approx(2.0)
    assert hill.dose_for(131.0) == float("inf")
    assert hill.dose_for(60.0) == 0.0


def test_emax_and_ed50_are_within_their_intervals() -> None:
    row = only_row(analyse(dose_study(Hill(70, 60, 1.5, 1.2)), ["dose-response"])[0], "dose_response")
    assert row["outcome"] == "fitted"
    assert row["emax_low"] < 60 < row["emax_high"]
    assert row["ed50_low"] < 1.5 < row["ed50_high"]
    assert row["slope_low"] < 1.2 < row["slope_high"]
    assert row["ed50_high"] / row["ed50_low"] < 3
    assert (row["n"], row["doses"]) == (6, 6)


def test_what_is_shared_by_an_animal_does_not_widen_the_interval() -> None:
    """Animals are paired across doses: an offset of their own leaves Emax as it is."""
    truth, arms = Hill(70, 60, 1.5, 1.2), {}
    arms = {dosed(): 70.0} | {dosed(dosing("a", dose)): float(truth.at(np.array(dose))) for dose in DOSES}
    row = only_row(analyse(synthetic(arms, noise=0.01), ["dose-response"])[0], "dose_response")
    assert row["emax_high"] - row["emax_low"] < 0.1


def test_intervals_are_the_same_every_time() -> None:
    first, second = (analyse(dose_study(Hill(70, 60, 1.5, 1.2)), ["dose-response"])[0].record() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_a_flat_curve_has_no_effect_to_fit() -> None:
    analysis = analyse(dose_study(Hill(70, 0.0, 1.0, 1.0)), ["dose-response"])[0]
    row = only_row(analysis, "dose_response")
    assert row["outcome"] == NOT_FROM_ZERO
    assert np.isnan([row["emax"], row["ed50"], row["slope"]]).all()
    assert row["trend_low"] < 0 < row["trend_high"]
    assert "n = 6): effect not distinguishable from zero (n = 6" in analysis.sentences[0]
    assert not len(analysis.tables["dose_response_curves"])


@pytest.mark.parametrize(("ed50", "outcome"), [(150.0, "above"), (0.02, "below")])
def test_an_ed50_outside_the_doses_is_said_and_not_given(ed50: float, outcome: str) -> None:
    analysis = analyse(dose_study(Hill(70, 200, ed50, 2.0), noise=0.3), ["dose-response"])[0]
    row = only_row(analysis, "dose_response")
    assert row["outcome"] == f"ED50 {outcome} the doses given"
    assert np.isnan([row["ed50"], row["emax"]]).all()
    assert outcome in analysis.sentences[0]


def test_an_interval_that_leaves_the_doses_is_open() -> None:
    analysis = analyse(dose_study(Hill(70, 60, 20.0, 0.8), noise=4.0), ["dose-response"])[0]
    row = only_row(analysis, "dose_response")
    if row["outcome"] == "fitted":
        assert np.isnan(row["ed50_high"])
        assert ">30" in analysis.sentences[0]
    else:
        assert row["outcome"] == "ED50 above the doses given"


def test_two_animals_have_a_curve_and_no_interval() -> None:
    row = only_row(
        analyse(dose_study(Hill(70, 60, 1.5, 1.2), animals=2, noise=0.1), ["dose-response"])[0], "dose_response"
    )
    assert row["outcome"] == "fitted"
    assert np.isnan([row["emax_low"], row["ed50_high"]]).all()


def test_two_doses_make_no_curve() -> None:
    analysis = analyse(dose_study(Hill(70, 60, 1.5, 1.2), doses=(1.0, 3.0)), ["dose-response"])[0]
    assert not len(analysis.tables["dose_response"])
    assert "No drug" in analysis.sentences[0]


# --- combinations ---------------------------------------------------------------------------------------------


def mixture(index: float, animals: int = 6) -> AnalysedStudy:
    """Drug b is a third as potent as a; a mixture of equal weights needs `index` times what additivity asks for."""
    a, b = Hill(70, 60, 1.0, 1.2), Hill(70, 60, 3.0, 1.2)
    both = Hill(70, 60, index * 2.0 / (1 / a.ed50 + 1 / b.ed50), 1.2)
    arms: dict[ManifestArm, float] = {dosed(): 70.0}
    for dose in DOSES:
        arms[dosed(dosing("a", dose))] = float(a.at(np.array(dose)))
        arms[dosed(dosing("b", dose, "TCA"))] = float(b.at(np.array(dose)))
        arms[dosed(dosing("a", dose / 2), dosing("b", dose / 2, "TCA"))] = float(both.at(np.array(dose)))
    return synthetic(arms, animals)


@pytest.mark.parametrize(("index", "outcome"), [(1.0, "additive"), (0.2, "synergistic"), (4.0, "antagonistic")])
def test_the_interaction_index_is_found_again(index: float, outcome: str) -> None:
    analysis = analyse(mixture(index), ["combination"])[0]
    row = only_row(analysis, "combination")
    assert row["index_low"] < index < row["index_high"]
    assert row["outcome"] == outcome
    assert outcome in analysis.sentences[0]
    assert row["together_a"] == pytest.approx(row["together_b"])
    assert row["alone_b"] > row["alone_a"]


def test_a_drug_with_itself_is_additive() -> None:
    """The check that defines Loewe additivity: half of a drug and half of the same drug."""
    truth = Hill(70, 60, 2.0, 1.2)
    arms: dict[ManifestArm, float] = {dosed(): 70.0}
    for dose in DOSES:
        at = float(truth.at(np.array(dose)))
        arms |= {dosed(dosing("a", dose)): at, dosed(dosing("b", dose)): at}
        arms[dosed(dosing("a", dose / 2), dosing("b", dose / 2))] = at
    row = only_row(analyse(synthetic(arms, noise=0.2), ["combination"])[0], "combination")
    assert row["index"] == pytest.approx(1.0, abs=0.1)
    assert row["outcome"] == "additive"


def test_without_an_effect_there_is_no_index() -> None:
    arms: dict[ManifestArm, float] = {dosed(): 70.0}
    for dose in DOSES:
        arms[dosed(dosing("a", dose))] = float(Hill(70, 60, 1.0, 1.2).at(np.array(dose)))
        arms[dosed(dosing("b", dose))] = 70.0
        arms[dosed(dosing("a", dose / 2), dosing("b", dose / 2))] = 70.0 + dose
    analysis = analyse(synthetic(arms), ["combination"])[0]
    assert only_row(analysis, "combination")["outcome"] == NOT_FROM_ZERO
    assert "effect not distinguishable from zero (n = 6): b" in analysis.sentences[0]


# --- onset ----------------------------------------------------------------------------------------------------

DAYS = (13, 14, 15, 17, 20, 24, 28, 35, 41)


def onset_study(threshold_days: float, mood_days: float, grams: float = 50.0) -> AnalysedStudy:
    """Effects that settle with these half times (days), measured two hours after a dose."""

    def after(day: int, half: float) -> float:
        since = day + 2 / 24 - 14
        return 1 - 0.5 ** (since / half) if since > 0 else 0.0

    def measures(treated: bool) -> dict[Measure, float]:
        paw = {PAW._replace(day=d): VEHICLE_GRAMS + treated * grams * after(d, threshold_days) for d in DAYS}
        return paw | {MOOD._replace(day=d): treated * 0.5 * after(d, mood_days) for d in DAYS}

    noise = {True: 0.005}
    return synthetic({dosed(): measures(False), dosed(dosing("a", 10.0)): measures(True)}, noise=noise[True])


def test_half_days_and_the_lag_of_mood() -> None:
    analysis = analyse(onset_study(2.0, 7.0), ["onset"])[0]
    rows = {row["name"]: row for row in rows_of(analysis.tables["onset"])}
    assert rows["paw_pressure_threshold"]["half_day"] == pytest.approx(2.0, abs=0.3)
    assert rows["mood_index"]["half_day"] == pytest.approx(6.5, abs=1.0)
    (lag,) = rows_of(analysis.tables["onset_lags"])
    assert lag["low"] > 0
    assert any("mood comes later" in sentence for sentence in analysis.sentences)
    assert "percentile bootstrap" in analysis.sentences[-1]


def test_an_effect_that_is_there_at_once_is_said_to_be() -> None:
    analysis = analyse(onset_study(0.01, 7.0), ["onset"])[0]
    row = next(r for r in rows_of(analysis.tables["onset"]) if r["name"] == PAW.name)
    assert row["outcome"] == "at the first measurement"
    assert row["half_day"] == pytest.approx(2 / 24)


def test_without_an_effect_there_is_no_day() -> None:
    rows = rows_of(analyse(onset_study(2.0, 7.0, grams=0.0), ["onset"])[0].tables["onset"])
    row = next(r for r in rows if r["name"] == PAW.name)
    assert row["outcome"] == NOT_FROM_ZERO
    assert np.isnan(row["half_day"])


# --- order and antagonists ------------------------------------------------------------------------------------


def test_ranking_puts_the_largest_effect_first_and_tells_the_share_of_the_loss() -> None:
    arms = {
        dosed(circuit="sham"): 120.0,
        dosed(dosing("a", 10.0), circuit="sham"): 121.0,
        dosed(): 70.0,
        dosed(dosing("weak", 10.0)): 75.0,
        dosed(dosing("strong", 10.0)): 110.0,
    }
    table = analyse(synthetic(arms, noise=0.1), ["ranking"])[0].tables["ranking"]
    ligated = rows_of(where(table, circuit="ligated"))
    assert [row["arm"] for row in ligated] == ["ligated-strong-10", "ligated-weak-10"]
    assert [row["rank"] for row in ligated] == [1, 2]
    assert ligated[0]["percent_of_loss"] == pytest.approx(80.0, abs=2.0)
    assert np.isnan(where(table, circuit="sham")["percent_of_loss"]).all()


@pytest.mark.parametrize(("under", "outcome"), [(70.0, "taken away"), (90.0, "reduced"), (110.0, "kept")])
def test_what_an_antagonist_leaves(under: float, outcome: str) -> None:
    arms = {
        dosed(): 70.0,
        dosed(dosing("a", 10.0)): 110.0,
        dosed(manipulation="idazoxan"): 65.0,
        dosed(dosing("a", 10.0), manipulation="idazoxan"): under - 5.0,
    }
    row = only_row(analyse(synthetic(arms, noise=1.0), ["antagonists"])[0], "antagonists")
    assert row["outcome"] == outcome
    assert row["percent_left"] == pytest.approx(100 * (under - 70) / 40, abs=8)


def test_nothing_can_be_taken_from_a_drug_without_effect() -> None:
    arms = {
        dosed(): 70.0,
        dosed(dosing("a", 10.0)): 70.0,
        dosed(manipulation="idazoxan"): 70.0,
        dosed(dosing("a", 10.0), manipulation="idazoxan"): 70.0,
    }
    (analysis,) = analyse(synthetic(arms), ["antagonists"])
    assert only_row(analysis, "antagonists")["outcome"] == NOT_FROM_ZERO
    told = r"effect not distinguishable from zero \(n = 6; of this size and spread (\d+) would show it\)\.$"
    found = re.search(told, analysis.sentences[0])
    assert found
    assert int(found[1]) > 6


def test_an_effect_that_few_animals_do_not_show_is_not_called_none() -> None:
    """Two of two animals are raised by much, and an interval of two pairs holds 0: that tells nothing of no effect."""
    arms = {
        dosed(): 70.0,
        dosed(dosing("a", 10.0)): 110.0,
        dosed(manipulation="idazoxan"): 70.0,
        dosed(dosing("a", 10.0), manipulation="idazoxan"): 70.0,
    }
    (analysis,) = analyse(synthetic(arms, animals=2, noise=8.0), ["antagonists"])
    row = only_row(analysis, "antagonists")
    assert row["alone"] > 20.0
    assert row["alone_low"] < 0.0
    assert row["outcome"] == NOT_FROM_ZERO
    assert "no effect" not in analysis.sentences[0]


# --- names ----------------------------------------------------------------------------------------------------


def test_every_name_is_an_analysis() -> None:
    assert list(ANALYSIS_FUNCTIONS) == list(ANALYSES)


def test_an_unknown_analysis_is_told_with_the_nearest() -> None:
    with pytest.raises(UserError, match="Nearest: dose-response"):
        analyse(dose_study(Hill(70, 60, 1.5, 1.2)), ["dose-respons"])


@pytest.mark.parametrize("name", ANALYSIS_FUNCTIONS)
def test_a_study_without_the_arms_for_it_is_told_so(name: str) -> None:
    (analysis,) = analyse(synthetic({dosed(): 70.0}), [name])
    assert len(analysis.sentences) == 1
    assert analysis.sentences[0].startswith("No ")
    assert not any(map(len, analysis.tables.values()))


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((4.56, 1.2, 7.8), "4.56 [1.20, 7.80]"),
        ((9.996, 0.0123, 789.4), "10.0 [0.0123, 789]"),
        ((5.9e-16, -0.0867, 0.0867), "0 [-0.0867, 0.0867]"),
        ((0.0, 0.0, 0.0), "0 [0, 0]"),
        ((3.0, np.nan, np.inf), "3.00 [low, high]"),
    ],
)
def test_numbers_of_an_interval_have_three_digits(numbers: tuple[float, float, float], text: str) -> None:
    assert interval(*numbers, ("low", "high")) == text
