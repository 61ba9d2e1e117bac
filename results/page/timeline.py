"""The timeline of a study: a row for each thing done, drawn over days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import floor

from results.page.texts import Event
from results.page.words import number

#: Where a day lies across the drawing, such as "12.50%".
Position = Callable[[float], str]
_COLORS = {"surgery": "#1a1a1a", "dosing": "#0072b2", "injection": "#c04a00", "assay": "#595959"}
_OTHER = "#9b3f7e"
_VERBS = {"assay": "measured", "injection": "injected", "dosing": "given", "surgery": "done"}
#: Days that are named on the axis are about so many.
_TICKS = 8


def timeline(events: Sequence[Event], first_day: float, last_day: float) -> str:
    """Rows of HTML with a drawing each; what a drawing shows stands in words in its label.

    Parameters
    ----------
    events
        In the order of the rows.
    first_day, last_day
        The axis, in days from surgery.
    """
    span = max(last_day - first_day, 1.0)
    left, right = first_day - 0.02 * span, last_day + 0.02 * span

    def at(day: float) -> str:
        return f"{100 * (day - left) / (right - left):.2f}%"

    ticks = _tick_days(first_day, last_day)
    grid = "".join(f'<line x1="{at(day)}" x2="{at(day)}" y1="0" y2="100%" class="day"/>' for day in ticks)
    rows = "".join(_row(event, grid, at) for event in events)
    axis = "".join(f'<text x="{at(day)}" y="14" text-anchor="middle">{number(day)}</text>' for day in ticks)
    return (
        f'<div class="timeline">{rows}<div class="row axis"><div class="label">days after surgery</div>'
        f'<svg height="20" aria-hidden="true">{axis}</svg></div></div>'
    )


def _row(event: Event, grid: str, at: Position) -> str:
    color = _COLORS.get(event.kind, _OTHER)
    marks = "".join(_mark(span, color, at) for span in event.spans)
    arms = f'<span class="arms">in {escape(", ".join(event.arms))}</span>' if event.arms else ""
    when = f"{_VERBS.get(event.kind, 'done')} {spans_in_words(event.spans)}"
    return (
        f'<div class="row"><div class="label">{escape(event.label)}{arms}</div>'
        f'<svg height="24" role="img" aria-label="{escape(event.label)}: {when}">{grid}{marks}</svg></div>'
    )


def _mark(span: tuple[float, float], color: str, at: Position) -> str:
    left, right = (at(day) for day in span)
    if span[0] == span[1]:
        return f'<circle cx="{left}" cy="12" r="5" fill="{color}"/>'
    width = float(right[:-1]) - float(left[:-1])
    return f'<rect x="{left}" y="7" width="{width:.2f}%" height="10" rx="3" fill="{color}"/>'


def spans_in_words(spans: Iterable[tuple[float, float]]) -> str:
    """`on day -1, 14, 28` or `from day 14 to 28`; of a moment the day that it is on."""
    points = list(dict.fromkeys(_day(start) for start, stop in spans if start == stop))
    stretches = [f"from day {_day(start)} to {_day(stop)}" for start, stop in spans if start != stop]
    return ", ".join([*([f"on day {', '.join(points)}"] if points else []), *stretches])


def _day(moment: float) -> str:
    """The day of a moment, which hours late are on; rounding of hours must not make it the day before."""
    return number(float(floor(moment + 1e-9)))


def _tick_days(first: float, last: float) -> list[float]:
    """Round days between first and last, 0 among them."""
    steps = (1, 2, 7, 14, 28, 56, 112, 224)
    step = next((step for step in steps if (last - first) / step <= _TICKS), steps[-1])
    days = [float(step * k) for k in range(int(first // step), int(last // step) + 1) if step * k >= first]
    return days if days else [first]
