"""What the two sides of a diff are: circuits, arms, studies or animals, read from names, paths and objects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from circuits import CIRCUITS, Circuit
from core.errors import UserError, nearest
from experiments.laboratory.replay import Past, arm_of, study_of
from experiments.protocol.arm import Arm
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.spellings import meant_name
from experiments.protocol.study import Study
from experiments.protocol.study_file import bundled, read_study
from experiments.running.study_folder import STUDY_FILE
from results.files.folder import MANIFEST, read_manifest
from results.files.inside import inside
from results.files.reading import read_animal

#: What can be given as A and B.
Given: TypeAlias = "str | Path | Circuit | Arm | Study"
_EXPECTED = (
    "expected a circuit (sham), a study (a bundled one, a file or a results folder), an arm of one (STUDY:arm), or the "
    "file of an animal"
)


@dataclass(frozen=True)
class Operand:
    """A or B of a diff.

    Attributes
    ----------
    title : str
        As it was given, or what it is.
    circuit : Circuit, optional
        Of a circuit or of an arm, as the arm prepares it; None for a study of several arms.
    arm : Arm, optional
        With all that is done to its animals; None for a circuit alone and for a study of several arms.
    study : Study, optional
        None for a circuit or an arm alone.
    folder : Path, optional
        The results folder, or the file of one animal; None for what was not run.
    animal : int, optional
        The only animal that is meant.
    """

    title: str
    circuit: Circuit | None = None
    arm: Arm | None = None
    study: Study | None = None
    folder: Path | None = None
    animal: int | None = None

    @property
    def is_study(self) -> bool:
        """Whether it is a study with all of its arms."""
        return self.circuit is None

    @property
    def size(self) -> float:
        """Scale of all populations; 1 for a circuit or an arm alone."""
        return 1.0 if self.study is None else self.study.size

    @property
    def kind(self) -> str:
        """What it is, in words."""
        if self.is_study:
            return f"study of {len(self.arms)} arms" + (", with results" if self.folder else "")
        if self.animal is not None:
            return "animal"
        return "circuit" if self.arm is None else "arm"

    @property
    def arms(self) -> dict[str, Arm]:
        """The arms of its study by name, with all that is done to them."""
        return {} if self.study is None else {arm.name: arm for arm in self.study.effective_arms}

    @property
    def first_circuit(self) -> Circuit:
        """Its circuit; of a study that of its first arm."""
        return self.circuit if self.circuit is not None else next(iter(self.arms.values())).prepared_circuit()

    @property
    def injections(self) -> tuple[Injection, ...]:
        """Into the animals of its arm, those of its study included."""
        if self.arm is None:
            return ()
        return self.arm.injections if self.study is None else self.study.injections_of(self.arm.name)

    def of_arm(self, name: str) -> Operand:
        """One arm of it; UserError with the nearest names where its study has none of that name."""
        if self.study is None:
            raise UserError(f"{self.title}: no study, so it has no arm {name}; {_EXPECTED}.")
        try:
            arm = self.study.arm(name)
        except UserError as error:
            raise UserError(f"{self.title}: {error}") from None
        return replace(self, title=f"{self.title}:{name}", arm=arm, circuit=arm.prepared_circuit())


def operand(given: Given) -> Operand:
    """What was given, read.

    Raises
    ------
    UserError
        For a name or path that is nothing of this kind, with the nearest names, and as reading a study does.
    """
    if isinstance(given, Circuit):
        return Operand(given.name, given)
    if isinstance(given, Arm):
        return Operand(given.name, given.prepared_circuit(), given)
    if isinstance(given, Study):
        return Operand(given.name, study=given)
    text = str(given)
    circuit = meant_name("circuit", text, CIRCUITS)
    if circuit is not None and isinstance(given, str):
        return Operand(text, CIRCUITS[circuit])
    return (_of_path(Path(text), text) if text else None) or _of_name(text)


def _of_path(path: Path, title: str) -> Operand | None:
    """What a path leads to; None where it leads nowhere."""
    if path.is_dir():
        return _of_folder(path, title)
    if not path.exists():
        return None
    return _of_animal(path, title) if path.suffix == ".h5" else Operand(title, study=read_study(path))


def _of_folder(path: Path, title: str) -> Operand:
    """A results folder, or the folder of an arm within one."""
    if (path / STUDY_FILE).is_file():
        has_results = (path / MANIFEST).is_file()
        return Operand(title, study=read_study(inside(path, STUDY_FILE)), folder=path if has_results else None)
    outer = path.resolve().parents
    if len(outer) > 1 and outer[0].name == "animals" and (outer[1] / STUDY_FILE).is_file():
        return replace(_of_folder(outer[1], title).of_arm(path.resolve().name), title=title)
    read_manifest(path)
    raise UserError(f"{path}: no {STUDY_FILE} in it, so it does not say what was done to its animals.")


def _of_animal(path: Path, title: str) -> Operand:
    """One animal by its file, which says what was done to it; of format version 1 the folder of its study does."""
    past = Past(path, read_animal(path, spikes=False))
    study = study_of(past)
    whole = Operand(title, study=study, folder=path)
    return replace(whole.of_arm(arm_of(past, study).name), title=title, animal=past.record.animal)


def _of_name(text: str) -> Operand:
    """A bundled study, or an arm: `STUDY:arm`."""
    if text in bundled():
        return Operand(text, study=read_study(text))
    outer, colon, arm = text.rpartition(":")
    if colon and outer:
        return operand(outer).of_arm(arm)
    close = nearest(text, [*CIRCUITS, *bundled()])
    hint = f" Nearest: {', '.join(close)}." if close else ""
    raise UserError(f"{text}: no circuit, no study and no path.{hint} {_EXPECTED[0].upper()}{_EXPECTED[1:]}.")
