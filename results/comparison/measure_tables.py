"""Tables of summaries and differences, made of running sums (`results.comparison.measures`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from results.comparison import intervals
from results.comparison.contrasts import Contrast
from results.comparison.frames import typed
from results.comparison.measures import MeasureSums
from results.comparison.running_sums import PairedSums, RunningSums, grown

#: Columns that tell what was measured, in the order of the tables; a table has those that its places have.
PLACE_ORDER = ("assay", "population", "name", "side", "phase", "unit", "day", "hour",
               "stimulus", "part", "from_strength", "to_strength", "strength_unit")  # fmt: skip
#: Columns by which rows are sorted within an arm or a contrast.
ROW_ORDER = ("assay", "population", "name", "side", "unit", "day", "hour", "phase",
             "stimulus", "from_strength", "to_strength", "part")  # fmt: skip
#: Parts of an epoch in the order of time.
EPOCH_PARTS = ("rest", "before", "during", "after", "whole")
NAME_COLUMNS = ("name", "unit")
SUMMARY_NUMBERS = ("n", "mean", "sem", "low", "high", "censored")
DIFFERENCE_NUMBERS = ("pairs", "difference", "sem", "low", "high", "unpaired_low", "unpaired_high",
                      "ratio", "ratio_low", "ratio_high", "censored")  # fmt: skip
WHOLE_NUMBERS = ("n", "pairs", "censored")
#: Column of the row of `MeasureSums` that a row of a table was made of, while it is made.
PLACE = "place"
#: Of numbers: which of them are there.
THERE = "there"
#: What a row stands for, such as its arm -> entries of all rows of some sums.
Labels = Mapping[str, str]
#: Column -> numbers of all places and names, (rows, columns).
Numbers = Mapping[str, np.ndarray]


def summary_table(sums: MeasureSums, arms: Sequence[str], cut_offs: Mapping[str, float]) -> pd.DataFrame:
    """One row for each arm and measure: n, mean, SEM, 95 % interval within what can be, animals at the cut-off."""
    lower, upper = sums.bounds(cut_offs)
    found: list[tuple[Labels, Numbers]] = []
    for arm in arms:
        if arm in sums.arms:
            own = _whole(sums.arms[arm], sums)
            low, high = intervals.mean_intervals(own, lower, upper)
            numbers = {"n": own.n, "mean": own.mean, "sem": intervals.standard_errors(own), "low": low, "high": high}
            found.append(({"arm": arm}, {**numbers, "censored": own.censored}))
    return _table(sums, ("arm",), found, SUMMARY_NUMBERS).drop(columns=PLACE)


def difference_table(sums: MeasureSums) -> pd.DataFrame:
    """One row for each contrast and measure of both arms: difference and ratio over pairs of animals.

    Where the arms have other animals there are no pairs, and the differences are those of two groups.
    """
    found = [
        (
            {"contrast": contrast.kind, "arm": contrast.arm, "reference": contrast.reference},
            _differences(pairs, sums) if contrast.paired else _group_differences(contrast, sums),
        )
        for contrast, pairs in sums.pairs.items()
    ]
    return _table(sums, ("contrast", "arm", "reference"), found, DIFFERENCE_NUMBERS).drop(columns=PLACE)


def phase_table(sums: MeasureSums, arms: Sequence[str]) -> pd.DataFrame:
    """One row for each arm and measure in a phase: that minus the one before it, within the animals."""
    found = [({"arm": arm}, _differences(sums.phases[arm], sums)) for arm in arms if arm in sums.phases]
    table = _table(sums, ("arm",), found, DIFFERENCE_NUMBERS)
    before = [sums.before[arm][row] for arm, row in zip(table["arm"], table.pop(PLACE), strict=True)]
    position = table.columns.get_loc("hour") + 1
    for name in ("hour", "phase"):
        entries = [sums.places.things[row][list(sums.columns).index(name)] for row in before]
        table.insert(position, f"reference_{name}", typed(entries, sums.columns[name]))
    return table


def _differences(pairs: PairedSums, sums: MeasureSums) -> Numbers:
    whole = PairedSums()
    for name in ("arm", "reference", "difference"):
        setattr(whole, name, _whole(getattr(pairs, name), sums))
    difference = whole.difference
    half, apart = intervals.half_widths(difference), intervals.unpaired_half_widths(whole)
    ratio, low, high = intervals.ratio_intervals(whole)
    mean = difference.mean
    numbers = (difference.n, mean, intervals.standard_errors(difference), mean - half, mean + half, mean - apart,
               mean + apart, ratio, low, high, difference.censored)  # fmt: skip
    return dict(zip(DIFFERENCE_NUMBERS, numbers, strict=True))


def _group_differences(contrast: Contrast, sums: MeasureSums) -> Numbers:
    """As `_differences`, of two arms with other animals; a ratio has no interval."""
    arm, every = (_whole(sums.arms.get(name, RunningSums()), sums) for name in (contrast.arm, contrast.reference))
    rows, reference = sums.counterparts(np.where(every.n > 0.0, every.mean, np.nan)), RunningSums()
    for name in ("n", "mean", "squares", "censored"):
        setattr(reference, name, np.where((rows >= 0)[:, None], getattr(every, name)[rows], 0.0))
    mean, error, half = intervals.group_differences(arm, reference)
    nothing = np.full(mean.shape, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(np.isfinite(mean) & (reference.mean != 0.0), arm.mean / reference.mean, np.nan)
    ends = mean - half, mean + half
    censored = arm.censored + reference.censored
    numbers = (np.zeros(mean.shape), mean, error, *ends, *ends, ratio, nothing, nothing, censored)
    return {**dict(zip(DIFFERENCE_NUMBERS, numbers, strict=True)), THERE: np.isfinite(mean)}


def _whole(own: RunningSums, sums: MeasureSums) -> RunningSums:
    """The sums with a place for every row and column, those of later animals too."""
    found, shape = RunningSums(), (len(sums.places), len(sums.names))
    for name in ("n", "mean", "squares", "censored"):
        setattr(found, name, grown(getattr(own, name), shape))
    return found


def _table(
    sums: MeasureSums, labels: Sequence[str], found: Sequence[tuple[Labels, Numbers]], numbers: Sequence[str]
) -> pd.DataFrame:
    """A row for each place and name that is there, sorted within each entry of `found`.

    That is said by `THERE`, and without it by the first of the numbers, which is not 0 then.
    """
    entries = _entries(sums)
    ranks = {name: _ranks(column) for name, column in entries.items()}
    where = [_sorted_rows(ranks, own.get(THERE, own[numbers[0]])) for _, own in found]
    rows, at = (np.concatenate([np.empty(0, np.intp), *(pair[k] for pair in where)]) for k in (0, 1))
    columns: dict[str, Any] = {name: _repeated([own[name] for own, _ in found], where) for name in labels}
    columns |= {name: entries[name][at if name in NAME_COLUMNS else rows] for name in PLACE_ORDER if name in entries}
    for name in numbers:
        kind = np.int64 if name in WHOLE_NUMBERS else np.float64
        parts = [own[name][pair] for (_, own), pair in zip(found, where, strict=True)]
        columns[name] = np.concatenate([np.empty(0), *parts]).astype(kind)
    return pd.DataFrame(columns | {PLACE: rows})


def _sorted_rows(ranks: Mapping[str, np.ndarray], counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of what any animal has, in the order of a table."""
    rows, at = np.nonzero(counts)
    keys = [ranks[name][at if name in NAME_COLUMNS else rows] for name in ROW_ORDER if name in ranks]
    order = np.lexsort(keys[::-1])
    return rows[order], at[order]


