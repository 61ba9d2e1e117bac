"""Reads whole columns of an animal's HDF5 file at once, as NumPy arrays; no spikes (format: `results.files.store`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5o, h5s

from results.files.bounds import DamagedError, Names, line
from results.files.opening import opened
from results.files.schema.checking import check_columns
from results.files.schema.facts import read_attributes_of

#: The groups of a file that hold columns; those of a later format version are absent from older files.
COLUMN_GROUPS = ("epochs", "windows", "stimuli", "populations", "assays", "slow_state", "concentrations", "flags")
#: Groups, or groups and the names of their columns.
Groups = Iterable[str] | Mapping[str, Names]
_ATTRIBUTES = ("study", "arm", "animal", "circuit", "format_version")


@dataclass(frozen=True)
class AllBut:
    """The names of a group's columns but those with this ending."""

    ending: str

    def __contains__(self, name: object) -> bool:
        return not str(name).endswith(self.ending)


@dataclass(frozen=True)
class AnimalArrays:
    """The columns of one animal, each as one array.

    Attributes
    ----------
    path
        The file.
    attributes
        Of the file: `study`, `arm`, `animal`, `circuit` and `format_version`.
    columns
        Group -> name of the column -> array. Texts are arrays of `str` objects, all else as in the file.
    units
        Group -> name of the column -> its unit, of the columns that have one.
    """

    path: Path
    attributes: Mapping[str, Any]
    columns: Mapping[str, Mapping[str, np.ndarray]]
    units: Mapping[str, Mapping[str, str]]

    def __getitem__(self, group: str) -> Mapping[str, np.ndarray]:
        """The columns of a group, such as `epochs`; none where the file has no such group."""
        return self.columns.get(group, {})

    @property
    def arm(self) -> str:
        """Name of the animal's arm."""
        return str(self.attributes["arm"])

    @property
    def animal(self) -> int:
        """Number of the animal."""
        return int(self.attributes["animal"])

    @property
    def format_version(self) -> int:
        """Version of the format in which the file is written."""
        return int(self.attributes["format_version"])

    @cached_property
    def populations(self) -> tuple[str, ...]:
        """Names of the populations, in the order of the rows of `["populations"]`."""
        return tuple(self["populations"]["name"].tolist())


def read_arrays(path: Path | str, groups: Groups = COLUMN_GROUPS) -> AnimalArrays:
    """Read all columns of some groups of an animal's file; 4 ms a file.

    Parameters
    ----------
    path
        The file of the animal.
    groups
        Which groups to read, such as ("epochs", "populations"); or those and the names of their columns, None for all:
        {"epochs": {"label", "hours"}, "windows": None}. What the file lacks is left out.

    Returns
    -------
    AnimalArrays
        Columns as they are in the file. `populations/spikes` has the shape (populations, epochs).

    Raises
    ------
    UserError
        Names the file where it is missing, truncated, damaged, no animal of bluespot, or of a newer format; and the
        first column whose kind, shape, values or unit cannot be so.
    """
    wanted = names_by_group(groups)
    with opened(path, wanted) as file:
        return arrays_of(file, path, wanted)


def names_by_group(groups: Groups) -> Mapping[str, Names]:
    """Groups with the names of their columns, None for all."""
    return groups if isinstance(groups, Mapping) else dict.fromkeys(groups)


def arrays_of(file: h5py.File, path: Path | str, wanted: Mapping[str, Names]) -> AnimalArrays:
    """The columns of a file that was opened for them, as `read_arrays`; `path` is where it lies.

    DamagedError, which `opened` turns into UserError, for what cannot be in such a file.
    """
    attributes = read_attributes_of(file, _ATTRIBUTES)
    tables = {name: _read_table(file, name, names) for name, names in wanted.items() if name in file}
    columns = {name: table[0] for name, table in tables.items()}
    units = {name: table[1] for name, table in tables.items()}
    check_columns(columns, units, attributes["format_version"], wanted)
    return AnimalArrays(Path(path), attributes, columns, units)


def _read_table(file: h5py.File, where: str, names: Names) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Datasets of a group as arrays by name, texts as arrays of `str`, and the units of those that have one.

    Three calls of HDF5 a dataset, where `group[name][:]` makes many times as many: a file has a hundred columns.
    """
    group = h5o.open(file.id, where.encode())
    if not isinstance(group, h5g.GroupID):
        raise DamagedError(f"/{where} is no group")
    columns, units = {}, {}
    for raw in group:
        name = raw.decode("utf-8", "backslashreplace")
        if names is not None and name not in names:
            continue
        dataset = h5o.open(group, raw)
        if isinstance(dataset, h5d.DatasetID):
            try:
                columns[name] = _values(dataset)
                if h5a.exists(dataset, b"unit"):
                    units[name] = _text(h5a.open(dataset, b"unit"))
            except Exception as error:
                raise DamagedError(f"{where}/{name} cannot be read ({line(error)})") from error
    return columns, units


def _values(dataset: h5d.DatasetID) -> np.ndarray:
    values = np.empty(dataset.shape, dataset.dtype)
    dataset.read(h5s.ALL, h5s.ALL, values)
    if h5py.check_string_dtype(dataset.dtype) is None:
        return values
    texts = np.empty(values.shape, object)
    texts.ravel()[:] = [text.decode() for text in values.ravel().tolist()]
    return texts


def _text(attribute: h5a.AttrID) -> str:
    value = np.empty(attribute.shape, attribute.dtype)
    attribute.read(value)
    text: Any = value[()]
    return text.decode() if isinstance(text, bytes) else str(text)
