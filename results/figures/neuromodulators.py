"""The figure of neuromodulators: noradrenaline, serotonin and dopamine at rest over days, and the drug below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from core.days import HOURS_PER_DAY
from core.errors import UserError
from core.vocabulary import transmitters_in
from results.comparison.arms import Comparison
from results.comparison.frames import distinct, rows_of, where
from results.figures.forest import ForestMark, ForestPanel, draw_forest
from results.figures.sheet import draw_lines, finish, note_of, sheet
from results.figures.style import (
    BLACK,
    PAGE_MM,
    SMALL,
    WORDS,
    ArmStyle,
    arm_styles,
    drugs_of,
    power_of_ten,
    pretty,
    styled,
)
from results.figures.timecourse import (
    FEW_TIMES,
    MOST_LINES,
    ArmCourse,
    Scale,
    animals_of,
    courses,
    day_and_hour_told,
    draw_courses,
    draw_strip,
    dress_days,
    interval_note,
    legend_of_arms,
    n_note,
    phase_notes,
    rows_of_arms,
    scale_of,
    shared_note,
    strip_height,
    strip_rows,
    strip_sentence,
)
from results.files.folder import ManifestArm

SHOWN_COMPARTMENTS = ("dorsal_horn_ipsi", "locus_coeruleus", "forebrain")
#: Compartment -> names under which files may store the drug there, the closest first.
_DRUG_PLACES = {
    "dorsal_horn_ipsi": ("dorsal_horn_ipsi", "dorsal_horn", "cord"),
    "dorsal_horn_contra": ("dorsal_horn_contra", "dorsal_horn", "cord"),
}
_MOLECULE_LINES: tuple[Any, ...] = ("-", (0, (3, 1.2)), (0, (1, 1)), (0, (4, 1, 1, 1)))
#: Days that a line between two samples of a drug may span at most.
_LONGEST_LINE = 1.05
#: Titles of panels that are narrow.
_NARROW = {"dorsal_horn_ipsi": "dorsal horn, ipsi", "dorsal_horn_contra": "dorsal horn, contra"}
#: Decades below the highest concentration that are shown.
_DECADES = 4.5
#: Heights in mm: of a panel, and of what is around all; width from which a panel has room for a strip of doses.
_PANEL, _AROUND, _STRIP_WIDTH = 24.0, 12.0, 45.0


@dataclass(frozen=True)
class _Curve:
    """The unbound concentration of a molecule in a compartment, in one arm or several that are equal."""

    molecule: str
    days: np.ndarray
    mean: np.ndarray
    least: np.ndarray
    most: np.ndarray
    color: str


@styled
def draw_neuromodulators(
    comparison: Comparison,
    places: Sequence[str] = SHOWN_COMPARTMENTS,
    purpose: str = "rest",
    *,
    width_mm: float = PAGE_MM,
) -> Figure:
    """Draw transmitter levels over days: one row for each transmitter, one column for each compartment, drug below.

    Parameters
    ----------
    comparison
        Of the study; drawn are means over each day's epochs, with 95 % intervals over animals.
    places
        Compartments, such as "locus_coeruleus".
    purpose
        What the epochs were for: "rest" or the name of an assay.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where these epochs hold no transmitter in any of these compartments.
    """
    summary = where(comparison.tables["average_summary"], assay=purpose, phase="")
    measured = set(summary["name"])
    transmitters = transmitters_in(measured)
    shown = [place for place in places if any(_average(x, place) in measured for x in transmitters)]
    if not shown:
        raise UserError(f"the study {comparison.manifest.study} has no transmitters at {purpose} to draw.")
    summary = summary[summary["name"].isin([_average(x, place) for x in transmitters for place in shown])]
    summary, hour = _once_a_day(summary)
    times = len(summary[["day", "hour", "phase"]].drop_duplicates())
    if times <= FEW_TIMES or summary["arm"].nunique() > MOST_LINES:
        return _by_arm(comparison, summary, shown, width_mm)
    arms, styles = comparison.manifest.arms, arm_styles(comparison.manifest.arms)
    wide = width_mm / len(shown) > _STRIP_WIDTH
    scale = replace(scale_of(summary, tuple(styles)), marker=2.6 if wide else 1.8)
    curves = {place: _curves(comparison.tables["concentrations"], place, arms, styles) for place in shown}
    rows = len(transmitters) + any(curves.values())
    strip = strip_rows(arms, comparison.dosing, styles, summary[summary["phase"] != ""], scale)
    figure = sheet(width_mm, _PANEL * rows + _AROUND + (strip_height(strip) if wide else 0.0))
    grid = figure.subplots(rows, len(shown), squeeze=False, sharex=True, sharey="row")
    found = _draw_levels(grid, summary, shown, arms, scale)
    if any(curves.values()):
        _draw_drugs(grid[-1], list(curves.values()))
    _dress(grid, shown, scale)
    for axes in grid[-1]:
        if wide:
            draw_strip(axes, strip, scale)
        axes.set_xlabel("days from surgery", labelpad=None if not wide else axes.xaxis.labelpad)
    handles = [*legend_of_arms([c.arm for c in found], styles, animals_of(summary)), *phase_notes(found)]
    handles += _molecule_notes(curves)
    given = "" if wide else strip_sentence(strip)
    drug = "Drug: unbound, mean and range over animals, on a logarithmic axis." if any(curves.values()) else ""
    once = f"One reading a day, at {hour:+g} h or the next to it." if np.isfinite(hour) else ""
    notes = filter(None, (interval_note(summary), shared_note(found), once, drug, given))
    return finish(figure, handles, [" ".join(notes)])


def _once_a_day(summary: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """One rest a day of each arm, at the hour that most days have or next to it; and that hour, NaN if all had one.

    Readings after a manipulation are all kept.
    """
    plain = summary[summary["phase"] == ""]
    each = plain[["arm", "day", "hour"]].drop_duplicates()
    if not each.duplicated(["arm", "day"]).any():
        return summary, float("nan")
    usual = float(each.groupby("hour")["day"].nunique().idxmax())
    each = each.assign(off=(each["hour"] - usual).abs()).sort_values("off", kind="stable")
    kept = each.drop_duplicates(["arm", "day"])[["arm", "day", "hour"]]
    one = plain.merge(kept, on=["arm", "day", "hour"])
    return pd.concat([one, summary[summary["phase"] != ""]], ignore_index=True), usual


def _by_arm(comparison: Comparison, summary: pd.DataFrame, places: Sequence[str], width_mm: float) -> Figure:
    """A row for each arm and a panel for each transmitter and compartment, at the last time without a manipulation."""
    styles = arm_styles(comparison.manifest.arms)
    plain = summary[summary["phase"] == ""] if (summary["phase"] == "").any() else summary
    hours = plain["day"] * HOURS_PER_DAY + plain["hour"]
    last = plain[hours == hours.max()]
    shown = []
    for transmitter in transmitters_in(summary["name"]):
        for place in places:
            rows = where(last, name=_average(transmitter, place))
            marks = {row["arm"]: [_mark(row, styles[row["arm"]])] for row in rows_of(rows)}
            if rows["mean"].any():
                title = f"{transmitter}, {_NARROW.get(place, pretty(place))}"
                shown.append(ForestPanel(title, "nM", marks, transmitter, ends=(0.0, np.inf)))
    when = day_and_hour_told(last["day"].max(), last["hour"].max())
    notes = (f"At rest, {when}.", interval_note(last).replace("vertical", "horizontal"), n_note(last))
    return draw_forest(
        shown, rows_of_arms(comparison.manifest.arms, last), width_mm, (), [" ".join(filter(None, notes))]
    )


def _mark(row: Mapping[str, Any], look: ArmStyle) -> ForestMark:
    return ForestMark(row["mean"], row["low"], row["high"], look.color, look.marker, look.filled)


def _average(transmitter: str, place: str) -> str:
    return f"{transmitter}_{place}_nanomolar"


def _draw_levels(
    grid: np.ndarray, summary: pd.DataFrame, places: Sequence[str], arms: Sequence[ManifestArm], scale: Scale
) -> list[ArmCourse]:
    """Draw the panels of transmitters, each row on one scale; one without any level is told."""
    styles, drawn = arm_styles(arms), []
    for axes_row, transmitter in zip(grid, transmitters_in(summary["name"]), strict=False):
        top = 0.1
        for axes, place in zip(axes_row, places, strict=True):
            rows = where(summary, name=_average(transmitter, place))
            if rows["mean"].any():
                found = courses(rows, arms)
                draw_courses(axes, found, styles, scale)
                drawn += found
                top = max(top, _highest(rows))
            else:
                _say_none(axes, "0 in all arms" if len(rows) else "not recorded")
        axes_row[0].set_ylim(0, 1.06 * top)
        axes_row[0].set_ylabel(f"{transmitter} (nM)")
    return drawn


def _highest(rows: pd.DataFrame) -> float:
    """The highest mean, and interval of three animals or more."""
    return float(np.nanmax([rows["mean"].max(), rows["high"].where(rows["n"] > 2).max()]))


def _say_none(axes: Axes, text: str) -> None:
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=SMALL, color=WORDS)


def _dress(grid: np.ndarray, places: Sequence[str], scale: Scale) -> None:
    for axes, place in zip(grid[0], places, strict=True):
        axes.set_title(_NARROW.get(place, pretty(place)))
    for axes in grid.ravel():
        dress_days(axes, scale)
    grid[0, 0].get_figure().align_ylabels(grid[:, 0])


def _draw_drugs(panels: Sequence[Axes], curves: Sequence[Sequence[_Curve]]) -> None:
    peak = max(float(curve.most.max()) for found in curves for curve in found)
    floor = peak / 10**_DECADES
    for axes, found in zip(panels, curves, strict=True):
        lines = _lines_of(found)
        for curve in found:
            visible = np.where(curve.mean > floor, curve.mean, np.nan)
            gaps = np.flatnonzero(np.diff(curve.days) > _LONGEST_LINE) + 1
            ends = np.maximum(curve.least, floor), curve.most
            draw_lines(axes, (curve.days, curve.days), ends, colors=curve.color, lw=0.4, zorder=2)
            axes.plot(
                np.insert(curve.days, gaps, np.nan), np.insert(visible, gaps, np.nan), color=curve.color, lw=0.6,
                ls=lines[curve.molecule], marker=".", ms=1.6, zorder=3,
            )  # fmt: skip
        if not found:
            _say_none(axes, "not stored")
        axes.set_yscale("log")
    panels[0].set_ylim(floor, 4 * peak)
    panels[0].yaxis.set_major_locator(LogLocator(numticks=4))
    panels[0].yaxis.set_major_formatter(FuncFormatter(lambda level, _: power_of_ten(level)))
    for axes in panels:
        axes.yaxis.set_minor_locator(NullLocator())
    panels[0].set_ylabel("drug (nM)")


def _lines_of(found: Sequence[_Curve]) -> dict[str, Any]:
    """Molecule -> its line; molecules of one colour, such as a drug and its metabolite, have different ones."""
    seen: dict[str, list[str]] = {}
    for curve in found:
        alike = seen.setdefault(curve.color, [])
        if curve.molecule not in alike:
            alike.append(curve.molecule)
    return {
        molecule: _MOLECULE_LINES[k % len(_MOLECULE_LINES)]
        for alike in seen.values()
        for k, molecule in enumerate(alike)
    }


def _molecule_notes(curves: Mapping[str, Sequence[_Curve]]) -> list[Any]:
    notes = {}
    for found in curves.values():
        for curve in found:
            line = _lines_of(found)[curve.molecule]
            notes[curve.molecule] = note_of(f"unbound {pretty(curve.molecule)}", ls=line, lw=0.8, color=curve.color)
    return list(notes.values())


def _curves(
    drugs: pd.DataFrame, place: str, arms: Sequence[ManifestArm], styles: Mapping[str, ArmStyle]
) -> list[_Curve]:
    """The molecules that are in a compartment; arms in which one is equal are drawn once, black if without a drug."""
    found: dict[tuple[str, bytes], _Curve] = {}
    for molecule, column in _molecules(drugs, place):
        for arm in arms:
            rows = where(drugs, arm=arm.name, name=column)
            if not len(rows) or rows["most"].max() <= 0:
                continue
            days, mean, least, most = (rows[name].to_numpy(float) for name in ("hours", "mean", "least", "most"))
            color = styles[arm.name].color if molecule in drugs_of(arm) else BLACK
            color = color if color != BLACK else _color_of_metabolite(molecule, column, drugs, arms, styles)
            key = (molecule, mean.tobytes())
            found.setdefault(key, _Curve(molecule, days / HOURS_PER_DAY, mean, least, most, color))
    return list(found.values())


def _color_of_metabolite(
    molecule: str, column: str, drugs: pd.DataFrame, arms: Sequence[ManifestArm], styles: Mapping[str, ArmStyle]
) -> str:
    """The colour of the one treatment in whose arms a molecule is found; black where it is given to several."""
    present = {arm for arm, rows in where(drugs, name=column).groupby("arm", observed=True) if rows["most"].max() > 0}
    given = {drugs_of(arm) for arm in arms if arm.name in present}
    colors = [styles[arm.name].color for arm in arms if arm.name in present]
    return colors[0] if len(given) == 1 else BLACK


def _molecules(drugs: pd.DataFrame, place: str) -> list[tuple[str, str]]:
    """(molecule, column) of the drug in a compartment, under the closest name that the file has."""
    stems = {str(name): str(name).rpartition("_")[0] for name in distinct(drugs["name"])}
    for known in _DRUG_PLACES.get(place, (place, "brain")):
        found = [(stem.removesuffix(f"_{known}"), name) for name, stem in stems.items() if stem.endswith(f"_{known}")]
        if found:
            return found
    return []
