"""The folder of a study: which animals are finished in it, which study it belongs to, and which run works in it."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.metadata
import logging
import os
import platform
import tomllib
import uuid
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from core.errors import UserError
from experiments.laboratory.own_assays.known import known_assays
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
from experiments.protocol.study import NOT_OF_THE_ANIMAL, Study
from experiments.protocol.toml_text import toml_text
from experiments.version import __version__
from results.files.atomic import write_text
from results.files.folder import COHORT, COMPARE, MANIFEST, DosingRecord
from results.files.inside import inside
from results.files.parts import remove_dead_parts
from results.files.store import Manifest, ManifestArm, animal_path, read_manifest, write_manifest

if TYPE_CHECKING:
    from experiments.protocol.arm import Arm

_LOG = logging.getLogger("bluespot")

STUDY_FILE = "study.toml"
#: Folder of copies of the extensions of a study.
EXTENSIONS = "extensions"
#: A file that is there while a run works in the folder, or was killed: its token, under a lock.
RUNNING = ".running"

#: Animals that have no file yet: animal number -> names of arms.
Missing = dict[int, tuple[str, ...]]


def prepare(study: Study, out: Path) -> Missing:
    """Make `out` the folder of `study`, and return the animals that are not finished in it.

    Half-written files of a run that was killed are removed. Raises UserError, with nothing changed, where `out` holds
    another study, was begun by another version or with other numbers of the model, or cannot be written.
    """
    earlier = _earlier(study, out)
    if earlier:
        remove_parts(study, out)
        _tell_new_versions(earlier, out)
    animals = range(1, max(study.animals, *earlier.animals, 1) + 1) if earlier else range(1, study.animals + 1)
    write_text_into(out, STUDY_FILE, study.changed(animals=len(animals)).to_toml())
    _write_extensions(study, out)
    write_manifest(out, manifest_of(study, tuple(animals)))
    numbers = range(1, study.animals + 1)
    return {number: arms for number in numbers if (arms := unfinished(study, out, number))}


def extensions_of(out: Path) -> str:
    """How the folder of copies of extensions begins in a path; "" where there is none."""
    return f"{out / EXTENSIONS}/" if (out / EXTENSIONS).is_dir() else ""


def _write_extensions(study: Study, out: Path) -> None:
    """Copy the extensions of a study, so that a user can look at them, and name the Python files among them."""
    for each in study.extensions:
        path = inside(out, EXTENSIONS, each.name)
        with _writing(out, f"{EXTENSIONS}/{each.name}"):
            path.parent.mkdir(exist_ok=True)
        text = each.program or toml_text(each.whole())
        if not path.exists() or path.read_text("utf-8") != text:
            write_text(path, text, replace=True)


def _tell_new_versions(earlier: Manifest, out: Path) -> None:
    """Log which packages have another version than when the folder was begun; the model is the same (`_earlier`)."""
    was = earlier.extra.get("versions", {})
    changed = [f"{name} {was[name]} then, {now} now" for name, now in _versions().items() if was.get(name, now) != now]
    if changed:
        _LOG.info(f"{out}: its animals were begun with other versions ({', '.join(changed)}); each file says its own.")


def remove_parts(study: Study, out: Path) -> None:
    """Remove half-written files of this study's runs, of which none but ours is at work, and of dead comparisons."""
    folders = [animal_path(out, arm.name, 1).parent for arm in study.arms]
    named = [out.glob(f".{name}.*.part") for name in (STUDY_FILE, MANIFEST, COHORT)]
    for part in chain(*named, *(folder.glob(f".{folder.name}-*.h5.*.part") for folder in folders)):
        part.unlink(missing_ok=True)
    remove_dead_parts(out)
    if not (out / COMPARE).is_symlink():
        remove_dead_parts(out / COMPARE, below=True)


def unfinished(study: Study, out: Path, number: int) -> tuple[str, ...]:
    """The arms of `study` in which an animal number has no file yet; files appear complete or not at all."""
    return tuple(arm.name for arm in study.arms if not animal_path(out, arm.name, number).is_file())


