"""The figure of firing rates: a dot with its interval for each arm and population, rest beside stimulus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from core.errors import UserError
from results.comparison.arms import Comparison
from results.comparison.frames import distinct, where
from results.figures.forest import wrapped_title
from results.figures.maps import ValueMap, draw_maps
from results.figures.sheet import draw_lines, finish, sheet
from results.figures.spikes.populations import by_part, side_of, without_side
from results.figures.style import BLACK, PAGE_MM, SMALL, ArmStyle, arm_styles, pretty, styled
from results.figures.timecourse import (
    MOST_LINES,
    animals_of,
    day_and_hour_told,
    interval_note,
    legend_of_arms,
    n_note,
    rows_of_arms,
)
from results.files.folder import ManifestArm

#: Rates in Hz up to which the axis is linear, because 0 is among them; and the ticks of the axis.
_LINEAR = 0.1
_TICKS = (0.0, 0.1, 1.0, 10.0, 100.0)
#: Height in mm of a row: at least, and for each arm in it; of the head of a part, and of title and axis.
_ROW, _ARM, _HEAD, _AROUND = 3.2, 0.85, 4.0, 13.0
#: Least width in mm for a condition.
_CONDITION = 40.0


@styled
def draw_rates(comparison: Comparison, purpose: str = "", *, width_mm: float = PAGE_MM) -> Figure:
    """Draw rates of all populations on the last day: at rest, and in the assay, each arm a dot with its interval.

    Parameters
    ----------
    comparison
        Of the study; drawn are rates per cell, means with 95 % intervals over animals.
    purpose
        The assay beside rest, by default each that was done on that day.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where the study has no such epochs, or no population fires in them.
    """
    table = rate_conditions(comparison, purpose)
    return draw_conditions(table, comparison.manifest.arms, width_mm)


def draw_conditions(table: pd.DataFrame, arms: Sequence[ManifestArm], width_mm: float) -> Figure:
    """Draw rates under conditions, such as rest and a force.

    Parameters
    ----------
    table
        With the columns condition, arm, population, n, mean, low and high.
    arms
        Of the study.
    width_mm
        Of the figure.
    """
    styles = arm_styles(arms)
    silent = [name for name, rates in table.groupby("population", observed=True, sort=False)["mean"] if not rates.any()]
    parts = by_part(name for name in distinct(table["population"]) if name not in silent)
    if not parts:
        raise UserError("no population fires in these epochs; there is nothing to draw.")
    shown = {arm: look for arm, look in styles.items() if arm in set(table["arm"])}
    if len(shown) > MOST_LINES:
        return _as_maps(table, parts, arms, width_mm)
    row = max(_ROW, _ARM * len(shown) + 0.8)
    heights = [row * len(names) + _HEAD for names in parts.values()]
    figure = sheet(width_mm, max(sum(heights), 12.0) + _AROUND)
    conditions = distinct(table["condition"])[: max(2, int(width_mm / _CONDITION))]
    grid = figure.subplots(len(parts), len(conditions), squeeze=False, sharex=True, height_ratios=heights)
    top = float(np.nanmax([table["mean"].max(), table["high"].where(table["n"] > 2).max()]))
    for axes_row, (part, names) in zip(grid, parts.items(), strict=True):
        for axes, condition in zip(axes_row, conditions, strict=True):
            _draw_dots(axes, where(table, condition=condition), names, shown)
            _name_rows(axes, part, names, axes is axes_row[0])
    _scale(grid[0, 0], top)
    for axes, condition in zip(grid[0], conditions, strict=True):
        axes.set_title(wrapped_title(str(condition), 0.8 * width_mm / len(conditions)))
    for axes in grid[-1]:
        axes.set_xlabel("rate (Hz per cell)")
    return finish(figure, list(legend_of_arms(shown, styles, animals_of(table))), [_note(table, silent)])


def _as_maps(
    table: pd.DataFrame, parts: Mapping[str, Sequence[str]], arms: Sequence[ManifestArm], width_mm: float
) -> Figure:
    """A map for each condition: a row for each arm, a column for each population."""
    columns = [name for names in parts.values() for name in names]
    titles = [f"{pretty(without_side(name))}{_short_side(name)}" for name in columns]
    rows = rows_of_arms(arms, table)
    maps = []
    for condition in distinct(table["condition"]):
        rates = where(table, condition=condition).pivot_table(
            index="arm", columns="population", values="mean", observed=True
        )
        rates = rates.reindex(index=list(rows), columns=columns).set_axis(titles, axis=1)
        maps.append(ValueMap(str(condition), "rate (Hz per cell)", rates, log=True, lowest=_LINEAR))
    notes = f"Means over the animals of the arm; below {_LINEAR:g} Hz one colour. {n_note(table)}"
    return draw_maps(maps, list(rows.values()), width_mm, [notes])


def _short_side(name: str) -> str:
    return f", {side_of(name)}" if side_of(name) else ""


def rate_conditions(comparison: Comparison, purpose: str = "") -> pd.DataFrame:
    """Rates on the last day by condition: at rest, and under each stimulus, at the highest strength that all arms had.

    Readings after an injection or another manipulation of the day are left out.

    Raises
    ------
    UserError
        Where the study has no such epochs.
    """
    summary = comparison.tables["rate_summary"]
    summary = summary[(summary["phase"] == "") & summary["part"].isin(["rest", "during"])]
    wanted = summary[summary["assay"] == purpose] if purpose else summary
    if not len(wanted):
        what = f"epochs of {purpose}" if purpose else "epochs"
        raise UserError(f"the study {comparison.manifest.study} has no {what} to draw.")
    under = wanted[wanted["part"] == "during"]
    day = (under if len(under) else wanted)["day"].max()
    found = [_at_rest(summary, int(day))]
    groups = under[under["day"] == day].groupby(["assay", "stimulus", "side"], observed=True, sort=False)
    for place, rows in sorted(groups, key=lambda group: group[0][2] != "ipsi"):
        found.append(_at_equal_strength(rows, tuple(map(str, place))))
    kept = pd.concat([table for table in found if len(table)], ignore_index=True)
    return kept.assign(population=kept["name"], condition=kept["condition"].astype(object))


def _at_rest(summary: pd.DataFrame, day: int) -> pd.DataFrame:
    """The last rest up to that day that most arms had at one hour."""
    rest = summary[(summary["part"] == "rest") & (summary["day"] <= day)]
    rest = rest[rest["assay"] == "rest"] if (rest["assay"] == "rest").any() else rest
    if not len(rest):
        return rest.assign(condition="")
    arms = rest.groupby(["day", "hour"])["arm"].nunique()
    last, hour = max(arms.index, key=lambda moment: (arms[moment], moment))
    kept = rest[(rest["day"] == last) & (rest["hour"] == hour)]
    return kept.assign(condition=f"rest, {day_and_hour_told(last, hour)}")


def _at_equal_strength(rows: pd.DataFrame, place: tuple[str, ...]) -> pd.DataFrame:
    """The rows of the highest band of strengths that every arm reached, at best with all of its animals."""
    _, stimulus, side = place
    most = rows.groupby("arm", observed=True)["n"].transform("max")
    band = ["from_strength", "to_strength", "strength_unit", "hour"]
    rows = rows.assign(whole=rows["n"] == most)
    arms = rows["arm"].nunique()
    bands = rows.groupby(band, observed=True).agg(arms=("arm", "nunique"), whole=("whole", "min"), fewest=("n", "min"))
    shared = bands[bands["arms"] == arms]
    if not len(shared):
        return rows.iloc[:0].assign(condition="")
    for best in (shared[shared["whole"]], shared[shared["fewest"] > 1], shared):
        if len(best):
            low, high, unit, hour = max(best.index, key=lambda key: (key[0], key[3]))
            break
    kept = rows[(rows["from_strength"] == low) & (rows["to_strength"] == high) & (rows["hour"] == hour)]
    strength = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
    what = " ".join(filter(None, (pretty(stimulus), strength, "" if unit == "1" else unit)))
    when = day_and_hour_told(rows["day"].max(), hour)
    return kept.assign(condition=", ".join(filter(None, (what, pretty(side), when))))


def _draw_dots(axes: Axes, table: pd.DataFrame, names: Sequence[str], styles: Mapping[str, ArmStyle]) -> None:
    """A dot for each arm and population; arms lie below one another in the row of a population."""
    step = 0.8 / max(len(styles), 1)
    shown = table[table["population"].isin(list(names))]
    arms, rows = shown["arm"].to_numpy(), np.array([names.index(name) for name in shown["population"]])
    mean, low, high = shown[["mean", "low", "high"]].to_numpy(float).T
    low, high = np.where(np.isnan(low), mean, np.maximum(low, 0.0)), np.where(np.isnan(high), mean, high)
    for k, (arm, look) in enumerate(styles.items()):
        its = arms == arm
        y = rows[its] + (k - (len(styles) - 1) / 2) * step
        draw_lines(axes, (low[its], high[its]), (y, y), colors=look.color, lw=0.6, zorder=2)
        axes.plot(mean[its], y, ls="", marker=look.marker, ms=2.6, mew=0.7, color=look.color, mfc=look.face, zorder=3)
    between, across = np.arange(1, len(names)) - 0.5, axes.get_yaxis_transform()
    draw_lines(axes, (0.0, 1.0), (between, between), colors="#DDDDDD", lw=0.4, zorder=0, transform=across)
    axes.set_ylim(len(names) - 0.5, -0.5)


def _scale(axes: Axes, top: float) -> None:
    """The axis of rates, which all panels share."""
    axes.set_xscale("symlog", linthresh=_LINEAR, linscale=0.6)
    axes.set_xlim(-0.01, 1.6 * top)
    axes.set_xticks([tick for tick in _TICKS if tick <= 1.6 * top])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _name_rows(axes: Axes, part: str, names: Sequence[str], labelled: bool) -> None:
    labels = [pretty(without_side(name)) for name in names] if labelled else []
    axes.set_yticks(range(len(names)) if labelled else [], labels)
    axes.tick_params(axis="y", length=0)
    if labelled:
        axes.annotate(
            part, (0, 1), (-3, 3), "axes fraction", "offset points", ha="right", va="bottom", fontsize=SMALL,
            fontweight="bold", color=BLACK,
        )  # fmt: skip


def _note(table: pd.DataFrame, silent: Sequence[str]) -> str:
    quiet = [f"{part}: {', '.join(pretty(without_side(n)) for n in names)}" for part, names in by_part(silent).items()]
    told = f" Silent in all arms: {'; '.join(quiet)}." if quiet else ""
    intervals = interval_note(table).replace("vertical", "horizontal")
    return f"{intervals} Axes are logarithmic from {_LINEAR:g} Hz on.{told}"
