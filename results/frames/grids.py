"""Values of a frame as a labelled grid of xarray, one axis for each of some columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.errors import UserError, unknown_name

#: Columns that say which value a row holds, those first that tell most; all others are what was measured.
_NAMING = (
    "purpose", "assay", "name", "phase", "side", "stimulus", "part", "low", "hour", "population", "epoch", "day", "arm",
    "animal",
)  # fmt: skip


def grid(frame: pd.DataFrame, value: str, by: tuple[str, ...], kind: str) -> Any:
    """A `xarray.DataArray` of a column, NaN where no row stands for a place.

    Parameters
    ----------
    frame
        The rows; at most one for each place of the grid.
    value
        Column of the values.
    by
        Columns that become axes, in this order.
    kind
        Name of the frame, for errors and as name of the array.

    Raises
    ------
    UserError
        For a column that is not there; where several rows stand for one place, with the columns in which they differ;
        and where xarray is not installed.
    """
    try:
        import xarray
    except ImportError as error:
        raise UserError('grids need xarray: pip install "bluespot[analysis]".') from error
    for name in (*by, value):
        if name not in frame:
            raise unknown_name("column", name, map(str, frame.columns), kind)
    _refuse_several(frame, by, kind)
    axes = {name: _axis(frame[name]) for name in by}
    places = tuple(place for place, _ in axes.values())
    values = np.full([len(labels) for _, labels in axes.values()], np.nan)
    values[places] = frame[value].to_numpy("f8")
    array = xarray.DataArray(values, {name: labels for name, (_, labels) in axes.items()}, by, value)
    units = frame["unit"].unique().tolist() if "unit" in frame and value != "rate" else ["Hz"]
    return array.assign_attrs(unit=units[0]) if len(units) == 1 else array


def _axis(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """(place of each row, labels of the axis): numbers rise, texts keep the order of their categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, places = np.unique(column.cat.codes.to_numpy(), return_inverse=True)
        return places, np.array(column.cat.categories[codes], dtype=str)
    labels, places = np.unique(column.to_numpy(), return_inverse=True)
    return places, labels


def _refuse_several(frame: pd.DataFrame, by: tuple[str, ...], kind: str) -> None:
    twice = frame[frame.duplicated(list(by), keep=False)]
    if twice.empty:
        return
    first = twice.iloc[0]
    same = twice[(twice[list(by)] == first[list(by)]).all(axis=1)]
    others = [name for name in _NAMING if name in frame and name not in by and same[name].nunique(dropna=False) > 1]
    differ = "; ".join(f"{name} ({', '.join(map(_said, same[name].unique()[:4]))})" for name in others)
    place = ", ".join(f"{name} {first[name]}" for name in by)
    raise UserError(
        f"{kind}: {len(same)} values stand for {place}. They differ in {differ}. Choose one of each, as "
        f"{others[0]}={_said(same[others[0]].iloc[0])}, or add the column to `by`."
    )


def _said(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"
