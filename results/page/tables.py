"""Tables of the page: HTML that can be copied into a spreadsheet, closed until it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import isfinite
from typing import Any

import pandas as pd

from core.days import HOURS_PER_DAY
from results.page.words import SIDES_IN_WORDS, estimate, moment, named, number, probability
from results.statistics.analysis import StatisticalAnalysis
from results.statistics.mixed_models import CLUSTERS

#: Of a longer table the page has so many rows, and says so.
MOST_ROWS = 400
_COPY = '<button type="button" class="copy">Copy the table</button>'
_MOMENTS = "Day: after surgery. Hour: after the dosing hour of that day. After: what had just been done to the animals."
_CUT_OFF = "At cut-off: animals that reached it; they count with it, so that the mean is too low."
_PAIRS_AT_CUT_OFF = (
    "At cut-off: pairs of which one animal or both reached it; they count with it, so that the difference may be "
    "too near to 0."
)
_MODELS = (
    "Days: after surgery. Twins: the model of the animals as they are, with random intercepts of the animal number and "
    "of the animal within it. Independent: as if all were separate rats, with a random intercept of the animal. "
    "p values are not corrected for the number of tests. Animals: simulated ones; numbers: different rats among them."
)
_CLUSTERS = "Clusters: of many animals, means by least squares with errors by animal number."
#: What stands on one line: an interval with its unit, a p value.
_WHOLE = re.compile(r"\[[^\]]*\](?: [^ ,]+)?,?|p (?:=|&lt;) [\d.e−-]+")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """A table of HTML; numbers to the right."""
    cells = [[number(cell) if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in cells[:MOST_ROWS])
    more = f"; the first {MOST_ROWS} of {len(cells)} rows" if len(cells) > MOST_ROWS else ""
    told = f"<caption>{escape(caption)}{more}</caption>" if caption or more else ""
    inside = f"{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll" tabindex="0"><table>{inside}</table></div>'


def closed_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], note: str = "") -> str:
    """A table below a line that opens it, with a note, and a button that copies it without the note."""
    told = f'<p class="quiet">{escape(note)}</p>' if note else ""
    return f"<details><summary>Table: {escape(title)}</summary>{told}{_COPY}{table(columns, rows)}</details>"


def summary_table(title: str, rows: pd.DataFrame) -> str:
    """Means of arms, of the columns of `assay_summary`."""
    columns = (
        "measure", "side", "arm", "day", "hour", "after", "n", "mean", "95 % low", "95 % high", "unit", "at cut-off",
    )  # fmt: skip
    told = (
        (
            named(row["name"]), SIDES_IN_WORDS.get(row["side"], row["side"]), row["arm"], row["day"],
            f"{row['hour']:g}", row["phase"], row["n"], number(row["mean"]), number(row["low"]), number(row["high"]),
            row["unit"], row["censored"],
        )
        for row in rows.to_dict("records")
    )  # fmt: skip
    cut = f" {_CUT_OFF}" if rows["censored"].any() else ""
    return closed_table(title, columns, told, f"{_MOMENTS} n: animals.{cut}")


def short_table(title: str, rows: pd.DataFrame) -> str:
    """Differences in one measure at one moment, or at one of each contrast; of the columns of `assay_differences`."""
    moments = dict.fromkeys(zip(rows["day"], rows["hour"], strict=True))
    pairs = sorted({int(count) for count in rows["pairs"]})
    numbers = f"{pairs[0]}" if len(pairs) == 1 else f"{pairs[0]} to {pairs[-1]}"
    when = "; ".join(moment(day, hour) for day, hour in moments).replace(" h", "\N{NO-BREAK SPACE}h")
    told = (
        (
            f"{row['arm']} − {row['reference']}{_at_cut_off(row)}",
            _tested(row, "low", "high", "p"),
            _tested(row, "unpaired_low", "unpaired_high", "p_unpaired"),
        )
        for row in rows.to_dict("records")
    )
    columns = ("difference", "twins [95 %]", "as separate rats [95 %]")
    shown = table(columns, told, f"{title}: {when}, n = {numbers} pairs")
    return f"<div>{shown}{_COPY}</div>"


def _tested(row: Mapping[str, Any], low: str, high: str, p: str) -> str:
    """A difference with its interval and p; where the animals do not vary there is neither, which is told."""
    told = estimate(row["difference"], row[low], row[high], row["unit"]) + probability(row[p])
    return f"{told}, all equal" if row["pairs"] > 1 and not isfinite(row[low]) else told


def _at_cut_off(row: Mapping[str, Any]) -> str:
    return f"; {row['censored']:.0f} of {row['pairs']:.0f} pairs at the cut-off" if row["censored"] else ""


def difference_rows(rows: pd.DataFrame) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Columns and rows of differences between arms, of the columns of `assay_differences`; a number in each cell."""
    columns = (
        "measure", "side", "arm", "against", "day", "hour", "after", "pairs", "difference", "95 % low, twins",
        "95 % high, twins", "95 % low, separate rats", "95 % high, separate rats", "unit", "pairs at cut-off",
    )  # fmt: skip
    told: list[tuple[object, ...]] = [
        (
            named(row["name"]), SIDES_IN_WORDS.get(row["side"], row["side"]), row["arm"], row["reference"], row["day"],
            f"{row['hour']:g}", row["phase"], row["pairs"], number(row["difference"]), number(row["low"]),
            number(row["high"]), number(row["unpaired_low"]), number(row["unpaired_high"]), row["unit"],
            row["censored"],
        )
        for row in rows.to_dict("records")
    ]  # fmt: skip
    return columns, told


def differences_table(title: str, rows: pd.DataFrame) -> str:
    """Differences between arms, of the columns of `assay_differences`."""
    cut = f" {_PAIRS_AT_CUT_OFF}" if rows["censored"].any() else ""
    return closed_table(title, *difference_rows(rows), f"{_MOMENTS} Difference: arm minus against.{cut}")


def model_table(heading: str, statistics: StatisticalAnalysis, assays: Sequence[str]) -> str:
    """Tests of the terms of the mixed models of some assays; nothing where there are none."""
    terms = statistics.tables.get("statistics_models", pd.DataFrame())
    own = terms[terms["assay"].isin(assays)] if len(terms) else terms
    if not len(own):
        return ""
    columns = ("measure", "side", "model", "days", "term", "F", "df", "df residual", "p", "animals", "numbers")
    told = (
        (
            named(row["name"]), SIDES_IN_WORDS.get(row["side"], row["side"]), row["model"],
            f"{row['from_hours'] // HOURS_PER_DAY:.0f} to {row['to_hours'] // HOURS_PER_DAY:.0f}",
            row["term"].replace(" x ", " × "), number(row["F"]), f"{row['df']:g}", f"{row['df_residual']:g}",
            probability(row["p"]).removeprefix(", p ").removeprefix("= "), row["animals"], row["numbers"],
        )
        for row in own.to_dict("records")
    )  # fmt: skip
    clusters = f" {_CLUSTERS}" if CLUSTERS in set(own["model"]) else ""
    return closed_table(f"{heading}: mixed models over days", columns, told, f"{_MODELS}{clusters}")


def _cell(text: str) -> str:
    is_number = text[:1] in "−0123456789" and text[:1] != ""
    shown = _WHOLE.sub(r'<span class="whole">\g<0></span>', escape(text))
    return f'<td class="number">{shown}</td>' if is_number else f"<td>{shown}</td>"
