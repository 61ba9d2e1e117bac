"""Running sums over animals give what pandas and SciPy give of all values at once, and intervals that can be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from results.comparison.contrasts import Contrast
from results.comparison.measure_tables import difference_table, phase_table, summary_table
from results.comparison.measures import AnimalValues, MeasureSums
from results.statistics.intervals import ratio_of_means

COLUMNS = {"assay": str, "side": str, "phase": str, "day": int, "hour": float}
NAMES = [("projection", "Hz"), ("islet", "Hz"), ("noradrenaline", "nM")]
CONTRAST = Contrast("treatment", "drug", "vehicle")
ANIMALS = range(1, 9)


def place(day: int, phase: str = "", hour: float = 2.0) -> tuple[object, ...]:
    return ("rest", "", phase, day, hour)


def animal(values: np.ndarray, places: list[tuple[object, ...]], cut: float = np.inf) -> AnimalValues:
    return AnimalValues(places, NAMES[: values.shape[1]], values, values >= cut)


def drawn(seed: int = 5) -> pd.DataFrame:
    """One row for each value: two arms, three places, three names; some values and some animals are missing."""
    rng = np.random.default_rng(seed)
    rows = []
    for arm, factor in (("vehicle", 1.0), ("drug", 1.6)):
        for k in ANIMALS:
            if (arm, k) != ("drug", 3):
                own = rng.gamma(3.0, 100.0 / 3.0, (3, 3)) * factor
                own[rng.random((3, 3)) < 0.1] = np.nan
                rows += [(arm, k, i + 1, name, own[i, j]) for i in range(3) for j, (name, _) in enumerate(NAMES)]
    return pd.DataFrame(rows, columns=["arm", "animal", "day", "name", "value"])


def summed(rows: pd.DataFrame) -> MeasureSums:
    """The same values animal by animal; the third place is met by later animals only."""
    sums = MeasureSums(COLUMNS, [CONTRAST])
    for _, number in rows.groupby("animal"):
        found = {}
        for arm, own in number.groupby("arm"):
            grid = own.pivot(index="day", columns="name", values="value")[[name for name, _ in NAMES]]
            found[str(arm)] = animal(grid.to_numpy(), [place(day) for day in grid.index])
        sums.add(found)
    return sums


def test_means_and_errors_are_those_of_pandas() -> None:
    rows = drawn().dropna()
    rows = rows[(rows["day"] < 3) | (rows["animal"] > 4)]
    table = summary_table(summed(rows), ["vehicle", "drug"], {})
    plain = rows.groupby(["arm", "day", "name"])["value"].agg(["count", "mean", "sem"])
    assert len(table) == len(plain) == 18
    for row in table.to_dict("records"):
        count, mean, sem = plain.loc[(row["arm"], row["day"], row["name"])]
        assert row["n"] == count
        assert (row["mean"], row["sem"]) == pytest.approx((mean, sem), rel=1e-12)


def test_paired_differences_and_ratios_are_those_of_all_pairs_at_once() -> None:
    rows = drawn().dropna()
    table = difference_table(summed(rows))
    wide = rows.pivot(index=["day", "name", "animal"], columns="arm", values="value").dropna()
    assert len(table) == 9
    for row in table.to_dict("records"):
        pairs = wide.loc[(row["day"], row["name"])]
        drug, vehicle = pairs["drug"].to_numpy(), pairs["vehicle"].to_numpy()
        paired, welch = stats.ttest_rel(drug, vehicle), stats.ttest_ind(drug, vehicle, equal_var=False)
        ratio = ratio_of_means(drug, vehicle)
        assert row["pairs"] == len(pairs)
        assert row["difference"] == pytest.approx((drug - vehicle).mean(), rel=1e-12)
        assert row["sem"] == pytest.approx(stats.sem(drug - vehicle), rel=1e-12)
        for ends, interval in ((("low", "high"), paired), (("unpaired_low", "unpaired_high"), welch)):
            assert [row[end] for end in ends] == pytest.approx(list(interval.confidence_interval(0.95)), rel=1e-9)
        assert row["ratio"] == pytest.approx(ratio.value, rel=1e-12)
        assert [row["ratio_low"], row["ratio_high"]] == pytest.approx([ratio.low, ratio.high], rel=1e-9, nan_ok=True)


def test_twins_have_a_difference_of_nothing_and_no_interval() -> None:
    sums = MeasureSums(COLUMNS, [CONTRAST])
    for value in (141.3, 152.7, 149.9, 133.1):
        same = animal(np.array([[value]]), [place(1)])
        sums.add({"drug": same, "vehicle": same})
    (row,) = difference_table(sums).to_dict("records")
    assert (row["difference"], row["sem"], row["ratio"]) == (0.0, 0.0, 1.0)
    assert np.isnan([row["low"], row["high"]]).all()
    assert row["unpaired_low"] < 0 < row["unpaired_high"]


def interval_of(values: list[float], cut: float = np.inf, cut_offs: float | None = None) -> tuple[float, float]:
    sums = MeasureSums(COLUMNS, [])
    for value in values:
        sums.add({"drug": animal(np.array([[value]]), [place(1)], cut)})
    known = {} if cut_offs is None else {NAMES[0][0]: cut_offs}
    (row,) = summary_table(sums, ["drug"], known).to_dict("records")
    return row["low"], row["high"]


@pytest.mark.parametrize("values", [[0.0, 0.0, 0.0, 0.2, 0.1, 2.2], [0.0, 0.3, 1.1], [6.0, 9.0], [1e-9, 5.0, 9.0]])
def test_the_interval_of_a_rate_is_above_zero_and_holds_the_mean(values: list[float]) -> None:
    low, high = interval_of(values)
    mean, sem = np.mean(values), stats.sem(values)
    assert 0 < low < mean < high
    assert low * high == pytest.approx(mean**2)
    assert np.log(high / mean) == pytest.approx(stats.t.ppf(0.975, len(values) - 1) * sem / mean)


@pytest.mark.parametrize("values", [[0.4, 2.8, 15.0], [15.0, 15.0, 14.0], [2.0, 3.0, 10.3], [0.1, 15.0]])
def test_the_interval_of_a_threshold_ends_at_the_cut_off(values: list[float]) -> None:
    low, high = interval_of(values, cut=15.0, cut_offs=15.0)
    assert 0 < low < np.mean(values) < high < 15.0


@pytest.mark.parametrize("values", [[0.4, 2.8, 15.0], [15.0, 15.0, 14.0], [0.1, 15.0]])
def test_a_cut_off_that_an_animal_reached_need_not_be_told(values: list[float]) -> None:
    low, high = interval_of(values, cut=15.0, cut_offs=None)
    assert 0 < low < np.mean(values) < high < 15.0


@pytest.mark.parametrize("values", [[15.0, 15.0, 15.0], [0.0, 0.0], [3.0], [0.0, 7.0]])
def test_without_a_spread_or_with_two_animals_that_differ_in_all_there_is_no_interval(values: list[float]) -> None:
    assert np.isnan(interval_of(values, cut=15.0)).all() or values == [0.0, 7.0]
    assert np.isnan(interval_of(values)).all()


def test_what_can_be_negative_has_the_interval_of_student() -> None:
    sums = MeasureSums(COLUMNS, [])
    values = [3.0, 8.0, 40.0]
    for value in values:
        sums.add(
            {
                "drug": AnimalValues(
                    [place(1)], [("nsia", "g"), ("mood", "1")], np.full((1, 2), value), np.zeros((1, 2), bool)
                )
            }
        )
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    for row in summary_table(sums, ["drug"], {}).to_dict("records"):
        assert (row["low"], row["high"]) == pytest.approx((low, high))
        assert low < 0


def test_repetitions_are_averaged_and_the_cut_off_counts_once() -> None:
    sums = MeasureSums(COLUMNS, [])
    sums.add({"drug": animal(np.array([[250.0], [200.0]]), [place(1), place(1)], cut=250.0)})
    (row,) = summary_table(sums, ["drug"], {}).to_dict("records")
    assert (row["n"], row["mean"], row["censored"]) == (1, 225.0, 1)


def test_phases_of_one_moment_are_paired_and_each_with_its_own_before() -> None:
    """An antagonist in one arm and its vehicle in the other; a dose between two rests of one day."""
    sums = MeasureSums(COLUMNS, [CONTRAST])
    for k in (1.0, 2.0, 4.0):
        before = [place(1, "", 2.0), place(1, "light on raphe", 3.0)]
        sums.add({
            "drug": animal(np.array([[k], [2 * k], [5 * k]]), [*before, place(1, "i.t. idazoxan", 4.0)]),
            "vehicle": animal(np.array([[k], [k], [3 * k]]), [*before, place(1, "i.t. vehicle", 4.0)]),
        })  # fmt: skip
    found = {row["hour"]: row for row in difference_table(sums).to_dict("records")}
    assert [found[hour]["difference"] for hour in (2.0, 3.0, 4.0)] == pytest.approx([0.0, 7 / 3, 14 / 3])
    phases = phase_table(sums, ["drug", "vehicle"])
    drug = phases[phases["arm"] == "drug"].to_dict("records")
    assert [(row["phase"], row["reference_phase"], row["reference_hour"]) for row in drug] == [
        ("light on raphe", "", 2.0), ("i.t. idazoxan", "", 2.0),
    ]  # fmt: skip
    assert [row["difference"] for row in drug] == pytest.approx([7 / 3, 28 / 3])


def test_no_animals_make_empty_tables_of_the_same_columns() -> None:
    sums = MeasureSums(COLUMNS, [CONTRAST])
    for empty, full in (
        (summary_table(sums, ["drug"], {}), summary_table(summed(drawn()), ["drug"], {})),
        (difference_table(sums), difference_table(summed(drawn()))),
    ):
        assert len(empty) == 0
        assert list(empty.columns) == list(full.columns)
        assert [kind.kind for kind in empty.dtypes] == [kind.kind for kind in full.dtypes]
