"""Response curves: the rate of a population against the strength of the stimulus, by arm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from results.page import plots
from results.page.looks import ArmLook
from results.page.plots import Plot, ReaderChoice, Trace
from results.page.words import estimate, moment, named, titled

#: So many moments can be chosen: the first, the last, and others between them; so a page stays small.
MOST_MOMENTS = 6
_STIMULI = {"force": "force", "heat": "skin temperature", "brush": "brush", "electric": "pulse"}


def response_plots(rates: pd.DataFrame, looks: Mapping[str, ArmLook]) -> Iterator[Plot]:
    """Yield a plot for each assay and paw in which the stimulus had more than one strength.

    Parameters
    ----------
    rates
        Table `rate_summary` of a comparison.
    looks
        Arm -> its look, in the order of the study.
    """
    during = rates[(rates["part"] == "during") & (rates["stimulus"] != "")]
    for (assay, side, stimulus), rows in during.groupby(["assay", "side", "stimulus"], observed=True, sort=False):
        if rows[["from_strength", "to_strength"]].drop_duplicates().shape[0] > 1:
            yield _plot(rows, (str(assay), str(side), str(stimulus)), looks)


def _plot(rows: pd.DataFrame, what: tuple[str, str, str], looks: Mapping[str, ArmLook]) -> Plot:
    assay, side, stimulus = what
    populations = _answering(rows, side)
    moments = _spread(sorted(set(zip(rows["day"], rows["hour"], rows["phase"], strict=True))))
    views = {
        f"{population}|{moment(*when)}": list(_traces(rows[_at(rows, population, when)], looks))
        for population in populations
        for when in moments
    }
    unit = str(rows["strength_unit"].iloc[0])
    shown = plots.layout(f"{_STIMULI.get(stimulus.split('+')[0], stimulus)} ({unit})", "rate (Hz per cell)")
    choices = (
        ReaderChoice("Population", tuple((name, named(name)) for name in populations)),
        ReaderChoice("Moment", tuple((moment(*when), moment(*when)) for when in moments)),
    )
    title = f"{titled(assay, side)}: rate against {_STIMULI.get(stimulus.split('+')[0], stimulus)}"
    return Plot(
        f"plot-response-{assay}-{side}",
        title,
        _alternative(title, rows[_at(rows, populations[0], moments[0])], unit),
        "",
        shown,
        views[f"{populations[0]}|{moment(*moments[0])}"],
        choices,
        views,
    )


def _answering(rows: pd.DataFrame, side: str) -> list[str]:
    """Populations of the stimulated side and of the brainstem that fire at all, projection cells first."""
    firing = rows.groupby("name", observed=True, sort=False)["mean"].max()
    names = [str(name) for name, most in firing.items() if most > 0]
    near = [name for name in names if name.startswith(f"{side}_")]
    far = [name for name in names if not name.startswith(("ipsi_", "contra_"))]
    return sorted(near, key=lambda name: not name.endswith("_projection")) + far


def _spread(moments: Sequence[tuple[int, float, str]]) -> list[tuple[int, float, str]]:
    """The last moment first, which a reader asks for first; others evenly between the first and it."""
    kept = np.unique(np.linspace(0, len(moments) - 1, MOST_MOMENTS).round().astype(int))
    plain = [k for k in kept if not moments[k][2]] or list(kept)
    return [moments[plain[-1]], *(moments[k] for k in kept if k != plain[-1])]


def _at(rows: pd.DataFrame, population: str, when: tuple[int, float, str]) -> pd.Series:
    day, hour, phase = when
    return (rows["name"] == population) & (rows["day"] == day) & (rows["hour"] == hour) & (rows["phase"] == phase)


def _traces(rows: pd.DataFrame, looks: Mapping[str, ArmLook]) -> Iterator[Trace]:
    """The curve of each arm over the bands that all its animals reached, and faint points for the others."""
    for position, (arm, look) in enumerate(looks.items()):
        own = rows[rows["arm"] == arm].sort_values(["from_strength", "to_strength"])
        everyone = own["n"] == own["n"].max()
        if len(own):
            yield plots.means_trace(position, look, arm, _columns(own[everyone]))
        if not everyone.all():
            left = plots.means_trace(position, look, arm, _columns(own[~everyone]), line=False)
            yield {**left, "opacity": 0.45}


def _columns(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    low, high = rows["from_strength"].to_numpy(float), rows["to_strength"].to_numpy(float)
    high = np.where(np.isfinite(high), high, low)
    text = [
        f"{_band(row.from_strength, row.to_strength, row.strength_unit)}<br>"
        f"{estimate(row.mean, row.low, row.high, 'Hz')}<br>{row.n} animals"
        for row in rows.itertuples()
    ]
    found = {key: rows[key].to_numpy(float) for key in ("mean", "low", "high")}
    return {"x": (low + high) / 2, "text": np.array(text, object), **found}


def _band(low: float, high: float, unit: str) -> str:
    if low == high:
        return f"{low:g} {unit}"
    return f"{low:g} to {high:g} {unit}" if np.isfinite(high) else f"above {low:g} {unit}"


def _alternative(title: str, rows: pd.DataFrame, unit: str) -> str:
    parts = []
    for arm, own in rows.groupby("arm", observed=True, sort=False):
        top = own.sort_values("from_strength").iloc[-1]
        band = _band(top["from_strength"], top["to_strength"], unit)
        parts.append(f"{arm} {estimate(top['mean'], top['low'], top['high'], 'Hz')} at {band}")
    return (
        f"{title}, mean and 95 % interval by arm; population and moment can be chosen. Shown first: {'; '.join(parts)}."
    )
