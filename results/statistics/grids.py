"""The values of all animals as grids, one for each arm: a row for each animal number, a column for each measurement.

A measurement is what was measured, on which side, at which day and hour, and after which manipulation. On grids all
statistics are array arithmetic, whether there are six animals or thousands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from core.days import HOURS_PER_DAY

#: Columns that say what is measured; with `WHEN` they name a measurement.
WHAT = ("assay", "name", "side", "unit")
WHEN = ("phase", "day", "hour")
#: Columns that say what an arm is.
ARM = ("circuit", "treatment", "manipulation")


@dataclass(frozen=True)
class Grids:
    """Values of n animal numbers at k measurements.

    Attributes
    ----------
    arms
        Frame with one row for each arm, indexed by its name: circuit, treatment, manipulation.
    numbers
        The animal numbers, (n,); an arm that lacks a number has NaN in its row.
    measurements
        Frame of k rows: assay, name, side, unit, phase, day, hour, and `hours` from surgery.
    values, censored
        Arm -> array (n, k): the mean of an animal's repetitions, NaN where it was not measured; and whether any
        repetition reached the cut-off.
    """

    arms: pd.DataFrame
    numbers: np.ndarray
    measurements: pd.DataFrame
    values: Mapping[str, np.ndarray]
    censored: Mapping[str, np.ndarray]

    def measures(self) -> list[tuple[str, ...]]:
        """What was measured: each (assay, name, side, unit) once, in the order of the measurements."""
        return list(self._courses)

    def course(self, measure: tuple[str, ...]) -> list[int]:
        """Columns of a measure over time, without those after a manipulation of that day, in the order of time."""
        return self._courses[measure]

    @cached_property
    def _courses(self) -> dict[tuple[str, ...], list[int]]:
        hours, phases = self.measurements["hours"].to_numpy(), self.measurements["phase"].to_numpy()
        found: dict[tuple[str, ...], list[int]] = {}
        for column, measure in enumerate(map(tuple, self.measurements[list(WHAT)].to_numpy())):
            found.setdefault(measure, []).append(column)
        return {
            measure: sorted((k for k in columns if phases[k] == ""), key=lambda k: float(hours[k]))
            for measure, columns in found.items()
        }

    def measured(self, arm: str) -> np.ndarray:
        """Whether any animal of the arm has a value, for each measurement, (k,)."""
        return np.asarray(np.isfinite(self.values[arm]).any(axis=0))


def grids(assays: pd.DataFrame) -> Grids:
    """Lay out a tidy frame of assays as grids.

    Parameters
    ----------
    assays
        Columns arm, circuit, treatment, manipulation, animal, assay, name, side, phase, unit, day, hour, value and
        censored, as `study.assays` has them. Values that are not finite are left out.
    """
    rows = _plain(assays)
    keys = [*WHAT, *WHEN]
    grouped = rows.groupby(["arm", "animal", *keys], sort=False, observed=True)
    cells = grouped.agg(value=("value", "mean"), censored=("censored", "any")).reset_index()
    measurements = cells[keys].drop_duplicates().sort_values(keys, ignore_index=True)
    measurements["hours"] = measurements["day"] * float(HOURS_PER_DAY) + measurements["hour"]
    column = cells.merge(measurements.reset_index(names="column"), on=keys, how="left")["column"].to_numpy()
    numbers, row = np.unique(cells["animal"].to_numpy(), return_inverse=True)
    arms = rows[["arm", *ARM]].drop_duplicates("arm").set_index("arm")
    shape, names = (len(numbers), len(measurements)), cells["arm"].to_numpy()
    values = {arm: np.full(shape, np.nan) for arm in arms.index}
    censored = {arm: np.zeros(shape, bool) for arm in arms.index}
    for arm in arms.index:
        mine = names == arm
        values[arm][row[mine], column[mine]] = cells["value"].to_numpy(float)[mine]
        censored[arm][row[mine], column[mine]] = cells["censored"].to_numpy(bool)[mine]
    return Grids(arms, numbers, measurements, values, censored)


def _plain(assays: pd.DataFrame) -> pd.DataFrame:
    """The finite rows, with text in place of categories, which would be sorted and grouped by their codes."""
    rows = assays[np.isfinite(assays["value"].to_numpy(float))].copy()
    for name in ("arm", *ARM, *WHAT, "phase"):
        rows[name] = rows[name].astype(object)
    return rows
