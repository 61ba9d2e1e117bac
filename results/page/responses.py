"""Response curves: the rate of a population against the strength of the stimulus, by arm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from results.page import plots
from results.page.looks import ArmLook
from results.page.plots import Plot, ReaderChoice, Trace
from results.page.words import estimate, moment, named, titled

#: So many moments can be chosen: the first, the last, and others between them; so a page stays small.
MOST_MOMENTS = 6
_STIMULI = {"force": "force", "heat": "skin temperature", "brush": "brush", "electric": "pulse"}


class _Band(NamedTuple):
    """Rates of an arm between two strengths of the stimulus: mean and interval in Hz per cell, and animals."""

    from_strength: float
    to_strength: float
    mean: float
    low: float
    high: float
    n: int

    @property
    def middle(self) -> float:
        """Where the band stands on the axis; its lower end where it has no upper one."""
        return (self.from_strength + self.to_strength) / 2 if np.isfinite(self.to_strength) else self.from_strength

    def told(self, unit: str) -> str:
        """In words."""
        if self.from_strength == self.to_strength:
            return f"{self.from_strength:g} {unit}"
        if np.isfinite(self.to_strength):
            return f"{self.from_strength:g} to {self.to_strength:g} {unit}"
        return f"above {self.from_strength:g} {unit}"


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
    groups = during.groupby(["assay", "side", "stimulus"], observed=True, sort=False)
    for (assay, side, stimulus), rows in sorted(groups, key=lambda item: (item[0][0], item[0][1] != "ipsi")):
        if rows[["from_strength", "to_strength"]].drop_duplicates().shape[0] > 1:
            yield _plot(rows, (str(assay), str(side), str(stimulus)), looks)


def _plot(rows: pd.DataFrame, what: tuple[str, str, str], looks: Mapping[str, ArmLook]) -> Plot:
    assay, side, stimulus = what
    populations = _answering(rows, side)
    moments = _spread(sorted(set(zip(rows["day"], rows["hour"], rows["phase"], strict=True))))
    curves = _curves(rows, populations)
    unit = str(rows["strength_unit"].iloc[0])
    views = {
        f"{population}|{moment(*when)}": list(_traces(curves.get((population, *when), {}), looks, unit))
        for population in populations
        for when in moments
    }
    kind = _STIMULI.get(stimulus.split("+")[0], stimulus)
    title = f"{titled(assay, side)}: rate against {kind}"
    choices = (
        ReaderChoice("Population", tuple((name, named(name)) for name in populations)),
        ReaderChoice("Moment", tuple((moment(*when), moment(*when)) for when in moments)),
    )
    return Plot(
        f"plot-response-{assay}-{side}",
        title,
        _alternative(title, curves.get((populations[0], *moments[0]), {}), unit),
        "",
        plots.layout(f"{kind} ({unit})", "rate (Hz per cell)"),
        next(iter(views.values())),
        choices,
        views,
    )


def _answering(rows: pd.DataFrame, side: str) -> list[str]:
    """Populations of the stimulated side and of the brainstem that fire at all, projection cells first."""
    firing = rows.groupby("name", observed=True, sort=False)["mean"].max()
    names = [str(name) for name, most in firing.items() if most > 0]
    near = [name for name in names if name.startswith(f"{side}_")]
    far = [name for name in names if not name.startswith(("ipsi_", "contra_"))]
    return sorted(near, key=lambda name: not name.endswith("_projection")) + far or [str(rows["name"].iloc[0])]


def _spread(moments: Sequence[tuple[int, float, str]]) -> list[tuple[int, float, str]]:
    """The last moment first, which a reader asks for first; others evenly between the first and it."""
    spread = np.linspace(0, len(moments) - 1, MOST_MOMENTS).round().astype(int).tolist()
    last = max((k for k, (_, _, phase) in enumerate(moments) if not phase), default=len(moments) - 1)
    nearest = min(spread[1:-1], key=lambda k: abs(k - last))
    kept = sorted({last if k == nearest and last not in spread else k for k in spread})
    return [moments[last], *(moments[k] for k in kept if k != last)]


def _curves(
    rows: pd.DataFrame, populations: Sequence[str]
) -> dict[tuple[str, int, float, str], dict[str, list[_Band]]]:
    """(population, day, hour, phase) -> arm -> its bands, from the weakest; in one pass, since rows are many."""
    kept = rows[rows["name"].isin(populations)]
    columns = (kept[name].tolist() for name in ("name", "day", "hour", "phase", "arm", *_Band._fields))
    found: dict[tuple[str, int, float, str], dict[str, list[_Band]]] = {}
    for name, day, hour, phase, arm, *numbers in zip(*columns, strict=True):
        found.setdefault((name, day, hour, phase), {}).setdefault(arm, []).append(_Band(*numbers))
    return {key: {arm: sorted(bands) for arm, bands in arms.items()} for key, arms in found.items()}


def _traces(arms: Mapping[str, list[_Band]], looks: Mapping[str, ArmLook], unit: str) -> Iterator[Trace]:
    """The curve of each arm over the bands that all its animals reached, and faint points for the others.

    Intervals of few animals would hide the curves; the pointer tells them.
    """
    for position, (arm, look) in enumerate(looks.items()):
        bands = arms.get(arm, [])
        most = max((band.n for band in bands), default=0)
        everyone, some = ([band for band in bands if (band.n == most) == whole] for whole in (True, False))
        if everyone:
            yield plots.means_trace(position, look, arm, _columns(everyone, unit))
        if some:
            faint = plots.means_trace(position, look, arm, _columns(some, unit), line=False)
            yield {**faint, "opacity": 0.45, "error_y": {"visible": False}}


def _columns(bands: Sequence[_Band], unit: str) -> dict[str, np.ndarray]:
    text = [
        f"{band.told(unit)}<br>{estimate(band.mean, band.low, band.high, 'Hz')}<br>{band.n} animals" for band in bands
    ]
    found = {key: np.array([getattr(band, key) for band in bands], float) for key in ("mean", "low", "high")}
    return {"x": np.array([band.middle for band in bands]), "text": np.array(text, object), **found}


def _alternative(title: str, arms: Mapping[str, list[_Band]], unit: str) -> str:
    last = {arm: bands[-1] for arm, bands in arms.items()}
    parts = [
        f"{arm} {estimate(band.mean, band.low, band.high, 'Hz')} at {band.told(unit)}" for arm, band in last.items()
    ]
    return (
        f"{title}, mean and 95 % interval by arm; population and moment can be chosen. Shown first: {'; '.join(parts)}."
    )
