"""Every spike of one epoch: both sides and the brainstem, with the rates of the cells that matter below.

On a page's width they stand side by side, in a column below one another.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.days import day_and_hour
from core.errors import UserError
from core.records import EpochRecord, SpikeTrain
from core.vocabulary import SIDES
from results.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    pretty,
    styled,
)
from results.spikes.readouts import peristimulus_histogram

Trains = dict[str, SpikeTrain]
#: Afferents cold, excitatory cells warm, inhibitory ones green.
_COLORS = {
    "a_beta": SKY,
    "a_delta": BLUE,
    "c_peptidergic": PURPLE,
    "c_nonpeptidergic": "#7D4F73",
    "pkc_gamma": ORANGE,
    "vertical": "#9A6A00",
    "parvalbumin": GREEN,
    "islet": "#00543E",
    "projection": VERMILLION,
    "forepaw_nociceptor": GREY,
    "locus_coeruleus_spinal": BLUE,
    "locus_coeruleus_ascending": SKY,
    "raphe": GREEN,
    "a11": PURPLE,
}
#: Whose rate is drawn where they are among the populations of a part; elsewhere that of all.
_OUTPUT = "projection"
PAGE_MM = 170.0
#: From this width on there is room for three parts side by side.
_SIDE_BY_SIDE_MM = 120.0
_MM = 1 / 25.4
#: Heights in mm: of a population's band on average, of the rates, of titles and axes.
_BAND, _RATES, _AROUND = 4.0, 22.0, 34.0
#: A band is as high as its cells, yet at least this share of a panel's bands on average, so that its name has room.
_LOWEST_BAND = 0.75


class Drawing(Figure):
    """A figure that a notebook shows by itself, without a drawing backend."""

    def _repr_png_(self) -> bytes:
        picture = io.BytesIO()
        self.savefig(picture, format="png", dpi=150)
        return picture.getvalue()


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

    Parameters
    ----------
    epoch
        Its spikes by population; names begin with a side where they have one.
    stimulus
        Begin and end in seconds of the epoch, marked by a bar and lines.
    title
        By default the label and the day of the epoch.
    width_mm
        Of the figure: 170 for a page, 85 for a column. Text has the same size in both.
    bin_seconds
        Width of the bins of the rates, by default a 60th of the epoch.

    Raises
    ------
    UserError
        Where the epoch holds no population, or the width is none for a figure.
    """
    parts = _parts(epoch.spikes)
    if not parts:
        raise UserError(f'epoch "{epoch.label}" holds no spikes to draw.')
    if not 50.0 <= width_mm <= 1000.0:
        raise UserError(
            f"width_mm = {width_mm:g}: expected the width of a figure in mm, 50 to 1000, such as 85 or 170."
        )
    figure = Drawing(layout="constrained")
    panels = (_stacked if width_mm < _SIDE_BY_SIDE_MM else _beside)(figure, parts, width_mm)
    for axes, part, trains in panels.rasters:
        _draw_bands(axes, trains)
        axes.set_title(part, fontsize=8, pad=3)
    bin_seconds = bin_seconds or max(0.02, round(epoch.seconds / 60, 2))
    for axes, trains in panels.rates:
        _draw_rates(axes, trains, epoch.seconds, bin_seconds)
        axes.set_xlabel("time in the epoch (s)")
    panels.rates[0][0].set_ylabel(f"rate (Hz per cell)\nin {1000 * bin_seconds:g} ms")
    panels.rates[0][0].set_xlim(0, epoch.seconds)
    if stimulus is not None:
        _mark_stimulus(panels, stimulus)
    day, hour = day_and_hour(epoch.hours)
    figure.suptitle(title or f"{epoch.label}\nday {day} from surgery, hour {hour:.4g}", fontsize=8)
    return figure


@dataclass(frozen=True)
class _Panels:
    """rasters: axes, name of the part and its populations; rates: axes and those whose rate is drawn there."""

    rasters: list[tuple[Axes, str, Trains]]
    rates: list[tuple[Axes, Trains]]


def _beside(figure: Figure, parts: Mapping[str, Trains], width_mm: float) -> _Panels:
    """Rasters side by side, the rates of each below it; both sides have the same rows and the same scale."""
    bands = _BAND * max(len(trains) for trains in parts.values())
    figure.set_size_inches(width_mm * _MM, (bands + _RATES + _AROUND) * _MM)
    grid = figure.subplots(2, len(parts), squeeze=False, sharex=True, height_ratios=(bands, _RATES))
    sided = [k for k, part in enumerate(parts) if part in map(pretty, SIDES)]
    rows = [[(name, train.cells) for name, train in trains.items()] for trains in parts.values()]
    for k in sided[1:]:
        grid[1, k].sharey(grid[1, 0])
        grid[1, k].tick_params(labelleft=False)
        grid[0, k].tick_params(labelleft=rows[k] != rows[0])
    rasters = [(axes, part, trains) for axes, (part, trains) in zip(grid[0], parts.items(), strict=True)]
    return _Panels(
        rasters, [(axes, _worth_a_rate(trains)) for axes, trains in zip(grid[1], parts.values(), strict=True)]
    )


