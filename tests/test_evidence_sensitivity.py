"""Elementary effects: known slopes are found, verdicts that change are counted, and mistakes are one line."""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from evidence_samples import OUTCOME, finding

from core.errors import UserError
from core.quantities import read_quantity
from experiments.commands.command_line import main
from experiments.evidence.factors import factor_groups, factors
from experiments.evidence.parameter_points import Settings
from experiments.evidence.sensitivity import JudgePoints, design, elementary_effects, screen
from experiments.evidence.uncertain import parameter, uncertain
from experiments.evidence.verdict import JudgedFinding, judge_outcome
from results.comparison.frames import rows_of
from results.figures import draw_sensitivity, save
from results.statistics.intervals import Estimate

NAMES = ("receptors.D2.hill", "receptors.alpha1.hill", "receptors.5-HT1A.hill")
#: The interval makes a standard error of 0.1.
PUBLISHED = OUTCOME | {"target": 1.5, "low": 1.304, "high": 1.696}


def positions(point: Settings) -> list[float]:
    found = []
    for name in NAMES:
        one = parameter([name], "x")
        found.append(one.position(float(read_quantity(point.get(name, one.written(one.value)), one.like, name))))
    return found


def judge_by(number: Callable[[list[float]], float], seen: list[Settings] | None = None) -> JudgePoints:
    """Stands in for the animals: one outcome, that `number` gives from the positions."""
    own = finding(outcomes=[PUBLISHED])

    def judge(points: Sequence[Settings]) -> list[list[JudgedFinding]]:
        if seen is not None:
            seen.extend(points)
        found = []
        for point in points:
            value = number(positions(point))
            estimate = Estimate(8, value, 0.01, value - 0.02, value + 0.02)
            found.append([JudgedFinding(own, (judge_outcome(own.outcomes[0], estimate),))])
        return found

    return judge


def test_known_slopes_are_found_in_standard_errors() -> None:
    found = screen(design(factors(NAMES), 6), judge_by(lambda at: 1.4 + 0.3 * at[0] - 0.1 * at[1]))
    effects = {row["factor"]: row for row in rows_of(found.effects)}
    assert [effects[name]["mu_star"] for name in NAMES] == pytest.approx([3.0, 1.0, 0.0], abs=1e-4)
    assert [effects[name]["mu"] for name in NAMES] == pytest.approx([3.0, -1.0, 0.0], abs=1e-4)
    assert [effects[name]["sigma"] for name in NAMES] == pytest.approx([0.0, 0.0, 0.0], abs=1e-4)
    assert [row["factor"] for row in rows_of(found.summary)] == list(NAMES)
    assert effects[NAMES[0]]["trajectories"] == 6


def test_what_is_not_straight_has_a_sigma() -> None:
    found = screen(design(factors(NAMES), 8), judge_by(lambda at: 1.5 + at[0] * at[1]))
    sigmas = {row["factor"]: row["sigma"] for row in rows_of(found.effects)}
    assert sigmas[NAMES[0]] > 1.0
    assert sigmas[NAMES[1]] > 1.0
    assert sigmas[NAMES[2]] == pytest.approx(0.0, abs=1e-9)


def test_a_span_shortens_the_stretch_around_the_values_in_use() -> None:
    seen: list[Settings] = []
    found = screen(design(factors(NAMES), 4, span=0.2), judge_by(lambda at: at[0], seen))
    in_use = np.array(positions({}))
    moved = np.array([positions(point) for point in seen])
    assert (moved >= 0.8 * in_use - 1e-5).all()
    assert (moved <= in_use + 0.2 * (1.0 - in_use) + 1e-5).all()
    assert found.effects["mu_star"][0] == pytest.approx(2.0, abs=1e-3), "a fifth of 1 over 0.1"


def test_steps_name_the_factor_that_moves() -> None:
    wanted = design(factors(NAMES), 5)
    steps = list(wanted.steps())
    assert len(steps) == 15
    for row, factor in steps:
        assert np.nonzero(wanted.samples[row + 1] != wanted.samples[row])[0].tolist() == [factor]


