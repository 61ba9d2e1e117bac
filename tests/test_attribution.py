"""Attribution: the arithmetic on made-up effects, the arms that a study is given, and what real animals give."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Rectangle
from test_results_figures import texts

from circuits import SWITCHES
from circuits.receptors import COUPLINGS, LOCUS_COERULEUS
from core.errors import UserError
from drugs import duloxetine
from experiments.commands.command_line import main
from experiments.evidence.attribution import MECHANISM_SWITCHES, USUAL_MECHANISMS, attribute, attribution_study
from experiments.protocol.study_file import parse_study, read_study
from results.analyses.attribution import ATTRIBUTION_COLUMNS, REMAINDER, TOTAL, attribution
from results.analyses.shapley import Coalition, coalitions, shapley_values
from results.comparison.contrasts import Measure, Sample
from results.comparison.frames import frame_of, rows_of, where
from results.figures import draw_attributions

SMALL = """
name = "small"
seed = 3
animals = 2
size = 0.1
first_day = 0
arms = [
  { circuit = "ligated", name = "vehicle" },
  { circuit = "ligated", name = "duloxetine", treatments = [{ drug = "duloxetine", dose = "10 mg/kg", route = "i.p.", schedule = "once", on_day = 7 }] },
]
[[assays]]
assay = "paw_pressure"
sides = ["ipsi"]
days = [7]
hour = 2.0
"""  # noqa: E501
PLAYERS = ("a", "b", "c")
MEASURE = Measure("paw_pressure", "paw_pressure_threshold", "ipsi", "", "g", 14, 2.0)


def worths(seed: int, players: tuple[str, ...] = PLAYERS, animals: int = 4) -> dict[Coalition, np.ndarray]:
    drawn = np.random.default_rng(seed).normal(0, 30, (2 ** len(players), animals))
    return dict(zip(coalitions(players), drawn, strict=True))


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_values_add_up_to_the_total_whatever_the_mechanisms_do_to_one_another(seed: int, count: int) -> None:
    players = tuple("abcde"[:count])
    worth = worths(seed, players)
    total = worth[Coalition(players)] - worth[Coalition()]
    np.testing.assert_allclose(sum(shapley_values(worth).values()), total, atol=1e-9)


@given(st.integers(0, 10_000))
def test_a_mechanism_that_changes_nothing_has_no_value(seed: int) -> None:
    worth = worths(seed)
    idle = {acting: worth[acting - {"b"}] for acting in worth}
    np.testing.assert_array_equal(shapley_values(idle)["b"], np.zeros(4))


def test_two_that_act_only_together_share_alike() -> None:
    worth = {acting: np.array([10.0 if acting >= {"a", "b"} else 0.0]) for acting in coalitions(("a", "b"))}
    assert {name: values.tolist() for name, values in shapley_values(worth).items()} == {"a": [5.0], "b": [5.0]}


def test_a_missing_combination_is_no_quiet_zero() -> None:
    worth = worths(1)
    del worth[Coalition("ab")]
    with pytest.raises(ValueError, match="missing"):
        shapley_values(worth)


def made_up(effects: dict[Coalition, list[float]]) -> pd.DataFrame:
    """One arm whose treated animals differ from their vehicles by so much under each combination."""
    pairs = {acting: (f"treated-{k}", f"vehicle-{k}") for k, acting in enumerate(effects)}
    found = {}
    for acting, (treated, control) in pairs.items():
        found[treated] = {MEASURE: {n: Sample(80.0 + e, False) for n, e in enumerate(effects[acting])}}
        found[control] = {MEASURE: {n: Sample(80.0, False) for n in range(len(effects[acting]))}}
    return attribution(found, {"treated": pairs}).tables["attribution"]


def test_the_table_pairs_animals_and_holds_rest_and_total() -> None:
    table = made_up({Coalition(): [1.0, 3.0], Coalition("a"): [11.0, 15.0]})
    values = {row["mechanism"]: row["value"] for row in rows_of(table)}
    assert values == {"a": 11.0, REMAINDER: 2.0, TOTAL: 13.0}
    assert table["n"].tolist() == [2, 2, 2]


def test_an_animal_that_one_combination_lacks_counts_nowhere() -> None:
    table = made_up({Coalition(): [1.0, 3.0, 500.0], Coalition("a"): [11.0, 15.0]})
    assert where(table, mechanism=REMAINDER)["value"].tolist() == [2.0]


def test_every_mechanism_is_made_of_switches() -> None:
    assert {switch for switches in MECHANISM_SWITCHES.values() for switch in switches} <= set(SWITCHES)
    assert set(USUAL_MECHANISMS) <= set(MECHANISM_SWITCHES)


def test_every_coupling_of_alpha2_is_spinal_or_an_autoreceptor() -> None:
    reached = {each.name: set(each.targets) for each in COUPLINGS if each.group == "alpha2"}
    in_locus_coeruleus = {name for name, targets in reached.items() if targets & set(LOCUS_COERULEUS)}
    assert set(MECHANISM_SWITCHES["autoreceptors"]) == in_locus_coeruleus
    assert set(MECHANISM_SWITCHES["alpha2"]) == set(reached) - in_locus_coeruleus


def test_every_combination_has_its_own_vehicle() -> None:
    whole = attribution_study(read_study("mechanisms"), ("alpha2", "repair"))
    assert len(whole.study.arms) == 3 * 4
    for pairs in whole.pairs.values():
        assert len(pairs) == 4
        for arm, control in pairs.values():
            assert whole.study.arm(arm).switch_off == whole.study.arm(control).switch_off
            assert not whole.study.arm(control).treatments


def test_what_is_injected_into_an_arm_is_injected_into_its_variants() -> None:
    study = read_study("ligation-vs-sham")
    whole = attribution_study(study, ("alpha2",), ("ligated-duloxetine",))
    for arm in whole.study.arms:
        base = arm.name.split("-without-")[0]
        assert whole.study.injections_of(arm.name) == tuple(
            each.model_copy(update={"arms": mine.arms})
            for each, mine in zip(study.injections_of(base), whole.study.injections_of(arm.name), strict=True)
        )


@pytest.mark.parametrize(
    ("mechanisms", "arms", "line"),
    [
        (("alpha3",), (), 'no mechanism "alpha3". Nearest: alpha2'),
        (("alpha2", "alpha2"), (), "each once"),
        ((), (), "one mechanism or more"),
        (tuple(MECHANISM_SWITCHES), (), "at most 6"),
        (("alpha2",), ("ligated-vehicle",), "no vehicle arm"),
        (("alpha2",), ("ligated-duloxetin",), "ligated-duloxetine"),
    ],
)
def test_mistakes_are_named(mechanisms: tuple[str, ...], arms: tuple[str, ...], line: str) -> None:
    with pytest.raises(UserError, match=line):
        attribution_study(read_study("mechanisms"), mechanisms, arms)


def test_a_study_without_a_treated_arm_cannot_be_explained() -> None:
    study = parse_study(SMALL)
    with pytest.raises(UserError, match="no treated arm"):
        attribution_study(study.only(["vehicle"]))


def test_the_figure_stacks_to_the_total_and_says_units_and_animals() -> None:
    table = made_up({Coalition(): [1.0, 3.0], Coalition("a"): [11.0, 15.0]})
    (figure,) = draw_attributions(table).values()
    (axes,) = (each for each in figure.axes if each.get_visible())
    heights = sum(patch.get_height() for patch in axes.patches if isinstance(patch, Rectangle))
    assert heights == pytest.approx(13.0)
    shown = texts(figure)
    assert "(g)" in shown
    assert "n = 2" in shown
    with pytest.raises(UserError):
        draw_attributions(frame_of(ATTRIBUTION_COLUMNS, []))


def test_each_measure_has_a_figure_with_all_its_arms() -> None:
    effects = {Coalition(): [1.0, 3.0], Coalition("a"): [11.0, 15.0]}
    rows = [
        tuple({**row, "arm": f"arm-{k}", "name": name, "side": side}.values())
        for row in rows_of(made_up(effects))
        for k in range(9)
        for name, side in (("nsia", "contra"), ("mood", ""))
    ]
    figures = draw_attributions(frame_of(ATTRIBUTION_COLUMNS, rows))
    assert set(figures) == {"attribution-nsia-contra", "attribution-mood"}
    assert all(sum(axes.get_visible() for axes in figure.axes) == 9 for figure in figures.values())


@pytest.mark.slow
def test_values_of_real_animals_add_up_and_vanish_for_what_the_drug_lacks(tmp_path: Path) -> None:
    whole = attribution_study(parse_study(SMALL), ("alpha2", "sodium", "alpha2delta"))
    rows = rows_of(attribute(whole, tmp_path / "out").tables["attribution"])
    values = {row["mechanism"]: row["value"] for row in rows}
    total = values.pop(TOTAL)
    assert set(values) == {"alpha2", "sodium", "alpha2delta", REMAINDER}
    assert sum(values.values()) == pytest.approx(total)
    assert "Nav_open" in duloxetine.affinities
    assert values["alpha2"] != 0.0 != values["sodium"]
    assert "alpha2delta" not in duloxetine.affinities
    assert values["alpha2delta"] == 0.0


@pytest.mark.slow
def test_the_command_writes_table_and_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "small.toml"
    study.write_text(SMALL)
    out = tmp_path / "out"
    command = ["attribute", str(study), "--out", str(out), "--mechanisms", "alpha2", "--workers", "1"]
    assert main([*command, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["tables"]["attribution"]) == 3
    assert {path.name for path in (out / "attribution").iterdir()} == {
        "attribution.csv",
        "attribution-paw_pressure_threshold-ipsi.png",
        "attribution-paw_pressure_threshold-ipsi.svg",
    }
