"""Forests: estimates with intervals as rows, in panels that have the same rows and, for one unit, the same axis."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures.sheet import finish, hide, sheet, wrapped
from results.figures.style import BLACK, SMALL

#: Heights in mm: of a row, of a mark in it, of title and axis of a panel; and width of a letter of its names.
_ROW, _MARK, _AROUND, _LETTER = 3.3, 1.5, 11.5, 1.16
#: Share of the width that names of rows take at most, and widest panel and narrowest in mm.
_NAMES, _NARROWEST = 0.5, 23.0


_MOMENT = re.compile(r"day -?\d+( [+-][\d.]+ h)?")


@dataclass(frozen=True)
class ForestMark:
    """A mark in a row: value, ends of its interval, and its look.

    above: the true value is higher. starred: an asterisk at the right edge.
    """

    value: float
    low: float
    high: float
    color: str = BLACK
    marker: str = "o"
    filled: bool = True
    above: bool = False
    starred: bool = False


@dataclass(frozen=True)
class ForestPanel:
    """A panel: its title, axis label, and row -> its marks.

    scale: panels of one scale have the same axis. lines: value -> colour and style of a line there. bands: (row, low,
    high). ends: values beyond which nothing is.
    """

    title: str
    axis: str
    rows: Mapping[str, Sequence[ForestMark]]
    scale: str = ""
    lines: Mapping[float, tuple[str, Any]] = field(default_factory=dict)
    bands: Sequence[tuple[str, float, float]] = ()
    ends: tuple[float, float] = (-np.inf, np.inf)


def draw_forest(
    panels: Sequence[ForestPanel],
    rows: Mapping[str, str],
    width_mm: float,
    handles: Sequence[Any] = (),
    notes: Sequence[str] = (),
) -> Figure:
    """Draw a forest.

    Parameters
    ----------
    panels
        In the order of the figure; panels of one axis label have one scale.
    rows
        Row -> its name, from above, the same in every panel; a name that begins with "#" is a heading.
    width_mm
        Of the figure.
    handles, notes
        Of the legend, and sentences below it.
    """
    shown = [_rows_of(panel, rows) for panel in panels]
    alike = all(names == shown[0] for names in shown)
    letters = int(_NAMES * width_mm / _LETTER)
    names = {row: "\n".join(wrapped_name(name, letters)) for row, name in rows.items()}
    taken = max((len(line) for name in names.values() for line in name.split("\n")), default=0) * _LETTER + 2
    columns = max(1, min(len(panels), int((width_mm - taken) / _NARROWEST))) if alike else 1
    titles = [wrapped_title(panel.title, (width_mm - taken) / columns) for panel in panels]
    lines = -(-len(panels) // columns)
    most = max((len(marks) for panel in panels for marks in panel.rows.values()), default=1)
    placed = [_places({row: names[row] for row in own}, max(_ROW, _MARK * most + 0.9)) for own in shown]
    above = 3.4 * (max(title.count("\n") for title in titles) + ((width_mm - taken) / columns < 32))
    heights = [height for _, height in placed[::columns]]
    figure = sheet(width_mm, sum(heights) + lines * (_AROUND + above))
    grid = figure.subplots(lines, columns, squeeze=False, sharey="row", height_ratios=heights)
    for k, (axes, panel, (places, height)) in enumerate(zip(grid.ravel(), panels, placed, strict=False)):
        _draw_panel(axes, panel, places)
        axes.set_title(titles[k])
        axes.set_xlabel(wrapped_title(panel.axis, (width_mm - taken) / columns))
        axes.tick_params(axis="y", length=0)
        if k % columns == 0:
            _name_rows(axes, {row: names[row] for row in shown[k]}, rows, places, height)
    hide(grid.ravel()[len(panels) :])
    _same_axes(list(grid.ravel()), panels)
    return finish(figure, handles, notes)


def _rows_of(panel: ForestPanel, rows: Mapping[str, str]) -> list[str]:
    """The rows of which a panel has a mark, and the headings that have such a row below them."""
    kept: list[str] = []
    waiting: list[str] = []
    for row, name in rows.items():
        if name.startswith("#"):
            waiting = [row]
        elif panel.rows.get(row):
            kept += [*waiting, row]
            waiting = []
    return kept


def wrapped_title(title: str, width_mm: float) -> str:
    """A title in lines that fit a panel; a day and its hour stay together."""
    kept = _MOMENT.sub(lambda moment: moment.group().replace(" ", "\N{NO-BREAK SPACE}"), title)
    letters = max(12, int(width_mm / 1.45))
    return "\n".join(line for part in kept.split("\n") for line in textwrap.wrap(part, letters))


def wrapped_name(name: str, letters: int) -> list[str]:
    """Lines of the name of a row."""
    return wrapped(name.removeprefix("#"), max(24, letters) * 1.06 + 1.6)


def _places(names: Mapping[str, str], row: float) -> tuple[dict[str, float], float]:
    """Row -> its middle in mm from above, and the height of all; a name of several lines takes more."""
    heights = [max(row, 2.5 * (name.count("\n") + 1) + 0.8) for name in names.values()]
    ends = np.cumsum(heights)
    middles = [float(end - high / 2) for end, high in zip(ends, heights, strict=True)]
    return dict(zip(names, middles, strict=True)), float(ends[-1]) if heights else row


def _draw_panel(axes: Axes, panel: ForestPanel, places: Mapping[str, float]) -> None:
    for row, low, high in panel.bands:
        y = places[row]
        axes.fill_between([low, high], y - 1.3, y + 1.3, color="#E4E4E4", lw=0, zorder=0)
    for row, marks in panel.rows.items():
        for k, mark in enumerate(marks):
            _draw_mark(axes, mark, places[row] + (k - (len(marks) - 1) / 2) * _MARK, panel.ends)
    for value, (color, line) in panel.lines.items():
        axes.axvline(value, color=color, ls=line, lw=0.6, zorder=1)


def _draw_mark(axes: Axes, mark: ForestMark, y: float, ends: tuple[float, float]) -> None:
    low, high = (np.clip(end, *ends) for end in (mark.low, mark.high))
    if np.isfinite(low) and np.isfinite(high):
        axes.plot([low, high], [y, y], color=mark.color, lw=0.8, zorder=2)
    face = mark.color if mark.filled else "white"
    axes.plot(mark.value, y, marker=mark.marker, ms=3.0, mew=0.8, color=mark.color, mfc=face, ls="", zorder=3)
    if mark.starred:
        axes.plot(
            1.015, y, marker=(6, 2, 0), ms=2.8, mew=0.7, color=mark.color, ls="", clip_on=False,
            transform=axes.get_yaxis_transform(),
        )  # fmt: skip
    if mark.above:
        end = high if np.isfinite(high) else mark.value
        axes.plot(end, y, marker=9, ms=3.4, mew=0, color=mark.color, ls="", zorder=3)


def _name_rows(
    axes: Axes, names: Mapping[str, str], rows: Mapping[str, str], places: Mapping[str, float], height: float
) -> None:
    axes.set_ylim(height, 0)
    axes.set_yticks(list(places.values()), list(names.values()), fontsize=SMALL, linespacing=1.0)
    for label, row in zip(axes.get_yticklabels(), names, strict=True):
        if rows[row].startswith("#"):
            label.set_fontweight("bold")


def _same_axes(grid: Sequence[Axes], panels: Sequence[ForestPanel]) -> None:
    """Give panels of one axis label and scale the same ends."""
    for axes, panel in zip(grid, panels, strict=False):
        alike = [
            other
            for other, its in zip(grid, panels, strict=False)
            if (its.axis, its.scale) == (panel.axis, panel.scale)
        ]
        low, high = min(other.dataLim.x0 for other in alike), max(other.dataLim.x1 for other in alike)
        beside = 0.05 * ((high - low) or abs(high) or 1.0)
        begin = panel.ends[0] if np.isfinite(panel.ends[0]) else low
        axes.set_xlim(begin - beside, high + beside)
        axes.tick_params(labelleft=axes.get_subplotspec().colspan.start == 0)  # type: ignore[union-attr]