def _stacked(figure: Figure, parts: Mapping[str, Trains], width_mm: float) -> _Panels:
    """Rasters below one another without silent populations, which are named below, and the rates below them all."""
    heights = [_BAND * max(1.5, len(_heard(trains))) for trains in parts.values()]
    figure.set_size_inches(width_mm * _MM, (sum(heights) + _RATES + _AROUND + 9.0 * len(parts)) * _MM)
    grid = figure.subplots(len(parts) + 1, 1, sharex=True, height_ratios=(*heights, _RATES))
    outputs = {f"{part} {_OUTPUT}": trains[_OUTPUT] for part, trains in parts.items() if _OUTPUT in trains}
    rasters = [(axes, part, _heard(trains)) for axes, (part, trains) in zip(grid, parts.items(), strict=False)]
    for axes, trains in zip(grid, parts.values(), strict=False):
        axes.set_xlabel(_silent(trains), fontsize=5.5, loc="right", labelpad=1)
    return _Panels(rasters, [(grid[-1], outputs or _worth_a_rate(next(iter(parts.values()))))])


def _heard(trains: Trains) -> Trains:
    return {name: train for name, train in trains.items() if len(train.seconds)}


def _silent(trains: Trains) -> str:
    names = [pretty(name) for name, train in trains.items() if not len(train.seconds)]
    return textwrap.fill(f"silent: {', '.join(names)}", 62) if names else ""


def _worth_a_rate(trains: Trains) -> Trains:
    """Populations whose rates are drawn: the output of a side, elsewhere all that fire."""
    return {_OUTPUT: trains[_OUTPUT]} if _OUTPUT in trains else _heard(trains) or trains


def _parts(spikes: Mapping[str, SpikeTrain]) -> dict[str, Trains]:
    """Populations by side and, where they have none, the brainstem; names without the side."""
    parts: dict[str, dict[str, SpikeTrain]] = {}
    order = list(_COLORS)
    for name, train in spikes.items():
        side = next((side for side in SIDES if name.startswith(f"{side}_")), "")
        part = pretty(side) if side else "brainstem and others"
        parts.setdefault(part, {})[name.removeprefix(f"{side}_") if side else name] = train
    sides = [pretty(side) for side in SIDES]
    parts = dict(sorted(parts.items(), key=lambda item: sides.index(item[0]) if item[0] in sides else len(sides)))
    return {
        part: dict(sorted(trains.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))
        for part, trains in parts.items()
    }


def _color(name: str) -> str:
    return _COLORS.get(name.rpartition(" ")[2], BLACK)


def _mark_stimulus(panels: _Panels, stimulus: tuple[float, float]) -> None:
    """A bar above and lines at its ends; a shade behind the dots would make them look sparser."""
    rasters, rates = [axes for axes, *_ in panels.rasters], [axes for axes, _ in panels.rates]
    for axes in (*rasters, *rates):
        for end in stimulus:
            axes.axvline(end, color=GREY, lw=0.7, ls=(0, (4, 3)), zorder=1)
    for axes in rasters[: len(rates)]:
        above = axes.get_xaxis_transform()
        axes.plot(stimulus, [1.0, 1.0], transform=above, color=BLACK, lw=2.5, solid_capstyle="butt", clip_on=False)
        axes.annotate(
            "stimulus", (sum(stimulus) / 2, 1.0), (0, 2), above, "offset points", ha="center", va="bottom", fontsize=6.5
        )
        axes.set_title(axes.get_title(), fontsize=8, pad=11)


def _draw_bands(axes: Axes, trains: Trains) -> None:
    """A band for each population; an empty panel where there is none."""
    axes.tick_params(axis="y", length=0, labelsize=6.5)
    axes.tick_params(axis="x", labelsize=7)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    if not trains:
        return
    cells = np.array([train.cells for train in trains.values()], float)
    heights = np.maximum(cells, _LOWEST_BAND * cells.sum() / len(cells))
    tops = -np.cumsum(heights) + heights
    for (name, train), top, height in zip(trains.items(), tops, heights, strict=True):
        y = top - height * (0.06 + 0.88 * (train.index + 0.5) / max(train.cells, 1))
        axes.plot(train.seconds, y, ".", ms=1.7, mew=0, color=_color(name), rasterized=True)
        axes.axhline(top, color="#DDDDDD", lw=0.5, zorder=0)
    axes.set_ylim(-heights.sum(), 0)
    axes.set_yticks(tops - heights / 2, [f"{pretty(name)} ({train.cells})" for name, train in trains.items()])
    for label, name in zip(axes.get_yticklabels(), trains, strict=False):
        label.set_color(_color(name))


def _draw_rates(axes: Axes, trains: Trains, seconds: float, bin_seconds: float) -> None:
    for k, (name, train) in enumerate(trains.items()):
        edges, rates = peristimulus_histogram(train, [0.0], (0.0, max(seconds, bin_seconds)), bin_seconds)
        alike = k and _color(name) == _color(next(iter(trains)))
        (line,) = axes.plot(edges, [*rates, rates[-1]], color=_color(name), lw=0.9, ls=":" if alike else "-")
        line.set(drawstyle="steps-post", label=pretty(name))
    axes.set_ylim(bottom=0)
    axes.tick_params(labelsize=7)
    spaces = {"borderpad": 0.1, "borderaxespad": 0.1, "columnspacing": 0.9, "labelspacing": 0.2, "handletextpad": 0.4}
    axes.legend(fontsize=6.5, loc="lower right", bbox_to_anchor=(1, 1), ncol=2, handlelength=1.2, **spaces)
