"""Run a study or one animal again from what its files say, and compare each file with its repetition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from experiments.laboratory.replay import Past, arm_of, study_of
from experiments.protocol.catalogue import Catalogue
from experiments.protocol.extensions.extension import require_named
from experiments.protocol.study import Study
from experiments.protocol.study_file import read_study
from experiments.running.cohort import Conditions, run_some
from experiments.running.study_folder import STUDY_FILE, extensions_of
from results.files.folder import animal_path, finished_animals, read_manifest, write_manifest
from results.files.inside import inside
from results.files.reading import read_animal

if TYPE_CHECKING:
    from results.comparison.repetition import Unlike

#: Facts of a file that tell why an animal may come out otherwise, the likeliest cause first.
CAUSES = (
    "model", "bluespot_version", "compiler", "flags", "brian2_version", "numpy_version", "scipy_version", "numerics",
    "seed", "size", "machine", "processor", "system", "python_version", "h5py_version", "commit",
)  # fmt: skip


@dataclass(frozen=True)
class Repeated:
    """One animal and its repetition.

    Attributes
    ----------
    arm, animal : str, int
        Which animal.
    then, now : Path
        Its file, and that of the repetition.
    equal : bool
        Whether both hold the same.
    parts : tuple of str
        Datasets whose checksums differ, where both files have checksums.
    unlike : tuple of Unlike
        What of the numbers differs, and its first place.
    causes : tuple of str
        What the files say of their making that differs: versions, compiler, processor, commit.
    """

    arm: str
    animal: int
    then: Path
    now: Path
    equal: bool
    parts: tuple[str, ...] = ()
    unlike: tuple[Unlike, ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rerun:
    """All that was run again.

    Attributes
    ----------
    study : Study
        What was run.
    out : Path
        The new folder.
    animals : tuple of Repeated
        Each animal with its repetition.
    """

    study: Study
    out: Path
    animals: tuple[Repeated, ...]

    @property
    def equal(self) -> bool:
        """Whether every animal came out as it was."""
        return all(animal.equal for animal in self.animals)


@dataclass(frozen=True)
class _Original:
    """What is to be repeated: its study, and the file of each animal by (arm, number)."""

    study: Study
    files: Mapping[tuple[str, int], Path]

    def numbers(self) -> dict[int, tuple[str, ...]]:
        """Number -> the arms in which it was run."""
        found: dict[int, tuple[str, ...]] = {}
        for arm, number in self.files:
            found[number] = (*found.get(number, ()), arm)
        return found


def rerun(path: Path, out: Path, by: Conditions, names: Catalogue | None = None) -> Rerun:
    """Run the animals of a folder, or the one of a file, again into a new folder, and compare them.

    Parameters
    ----------
    path
        The folder of a study, or the file of an animal.
    out
        The new folder; it must not exist, or be empty.
    by
        Who runs the animals.
    names
        A catalogue whose extensions vouch for programs that the files carry.

    Raises
    ------
    UserError
        For what is no folder of a study and no animal, for a file whose study is not known, and for a folder that holds
        anything.
    """
    if not path.exists():
        raise UserError(f"{path}: there is no such file or folder.")
    original = _of_file(path, names) if path.is_file() else _of_folder(path, names)
    require_named(original.study.extensions, extensions_of(path) if path.is_dir() else "")
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise UserError(f"--out {out}: it is not empty; a repetition goes into a new folder, nothing was changed.")
    run_some(original.study, out, by, original.numbers())
    write_manifest(out, replace(read_manifest(out), animals=tuple(sorted(original.numbers()))))
    repeated = (
        compared(arm, number, then, animal_path(out, arm, number)) for (arm, number), then in original.files.items()
    )
    return Rerun(original.study, out, tuple(repeated))


def _of_file(path: Path, names: Catalogue | None) -> _Original:
    """One animal: its arm and number alone are run."""
    past = Past(path, read_animal(path, spikes=False))
    study = study_of(past, names)
    arm = arm_of(past, study)
    number = past.record.animal
    return _Original(study.only([arm.name]).changed(animals=number), {(arm.name, number): path})


def _of_folder(folder: Path, names: Catalogue | None) -> _Original:
    """All animals of a folder that are finished."""
    manifest = read_manifest(folder)
    if not (folder / STUDY_FILE).is_file():
        raise UserError(f"{folder}: no {STUDY_FILE} in it; its animals can be run again one by one, by their files.")
    study = read_study(inside(folder, STUDY_FILE), names)
    files = {(arm.name, number): path for arm, number, path in finished_animals(folder, manifest)}
    if not files:
        raise UserError(f"{folder}: none of its animals is finished, so there is nothing to run again.")
    _check_study(study, files)
    return _Original(study.changed(animals=max(number for _, number in files)), files)


def _check_study(study: Study, files: Mapping[tuple[str, int], Path]) -> None:
    """UserError where the first animal of an arm was run by another study than that of its folder."""
    for arm in dict.fromkeys(arm for arm, _ in files):
        past = Past(
            path := next(file for (name, _), file in files.items() if name == arm), read_animal(path, spikes=False)
        )
        own = study_of(past).only([arm_of(past, study).name])
        if own.fingerprint() != study.only([arm]).fingerprint():
            raise UserError(
                f"{path}: it was run by another study than {STUDY_FILE} of its folder says; `bluespot diff` of the two "
                "says what differs, and the file alone can be run again."
            )


def compared(arm: str, number: int, then: Path, now: Path) -> Repeated:
    """Compare a file with its repetition: by checksums where both have them, and number by number where they differ."""
    from results.comparison.repetition import unlike_datasets, unlike_parts

    parts = unlike_datasets(then, now)
    if parts == ():
        return Repeated(arm, number, then, now, equal=True)
    unlike = tuple(unlike_parts(then, now))
    if parts is None and not unlike:
        return Repeated(arm, number, then, now, equal=True)
    return Repeated(arm, number, then, now, False, parts or (), unlike, tuple(_causes(then, now)))


def _causes(then: Path, now: Path) -> Iterable[str]:
    """`numpy version: 1.26.4 then, 2.1.0 now`, for each fact of their making in which two files differ."""
    own = [_facts(path) for path in (then, now)]
    for name in CAUSES:
        values = [facts.get(name) for facts in own]
        if values[0] != values[1]:
            told = ["not known" if value is None else str(value) for value in values]
            yield f"{name.replace('_', ' ')}: {told[0]} then, {told[1]} now"
    texts = [facts.get("study_toml") for facts in own]
    if None not in texts and texts[0] != texts[1]:
        yield "study: its text is another one"


def _facts(path: Path) -> dict[str, Any]:
    """All that a file says of its making, and of the machine."""
    record = read_animal(path, spikes=False)
    return {**record.machine, **record.provenance}
