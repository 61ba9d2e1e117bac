"""The figure of the evidence: estimates of the model beside published numbers, in any unit on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures.style import BLUE, GREY, ORANGE, PALE, VERMILLION, styled

_VERDICT_LOOKS = {"reproduced": (BLUE, "o"), "direction only": (ORANGE, "D"), "not reproduced": (VERMILLION, "X")}
#: Ends of the two axes: of outcomes with a published size, and of the others.
_AXIS_ENDS = (2.6, 8.0)


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
def draw_evidence(found: Sequence[EvidenceRow]) -> Figure:
    """Draw the evidence: outcomes with a published size left, those with a published direction only right.

    Left, 0 is no effect, 1 the published one, and grey what counts as reproduced. For a number without a direction, 1
    is the middle of what counts as reproduced, and its ends lie 1 from it. Where no effect was published, 1 is the
    margin. Right, the expected direction points right, and the unit is half of the 95 % interval.

    Parameters
    ----------
    found
        The outcomes, in the order of the rows.
    """
    sized = [each for each in found if _sized(each)]
    directed = [each for each in found if not _sized(each)]
    rows = max(len(sized), len(directed), 1)
    figure = Figure(figsize=(15.0, 1.3 + 0.2 * rows), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw(left, sized, _AXIS_ENDS[0], "effect (0 none, 1 as published)")
    _draw(right, directed, _AXIS_ENDS[1], "effect (halves of its 95 % interval)")
    handles = [
        left.plot([], [], ls="", marker=marker, color=color, label=name)[0]
        for name, (color, marker) in _VERDICT_LOOKS.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _sized(each: EvidenceRow) -> bool:
    return each.target[1] is not None or each.target[2] is not None


def _draw(axes: Axes, found: Sequence[EvidenceRow], edge: float, title: str) -> None:
    for row, each in enumerate(found):
        scale = _by_target(each) if _sized(each) else _by_interval(each)
        _draw_one(axes, row, each, scale, edge)
    axes.set_yticks(range(len(found)), [each.label for each in found], fontsize=6.5)
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.set_xlim(-edge, edge)
    axes.axvline(0.0, color=GREY, lw=0.8, zorder=0)
    axes.set_xlabel(title)


def _by_target(each: EvidenceRow) -> tuple[float, float]:
    """(origin, unit) of the scale of an outcome with a published size."""
    published, low, high = each.target
    ends = [end for end in (low, high) if end is not None]
    if each.none is None:
        unit = (ends[-1] - ends[0]) / 2 or 1.0
        return sum(ends) / len(ends) - unit, unit
    if len(ends) == 2 and ends[0] < each.none < ends[1]:
        return each.none, max(abs(end - each.none) for end in ends)
    return each.none, (published if published is not None else sum(ends) / len(ends)) - each.none


def _by_interval(each: EvidenceRow) -> tuple[float, float]:
    value, low, high = each.estimate
    half = (high - low) / 2
    sign = 1.0 if each.rises else -1.0
    return each.none or 0.0, sign * (half if half > 0 and math.isfinite(half) else abs(value) or 1.0)


def _draw_one(axes: Axes, row: int, each: EvidenceRow, scale: tuple[float, float], edge: float) -> None:
    origin, unit = scale

    def at(number: float | None, missing: float) -> float:
        return missing if number is None or math.isnan(number) else (number - origin) / unit

    color, marker = _VERDICT_LOOKS.get(each.verdict, (GREY, "s"))
    if _sized(each):
        ends = sorted((at(each.target[1], -9.0 if unit > 0 else 9.0), at(each.target[2], 9.0 if unit > 0 else -9.0)))
        axes.barh(row, ends[1] - ends[0], left=ends[0], height=0.8, color=PALE, zorder=0)
    value = at(each.estimate[0], math.nan)
    low, high = sorted((at(each.estimate[1], value), at(each.estimate[2], value)))
    axes.plot([low, high], [row, row], color=color, lw=1.2)
    beyond = not math.isfinite(value) or abs(value) > edge
    shown = max(-edge, min(edge, value)) if math.isfinite(value) else 0.0
    axes.plot(shown, row, marker=(">" if shown > 0 else "<") if beyond else marker, color=color, ms=5, clip_on=False)
