"""The statistics of a study told in lines of text, for its report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.days import HOURS_PER_DAY
from results.comparison.report_text import REPORT_WIDTH
from results.statistics.contrast_tests import VALUE
from results.statistics.designs import Stage
from results.statistics.mixed_models import INDEPENDENT, TWINS
from results.statistics.model_terms import ARM_TIME_TERM, CIRCUIT_TREATMENT_TERM, CIRCUIT_TREATMENT_TIME_TERM
from results.statistics.wording import days_text, interval_text, measure_text, p_text

#: Terms that the report tells of; all are in the table.
TOLD_TERMS = (ARM_TIME_TERM, CIRCUIT_TREATMENT_TERM, CIRCUIT_TREATMENT_TIME_TERM)
#: With more contrasts in a model the report only says where they are.
MOST_TOLD = 30
Measure = tuple[str, ...]


def sentences(
    frames: Mapping[str, pd.DataFrame],
    measures: Sequence[Measure],
    missing: Mapping[tuple[Stage, str], Sequence[Measure]],
) -> tuple[str, ...]:
    """Lines about the models of some measures, about what has no model or no test, and about censored means.

    Parameters
    ----------
    frames
        As `results.statistics.analysis.StatisticalAnalysis` has them.
    measures
        (assay, name, side, unit) of those that are told of.
    missing
        (stage, reason) -> measures without a model.
    """
    lines: list[str] = []
    for measure in measures:
        lines += list(_model_lines(frames, measure)) or _test_lines(frames.get("statistics"), measure)
    lines += _missing_lines(missing)
    lines += _untested_lines(frames.get("statistics"))
    lines += _censored_lines(frames.get("statistics_censored"))
    return tuple(part for line in lines for part in textwrap.wrap(line, REPORT_WIDTH, subsequent_indent="  ") or [""])


def _model_lines(frames: Mapping[str, pd.DataFrame], measure: Measure) -> Iterator[str]:
    terms = _of(frames.get("statistics_models"), measure)
    contrasts = _of(frames.get("statistics_model_contrasts"), measure)
    for _, stage in terms.groupby("from_hours", sort=True):
        kinds = list(dict.fromkeys(stage["model"]))
        main = stage[stage["model"] == kinds[0]]
        first = main.iloc[0]
        sizes = f"{first['animals']} animals" + (f" of {first['numbers']} numbers" if kinds[0] == TWINS else "")
        yield ""
        yield f"{measure_text(*measure[1:])}, {days_text((first['from_hours'], first['to_hours']))}: {sizes}"
        yield from (f"  {_term(row)}" for row in main.to_dict("records") if row["term"] in TOLD_TERMS)
        if first["left_out"]:
            yield f"  without {first['left_out']}: all values at the cut-off"
        if first["note"]:
            yield f"  {first['note']}"
        told = contrasts[contrasts["from_hours"] == first["from_hours"]]
        yield from _contrast_lines(told[told["hours"].isna()], kinds)


def _test_lines(tests: pd.DataFrame | None, measure: Measure) -> Iterator[str]:
    """The contrasts of a measure without a model, at the last time at which it was measured."""
    rows = _of(tests, measure)
    if not len(rows):
        return
    values = rows[(rows["quantity"] == VALUE) & (rows["phase"] == "")].sort_values(["day", "hour"], kind="stable")
    last = values[values["day"] == values["day"].max()]
    if not len(last) or len(last) > MOST_TOLD:
        return
    yield ""
    yield f"{measure_text(*measure[1:])}, day {last['day'].iloc[0]}: {last['n'].max()} animals per arm"
    cells = [
        (
            f"{row['arm']} - {row['reference']}",
            f"{interval_text(row['difference'], row['low'], row['high'])}, {p_text(row['p_paired_holm'])}",
            f"{interval_text(row['difference_unpaired'], row['low_unpaired'], row['high_unpaired'])}, "
            f"{p_text(row['p_unpaired_holm'])}",
        )
        for row in last.to_dict("records")
    ]
    yield from _grid([("", "of twins", "unpaired (Welch)"), *cells])


def _contrast_lines(contrasts: pd.DataFrame, kinds: Sequence[str]) -> Iterator[str]:
    main = contrasts[contrasts["model"] == kinds[0]]
    if len(main) > MOST_TOLD:
        yield f"  {len(main)} contrasts: in statistics_model_contrasts.csv"
        return
    pairs = [f"{row.arm} - {row.reference}" for row in main.itertuples()]
    beside = contrasts[contrasts["model"] == INDEPENDENT] if kinds[0] == TWINS else contrasts.iloc[:0]
    others = {(row["arm"], row["reference"]): _difference(row) for row in beside.to_dict("records")}
    cells = [
        (pair, _difference(row), others.get((row["arm"], row["reference"]), ""))
        for pair, row in zip(pairs, main.to_dict("records"), strict=True)
    ]
    titles = [("mean of these days", "of twins", "as if independent")] if others else []
    yield from _grid([*titles, *cells])


def _grid(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Rows of three cells, in columns."""
    widths = [max((len(row[k]) for row in rows), default=0) for k in range(2)]
    for first, second, third in rows:
        yield f"  {first:{widths[0]}}  {second:{widths[1]}}  {third}".rstrip()


