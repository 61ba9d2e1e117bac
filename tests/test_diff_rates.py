"""Rates of two groups of animals: at the same place only, tested as SciPy tests them, in pairs where there are any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cohort_samples
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.records import AnimalRecord, SpikeTrain
from experiments.commands.command_line import main
from experiments.protocol.study import Study
from experiments.running.cohort import run
from experiments.running.diff import compare_two
from experiments.running.matched_animals import AnimalRunner
from results.comparison.rate_differences import rate_differences

#: A group is animals of (low, high) forces and two populations, of which one differs.
FORCES = ((10.0, 20.0), (20.0, 40.0), (40.0, 80.0))


def rates(group: int, animals: int = 6, shift: float = 0.0) -> pd.DataFrame:
    numbers = np.random.default_rng(group)
    rows = [
        {
            "animal": animal, "purpose": "paw_pressure", "day": 13, "hour": 2.0, "phase": "", "side": "ipsi",
            "stimulus": "force",
            "epoch": 7, "part": part, "low": low, "high": high, "unit": "g",
            "population": population, "cells": 10, "seconds": 2.0,
            "spikes": int(numbers.poisson(40 + low + (shift if population == "projection" else 0.0))),
        }
        for animal in range(1, animals + 1)
        for part, low, high in (*(("during", *band) for band in FORCES), ("after", 0.0, 0.0))
        for population in ("projection", "islet")
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    rest = frame.assign(epoch=6, part="rest", stimulus="", low=np.nan, high=np.nan, side="", unit="")
    return pd.concat([rest, frame])


@pytest.mark.parametrize("matched", [True, False])
def test_differences_are_those_of_scipy(matched: bool) -> None:
    a, b = rates(1), rates(2, shift=60.0)
    found = rate_differences(a, b, ("during",), matched)
    assert len(found) == 2 * len(FORCES)
    expected = []
    for place in found.to_dict("records"):
        low, population = place["low"], place["population"]
        chosen = [f[(f["part"] == "during") & (f["population"] == population) & (f["low"] == low)] for f in (a, b)]
        one, other = (each["spikes"].to_numpy() / 20.0 for each in chosen)
        test = stats.ttest_rel(other, one) if matched else stats.ttest_ind(other, one, equal_var=False)
        interval = test.confidence_interval()
        assert (place["low_end"], place["high_end"]) == pytest.approx((interval.low, interval.high), abs=1e-9)
        assert place["difference"] == pytest.approx(other.mean() - one.mean())
        expected.append(test.pvalue)
    assert found["p"].to_numpy() == pytest.approx(np.array(expected), abs=1e-9)
    kept = stats.false_discovery_control(expected) <= 0.05
    assert found["differs"].tolist() == kept.tolist()
    assert set(found[found["differs"]]["population"]) == {"projection"}


def test_only_what_both_have_is_compared_and_bands_of_force_stay_apart() -> None:
    a, b = rates(1), rates(2)
    b = b[b["low"] != 10.0]
    assert sorted(set(rate_differences(a, b, ("during",), True)["low"])) == [20.0, 40.0]


def test_a_band_that_a_withdrawal_cut_short_is_left_out() -> None:
    a, b = rates(1), rates(2)
    withdrew = (b["part"] == "after") & b["animal"].isin([1, 2])
    found = rate_differences(a, b[~withdrew], ("during", "rest"), True).set_index(["population", "part", "low"])["n_a"]
    assert found["projection", "during", 40.0] == 4
    assert found["projection", "during", 20.0] == found["islet", "rest", -1.0] == 6
    all_withdrew = b[b["part"] != "after"]
    assert 40.0 not in set(rate_differences(a, all_withdrew, ("during",), True)["low"])


def test_rows_without_a_strength_are_compared_too() -> None:
    found = rate_differences(rates(1), rates(2), ("rest",), True)
    assert len(found) == 2


def test_animals_without_a_match_are_left_out_of_pairs() -> None:
    found = rate_differences(rates(1, animals=6), rates(2, animals=4), ("during",), True)
    assert set(found["n_a"]) == {4}
    found = rate_differences(rates(1, animals=6), rates(2, animals=4), ("during",), False)
    assert (set(found["n_a"]), set(found["n_b"])) == ({6}, {4})


@pytest.mark.parametrize("matched", [True, False])
def test_one_animal_differs_where_its_rate_does(matched: bool) -> None:
    a = rates(1, animals=1)
    b = a.assign(spikes=a["spikes"] + (a["population"] == "projection"))
    found = rate_differences(a, b, ("during", "rest"), matched)
    assert found["differs"].equals(found["population"].eq("projection"))
    assert found["equal"].equals(found["population"].eq("islet"))
    assert found["p"].isna().all()


def test_pairs_that_differ_all_alike_have_no_spread_and_are_not_told_apart() -> None:
    a = rates(1)
    b = a.assign(spikes=a["spikes"] + 1)
    found = rate_differences(a, b, ("during",), True)
    assert not found["differs"].any()
    assert not found["equal"].any()


def twice_the_spikes(study: Study, number: int, report: cohort_samples.Report) -> Iterator[AnimalRecord]:
    """Animals of the second arm fire more; those of the first one are as they were."""
    for record in cohort_samples.run_matched_animals(study, number, report):
        more = record.arm == "ligated-vehicle"
        yield replace(
            record, epochs=tuple(replace(e, purpose="rest", spikes=_more(e.spikes, more)) for e in record.epochs)
        )


def _more(spikes: object, more: bool) -> dict[str, SpikeTrain]:
    assert isinstance(spikes, dict)
    return {
        name: SpikeTrain(np.repeat(train.seconds, 3), np.repeat(train.index, 3), train.cells) if more else train
        for name, train in spikes.items()
    }


def at_rest(study: Study, number: int, report: cohort_samples.Report) -> Iterator[AnimalRecord]:
    for record in cohort_samples.run_matched_animals(study, number, report):
        yield replace(record, epochs=tuple(replace(epoch, purpose="rest") for epoch in record.epochs))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    out = tmp_path_factory.mktemp("runs")
    for name, animals in (("a", at_rest), ("b", twice_the_spikes)):
        run(cohort_samples.small_study(), out / name, runner=AnimalRunner(cohort_samples.plan, animals))
    return out / "a", out / "b"


def test_rates_that_are_all_tripled_have_no_spread_and_are_said_not_to_be_equal(folders: tuple[Path, Path]) -> None:
    found = compare_two(*folders)
    assert not found.rows
    assert found.headline() == "no difference that is told apart from chance"
    assert found.unsure["rates"].startswith(
        "4 places: 0 differ, 2 not told apart, 2 equal; pairs of animals of one number"
    )


def test_two_animals_are_compared_by_their_files(folders: tuple[Path, Path]) -> None:
    one, other = (out / "animals" / "ligated-vehicle" / "ligated-vehicle-001.h5" for out in folders)
    rows = compare_two(one, other).rows
    assert [(row.group, row.a_value, row.b_value) for row in rows] == [("rates", 0.25, 0.75)] * 2
    assert [row.place["day"] for row in rows] == [-1, 1]
    assert rows[0].place["population"] == "p"


def test_a_folder_is_equal_to_itself(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(folders[0]), str(folders[0])]) == 0
    printed = capsys.readouterr().out
    assert "no difference" in printed
    assert "rates (4 places: 0 differ, 0 not told apart, 4 equal" in printed


def test_an_arm_of_a_folder_that_is_half_run(folders: tuple[Path, Path], tmp_path: Path) -> None:
    import shutil

    half = tmp_path / "half"
    shutil.copytree(folders[0], half)
    shutil.rmtree(half / "animals" / "ligated-vehicle")
    found = compare_two(f"{half}:ligated-vehicle", f"{folders[0]}:ligated-vehicle")
    assert found.equal["rates"] == "no place that both have"
    for pair, told in (
        ((f"{half}:ligated-vehicle", f"{folders[0]}:ligated-vehicle"), "0 of 3"),
        ((half, folders[0]), "3 of 6"),
    ):
        (row,) = compare_two(*pair).rows
        assert (row.item, row.a) == ("finished animals", told)
