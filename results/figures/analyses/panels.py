"""Parts of all figures of analyses: the analysis of a comparison, its places, panels and their titles."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.errors import UserError
from results.analyses.analysis import Analysis
from results.comparison.arms import Comparison
from results.figures.sheet import hide, sheet
from results.figures.style import pretty
from results.figures.timecourse import day_and_hour_told

#: Width of a figure from which on two panels stand side by side, in mm.
_TWO_COLUMNS = 120.0


def analysis_of(comparison: Comparison, name: str, table: str) -> Analysis:
    """The analysis of that name; UserError where the study did not ask for it, or it found nothing."""
    for analysis in comparison.analyses:
        if analysis.name == name and len(analysis.tables[table]):
            return analysis
    raise UserError(f"the study {comparison.manifest.study} has no {name} to draw.")


def panels(count: int, width_mm: float, height_mm: float) -> tuple[Figure, list[Axes]]:
    """A figure with `count` panels, each `height_mm` high with its title and axis, in one column or two."""
    columns = min(2 if width_mm > _TWO_COLUMNS else 1, count)
    rows = -(-count // columns)
    figure = sheet(width_mm, height_mm * rows)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    hide(axes[count:])
    return figure, list(axes[:count])


def distinct_rows(table: pd.DataFrame, names: Sequence[str]) -> list[dict[str, object]]:
    """The distinct combinations of values of some columns, each once, in the order of the rows."""
    found = zip(*(table[name].tolist() for name in names), strict=True)
    return [dict(zip(names, values, strict=True)) for values in dict.fromkeys(found)]


def heading(place: dict[str, object]) -> str:
    """Title of a panel, such as `paw pressure threshold, ipsilateral, day 14 +2 h`."""
    when = day_and_hour_told(float(str(place["day"])), float(str(place.get("hour") or 0.0))) if "day" in place else ""
    return ", ".join(filter(None, (pretty(str(place["name"])), pretty(str(place["side"])), when)))


def n_told(n: pd.Series) -> str:
    """`n = 6`, or `n = 5-6` where it differs."""
    return f"n = {n.min()}" if n.min() == n.max() else f"n = {n.min()}-{n.max()}"
