"""Every spike of one epoch below the course of its stimulus, and the rates of the cells that matter below that.

On a page's width both sides and the brainstem stand side by side, in a column below one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from core.days import day_and_hour
from core.errors import UserError
from core.records import EpochRecord, SpikeTrain
from core.stimulus_course import BIN, StimulusCourse
from results.figures.sheet import Drawing, finish, sheet, wrapped
from results.figures.spikes.populations import by_part, population_color, without_side
from results.figures.style import BLACK, GREY, PAGE_MM, SMALL, TEXT_SIZE, checked_width, pretty, styled
from results.figures.timecourse import day_and_hour_told
from results.spikes.readouts import peristimulus_histogram

Trains = dict[str, SpikeTrain]
#: Whose rate is drawn where they are among the populations of a part; elsewhere that of all.
_OUTPUT = "projection"
#: From this width on there is room for three parts side by side.
_SIDE_BY_SIDE_MM = 120.0
#: Heights in mm: of a population's band on average, of the rates, of the stimulus, of titles and axes.
_BAND, _RATES, _STIMULUS, _AROUND = 4.0, 20.0, 6.0, 17.0
#: A band is as high as its cells, yet at least this share of a panel's bands on average, so that its name has room.
_LOWEST_BAND = 0.75
#: Sizes of dots in points: smallest and largest.
_DOTS = (1.3, 2.6)
#: What a stimulus is called on its axis.
_STIMULUS_UNITS = {"g": "g", "degC": "°C", "1": "share"}


@styled
def draw_raster(
    epoch: EpochRecord,
    stimulus: tuple[float, float] | None = None,
    *,
    title: str | None = None,
    width_mm: float = PAGE_MM,
    bin_seconds: float | None = None,
) -> Drawing:
    """Draw a dot for each spike, the cells of a population in one band, and rates per cell below.

    The course of the stimulus stands above. A side or the brainstem without a spike is named, not drawn, where another
    part fires.

    Parameters
    ----------
    epoch
        Its spikes by population; names begin with a side where they have one.
    stimulus
        Begin and end in seconds of the epoch, marked by a bar and lines; by default as the epoch's stimuli say.
    title
        By default what the epoch was for, and its day and hour.
    width_mm
        Of the figure: 170 for a page, 85 for a column. Text has the same size in both.
    bin_seconds
        Width of the bins of the rates, by default a 60th of the epoch.

    Raises
    ------
    UserError
        Where the epoch holds no population, or the width is none for a figure.
    """
    checked_width(width_mm)
    parts, silent = _parts(epoch.spikes)
    if not parts:
        raise UserError(f'epoch "{epoch.label}" holds no spikes to draw.')
    wide = width_mm >= _SIDE_BY_SIDE_MM
    if not wide:
        parts, silent = _heard(parts, silent)
    courses = [course for course in epoch.stimuli if course.span(epoch.seconds)]
    panels = (_beside if wide else _stacked)(parts, width_mm, _STIMULUS if courses or stimulus else 0.0)
    for axes, part, trains in panels.rasters:
        _draw_bands(axes, trains)
        axes.set_ylabel("" if wide else part)
    bins = bin_seconds or max(0.02, round(epoch.seconds / 60, 2))
    for axes, trains in panels.rates:
        _draw_rates(axes, trains, epoch.seconds, bins)
        axes.set_xlabel("time in the epoch (s)")
    panels.rates[0][0].set_ylabel("rate (Hz per cell)")
    panels.rates[0][0].set_xlim(0, epoch.seconds)
    for axes in panels.stimulus:
        _draw_stimulus(axes, courses, stimulus, epoch.seconds)
    for axes, part in zip(panels.heads, parts, strict=False):
        axes.set_title(part if wide else "")
    _mark_span(panels, stimulus or _span(courses, epoch.seconds))
    lines = [line for part in (title or _title(epoch)).split("\n") for line in wrapped(part, 0.84 * width_mm)]
    panels.figure.suptitle("\n".join(lines), fontsize=TEXT_SIZE)
    quiet = f" Silent: {', '.join(silent)}." if silent else ""
    note = f"A dot is a spike; numbers in brackets are cells. Rates in bins of {1000 * bins:g} ms.{quiet}"
    finish(panels.figure, (), [note])
    return panels.figure


@dataclass(frozen=True)
class _Panels:
    """rasters: axes, part and its populations; rates: axes and whose rate; stimulus, heads: axes above them."""

    figure: Drawing
    rasters: list[tuple[Axes, str, Trains]]
    rates: list[tuple[Axes, Trains]]
    stimulus: list[Axes]
    heads: list[Axes]


def _title(epoch: EpochRecord) -> str:
    """`paw pressure, ipsilateral, day 14 +2 h`."""
    day, hour = day_and_hour(epoch.hours)
    applied = epoch.applied
    side = pretty(applied.side) if applied.side else ""
    phase = f"after {epoch.phase}" if epoch.phase else ""
    return ", ".join(filter(None, (pretty(epoch.purpose), side, day_and_hour_told(day, round(hour, 2)), phase)))


def _beside(parts: Mapping[str, Trains], width_mm: float, stimulus: float) -> _Panels:
    """Rasters side by side, the rates of each below it; parts with the same rows share their names."""
    bands = _BAND * max(len(trains) for trains in parts.values())
    heights = [*([stimulus] if stimulus else []), bands, _RATES]
    figure = sheet(width_mm, sum(heights) + _AROUND + 6.0)
    grid = figure.subplots(len(heights), len(parts), squeeze=False, sharex=True, height_ratios=heights)
    rows = [[(name, train.cells) for name, train in _bare(trains)] for trains in parts.values()]
    for k in range(1, len(parts)):
        grid[-2, k].tick_params(labelleft=rows[k] != rows[0])
        if rows[k] == rows[0]:
            grid[-1, k].sharey(grid[-1, 0])
    rasters = [(axes, part, trains) for axes, (part, trains) in zip(grid[-2], parts.items(), strict=True)]
    rates = [(axes, _worth_a_rate(trains)) for axes, trains in zip(grid[-1], parts.values(), strict=True)]
    return _Panels(figure, rasters, rates, list(grid[0]) if stimulus else [], list(grid[0]))


def _stacked(parts: Mapping[str, Trains], width_mm: float, stimulus: float) -> _Panels:
    """Rasters below one another, and the rates of the output of each side below them all."""
    bands = [_BAND * max(1.5, len(trains)) for trains in parts.values()]
    heights = [*([stimulus] if stimulus else []), *bands, _RATES]
    figure = sheet(width_mm, sum(heights) + _AROUND + 2.5 * len(parts))
    grid = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    first = len(heights) - len(parts) - 1
    outputs = {name: train for trains in parts.values() for name, train in trains.items() if _is_output(name)}
    rasters = [(axes, part, trains) for axes, (part, trains) in zip(grid[first:], parts.items(), strict=False)]
    rates = [(grid[-1], outputs or _worth_a_rate(next(iter(parts.values()))))]
    return _Panels(figure, rasters, rates, [grid[0]] if stimulus else [], [grid[0]])


def _parts(spikes: Mapping[str, SpikeTrain]) -> tuple[dict[str, Trains], list[str]]:
    """Populations by part of the body, and the names of parts that are silent while another one fires."""
    parts = {part: {name: spikes[name] for name in names} for part, names in by_part(spikes).items()}
    heard = [part for part, trains in parts.items() if any(len(train.seconds) for train in trains.values())]
    silent = [part for part in parts if part not in heard] if heard else []
    return {part: trains for part, trains in parts.items() if part not in silent}, silent


def _heard(parts: Mapping[str, Trains], silent: Sequence[str]) -> tuple[dict[str, Trains], list[str]]:
    """The populations that fire, and the names of the others; all of them where none fires."""
    heard = {part: {name: t for name, t in trains.items() if len(t.seconds)} for part, trains in parts.items()}
    if not any(heard.values()):
        return dict(parts), list(silent)
    told = [
        f"{part} {pretty(without_side(name))}"
        for part, trains in parts.items()
        for name in trains
        if name not in heard[part]
    ]
    return {part: trains for part, trains in heard.items() if trains}, [*silent, *told]


def _bare(trains: Trains) -> list[tuple[str, SpikeTrain]]:
    return [(without_side(name), train) for name, train in trains.items()]


def _is_output(name: str) -> bool:
    return without_side(name) == _OUTPUT


def _worth_a_rate(trains: Trains) -> Trains:
    """Populations whose rates are drawn: the output of a side, elsewhere all that fire."""
    outputs = {name: train for name, train in trains.items() if _is_output(name)}
    heard = {name: train for name, train in trains.items() if len(train.seconds)}
    return outputs or heard or trains


def _span(courses: Sequence[StimulusCourse], seconds: float) -> tuple[float, float] | None:
    """When anything is done in the epoch, in seconds."""
    spans = [span for course in courses if (span := course.span(seconds))]
    if not spans:
        return None
    return min(first for first, _ in spans) * BIN, min(max(last for _, last in spans) * BIN, seconds)


def _draw_stimulus(
    axes: Axes, courses: Sequence[StimulusCourse], stimulus: tuple[float, float] | None, seconds: float
) -> None:
    """The strength over time with its unit, or a bar where only begin and end are known."""
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0, labelbottom=False)
    if not courses:
        axes.plot(stimulus or (), [0.5] * len(stimulus or ()), color=BLACK, lw=2.5, solid_capstyle="butt")
        axes.set_ylim(0, 1)
        axes.set_yticks([0.5], ["stimulus"])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        return
    for course, line in zip(courses, ("-", (0, (3, 1.5)), (0, (1, 1))), strict=False):
        values = course.applied(seconds)
        times = np.minimum(np.arange(len(values) + 1) * BIN, seconds)
        axes.step(times, [*values, values[-1]], where="post", color=BLACK, lw=0.8, ls=line)
    kinds = list(dict.fromkeys((course.kind, course.unit) for course in courses))
    top = max(float(course.applied(seconds).max()) for course in courses)
    bottom = min(course.resting for course in courses)
    axes.set_yticks([bottom, top], [f"{bottom:g}", f"{top:.3g}"])
    names = "\n".join(f"{kind} ({_STIMULUS_UNITS.get(unit, unit)})" for kind, unit in kinds)
    if axes.get_subplotspec().colspan.start == 0:  # type: ignore[union-attr]
        axes.set_ylabel(names, rotation=0, ha="right", va="center", fontsize=SMALL)


def _mark_span(panels: _Panels, span: tuple[float, float] | None) -> None:
    """Lines at begin and end of the stimulus; a shade behind the dots would make them look sparser."""
    for axes in (*(axes for axes, *_ in panels.rasters), *(axes for axes, _ in panels.rates)):
        for end in span or ():
            axes.axvline(end, color=GREY, lw=0.5, ls=(0, (4, 3)), zorder=1)


def _draw_bands(axes: Axes, trains: Trains) -> None:
    """A band for each population; an empty panel where there is none."""
    axes.tick_params(axis="y", length=0, labelsize=SMALL)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    cells = np.array([train.cells for train in trains.values()], float)
    heights = np.maximum(cells, _LOWEST_BAND * cells.sum() / len(cells))
    tops = -np.cumsum(heights) + heights
    size = float(np.clip(2.83 * _BAND * len(trains) / max(cells.sum(), 1), *_DOTS))
    for (name, train), top, height in zip(trains.items(), tops, heights, strict=True):
        y = top - height * (0.06 + 0.88 * (train.index + 0.5) / max(train.cells, 1))
        axes.plot(train.seconds, y, ".", ms=size, mew=0, color=population_color(name), rasterized=True)
        axes.axhline(top, color="#DDDDDD", lw=0.4, zorder=0)
    axes.set_ylim(-heights.sum(), 0)
    labels = [f"{pretty(name)} ({train.cells})" for name, train in _bare(trains)]
    axes.set_yticks(tops - heights / 2, labels)
    for label, name in zip(axes.get_yticklabels(), trains, strict=False):
        label.set_color(population_color(name))


def _draw_rates(axes: Axes, trains: Trains, seconds: float, bin_seconds: float) -> None:
    seen: list[str] = []
    for name, train in trains.items():
        edges, rates = peristimulus_histogram(train, [0.0], (0.0, max(seconds, bin_seconds)), bin_seconds)
        color = population_color(name)
        (line,) = axes.plot(edges, [*rates, rates[-1]], color=color, lw=0.9, ls=":" if color in seen else "-")
        side = name.removesuffix(without_side(name)).strip("_")
        line.set(drawstyle="steps-post", label=" ".join(filter(None, (pretty(without_side(name)), side))))
        seen.append(color)
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncol=2, handlelength=1.2, columnspacing=0.9)
