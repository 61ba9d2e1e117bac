"""Calibrations: what may be fitted and to what, residuals, and that the optimiser finds what is known to be there."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evidence_samples import OUTCOME, STAND_INS, finding

from core.errors import UserError
from core.quantities import read_quantity
from experiments.commands.command_line import main
from experiments.evidence import calibration, evaluation, parameter_points
from experiments.evidence.calibration import Calibration, read_calibration
from experiments.evidence.calibration_report import as_dictionary, outcome_rows, parameter_rows
from experiments.evidence.evaluation import RunOptions
from experiments.evidence.finding import bundled as findings
from experiments.evidence.finding_variants import with_settings, without
from experiments.evidence.fit import Optimum, fit, half_widths, optimum
from experiments.evidence.outcome import Outcome
from experiments.evidence.parameter_points import ParameterPoints, Settings
from experiments.evidence.residual import MOST_RESIDUAL, SURE_ERRORS, residual
from experiments.evidence.slice_experiments import SliceExperiment, measured
from experiments.evidence.uncertain import UNCERTAIN, parameter, settings, uncertain
from experiments.evidence.verdict import JudgedFinding, judge_outcome
from experiments.protocol.toml_text import toml_text
from experiments.running import cohort
from experiments.running.cohort import CohortError
from experiments.running.matched_animals import AnimalRunner
from results.statistics.intervals import Estimate

STRENGTH = "cells.locus_coeruleus_ascending.potassium_pool"
BIAS = "cells.locus_coeruleus_spinal.bias"
FIRM = "couplings.serotonin1A_girk.share"
IPSI, CONTRA = (
    f"transmitters.noradrenaline.releases.locus_coeruleus_spinal_in_dorsal_horn_{side}.quantum"
    for side in ("ipsi", "contra")
)
FIELDS: dict[str, Any] = {"name": "mine", "says": "A fit.", "findings": ["D9"], "parameters": [STRENGTH]}


def estimate(value: float, error: float = 0.1) -> Estimate:
    return Estimate(8, value, error, value - 2 * error, value + 2 * error)


# --- what may be fitted ------------------------------------------------------------------------------------------


def test_uncertain_numbers_have_a_range_and_no_firm_source() -> None:
    known = uncertain()
    assert {number.status for number in known.values()} == set(UNCERTAIN)
    assert FIRM not in known
    for path in known:
        one = parameter([path], "x")
        assert 0.0 <= one.position(one.value) <= 1.0
        assert one.settings(one.position(one.value)) == {}, "the value in use is no change"


@pytest.mark.parametrize("path", [STRENGTH, BIAS, "receptors.D2.half_activation", "plasticity.mood.time"])
def test_positions_are_values_within_the_range(path: Any) -> None:
    one = parameter([path], "x")
    for position in (-0.5, 0.0, 0.3, 1.0, 2.0):
        value = float(read_quantity(one.written(one.at(position)), one.like, path))
        assert one.low * (1 - 1e-9) <= value <= one.high * (1 + 1e-9)
        assert one.position(value) == pytest.approx(min(1.0, max(0.0, position)), abs=1e-4)
    assert one.logarithmic == (one.low > 0 and one.high / one.low > 3)


def test_numbers_that_move_together_share_a_setting() -> None:
    one = parameter([IPSI, CONTRA], "x")
    assert set(settings([one], [1.0])) == {IPSI, CONTRA}
    assert settings([one], [1.0])[IPSI] == one.written(one.high)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"findings": ["A10"]},
            "findings[0]: A10 is there to check the model and is never fitted to; findings to fit: ",
        ),
        ({"findings": ["D99"]}, 'findings[0]: no finding "D99". Nearest: D9'),
        ({"parameters": [FIRM]}, f"parameters[0]: {FIRM} has a firm source (Abe2009, seen)"),
        ({"parameters": ["couplings.serotonin3_on_inhibitory.share"]}, "has a firm source (Abe2009, seen)"),
        ({"parameters": ["afferents.a_delta.adapted_share"]}, "has no range to be moved in"),
        ({"parameters": ["capsaicin_decay"]}, "capsaicin_decay is no number of the circuit"),
        ({"parameters": ["cells.locus_coeruleus_ascending.potassium_pol"]}, f"Nearest: {STRENGTH}"),
        ({"parameters": [STRENGTH, STRENGTH]}, f"parameters[1]: {STRENGTH} is named twice"),
        ({"parameters": [[STRENGTH, BIAS]]}, "numbers that move together have one value"),
        ({"outcomes": {"D1": ["rate at rest"]}}, 'outcomes: no finding "D1"'),
        ({"outcomes": {"D9": ["rate at rest, 2.5 mg/kg/d, change from vehicl"]}}, 'outcomes.D9: no outcome "rate at'),
        ({"findings": ["A5"]}, "outcomes: A5 has no published number; say which outcomes count"),
        ({"findings": []}, "findings = []: expected a list of findings"),
        ({"parameters": []}, "parameters = []: expected a list of parameters"),
        ({"planned": ["A10"]}, "planned[0]: A10 is there to check the model and is never fitted to"),
        ({"animals": 1}, "animals = 1: expected animals per arm, 2 or more"),
        ({"parameter": 1}, 'no key "parameter". Nearest: parameters'),
        ({"name": "other"}, 'name = "other": expected the name of the file, "mine"'),
    ],
)
def test_a_mistake_in_a_calibration_is_one_line(tmp_path: Path, changes: Any, told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(toml_text(FIELDS | changes), "utf-8")
    with pytest.raises(UserError) as caught:
        read_calibration(path)
    (line,) = str(caught.value).split("\n")
    assert line.startswith("mine.toml: ")
    assert told in line


def test_calibrations_that_come_along() -> None:
    known = calibration.bundled()
    assert set(known) >= {"uptake", "autoreceptor", "raphe", "descending", "relief"}
    for each in known.values():
        assert all(one.role in ("fit", "construction") for one in each.fitted_to)
        assert all(list(each.counted(one)) for one in each.fitted_to)


def test_a_calibration_may_name_findings_in_advance(tmp_path: Path) -> None:
    path = tmp_path / "later.toml"
    path.write_text(toml_text({"name": "later", "says": "Held back.", "planned": ["Z99", "D9"]}), "utf-8")
    assert read_calibration(path).named == ("Z99", "D9")
    with pytest.raises(UserError, match='calibration "later": it only holds findings back'):
        calibration.calibration(str(path))


def test_by_default_outcomes_with_a_published_number_count() -> None:
    own = Calibration(**FIELDS)
    (one,) = own.fitted_to
    counted = [outcome for _, outcome in own.counted(one)]
    assert counted == [outcome for outcome in one.outcomes if outcome.target is not None]
    assert 0 < len(counted) < len(one.outcomes)


# --- settings reach whatever is judged ---------------------------------------------------------------------------


def test_settings_reach_all_arms_that_have_them() -> None:
    loss = "differences.glt1_loss.amplitude"
    (found,) = with_settings([findings()["A5"]], {STRENGTH: "14 nS", loss: 0.5})
    assert found.study is not None
    by_circuit = {arm.circuit: arm.set for arm in found.study.arms}
    assert by_circuit == {"naive": {STRENGTH: "14 nS"}, "ligated": {STRENGTH: "14 nS", loss: 0.5}}
    assert with_settings([findings()["A5"]], {}) == (findings()["A5"],)


def test_what_an_arm_sets_itself_stays() -> None:
    arms = [{"name": "untreated", "circuit": "ligated", "set": {STRENGTH: "15 nS"}}]
    own = finding(arms=arms, outcomes=[OUTCOME | {"arm": "untreated", "statistic": "mean"}])
    (found,) = with_settings([own], {STRENGTH: "14 nS"})
    assert found.study is not None
    assert found.study.arms[0].set == {STRENGTH: "15 nS"}


def test_slices_follow_settings_and_switches(tmp_path: Path) -> None:
    def half_life(rate: str) -> float:
        altered = with_settings([findings()["D19"]], {"transmitters.noradrenaline.clearance.rate": rate})
        return evaluation.judge(altered, RunOptions(tmp_path, animals=2))[0].judged[0].estimate.value

    assert half_life("0.48 Hz") == pytest.approx(half_life("0.24 Hz") / 2)

    def release(strength: float, *switches: str) -> float:
        altered = with_settings([findings()["C3"]], {"couplings.alpha2_on_a_delta_terminals.strength": strength})
        options = RunOptions(tmp_path, animals=2)
        return abs(evaluation.judge(without(altered, switches), options)[0].judged[0].estimate.value)

    assert release(-0.8) > release(-0.5) > release(-0.8, "alpha2") == 0.0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"receptor": "alpha2A_terminals"},
            'slice.receptor = "alpha2A_terminals": no transmitter in the bath activates it: it follows alpha2A; '
            "name alpha2A.",
        ),
        ({"receptor": "alfa2A"}, 'no receptor "alfa2A". Nearest: alpha2A'),
        ({"antagonist": "atropine"}, 'slice.antagonist = "atropine": it does not bind alpha2A; it binds M.'),
        (
            {"experiment": "uptake_half_life", "antagonist": "yohimbine"},
            'slice.antagonist = "yohimbine": it does not bind NET; it binds ',
        ),
    ],
)
def test_a_slice_that_cannot_be_is_told(asked: dict[str, str], told: str) -> None:
    with pytest.raises(UserError) as caught:
        measured(SliceExperiment.model_validate({"experiment": "release_change"} | asked), animals=1, seed=1)
    assert str(caught.value).startswith(told)


# --- residuals ---------------------------------------------------------------------------------------------------

BOTH = {"expected": "up", "target": 2.0, "low": 1.608, "high": 2.392}  # a standard error of 0.2
NO_NUMBER = {"expected": "up", "target": None, "low": 3.0, "high": None}  # no effect is 1, so 0.5
ONE_END = {"expected": "up", "target": 2.0, "low": 1.608, "high": None}
MARGIN = {"expected": "same", "target": None, "low": 0.9, "high": 1.1}
UP = {"expected": "up", "target": None, "low": None, "high": None}
DOWN = UP | {"expected": "down"}


@pytest.mark.parametrize(
    ("fields", "seen", "expected"),
    [
        (BOTH, estimate(2.0), 0.0),
        (BOTH, estimate(1.8), -1.0),
        (BOTH, estimate(2.4), 2.0),
        (NO_NUMBER, estimate(3.5), 0.0),
        (NO_NUMBER, estimate(2.5), -1.0),
        (ONE_END, estimate(9.0), 0.0),
        (ONE_END, estimate(1.408), -1.0),
        (MARGIN, estimate(1.05), 0.0),
        (MARGIN, estimate(1.1 + 0.2 / 3.92), 1.0),
        (MARGIN, estimate(0.9 - 0.2 / 3.92), -1.0),
        (UP, estimate(1.3), 0.0),
        (UP, estimate(1.1), -1.0),
        (UP, estimate(0.9), -3.0),
        (DOWN, estimate(0.7), 0.0),
        (DOWN, estimate(1.0), SURE_ERRORS),
        (DOWN, Estimate(8, 0.5, math.nan, math.nan, math.nan), SURE_ERRORS),
        (UP, Estimate(8, 1.0, 0.0, 1.0, 1.0), -SURE_ERRORS),
        (UP, Estimate(8, 1.1, 0.0, 1.1, 1.1), 0.0),
        (UP, Estimate(8, 0.9, 0.0, 0.9, 0.9), -MOST_RESIDUAL),
        (BOTH, Estimate(0, math.nan, math.nan, math.nan, math.nan), MOST_RESIDUAL),
        (BOTH, estimate(1e9), MOST_RESIDUAL),
    ],
)
def test_residuals(fields: Any, seen: Any, expected: Any) -> None:
    outcome = Outcome.model_validate(OUTCOME | fields)
    assert residual(outcome, seen) == pytest.approx(expected, rel=0.06, abs=1e-6)


# --- the optimiser -----------------------------------------------------------------------------------------------


def found_in(target: np.ndarray, start: Sequence[float] = (0.5, 0.5)) -> Optimum:
    slopes = np.array([[4.0, 1.0], [0.5, -3.0], [1.0, 1.0]])

    def residuals(positions: np.ndarray) -> np.ndarray:
        assert positions.min() >= 0.0
        assert positions.max() <= 1.0
        return np.asarray((positions - target) @ slopes.T)

    return optimum(residuals, np.array(start), steps=10)


def test_the_optimum_of_known_residuals_is_found() -> None:
    best = found_in(np.array([0.2, 0.7]))
    assert best.positions == pytest.approx([0.2, 0.7], abs=0.005)
    assert best.cost == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("start", [(0.5, 0.5), (0.0, 1.0)])
def test_an_optimum_beyond_the_range_ends_at_its_edge(start: tuple[float, ...]) -> None:
    best = found_in(np.array([1.4, 0.5]), start)
    assert best.positions[0] == pytest.approx(1.0, abs=0.01)


def test_widths_are_those_of_gauss_and_newton() -> None:
    jacobian = np.array([[2.0, 0.0], [0.0, 0.5], [0.0, 0.0]])
    assert half_widths(jacobian) == pytest.approx([1.96 / 2.0, 1.96 / 0.5])
    assert half_widths(np.array([[2.0, 0.0]])).tolist() == [pytest.approx(0.98), math.inf]
    assert half_widths(np.array([[1.0, 1.0]])).tolist() == [math.inf, math.inf], "only their sum is known"


class Linear:
    """Stands in for the animals: all arms slow by 20 %, and by 96 % more over the range of the autoreceptor."""

    def __init__(self) -> None:
        self.asked: list[Settings] = []

    def judge(self, wanted: Sequence[Settings]) -> list[list[JudgedFinding]]:
        self.asked += wanted
        return [[self._judged(point)] for point in wanted]

    def _judged(self, point: Settings) -> JudgedFinding:
        one = parameter([STRENGTH], "x")
        strength = float(read_quantity(point.get(STRENGTH, one.written(one.value)), one.like, STRENGTH))
        assert one.low * (1 - 1e-9) <= strength <= one.high * (1 + 1e-9)
        slowing = 20.0 + 96.0 * one.position(strength)
        found = findings()["D9"]
        return JudgedFinding(found, tuple(judge_outcome(o, estimate(-slowing, 2.0)) for o in found.outcomes))


def test_a_calibration_finds_the_known_strength() -> None:
    only = {"D9": ["rate at rest, 2.5 mg/kg/d, change from vehicle"]}
    own = Calibration(**FIELDS | {"outcomes": only, "parameters": [STRENGTH, BIAS]})
    animals = Linear()
    found = fit(own, animals, profile=True)  # type: ignore[arg-type]
    strength, bias = found.parameters
    assert strength.parameter.position(strength.value) == pytest.approx(0.5, abs=0.01), "-68 %"
    assert strength.low is not None
    assert strength.high is not None
    assert strength.low < strength.value < strength.high
    assert not strength.edge
    assert bias.value == pytest.approx(bias.parameter.value), "nothing depends on it"
    assert not bias.determined
    assert found.cost_after < 0.01
    assert found.cost_after <= found.cost_before
    costs = [cost for _, cost in strength.profile]
    assert min(costs[0], costs[-1]) > min(costs)
    told = as_dictionary(found, "bluespot calibrate mine", 7)
    json.dumps(told, allow_nan=False)
    assert [each["counts"] for each in told["outcomes"]] == [False, True, False, False, False]
    (_, in_use, _, width, span, _), (*_, unknown, _, _) = parameter_rows(found)
    one = strength.parameter
    assert (in_use, span) == (one.written(one.value), f"{one.written(one.low)} to {one.written(one.high)}")
    assert told["parameters"][0]["in_use"] == in_use
    assert unknown == "not determined"
    assert " to " in width
    assert "does not count" in next(outcome_rows(found))


def test_a_value_at_the_end_of_its_range_is_told() -> None:
    only = {"D9": ["rate at rest, 10 mg/kg/d, change from vehicle"]}

    class Flat(Linear):
        def _judged(self, point: Settings) -> JudgedFinding:
            found = super()._judged(point)
            weak = [estimate(each.estimate.value / 4, 2.0) for each in found.judged]
            pairs = zip(found.finding.outcomes, weak, strict=True)
            return JudgedFinding(found.finding, tuple(judge_outcome(o, e) for o, e in pairs))

    found = fit(Calibration(**FIELDS | {"outcomes": only}), Flat())  # type: ignore[arg-type]
    (strength,) = found.parameters
    assert strength.edge == "high"
    assert next(iter(parameter_rows(found)))[-1] == "at the high end of its range"


# --- points are evaluated once -----------------------------------------------------------------------------------


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Points of a finding with stand-in animals; how often findings were judged."""
    calls: list[int] = []
    judge = evaluation.judge

    def counting(found: Any, *arguments: Any, **options: Any) -> Any:
        calls.append(len(found))
        return judge(found, *arguments, **options)

    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: STAND_INS))
    monkeypatch.setattr(evaluation, "judge", counting)
    return ParameterPoints([finding("T1")], RunOptions(tmp_path / "fit")), calls


