from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_results_synthetic import ARMS, threshold, write_study

from circuits import ligated
from core.errors import UserError
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable
from experiments import Arm
from results.comparison.animal_values import Scope
from results.comparison.arms import Comparison, compare
from results.comparison.contrasts import Contrast, alone, contrasts
from results.comparison.frames import csv_text, json_records, rows_of, where
from results.files.folder import ManifestArm
from results.files.parts import part_of
from results.files.store import Manifest, animal_path, write_animal, write_manifest

ANIMALS = 6
MEASURE = {"name": "paw_pressure_threshold", "side": "ipsi", "day": 21, "phase": ""}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compare(write_study(tmp_path_factory.mktemp("study"), ARMS, ANIMALS, (-1, 14, 21)))


def grams(arm: ManifestArm, day: int = 21) -> np.ndarray:
    return np.array([threshold(arm, k + 1, "ipsi", day) for k in range(ANIMALS)])


def small_study(out: Path, values: dict[str, dict[int, list[AssayValue]]], arms: tuple[ManifestArm, ...]) -> Path:
    """A study whose animals have the assay values given and nothing else."""
    write_manifest(out, Manifest("small", arms, (1, 2, 3)))
    nothing = SlowTable(np.empty(0), {})
    for arm in arms:
        for animal, found in values.get(arm.name, {}).items():
            record = AnimalRecord("small", arm.name, animal, arm.circuit, (), tuple(found), nothing, nothing, {})
            write_animal(record, animal_path(out, arm.name, animal))
    return out


def value(grams: float, phase: str = "", hour: float = 2.0, censored: bool = False, day: int = 14) -> AssayValue:
    return AssayValue("paw", "threshold", "ipsi", grams, "g", day, hour, censored, phase)


def of_basal(percent: float, censored: bool = False) -> AssayValue:
    return replace(value(percent, censored=censored), unit="% of basal")


def test_every_arm_is_compared_along_each_axis_on_which_it_differs() -> None:
    pairs = [(c.kind, c.arm, c.reference) for c in contrasts(ARMS)]
    assert pairs == [
        ("treatment", "sham-duloxetine", "sham-vehicle"),
        ("circuit", "ligated-vehicle", "sham-vehicle"),
        ("treatment", "ligated-duloxetine", "ligated-vehicle"),
        ("circuit", "ligated-duloxetine", "sham-duloxetine"),
        ("treatment", "ligated-fluoxetine", "ligated-vehicle"),
        ("manipulation", "ligated-duloxetine-DSP-4", "ligated-duloxetine"),
    ]


def test_a_circuit_without_sham_animals_is_compared_with_naive_ones() -> None:
    """Whatever the circuit is called; and naive animals are compared with sham ones, not these with naive ones."""
    naive, sham, ligated, own = (ManifestArm(name, name, "vehicle") for name in ("naive", "sham", "ligated", "own"))
    assert contrasts([naive, ligated, own]) == (
        Contrast("circuit", "ligated", "naive"),
        Contrast("circuit", "own", "naive"),
    )
    assert contrasts([naive, sham, own]) == (Contrast("circuit", "naive", "sham"), Contrast("circuit", "own", "sham"))


def test_a_circuit_with_changed_numbers_is_compared_with_itself_as_it_comes() -> None:
    changed = Arm(ligated.with_value("l5_share", 0.4), name="changed")
    arms = [
        ManifestArm(arm.name, arm.circuit, arm.treatment, arm.manipulation)
        for arm in (Arm("sham"), Arm("ligated"), changed)
    ]
    assert Contrast("manipulation", "changed", "ligated-vehicle") in contrasts(arms)
    assert alone(arms, contrasts(arms)) == ()


def test_an_arm_without_a_reference_is_named(tmp_path: Path) -> None:
    arms = (ManifestArm("sham", "sham", "vehicle"), ManifestArm("mine", "ligated", "duloxetine 10 mg/kg"))
    out = small_study(tmp_path, {"sham": {1: [value(100.0)]}, "mine": {1: [value(50.0)]}}, arms)
    assert contrasts(arms) == ()
    assert "Compared with no arm: mine." in str(compare(out))
    assert "Compared with no arm" not in str(compare(out, {"mine": "sham"}))


