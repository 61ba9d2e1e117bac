"""The raster of an epoch: every spike of both sides and the brainstem, and the rates of populations below."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.days import HOURS_PER_DAY
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
from results.readouts import peristimulus_histogram

_POPULATION_COLORS = (BLUE, SKY, VERMILLION, ORANGE, GREEN, "#7A5C00", PURPLE, GREY, BLACK)
#: The height of a band follows its cells, but is at least this share of the panel, so that its name has room.
_LOWEST_BAND = 0.06


@styled
def draw_raster(
    epoch: EpochRecord,
    stimulus: tuple[float, float] | None = None,
    bin_seconds: float | None = None,
    title: str | None = None,
) -> Figure:
    """Draw the raster of an epoch: a dot for each spike, a band for each population, and rates per cell below.

    Parameters
    ----------
    epoch
        Read with its spikes, as `read_animal` does by default.
    stimulus
        (start, stop) in s from the start of the epoch, to be marked; None for no mark.
    bin_seconds
        Width of the bins of the rates in s, by default about an 80th of the epoch.
    title
        By default the label and the day of the epoch.

    Raises
    ------
    UserError
        Where the epoch holds no population.
    """
    parts = _parts(epoch.spikes)
    if not parts:
        raise UserError(f'epoch "{epoch.label}" holds no spikes to draw.')
    bin_seconds = bin_seconds or max(0.02, round(epoch.seconds / 80, 2))
    figure = Figure(figsize=(1.6 + 3.4 * len(parts), 7.2), layout="constrained")
    grid = figure.subplots(2, len(parts), squeeze=False, sharex=True, height_ratios=(3, 1))
    for column, (part, trains) in enumerate(parts.items()):
        raster, histogram = grid[:, column]
        colors = dict(zip(trains, _POPULATION_COLORS * (1 + len(trains) // len(_POPULATION_COLORS)), strict=False))
        _draw_bands(raster, trains, colors)
        _draw_rates(histogram, trains, colors, epoch.seconds, bin_seconds)
        raster.set_title(part, pad=14 if stimulus else 6)
        histogram.set_xlabel("time in the epoch (s)")
        if stimulus:
            _mark_stimulus(raster, histogram, stimulus)
    grid[1, 0].set_ylabel(f"rate (Hz per cell)\nbins of {1000 * bin_seconds:g} ms")
    grid[0, 0].set_xlim(0, epoch.seconds)
    _share_sides(grid, parts)
    figure.suptitle(title or f"{epoch.label} (day {epoch.hours / HOURS_PER_DAY:.2f} from surgery)", fontsize=10)
    return figure


def _parts(spikes: Mapping[str, SpikeTrain]) -> dict[str, dict[str, SpikeTrain]]:
    """Side, or brainstem for what has none -> population without its side -> spikes."""
    parts: dict[str, dict[str, SpikeTrain]] = {}
    for name, train in spikes.items():
        side = next((side for side in SIDES if name.startswith(f"{side}_")), "")
        part = pretty(side) if side else "brainstem and others"
        parts.setdefault(part, {})[name.removeprefix(f"{side}_") if side else name] = train
    order = [pretty(side) for side in SIDES]
    return dict(sorted(parts.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def _mark_stimulus(raster: Axes, histogram: Axes, stimulus: tuple[float, float]) -> None:
    """Mark the stimulus by a bar and lines at its ends; shading behind the dots would make them look sparser."""
    for axes in (raster, histogram):
        for end in stimulus:
            axes.axvline(end, color=GREY, lw=0.7, ls=(0, (4, 3)), zorder=1)
    above = raster.get_xaxis_transform()
    raster.plot(stimulus, [1.004, 1.004], transform=above, color=BLACK, lw=2.5, solid_capstyle="butt", clip_on=False)
    raster.text(sum(stimulus) / 2, 1.01, "stimulus", transform=above, ha="center", va="bottom", fontsize=7)


def _bands(trains: Mapping[str, SpikeTrain]) -> list[tuple[str, int]]:
    return [(name, train.cells) for name, train in trains.items()]


def _draw_bands(axes: Axes, trains: Mapping[str, SpikeTrain], colors: Mapping[str, str]) -> None:
    size = 1.5 if sum(train.seconds.size for train in trains.values()) < 2e4 else 0.8
    cells = np.array([train.cells for train in trains.values()], float)
    heights = np.maximum(cells, _LOWEST_BAND * cells.sum())
    tops = -np.cumsum(heights) + heights
    for (name, train), top, height in zip(trains.items(), tops, heights, strict=True):
        y = top - height * (0.06 + 0.88 * (train.index + 0.5) / max(train.cells, 1))
        axes.plot(train.seconds, y, ".", ms=size, mew=0, color=colors[name], rasterized=True)
        axes.axhline(top, color="#DDDDDD", lw=0.5, zorder=0)
    axes.set_ylim(-heights.sum(), 0)
    axes.set_yticks(tops - heights / 2, [f"{pretty(name)} ({train.cells})" for name, train in trains.items()])
    for label, color in zip(axes.get_yticklabels(), colors.values(), strict=True):
        label.set_color(color)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _draw_rates(
    axes: Axes, trains: Mapping[str, SpikeTrain], colors: Mapping[str, str], seconds: float, bin_seconds: float
) -> None:
    for name, train in trains.items():
        edges, rates = peristimulus_histogram(train, [0.0], (0.0, max(seconds, bin_seconds)), bin_seconds)
        axes.stairs(rates, edges, color=colors[name], lw=0.9, baseline=None)
    axes.set_ylim(bottom=0)


def _share_sides(grid: np.ndarray, parts: Mapping[str, Mapping[str, SpikeTrain]]) -> None:
    """Give both sides one scale and one column of names, so that they compare; the slower brainstem has its own."""
    sided = [column for column, part in enumerate(parts) if part in map(pretty, SIDES)]
    top = max((axes.get_ylim()[1] for axes in grid[1, sided]), default=1.0)
    for axes in grid[1, sided]:
        axes.set_ylim(0, top)
    bands = list(map(_bands, parts.values()))
    if len(sided) == 2 and bands[0] == bands[1]:
        grid[0, 1].tick_params(labelleft=False)
