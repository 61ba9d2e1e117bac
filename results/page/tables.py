"""Tables of the page: HTML that can be copied into a spreadsheet, closed until it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd

from core.days import HOURS_PER_DAY
from results.page.words import SIDES_IN_WORDS, estimate, moment, named, number, probability
from results.statistics.analysis import StatisticalAnalysis

#: Of a longer table the page has so many rows, and says so.
MOST_ROWS = 400


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """A table of HTML; numbers to the right."""
    cells = [[number(cell) if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in cells[:MOST_ROWS])
    more = f"; the first {MOST_ROWS} of {len(cells)} rows" if len(cells) > MOST_ROWS else ""
    told = f"<caption>{escape(caption)}{more}</caption>" if caption or more else ""
    inside = f"{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll" tabindex="0"><table>{inside}</table></div>'


def closed_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table below a line that opens it, with a button that copies it."""
    return (
        f"<details><summary>Table: {escape(title)}</summary>"
        f'<button type="button" class="copy">Copy the table</button>{table(columns, rows)}</details>'
    )


def summary_table(title: str, rows: pd.DataFrame) -> str:
    """Means of arms, of the columns of `assay_summary`."""
    columns = ("measure", "side", "arm", "day", "hour", "after", "n", "mean", "95 % low", "high", "unit", "at cut-off")
    told = (
        (
            named(row["name"]), SIDES_IN_WORDS.get(row["side"], row["side"]), row["arm"], row["day"],
            f"{row['hour']:g}", row["phase"], row["n"], number(row["mean"]), number(row["low"]), number(row["high"]),
            row["unit"], row["censored"],
        )
        for row in rows.to_dict("records")
    )  # fmt: skip
    return closed_table(title, columns, told)


def short_table(title: str, rows: pd.DataFrame) -> str:
    """Differences in one measure at one moment, or at one of each contrast; of the columns of `assay_differences`."""
    moments = dict.fromkeys(zip(rows["day"], rows["hour"], strict=True))
    pairs = sorted({int(count) for count in rows["pairs"]})
    numbers = f"{pairs[0]}" if len(pairs) == 1 else f"{pairs[0]} to {pairs[-1]}"
    when = "; ".join(moment(day, hour) for day, hour in moments)
    told = (
        (
            f"{row['arm']} − {row['reference']}",
            estimate(row["difference"], row["low"], row["high"], row["unit"]) + probability(row["p"]),
            estimate(row["difference"], row["unpaired_low"], row["unpaired_high"], row["unit"])
            + probability(row["p_unpaired"]),
        )
        for row in rows.to_dict("records")
    )
    caption = f"{title}: {when}, {numbers} pairs"
    return table(("difference", "twins [95 %]", "as separate rats"), told, caption)


def difference_rows(rows: pd.DataFrame) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Columns and rows of differences between arms, of the columns of `assay_differences`."""
    columns = (
        "measure",
        "arm",
        "against",
        "day",
        "hour",
        "after",
        "pairs",
        "difference [95 %], twins",
        "as separate rats",
    )
    told: list[tuple[object, ...]] = [
        (
            f"{named(row['name'])} {SIDES_IN_WORDS.get(row['side'], row['side'])}".strip(), row["arm"],
            row["reference"], row["day"], f"{row['hour']:g}", row["phase"], row["pairs"],
            estimate(row["difference"], row["low"], row["high"], row["unit"]),
            estimate(row["difference"], row["unpaired_low"], row["unpaired_high"], row["unit"]),
        )
        for row in rows.to_dict("records")
    ]  # fmt: skip
    return columns, told


def model_table(heading: str, statistics: StatisticalAnalysis, assays: Sequence[str]) -> str:
    """Tests of the terms of the mixed models of some assays; nothing where there are none."""
    terms = statistics.tables.get("statistics_models", pd.DataFrame())
    own = terms[terms["assay"].isin(assays)] if len(terms) else terms
    if not len(own):
        return ""
    columns = ("measure", "model", "days", "term", "F (df)", "p", "animals")
    told = (
        (
            f"{named(row['name'])} {SIDES_IN_WORDS.get(row['side'], row['side'])}".strip(), row["model"],
            f"{row['from_hours'] // HOURS_PER_DAY:.0f} to {row['to_hours'] // HOURS_PER_DAY:.0f}", row["term"],
            f"{number(row['F'])} ({row['df']:g}, {row['df_residual']:g})", probability(row["p"]).removeprefix(", "),
            row["animals"],
        )
        for row in own.to_dict("records")
    )  # fmt: skip
    return closed_table(f"{heading}: mixed models over days", columns, told)


def _cell(text: str) -> str:
    is_number = text[:1] in "−0123456789" and text[:1] != ""
    return f'<td class="number">{escape(text)}</td>' if is_number else f"<td>{escape(text)}</td>"