POINTS = [{}, {STRENGTH: "14 nS"}, {STRENGTH: "15 nS"}]


def test_a_point_is_run_once(counted: Any) -> None:
    wanted, calls = counted
    first = wanted.judge(POINTS)
    assert calls == [3], "points that are wanted together are run together"
    again = ParameterPoints(wanted.findings, wanted.options).judge(POINTS[::-1])
    assert calls == [3]
    assert [repr(each) for each in again[::-1]] == [repr(each) for each in first]
    assert wanted.count() == 3
    assert not (wanted.options.out / parameter_points.UNFINISHED_FOLDER).exists()


def test_points_of_other_animals_are_others(counted: Any) -> None:
    wanted, calls = counted
    wanted.judge(POINTS[:1])
    ParameterPoints(wanted.findings, replace(wanted.options, animals=3)).judge(POINTS[:1])
    ParameterPoints([finding("T1", animals=5)], wanted.options).judge(POINTS[:1])
    assert calls == [1, 1, 1]


def test_points_of_another_model_are_others(counted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, calls = counted
    wanted.judge(POINTS[:1])
    monkeypatch.setattr(parameter_points, "model_fingerprint", lambda: "another")
    ParameterPoints(wanted.findings, wanted.options).judge(POINTS[:1])
    assert calls == [1, 1]


def test_a_stopped_calibration_goes_on_where_it_was(counted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, calls = counted
    monkeypatch.setattr(parameter_points, "POINTS_PER_STUDY", 1)
    remember = ParameterPoints._remember

    def stop_at_third(self: ParameterPoints, point: Any, estimates: Any) -> None:
        if len(calls) == 3:
            raise KeyboardInterrupt
        remember(self, point, estimates)

    monkeypatch.setattr(ParameterPoints, "_remember", stop_at_third)
    with pytest.raises(KeyboardInterrupt):
        wanted.judge(POINTS)
    monkeypatch.setattr(ParameterPoints, "_remember", remember)
    wanted.judge(POINTS)
    assert calls == [1, 1, 1, 1], "the third once more, the first two not"


def test_a_point_that_cannot_be_simulated_is_told_and_gives_nothing(
    counted: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wanted, _ = counted
    run = cohort.run_in_steps

    def broken(study: Any, *arguments: Any, **options: Any) -> Any:
        if any(arm.set for arm in study.arms):
            raise CohortError("1 of 1 animals are not finished")
        return run(study, *arguments, **options)

    monkeypatch.setattr(evaluation, "run_in_steps", broken)
    with caplog.at_level("INFO", logger="bluespot"):
        ((fine,), (failed,)) = ParameterPoints(wanted.findings, wanted.options).judge(POINTS[:2])
    assert math.isfinite(fine.judged[0].estimate.value)
    assert math.isnan(failed.judged[0].estimate.value)
    assert residual(failed.judged[0].outcome, failed.judged[0].estimate) == MOST_RESIDUAL
    assert caplog.messages[-1] == "this point cannot be simulated: 1 of 1 animals are not finished"
    monkeypatch.setattr(evaluation, "run_in_steps", run)
    ((mended,),) = ParameterPoints(wanted.findings, wanted.options).judge(POINTS[1:2])
    assert math.isfinite(mended.judged[0].estimate.value), "what went wrong once is tried again"


# --- the command -------------------------------------------------------------------------------------------------


def errors_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(list(arguments)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.splitlines()


def test_the_list_has_the_criterion_and_the_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "--list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in told] == ["criterion", *calibration.bundled()]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("uptak",), 'no calibration "uptak". Nearest: uptake'),
        (("nothing.toml",), "nothing.toml: no such file"),
        (("uptake", "--animals", "1"), "--animals = 1: expected 2 or more"),
        (("autoreceptor", "--size", "0"), "--size = 0.0: expected"),
        (("uptake", "--workers", "0"), "workers = 0"),
        (("--profile",), "--profile: the criterion"),
        (("--animals", "1"), "--animals = 1: expected 2 or more"),
        (("criterion", "--size", "0"), "--size = 0: expected a scale"),
    ],
)
def test_a_wrong_calibration_is_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = errors_of(capsys, "calibrate", *arguments)
    assert told in line
    assert not list(tmp_path.iterdir())


def test_uptake_is_fitted_to_its_half_life(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Needs no animals, so that the whole command can be run at once."""
    out = tmp_path / "uptake"
    assert main(["calibrate", "uptake", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((out / "calibration.json").read_text("utf-8"))
    (rate,) = told["parameters"]
    assert float(rate["low"].split()[0]) < float(rate["fitted"].split()[0]) < float(rate["high"].split()[0])
    half_life = told["outcomes"][0]
    assert half_life["after"]["estimate"] == pytest.approx(2.93, abs=0.2)
    assert told["cost"]["after"] <= told["cost"]["before"]
    assert told["command"].startswith(f"bluespot calibrate uptake --out {out}")
    assert main(["calibrate", "uptake", "--out", str(out)]) == 0
    again = capsys.readouterr()
    assert len(again.err.splitlines()) == 1, "all points were known"
    assert "transmitters.noradrenaline.clearance.rate" in again.out


@pytest.mark.slow
def test_real_animals_are_fitted_and_not_run_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    only = {"D9": ["rate at rest, 2.5 mg/kg/d, change from vehicle"]}
    (tmp_path / "mine.toml").write_text(toml_text(FIELDS | {"animals": 2, "steps": 1, "outcomes": only}), "utf-8")
    command = ["calibrate", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "fit"), "--size", "0.1"]
    assert main([*command, "--workers", "1"]) == 0
    printed = capsys.readouterr()
    assert STRENGTH in printed.out
    assert "points 1 to" in printed.err
    assert main([*command, "--json"]) == 0
    again = capsys.readouterr()
    assert "points" not in again.err.split("\n", 1)[1], "everything was known"
    told = json.loads(again.out)
    low, high = (float(end.split()[0]) for end in told["parameters"][0]["range"])
    assert low <= float(told["parameters"][0]["fitted"].split()[0]) <= high
    assert told["cost"]["after"] <= told["cost"]["before"]


@pytest.mark.slow
def test_the_criterion_is_still_what_is_measured_by_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "criterion"
    assert main(["calibrate", "--animals", "2", "--size", "0.1", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((out / "calibration.json").read_text("utf-8"))
    assert 0.1 < told["criterion"] < 60.0
    assert told["animals"] == 2
