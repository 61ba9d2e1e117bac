"""Spikes of a study compared: its measures, curves and histograms against its records, with NumPy and SciPy alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_results_synthetic import poisson
from test_spikes_frames import BEGIN, CELLS, END, PARTS, SECONDS, driven, held

import results
from core.errors import UserError
from core.keys import stream
from core.records import AnimalRecord, EpochRecord, SlowTable, SpikeTrain
from experiments.commands.command_line import app
from results.comparison.contrasts import contrasts
from results.files.store import Manifest, ManifestArm, animal_path, write_animal, write_manifest
from results.spikes.compared import compare_spikes, spike_tables
from results.spikes.measures import MEASURES, USUAL_MEASURES
from results.study import StudyResults

ARMS = (ManifestArm("sham", "sham", "vehicle"), ManifestArm("ligated", "ligated", "vehicle"))
STRENGTHS, ANIMALS = (20.0, 60.0), (1, 2, 3, 4)
POPULATIONS = ("ipsi_projection", "contra_projection")


def epoch(arm: ManifestArm, animal: int, number: int, grams: float) -> EpochRecord:
    """Cells of the pressed side answer the force, more in ligated animals; those of the other side fire at 3 Hz."""
    rng = stream("compared", arm.name, animal, number)
    gain = (1.0 if arm.circuit == "sham" else 2.5) * (1.0 + 0.1 * animal)
    seconds, cell = driven(rng, (gain, gain + 0.1 * gain * grams, 2.0 * gain))
    order = np.argsort(seconds, kind="stable")
    spikes = {
        "ipsi_projection": SpikeTrain(seconds[order], cell[order].astype("u4"), CELLS),
        "contra_projection": poisson(rng, CELLS, 3.0, SECONDS),
    }
    label, purpose = (f"held_force:ipsi:{grams:g} g@314.0000h", "held_force") if grams else ("rest@314.0000h", "rest")
    return EpochRecord(label, purpose, 314.0, SECONDS, spikes, {}, stimuli=(held(grams),) if grams else ())


RECORDS = {
    (arm.name, animal): tuple(epoch(arm, animal, k, grams) for k, grams in enumerate((0.0, *STRENGTHS)))
    for arm in ARMS
    for animal in ANIMALS
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compared")
    write_manifest(out, Manifest("compared", ARMS, ANIMALS))
    for arm in ARMS:
        for animal in ANIMALS:
            empty = SlowTable(np.zeros(1), {})
            whole = AnimalRecord(
                "compared", arm.name, animal, arm.circuit, RECORDS[arm.name, animal], (), empty, empty, {}
            )
            write_animal(whole, animal_path(out, arm.name, animal))
    return out


@pytest.fixture(scope="module")
def study(folder: Path) -> StudyResults:
    return results.open(folder)


@pytest.fixture(scope="module")
def tables(study: StudyResults) -> dict[str, pd.DataFrame]:
    return spike_tables(study, contrasts(ARMS), POPULATIONS)


def rate(arm: str, animal: int, number: int, part: str, population: str = "ipsi_projection") -> float:
    """Hz per cell in a part of an epoch, counted from its record."""
    start, stop = PARTS[part]
    seconds = RECORDS[arm, animal][number].spikes[population].seconds
    return float(np.sum((seconds >= start) & (seconds < stop)) / CELLS / (stop - start))


def test_windows_are_those_of_the_stimulus(study: StudyResults) -> None:
    found = study.windows
    one = found[(found["arm"] == "sham") & (found["animal"] == 2)]
    parts = list(zip(one["epoch"], one["part"], one["start"], one["stop"], one["high"], strict=True))
    assert parts == [
        (0, "rest", 0.0, SECONDS, 0.0),
        *(
            (k, part, *PARTS[part], grams * (part == "during"))
            for k, grams in enumerate(STRENGTHS, 1)
            for part in PARTS
        ),
    ]


def test_measures_count_the_spikes_that_rates_count(study: StudyResults) -> None:
    measured = study.measures(["rate", "recruited"], population=list(POPULATIONS))
    key = ["arm", "animal", "epoch", "part", "low", "population"]
    both = measured.merge(study.rates, on=key, suffixes=("", "_of_frame"))
    assert len(both) == len(measured) == len(study.rates)
    np.testing.assert_allclose(both["rate"], both["rate_of_frame"])
    np.testing.assert_allclose(both["recruited"], both["active"] / both["cells"])


def test_epochs_and_populations_are_chosen(study: StudyResults) -> None:
    found = study.measures(["rate"], population="contra_projection", arm="ligated", strength=60, animal=[1, 3])
    assert set(found["epoch"]) == {2}
    assert sorted(found["animal"].unique()) == [1, 3]
    with pytest.raises(UserError, match='measures: no choice "popultion"'):
        study.measures(popultion="raphe")  # type: ignore[call-arg]
    with pytest.raises(UserError, match='no population "projection"'):
        study.measures(["rate"], population="projection")


def test_response_curves_rise_with_the_strength_as_counted(tables: dict[str, pd.DataFrame]) -> None:
    curves = tables["response_curves"]
    assert set(curves["part"]) == {"during"}
    assert len(curves) == 2 * 2 * 2 * 3
    rows = curves[(curves["population"] == "ipsi_projection") & (curves["name"] == "rate")]
    for row in rows.itertuples():
        number = 1 + STRENGTHS.index(row.from_strength)
        values = [rate(str(row.arm), animal, number, "during") for animal in ANIMALS]
        assert (row.n, row.mean, row.sem) == pytest.approx((4, np.mean(values), stats.sem(values)))
        assert row.low < row.mean < row.high
        assert (row.to_strength, row.strength_unit, row.assay) == (row.from_strength, "g", "held_force")


def test_what_follows_one_force_is_not_averaged_with_what_follows_another(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["spike_measures"]
    chosen = (found["name"] == "rate") & (found["population"] == "ipsi_projection") & (found["arm"] == "sham")
    for part in ("before", "after"):
        rows = found[chosen & (found["part"] == part)]
        assert rows["from_strength"].tolist() == rows["to_strength"].tolist() == list(STRENGTHS)
        expected = [np.mean([rate("sham", animal, k, part) for animal in ANIMALS]) for k in (1, 2)]
        assert rows["mean"].tolist() == pytest.approx(expected)


def test_contrasts_are_paired_differences_over_animals(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["spike_differences"]
    chosen = (found["name"] == "evoked_rate") & (found["part"] == "during") & (found["from_strength"] == 60.0)
    (row,) = found[chosen & (found["population"] == "ipsi_projection")].itertuples()
    evoked = {
        arm.name: np.array([rate(arm.name, k, 2, "during") - rate(arm.name, k, 2, "before") for k in ANIMALS])
        for arm in ARMS
    }
    difference = evoked["ligated"] - evoked["sham"]
    low, high = stats.t.interval(0.95, len(ANIMALS) - 1, difference.mean(), stats.sem(difference))
    assert (row.arm, row.reference, row.pairs) == ("ligated", "sham", 4)
    assert (row.difference, row.low, row.high) == pytest.approx((difference.mean(), low, high))


def test_every_measure_is_compared_in_its_unit_and_within_its_bounds(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["spike_measures"]
    units = dict(zip(found["name"], found["unit"], strict=True))
    assert units == {name: MEASURES[name].unit for name in USUAL_MEASURES}
    assert set(found["part"]) == {"rest", *PARTS}
    for name in USUAL_MEASURES:
        ends = found.loc[found["name"] == name, ["low", "high"]].stack().dropna()
        assert ends.between(*MEASURES[name].bounds).all(), name


def test_a_histogram_over_animals_has_the_mean_of_the_records(study: StudyResults) -> None:
    found = study.histogram(0.5, population="ipsi_projection", strength=60)
    one = found[(found["arm"] == "ligated") & (found["animal"] == 1)].set_index("seconds")["rate"]
    assert one.index.tolist() == pytest.approx([-0.75, -0.25, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75])
    assert one.iloc[:2].mean() == pytest.approx(rate("ligated", 1, 2, "before"))
    assert one.iloc[2:6].mean() == pytest.approx(rate("ligated", 1, 2, "during"))


def test_what_takes_long_is_told(
    study: StudyResults, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = iter([0.0, 25.0])
    monkeypatch.setattr("results.spikes.compared.monotonic", lambda: next(clock))
    with caplog.at_level("INFO", "bluespot"):
        spike_tables(study, (), POPULATIONS, ["rate"], assay="rest")
    assert "about 100 s for all animals" in caplog.text


def test_days_and_assays_can_be_chosen(folder: Path, study: StudyResults) -> None:
    held_only = compare_spikes(folder, populations=["contra_projection"], assay="held_force", day=13)
    assert set(held_only["spike_measures"]["assay"]) == {"held_force"}
    assert set(held_only["spike_measures"]["population"]) == {"contra_projection"}
    with pytest.raises(UserError, match='no population "projection"'):
        compare_spikes(folder, populations=["projection"])
    with pytest.raises(UserError, match='no assay "held_fource"'):
        compare_spikes(folder, assay="held_fource")


def test_the_command_writes_the_tables_of_spikes(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("results.figures.draw_study", lambda *_: ())
    app(["compare", str(folder), "--population", "contra_projection"], standalone_mode=False)
    written = {path.name for path in (folder / "compare").glob("*.csv")}
    assert written >= {"spike_measures.csv", "spike_differences.csv", "response_curves.csv", "response_differences.csv"}
    table = pd.read_csv(folder / "compare" / "spike_measures.csv")
    assert set(table["population"]) == {"contra_projection"}
    assert "spike_measures.csv" in capsys.readouterr().err


def test_the_stimulus_lasts_as_the_parts_say() -> None:
    assert PARTS == {"before": (0.0, BEGIN), "during": (BEGIN, END), "after": (END, SECONDS)}
