"""The figure of the evidence: estimates of the model beside published numbers, in any unit on one scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from results.figures.forest import wrapped_name
from results.figures.sheet import finish, note_of, sheet
from results.figures.style import BLUE, GREY, ORANGE, PAGE_MM, PURPLE, SMALL, VERMILLION, styled

#: Verdict of an outcome -> its colour and marker.
VERDICT_LOOKS = {
    "reproduced": (BLUE, "o"),
    "direction only": (ORANGE, "D"),
    "not shown": (PURPLE, "s"),
    "not reproduced": (VERMILLION, "X"),
}
#: Ends of the two axes: of outcomes with a published size, and of the others.
_AXIS_ENDS = (2.6, 8.0)
#: Colour of what counts as reproduced, and the share of a panel that names take.
_TARGET, _NAMES = "#DDDDDD", 0.56


@dataclass(frozen=True)
class EvidenceRow:
    """One estimate of the model beside the published number, in its own unit: a row of the figure.

    Attributes
    ----------
    label
        Finding and outcome.
    estimate
        (value, low, high) with the ends of the 95 % interval.
    none
        The value without any effect; None where there is no such value.
    target
        (published number, low, high) with the ends of what counts as reproduced; None where there is none.
    rises
        Whether the effect was published as a rise.
    verdict
        Such as "reproduced".
    """

    label: str
    estimate: tuple[float, float, float]
    none: float | None
    target: tuple[float | None, float | None, float | None]
    rises: bool
    verdict: str


@styled
def draw_evidence(found: Sequence[EvidenceRow], *, width_mm: float = PAGE_MM) -> Figure:
    """Draw the evidence: outcomes with a published size, and beside or below them those with a direction only.

    Of a published size, 0 is no effect, 1 the published one, and grey what counts as reproduced. For a number without a
    direction, 1 is the middle of what counts as reproduced, and its ends lie 1 from it. Where no effect was published,
    1 is the margin. Of a direction, the published one points right, and the unit is half of the 95 % interval.

    Parameters
    ----------
    found
        The outcomes, in the order of the rows.
    width_mm
        Of the figure: 170 for a page, 85 for a column.
    """
    groups = [[each for each in found if _sized(each)], [each for each in found if not _sized(each)]]
    shown = [(k, rows) for k, rows in enumerate(groups) if rows] or [(0, [])]
    side_by_side = width_mm > 120 and len(shown) > 1
    letters = int((width_mm / (2 if side_by_side else 1)) * _NAMES / 1.16)
    names = [["\n".join(wrapped_name(each.label, letters)) for each in rows] for _, rows in shown]
    heights = [sum(map(_height, lines)) for lines in names]
    tall = max(heights) if side_by_side else sum(heights)
    figure = sheet(width_mm, max(tall, 12.0) + 17.0 * (1 if side_by_side else len(shown)))
    shape = (1, len(shown)) if side_by_side else (len(shown), 1)
    ratios = None if side_by_side else [max(height, 1.0) for height in heights]
    grid = figure.subplots(*shape, squeeze=False, height_ratios=ratios).ravel()
    for axes, (kind, rows), lines in zip(grid, shown, names, strict=True):
        _draw(axes, rows, lines, max(heights) if side_by_side else sum(map(_height, lines)))
        _name_scale(axes, kind)
    handles = [*verdict_notes(), Patch(color=_TARGET, lw=0, label="counts as reproduced")]
    return finish(figure, handles, ["Points and horizontal lines: the model's estimate and its 95 % interval."])


def verdict_notes() -> list[Any]:
    """Entries of a legend that tell the marks of the verdicts."""
    return [note_of(name, marker=marker, color=color) for name, (color, marker) in VERDICT_LOOKS.items()]


def draw_verdict_marks(axes: Axes, marks: Iterable[tuple[str, float, float]]) -> None:
    """Draw (verdict, x, y) as marks, those of one verdict as one artist."""
    places: dict[str, list[tuple[float, float]]] = {verdict: [] for verdict in VERDICT_LOOKS}
    for verdict, x, y in marks:
        places[verdict].append((x, y))
    for verdict, found in places.items():
        color, marker = VERDICT_LOOKS[verdict]
        right, down = np.array(found or np.empty((0, 2))).T
        axes.plot(right, down, ls="", marker=marker, color=color, ms=3.2, mew=0)


def _sized(each: EvidenceRow) -> bool:
    return each.target[1] is not None or each.target[2] is not None


def _height(name: str) -> float:
    """Height of a row in mm."""
    return 2.5 * (name.count("\n") + 1) + 0.8


def _draw(axes: Axes, found: Sequence[EvidenceRow], names: Sequence[str], height: float) -> None:
    ends = np.cumsum([_height(name) for name in names])
    places = [float(end - _height(name) / 2) for end, name in zip(ends, names, strict=True)]
    edge = _AXIS_ENDS[0] if found and _sized(found[0]) else _AXIS_ENDS[1]
    for place, each in zip(places, found, strict=True):
        scale = _by_target(each) if _sized(each) else _by_interval(each)
        _draw_one(axes, place, each, scale, edge)
    axes.set_yticks(places, names, fontsize=SMALL, linespacing=1.0)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(height, 1.0), 0)
    axes.set_xlim(-edge, edge)
    axes.axvline(0.0, color=GREY, lw=0.6, zorder=0)


def _name_scale(axes: Axes, kind: int) -> None:
    """Say on the axis itself what its numbers are."""
    if kind == 0:
        axes.set_title("size published")
        axes.set_xticks([-2, -1, 0, 1, 2])
        axes.set_xlabel("effect (0: none,\n1: as published)")
    else:
        axes.set_title("direction published")
        axes.set_xticks([-5, 0, 5], ["5", "0", "5"])
        axes.set_xlabel("effect in halves of its 95 %\ninterval (right: as published)")


def _by_target(each: EvidenceRow) -> tuple[float, float]:
    """(origin, unit) of the scale of an outcome with a published size."""
    published, low, high = each.target
    ends = [end for end in (low, high) if end is not None]
    if each.none is None:
        unit = (ends[-1] - ends[0]) / 2 or 1.0
        return sum(ends) / len(ends) - unit, unit
    if len(ends) == 2 and ends[0] < each.none < ends[1]:
        return each.none, max(abs(end - each.none) for end in ends)
    return each.none, ((published if published is not None else sum(ends) / len(ends)) - each.none) or 1.0


def _by_interval(each: EvidenceRow) -> tuple[float, float]:
    value, low, high = each.estimate
    half = (high - low) / 2
    sign = 1.0 if each.rises else -1.0
    return each.none or 0.0, sign * (half if half > 0 and math.isfinite(half) else abs(value) or 1.0)


def _draw_one(axes: Axes, row: float, each: EvidenceRow, scale: tuple[float, float], edge: float) -> None:
    origin, unit = scale

    def at(number: float | None, missing: float) -> float:
        return missing if number is None or math.isnan(number) else (number - origin) / unit

    color, marker = VERDICT_LOOKS.get(each.verdict, (GREY, "s"))
    if _sized(each):
        ends = sorted((at(each.target[1], -9.0 if unit > 0 else 9.0), at(each.target[2], 9.0 if unit > 0 else -9.0)))
        axes.barh(row, ends[1] - ends[0], left=ends[0], height=2.2, color=_TARGET, zorder=0)
    value = at(each.estimate[0], math.nan)
    low, high = sorted((at(each.estimate[1], value), at(each.estimate[2], value)))
    axes.plot([low, high], [row, row], color=color, lw=0.8)
    beyond = not math.isfinite(value) or abs(value) > edge
    shown = max(-edge, min(edge, value)) if math.isfinite(value) else 0.0
    axes.plot(shown, row, marker=(">" if shown > 0 else "<") if beyond else marker, color=color, ms=3.0, clip_on=False)