def test_verdicts_that_change_are_counted() -> None:
    """Reproduced up to 1.696, beyond that a direction only: the first factor alone crosses it."""
    wanted = design(factors(NAMES), 6)
    found = screen(wanted, judge_by(lambda at: 1.5 if at[0] < 0.5 else 2.0))
    flips = {row["factor"]: (row["flips"], row["verdicts"]) for row in rows_of(found.summary)}
    crossing = sum((wanted.samples[row, 0] < 0.5) != (wanted.samples[row + 1, 0] < 0.5) for row, k in wanted.steps())
    assert crossing > 0
    assert flips == {NAMES[0]: (crossing, 6), NAMES[1]: (0, 6), NAMES[2]: (0, 6)}


def test_outcomes_are_counted_at_the_points_away_from_the_numbers_in_use() -> None:
    """As the first factor stands on its four levels: no effect, reproduced, reproduced, a direction only."""
    wanted = design(factors(NAMES), 6)
    numbers = {0: 0.9, 1: 1.4, 2: 1.5, 3: 2.0}
    found = screen(wanted, judge_by(lambda at: numbers[round(3 * at[0])]))
    (row,) = rows_of(found.outcomes)
    at = [numbers[round(3 * each)] for each in wanted.samples[:, 0]]
    assert row["points"] == len(at) == 24
    assert row["median"] == pytest.approx(np.median(at))
    assert row["expected_side"] == sum(each > 1.0 for each in at)
    assert row["reproduced"] == at.count(1.4) + at.count(1.5)
    assert row["direction_only"] == at.count(2.0) > 0


def test_a_group_moves_in_one_step() -> None:
    wanted = design(factors(), 2)
    assert len(wanted.samples) == 2 * (len(factor_groups()) + 1)
    for row, k in wanted.steps():
        paths = [one.name for factor in wanted.factors for one in factor.parameters]
        moved = {paths[column] for column in np.nonzero(wanted.samples[row + 1] != wanted.samples[row])[0]}
        assert moved == set(factor_groups()[wanted.factors[k].name])


def test_every_uncertain_number_is_in_one_group_unless_it_shapes_the_program() -> None:
    grouped = [path for paths in factor_groups().values() for path in paths]
    assert len(grouped) == len(set(grouped))
    left_out = set(uncertain()) - set(grouped)
    assert left_out
    assert all(path.endswith((".standard", ".in_degree")) or path.startswith("synapses.delays") for path in left_out)
    assert set(factor_groups()["receptors.dopamine"]) >= {NAMES[0], "couplings.dopamine2_girk.strength"}


def test_the_design_is_the_same_each_time() -> None:
    one, other = (design(factors(), 3).samples for _ in range(2))
    assert (one == other).all()
    assert one.min() == 0.0
    assert one.max() == 1.0


def test_trajectories_with_a_missing_number_are_left_out() -> None:
    wanted = design(factors(NAMES), 5)
    values = wanted.samples @ np.array([3.0, 1.0, 0.0])
    values[1] = np.nan
    found, used = elementary_effects(wanted, values)
    assert used == 4
    assert found["mu_star"] == pytest.approx([3.0, 1.0, 0.0])
    found, used = elementary_effects(wanted, np.full_like(values, np.nan))
    assert used == 0
    assert np.isnan(found["mu_star"]).all()


def test_nothing_but_missing_numbers_is_no_fault(tmp_path: Path) -> None:
    found = screen(design(factors(NAMES), 2), judge_by(lambda at: math.nan))
    assert np.isnan(found.summary["mu_star"]).all()
    assert np.isnan(found.outcomes["median"]).all()
    assert save(draw_sensitivity(found.effects, found.summary), tmp_path, "none")


