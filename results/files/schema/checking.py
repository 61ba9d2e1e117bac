"""Holds the columns of an animal's file to `results.files.schema.columns`, and its tables to one another.

Only what was read is looked at: each reader checks its own columns, and nothing is read twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from results.files.bounds import DamagedError, Names
from results.files.schema.columns import (
    FILE_COLUMNS,
    FILE_UNITS,
    GROUP_SINCE,
    NEVER_NEGATIVE,
    OPTIONAL_GROUPS,
    OTHERS,
    ROUNDING,
    TYPES_OF_KINDS,
    Column,
    Kind,
)
from results.files.schema.tables import check_tables, refuse

Columns = Mapping[str, Mapping[str, np.ndarray]]
#: A text of a file is told up to so many letters.
_MOST_LETTERS = 60


def check_columns(
    columns: Columns, units: Mapping[str, Mapping[str, str]], version: int, wanted: Mapping[str, Names]
) -> None:
    """Raise DamagedError, which names the first column that cannot be so, what came and what is allowed.

    Parameters
    ----------
    columns, units
        Group -> name of the column -> its values, and its unit where it has one; as they were read.
    version
        Of the format.
    wanted
        The groups that were to be read, and the names of their columns, None for all.
    """
    _check_missing(columns, version, wanted)
    lengths: dict[str, tuple[int, str]] = {}
    for group, found in columns.items():
        own, others = FILE_COLUMNS.get(group, {}), OTHERS.get(group)
        for name in (name for name in own if name in found):
            check_column(f"{group}/{name}", found[name], own[name], lengths)
        _check_others(group, {name: found[name] for name in found if name not in own}, others, lengths)
        _check_units(group, found, units.get(group, {}))
    check_tables(columns, version)


def check_column(name: str, values: np.ndarray, column: Column, lengths: dict[str, tuple[int, str]]) -> None:
    """Raise DamagedError for a column of another kind or shape, or with a value that cannot be.

    lengths: what is counted -> how many there are, and the column that says so; those of this one are added.
    """
    _check_kind(name, values, column)
    _check_shape(name, values.shape, column, lengths)
    if column.kind == Kind.TEXT:
        _check_texts(name, values, column)
    elif values.size and column.kind != Kind.FLAG:
        low, high = values.min(), values.max()  # NaN if one is NaN
        if not (column.low <= low and high <= column.high and (column.endless or np.isfinite(high))):
            _check_numbers(name, values, column)


def _check_missing(columns: Columns, version: int, wanted: Mapping[str, Names]) -> None:
    for group, names in wanted.items():
        if group not in FILE_COLUMNS or GROUP_SINCE[group] > version:
            continue
        if group not in columns and group in OPTIONAL_GROUPS:
            continue
        if group not in columns:
            raise DamagedError(f"/{group} is missing")
        for name, column in FILE_COLUMNS[group].items():
            if column.since <= version and (names is None or name in names) and name not in columns[group]:
                raise DamagedError(f"{group}/{name} is missing")


def _check_kind(name: str, values: np.ndarray, column: Column) -> None:
    if values.dtype.kind not in TYPES_OF_KINDS[column.kind]:
        came = {"O": "text", "b": "true or false", "V": "a table"}.get(values.dtype.kind, f"of type {values.dtype}")
        raise DamagedError(f"{name} is {came}; expected {column.allowed}")


def _check_shape(name: str, shape: tuple[int, ...], column: Column, lengths: dict[str, tuple[int, str]]) -> None:
    if len(shape) != len(column.shape):
        raise DamagedError(f"{name} has {len(shape)} dimensions; expected {len(column.shape)}")
    for size, axis in zip(shape, column.shape, strict=True):
        known, by = lengths.setdefault(axis, (size, name))
        if size != known:
            raise DamagedError(f"{name} has {size} {axis}; expected {known}, as {by} has")


def _check_texts(name: str, values: np.ndarray, column: Column) -> None:
    allowed = column.words
    for text in dict.fromkeys(values.tolist()):
        if not (text in allowed if allowed is not None else text.isprintable()):
            raise DamagedError(f"{name}[{values.tolist().index(text)}] is {shown(text)}; expected {column.allowed}")


def _check_numbers(name: str, values: np.ndarray, column: Column) -> None:
    fits = (values >= column.low) & (values <= column.high)
    if not column.endless:
        fits &= np.isfinite(values)
    if column.unknown:
        fits |= np.isnan(values)
    refuse(name, values, ~fits, column.allowed)


def _check_others(
    group: str, found: Mapping[str, np.ndarray], column: Column | None, lengths: dict[str, tuple[int, str]]
) -> None:
    """Columns that have no name of ours, all at once: a file has tens of them."""
    if not found:
        return
    if column is None:
        raise DamagedError(
            f"{group}/{next(iter(found))} is no column of /{group}; it has {', '.join(FILE_COLUMNS[group])}"
        )
    for name, values in found.items():
        _check_kind(f"{group}/{name}", values, column)
        _check_shape(f"{group}/{name}", values.shape, column, lengths)
    every = np.array(list(found.values()))
    fits = ~np.isinf(every) if column.unknown else np.isfinite(every)
    if not fits.all():
        row = int(np.flatnonzero(~fits.all(axis=1))[0])
        refuse(f"{group}/{list(found)[row]}", every[row], ~fits[row], column.allowed)


def _check_units(group: str, found: Mapping[str, np.ndarray], units: Mapping[str, str]) -> None:
    for name, unit in units.items():
        if unit not in FILE_UNITS:
            raise DamagedError(f"{group}/{name} has the unit {shown(unit)}; expected {_units()}")
    positive = [name for name, unit in units.items() if unit in NEVER_NEGATIVE and found[name].dtype.kind == "f"]
    if positive and (np.array([found[name] for name in positive]) < -ROUNDING).any():
        for name in positive:
            refuse(f"{group}/{name}", found[name], found[name] < -ROUNDING, f"0 or more, in {units[name]}")


def _units() -> str:
    return "one of " + ", ".join(sorted(filter(None, FILE_UNITS)))


def shown(value: Any) -> str:
    """A value of a file in a line of text."""
    text = ascii(value) if not str(value).isprintable() else repr(value)
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}..."
