"""Compares the spikes of the arms of a study: measures of spike trains, and response curves.

| table | one row for each |
|---|---|
| `spike_measures` | arm, population, measure, and part of an epoch at equal stimulus |
| `spike_differences` | contrast, population, measure and part: difference and ratio over pairs of animals |
| `response_curves` | arm, population, and strength of a stimulus: rate, evoked rate, recruited share |
| `response_differences` | contrast, population and strength |

Animals are read number by number, so that memory does not grow with them. Epochs of files of format version 1 that had
a stimulus are left out: they do not tell when it was equal.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from results.comparison.animal_values import UNEQUAL_PART, WINDOW_PLACE, with_held_strengths
from results.comparison.contrasts import Contrast, contrasts_of
from results.comparison.frames import csv_text
from results.comparison.measure_tables import difference_table, summary_table
from results.comparison.measures import AnimalValues, MeasureSums, NameAndUnit
from results.files.atomic import write_text
from results.files.several import FiledStudy, filed
from results.spikes.measures import MEASURES, USUAL_MEASURES

if TYPE_CHECKING:
    from results.study import StudyResults

_LOG = logging.getLogger("bluespot")
#: A comparison that takes longer is told of.
_LONG_SECONDS = 20.0
#: Populations that are measured where none is named: the output of either dorsal horn.
OUTPUT_CELLS = ("ipsi_projection", "contra_projection")
#: Entries of a place: population and window.
SPIKE_PLACE = {**WINDOW_PLACE, "population": str}
_RESPONSES = ("rate", "evoked_rate", "recruited")
#: Names of the frames' columns for entries of a place, where they differ.
_COLUMNS = {"assay": "purpose", "from_strength": "low", "to_strength": "high", "strength_unit": "unit"}


class SpikeSums(MeasureSums):
    """Running sums of measures of spikes, each within its own bounds."""

    def bounds(self, cut_offs: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bound of each measure, (p,)."""
        found = np.array([MEASURES[name].bounds for name, _ in self.names.things]).reshape(-1, 2)
        return found[:, 0], found[:, 1]


def spike_tables(
    study: StudyResults,
    pairs: Sequence[Contrast],
    populations: Iterable[str] = OUTPUT_CELLS,
    names: Sequence[str] = (),
    **selection: Any,
) -> dict[str, pd.DataFrame]:
    """The tables that this module lists.

    Parameters
    ----------
    study
        Its finished animals are compared.
    pairs
        Which arm is compared with which.
    populations
        Whose spikes are read and measured; response curves have all populations of cells and fibres.
    names
        Of `MEASURES`; `USUAL_MEASURES` by default.
    **selection
        Which epochs: values, or lists of values, of day, assay, side and the like.

    Raises
    ------
    UserError
        For an unknown population or measure, for a choice that is not there, and where Elephant is missing.
    """
    measured, responses = (SpikeSums(SPIKE_PLACE, pairs) for _ in range(2))
    wanted = tuple(names) or USUAL_MEASURES
    numbers, began = sorted({animal for _, animal, _ in study.finished}), monotonic()
    for done, animal in enumerate(numbers):
        if done == 1:
            _tell_duration(len(numbers) * (monotonic() - began))
        one = study.only(animal=animal)
        measured.add(_by_arm(one.measures(wanted, population=list(populations), **selection), wanted))
        responses.add(_by_arm(one.responses(**selection), _RESPONSES))
    arms = [arm.name for arm in study.manifest.arms]
    return {
        "spike_measures": summary_table(measured, arms, {}).drop(columns="censored"),
        "spike_differences": difference_table(measured).drop(columns="censored"),
        "response_curves": summary_table(responses, arms, {}).drop(columns="censored"),
        "response_differences": difference_table(responses).drop(columns="censored"),
    }


def compare_spikes(
    folder: Path | str | FiledStudy,
    references: Mapping[str, str] | None = None,
    populations: Sequence[str] = (),
    names: Sequence[str] = (),
    **selection: Any,
) -> dict[str, pd.DataFrame]:
    """Compare the spikes of the arms of a study folder, as `spike_tables`.

    Parameters
    ----------
    folder
        Of the study; `results.files.several.filed` has several as one.
    references
        Arm -> the arm it is compared with, where that is not the one that follows from their treatments.
    populations
        Whose spikes are measured; projection cells of both sides by default.
    names
        Of `MEASURES`; `USUAL_MEASURES` by default.
    **selection
        Which epochs; None is no choice.
    """
    from results.study import results_of

    study = folder if isinstance(folder, FiledStudy) else filed(folder)
    found = contrasts_of(study, references)
    return spike_tables(results_of(study), found, populations or OUTPUT_CELLS, names, **selection)


def write_spike_tables(tables: Mapping[str, pd.DataFrame], folder: Path | str) -> list[Path]:
    """Write each table as `FOLDER/<name>.csv`, replacing those of before.

    Raises
    ------
    UserError
        Where the folder cannot be written.
    """
    for name, table in tables.items():
        write_text(Path(folder) / f"{name}.csv", csv_text(table), replace=True)
    return [Path(folder) / f"{name}.csv" for name in tables]


def _tell_duration(seconds: float) -> None:
    if seconds > _LONG_SECONDS:
        _LOG.info("spikes: about %.0f s for all animals; fewer days, assays or populations take less.", seconds)


def _by_arm(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, AnimalValues]:
    """The measures of the animals of one number: arm -> its values."""
    told = [(name, MEASURES[name].unit) for name in names]
    equal = _with_strengths(frame[(frame["part"] != UNEQUAL_PART).to_numpy()])
    return {str(arm): _values(rows, told) for arm, rows in equal.groupby("arm", observed=True)}


def _with_strengths(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose parts before and after a steady stimulus have its strength; rests have none."""
    windows = {name: frame[name].to_numpy() for name in ("part", "low", "high")}
    epoch = frame.groupby(["arm", "animal", "epoch", "population"], observed=True, sort=False).ngroup().to_numpy()
    # rests of files of format version 1 have NaN, which would not be equal to itself as a place
    found = {end: np.nan_to_num(values) for end, values in with_held_strengths(epoch, windows).items()}
    return frame.assign(**found)


def _values(rows: pd.DataFrame, told: Sequence[NameAndUnit]) -> AnimalValues:
    columns = [rows[_COLUMNS.get(name, name)].tolist() for name in SPIKE_PLACE]
    values = rows[[name for name, _ in told]].to_numpy(float)
    return AnimalValues(list(zip(*columns, strict=True)), told, values, np.zeros(values.shape, bool))
