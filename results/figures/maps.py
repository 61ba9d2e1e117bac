"""Maps of values: a row for each arm, a column for each time or population, for more arms than lines can show."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from core.digits import two_digits
from results.figures.forest import wrapped_name
from results.figures.sheet import finish, hide, sheet
from results.figures.style import SMALL

#: Height in mm of a row, of what stands around a map, and width of a cell that has room for its number.
_ROW, _AROUND, _CELL = 3.3, 24.0, 5.6
#: Width in mm of a letter of the names of rows, and the share of the width that they take at most.
_LETTER, _NAMES = 1.16, 0.48


@dataclass(frozen=True)
class ValueMap:
    """A map: title, what its colours are, and values by row and named column; `log` for colours by orders."""

    title: str
    axis: str
    values: pd.DataFrame
    log: bool = False
    lowest: float = 0.0


def draw_maps(maps: Sequence[ValueMap], rows: Sequence[str], width_mm: float, notes: Sequence[str]) -> Figure:
    """Draw maps with the same rows, one below another; numbers stand in cells that have room for them.

    Parameters
    ----------
    maps
        In the order of the figure.
    rows
        Names of the rows.
    width_mm
        Of the figure.
    notes
        Sentences below.
    """
    letters = max(24, int(_NAMES * width_mm / _LETTER))
    names = ["\n".join(wrapped_name(row, letters)) for row in rows]
    row = _ROW if not any("\n" in name for name in names) else 5.6
    taken = max((len(line) for name in names for line in name.split("\n")), default=0) * _LETTER
    columns = 2 if len(maps) > 1 and (width_mm - taken) / 2 > 45 else 1
    lines = -(-len(maps) // columns)
    figure = sheet(width_mm, lines * (row * len(rows) + _AROUND))
    grid = figure.subplots(lines, columns, squeeze=False, sharey=True)
    cells = max(len(each.values.columns) for each in maps)
    numbers = (width_mm - taken - 12) / columns / max(cells, 1) > _CELL
    for axes, each in zip(grid.ravel(), maps, strict=False):
        _draw_map(axes, each, numbers)
    for axes in grid[:, 0]:
        axes.set_yticks(range(len(rows)), names, fontsize=SMALL, linespacing=1.0)
        for label, name in zip(axes.get_yticklabels(), rows, strict=True):
            label.set_fontweight("bold" if name.startswith("#") else "normal")
    hide(grid.ravel()[len(maps) :])
    return finish(figure, (), notes)


def _draw_map(axes: Axes, each: ValueMap, numbers: bool) -> None:
    values = each.values.to_numpy(float)
    top = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
    norm = LogNorm(each.lowest, max(top, 10 * each.lowest)) if each.log else Normalize(each.lowest, top or 1.0)
    shown = np.ma.masked_invalid(np.clip(values, each.lowest, None))
    image = axes.imshow(shown, cmap="cividis", norm=norm, aspect="auto")
    columns = ["\n".join(textwrap.wrap(str(name), 16)) for name in each.values.columns]
    axes.set_xticks(range(len(columns)), columns, rotation=90, linespacing=0.9)
    axes.tick_params(length=0)
    axes.set_title(each.title)
    bar = axes.get_figure().colorbar(image, ax=axes, aspect=30, pad=0.02)  # type: ignore[union-attr]
    bar.set_label(each.axis, fontsize=SMALL)
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    if numbers:
        colors = matplotlib.colormaps["cividis"](norm(np.nan_to_num(values, nan=top)))
        for (k, j), value in np.ndenumerate(values):
            if np.isfinite(value):
                dark = colors[k, j, :3].mean() < 0.45
                axes.text(
                    j, k, two_digits(value) if abs(value) < 100 else f"{value:.0f}", ha="center", va="center",
                    fontsize=SMALL, color="white" if dark else "black",
                )  # fmt: skip