def test_a_reference_can_be_chosen() -> None:
    found = contrasts(ARMS, {"ligated-fluoxetine": "ligated-duloxetine"})
    assert Contrast("chosen", "ligated-fluoxetine", "ligated-duloxetine") in found
    assert not [c for c in found if c.arm == "ligated-fluoxetine" and c.kind != "chosen"]
    with pytest.raises(UserError, match=r'no arm "ligated-fluoxetin"\. Nearest: ligated-fluoxetine'):
        contrasts(ARMS, {"ligated-fluoxetin": "sham-vehicle"})


def test_the_summary_is_that_of_the_animals(comparison: Comparison) -> None:
    (row,) = rows_of(where(comparison.tables["assay_summary"], arm="ligated-duloxetine", **MEASURE))
    values = grams(ARMS[3])
    factor = np.exp(stats.t.ppf(0.975, ANIMALS - 1) * stats.sem(values) / values.mean())
    assert row["n"] == ANIMALS
    assert (row["unit"], row["hour"], row["censored"]) == ("g", 2.0, 0)
    assert row["mean"] == pytest.approx(values.mean())
    assert row["sem"] == pytest.approx(stats.sem(values))
    assert (row["low"], row["high"]) == pytest.approx((values.mean() / factor, values.mean() * factor))


def test_differences_are_paired_by_animal(comparison: Comparison) -> None:
    (row,) = rows_of(
        where(comparison.tables["assay_differences"], arm="ligated-duloxetine", contrast="treatment", **MEASURE)
    )
    drug, vehicle = grams(ARMS[3]), grams(ARMS[2])
    interval = stats.ttest_rel(drug, vehicle).confidence_interval(0.95)
    assert (row["reference"], row["pairs"]) == ("ligated-vehicle", ANIMALS)
    assert row["difference"] == pytest.approx((drug - vehicle).mean())
    assert row["low"] == pytest.approx(interval.low)
    assert row["high"] == pytest.approx(interval.high)
    assert row["ratio"] == pytest.approx(drug.mean() / vehicle.mean())
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"]


def test_arms_are_compared_whatever_was_injected_before(tmp_path: Path) -> None:
    """An antagonist in one arm, its vehicle in the other, both measured at the same hour."""
    blocked, control = (
        [value(grams, phase)] for grams, phase in ((40.0, "intrathecal idazoxan"), (60.0, "intrathecal vehicle"))
    )
    arms = {"ligated-vehicle": {1: control, 2: control}, "ligated-duloxetine": {1: blocked, 2: blocked}}
    (row,) = rows_of(compare(small_study(tmp_path, arms, ARMS[2:4])).tables["assay_differences"])
    assert (row["arm"], row["phase"], row["difference"]) == ("ligated-duloxetine", "intrathecal idazoxan", -20.0)


def test_the_effect_of_an_injection_is_that_within_the_animal(comparison: Comparison) -> None:
    found = where(comparison.tables["phase_differences"], arm="ligated-duloxetine", name=MEASURE["name"], side="ipsi")
    (row,) = rows_of(found)
    assert (row["phase"], row["hour"], row["reference_phase"], row["reference_hour"]) == (
        "intrathecal idazoxan",
        3.0,
        "",
        2.0,
    )
    assert row["difference"] == pytest.approx(-0.3 * grams(ARMS[3]).mean())
    assert row["ratio"] == pytest.approx(0.7)


def test_averages_and_rates_are_compared_at_rest(comparison: Comparison) -> None:
    name = "noradrenaline_dorsal_horn_ipsi_nanomolar"
    (row,) = rows_of(
        where(comparison.tables["average_summary"], arm="ligated-duloxetine", assay="rest", name=name, day=21)
    )
    assert (row["n"], row["unit"]) == (ANIMALS, "nM")
    assert row["low"] < row["mean"] < row["high"]
    (ratio,) = rows_of(where(comparison.tables["average_differences"], arm="sham-duloxetine", name=name, day=21))
    assert ratio["ratio"] == pytest.approx(2.5)
    (rate,) = rows_of(where(comparison.tables["rate_summary"], arm="sham-vehicle", name="raphe", day=21))
    assert rate["unit"] == "Hz"
    assert rate["mean"] == pytest.approx(1.2, abs=0.3)


