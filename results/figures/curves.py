"""The figure of dose-response curves: effects at each dose, the fitted curve, its ED50; and panels for others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, NullFormatter

from core.errors import UserError
from results.analyses.analysis import Analysis
from results.comparison.arms import Comparison
from results.comparison.frames import rows_of, where
from results.figures.style import BLACK, COLORS, GREY, pretty, styled

#: Columns that are equal within a panel, and those that are equal within a curve of it.
_PANEL = ("assay", "name", "side", "unit", "day", "hour", "dose_unit")
_CURVE = ("drug", "route", "schedule", "circuit", "manipulation")
_CIRCUIT_LOOKS = {"sham": ("--", "white"), "naive": (":", "white")}
MOST_PANELS, WIDE_PANELS_PER_ROW = 8, 2


def analysis_of(comparison: Comparison, name: str, table: str) -> Analysis:
    """The analysis of that name; UserError where the study did not ask for it, or it found nothing."""
    for analysis in comparison.analyses:
        if analysis.name == name and len(analysis.tables[table]):
            return analysis
    raise UserError(f"the study {comparison.manifest.study} has no {name} to draw.")


def panels(count: int, width: float = 4.4, height: float = 3.4) -> tuple[Figure, list[Axes]]:
    """A figure with `count` panels in rows, each `width` by `height` inches, and room for a legend below."""
    columns = min(WIDE_PANELS_PER_ROW, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(width * columns, height * rows + 0.7), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for spare in axes[count:]:
        spare.set_visible(False)
    return figure, list(axes[:count])


def distinct_rows(table: pd.DataFrame, names: tuple[str, ...]) -> list[dict[str, object]]:
    """The distinct combinations of values of some columns, each once, in the order of the rows."""
    found = zip(*(table[name].tolist() for name in names), strict=True)
    return [dict(zip(names, values, strict=True)) for values in dict.fromkeys(found)]


def heading(place: dict[str, object]) -> str:
    """Title of a panel, such as `paw pressure threshold, ipsilateral, day 14 +2 h`."""
    hour = float(str(place.get("hour") or 0.0))
    when = f"day {place['day']}{f' {hour:+g} h' if hour else ''}" if "day" in place else ""
    return ", ".join(filter(None, (pretty(str(place["name"])), pretty(str(place["side"])), when)))


@styled
def draw_dose_response(comparison: Comparison) -> Figure:
    """Draw dose-response curves: one panel for each measure, at most `MOST_PANELS`.

    A curve has the means with 95 % intervals at each dose, the fitted curve with its band, and the ED50 with its
    interval. A curve that could not be fitted has thin lines between its means.

    Parameters
    ----------
    comparison
        Of a study with the analysis `dose-response`.

    Raises
    ------
    UserError
        Where no drug was given in three doses or more.
    """
    analysis = analysis_of(comparison, "dose-response", "dose_response")
    fits = analysis.tables["dose_response"]
    places = distinct_rows(fits, _PANEL)[:MOST_PANELS]
    drugs = [str(group["drug"]) for group in distinct_rows(fits, ("drug",))]
    figure, grid = panels(len(places))
    for axes, place in zip(grid, places, strict=True):
        for curve in distinct_rows(where(fits, **place), _CURVE):
            color = COLORS[drugs.index(str(curve["drug"])) % len(COLORS)]
            _draw_curve(axes, analysis, {**place, **curve}, color)
        _dress(axes, place)
    _add_key(figure, fits, drugs)
    return figure


def _draw_curve(axes: Axes, analysis: Analysis, which: dict[str, object], color: str) -> None:
    points, band = (where(analysis.tables[f"dose_response_{name}"], **which) for name in ("points", "curves"))
    (fit,) = rows_of(where(analysis.tables["dose_response"], **which))
    line, face = _CIRCUIT_LOOKS.get(str(which["circuit"]), ("-", color))
    points = points[points["dose"] > 0]
    doses, effect, low, high = (points[name].to_numpy() for name in ("dose", "effect", "effect_low", "effect_high"))
    spread = np.nan_to_num(np.abs(effect - np.array([low, high])))
    axes.errorbar(
        doses,
        effect,
        spread,
        color=color,
        ls="",
        marker="o",
        mfc=face,
        ms=4.5,
        capsize=2,
        elinewidth=0.8,
        zorder=4,
    )
    if len(band):
        axes.plot(band["dose"], band["effect"], color=color, ls=line, zorder=3)
        axes.fill_between(band["dose"], band["low"], band["high"], color=color, alpha=0.15, lw=0, zorder=2)
    else:
        axes.plot(doses, effect, color=color, ls=line, lw=0.6, zorder=3)
    if np.isfinite(fit["ed50"]):
        _mark_ed50(axes, fit, doses, color)


def _mark_ed50(axes: Axes, fit: dict[str, float], doses: np.ndarray, color: str) -> None:
    """A diamond at the ED50 and half of Emax; its interval ends at the doses given where it has no end within them."""
    low = fit["ed50_low"] if np.isfinite(fit["ed50_low"]) else doses[0]
    high = fit["ed50_high"] if np.isfinite(fit["ed50_high"]) else doses[-1]
    half = fit["emax"] / 2
    axes.plot([fit["ed50"]], [half], marker="D", ms=6, mfc="white", mec=color, mew=1.4, ls="", zorder=5)
    axes.plot([low, high], [half, half], color=color, lw=2.2, alpha=0.6, solid_capstyle="butt", zorder=4)


def _dress(axes: Axes, place: dict[str, object]) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda dose, _: f"{dose:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_title(heading(place))
    axes.set_xlabel(f"dose ({place['dose_unit']})")
    axes.set_ylabel(f"treated minus vehicle ({place['unit']})")
    axes.axhline(0, color=BLACK, lw=0.7)


def _add_key(figure: Figure, fits: pd.DataFrame, drugs: list[str]) -> None:
    handles: list[Line2D | Patch] = []
    for curve in distinct_rows(fits, ("drug", "circuit")):
        color = COLORS[drugs.index(str(curve["drug"])) % len(COLORS)]
        line, face = _CIRCUIT_LOOKS.get(str(curve["circuit"]), ("-", color))
        n = where(fits, **curve)["n"]
        label = f"{curve['drug']}, {curve['circuit']} (n = {n.min() if n.min() == n.max() else f'{n.min()}-{n.max()}'})"
        handles.append(Line2D([], [], color=color, ls=line, marker="o", mfc=face, ms=4.5, label=label))
    handles += [
        Line2D([], [], color=BLACK, marker="|", ls="", ms=8, label="mean, 95 % interval over pairs of animals"),
        Patch(color=GREY, alpha=0.25, lw=0, label="curve, 95 % of resampled animals"),
        Line2D([], [], color=GREY, marker="D", mfc="white", lw=2.2, ms=6, label="ED50, 95 % interval"),
    ]
    columns = max(1, int(figure.get_figwidth() / 2.4))
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, handlelength=3)
