"""The report of a comparison as text: one grid for each measure, with times down and arms across."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from results.analyses.analysis import Analysis
from results.comparison.contrasts import Contrast
from results.comparison.frames import distinct, rows_of, where
from results.files.folder import Manifest

REPORT_WIDTH = 118
REST_PURPOSE = "rest"
#: With more contrasts than these the report only says where they are.
MANY_CONTRASTS = 60
HOW_TO_READ = (
    "Intervals are of 95 %, one by one: not corrected for their number. Those of means are Student's t on the log",
    "scale, or on the logit scale up to a cut-off; those of differences Student's t, those of ratios Fieller's.",
    '"2 cut": two animals reached the cut-off without withdrawing and count with it; their true threshold is higher.',
    '"all equal": the animals do not differ, so that nothing is known of the spread.',
)
WHO_IS_PAIRED = (
    "Arms are compared in pairs of virtual twins: animal 3 of each arm has the same cells, wiring and random numbers,",
    "so that only what was done to it differs. Rats that are not twins differ more; for them the tables of differences",
    "have unpaired_low and unpaired_high (Welch's t interval).",
)
Row = Mapping[str, Any]


class Compared(Protocol):
    """What is reported of a comparison, as `results.comparison.arms.Comparison` has it."""

    @property
    def manifest(self) -> Manifest:
        """Of the study."""

    @property
    def finished(self) -> Mapping[str, tuple[int, ...]]:
        """Arm -> numbers of the animals that were read."""

    @property
    def contrasts(self) -> tuple[Contrast, ...]:
        """Which arm is compared with which."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Name -> table."""

    @property
    def statistics(self) -> tuple[Analysis, ...]:
        """Statistical models."""

    @property
    def analyses(self) -> tuple[Analysis, ...]:
        """What else was asked for."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of the whole."""


def lines(comparison: Compared) -> list[str]:
    """Lines of the report of a comparison.

    Its parts are head, assays by arm, differences between arms, effects of injections, averages and rates at rest,
    statistics and analyses.
    """
    tables = comparison.tables
    return [
        *_head(comparison),
        *_section("ASSAYS: mean [95 % interval] (animals)", tables["assay_summary"], _mean, _arm),
        *_differences(tables["assay_differences"]),
        *_section("AFTER MINUS BEFORE, same day and animal: difference [95 %] (pairs), ratio [95 %]",
                  _of_assays(tables["phase_differences"]), _difference, _arm),
        *_at_rest([tables["average_summary"], tables["rate_summary"]]),
        *(line for each in (*comparison.statistics, *comparison.analyses)
          for line in ("", each.title, "", *each.sentences)),
    ]  # fmt: skip


def _head(comparison: Compared) -> Iterator[str]:
    manifest, finished, contrasts = comparison.manifest, comparison.finished, comparison.contrasts
    done, wanted = sum(map(len, finished.values())), sum(len(manifest.animals_of(arm.name)) for arm in manifest.arms)
    yield f"Study {manifest.study}: {done} of {wanted} animals finished."
    for arm in manifest.arms:
        animals = finished[arm.name]
        references = [c.reference for c in contrasts if c.arm == arm.name]
        what = ", ".join(filter(None, (arm.circuit, arm.treatment, arm.manipulation)))
        against = f"; against {', '.join(references)}" if references else ""
        yield f"  {arm.name}: {what}; {len(animals)} of {len(manifest.animals_of(arm.name))} animals{against}"
    yield from HOW_TO_READ
    yield from WHO_IS_PAIRED if any(contrast.paired for contrast in contrasts) else ()
    for note in comparison.notes:
        yield from textwrap.wrap(note, REPORT_WIDTH)


def _section(
    title: str, table: pd.DataFrame, cell: Callable[[Row], str], column: Callable[[Row], str]
) -> Iterator[str]:
    if not len(table):
        return
    yield from ("", title)
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows_of(table):
        groups.setdefault((row["assay"], row["name"], row["side"], row["unit"]), []).append(row)
    for (_, name, side, unit), rows in groups.items():
        yield from ("", f"{' '.join(filter(None, (name, side)))} ({unit})")
        yield from _grid(rows, cell, column)


def _grid(rows: Sequence[Row], cell: Callable[[Row], str], column: Callable[[Row], str]) -> Iterator[str]:
    in_time = sorted(rows, key=lambda row: (row["day"], row["hour"], row["phase"]))
    cells = {(_time(row), column(row)): cell(row) for row in rows}
    return _blocks(cells, list(dict.fromkeys(map(_time, in_time))), list(dict.fromkeys(map(column, rows))))


