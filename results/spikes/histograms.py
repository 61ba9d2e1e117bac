"""Peristimulus time histograms of populations, one for each animal, by Elephant."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from core.errors import UserError
from results.frames.spikes import EpochTrain
from results.spikes.elephant_trains import elephant_needed, quiet_elephant
from results.spikes.readouts import Window


def histogram(
    trains: Iterable[EpochTrain],
    epochs: pd.DataFrame,
    bin_seconds: float = 0.05,
    span: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Rate of populations around the onset of a stimulus, in bins; epochs of one animal are averaged.

    Parameters
    ----------
    trains
        Spikes of populations in epochs (`results.frames.spikes.trains`).
    epochs
        Of these, as `results.study.StudyResults.epochs`, with onset and seconds.
    bin_seconds
        Width of the bins, s.
    span
        (start, stop) in s from the onset; start is negative for what was before it. By default what all epochs have.

    Returns
    -------
    DataFrame
        One row for each animal, population and bin: arm, animal, population, seconds (the middle of the bin, from the
        onset) and rate (Hz per cell).

    Raises
    ------
    UserError
        For a span without a whole bin or beyond an epoch, for epochs whose onset is not known (files of format version
        1), and where Elephant is not installed.
    """
    edges = bin_edges(epochs, bin_seconds, span)
    onsets = epochs.set_index(["arm", "animal", "epoch"])["onset"].to_dict()
    found: dict[tuple[str, int, str], list[np.ndarray]] = {}
    for train in trains:
        rates = _binned(train, onsets[train.arm, train.animal, train.epoch] + edges)
        found.setdefault((train.arm, train.animal, train.population), []).append(rates)
    bins = len(edges) - 1
    keys = zip(("arm", "animal", "population"), zip(*found, strict=True), strict=True)
    columns = {name: np.repeat(np.array(values), bins) for name, values in keys}
    columns["seconds"] = np.tile(edges[:-1] + bin_seconds / 2, len(found))
    columns["rate"] = np.concatenate([np.mean(each, axis=0) for each in found.values()])
    populations = pd.CategoricalDtype(list(dict.fromkeys(population for _, _, population in found)))
    return pd.DataFrame(columns).astype({"arm": epochs["arm"].dtype, "animal": "i4", "population": populations})


def bin_edges(epochs: pd.DataFrame, bin_seconds: float, span: Window | None = None) -> np.ndarray:
    """Edges of the bins in s from the onset, so that one of them is the onset itself where no span is given."""
    if epochs["onset"].isna().any():
        raise UserError("histogram: when the stimulus began is not in files of format version 1; run the study again.")
    if not 0.0 < bin_seconds < np.inf:
        raise UserError(f"histogram: bin_seconds = {bin_seconds!r}: expected a width above 0 s, such as 0.05.")
    first, last = float(-epochs["onset"].min()), float((epochs["seconds"] - epochs["onset"]).min())
    start, stop = span or (-np.floor(-first / bin_seconds + 1e-9) * bin_seconds, last)
    bins = int(np.floor((stop - start) / bin_seconds + 1e-9))
    if bins < 1 or start < first - 1e-9 or stop > last + 1e-9:
        raise UserError(
            f"histogram: from {start:g} to {stop:g} s: expected a whole bin of {bin_seconds:g} s or more, from "
            f"{first:g} s on and up to {last:g} s from the onset, as all epochs have."
        )
    found: np.ndarray = start + bin_seconds * np.arange(bins + 1)
    return found


def _binned(train: EpochTrain, edges: np.ndarray) -> np.ndarray:
    """Rates in Hz per cell between edges of equal distance."""
    with elephant_needed():
        import neo
        import quantities
        from elephant.statistics import time_histogram

    start, stop, width = edges[0], edges[-1], (edges[-1] - edges[0]) / (len(edges) - 1)
    inside = train.seconds[(train.seconds >= start) & (train.seconds < stop)]
    pooled = neo.SpikeTrain(inside, units="s", t_start=start, t_stop=stop)
    with quiet_elephant():
        counts = time_histogram([pooled], width * quantities.s, start * quantities.s, stop * quantities.s)
    found: np.ndarray = counts.magnitude.ravel() / (max(train.cells, 1) * width)
    return found
