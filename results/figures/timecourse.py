"""Parts of all figures over days: means with intervals by arm, single animals, surgery, dosing, and the legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, MultipleLocator

from core.days import HOURS_PER_DAY
from results.comparison.frames import distinct, where
from results.figures.style import BLACK, GREY, PALE, ArmStyle

Periods = Mapping[str, Sequence[tuple[float, float]]]
WEEK = 7.0


def draw_means(axes: Axes, summary: pd.DataFrame, styles: Mapping[str, ArmStyle]) -> None:
    """Draw mean and 95 % interval of each arm over days; arms are shifted a little, so that none hides another."""
    for arm, shift in _shifts(summary, styles).items():
        rows, look = where(summary, arm=arm), styles[arm]
        days = _days(rows)
        order = np.argsort(days, kind="stable")
        mean = rows["mean"].to_numpy()
        low, high = (np.nan_to_num(np.abs(mean - rows[bound].to_numpy())) for bound in ("low", "high"))
        axes.errorbar(
            days[order] + shift,
            mean[order],
            np.array([low, high])[:, order],
            color=look.color,
            linestyle=look.line,
            marker=look.marker,
            markerfacecolor=look.face,
            markersize=4,
            capsize=1.5,
            elinewidth=0.8,
            zorder=3,
        )


def draw_animals(axes: Axes, values: pd.DataFrame, styles: Mapping[str, ArmStyle]) -> None:
    """Draw every animal as a faint line in the colour of its arm."""
    for arm, shift in _shifts(values, styles).items():
        rows = where(values, arm=arm)
        for animal in distinct(rows["animal"]):
            one = where(rows, animal=animal)
            order = np.argsort(_days(one), kind="stable")
            axes.plot(
                _days(one)[order] + shift,
                one["value"].to_numpy()[order],
                color=styles[arm].color,
                lw=0.5,
                alpha=0.22,
                zorder=2,
            )


def mark_days(axes: Axes, dosing: Periods, styles: Mapping[str, ArmStyle], labelled: bool) -> None:
    """Mark surgery on day 0 and dosing (a bar for each arm where arms differ); ticks at weeks, labels above axes."""
    axes.axvline(0, color=GREY, lw=0.8, ls=":", zorder=1)
    spans = [span for periods in dosing.values() for span in periods]
    if spans:
        first, last = min(span[0] for span in spans), max(span[1] for span in spans)
        axes.axvspan(first, last, color=PALE, lw=0, zorder=0)
        _draw_bars(axes, dosing, styles)
    if labelled:
        above: dict[str, Any] = {
            "transform": axes.get_xaxis_transform(),
            "va": "bottom",
            "fontsize": 7,
            "color": "#555555",
        }
        axes.text(0, 1.01, "surgery", ha="center", **above)
        if spans:
            axes.text((first + last) / 2, 1.01, "dosing", ha="center", **above)
    start, stop = axes.get_xlim()
    weekly = stop - start > 2 * WEEK
    axes.xaxis.set_major_locator(MultipleLocator(WEEK) if weekly else MaxNLocator(integer=True))


def start_at_zero(panels: Iterable[Axes], *drawn: pd.DataFrame) -> None:
    """Set y axes from 0 to just above the means, intervals and animals in the tables drawn.

    The interval of two animals is about 13 standard errors to either side. It may leave the panel, because it would
    flatten everything else.
    """
    highest = max((_highest(table) for table in drawn if len(table)), default=0.0)
    for axes in panels:
        axes.set_ylim(0, 1.06 * highest if highest > 0 else 0.1)


def add_legend(
    figure: Figure, styles: Mapping[str, ArmStyle], animals: Mapping[str, str], extra: Sequence[Line2D] = ()
) -> None:
    """Draw the legend below the panels: arms with their n, and what else is drawn."""
    handles = [
        Line2D(
            [], [], color=look.color, linestyle=look.line, marker=look.marker, markerfacecolor=look.face,
            markersize=4, label=f"{arm} (n = {animals[arm]})",
        )
        for arm, look in styles.items()
        if arm in animals
    ]  # fmt: skip
    widest = max((len(str(handle.get_label())) for handle in handles), default=1)
    columns = max(1, min(len(handles) + len(extra), int(figure.get_figwidth() * 13 / (widest + 7))))
    figure.legend(handles=[*handles, *extra], loc="outside lower center", ncols=columns, handlelength=3)


def animals_of(summary: pd.DataFrame) -> dict[str, str]:
    """Arm -> its n, as a range where it differs between days."""
    found = {}
    for arm in distinct(summary["arm"]):
        n = where(summary, arm=arm)["n"]
        found[arm] = f"{n.min()}" if n.min() == n.max() else f"{n.min()}-{n.max()}"
    return found


def interval_note(summary: pd.DataFrame) -> Line2D:
    """Legend entry of the intervals; for two animals it says that they may leave the panel."""
    label = "mean, 95 % interval over animals" + (" (of two: may leave the panel)" if (summary["n"] == 2).any() else "")
    return Line2D([], [], color=BLACK, marker="|", linestyle="", markersize=8, label=label)


def day_notes(dosing: Periods) -> list[Line2D]:
    """Legend entries of the surgery's line and the shaded days."""
    surgery = Line2D([], [], color=GREY, lw=0.8, ls=":", label="surgery")
    shaded = Line2D([], [], color=PALE, lw=7, label="dosing")
    return [surgery, shaded] if any(dosing.values()) else [surgery]


def animal_note() -> Line2D:
    """Legend entry of the faint lines."""
    return Line2D([], [], color=BLACK, lw=0.5, alpha=0.35, label="one animal")


def _highest(table: pd.DataFrame) -> float:
    for column in ("value", "most"):
        if column in table.columns:
            return float(np.nanmax(table[column]))
    two_errors = table["mean"] + 2 * np.nan_to_num(table["sem"])
    return float(np.max(np.where(table["n"] > 2, table["high"], two_errors)))


def _days(rows: pd.DataFrame) -> np.ndarray:
    return np.asarray(rows["day"] + rows["hour"] / HOURS_PER_DAY)


def _shifts(rows: pd.DataFrame, styles: Mapping[str, ArmStyle]) -> dict[str, float]:
    """Arm -> days by which it is shifted from its true time: all arms together at most a fiftieth of the axis."""
    present = set(rows["arm"])
    arms = [arm for arm in styles if arm in present]
    span = float(np.ptp(rows["day"])) if len(rows) else 0.0
    step = min(0.15, span / 50 / max(len(arms) - 1, 1))
    return {arm: (k - (len(arms) - 1) / 2) * step for k, arm in enumerate(arms)}


def _draw_bars(axes: Axes, dosing: Periods, styles: Mapping[str, ArmStyle]) -> None:
    dosed = {arm: tuple(map(tuple, periods)) for arm, periods in dosing.items() if periods}
    if len(set(dosed.values())) < 2:
        return
    for k, (arm, periods) in enumerate(dosed.items()):
        for first, last in periods:
            axes.plot(
                [first, last], [0.015 * (k + 1)] * 2, transform=axes.get_xaxis_transform(), color=styles[arm].color,
                lw=2, solid_capstyle="butt", zorder=1,
            )  # fmt: skip
