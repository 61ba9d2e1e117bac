"""The figures of rankings and of antagonists: effects of drugs in order, and what is left under manipulations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from core.days import hours_from_surgery
from core.errors import UserError
from results.analyses.antagonists import BLOCKED, KEPT, REDUCED, WITHDRAWAL
from results.comparison.arms import Comparison
from results.comparison.contrasts import PLACE_COLUMNS, UNINJURED
from results.comparison.frames import distinct, rows_of, where
from results.figures.analyses.panels import analysis_of, distinct_rows, heading, n_told
from results.figures.forest import ForestMark, ForestPanel, draw_forest
from results.figures.sheet import note_of
from results.figures.style import (
    BLACK,
    BLUE,
    COLORS,
    GREEN,
    GREY,
    ORANGE,
    PAGE_MM,
    VERMILLION,
    short_treatment,
    styled,
)

_OUTCOME_LOOKS = {BLOCKED: (VERMILLION, "o"), REDUCED: (ORANGE, "s"), KEPT: (BLUE, "^")}
_OTHER_OUTCOME = (GREY, "X")
_ALONE = (GREEN, "D")
_ZERO = {0.0: (BLACK, "-")}


@styled
def draw_ranking(comparison: Comparison, *, width_mm: float = PAGE_MM) -> Figure:
    """Draw a ranking of drugs: one panel for each measure of withdrawal and time, one row for each treatment.

    Effects in injured animals are filled, those in uninjured ones open. The rows of all panels have the order of the
    first one.

    Parameters
    ----------
    comparison
        Of a study with the analysis `ranking`.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where the study has no ranking of a measure of withdrawal.
    """
    table = analysis_of(comparison, "ranking", "ranking").tables["ranking"]
    places = _withdrawal(table, comparison.manifest.study, "ranking")
    shown = [
        ForestPanel(heading(place), f"treated minus vehicle ({place['unit']})", marks, str(place["name"]), _ZERO)
        for place in places
        if (marks := _ranked(where(table, **place), distinct(table["drug_class"])))
    ]
    rows = {text: short_treatment(text) for text in _order(table, places)}
    notes = [
        f"Horizontal lines: 95 % interval over pairs of animals. Order: by the effect in {heading(places[0])}."
        if len(places) > 1
        else "Horizontal lines: 95 % interval over pairs of animals."
    ]
    return draw_forest(shown, rows, width_mm, _classes(table), notes)


def _ranked(table: pd.DataFrame, classes: list[str]) -> dict[str, list[ForestMark]]:
    """Treatment -> its effects, injured animals first."""
    marks: dict[str, list[ForestMark]] = {}
    for row in sorted(rows_of(table), key=lambda row: row["circuit"] in UNINJURED):
        color = COLORS[classes.index(row["drug_class"]) % len(COLORS)]
        filled = row["circuit"] not in UNINJURED
        mark = ForestMark(row["effect"], row["low"], row["high"], color, "o", filled, row["censored"] > 0)
        marks.setdefault(row["treatment"], []).append(mark)
    return marks


def _order(table: pd.DataFrame, places: Sequence[Mapping[str, object]]) -> list[str]:
    """Treatments by their effect in the first panel, in injured animals; others behind them."""
    found = [where(table, **place) for place in places]
    injured = [rows[~rows["circuit"].isin(UNINJURED)] for rows in found]
    ranked = [rows.sort_values("effect", ascending=False)["treatment"].tolist() for rows in (*injured, *found)]
    return list(dict.fromkeys(treatment for rows in ranked for treatment in rows))


def _classes(table: pd.DataFrame) -> list[Any]:
    classes = distinct(table["drug_class"])
    handles = [note_of(c, color=COLORS[k % len(COLORS)], marker="o") for k, c in enumerate(classes)]
    for circuit in distinct(table["circuit"]):
        face = "white" if circuit in UNINJURED else BLACK
        handles.append(
            note_of(f"{circuit} ({n_told(where(table, circuit=circuit)['n'])})", marker="o", mfc=face, mew=0.8)
        )
    if (table["censored"] > 0).any():
        handles.append(note_of("some pairs at the cut-off: effect too low", marker=9, mew=0))
    return handles


@styled
def draw_antagonists(comparison: Comparison, *, width_mm: float = PAGE_MM) -> Figure:
    """Draw what is left of drugs under manipulations: a group of rows for each treatment, a panel for each time.

    Drawn is every measure of withdrawal at every time after the first dose; the effect alone is a diamond, the effects
    under manipulations are marked by their outcome.

    Parameters
    ----------
    comparison
        Of a study with the analysis `antagonists`.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where the study has no such effects.
    """
    table = analysis_of(comparison, "antagonists", "antagonists").tables["antagonists"]
    table = _after_dosing(table, comparison)
    places = _withdrawal(table, comparison.manifest.study, "effects under manipulations")
    shown = [
        ForestPanel(
            heading(place), f"treated minus vehicle ({place['unit']})", _left(where(table, **place)),
            str(place["name"]), _ZERO,
        )
        for place in places
    ]  # fmt: skip
    return draw_forest(
        shown,
        _rows_under(table),
        width_mm,
        _outcomes(table),
        ["Horizontal lines: 95 % interval over pairs of animals."],
    )


def _after_dosing(table: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """The rows of times after the first dose: before it there is no effect to take away."""
    begin = {arm.name: arm.first_dose_hours for arm in comparison.manifest.arms}
    hours = [hours_from_surgery(day, hour) for day, hour in zip(table["day"], table["hour"], strict=True)]
    told = [begin[arm] == float("inf") or hour > begin[arm] for arm, hour in zip(table["arm"], hours, strict=True)]
    return table[told].reset_index(drop=True)


def _left(table: pd.DataFrame) -> dict[str, list[ForestMark]]:
    marks: dict[str, list[ForestMark]] = {}
    for row in rows_of(table):
        alone, under = _keys(row)
        marks[alone] = [ForestMark(row["alone"], row["alone_low"], row["alone_high"], *_ALONE)]
        look = _OUTCOME_LOOKS.get(row["outcome"], _OTHER_OUTCOME)
        marks[under] = [ForestMark(row["under"], row["under_low"], row["under_high"], *look)]
    return marks


def _keys(row: Mapping[str, Any]) -> tuple[str, str]:
    who = f"{row['circuit']}, {row['treatment']}"
    return f"{who}: alone", f"{who}: {row['manipulation']}"


def _rows_under(table: pd.DataFrame) -> dict[str, str]:
    """Rows: a heading for each circuit and treatment, the effect alone, and that under each manipulation."""
    rows: dict[str, str] = {}
    for whose in distinct_rows(table, ("circuit", "treatment")):
        found = where(table, **whose)
        title = f"#{short_treatment(str(whose['treatment']))}, {whose['circuit']} ({n_told(found['n'])})"
        rows[title] = title
        for row in rows_of(found):
            alone, under = _keys(row)
            rows |= {alone: "alone", under: f"+ {short_treatment(row['manipulation'])}"}
    return rows


def _outcomes(table: pd.DataFrame) -> list[Any]:
    """Entries of the legend for the outcomes that are drawn."""
    found = [outcome for outcome in _OUTCOME_LOOKS if (table["outcome"] == outcome).any()]
    handles = [note_of("alone", color=_ALONE[0], marker=_ALONE[1])]
    handles += [note_of(f"under it: {o}", color=_OUTCOME_LOOKS[o][0], marker=_OUTCOME_LOOKS[o][1]) for o in found]
    if not table["outcome"].isin(list(_OUTCOME_LOOKS)).all():
        handles.append(note_of("under it: not told apart", color=_OTHER_OUTCOME[0], marker=_OTHER_OUTCOME[1]))
    return handles


def _withdrawal(table: pd.DataFrame, study: str, what: str) -> list[dict[str, object]]:
    """The measures of withdrawal in a table; UserError where it has none."""
    places = [place for place in distinct_rows(table, tuple(PLACE_COLUMNS)) if str(place["name"]).endswith(WITHDRAWAL)]
    if not places:
        raise UserError(f"the study {study} has no {what} to draw.")
    return places
