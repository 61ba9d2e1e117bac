"""The isobologram: doses of two drugs that have the same effect, alone and together."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from core.errors import UserError
from results.comparison.arms import Comparison
from results.comparison.frames import rows_of
from results.figures.analyses.panels import analysis_of, heading, panels
from results.figures.sheet import finish
from results.figures.style import BLUE, GREY, PAGE_MM, SMALL, VERMILLION, WORDS, mixed, styled


@styled
def draw_isobologram(comparison: Comparison, *, width_mm: float = PAGE_MM) -> Figure:
    """Draw isobolograms: one panel for each pair of drugs and measure.

    The line of additivity runs between the doses of equal effect alone; the mixture of equal effect lies beside it.

    Parameters
    ----------
    comparison
        Of a study with the analysis `combination`.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where no two drugs and their mixture reached the same effect within their doses.
    """
    table = analysis_of(comparison, "combination", "combination").tables["combination"]
    rows = [row for row in rows_of(table) if np.isfinite(row["index"])]
    if not rows:
        raise UserError(
            f"the study {comparison.manifest.study} has no isobologram to draw: no two drugs and their mixture "
            "reached the same effect within their doses."
        )
    figure, grid = panels(len(rows), width_mm, 78.0)
    for axes, row in zip(grid, rows, strict=True):
        _draw(axes, row)
    handles = [
        Line2D([], [], color=BLUE, marker="o", ms=3.2, label="alone, 95 % interval"),
        Patch(color=mixed(BLUE, "white", 0.85), lw=0, label="additive, between the ends of both intervals"),
        Line2D([], [], color=VERMILLION, marker="D", ms=4, label="together, 95 % interval along the ratio given"),
    ]
    return finish(figure, handles)


def _draw(axes: Axes, row: dict[str, Any]) -> None:
    a, b = row["alone_a"], row["alone_b"]
    together = np.array([row["together_a"], row["together_b"]])
    right, top = (
        1.15 * float(np.nanmax([row[f"{name}_{of}{end}"] for name in ("alone", "together") for end in ("", "_high")]))
        for of in ("a", "b")
    )
    axes.plot([a, 0], [0, b], color=BLUE, lw=1.0, zorder=3)
    axes.plot([a, 0], [0, b], color=BLUE, ls="", marker="o", ms=3.4, zorder=5, clip_on=False)
    (low_a, high_a), (low_b, high_b) = _ends(row, "alone_a", right), _ends(row, "alone_b", top)
    axes.fill([low_a, high_a, 0, 0], [0, 0, high_b, low_b], color=mixed(BLUE, "white", 0.85), lw=0, zorder=1)
    axes.plot([low_a, high_a], [0, 0], color=BLUE, lw=2, solid_capstyle="butt", zorder=4, clip_on=False)
    axes.plot([0, 0], [low_b, high_b], color=BLUE, lw=2, solid_capstyle="butt", zorder=4, clip_on=False)
    along = [_ends(row, name, limit) for name, limit in (("together_a", right), ("together_b", top))]
    axes.plot(along[0], along[1], color=VERMILLION, lw=1.4, zorder=4)
    axes.plot(*together, marker="D", ms=4, color=VERMILLION, zorder=6)
    _dress(axes, row, (right, top))


def _ends(row: dict[str, Any], name: str, limit: float) -> tuple[float, float]:
    """Ends of an interval; one that was not reached is put at the edge of the panel."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return (low if np.isfinite(low) else row[name], high if np.isfinite(high) else limit)


def _dress(axes: Axes, row: dict[str, Any], limits: tuple[float, float]) -> None:
    axes.set_xlim(0, limits[0])
    axes.set_ylim(0, limits[1])
    axes.set_xlabel(f"{row['drug_a']} ({row['unit_a']})")
    axes.set_ylabel(f"{row['drug_b']} ({row['unit_b']})")
    axes.set_title(f"{heading(row)}\nfor {row['level']:+.3g} {row['unit']} over vehicle, {row['circuit']}")
    numbers = f"interaction index {row['index']:.2f}"
    if np.isfinite(row["index_low"]):
        high = f"{row['index_high']:.2f}" if np.isfinite(row["index_high"]) else "open"
        numbers += f"\n95 % interval {row['index_low']:.2f} to {high}"
    holds = " (it holds 1)" if row["outcome"] == "additive" else ""
    text = f"{numbers}\n{row['outcome']}{holds}, n = {row['n']}"
    axes.text(0.98, 0.97, text, transform=axes.transAxes, ha="right", va="top", fontsize=SMALL, color=WORDS)
    axes.grid(color=mixed(GREY, "white", 0.85), lw=0.4)
    axes.set_axisbelow(True)
