"""Response curves: how populations answer each strength of a stimulus, read from the rates of a study."""

from __future__ import annotations

import pandas as pd

_EPOCH = ["arm", "animal", "epoch", "population"]
_COLUMNS = [
    "arm", "animal", "epoch", "purpose", "day", "hour", "phase", "side", "stimulus", "part", "low", "high",
    "unit", "population", "cells", "rate", "evoked_rate", "recruited",
]  # fmt: skip


def responses(rates: pd.DataFrame) -> pd.DataFrame:
    """Response of each population at each strength of a stimulus.

    Parameters
    ----------
    rates
        As `results.study.StudyResults.rates`.

    Returns
    -------
    DataFrame
        One row for each population and strength in an epoch, or band of strengths of a rising stimulus: from `low` to
        `high` in `unit`; rate and evoked_rate (rate minus that before the stimulus) in Hz per cell; recruited, the
        share of the cells that fired.
    """
    before = rates.loc[rates["part"] == "before", [*_EPOCH, "rate"]].rename(columns={"rate": "resting"})
    during = rates[rates["part"] == "during"].merge(before, on=_EPOCH, how="left")
    found: pd.DataFrame = during.assign(
        evoked_rate=during["rate"] - during["resting"], recruited=during["active"] / during["cells"]
    )[_COLUMNS]
    return found