def test_the_figure_shows_all_factors(tmp_path: Path) -> None:
    found = screen(design(factors(NAMES), 3), judge_by(lambda at: 1.4 + 0.3 * at[0]))
    figure = draw_sensitivity(found.effects, found.summary)
    left = figure.axes[0]
    assert [label.get_text() for label in left.get_yticklabels()] == found.summary["factor"].tolist()
    assert {text.get_text() for text in left.texts} == {"3", "0"}
    assert [path.suffix for path in save(figure, tmp_path, "sensitivity")] == [".png", ".svg"]


# --- the command -------------------------------------------------------------------------------------------------


def test_the_command_writes_table_json_and_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a finding that needs no animals."""
    names = "transmitters.noradrenaline.clearance.rate,transmitters.noradrenaline.autoinhibition"
    command = ["sensitivity", "--only", "D19", "--parameters", names, "--trajectories", "2", "--animals", "2"]
    assert main([*command, "--out", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    first, second = told["summary"]
    assert first["factor"] == "transmitters.noradrenaline.clearance.rate"
    assert first["mu_star"] > 1.0
    assert second["mu_star"] == 0.0
    assert {path.name for path in tmp_path.iterdir()} >= {
        "outcomes.csv",
        "sensitivity.csv",
        "sensitivity.json",
        "sensitivity.png",
        "sensitivity.svg",
    }
    with (tmp_path / "sensitivity.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["outcome"] for row in rows if row["factor"] == first["factor"]] == [
        "half-life from the peak of 0.31 uM",
        "times longer under desipramine 50 nM",
    ]
    kept = json.loads((tmp_path / "sensitivity.json").read_text("utf-8"))
    assert {name: kept[name] for name in told} == told
    assert [row["points"] for row in told["outcomes"]] == [6, 6]
    assert [row["verdict_in_use"] for row in told["outcomes"]] == ["reproduced", "reproduced"]
    assert main([*command, "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "Outcomes at the 6 points" in printed
    in_use = told["outcomes"][0]["in_use"]
    assert re.search(rf"D19 half-life from the peak of 0.31 uM +{in_use:.2f} s +reproduced +\d", printed)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--only", "A99"), '--only: no finding "A99"'),
        (("--parameters", "couplings.serotonin1A_girk.share"), "has a firm source (Abe2009, seen)"),
        (
            ("--parameters", "receptors.D2.hil"),
            '--parameters: no parameter "receptors.D2.hil". Nearest: receptors.D2.hill',
        ),
        (("--parameters", "inury"), '--parameters: no group "inury". Nearest: injury'),
        (("--trajectories", "1"), "--trajectories = 1: expected a whole number, 2 or more"),
        (("--span", "0"), "--span = 0: expected a share of the ranges"),
        (("--animals", "0"), "--animals = 0: expected"),
        (("--workers", "0"), "workers = 0"),
    ],
)
def test_a_wrong_option_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], told: str
) -> None:
    out = tmp_path / "out"
    assert main(["sensitivity", "--out", str(out), *options]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err.splitlines()[-1]
    assert len(printed.err.splitlines()) == 1
    assert not out.exists()


def test_without_salib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.analyze", None)
    with pytest.raises(UserError, match=r'^sensitivity needs SALib.*: pip install "bluespot\[sensitivity\]"\.$'):
        design(factors(NAMES), 2)


def test_the_list_of_groups_runs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sensitivity", "--list", "--json"]) == 0
    assert [each["group"] for each in json.loads(capsys.readouterr().out)] == list(factor_groups())
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_real_animals_answer_to_the_autoreceptor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = "couplings.alpha2_autoreceptor_soma.strength,plasticity.mood.time"
    command = ["sensitivity", "--only", "D9", "--parameters", names, "--trajectories", "2", "--animals", "2"]
    assert main([*command, "--size", "0.1", "--workers", "1", "--out", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["summary"]
    sizes = {row["factor"]: row["mu_star"] for row in told}
    assert sizes["couplings.alpha2_autoreceptor_soma.strength"] > 0.2
    assert sizes["plasticity.mood.time"] < 0.1 * sizes["couplings.alpha2_autoreceptor_soma.strength"]
