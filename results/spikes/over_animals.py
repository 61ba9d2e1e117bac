"""Means over animals of what a frame holds for each of them, with intervals. The animal is the unit, never the cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.errors import unknown_name
from results.comparison.intervals import mean_intervals
from results.comparison.running_sums import RunningSums
from results.spikes.measures import MEASURES


def over_animals(frame: pd.DataFrame, value: str, by: Sequence[str]) -> pd.DataFrame:
    """Mean over animals with its 95 % interval, for each combination of some columns.

    What an animal has several of in one combination, such as epochs, is averaged first. The interval is Student's t;
    that of a rate or a share stays within what can be (`results.comparison.intervals`).

    Parameters
    ----------
    frame
        With the columns `animal`, `value` and those of `by`, such as `StudyResults.measures`.
    value
        Column of the numbers; NaN values are left out.
    by
        Columns that tell what is averaged apart, such as ["arm", "seconds"].

    Returns
    -------
    DataFrame
        `by`, then n (animals), mean, lower and upper (the ends of the interval), in the unit of the column. One animal
        has no interval.

    Raises
    ------
    UserError
        For a column that is not there.
    """
    for name in (*by, value, "animal"):
        if name not in frame:
            raise unknown_name("column", name, map(str, frame.columns), "over_animals")
    of_animals = frame.groupby([*by, "animal"], observed=True, dropna=False)[value].mean().reset_index()
    groups = of_animals.groupby(list(by), observed=True, dropna=False)
    sums = _sums(of_animals[value].to_numpy(float), groups.ngroup().to_numpy(), of_animals["animal"].to_numpy())
    least, most = MEASURES[value].bounds if value in MEASURES else (-np.inf, np.inf)
    lower, upper = mean_intervals(sums, np.array([least]), np.array([most]))
    numbers = {
        "n": sums.n.astype("i4"),
        "mean": np.where(sums.n > 0, sums.mean, np.nan),
        "lower": lower,
        "upper": upper,
    }
    places = groups.head(1)[list(by)].assign(order=groups.ngroup()).sort_values("order").drop(columns="order")
    found: pd.DataFrame = places.reset_index(drop=True).assign(
        **{name: column[:, 0] for name, column in numbers.items()}
    )
    return found


def _sums(values: np.ndarray, groups: np.ndarray, animals: np.ndarray) -> RunningSums:
    """The sums over animals of one number for each group."""
    sums, count = RunningSums(), int(groups.max(initial=-1)) + 1
    for animal in np.unique(animals):
        column = np.full((count, 1), np.nan)
        column[groups[animals == animal], 0] = values[animals == animal]
        sums.add(column, np.zeros((count, 1), bool))
    return sums