def test_averages_of_a_day_are_kept_apart_by_hour_and_compared_at_equal_hours(tmp_path: Path) -> None:
    arms, nothing = ARMS[2:4], SlowTable(np.empty(0), {})
    write_manifest(tmp_path, Manifest("hours", arms, (1,)))
    for arm, hours in zip(arms, ((2.0,), (2.0, 8.0)), strict=True):
        epochs = tuple(
            EpochRecord(f"{h}", "rest", 24 * 14 + h, 1.0, {}, {"serotonin_raphe_nanomolar": h}) for h in hours
        )
        record = AnimalRecord("hours", arm.name, 1, "ligated", epochs, (), nothing, nothing, {})
        write_animal(record, animal_path(tmp_path, arm.name, 1))
    tables = compare(tmp_path).tables
    assert tables["average_summary"]["mean"].tolist() == [2.0, 2.0, 8.0]
    assert tables["average_summary"]["hour"].tolist() == [2.0, 2.0, 8.0]
    assert [(r["hour"], r["difference"]) for r in rows_of(tables["average_differences"])] == [(2.0, 0.0)]


def test_repetitions_are_no_animals_and_cut_offs_are_counted(tmp_path: Path) -> None:
    values = {
        "sham-vehicle": {
            1: [of_basal(250.0, censored=True), of_basal(200.0)],
            2: [of_basal(100.0)],
            3: [of_basal(float("nan"))],  # where nothing was released at rest
        }
    }
    (row,) = rows_of(compare(small_study(tmp_path, values, ARMS[:1])).tables["assay_summary"])
    assert (row["n"], row["mean"], row["censored"]) == (2, 162.5, 1)


def test_animals_without_a_namesake_are_left_out_of_pairs(tmp_path: Path) -> None:
    values = {
        "ligated-vehicle": {1: [value(50.0)], 2: [value(60.0)]},
        "ligated-duloxetine": {2: [value(90.0)], 3: [value(500.0)]},
    }
    comparison = compare(small_study(tmp_path, values, ARMS[2:4]))
    (row,) = rows_of(comparison.tables["assay_differences"])
    assert (row["pairs"], row["difference"], row["ratio"]) == (1, 30.0, 1.5)
    assert np.isnan([row["low"], row["high"], row["ratio_low"], row["ratio_high"]]).all()
    assert comparison.finished == {"ligated-vehicle": (1, 2), "ligated-duloxetine": (2, 3)}
    assert "30.0 (1), 1.50" in str(comparison)


def test_the_reference_of_a_phase_is_the_untouched_animal_shortly_before(tmp_path: Path) -> None:
    found = [
        value(50.0, hour=1.0),
        value(60.0, hour=2.0),
        value(40.0, "intrathecal idazoxan", hour=2.0),
        value(55.0, hour=3.0),
        value(30.0, "intrathecal saline", day=15),
    ]
    table = compare(small_study(tmp_path, {"sham-vehicle": {1: found}}, ARMS[:1])).tables["phase_differences"]
    (row,) = rows_of(table)
    assert (row["phase"], row["reference_hour"], row["difference"]) == ("intrathecal idazoxan", 2.0, -20.0)


def test_texts_of_all_tables_are_categories_and_arms_in_the_order_of_the_study(comparison: Comparison) -> None:
    rests = (comparison.written[f"rest_{kind}"] for kind in ("summary", "differences"))
    for table in (*comparison.tables.values(), *rests):
        texts = [
            name for name in ("arm", "assay", "name", "side", "phase", "unit", "reference", "part") if name in table
        ]
        assert all(isinstance(table[name].dtype, pd.CategoricalDtype) for name in texts)
    names = [arm.name for arm in ARMS]
    assert comparison.tables["assay_summary"]["arm"].unique().tolist() == names


def test_an_empty_study_has_empty_tables(tmp_path: Path) -> None:
    comparison = compare(small_study(tmp_path, {}, ARMS))
    assert {name for name, table in comparison.tables.items() if len(table)} == set()
    assert "0 of 18 animals finished" in comparison.report()[0]
    assert comparison.write(tmp_path / "compare")