@contextlib.contextmanager
def occupied(out: Path) -> Iterator[str]:
    """Hold the folder, made if need be, for one run, and yield its token, by which workers know that it goes on.

    Raises UserError where `out` is a file, and where another run works in the folder, on this machine or, as far as the
    file system has locks, on another one.
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{out}: this is a file; results need a folder of their own.")
    path, token = out / RUNNING, uuid.uuid4().hex
    with _writing(out, RUNNING), contextlib.ExitStack() as stack:
        out.mkdir(parents=True, exist_ok=True)
        file = stack.enter_context(_locked(path))
        file.truncate(0)
        file.write(token)
        file.flush()
        held = stack.pop_all()
    with held:
        try:
            yield token
        finally:
            path.unlink(missing_ok=True)


def is_occupied_by(out: Path, token: str) -> bool:
    """Whether the run of that token still works in `out`, as this process sees it."""
    try:
        return (out / RUNNING).read_text("utf-8") == token
    except OSError:
        return False


def _locked(path: Path) -> TextIO:
    """Open and lock the file of that path; again where the run that held it has removed it meanwhile."""
    while True:
        file = open(path, "a", encoding="utf-8", opener=_not_a_link)  # noqa: SIM115, closed by who holds the lock
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise UserError(
                f"{path.parent}: another run is at work in it; wait for its end, or choose another folder."
            ) from None
        except OSError:
            return file  # a file system without locks
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()


def _not_a_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)


@contextlib.contextmanager
def _writing(out: Path, name: str) -> Iterator[None]:
    """Turn a failure to write into UserError."""
    try:
        yield
    except OSError as error:
        raise UserError(f"cannot write {name} into the folder {out}: {error.strerror or error}.") from error


def made_with() -> dict[str, str]:
    """What an animal depends on besides its study: fingerprint of the model's numbers, and versions of packages."""
    return {"model": model_fingerprint(), **_versions()}


def write_text_into(out: Path, name: str, text: str) -> None:
    """Write a text file of the folder anew; UserError where the folder cannot be made or written."""
    write_text(out / name, text, replace=True)


def _earlier(study: Study, out: Path) -> Manifest | None:
    """The manifest of the same study in `out`, None where the folder has none. UserError where it is another study."""
    if not (out / MANIFEST).is_file():
        if (out / STUDY_FILE).exists() or (out / "animals").exists():
            raise UserError(f"{out}: it holds files of a study but no {MANIFEST}; choose another folder.")
        return None
    manifest = read_manifest(out)
    if manifest.extra.get("fingerprint") != study.fingerprint():
        differs = _difference(study, out)
        raise UserError(
            f'{out}: it holds another study, "{manifest.study}"{differs}; choose another folder, nothing was changed.'
        )
    if manifest.extra.get("model") != model_fingerprint():
        was = manifest.extra.get("versions", {}).get("bluespot", "?")
        raise UserError(
            f"{out}: it was begun by bluespot {was} with other numbers than this one (bluespot {__version__}) has, "
            "so that new animals could not be compared with those in it; choose another folder."
        )
    return manifest


def _difference(study: Study, out: Path) -> str:
    """In words, the fields in which the study of the folder differs from this one; "" where they cannot be read."""
    try:
        theirs = tomllib.loads(inside(out, STUDY_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    ours = tomllib.loads(study.to_toml())
    keys = [key for key in {**theirs, **ours} if theirs.get(key) != ours.get(key)]
    names = [key for key in keys if key not in NOT_OF_THE_ANIMAL]
    return f", that differs in {', '.join(names)}" if names else ""


def manifest_of(study: Study, animals: tuple[int, ...]) -> Manifest:
    """The manifest of the folder of a study that this bluespot runs."""
    arms = tuple(
        ManifestArm(
            arm.name,
            arm.circuit,
            arm.treatment,
            arm.manipulation,
            arm.dosing_days(study.span[1]),
            _dosing_records(arm),
            study.only([arm.name]).fingerprint(),
        )
        for arm in study.effective_arms
    )
    assays = known_assays(study.extensions)
    extra = {
        "size": study.size,
        "fingerprint": study.fingerprint(),
        "model": model_fingerprint(),
        "versions": _versions(),
        "analyses": list(study.analyses),
        "cut_offs": {name: end for each in study.assays for name, end in assays[each.assay].cut_offs.items()},
    }
    return Manifest(study.name, arms, animals, study.seed, extra)


def _dosing_records(arm: Arm) -> tuple[DosingRecord, ...]:
    """The regimens of an arm, as entries of the manifest."""
    return tuple(
        DosingRecord(
            regimen.drug.name,
            regimen.drug.drug_class,
            regimen.dose.text,
            regimen.route,
            regimen.schedule,
            regimen.from_day,
            regimen.hour,
            arm.ranges or "",
        )
        for regimen in arm.treatments
    )


def _versions() -> dict[str, str]:
    packages = {name: importlib.metadata.version(name) for name in ("brian2", "numpy", "scipy", "h5py")}
    return {"bluespot": __version__, "python": platform.python_version(), **packages}
