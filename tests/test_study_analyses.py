"""Bundled studies and what they ask for, from the study file to tables, text and figures of real animals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import UserError
from experiments.commands.command_line import main
from experiments.laboratory.animal import run_matched_animals
from experiments.protocol.study_file import bundled, find_study, parse_study, read_study
from experiments.running.comparison import compare_arms
from results.analyses.names import ANALYSES
from results.comparison.frames import rows_of, where
from results.files.folder import read_manifest

ASKING = ("class-comparison", "combination", "dose-response", "onset", "rank-order")

SMALL = """
name = "small"
seed = 3
animals = 3
size = 0.1
first_day = 0
analyses = ["dose-response", "ranking"]
arms = [
  { circuit = "ligated", name = "vehicle" },
  { circuit = "ligated", name = "one", treatments = [{ drug = "duloxetine", dose = "1 mg/kg", route = "i.p.", schedule = "once", on_day = 7 }] },
  { circuit = "ligated", name = "ten", treatments = [{ drug = "duloxetine", dose = "10 mg/kg", route = "i.p.", schedule = "once", on_day = 7 }] },
  { circuit = "ligated", name = "low", treatments = [{ drug = "duloxetine", dose = "0.2 mg/kg", route = "i.p.", schedule = "once", on_day = 7 }] },
]
[[assays]]
assay = "microdialysis"
days = [7]
hour = 2.0
[[assays]]
assay = "mood"
days = [7]
hour = 2.0
"""  # noqa: E501


@pytest.mark.parametrize("name", ASKING)
def test_a_bundled_study_asks_for_an_analysis_and_has_a_vehicle(name: str) -> None:
    study = read_study(name)
    assert study.name == name
    assert study.analyses
    assert set(study.analyses) <= set(ANALYSES)
    assert any(not arm.treatments and arm.circuit == "ligated" for arm in study.arms)


def test_every_study_of_the_folder_is_known_here() -> None:
    others = {"circuits-compared", "injuries", "ligation-vs-sham", "mechanisms", "quick-look", "repair"}
    protocols = {name for name in bundled() if name[-4:].isdigit()}  # tests/test_protocols.py
    assert len(protocols) == 11
    assert set(bundled()) == {*ASKING, *others, *protocols}


def test_each_antagonist_of_the_rank_order_has_its_own_vehicle() -> None:
    arms = read_study("rank-order").arms
    vehicles = {arm.manipulation for arm in arms if not arm.treatments}
    assert {arm.manipulation for arm in arms} == vehicles


def test_another_drug_is_another_word_in_the_file() -> None:
    text = find_study("dose-response").read_text("utf-8").replace("duloxetine", "amitriptyline")
    study = parse_study(text)
    assert {regimen.drug.name for arm in study.arms for regimen in arm.treatments} == {"amitriptyline"}


def test_the_file_of_a_study_is_printed_to_be_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["studies", "dose-response"]) == 0
    assert capsys.readouterr().out == find_study("dose-response").read_text("utf-8")
    assert main(["studies", "dose-respons"]) == 2


def test_asking_for_more_does_not_change_the_animals() -> None:
    study = parse_study(SMALL)
    assert study.changed(analyses=("onset",)).fingerprint() == study.fingerprint()


def test_an_unknown_analysis_is_one_line() -> None:
    with pytest.raises(UserError, match=r'study: analyses\[1\]: no analysis "rankin". Nearest: ranking'):
        parse_study(SMALL.replace('"ranking"', '"rankin"'))


@pytest.mark.slow
def test_real_animals_from_study_to_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "small"
    parse_study(SMALL).run(out)
    assert read_manifest(out).extra["analyses"] == ["dose-response", "ranking"]
    found = compare_arms(out, analyses=["onset"]).comparison
    assert [analysis.name for analysis in found.analyses] == ["dose-response", "ranking", "onset"]
    fits = found.analyses[0].tables["dose_response"]
    (fit,) = rows_of(where(fits, name="microdialysis_noradrenaline_locus_coeruleus"))
    assert fit["n"] == 3
    assert fit["outcome"] == "fitted"
    assert fit["emax_low"] > 0
    assert (out / "compare" / "dose_response.csv").is_file()
    assert (out / "compare" / "dose_response.png").is_file()
    capsys.readouterr()
    assert main(["compare", str(out), "--analysis", "antagonists", "--json"]) == 0
    analyses = json.loads(capsys.readouterr().out)["analyses"]
    assert set(analyses) == {"dose-response", "ranking", "antagonists", "statistics"}
    assert main(["compare", str(out), "--analysis", "antagonist"]) == 2


@pytest.mark.slow
def test_only_treated_animals_change_when_drug_numbers_are_drawn() -> None:
    plain = parse_study(SMALL.replace("animals = 3", "animals = 1"))
    drawn = plain.changed(ranges="sampled")
    first, second = ({r.arm: r for r in run_matched_animals(study, 1)} for study in (plain, drawn))
    assert first["vehicle"].assays == second["vehicle"].assays
    assert first["ten"].assays != second["ten"].assays
    assert "ranges" not in first["ten"].provenance
    assert second["ten"].provenance["drug_numbers"]["duloxetine"]
    assert second["ten"].provenance["drug_numbers"] == second["one"].provenance["drug_numbers"]