def test_the_tables_are_written(comparison: Comparison, tmp_path: Path) -> None:
    paths = comparison.write(tmp_path / "compare")
    assert sorted(path.name for path in paths) == sorted(path.name for path in (tmp_path / "compare").iterdir())
    with (tmp_path / "compare/assays.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    table = comparison.tables["assays"]
    np.testing.assert_allclose([float(row["value"]) for row in rows], table["value"], rtol=1e-8)
    assert [row["phase"] for row in rows] == table["phase"].tolist()
    assert {row["censored"] for row in rows} == {"0", "1"}
    content = json.loads(comparison.json())
    assert len(content["tables"]["assay_summary"]) == len(comparison.tables["assay_summary"])
    before = {path: path.read_bytes() for path in paths}
    comparison.write(tmp_path / "compare")
    assert {path: path.read_bytes() for path in paths} == before


def test_the_report_names_arms_units_and_intervals(comparison: Comparison) -> None:
    text = "\n".join(comparison.report())
    for words in (
        "36 of 36 animals finished",
        "ligated-duloxetine: ligated, duloxetine 10 mg/kg; 6 of 6 animals; against ligated-vehicle, sham-duloxetine",
        "paw_pressure_threshold ipsi (g)",
        "day 21 +3 h, intrathecal idazoxan",
        "at least 15.0 (6, all cut)",
        "noradrenaline_dorsal_horn_ipsi_nanomolar",
    ):
        assert words in text
    assert max(map(len, text.splitlines())) <= 120


def test_dosing_days_come_from_the_manifest_or_from_the_drug(comparison: Comparison, tmp_path: Path) -> None:
    assert comparison.dosing["ligated-duloxetine"] == ((14.0, 28.0),)
    assert comparison.dosing["sham-vehicle"] == ()
    arms = tuple(replace(arm, dosing_days=()) for arm in ARMS[2:4])
    dosing = compare(write_study(tmp_path, arms, 1, (-1, 14, 21))).dosing
    assert dosing["ligated-vehicle"] == ()
    ((first, last),) = dosing["ligated-duloxetine"]
    assert first == 14.0
    assert last == pytest.approx(21.5, abs=0.2)


def test_each_file_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, opened = write_study(tmp_path, ARMS[:2], 2, (0, 14)), []

    class CountedFile(h5py.File):  # type: ignore[misc]
        def __init__(self, path: Path, *how: str, **more: bool) -> None:
            opened.append(path)
            super().__init__(path, *how, **more)

    monkeypatch.setattr(h5py, "File", CountedFile)
    compare(out)
    assert sorted(opened) == sorted(animal_path(out, arm.name, animal) for arm in ARMS[:2] for animal in (1, 2))


def test_tables_are_written_with_nine_digits_and_empty_cells() -> None:
    table = pd.DataFrame({"a": np.array(["x", "y,\n"]), "b": np.array([1 / 3, np.nan]), "c": np.array([True, False])})
    assert csv_text(table) == 'a,b,c\nx,0.333333333,1\n"y,\n",,0\n'
    assert json_records(table)[1] == {"a": "y,\n", "b": None, "c": False}


def part_by(process: int, name: str) -> str:
    """The name of a part as a process on this machine names it."""
    return part_of(Path(name)).name.replace(f"-{os.getpid()}.", f"-{process}.")


def test_what_an_earlier_comparison_left_is_replaced_or_removed(comparison: Comparison, tmp_path: Path) -> None:
    """Tables that are not written any more would tell of another state of the study; so would parts of a killed run."""
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    stale = ["averages.csv", "comparison.json", "rate_summary.parquet", part_by(int(dead.stdout), "assays.csv")]
    (tmp_path / part_by(int(dead.stdout), "frames")).mkdir()
    kept = ["notes.txt", "own.csv", part_by(os.getppid(), "assays.csv")]
    for name in (*stale, *kept, "assays.csv"):
        (tmp_path / name).write_text("old")
    written = comparison.write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*kept, *(path.name for path in written)])
    assert (tmp_path / "assays.csv").read_text() != "old"


def test_a_day_and_an_assay_can_be_asked_for(tmp_path: Path) -> None:
    out = write_study(tmp_path, ARMS[2:4], 2, (-1, 14, 21))
    everything, some = compare(out), compare(out, scope=Scope(frozenset({21}), frozenset({"paw_pressure", "rest"})))
    for name, table in some.tables.items():
        whole = everything.tables[name]
        if "assay" in table:
            whole = whole[(whole["day"] == 21) & whole["assay"].isin(["paw_pressure", "rest"])]
        pd.testing.assert_frame_equal(table, whole.reset_index(drop=True), check_categorical=False)
    assert set(some.tables["assay_summary"]["name"]) == {"paw_pressure_threshold"}
    with pytest.raises(UserError, match=r"nothing was measured on day 22; the days are -1, 14, 21"):
        compare(out, scope=Scope(days=frozenset({22})))
    with pytest.raises(UserError, match='no assay "paw"'):
        compare(out, scope=Scope(assays=frozenset({"paw"})))