def _differences(table: pd.DataFrame) -> Iterator[str]:
    """The grids of contrasts; where there are too many, one line that says where they are."""
    title = "ARM MINUS REFERENCE, paired by animal: difference [95 %] (pairs), ratio [95 %]"
    count = len(set(zip(table["arm"].tolist(), table["reference"].tolist(), strict=True)))
    if count > MANY_CONTRASTS:
        return iter(("", f"{title}: {count} contrasts, in assay_differences.csv."))
    return _section(title, table, _difference, _contrast)


def _of_assays(table: pd.DataFrame) -> pd.DataFrame:
    """The rows without rests, which are many; the file has them."""
    return table[table["assay"] != REST_PURPOSE]


def _at_rest(tables: Sequence[pd.DataFrame]) -> Iterator[str]:
    """One grid for each time of the last day with rests, without what is 0 in all arms; all else is in the tables."""
    rests = [where(table, assay=REST_PURPOSE) for table in tables]
    days = [day for table in rests for day in table["day"].tolist()]
    rows = [row for table in rests for row in rows_of(table[table["day"] == max(days, default=0)])]
    for time in sorted({(row["hour"], row["phase"]) for row in rows}):
        own = [row for row in rows if (row["hour"], row["phase"]) == time]
        moving = {(row["name"], row["unit"]) for row in own if row["mean"] != 0}
        cells = {(_what(row), _arm(row)): _mean(row) for row in own if (row["name"], row["unit"]) in moving}
        if cells:
            yield from ("", f"AT REST on {_time(own[0])}: mean [95 % interval] (animals)", "")
            yield from _blocks(cells, list(dict.fromkeys(name for name, _ in cells)), distinct(tables[0]["arm"]))


def _what(row: Row) -> str:
    """Names of averages end in their unit in full; those of populations have none."""
    return str(row["name"]) if "_" in row["name"] and row["unit"] != "Hz" else f"{row['name']} ({row['unit']})"


def _blocks(cells: Mapping[tuple[str, str], str], down: Sequence[str], across: Sequence[str]) -> Iterator[str]:
    """The grid in blocks of columns that fit the width of a terminal."""
    left = max(map(len, down))
    width = 2 + max(map(len, [*across, *cells.values()]))
    per_block = max(1, (REPORT_WIDTH - left - 2) // width)
    for first in range(0, len(across), per_block):
        block = across[first : first + per_block]
        yield "  " + " " * left + "".join(name.rjust(width) for name in block)
        for name in down:
            yield f"  {name:{left}}" + "".join(cells.get((name, other), "").rjust(width) for other in block)


def _time(row: Row) -> str:
    hour = f" {row['hour']:+g} h" if row["hour"] else ""
    return f"day {row['day']}{hour}" + (f", {row['phase']}" if row["phase"] else "")


def _arm(row: Row) -> str:
    return str(row["arm"])


def _contrast(row: Row) -> str:
    return f"{row['arm']} - {row['reference']}"


def _mean(row: Row) -> str:
    least = "at least " if row["censored"] == row["n"] else ""
    return f"{least}{_interval(row['mean'], row['low'], row['high'])} ({row['n']}{_remarks(row, row['n'])})"


def _difference(row: Row) -> str:
    difference = _interval(row["difference"], row["low"], row["high"])
    ratio = _interval(row["ratio"], row["ratio_low"], row["ratio_high"])
    who = f"{row['pairs']}{_remarks(row, row['pairs'])}" if row["pairs"] else "not paired"
    return f"{difference} ({who}), {ratio}"


def _remarks(row: Row, count: int) -> str:
    cut = "all cut" if row["censored"] == count else f"{row['censored']} cut" if row["censored"] else ""
    equal = "all equal" if row["sem"] == 0 and not cut else ""
    return "".join(f", {remark}" for remark in (cut, equal) if remark)


def _interval(value: float, low: float, high: float) -> str:
    """`118 [110, 126]`; decimals are chosen so that the largest number has three digits."""
    if not np.isfinite(value):
        return "-"
    numbers = [number for number in (value, low, high) if np.isfinite(number)]
    largest = max(map(abs, numbers))
    decimals = int(np.clip(2 - np.floor(np.log10(largest)), 0, 6)) if largest > 0 else 1
    texts = [f"{number:z.{decimals}f}" for number in numbers]
    return texts[0] if len(texts) < 3 else f"{texts[0]} [{texts[1]}, {texts[2]}]"