def _difference(row: Mapping[str, Any]) -> str:
    return f"{interval_text(row['difference'], row['low'], row['high'])}, {p_text(row['p_holm'])}"


def _term(row: Mapping[str, Any]) -> str:
    ratio = row["p_likelihood_ratio"]
    also = f" (likelihood ratio {p_text(ratio)})" if np.isfinite(ratio) else ""
    return f"{row['term']} F({row['df']}, {row['df_residual']}) = {row['F']:.3g}, {p_text(row['p'])}{also}"


def _missing_lines(missing: Mapping[tuple[Stage, str], Sequence[Measure]]) -> Iterator[str]:
    if missing:
        yield ""
    for (stage, reason), measures in missing.items():
        names = [measure_text(*measure[1:]) for measure in measures]
        more = f" and {len(names) - 2} more" if len(names) > 3 else ""
        listed = "; ".join(names[:2] if more else names)
        day = int(np.floor(stage.after / HOURS_PER_DAY))
        since = f"from day {day} on" if np.isinf(stage.until) else f"days {day} to {stage.until / HOURS_PER_DAY:g}"
        yield f"No model, {since}, of {listed}{more}: {reason}."


def _untested_lines(tests: pd.DataFrame | None) -> Iterator[str]:
    """What could not be tested, counted by its cause."""
    if tests is None:
        return
    single = tests[tests[["n", "n_reference"]].min(axis=1) < 2]
    if len(single):
        arms = sorted({*single.loc[single["n"] < 2, "arm"], *single.loc[single["n_reference"] < 2, "reference"]})
        yield f"No test where an arm has one animal: {', '.join(arms)}."
    equal = tests[(tests["pairs"] > 1) & tests["p_paired"].isna()]
    if len(equal):
        same = int(equal["identical"].sum())
        yield (
            f"{len(equal)} of {len(tests)} paired tests have no p, because their twins do not vary: "
            f"{same} have all twins equal, {len(equal) - same} all differences equal."
        )


def _censored_lines(table: pd.DataFrame | None) -> Iterator[str]:
    if table is None:
        return
    fitted = table[table["note"] == ""]
    yield (
        f"At the cut-off: {table['censored'].sum()} values in {len(table)} groups of arm and time; "
        f"{len(fitted)} groups have a Tobit mean, the others too few values below it (statistics_censored.csv)."
    )


def _of(table: pd.DataFrame | None, measure: Measure) -> pd.DataFrame:
    if table is None:
        return pd.DataFrame({name: [] for name in ("from_hours", "model", "hours")})
    names = ["assay", "name", "side", "unit"]
    return table[(table[names] == list(measure)).all(axis=1)]
