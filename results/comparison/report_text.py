"""The report of a comparison as text: one grid for each measure, with times down and arms across."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

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
Row = Mapping[str, Any]


def lines(
    manifest: Manifest,
    finished: Mapping[str, tuple[int, ...]],
    contrasts: Sequence[Contrast],
    tables: Mapping[str, pd.DataFrame],
    analyses: Sequence[Analysis] = (),
) -> list[str]:
    """Lines of the report of a comparison.

    Its parts are head, assays by arm, differences between arms, effects of injections, averages at rest, and analyses.

    Parameters
    ----------
    manifest, finished, contrasts, tables, analyses
        As `results.comparison.arms.Comparison` has them.
    """
    return [
        *_head(manifest, finished, contrasts),
        *_section("ASSAYS: mean [95 % interval] (animals)", tables["assay_summary"], _mean, _arm),
        *_differences(tables["assay_differences"]),
        *_section("AFTER MINUS BEFORE, same day and animal: difference [95 %] (pairs), ratio [95 %]",
                  tables["phase_differences"], _difference, _arm),
        *_at_rest(where(tables["average_summary"], assay=REST_PURPOSE)),
        *(line for analysis in analyses for line in ("", analysis.title, "", *analysis.sentences)),
    ]  # fmt: skip


def _head(manifest: Manifest, finished: Mapping[str, tuple[int, ...]], contrasts: Sequence[Contrast]) -> Iterator[str]:
    done, wanted = sum(map(len, finished.values())), len(manifest.arms) * len(manifest.animals)
    yield f"Study {manifest.study}: {done} of {wanted} animals finished."
    for arm in manifest.arms:
        animals = finished[arm.name]
        references = [c.reference for c in contrasts if c.arm == arm.name]
        what = ", ".join(filter(None, (arm.circuit, arm.treatment, arm.manipulation)))
        against = f"; against {', '.join(references)}" if references else ""
        yield f"  {arm.name}: {what}; {len(animals)} of {len(manifest.animals)} animals{against}"
    yield "Intervals are Student's t over animals, Fieller's for ratios, one by one: not corrected for their number."
    yield '"2 cut" = two animals did not withdraw before the cut-off, so the true number lies further out.'


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


def _at_rest(table: pd.DataFrame) -> Iterator[str]:
    """One grid for the last day with rest epochs, without what is 0 in all arms; all else is in the tables."""
    if not len(table):
        return
    day = int(table["day"].max())
    yield from ("", f"AT REST on day {day}, mean of its epochs: mean [95 % interval] (animals)", "")
    rows = rows_of(where(table, day=day))
    moving = list(dict.fromkeys(row["name"] for row in rows if row["mean"] != 0))
    cells = {(row["name"], row["arm"]): _mean(row) for row in rows if row["name"] in moving}
    if moving:
        yield from _blocks(cells, sorted(moving), distinct(table["arm"]))


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
    return f"{_interval(row['mean'], row['low'], row['high'])} ({row['n']}{_cut(row)})"


def _difference(row: Row) -> str:
    difference = _interval(row["difference"], row["low"], row["high"])
    ratio = _interval(row["ratio"], row["ratio_low"], row["ratio_high"])
    return f"{difference} ({row['pairs']}{_cut(row)}), {ratio}"


def _cut(row: Row) -> str:
    return f", {row['censored']} cut" if row["censored"] else ""


def _interval(value: float, low: float, high: float) -> str:
    """`118 [110, 126]`; decimals are chosen so that the largest number has three digits."""
    if not np.isfinite(value):
        return "-"
    numbers = [number for number in (value, low, high) if np.isfinite(number)]
    largest = max(map(abs, numbers))
    decimals = int(np.clip(2 - np.floor(np.log10(largest)), 0, 6)) if largest > 0 else 1
    texts = [f"{number:z.{decimals}f}" for number in numbers]
    return texts[0] if len(texts) < 3 else f"{texts[0]} [{texts[1]}, {texts[2]}]"
