"""The figures of rankings and of antagonists: effects of drugs in order, and what is left under manipulations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from core.errors import UserError
from results.analyses.antagonists import BLOCKED, KEPT, REDUCED, WITHDRAWAL
from results.comparison.arms import Comparison
from results.comparison.contrasts import PLACE_COLUMNS
from results.comparison.frames import distinct, rows_of, where
from results.figures.curves import WIDE_PANELS_PER_ROW, analysis_of, distinct_rows, heading
from results.figures.style import BLACK, BLUE, COLORS, GREEN, GREY, VERMILLION, styled

#: Heights in inches: of a row, and of head and foot of a panel together.
ROW_HEIGHT, MARGIN_HEIGHT = 0.2, 1.5
_OUTCOME_LOOKS = {BLOCKED: (VERMILLION, "o"), REDUCED: (COLORS[4], "s"), KEPT: (BLUE, "^")}


@dataclass(frozen=True)
class _Mark:
    """How an estimate is drawn: height in the panel, colour of its line, colour inside its marker, marker."""

    y: float
    color: str
    face: str
    marker: str = "o"


def _withdrawal(table: pd.DataFrame, study: str, what: str) -> list[dict[str, object]]:
    """The measures of withdrawal in a table; UserError where it has none."""
    places = [place for place in distinct_rows(table, tuple(PLACE_COLUMNS)) if str(place["name"]).endswith(WITHDRAWAL)]
    if not places:
        raise UserError(f"the study {study} has no {what} to draw.")
    return places


@styled
def draw_ranking(comparison: Comparison) -> Figure:
    """Draw a ranking of drugs: one panel for each measure of withdrawal and time, one row for each treatment.

    Effects in injured animals are filled, those in uninjured ones open; bars are 95 % intervals over pairs of animals.

    Parameters
    ----------
    comparison
        Of a study with the analysis `ranking`.

    Raises
    ------
    UserError
        Where the study has no ranking of a measure of withdrawal.
    """
    table = analysis_of(comparison, "ranking", "ranking").tables["ranking"]
    places = _withdrawal(table, comparison.manifest.study, "ranking")
    most = max(len(distinct(where(table, **place)["treatment"])) for place in places)
    columns = min(WIDE_PANELS_PER_ROW, len(places))
    rows = -(-len(places) // columns)
    figure = Figure(figsize=(1.5 + 5.2 * columns, rows * (MARGIN_HEIGHT + ROW_HEIGHT * most)), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    classes = distinct(table["drug_class"])
    for axes, place in zip(grid, places, strict=False):
        _draw_order(axes, where(table, **place), classes, place)
    for spare in grid[len(places) :]:
        spare.set_visible(False)
    _add_key(figure, table, classes)
    return figure


def _draw_order(axes: Axes, table: pd.DataFrame, classes: list[str], place: dict[str, object]) -> None:
    injured = [circuit for circuit in distinct(table["circuit"]) if circuit not in ("sham", "naive")]
    first = where(table, circuit=(injured or distinct(table["circuit"]))[0])
    leading = distinct(first["treatment"])
    order = [*leading, *(t for t in distinct(table["treatment"]) if t not in leading)]
    for row in rows_of(table):
        color = _color(classes, row["drug_class"])
        open_one = row["circuit"] in ("sham", "naive")
        y = order.index(row["treatment"]) + (
            0.18 if open_one else -0.18 if len(distinct(table["circuit"])) > 1 else 0.0
        )
        ends = (row["effect"], row["low"], row["high"])
        _draw_interval(axes, ends, _Mark(y, color, "white" if open_one else color), row["censored"])
    axes.set_yticks(range(len(order)), [_short(treatment) for treatment in order])
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.axvline(0, color=BLACK, lw=0.7)
    axes.set_title(heading(place))
    axes.set_xlabel(f"treated minus vehicle ({place['unit']})")
    axes.tick_params(labelbottom=True)


def _draw_interval(axes: Axes, ends: tuple[float, float, float], mark: _Mark, censored: int = 0) -> None:
    """An estimate with its interval, ends: (value, low, high), and how many of its pairs were at the cut-off."""
    value, low, high = ends
    if np.isfinite(low) and np.isfinite(high):
        axes.plot([low, high], [mark.y, mark.y], color=mark.color, lw=1.3, zorder=3)
    axes.plot([value], [mark.y], marker=mark.marker, ms=5, mfc=mark.face, mec=mark.color, ls="", zorder=4)
    if censored:
        axes.annotate(
            f"{censored} at the cut-off",
            (value, mark.y),
            (0, 5),
            textcoords="offset points",
            fontsize=6,
            ha="center",
        )


def _short(treatment: str) -> str:
    """A treatment without its days, which the title of the figure tells."""
    parts = (part.split(" on day ")[0].split(" from day ")[0] for part in treatment.split(" + "))
    return " + ".join(parts).replace(" ug", " µg")


def _color(classes: list[str], drug_class: str) -> str:
    k = classes.index(drug_class)
    return COLORS[k] if k < len(COLORS) else GREY


def _add_key(figure: Figure, table: pd.DataFrame, classes: list[str]) -> None:
    handles = [Line2D([], [], color=_color(classes, c), marker="o", ms=5, label=c) for c in classes]
    circuits = distinct(table["circuit"])
    for circuit in circuits:
        n = where(table, circuit=circuit)["n"]
        face = "white" if circuit in ("sham", "naive") else BLACK
        handles.append(
            Line2D([], [], color=BLACK, marker="o", mfc=face, ms=5, ls="", label=f"{circuit} (n = {n.min()})")
        )
    handles.append(Line2D([], [], color=BLACK, lw=1.3, label="95 % interval over pairs of animals"))
    figure.legend(handles=handles, loc="outside lower center", ncols=max(2, int(figure.get_figwidth() / 1.9)))


@styled
def draw_antagonists(comparison: Comparison) -> Figure:
    """Draw what is left of drugs under manipulations: one panel for each treatment, one row for each manipulation.

    Only the first measure of withdrawal is drawn. The effect alone is a band, the effects under manipulations are
    marked by their outcome.

    Parameters
    ----------
    comparison
        Of a study with the analysis `antagonists`.

    Raises
    ------
    UserError
        Where the study has no such effects.
    """
    table = analysis_of(comparison, "antagonists", "antagonists").tables["antagonists"]
    place = _withdrawal(table, comparison.manifest.study, "effects under manipulations")[0]
    shown = where(table, **place)
    whose = distinct_rows(shown, ("circuit", "treatment"))
    most = max(len(where(shown, **one)) for one in whose)
    columns = min(4, len(whose))
    rows = -(-len(whose) // columns)
    figure = Figure(figsize=(2.0 + 2.6 * columns, 0.7 + rows * (1.0 + ROW_HEIGHT * most)), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    manipulations = distinct(shown["manipulation"])
    for axes, one in zip(grid, whose, strict=False):
        _draw_left(axes, where(shown, **one), manipulations, str(place["unit"]))
        axes.set_title(f"{_short(str(one['treatment']))}\n{one['circuit']}")
    for spare in grid[len(whose) :]:
        spare.set_visible(False)
    handles = [Line2D([], [], color=c, marker=m, ms=5, label=f"under it: {o}") for o, (c, m) in _OUTCOME_LOOKS.items()]
    handles.append(Line2D([], [], color=GREEN, lw=6, alpha=0.3, label="alone, 95 % interval"))
    handles.append(Line2D([], [], color=GREY, marker="x", ms=5, label="under it: not told apart"))
    figure.legend(handles=handles, loc="outside lower center", ncols=max(2, int(figure.get_figwidth() / 2.2)))
    n = shown["n"]
    figure.suptitle(f"{heading(place)}, n = {n.min()}", fontsize=9)
    return figure


def _draw_left(axes: Axes, table: pd.DataFrame, manipulations: list[str], unit: str) -> None:
    for row in rows_of(table):
        color, marker = _OUTCOME_LOOKS.get(row["outcome"], (GREY, "x"))
        ends = (row["under"], row["under_low"], row["under_high"])
        _draw_interval(axes, ends, _Mark(manipulations.index(row["manipulation"]), color, color, marker))
    low, high = table["alone_low"][0], table["alone_high"][0]
    if np.isfinite(low) and np.isfinite(high):
        axes.axvspan(low, high, color=GREEN, alpha=0.18, lw=0, zorder=0)
    axes.axvline(table["alone"][0], color=GREEN, lw=1, zorder=1)
    axes.axvline(0, color=BLACK, lw=0.7)
    axes.set_yticks(range(len(manipulations)), [_short(text) for text in manipulations])
    axes.set_ylim(len(manipulations) - 0.4, -0.6)
    axes.set_xlabel(f"treated minus vehicle ({unit})")
