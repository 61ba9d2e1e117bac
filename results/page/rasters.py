"""Rasters: every spike of some cells of one animal of each arm, while a paw was stimulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from results.page import plots
from results.page.looks import ArmLook
from results.page.plots import INK, Plot, ReaderChoice, Trace
from results.page.words import moment, named, titled
from results.study import StudyResults

#: So many cells of a population are shown, evenly chosen; so many moments; so many arms.
MOST_CELLS, MOST_RASTER_MOMENTS, MOST_RASTER_ARMS = 24, 3, 24
RASTER_HEIGHT = 640
#: Rows between two populations.
_GAP = 3
_MOMENT = ["day", "hour", "phase"]


def raster_plot(study: StudyResults, looks: Mapping[str, ArmLook]) -> Plot | None:
    """A raster of the first animal of each arm in the first assay that stimulates a paw; None where there is none."""
    shown = _first_animals(study)
    epochs = _epochs(shown.epochs)
    if epochs.empty:
        return None
    side, assay = str(epochs["side"].iloc[0]), str(epochs["purpose"].iloc[0])
    rows, ticks = _rows(shown, side)
    views: dict[str, list[Trace]] = {}
    for epoch in epochs.to_dict("records"):
        spikes = shown.spikes(arm=epoch["arm"], epoch=epoch["epoch"], population=list(rows))
        views.setdefault(_view(epoch), _traces(spikes, rows, epoch, looks[epoch["arm"]].color))
    arms = list(dict.fromkeys(epochs["arm"]))
    moments = list(dict.fromkeys(moment(*when) for when in epochs[_MOMENT].itertuples(index=False)))
    first = next(iter(views))
    title = f"Spikes under {titled(assay, side).lower()} paw"
    animals = sorted({animal for _, animal, _ in shown.finished})
    numbers = f"animal {animals[0]}" if len(animals) == 1 else "the first animal"
    return Plot(
        "plot-raster",
        title,
        f"Raster of {numbers} of an arm: time across, cells of {len(rows)} populations up, a mark for each spike. "
        f"Shown first: {first.replace('|', ', ')}.",
        f"{numbers[0].upper()}{numbers[1:]} of the arm, at most {MOST_CELLS} cells of a population, evenly chosen. "
        "Grey bar: the stimulus. LC: locus coeruleus.",
        _layout(ticks, float(epochs["seconds"].max())),
        views[first],
        (
            ReaderChoice("Arm", tuple((arm, arm) for arm in arms)),
            ReaderChoice("Moment", tuple((when, when) for when in moments)),
        ),
        views,
    )


def _first_animals(study: StudyResults) -> StudyResults:
    """The study with the first animal of each arm."""
    first = {arm.name: (arm, animal, path) for arm, animal, path in reversed(study.finished)}
    names = [arm.name for arm in study.manifest.arms if arm.name in first]
    return study.having(first[name] for name in names[:MOST_RASTER_ARMS])


def _epochs(epochs: pd.DataFrame) -> pd.DataFrame:
    """Epochs of the first assay that touches a paw: the last moments of the study first."""
    touched = epochs[(epochs["stimulus"] != "") & epochs["side"].isin(["ipsi", "contra"])]
    if touched.empty:
        return touched
    same = touched[(touched["purpose"] == touched["purpose"].iloc[0]) & (touched["side"] == touched["side"].iloc[0])]
    same = same.drop_duplicates(["arm", *_MOMENT])
    moments = same[_MOMENT].drop_duplicates().sort_values(["day", "hour"])
    plain = moments[moments["phase"] == ""]
    middle = plain.iloc[[len(plain) // 2]] if len(plain) > 2 else plain.iloc[:0]
    kept = pd.concat([plain.tail(1), moments[moments["phase"] != ""].tail(1), middle]).head(MOST_RASTER_MOMENTS)
    order = kept.assign(order=np.arange(len(kept)))
    return same.merge(order, on=_MOMENT).sort_values(["order", "arm"], kind="stable")


def _view(epoch: Mapping[str, Any]) -> str:
    return f"{epoch['arm']}|{moment(epoch['day'], epoch['hour'], epoch['phase'])}"


def _rows(study: StudyResults, side: str) -> tuple[dict[str, np.ndarray], tuple[list[float], list[str]]]:
    """Population -> the row of each of its cells, NaN for one that is not shown; and where names of populations stand.

    Fibres and cells of the stimulated side come first, from below, then the brainstem.
    """
    counts = study.rates.drop_duplicates("population").set_index("population")["cells"]
    names = [str(name) for name in counts.index]
    names = [name for name in names if name.startswith(f"{side}_")] + [
        name for name in names if not name.startswith(("ipsi_", "contra_", "forepaw"))
    ]
    rows: dict[str, np.ndarray] = {}
    places, texts, next_row = [], [], 0
    for name in names:
        cells = int(counts[name])
        kept = np.unique(np.linspace(0, cells - 1, min(cells, MOST_CELLS)).round().astype(int))
        rows[name] = np.full(cells, np.nan)
        rows[name][kept] = next_row + np.arange(len(kept))
        places.append(next_row + (len(kept) - 1) / 2)
        texts.append(named(name.removeprefix(f"{side}_")).removesuffix(" cells").replace("locus coeruleus", "LC"))
        next_row += len(kept) + _GAP
    return rows, (places, texts)


def _traces(spikes: pd.DataFrame, rows: Mapping[str, np.ndarray], epoch: Mapping[str, Any], color: str) -> list[Trace]:
    """Projection cells, from which a withdrawal is read, in the colour of the arm; all others in ink."""
    y = np.empty(len(spikes))
    for name, part in spikes.groupby("population", observed=True).indices.items():
        y[part] = rows[str(name)][spikes["cell"].to_numpy()[part]]
    projection = spikes["population"].astype(str).str.endswith("_projection").to_numpy()
    traces = [
        _marks(spikes["seconds"].to_numpy()[kept & ~np.isnan(y)], y[kept & ~np.isnan(y)], shown)
        for kept, shown in ((~projection, INK), (projection, color))
    ]
    onset = float(epoch["onset"])
    return [_stimulus(onset, float(epoch["seconds"]), rows), *traces] if np.isfinite(onset) else traces


def _marks(seconds: np.ndarray, y: np.ndarray, color: str) -> Trace:
    return {
        "type": "scatter",
        "meta": -1,
        "mode": "markers",
        "x": plots.rounded(seconds, 4),
        "y": plots.rounded(y),
        "hoverinfo": "skip",
        "marker": {"symbol": "line-ns-open", "size": 3.5, "color": color, "line": {"width": 1, "color": color}},
    }


def _stimulus(onset: float, seconds: float, rows: Mapping[str, np.ndarray]) -> Trace:
    """A bar above the cells while the stimulus is on."""
    top = max(np.nanmax(numbers) for numbers in rows.values()) + _GAP
    return {
        "type": "scatter",
        "meta": -1,
        "mode": "lines",
        "x": [onset, seconds],
        "y": [float(top), float(top)],
        "hovertemplate": "stimulus<extra></extra>",
        "line": {"color": "#595959", "width": 6},
    }


def _layout(ticks: tuple[list[float], list[str]], seconds: float) -> dict[str, Any]:
    shown = plots.layout("time in the epoch (s)", "")
    shown["yaxis"] |= {"tickvals": ticks[0], "ticktext": ticks[1], "showgrid": False, "ticks": "", "automargin": True}
    shown["xaxis"] |= {"range": [0.0, seconds], "showgrid": False}
    return shown | {"height": RASTER_HEIGHT}
