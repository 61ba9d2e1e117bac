"""A laboratory's own data beside a study: compared, judged by the rules of the evidence, written and drawn.

Own data are judged as published findings are (`experiments.evidence.verdict`). Nothing is fitted to them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.evidence.outcome import Outcome
from experiments.evidence.value import Value
from experiments.evidence.verdict import JudgedOutcome, judge_outcome
from experiments.protocol.spellings import WRITTEN_FOR
from results.comparison.frames import csv_text, json_records
from results.comparison.report_text import REPORT_WIDTH
from results.files.atomic import write_text
from results.statistics.intervals import Estimate
from results.statistics.wording import interval_text, measure_text

if TYPE_CHECKING:
    from results.comparison.arms import Comparison
    from results.own_data.comparing import OwnComparison
    from results.own_data.reading import OwnData
    from results.statistics.grids import Grids

ARM_ROW, CONTRAST_ROW = "arm", "contrast"
HOW_COMPARED = """\
Own means and the model's are compared by Welch's t interval (own minus model). Verdicts follow the rules of the
evidence, with the 95 % interval of the own data as target. Predictive checks are in the spirit of visual ones
(Holford 2005, PAGE 14, abstract 738; Bergstrand et al. 2011, AAPS J 13:143-151); how is ours: as many animals as the
own data have are drawn from the model's, with replacement, 2,000 times; 95 % of the quantiles of the draws lie in the
predicted interval. It is too narrow where the model has few animals. Nothing is fitted to own data.
"""


@dataclass(frozen=True)
class JudgedOwnData:
    """Own data with their verdicts.

    Attributes
    ----------
    own : OwnComparison
        The own data beside the study.
    grids : Grids
        Values of the study.
    table : pandas.DataFrame
        One row for each arm and time, and for each contrast and time, with verdict and n_too_small.
    """

    own: OwnComparison
    grids: Grids
    table: pd.DataFrame

    def lines(self) -> list[str]:
        """Lines of the report, which begin with an empty one."""
        return list(_lines(self))

    def records(self) -> dict[str, Any]:
        """JSON-ready dict of the table and the notes."""
        return {
            "source": self.own.matched.source,
            "notes": list(self.own.matched.notes),
            "rows": json_records(self.table),
        }


def judge_own_data(comparison: Comparison, data: OwnData, matches: Mapping[str, str] | None = None) -> JudgedOwnData:
    """Compare and judge own data.

    Parameters
    ----------
    comparison : Comparison
        Of the study.
    data : OwnData
        As `results.own_data.reading.read_own_data` gives them.
    matches : mapping of arm to arm, optional
        Arm of the own data -> arm of the study, where their words are not enough.

    Raises
    ------
    UserError
        With the row and column of what is not understood.
    """
    from results.own_data.comparing import compare_own
    from results.own_data.matching import match
    from results.statistics.grids import grids

    values = grids(comparison.tables["assays"])
    matched = match(data, values, WRITTEN_FOR, matches)
    own = compare_own(matched, values, comparison.contrasts)
    return JudgedOwnData(own, values, _judged(own))


def write_own_data(judged: JudgedOwnData, comparison: Comparison, path: Path) -> list[Path]:
    """Write the table and the figure of own data, and their lines into the report of the comparison.

    Parameters
    ----------
    judged : JudgedOwnData
        As `judge_own_data` gives it.
    comparison : Comparison
        Of the study.
    path : path
        Of table and figure, without ending, in the folder of the comparison.

    Returns
    -------
    list of path
        The files.
    """
    from results.figures import save
    from results.figures.own_data import draw_own_data

    table = path.with_suffix(".csv")
    write_text(table, csv_text(judged.table), replace=True)
    report = [*comparison.report(), *judged.lines()]
    write_text(path.parent / "report.txt", "\n".join(report) + "\n", replace=True)
    figure = draw_own_data(judged.own, judged.grids, comparison.manifest.arms)
    return [table, *save(figure, path.parent, path.name)]


def _judged(own: OwnComparison) -> pd.DataFrame:
    parts = [(ARM_ROW, own.groups.drop(columns="column")), (CONTRAST_ROW, own.contrasts)]
    rows = []
    for kind, table in parts:
        for row in table.to_dict("records"):
            judged = _judge(row, kind)
            verdict, small = (judged.verdict, judged.too_few) if judged else ("", False)
            rows.append({"kind": kind, **row, "verdict": verdict, "n_too_small": small})
    return pd.DataFrame(rows)


def _judge(row: Mapping[str, Any], kind: str) -> JudgedOutcome | None:
    """The verdict of a row; None where the own data have no interval."""
    low, high = row["own_low"], row["own_high"]
    if not np.isfinite([low, high]).all():
        return None
    value = Value(name=row["name"], side=row["side"], day=int(row["day"]), hour=float(row["hour"]))
    expected = "value" if kind == ARM_ROW else "up" if low > 0 else "down" if high < 0 else "same"
    outcome = Outcome.model_validate(
        {
            "says": kind, "statistic": "mean" if kind == ARM_ROW else "difference", "value": value, "arm": row["arm"],
            "reference": row.get("reference", "") if kind == CONTRAST_ROW else "", "expected": expected,
            "target": float(row["own_mean"]), "low": float(low), "high": float(high), "unit": row["unit"],
        }
    )  # fmt: skip
    numbers = [float(row[f"model_{name}"]) for name in ("mean", "sem", "low", "high")]
    return judge_outcome(outcome, Estimate(int(row["model_n"]), *numbers))


def _lines(judged: JudgedOwnData) -> Iterator[str]:
    matched = judged.own.matched
    yield ""
    yield f"OWN DATA: {matched.name} beside the study, mean [95 % interval] (n)"
    if matched.source:
        yield f"source: {matched.source}"
    yield from (part for note in matched.notes for part in textwrap.wrap(note, REPORT_WIDTH, subsequent_indent="  "))
    for kind, title in ((ARM_ROW, "own; model; verdict"), (CONTRAST_ROW, "arm minus reference: own; model; verdict")):
        rows = judged.table[judged.table["kind"] == kind]
        for (name, side, unit), group in rows.groupby(["name", "side", "unit"], sort=False):
            yield from ("", f"{measure_text(name, side, unit)}: {title}")
            yield from map(_row_line, group.to_dict("records"))
    yield ""
    yield from _counts(judged.table)
    yield from textwrap.wrap(HOW_COMPARED, REPORT_WIDTH)


def _row_line(row: Mapping[str, Any]) -> str:
    who = row["own_arm"] if row["kind"] == ARM_ROW else f"{row['own_arm']} - {row['own_reference']}"
    own, model = (
        interval_text(*(row[f"{whose}_{name}"] for name in ("mean", "low", "high"))) for whose in ("own", "model")
    )
    n = f"{row['own_n']}" if row["kind"] == ARM_ROW else f"{row['own_n']} and {row['own_n_reference']:.0f}"
    small = " (n too small)" if row["n_too_small"] else ""
    checks = f"; {int(row['checks_inside'])} of {int(row['checks'])} checks inside" if row["kind"] == ARM_ROW else ""
    verdict = f"{row['verdict'] or 'no verdict'}{small}{checks}"
    line = f"  day {row['day']}, {who}: {own} ({n}); {model} ({row['model_n']}); {verdict}"
    return line if len(line) <= REPORT_WIDTH else line.replace("; ", ";\n    ", 1)


def _counts(table: pd.DataFrame) -> Iterator[str]:
    """How many rows of each kind have each verdict."""
    for kind, rows in table.groupby("kind", sort=False):
        counts = rows["verdict"].replace("", "no verdict").value_counts(sort=False)
        small = int(rows["n_too_small"].sum())
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        yield f"Verdicts of {kind}s: {told}" + (f"; of {small} n is too small to tell." if small else ".")
