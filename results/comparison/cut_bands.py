"""The band of a rising stimulus in which it was taken away, which no comparison of firing rates uses.

An epoch ends when the animal withdraws. The force ends within a band then, at another strength in every animal: this
band holds weaker strengths than the same one of an animal that went on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def cut_short(rows: Mapping[str, Any], epochs: Sequence[str] = ("epoch",)) -> np.ndarray:
    """Which rows are of the last window of their epoch, if the stimulus rises in it, (n,).

    Parameters
    ----------
    rows
        Columns of windows, or of rates in windows: part, low, high, and those of `epochs`. The rows of an epoch stand
        together, in the order of time.
    epochs
        Columns that tell one epoch from the next: its number, and the animal where there are several.
    """
    columns = {name: np.asarray(rows[name]) for name in (*epochs, "part", "low", "high")}
    if not len(columns["part"]):
        return np.zeros(0, bool)
    window = _runs(list(columns.values()))
    ends = np.flatnonzero(np.diff(_runs([columns[name] for name in epochs]), append=-1))
    last = np.isin(window, window[ends])
    found: np.ndarray = last & (columns["part"] == "during") & (columns["low"] < columns["high"])
    return found


def _runs(columns: Sequence[np.ndarray]) -> np.ndarray:
    """The number of the run of equal rows in which each row is, from 0 on, (n,)."""
    changes = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.concatenate([[0], np.cumsum(changes)])
