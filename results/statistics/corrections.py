"""Corrections of p values for their number, in families: Holm's and that of Benjamini and Hochberg."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd

#: Suffix of the column -> method of `statsmodels.stats.multitest.multipletests`.
METHODS = {"holm": "holm", "bh": "fdr_bh"}


def corrected(p: np.ndarray, method: str) -> np.ndarray:
    """p values corrected for their number by a method of statsmodels; NaN, a test that was not made, does not count."""
    from statsmodels.stats.multitest import multipletests

    result = np.full(len(p), np.nan)
    made = np.isfinite(p)
    if made.any():
        with _nothing_to_collect():
            result[made] = multipletests(p[made], method=method)[1]
    return result


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Keep what lives from garbage collection: Holm's method of statsmodels collects at every call, for 80 ms."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def with_corrections(table: pd.DataFrame, families: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Add to each column of p values those corrected within its family: `p_holm` and `p_bh` beside `p`.

    Parameters
    ----------
    table
        Tests, one in each row.
    families
        Columns whose values name the family of a row.
    columns
        Columns of p values.
    """
    table = table.copy()
    codes = table.groupby(list(families), sort=False, dropna=False, observed=True).ngroup().to_numpy()
    for column in columns:
        p = table[column].to_numpy(float)
        for suffix, method in METHODS.items():
            result = np.full(len(p), np.nan)
            for family in np.unique(codes):
                result[codes == family] = corrected(p[codes == family], method)
            table.insert(table.columns.get_loc(column) + 1, f"{column}_{suffix}", result)
    return table
