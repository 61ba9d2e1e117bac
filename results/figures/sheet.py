"""Sheets: figures of a width in mm, with a legend and notes of small text below their panels."""

from __future__ import annotations

import contextlib
import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from results.figures.style import BLACK, MM, SMALL, WORDS, checked_width

#: Mean width of a letter of the notes in mm, widest line in letters, and height of a line.
_LETTER, _LINE = 1.12, 2.75
#: Space in mm between panels, legend, notes and edges.
_GAP, _EDGE = 1.2, 0.8
#: Where lines end along one axis.
LineEnds = np.ndarray | float


#: Notes below all figures (`standing_notes`).
_STANDING: ContextVar[tuple[str, ...]] = ContextVar("standing notes", default=())


class Drawing(Figure):
    """A figure that a notebook shows by itself, without a drawing backend."""

    def _repr_png_(self) -> bytes:
        picture = io.BytesIO()
        self.savefig(picture, format="png")
        return picture.getvalue()


def sheet(width_mm: float, height_mm: float) -> Drawing:
    """An empty figure of that size, on which `finish` has not yet put legend and notes."""
    figure = Drawing(figsize=(checked_width(width_mm) * MM, height_mm * MM), layout="constrained")
    FigureCanvasAgg(figure)
    _engine(figure).set(w_pad=0.8 * MM, h_pad=1.2 * MM, wspace=0.0, hspace=0.0)
    return figure


def _engine(figure: Figure) -> ConstrainedLayoutEngine:
    return cast(ConstrainedLayoutEngine, figure.get_layout_engine())


@contextlib.contextmanager
def standing_notes(notes: Iterable[str]) -> Iterator[None]:
    """Put these notes below every figure that is finished within, after its own."""
    token = _STANDING.set(tuple(notes))
    try:
        yield
    finally:
        _STANDING.reset(token)


def finish(figure: Figure, handles: Sequence[Any] = (), notes: Iterable[str] = (), spare: Axes | None = None) -> Figure:
    """Make the figure higher for a legend and notes below its panels, and lay it out once and for all.

    The legend stands in the panel `spare`, which shows nothing else, where it fits there.
    """
    _fix_empty_labels(figure)
    _place(figure, handles, [*notes, *_STANDING.get()], spare)
    figure.set_layout_engine(None)  # not "none", with which each save draws the figure twice
    for axes in figure.axes:  # the solver's last digits differ from run to run
        axes.set_position(Bbox.from_bounds(*(round(float(edge), 5) for edge in axes.get_position().bounds)))
    return figure


def _fix_empty_labels(figure: Figure) -> None:
    """Give a place to the labels of axes that have none: matplotlib seeks one beside all ticks, over and over."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if not axis.get_label_text():
            axis.set_label_coords(0.0, 0.0)


def _place(figure: Figure, handles: Sequence[Any], notes: Iterable[str], spare: Axes | None) -> None:
    width, panels = (float(inches) / MM for inches in figure.get_size_inches())
    text = "\n".join(line for note in notes for line in wrapped(note, width))
    below = _LINE * (text.count("\n") + 1) + _GAP if text else 0.0
    legend = _legend(figure, handles, width) if handles and spare is None else None
    high = legend.get_window_extent().height / figure.dpi / MM + _GAP if legend else 0.0
    _lay_out(figure, panels, below + high)
    if spare is not None and handles and not _in_spare(figure, handles, spare):
        legend = _legend(figure, handles, width)
        high = legend.get_window_extent().height / figure.dpi / MM + _GAP
        _lay_out(figure, panels, below + high)
    total = panels + below + high
    if legend is not None:
        legend.set_bbox_to_anchor((0.0, below / total, 1.0, high / total), transform=figure.transFigure)
    if text:
        lines = figure.text(_EDGE / width, _EDGE / total, text, fontsize=SMALL, color=WORDS, va="bottom")
        lines.set(linespacing=1.15, in_layout=False)


def _lay_out(figure: Figure, panels: float, below: float) -> None:
    """Place the panels above a free space; heights in mm."""
    total = panels + below
    figure.set_size_inches(figure.get_figwidth(), total * MM)
    engine = _engine(figure)
    engine.set(rect=(0.0, below / total, 1.0, panels / total))
    engine.execute(figure)


def _in_spare(figure: Figure, handles: Sequence[Any], spare: Axes) -> bool:
    """Put the legend into an empty panel; False, and no legend, where it does not fit."""
    place = spare.get_window_extent()
    legend = figure.legend(handles=handles, loc="upper left", ncols=1, handlelength=2.6)
    legend.set_in_layout(False)
    size = legend.get_window_extent()
    if size.width > place.width or size.height > place.height:
        legend.remove()
        return False
    legend.set_bbox_to_anchor(figure.transFigure.inverted().transform_bbox(place), transform=figure.transFigure)
    return True


def wrapped(note: str, width_mm: float) -> list[str]:
    """Lines of small text that fit a width."""
    return textwrap.wrap(note, max(20, int((width_mm - 2 * _EDGE) / _LETTER)), break_on_hyphens=False)


def hide(spare: Iterable[Axes]) -> None:
    """Take panels that show nothing out of sight, their space kept."""
    for axes in spare:
        axes.set_visible(False)


def draw_lines(axes: Axes, x: tuple[LineEnds, LineEnds], y: tuple[LineEnds, LineEnds], **look: Any) -> None:
    """Draw straight lines, each from (x[0], y[0]) to (x[1], y[1]), as one artist; limits of axes do not follow them."""
    ends = np.broadcast_arrays(x[0], y[0], x[1], y[1])
    axes.add_collection(LineCollection(list(np.stack(ends, axis=-1).reshape(-1, 2, 2)), **look), autolim=False)


def note_of(text: str, **look: Any) -> Line2D:
    """An entry of a legend: a line or marker, and what it stands for."""
    return Line2D([], [], **{"color": BLACK, "ls": "", "ms": 3.5, **look}, label=text)


def _legend(figure: Figure, handles: Sequence[Any], width: float) -> Legend:
    """A legend with as many columns as fit the width."""
    columns = min(len(handles), 4 if width > 100 else 2)
    while True:
        legend = figure.legend(
            handles=handles, loc="upper center", ncols=columns, bbox_to_anchor=(0, 0, 1, 1), handlelength=2.6
        )
        legend.set_in_layout(False)
        if columns == 1 or legend.get_window_extent().width <= (width - 2 * _EDGE) * MM * figure.dpi:
            return legend
        legend.remove()
        columns -= 1
