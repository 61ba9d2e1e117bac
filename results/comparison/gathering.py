"""Reads the finished animals of a study folder, number by number, into running sums; no animal's epochs are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.days import HOURS_PER_DAY
from core.errors import UserError, unknown_name
from results.comparison.animal_values import (
    ALL,
    ASSAY_PLACE,
    EPOCH_PLACE,
    WINDOW_PLACE,
    Scope,
    assay_values,
    average_values,
    rate_values,
)
from results.comparison.contrasts import Contrast
from results.comparison.frames import distinct, frame_of, where
from results.comparison.measures import AnimalValues, MeasureSums
from results.files.arrays import AllBut, AnimalArrays
from results.files.bounds import Names
from results.files.flags import told_flags
from results.files.folder import Manifest, ManifestArm
from results.files.several import FiledStudy
from results.files.writing import unit_of
from results.frames.tables import RATE_ENDING, assays_frame, days_and_hours

CONCENTRATION_COLUMNS = {
    "arm": str,
    "name": str,
    "unit": str,
    "hours": float,
    "n": int,
    "mean": float,
    "least": float,
    "most": float,
}
#: Groups of a file that are compared, and their columns, None for all.
COMPARED_GROUPS: Mapping[str, Names] = {
    "epochs": AllBut(RATE_ENDING),
    **dict.fromkeys(("windows", "populations", "assays", "concentrations", "flags")),
}
FLAG_COLUMNS = {
    "arm": str,
    "animal": int,
    "day": float,
    "hour": float,
    "epoch": str,
    "name": str,
    "what": str,
    "value": float,
}
#: A drug counts as present above this share of its highest mean concentration.
PRESENT_SHARE = 0.1
UNEQUAL_STIMULUS = (
    "Rates and averages are compared at rest only: these files (format version 1) do not tell what was done within an "
    "epoch, and an epoch under a rising force ends at another force in every animal."
)


@dataclass
class CourseSums:
    """Mean and range of one drug at one place over the animals of an arm, at the hours of the first."""

    unit: str
    hours: np.ndarray
    n: int
    mean: np.ndarray
    least: np.ndarray
    most: np.ndarray

    def add(self, values: np.ndarray) -> None:
        """Add an animal: concentrations at `hours`."""
        self.n += 1
        self.mean += (values - self.mean) / self.n
        self.least, self.most = np.minimum(self.least, values), np.maximum(self.most, values)


@dataclass
class StudyData:
    """What is compared of the finished animals of a study folder.

    Attributes
    ----------
    manifest
        Of the study.
    finished
        Arm -> numbers of its animals that were read.
    assays
        One row for each value of an assay of an animal.
    sums
        "assay", "average", "rate" and "recruitment" -> running sums of them.
    courses
        (arm, drug at a place) -> its concentrations over time.
    unequal
        Whether rates were left out because the stimulus was not the same in all animals.
    flagged
        What circuits did that no circuit does, as `results.files.flags.told_flags`, with arm and animal.
    days, purposes
        All days of which there is something to compare, and all assays; "rest" for rest.
    """

    manifest: Manifest
    finished: dict[str, tuple[int, ...]]
    sums: Mapping[str, MeasureSums]
    assays: pd.DataFrame = field(default_factory=pd.DataFrame)
    courses: dict[tuple[str, str], CourseSums] = field(default_factory=dict)
    unequal: bool = False
    days: set[int] = field(default_factory=set)
    purposes: set[str] = field(default_factory=set)
    flagged: list[dict[str, Any]] = field(default_factory=list)

    @property
    def flags(self) -> pd.DataFrame:
        """What circuits did that no circuit does, a row for each, with the columns `FLAG_COLUMNS`."""
        return frame_of(FLAG_COLUMNS, [tuple(flag[name] for name in FLAG_COLUMNS) for flag in self.flagged])

    @property
    def concentrations(self) -> pd.DataFrame:
        """Mean and range over the animals of an arm, hour by hour, with the columns `CONCENTRATION_COLUMNS`."""
        order = {arm: k for k, arm in enumerate(self.finished)}
        rows = [
            (arm, name, sums.unit, hour, sums.n, *numbers)
            for (arm, name), sums in sorted(self.courses.items(), key=lambda item: order[item[0][0]])
            for hour, *numbers in zip(
                *(a.tolist() for a in (sums.hours, sums.mean, sums.least, sums.most)), strict=True
            )
        ]
        return frame_of(CONCENTRATION_COLUMNS, rows)


def gather(
    study: FiledStudy,
    contrasts: Callable[[FiledStudy], Sequence[Contrast]] = lambda study: (),
    chosen: Scope = ALL,
) -> StudyData:
    """Read every finished animal of a study once, without its spikes.

    Parameters
    ----------
    study
        The animals of a folder, or of several.
    contrasts
        Gives the contrasts of a study's arms.
    chosen
        What is compared.

    Raises
    ------
    UserError
        Where a file is damaged or holds another animal than its name says.
    """
    manifest = study.manifest
    wanted = contrasts(study)
    places = {"assay": ASSAY_PLACE, "average": EPOCH_PLACE, "rate": WINDOW_PLACE, "recruitment": WINDOW_PLACE}
    sums = {name: MeasureSums(place, wanted) for name, place in places.items()}
    data = StudyData(manifest, {arm.name: () for arm in manifest.arms}, sums)
    known = {"arm": [arm.name for arm in manifest.arms]}
    assays = assays_frame(_animals(study, data, chosen), known)
    kept = assays[chosen.kept(assays["day"].to_numpy(), assays["assay"].to_numpy())]
    data.assays = kept.sort_values("arm", kind="stable", ignore_index=True)
    _refuse_unknown(data, chosen)
    return data


def dosing_days(data: StudyData) -> dict[str, tuple[tuple[float, float], ...]]:
    """Arm -> (first, last) days of dosing by the manifest; where it has none at all, days on which drug is present."""
    told = {arm.name: arm.dosing_days for arm in data.manifest.arms}
    if any(told.values()):
        return told
    concentrations = data.concentrations
    return {name: _present(where(concentrations, arm=name)) for name in told}


def _present(concentrations: pd.DataFrame) -> tuple[tuple[float, float], ...]:
    days = []
    for name in distinct(concentrations["name"]):
        column = where(concentrations, name=name)
        highest = column["mean"].to_numpy().max(initial=0.0)
        if highest > 0:
            hours = column["hours"][column["mean"] > PRESENT_SHARE * highest]
            days += [hours.min() / HOURS_PER_DAY, hours.max() / HOURS_PER_DAY]
    return ((float(min(days)), float(max(days))),) if days else ()


def _animals(study: FiledStudy, data: StudyData, chosen: Scope) -> Iterator[tuple[ManifestArm, AnimalArrays]]:
    """Yield every animal's assays, number by number; all else goes into the running sums of `data` on the way."""
    places = study.places
    for animal in data.manifest.animals:
        found: dict[str, dict[str, AnimalValues]] = {name: {} for name in data.sums}
        for arm in data.manifest.arms:
            if (arm.name, animal) in places:
                arrays = places[arm.name, animal].read(COMPARED_GROUPS)
                data.finished[arm.name] += (animal,)
                found["assay"][arm.name] = assay_values(arrays, chosen)
                found["average"][arm.name] = average_values(arrays, chosen)
                found["rate"][arm.name], found["recruitment"][arm.name], unequal = rate_values(arrays, chosen)
                data.unequal |= unequal
                _add_courses(data.courses, arm.name, arrays)
                flags = told_flags(arrays["flags"], arrays["epochs"])
                data.flagged += [{"arm": arm.name, "animal": animal, **flag} for flag in flags]
                data.days.update(
                    arrays["assays"]["day"].tolist(), days_and_hours(arrays["epochs"]["hours"])[0].tolist()
                )
                data.purposes.update(arrays["assays"]["assay"], arrays["epochs"]["purpose"])
                yield arm, arrays
        for name, values in found.items():
            data.sums[name].add(values)


def _refuse_unknown(data: StudyData, chosen: Scope) -> None:
    """UserError for a day or an assay of which no animal has anything."""
    for name in sorted(chosen.assays - data.purposes):
        raise unknown_name("assay", name, data.purposes, data.manifest.study)
    for day in sorted(chosen.days - data.days):
        days = ", ".join(map(str, sorted(data.days)))
        raise UserError(f"{data.manifest.study}: nothing was measured on day {day}; the days are {days or 'none'}.")


def _add_courses(courses: dict[tuple[str, str], CourseSums], arm: str, arrays: AnimalArrays) -> None:
    columns, units = arrays["concentrations"], arrays.units["concentrations"]
    hours = columns["hours"]
    for name in (name for name in columns if name != "hours" and len(hours)):
        if (arm, name) not in courses:
            nothing = np.zeros(len(hours))
            courses[arm, name] = CourseSums(
                units.get(name, unit_of(name)), hours, 0, nothing, nothing + np.inf, nothing - np.inf
            )
        course = courses[arm, name]
        course.add(np.interp(course.hours, hours, columns[name]))
