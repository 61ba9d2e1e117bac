"""Results of several folders beside one another: what may be compared, in pairs or not, and what is told of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import results
from core.errors import UserError
from core.keys import stream
from core.records import AnimalRecord, AssayValue, SlowTable
from experiments.commands.command_line import main
from experiments.running.comparison import WantedComparison, compare_arms
from results.comparison.arms import Comparison, compare
from results.comparison.contrasts import Contrast, contrasts_of
from results.comparison.frames import rows_of
from results.files.folder import GROWS, Manifest, ManifestArm, animal_path, write_manifest
from results.files.several import filed
from results.files.store import write_animal

SHAM = ManifestArm("sham-vehicle", "sham", "vehicle", fingerprint="s")
LIGATED = ManifestArm("ligated-vehicle", "ligated", "vehicle", fingerprint="l")
TREATED = ManifestArm("ligated-duloxetine", "ligated", "duloxetine 10 mg/kg s.c.", fingerprint="d")
MODEL = {"model": "m1", "versions": {"bluespot": "0.1.0"}, "size": 1.0}
DAYS = (-1, 14)


def grams(arm: str, number: int, day: int, seed: int = 1) -> float:
    """The threshold of an animal: animals of one number and seed have their own offset in common."""
    base = 50.0 if arm.startswith("ligated") and day > 0 else 120.0
    return base + 5 * float(stream(seed, number).normal()) + float(stream(seed, arm, number, day).normal())


def write_folder(
    out: Path, *arms: ManifestArm, animals: int = 4, seed: int = 1, facts: Mapping[str, Any] = MODEL, salt: float = 0.0
) -> Path:
    """The folder of a study called as the folder, whose animals have thresholds and nothing else."""
    write_manifest(out, Manifest(out.name, arms, tuple(range(1, animals + 1)), seed, facts))
    nothing = SlowTable(np.empty(0), {})
    for arm in arms:
        for number in range(1, animals + 1):
            values = tuple(
                AssayValue("paw", "threshold", "ipsi", grams(arm.name, number, day, seed) + salt, "g", day, 2.0)
                for day in DAYS
            )
            made = {"seed": seed, "fingerprint": arm.fingerprint, "model": facts["model"], "size": facts["size"]}
            made |= {
                "numpy_version": facts.get("numpy", "2.0"),
                "numerics": {"precision": facts.get("precision", "single")},
            }
            record = AnimalRecord(out.name, arm.name, number, arm.circuit, (), values, nothing, nothing, made)
            write_animal(record, animal_path(out, arm.name, number))
    return out


def beside(*folders: Path, **fields: Any) -> Comparison:
    return compare(filed(*folders), **fields)


def differences(comparison: Comparison) -> dict[tuple[str, str, int], dict[str, Any]]:
    """(arm, reference, day) -> row."""
    table = comparison.tables["assay_differences"]
    return {(row["arm"], row["reference"], row["day"]): row for row in rows_of(table)}


def of_arm(arm: str, count: int = 4, day: int = 14, seed: int = 1) -> np.ndarray:
    return np.array([grams(arm, k, day, seed) for k in range(1, count + 1)])


def test_an_arm_finds_its_reference_in_another_folder_and_is_paired_with_it(tmp_path: Path) -> None:
    a, b = write_folder(tmp_path / "a", SHAM, LIGATED), write_folder(tmp_path / "b", TREATED, animals=3)
    found = beside(a, b)
    assert Contrast("treatment", TREATED.name, LIGATED.name) in found.contrasts
    row = differences(found)[TREATED.name, LIGATED.name, 14]
    assert row["pairs"] == 3
    assert row["difference"] == pytest.approx((of_arm(TREATED.name, 3) - of_arm(LIGATED.name, 3)).mean())
    assert str(found).startswith("Study a + b: 11 of 11 animals finished.\n")
    note = f"Animal 1 is the same animal in {a} and {b} (seed 1, size 1.0): they are compared in pairs."
    assert note in found.notes
    assert found.caveats == ()


def test_animals_of_another_seed_are_other_animals_and_are_compared_as_groups(tmp_path: Path) -> None:
    a = write_folder(tmp_path / "a", SHAM, LIGATED)
    b = write_folder(tmp_path / "b", TREATED, animals=3, seed=2)
    found = beside(a, b)
    assert found.finished[TREATED.name] == (1001, 1002, 1003)
    assert Contrast("treatment", TREATED.name, LIGATED.name, paired=False) in found.contrasts
    row = differences(found)[TREATED.name, LIGATED.name, 14]
    own, other = of_arm(TREATED.name, 3, seed=2), of_arm(LIGATED.name)
    welch = stats.ttest_ind(own, other, equal_var=False).confidence_interval()
    assert row["pairs"] == 0
    assert row["difference"] == pytest.approx(own.mean() - other.mean())
    assert row["ratio"] == pytest.approx(own.mean() / other.mean())
    for low, high in (("low", "high"), ("unpaired_low", "unpaired_high")):
        assert (row[low], row[high]) == pytest.approx((welch.low, welch.high))
    assert np.isnan([row["ratio_low"], row["ratio_high"]]).all()
    assert differences(found)[LIGATED.name, SHAM.name, 14]["pairs"] == 4, "within a folder they are pairs"
    assert any(line.startswith(f"{b} has other animals (seed 2, size 1.0) than {a} (seed") for line in found.notes)
    assert "(not paired), " in str(found)
    tests = found.statistics[0].tables["statistics"]
    tests = tests[
        (tests["arm"] == TREATED.name) & (tests["reference"] == LIGATED.name) & (tests["quantity"] == "value")
    ]
    assert (tests["pairs"] == 0).all()
    assert np.isnan(tests["p_paired"]).all()
    after = tests[tests["day"] == 14].to_dict("records")[0]
    assert after["p_unpaired"] == pytest.approx(stats.ttest_ind(own, other, equal_var=False).pvalue)


def test_a_group_of_one_animal_has_a_difference_and_no_interval(tmp_path: Path) -> None:
    a, b = write_folder(tmp_path / "a", LIGATED), write_folder(tmp_path / "b", TREATED, animals=1, seed=2)
    row = differences(beside(a, b))[TREATED.name, LIGATED.name, 14]
    assert np.isfinite(row["difference"])
    assert np.isnan([row["sem"], row["low"], row["high"]]).all()


def test_arms_of_one_name_have_the_name_of_their_folder_and_are_compared_with_each_other(tmp_path: Path) -> None:
    later = replace(LIGATED, fingerprint="l2")
    a = write_folder(tmp_path / "a", SHAM, LIGATED)
    b = write_folder(tmp_path / "b", replace(SHAM, fingerprint="s2"), later, TREATED)
    found = filed(a, b)
    names = [arm.name for arm in found.manifest.arms]
    assert names == ["sham-vehicle@a", "ligated-vehicle@a", "sham-vehicle@b", "ligated-vehicle@b", TREATED.name]
    assert set(contrasts_of(found)) == {
        Contrast("circuit", "ligated-vehicle@a", "sham-vehicle@a"),
        Contrast("circuit", "ligated-vehicle@b", "sham-vehicle@b"),
        Contrast("treatment", TREATED.name, "ligated-vehicle@b"),
        Contrast("folder", "sham-vehicle@b", "sham-vehicle@a"),
        Contrast("folder", "ligated-vehicle@b", "ligated-vehicle@a"),
    }
    chosen = contrasts_of(found, {TREATED.name: "ligated-vehicle@a"})
    assert Contrast("chosen", TREATED.name, "ligated-vehicle@a") in chosen
    with pytest.raises(UserError, match=r'no arm "ligated-vehicle"\. Nearest: ligated-vehicle@'):
        contrasts_of(found, {TREATED.name: "ligated-vehicle"})
    assert f"Arms of one name that are not the same: @a is of {a}, @b is of {b}." in found.notes


def test_folders_of_one_name_are_told_apart_by_those_above(tmp_path: Path) -> None:
    folders = [write_folder(tmp_path / name / "out", replace(SHAM, fingerprint=name)) for name in ("x", "y")]
    assert [arm.name for arm in filed(*folders).manifest.arms] == ["sham-vehicle@x-out", "sham-vehicle@y-out"]


def test_animals_that_two_folders_have_are_taken_once(tmp_path: Path) -> None:
    a = write_folder(tmp_path / "x" / "mine", SHAM, LIGATED, animals=2)
    b = write_folder(tmp_path / "y" / "mine", LIGATED, TREATED, animals=4)
    found = filed(a, b)
    assert [arm.name for arm in found.manifest.arms] == [SHAM.name, LIGATED.name, TREATED.name]
    assert [each.number for each in found.animals if each.arm.name == LIGATED.name] == [1, 2, 3, 4]
    assert "The same animals in several folders, taken once: ligated-vehicle." in found.notes
    assert beside(a, b).finished == {SHAM.name: (1, 2), LIGATED.name: (1, 2, 3, 4), TREATED.name: (1, 2, 3, 4)}


def test_animals_that_should_be_the_same_and_are_not_stay_apart(tmp_path: Path) -> None:
    a = write_folder(tmp_path / "x" / "mine", LIGATED)
    b = write_folder(tmp_path / "y" / "mine", LIGATED, salt=1.0)
    assert [arm.name for arm in filed(a, b).manifest.arms] == ["ligated-vehicle@x-mine", "ligated-vehicle@y-mine"]


def test_another_model_and_other_tools_are_named(tmp_path: Path) -> None:
    a = write_folder(tmp_path / "a", LIGATED)
    facts = {"model": "m2", "versions": {"bluespot": "0.2.0"}, "size": 1.0, "numpy": "3.0", "precision": "double"}
    b = write_folder(tmp_path / "b", TREATED, facts=facts)
    (b / "study.toml").write_text('[[extensions]]\nname = "mine.toml"\n')
    found = beside(a, b)
    text = "\n".join(found.notes)
    assert [line[:16] for line in found.caveats] == ["NOT OF ONE MODEL"]
    assert f"NOT OF ONE MODEL: {a} was made with the numbers m1 (bluespot 0.1.0), {b} with m2 (bluespot 0.2.0)." in text
    assert f"{a} and {b} were made with other tools: numpy 2.0 and 3.0; precision single and double." in text
    assert f"{a} and {b} have not the same extensions: mine.toml." in text


def test_a_folder_whose_study_has_grown_in_part_is_named(tmp_path: Path) -> None:
    a, b = write_folder(tmp_path / "a", LIGATED), write_folder(tmp_path / "b", TREATED)
    manifest = json.loads((b / "manifest.json").read_text())
    manifest["arms"][0]["earlier_fingerprints"] = ["before"]
    (b / "manifest.json").write_text(json.dumps(manifest))
    assert f"{b}: {GROWS}" in filed(a, b).notes


def test_an_animal_that_is_none_of_its_folder_is_refused(tmp_path: Path) -> None:
    a, b = write_folder(tmp_path / "a", LIGATED), write_folder(tmp_path / "b", TREATED, seed=2)
    place = animal_path(b, TREATED.name, 2)
    place.write_bytes(animal_path(b, TREATED.name, 1).read_bytes())
    with pytest.raises(UserError, match=r"ligated-duloxetine-002\.h5: it holds animal 1 of arm ligated-duloxetine"):
        beside(a, b)
    with pytest.raises(UserError, match=r"ligated-duloxetine-002\.h5: it holds animal 1"):
        _ = results.open(a, b).assays


def test_results_of_several_folders_are_opened_as_one(tmp_path: Path) -> None:
    a, b = write_folder(tmp_path / "a", LIGATED, animals=2), write_folder(tmp_path / "b", LIGATED, animals=2, seed=2)
    study = results.open(a, b)
    assert repr(study).startswith(f"Study a + b ({a}): 4 of 4 animals")
    table = study.assays[study.assays["day"] == 14]
    assert list(zip(table["arm"], table["animal"], strict=True)) == [
        ("ligated-vehicle@a", 1), ("ligated-vehicle@a", 2), ("ligated-vehicle@b", 1001), ("ligated-vehicle@b", 1002),
    ]  # fmt: skip
    assert set(study.only(arm="ligated-vehicle@b", animal=1002).assays["animal"]) == {1002}
    assert table["value"].tolist() == pytest.approx([*of_arm(LIGATED.name, 2), *of_arm(LIGATED.name, 2, seed=2)])


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_command_writes_into_a_folder_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b, out = write_folder(tmp_path / "a", SHAM, LIGATED), write_folder(tmp_path / "b", TREATED), tmp_path / "both"
    before = content(a) | content(b)
    assert main(["compare", str(a), str(b), "--out", str(out), "--figure", "none", "--tables", "csv"]) == 0
    assert "Study a + b: 12 of 12 animals finished." in capsys.readouterr().out
    assert {"assay_differences.csv", "report.txt", "frames"} <= {path.name for path in out.iterdir()}
    assert TREATED.name in (out / "frames" / "assays.csv").read_text()
    assert main(["compare", str(a), str(b), "--out", str(out), "--figure", "none", "--day", "14", "--json"]) == 0
    assert (out / "day14" / "report.txt").is_file()
    assert json.loads(capsys.readouterr().out)["finished"][TREATED.name] == [1, 2, 3, 4]
    assert content(a) | content(b) == before


def test_what_cannot_be_compared_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = write_folder(tmp_path / "a", LIGATED), write_folder(tmp_path / "b", TREATED)
    write_manifest(tmp_path / "empty", Manifest("empty", (SHAM,), (1,)))
    asked: dict[str, list[object]] = {
        "--out: several folders are compared; name a folder for what comes of it.": [a, b],
        f"--out {b}: it is the folder of a study; choose another folder.": [a, b, "--out", b],
        f"--out {tmp_path}: it is for several folders; of one, all goes to its compare.": [a, "--out", tmp_path],
        f"{a}: this folder is given twice.": [a, tmp_path / "b" / ".." / "a", "--out", tmp_path / "c"],
        f"{tmp_path / 'empty'}: none of its animals is finished.": [a, tmp_path / "empty", "--out", tmp_path / "c"],
        f"{tmp_path / 'none'}: there is no such folder.": [a, tmp_path / "none", "--out", tmp_path / "c"],
    }
    for line, words in asked.items():
        assert main(["compare", *map(str, words)]) == 2
        assert capsys.readouterr().err == f"error: {line}\n"
    assert not (tmp_path / "c").exists()


def test_one_folder_is_compared_as_ever(tmp_path: Path) -> None:
    a = write_folder(tmp_path / "a", SHAM, LIGATED)
    found = compare_arms(a, wanted=WantedComparison(figures=("none",)))
    assert found.files[0].parent == a / "compare"
    assert found.comparison.notes == ()
    assert found.comparison.manifest.own_animals == {}
