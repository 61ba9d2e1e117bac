"""Chooses rows of a frame by the values of its columns, and says what there is where nothing is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
import pandas as pd

from core.errors import UserError, unknown_name


class Selection(TypedDict, total=False):
    """Which rows are meant: a value, or a list of values, of each column that is named; None for all."""

    arm: Any
    animal: Any
    epoch: Any
    assay: Any
    purpose: Any
    day: Any
    hour: Any
    phase: Any
    side: Any
    stimulus: Any
    strength: Any
    part: Any
    population: Any
    name: Any


def chosen(frame: pd.DataFrame, selection: Mapping[str, Any], kind: str = "rows") -> pd.DataFrame:
    """The rows of a frame that have all values of a selection.

    Parameters
    ----------
    frame
        Any frame of `results.study`.
    selection
        Column -> a value or a list of values. `assay` is the purpose of an epoch, where the frame has a purpose.
    kind
        What the rows are, for the error, such as "epochs".

    Raises
    ------
    UserError
        For a column that is not there, a value that no row has (with the nearest), and values that no row has together.
    """
    left, said = frame, list[str]()
    for name, wanted in selection.items():
        if wanted is None:
            continue
        column = _column(frame, name, kind)
        values = listed(wanted)
        for value in values:
            _refuse_unknown(name, value, frame[column], kind)
        found = left[_has(left[column], values)]
        if found.empty:
            raise _nothing(name, wanted, left[column], said, kind)
        left = found
        said.append(f"{name}={wanted!r}")
    return left


def listed(wanted: Any) -> list[Any]:
    """A single value as a list of one; lists, ranges and arrays as lists."""
    if isinstance(wanted, str) or not np.iterable(wanted):
        return [wanted]
    return list(wanted)


def _column(frame: pd.DataFrame, name: str, kind: str) -> str:
    if name == "assay" and "assay" not in frame and "purpose" in frame:
        return "purpose"
    if name not in frame:
        raise unknown_name("column", name, map(str, frame.columns), kind)
    return name


def _has(column: pd.Series, values: list[Any]) -> np.ndarray:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.isin(values))
    found = np.zeros(len(column), bool)
    for value in values:
        found |= np.isclose(column.to_numpy("f8"), value)
    return found


def _refuse_unknown(name: str, value: Any, column: pd.Series, kind: str) -> None:
    texts = isinstance(column.dtype, pd.CategoricalDtype)
    if texts and not isinstance(value, str):
        raise UserError(f'{kind}: {name} is {value!r}; expected a text, such as "{next(iter(_present(column)), "")}".')
    if not texts and (isinstance(value, str | bool) or not np.isscalar(value)):
        raise UserError(f"{kind}: {name} is {value!r}; expected a number, or a list of numbers.")
    if not _has(column, [value]).any():
        if texts:
            raise unknown_name(name, value, (text or '""' for text in _present(column)), kind)
        raise UserError(f"{kind}: no {name} {value:g}. There are: {_numbers(column)}.")


def _present(column: pd.Series) -> list[str]:
    return [str(text) for text in column.cat.categories[np.unique(column.cat.codes)]]


def _nothing(name: str, wanted: Any, column: pd.Series, said: list[str], kind: str) -> UserError:
    texts = isinstance(column.dtype, pd.CategoricalDtype)
    there = ", ".join(f'"{text}"' for text in _present(column)) if texts else _numbers(column)
    return UserError(f"{kind}: no {name}={wanted!r} where {', '.join(said)}; there: {there}.")


def _numbers(column: pd.Series) -> str:
    values = np.unique(column.dropna().to_numpy())
    shown = ", ".join(f"{value:g}" for value in values[:40])
    return shown + (f" and {len(values) - 40} more" if len(values) > 40 else "")
