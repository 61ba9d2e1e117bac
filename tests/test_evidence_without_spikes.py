"""Findings that need no spikes: what a forecast tells of an arm, and calibrations that run no animal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from drugs import DRUGS, exposure, fluoxetine, reboxetine, venlafaxine
from experiments.commands.command_line import main
from experiments.evidence import evaluation
from experiments.evidence.calibration import read_calibration
from experiments.evidence.evaluation import RunOptions
from experiments.evidence.finding import Finding
from experiments.evidence.finding import bundled as findings
from experiments.evidence.forecast_readings import ForecastArms, readable, with_drug_numbers
from experiments.evidence.uncertain import parameter, uncertain, uncertain_of_drugs
from experiments.evidence.value import Value
from experiments.evidence.without_spikes import judge_without_spikes
from experiments.laboratory.forecast import forecast
from experiments.protocol.study import Study
from experiments.protocol.toml_text import toml_text

VOLUME = "fluoxetine.kinetics.disposition.volume"
OF_METABOLITE = "norfluoxetine.affinities.SERT.constant"
SHARE = "transmitters.noradrenaline.clearance.shares_in.forebrain.NET"
BURST = "rise of the rate in the burst"
FIELDS: dict[str, Any] = {
    "name": "mine",
    "says": "A fit.",
    "findings": ["N5"],
    "outcomes": {"N5": ["SERT held, fluoxetine 10"]},
    "parameters": [VOLUME],
    "spikes": False,
}


def study(treatments: list[dict[str, Any]], circuit: str = "naive", **arm: Any) -> Study:
    assays = [
        {"assay": "microdialysis", "days": [1], "hour": -0.5},
        {"assay": "microdialysis", "days": [1], "hour": 1.0},
    ]
    arms = [{"name": "treated", "circuit": circuit, "treatments": treatments, **arm}]
    return Study.model_validate({"name": "x", "animals": 2, "arms": arms, "assays": assays})


OUTCOME: dict[str, Any] = {
    "says": "per cent of before",
    "statistic": "percent_of_baseline",
    "arm": "treated",
    "baseline_day": 1,
    "baseline_hour": -0.5,
    "expected": "up",
}
REBOXETINE = {"drug": "reboxetine", "dose": "15 mg/kg", "route": "i.p.", "schedule": "once", "on_day": 1}


def value(name: str, hour: float = 1.0, **keys: Any) -> Value:
    return Value.model_validate({"name": name, "day": 1, "hour": hour, **keys})


# --- readings ----------------------------------------------------------------------------------------------------


def test_readings_are_those_of_the_forecast() -> None:
    arms = ForecastArms(study([REBOXETINE]), animals=3)
    seen = forecast(reboxetine.once("15 mg/kg", route="i.p.", on_day=1), [23.5, 24.0, 25.0])
    expected: list[tuple[str, dict[str, Any], Any]] = [
        ("microdialysis_noradrenaline_forebrain", {}, seen.level("noradrenaline", "forebrain")),
        ("microdialysis_serotonin", {"side": "contra"}, seen.level("serotonin", "dorsal_horn_contra")),
        ("noradrenaline_raphe_nanomolar", {}, seen.level("noradrenaline", "raphe")),
        ("raphe_rate", {}, seen.rates["raphe"]),
        ("rate", {"population": "raphe", "assay": "locus_coeruleus_recording", "part": "before"}, seen.rates["raphe"]),
        ("serotonin1A_sensitivity", {}, seen.variables["serotonin1A_sensitivity"]),
        ("locus_coeruleus_glutamate", {}, 1.0 / seen.variables["glutamate_clearance"]),
    ]
    for name, keys, known in expected:
        found = arms.read("treated", value(name, **keys))
        assert list(found) == [1, 2, 3]
        assert found[1] == pytest.approx(known[2], rel=1e-3)
        assert arms.read("treated", value(name, -0.5, **keys))[2] == pytest.approx(known[0], rel=1e-3)


def test_the_locus_coeruleus_is_the_mean_of_its_cells() -> None:
    arms = ForecastArms(study([REBOXETINE]), animals=1)
    parts = [arms.read("treated", value(f"locus_coeruleus_{module}_rate"))[1] for module in ("spinal", "ascending")]
    assert min(parts) <= arms.read("treated", value("locus_coeruleus_rest_rate"))[1] <= max(parts)


def test_what_only_spikes_tell_is_no_reading() -> None:
    spiky: list[tuple[str, dict[str, Any]]] = [
        ("paw_pressure_threshold", {"side": "ipsi"}),
        ("ipsi_projection_rate", {}),
        ("rate", {"population": "raphe", "assay": "locus_coeruleus_recording", "part": "during"}),
        ("locus_coeruleus_burst_rise", {}),
        ("microdialysis_histamine_forebrain", {}),
    ]
    for name, keys in spiky:
        assert not readable(value(name, **keys))
        assert ForecastArms(study([REBOXETINE]), 2).read("treated", value(name, **keys)) == {}


def test_an_average_over_hours_lies_between_its_ends() -> None:
    arms = ForecastArms(study([REBOXETINE]), 1)
    name = "noradrenaline_forebrain_nanomolar"
    at = [arms.read("treated", value(name, hour))[1] for hour in (-0.5, 1.0)]
    mean = arms.read("treated", value(name, mean_over_hours=1.5))[1]
    assert min(at) < mean < max(at)
    assert arms.read("treated", value(name, -0.5, mean_over_hours=1.5))[1] == pytest.approx(at[0], rel=1e-3)


def test_an_anaesthetic_counts_while_it_lasts() -> None:
    halothane = [{"agent": "halothane", "on_days": [1], "hour": 0.5, "lasts_hours": 1.0}]
    arms = ForecastArms(study([], anaesthesia=halothane), 1)
    before, during = (
        arms.read("treated", value("microdialysis_noradrenaline_forebrain", hour))[1] for hour in (-0.5, 1.0)
    )
    assert during < 0.5 * before


def test_an_injury_is_followed_from_surgery() -> None:
    arms = ForecastArms(study([], circuit="ligated"), 1)
    moment = arms._moment("treated", 25.0)
    assert moment.state.followed_from <= 0.0
    assert moment.injury["ectopic_share"] > 0.0


# --- numbers of drugs --------------------------------------------------------------------------------------------


def test_uncertain_numbers_of_drugs_are_apart_from_those_of_the_circuit() -> None:
    assert not set(uncertain()) & set(uncertain_of_drugs())
    assert {path.split(".")[0] for path in uncertain_of_drugs()} <= set(DRUGS)
    assert parameter([VOLUME], "x").of_drugs
    assert not parameter([SHARE], "x").of_drugs


@pytest.mark.parametrize("path", [VOLUME, OF_METABOLITE])
def test_a_number_of_a_drug_or_metabolite_moves_what_it_holds(path: str) -> None:
    regimen = fluoxetine.once("10 mg/kg", route="i.p.", on_day=1)
    one = parameter([path], "x")
    changed = tuple(with_drug_numbers([regimen], {path: one.written(one.high)}))

    def held(given: Any) -> float:
        return exposure(given, 27.0).at("forebrain", "SERT").occupancy

    assert held(changed) < held(regimen)
    other = venlafaxine.once("10 mg/kg", route="i.p.", on_day=1)
    assert tuple(with_drug_numbers([other], {path: one.written(one.high)})) == (other,)


def test_a_point_moves_circuit_and_drugs_at_once() -> None:
    asked = findings()["N5"], findings()["N7"]
    share, volume = parameter([SHARE], "x"), parameter([VOLUME], "x")
    options = RunOptions(Path("nowhere"), animals=2)
    before = judge_without_spikes(asked, {}, options)
    after = judge_without_spikes(asked, {SHARE: share.high, VOLUME: volume.written(volume.high)}, options)
    for k, sign in ((0, -1.0), (1, 1.0)):
        first, last = (each[k].judged[0].estimate.value for each in (before, after))
        assert sign * (last - first) > 0.0


# --- calibrations ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"spikes": True}, f"parameters[0]: {VOLUME} is a number of a drug, which arms cannot set"),
        ({"findings": ["D1"], "outcomes": {"D1": [BURST]}}, f'only spikes tell "{BURST}" of D1'),
        ({"parameters": ["fluoxetine.kinetics.disposition.half_life"]}, "has a firm source (Caccia1990, seen)"),
        ({"parameters": ["fluoxetine.kinetics.disposition.volum"]}, f"Nearest: {VOLUME}"),
        ({"parameters": ["typical_kinetics.routes.s.c..rate"]}, "is no number of the circuit, nor of one drug"),
        ({"spikes": "no"}, "spikes"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, changes: Any, told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(toml_text(FIELDS | changes), "utf-8")
    with pytest.raises(UserError) as caught:
        read_calibration(path)
    assert told in str(caught.value).split("\n")[0]


def test_a_volume_is_fitted_to_what_the_drug_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: Any, **__: Any) -> None:
        raise AssertionError("no animal is to be run")

    monkeypatch.setattr(evaluation, "read_studies", run)
    (tmp_path / "mine.toml").write_text(toml_text(FIELDS), "utf-8")
    command = ["calibrate", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "fit"), "--json", "--workers", "1"]
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    (volume,) = told["parameters"]
    in_use, fitted = (float(volume[key].split()[0]) for key in ("in_use", "fitted"))
    known = parameter([VOLUME], "x")
    assert in_use == pytest.approx(known.value * 1e3)
    assert fitted <= known.high * 1e3 * (1 + 1e-9)
    held = next(each for each in told["outcomes"] if each["counts"])
    assert abs(held["after"]["estimate"] - 89.0) <= abs(held["before"]["estimate"] - 89.0) + 1e-9
    assert told["cost"]["after"] <= told["cost"]["before"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("drug", "dose", "transmitter"),
    [
        ("reboxetine", "15 mg/kg", "noradrenaline"),
        ("fluoxetine", "10 mg/kg", "serotonin"),
        ("yohimbine", "5 mg/kg", "noradrenaline"),
    ],
)
def test_spikes_tell_the_same(tmp_path: Path, drug: str, dose: str, transmitter: str) -> None:
    """The forecast of an average animal against the mean of small ones: within a fifth of what the drug changes."""
    name = f"microdialysis_{transmitter}_forebrain"
    given = [REBOXETINE | {"drug": drug, "dose": dose}]
    outcome = OUTCOME | {"value": {"name": name, "day": 1, "hour": 1.0}}
    table = study(given).table()
    fields = {"id": "T1", "claim": "A claim.", "source": "Nobody 2000", "role": "fit", "animals": 3}
    one = Finding.model_validate(
        fields | {"study": {key: table[key] for key in ("arms", "assays")}, "outcomes": [outcome]}
    )
    options = RunOptions(tmp_path, size=0.3, animals=3)
    (spikes,), (none,) = evaluation.judge([one], options), judge_without_spikes([one], {}, options)
    seen, told = (each.judged[0].estimate.value - 100.0 for each in (spikes, none))
    assert told == pytest.approx(seen, rel=0.35)
