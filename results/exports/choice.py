"""Which animals of a study, and which of their days and epochs, an export holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from core.days import day_and_hour
from core.errors import UserError, unknown_name
from core.records import AnimalRecord, EpochRecord
from results.files.folder import animal_path, finished_animals, read_manifest
from results.files.reading import read_attributes


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


def chosen_animals(path: Path, choice: Choice) -> list[Path]:
    """Files of the chosen animals that are finished.

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
    if not path.is_dir():
        _check_file(path, choice)
        return [path]
    manifest = read_manifest(path)
    for arm in choice.arms:
        if arm not in (known := [each.name for each in manifest.arms]):
            raise unknown_name("arm", arm, known, str(path))
    for animal in choice.animals:
        if animal not in manifest.animals:
            raise UserError(f"{path}: no animal {animal}. It has animals {_listed(manifest.animals)}.")
    files = [
        file
        for arm, animal, file in finished_animals(path, manifest)
        if (not choice.arms or arm.name in choice.arms) and (not choice.animals or animal in choice.animals)
    ]
    if not files:
        example = animal_path(path, manifest.arms[0].name, manifest.animals[0])
        raise UserError(f"{path}: none of the chosen animals is finished; there is no file such as {example}.")
    return files


def _check_file(path: Path, choice: Choice) -> None:
    found = read_attributes(path)
    if (choice.arms and found["arm"] not in choice.arms) or (choice.animals and found["animal"] not in choice.animals):
        raise UserError(f"{path}: it holds animal {found['animal']} of arm {found['arm']}, which is not asked for.")


def _listed(names: Collection[object]) -> str:
    return ", ".join(map(str, names)) or "any"