def _entries(sums: MeasureSums) -> dict[str, Any]:
    """Column -> its entries, by place or by name."""
    of_places = zip(*sums.places.things, strict=True) if len(sums.places) else ((),) * len(sums.columns)
    of_names = zip(*sums.names.things, strict=True) if len(sums.names) else ((),) * len(NAME_COLUMNS)
    kinds = {**sums.columns, **dict.fromkeys(NAME_COLUMNS, str)}
    return {name: typed(column, kinds[name]) for name, column in zip(kinds, (*of_places, *of_names), strict=True)}


def _ranks(entries: Any) -> np.ndarray:
    """Numbers in the order of a table: texts by the alphabet, parts of an epoch by time."""
    if not isinstance(entries, pd.Categorical):
        found: np.ndarray = np.nan_to_num(np.asarray(entries, float), nan=-np.inf)
        return found
    if set(entries.categories) <= set(EPOCH_PARTS):
        return np.array([EPOCH_PARTS.index(entry) for entry in entries], np.intp)
    codes: np.ndarray = entries.codes
    return codes


def _repeated(labels: Sequence[str], where: Sequence[tuple[np.ndarray, np.ndarray]]) -> pd.Categorical:
    """Each label as often as it has rows; the categories are in the order of the labels."""
    categories = list(dict.fromkeys(labels))
    codes = np.repeat([categories.index(label) for label in labels], [len(rows) for rows, _ in where])
    return pd.Categorical.from_codes(codes.astype(np.intp), pd.Index(categories, dtype=object))
