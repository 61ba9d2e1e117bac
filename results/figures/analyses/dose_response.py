"""The figure of dose-response curves: means at each dose and vehicle, the fitted curve, its ED50 with interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from results.analyses.analysis import interval
from results.comparison.arms import Comparison
from results.comparison.frames import rows_of, where
from results.figures.analyses.panels import analysis_of, distinct_rows, heading, n_told, panels
from results.figures.sheet import finish, note_of
from results.figures.style import BLACK, COLORS, GREY, PAGE_MM, SMALL, mixed, pretty, styled

#: Columns that are equal within a panel, and those that are equal within a curve of it.
_PANEL = ("assay", "name", "side", "unit", "day", "hour", "dose_unit")
_CURVE = ("drug", "route", "schedule", "circuit", "manipulation")
_CIRCUITS = {"sham": ((0, (3.2, 1.6)), False), "naive": ((0, (1.2, 1.4)), False)}
#: Height of a panel in mm; the dose at which vehicle stands, as a share of the lowest; a step beside one another.
_HEIGHT, _VEHICLE, _BESIDE = 52.0, 1 / 4, 1.07
_MARKERS = ("o", "s", "^", "D", "v", "P")


@styled
def draw_dose_response(comparison: Comparison, *, width_mm: float = PAGE_MM) -> Figure:
    """Draw dose-response curves: one panel for each measure.

    A curve has the means with 95 % intervals at each dose, the fitted curve with its band, and the ED50 with its
    interval. A curve that could not be fitted has its points only, and its title says why.

    Parameters
    ----------
    comparison
        Of a study with the analysis `dose-response`.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where no drug was given in three doses or more.
    """
    tables = analysis_of(comparison, "dose-response", "dose_response").tables
    fits = tables["dose_response"]
    places = distinct_rows(fits, _PANEL)
    drugs = [str(group["drug"]) for group in distinct_rows(fits, ("drug",))]
    figure, grid = panels(len(places), width_mm, _HEIGHT + 3.0 * max(1, _most_curves(fits, places)))
    for axes, place in zip(grid, places, strict=True):
        _draw_panel(axes, tables, place, drugs)
    return finish(figure, _handles(tables, drugs), [_note(tables)])


def _most_curves(fits: pd.DataFrame, places: list[dict[str, object]]) -> int:
    return max(len(where(fits, **place)) for place in places)


def _draw_panel(axes: Axes, tables: Mapping[str, pd.DataFrame], place: dict[str, object], drugs: list[str]) -> None:
    fits = where(tables["dose_response"], **place)
    curves = distinct_rows(fits, _CURVE)
    lowest = min(_points(tables, {**place, **curve})["dose"].pipe(lambda d: d[d > 0]).min() for curve in curves)
    lines = [heading(place)]
    for k, curve in enumerate(curves):
        (fit,) = rows_of(where(fits, **curve))
        look = _look(curve, drugs)
        beside = _BESIDE ** (k - (len(curves) - 1) / 2)
        _draw_curve(axes, {name: where(table, **place, **curve) for name, table in tables.items()}, look, beside)
        _draw_vehicle(axes, _points(tables, {**place, **curve}), lowest * _VEHICLE * beside, look)
        if np.isfinite(fit["ed50"]):
            _mark_ed50(axes, fit, look["color"])
        lines.append(_told(curve, fit, str(place["dose_unit"])))
    axes.set_title("\n".join(lines), fontsize=SMALL, linespacing=1.15)
    _dress(axes, place, lowest)


def _points(tables: Mapping[str, pd.DataFrame], which: dict[str, object]) -> pd.DataFrame:
    return where(tables["dose_response_points"], **which)


def _look(curve: Mapping[str, object], drugs: list[str]) -> dict[str, Any]:
    k = drugs.index(str(curve["drug"]))
    line, filled = _CIRCUITS.get(str(curve["circuit"]), ("-", True))
    return {"color": COLORS[k % len(COLORS)], "ls": line, "marker": _MARKERS[k % len(_MARKERS)], "filled": filled}


def _draw_curve(axes: Axes, tables: Mapping[str, pd.DataFrame], look: dict[str, Any], beside: float) -> None:
    points = tables["dose_response_points"]
    points = points[points["dose"] > 0]
    doses = points["dose"] * beside
    axes.vlines(doses, points["low"].clip(lower=0), points["high"], color=look["color"], lw=0.6, zorder=3)
    axes.plot(doses, points["mean"], zorder=4, **_marker(look))
    cut = points["censored"] > 0
    axes.plot(
        doses[cut], points["high"].fillna(points["mean"])[cut], ls="", marker=10, ms=3.4, mew=0, color=look["color"]
    )
    band = tables["dose_response_curves"]
    if len(band):
        vehicle = float(tables["dose_response"]["vehicle"].iloc[0])
        axes.plot(band["dose"], vehicle + band["effect"], color=look["color"], ls=look["ls"], zorder=2.5)
        pale = mixed(look["color"], "white", 0.82)
        axes.fill_between(band["dose"], vehicle + band["low"], vehicle + band["high"], color=pale, lw=0, zorder=1)


def _marker(look: dict[str, Any]) -> dict[str, Any]:
    face = look["color"] if look["filled"] else "white"
    return {"color": look["color"], "ls": "", "marker": look["marker"], "mfc": face, "ms": 3.2, "mew": 0.8}


def _draw_vehicle(axes: Axes, points: pd.DataFrame, x: float, look: dict[str, Any]) -> None:
    """The animals under vehicle, at the left of the doses."""
    for row in rows_of(points[points["dose"] == 0]):
        axes.vlines(x, max(row["low"], 0.0), row["high"], color=BLACK, lw=0.6, zorder=3)
        axes.plot(x, row["mean"], zorder=4, **_marker({**look, "color": BLACK, "marker": "o"}))


def _mark_ed50(axes: Axes, fit: dict[str, float], color: str) -> None:
    """A diamond at the ED50 and half of Emax with its interval, which ends with the axis where it has no end."""
    low, high = (fit[f"ed50_{end}"] for end in ("low", "high"))
    half = fit["vehicle"] + fit["emax"] / 2
    ends = [low if np.isfinite(low) else fit["ed50"], high if np.isfinite(high) else fit["ed50"]]
    axes.plot(ends, [half, half], color=color, lw=1.8, solid_capstyle="butt", zorder=4.5)
    axes.plot([fit["ed50"]], [half], marker="D", ms=4.2, mfc="white", mec=color, mew=1.0, ls="", zorder=5)


def _told(curve: Mapping[str, object], fit: dict[str, Any], unit: str) -> str:
    who = ", ".join(filter(None, (str(curve["drug"]), str(curve["circuit"]), str(curve["manipulation"]))))
    if not np.isfinite(fit["ed50"]):
        return f"{who} (n = {fit['n']}): {fit['outcome']}"
    ends = ("open", "open")
    return f"{who} (n = {fit['n']}): ED50 {interval(fit['ed50'], fit['ed50_low'], fit['ed50_high'], ends)} {unit}"


def _dress(axes: Axes, place: dict[str, object], lowest: float) -> None:
    axes.set_xscale("log")
    ticks = _decades(lowest, axes.get_xlim()[1])
    vehicle = lowest * _VEHICLE
    axes.xaxis.set_major_locator(FixedLocator([vehicle, *ticks]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda dose, _: "0" if dose < 1.01 * vehicle else f"{dose:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    middle = lowest * np.sqrt(_VEHICLE)
    axes.plot(
        [middle / 1.05, middle * 1.05], [0, 0], transform=axes.get_xaxis_transform(), color="white", lw=2.5,
        clip_on=False, zorder=10, solid_capstyle="butt",
    )  # fmt: skip
    axes.set_xlabel(f"dose ({place['dose_unit']})")
    name = str(place["name"])
    axes.set_ylabel(f"{pretty(name)} ({place['unit']})" if place["unit"] != "1" else pretty(name))
    if axes.get_ylim()[0] > 0:
        axes.set_ylim(bottom=0)


def _decades(lowest: float, highest: float) -> list[float]:
    """1, 3 and 10 of each decade between the lowest dose and the end of the axis; powers of ten where they are many."""
    exponents = range(int(np.floor(np.log10(lowest))), int(np.ceil(np.log10(highest))) + 1)
    every = [step * 10.0**k for k in exponents for step in ((1, 3) if len(exponents) < 6 else (1,))]
    return [dose for dose in every if 0.99 * lowest <= dose <= 1.01 * highest]


def _handles(tables: Mapping[str, pd.DataFrame], drugs: list[str]) -> list[Any]:
    """Entries of the legend for what is drawn, and no other."""
    fits = tables["dose_response"]
    handles: list[Any] = []
    for curve in distinct_rows(fits, ("drug", "circuit")):
        look, rows = _look(curve, drugs), where(fits, **curve)
        fitted = np.isfinite(rows["ed50"]).any() or len(where(tables["dose_response_curves"], **curve))
        label = f"{curve['drug']}, {curve['circuit']} ({n_told(rows['n'])})"
        handles.append(Line2D([], [], label=label, **{**_marker(look), "ls": look["ls"] if fitted else ""}))
    handles.append(note_of("vehicle, at dose 0", marker="o", ms=3.2))
    if len(tables["dose_response_curves"]):
        handles.append(Patch(color=mixed(GREY, "white", 0.6), lw=0, label="curve, 95 % of resampled animals"))
    if np.isfinite(fits["ed50"]).any():
        handles.append(note_of("ED50, 95 % interval", color=GREY, marker="D", mfc="white", ls="-", lw=1.8, ms=4.2))
    if (tables["dose_response_points"]["censored"] > 0).any():
        handles.append(note_of("some animals at the cut-off: mean too low", marker=10, mew=0))
    return handles


def _note(tables: Mapping[str, pd.DataFrame]) -> str:
    few = tables["dose_response_points"]["n"].max() < 2
    return "" if few else "Points and vertical lines: mean and 95 % interval over animals."
