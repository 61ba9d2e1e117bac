"""Which animals of a study, and which of their days and epochs, an export holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import results
from core.days import day_and_hour
from core.errors import UserError, unknown_name
from core.records import AnimalRecord, EpochRecord
from results.files.folder import MANIFEST, Manifest, ManifestArm, read_manifest
from results.files.reading import read_attributes, read_identity
from results.study import StudyResults


@dataclass(frozen=True)
class Choice:
    """What is asked for; what is empty leaves all in.

    Attributes
    ----------
    arms
        Names of arms.
    animals
        Numbers of animals.
    days
        Days from surgery.
    epochs
        Labels of epochs, or what epochs are for: "rest" or the name of an assay.
    """

    arms: Collection[str] = ()
    animals: Collection[int] = ()
    days: Collection[int] = ()
    epochs: Collection[str] = ()

    def numbers_in(self, record: AnimalRecord, where: object) -> list[int]:
        """Places of the chosen epochs among those of an animal.

        Raises
        ------
        UserError
            For a day or an epoch that it does not have, or not together; `where` names the animal in it.
        """
        self._check(record, where)
        numbers = [k for k, each in enumerate(record.epochs) if self._has(each)]
        if not numbers and (self.days or self.epochs):
            raise UserError(f"{where}: no epoch is of {_listed(self.epochs)} and on day {_listed(self.days)} as well.")
        return numbers

    def has_animal(self, arm: str, animal: int) -> bool:
        """Whether an animal of an arm is chosen."""
        return (not self.arms or arm in self.arms) and (not self.animals or animal in self.animals)

    def of_frame(self, epochs: pd.DataFrame) -> pd.Series:
        """Which rows of a frame of epochs are chosen, bool (rows,)."""
        rows = pd.Series(True, index=epochs.index)
        if self.days:
            rows &= epochs["day"].isin(list(self.days))
        if self.epochs:
            named = [epochs[name].astype(str).isin(list(self.epochs)) for name in ("label", "purpose")]
            rows &= named[0] | named[1]
        return rows

    def _check(self, record: AnimalRecord, where: object) -> None:
        days = {day_and_hour(epoch.hours)[0] for epoch in record.epochs}
        for day in self.days:
            if day not in days:
                raise UserError(f"{where}: no epoch on day {day}. It has days {_listed(sorted(days))}.")
        names = {epoch.label for epoch in record.epochs} | {epoch.purpose for epoch in record.epochs}
        for name in self.epochs:
            if name not in names:
                raise unknown_name("epoch", name, names, str(where))

    def _has(self, epoch: EpochRecord) -> bool:
        on_day = not self.days or day_and_hour(epoch.hours)[0] in self.days
        return on_day and (not self.epochs or epoch.label in self.epochs or epoch.purpose in self.epochs)


def chosen_study(path: Path, choice: Choice) -> StudyResults:
    """The chosen animals of a study that are finished.

    Parameters
    ----------
    path
        The folder of a study, or the file of one animal.
    choice
        Arms and animals.

    Raises
    ------
    UserError
        For an arm or animal that is not there, and where none is finished.
    """
    study = results.open(path) if path.is_dir() else _study_of_one(path)
    for arm in choice.arms:
        if arm not in (known := [each.name for each in study.manifest.arms]):
            raise unknown_name("arm", arm, known, str(path))
    for animal in choice.animals:
        if animal not in study.manifest.animals:
            raise UserError(f"{path}: no animal {animal}. It has {_listed(study.manifest.animals)}.")
    found = tuple(row for row in study.finished if choice.has_animal(row[0].name, row[1]))
    if not found:
        raise UserError(f"{path}: none of the chosen animals is finished.")
    return study.having(found)


def _study_of_one(path: Path) -> StudyResults:
    """A study of the one animal of a file; its arm is as the folder around it says, where there is one."""
    facts = read_attributes(path)
    arm, animal = str(facts["arm"]), int(str(facts["animal"]))
    entry = ManifestArm(arm, str(facts["circuit"]), "")
    folder = path.resolve().parents[min(2, len(path.resolve().parents) - 1)]
    if (folder / MANIFEST).is_file():
        entry = next((each for each in read_manifest(folder).arms if each.name == arm), entry)
    manifest = Manifest(str(facts["study"]), (entry,), (animal,), read_identity(path).get("seed", 0))
    return StudyResults(path.parent, manifest, ((entry, animal, path),))


def _listed(names: Collection[object]) -> str:
    return ", ".join(map(str, names)) or "any"
