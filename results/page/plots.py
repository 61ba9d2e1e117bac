"""What every plot of the page has: its traces and layout in the words of Plotly, a caption, and a text in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from results.page.looks import ArmLook

Trace = dict[str, Any]
INK, GRID, SHADE = "#1a1a1a", "#d9d9d9", "rgba(0, 0, 0, 0.06)"
#: At the height of a plot in px; the style sheet has the same.
PLOT_HEIGHT = 320
#: Margin above a plot that has a text there, in px: the text keeps clear of the buttons above it.
TOP_WITH_TEXT = 46


@dataclass(frozen=True)
class ReaderChoice:
    """A question that the reader answers by a list: its name, and what can be chosen (value, text)."""

    name: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plot:
    """One plot of the page.

    Attributes
    ----------
    key
        Its name among those of the page.
    title
        The heading above it.
    alternative
        What it shows, in words, for those who do not see it.
    caption
        What stands below it.
    layout
        Of Plotly: axes, shapes.
    traces
        Of Plotly; `meta` of each is the position of its arm, or -1.
    choices, views
        Where the reader chooses what is shown: questions, and the answers joined by "|" -> traces. The first of each
        is shown at first.
    """

    key: str
    title: str
    alternative: str
    caption: str
    layout: Mapping[str, Any]
    traces: Sequence[Trace] = ()
    choices: tuple[ReaderChoice, ...] = ()
    views: Mapping[str, Sequence[Trace]] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """What the script of the page needs, ready for JSON."""
        return {
            "layout": self.layout,
            "traces": list(self.traces),
            "views": {k: list(v) for k, v in self.views.items()},
        }


def layout(x: str, y: str, shapes: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """The layout that all plots share, with titles of their axes."""
    axis = {"showline": True, "linecolor": INK, "ticks": "outside", "gridcolor": GRID, "zeroline": False}
    return {
        "margin": {"l": 58, "r": 12, "t": 22, "b": 48},
        "height": PLOT_HEIGHT,
        "showlegend": False,
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": INK},
        "hoverlabel": {"font": {"family": "system-ui, sans-serif"}, "align": "left"},
        "xaxis": {**axis, "title": {"text": x}},
        "yaxis": {**axis, "title": {"text": y}, "rangemode": "tozero"},
        "shapes": list(shapes),
        **more,
    }


def means_trace(arm: int, look: ArmLook, name: str, columns: Mapping[str, np.ndarray], line: bool = True) -> Trace:
    """Means of an arm with their intervals as bars. columns: x, mean, low, high, and text, what the pointer shows."""
    mean, low, high = (np.asarray(columns[key], float) for key in ("mean", "low", "high"))
    return {
        "type": "scatter",
        "name": name,
        "meta": arm,
        "mode": "lines+markers" if line else "markers",
        "x": rounded(columns["x"]),
        "y": rounded(mean),
        "text": list(columns["text"]),
        "hovertemplate": f"<b>{name}</b><br>%{{text}}<extra></extra>",
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": rounded(high - mean),
            "arrayminus": rounded(mean - low),
            "thickness": 1.2,
            "width": 3,
        },
        "line": {"color": look.color, "dash": look.dash, "width": 2},
        "marker": {"color": look.color, "symbol": look.symbol, "size": 8, "line": {"color": look.color, "width": 1.5}},
    }


def rounded(values: Any, digits: int = 5) -> list[float | None]:
    """Numbers to some significant digits, ready for JSON: None for what is not finite."""
    return [
        float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in np.asarray(values, float).tolist()
    ]


def vertical(at: float, dash: str = "dot") -> dict[str, Any]:
    """A line over the height of a plot."""
    line = {"color": "#595959", "width": 1, "dash": dash}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1, "line": line}


def horizontal(at: float) -> dict[str, Any]:
    """A line over the width of a plot."""
    line = {"color": "#595959", "width": 1, "dash": "dash"}
    return {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": at, "y1": at, "line": line}


def shaded(left: float, right: float) -> dict[str, Any]:
    """A grey stretch behind the traces."""
    return {
        "type": "rect", "xref": "x", "yref": "paper", "x0": left, "x1": right, "y0": 0, "y1": 1, "fillcolor": SHADE,
        "line": {"width": 0}, "layer": "below",
    }  # fmt: skip
