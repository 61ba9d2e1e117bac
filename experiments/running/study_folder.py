"""The folder of a study: which animals are finished in it, which study it belongs to, and which run works in it."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.metadata
import logging
import os
import platform
import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from core.errors import UserError
from experiments.laboratory.own_assays.known import known_assays
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
from experiments.protocol.study import Study
from experiments.protocol.study_file import read_study
from experiments.protocol.toml_text import toml_text
from experiments.running.study_growth import growth
from experiments.version import __version__
from results.files.atomic import write_text
from results.files.folder import COHORT, COMPARE, MANIFEST, DosingRecord, finished_animals, is_of_now
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

#: Animals that have no file yet, or one of before the study grew: animal number -> names of arms.
Missing = dict[int, tuple[str, ...]]


def prepare(study: Study, out: Path) -> Missing:
    """Make `out` the folder of `study`, and return the animals that are not finished in it.

    A folder of an earlier state of the study, with fewer days, assays or arms, becomes that of the study as it is now;
    its animals keep their files until new ones take their place. Half-written files of a run that was killed are
    removed. Raises UserError, with nothing changed, where `out` holds another study, was begun by another version or
    with other numbers of the model, or cannot be written.
    """
    manifest, missing, earlier = looked_at(study, out)
    if earlier:
        remove_parts(study, out)
        _tell_new_versions(earlier, out)
    # The manifest comes first: after a kill in between, the folder is still taken for this study and for that before.
    write_manifest(out, manifest)
    write_text_into(out, STUDY_FILE, study.changed(animals=len(manifest.animals)).to_toml())
    _write_extensions(study, out)
    return missing


def looked_at(study: Study, out: Path) -> tuple[Manifest, Missing, Manifest | None]:
    """What a run of `study` into `out` will begin with: its manifest, what is not finished, the manifest so far.

    Nothing is changed. By what the study has grown is logged. Raises UserError as `prepare`.
    """
    earlier = _earlier(study, out)
    animals = range(1, max(study.animals, *earlier.animals, 1) + 1) if earlier else range(1, study.animals + 1)
    manifest = manifest_of(study, tuple(animals))
    if earlier:
        manifest = _grown(earlier, manifest)
        _refuse_strangers(manifest, out)
    numbers = range(1, study.animals + 1)
    missing = {number: arms for number in numbers if (arms := unfinished(study, out, number, manifest))}
    return manifest, missing, earlier


def _grown(earlier: Manifest, manifest: Manifest) -> Manifest:
    """The manifest of a study that knows which files of its earlier states may stand in the folder."""
    was = {arm.name: arm for arm in earlier.arms}
    return replace(manifest, arms=tuple(_after(was[a.name], a) if a.name in was else a for a in manifest.arms))


def _after(was: ManifestArm, arm: ManifestArm) -> ManifestArm:
    known = (*was.earlier_fingerprints, was.fingerprint)
    return replace(arm, earlier_fingerprints=tuple(found for found in known if found != arm.fingerprint))


def _refuse_strangers(manifest: Manifest, out: Path) -> None:
    """UserError for a file of an arm that grows, and is neither of the study as it is nor as it was."""
    for arm in (arm for arm in manifest.arms if arm.earlier_fingerprints):
        for number in manifest.animals:
            path = animal_path(out, arm.name, number)
            if path.is_file():
                is_of_now(path, manifest, arm.name, number)


def end_growth(study: Study, out: Path) -> None:
    """Forget earlier states of the study in `out`, arm by arm, once no file of them is left."""
    manifest = read_manifest(out)
    if not manifest.grows:
        return
    growing = replace(manifest, arms=tuple(arm for arm in manifest.arms if arm.earlier_fingerprints))
    there = finished_animals(out, growing)
    old = {arm for arm, number, path in there if not is_of_now(path, manifest, arm.name, number)}
    left = {arm.name: arm.earlier_fingerprints for arm in old}
    now = manifest_of(study, manifest.animals)
    write_manifest(
        out, replace(now, arms=tuple(replace(a, earlier_fingerprints=left.get(a.name, ())) for a in now.arms))
    )


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


def unfinished(study: Study, out: Path, number: int, manifest: Manifest | None = None) -> tuple[str, ...]:
    """The arms of `study` in which an animal number has no file yet; files appear complete or not at all.

    manifest: of a folder that may hold files of before the study grew, which do not count; None where it holds none.
    """
    names = (arm.name for arm in study.arms)
    if manifest is None or not manifest.grows:
        return tuple(name for name in names if not animal_path(out, name, number).is_file())
    return tuple(name for name in names if not _is_finished(out, name, number, manifest))


def _is_finished(out: Path, arm: str, number: int, manifest: Manifest) -> bool:
    path = animal_path(out, arm, number)
    if not path.is_file():
        return False
    return not manifest.arm(arm).earlier_fingerprints or is_of_now(path, manifest, arm, number)


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
    """The manifest of the same study in `out`, or of an earlier state of it; None where the folder has none.

    UserError where it is another study.
    """
    if not (out / MANIFEST).is_file():
        if (out / STUDY_FILE).exists() or (out / "animals").exists():
            raise UserError(f"{out}: it holds files of a study but no {MANIFEST}; choose another folder.")
        return None
    manifest = read_manifest(out)
    if manifest.extra.get("model") != model_fingerprint():
        was = manifest.extra.get("versions", {}).get("bluespot", "?")
        raise UserError(
            f"{out}: it was begun by bluespot {was} with other numbers than this one (bluespot {__version__}) has, "
            "so that new animals could not be compared with those in it; choose another folder."
        )
    if manifest.extra.get("fingerprint") != study.fingerprint():
        _tell_growth(study, manifest, out)
    return manifest


def _tell_growth(study: Study, manifest: Manifest, out: Path) -> None:
    """Log by what the study has grown; UserError where the folder holds another study than an earlier state of it."""
    try:
        earlier = read_study(inside(out, STUDY_FILE))
    except UserError:
        earlier = None
    if earlier is None or not all(arm.fingerprint for arm in manifest.arms):
        raise UserError(
            f'{out}: it holds another study, "{manifest.study}"; choose another folder, nothing was changed.'
        )
    try:
        found = growth(earlier, study)
    except UserError as error:
        raise UserError(f"{out}: {error}") from None
    _LOG.info(f"{out}: the study has grown by: {found}.")


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
            regimen.schedule_in_words,
            regimen.from_day,
            regimen.hour,
            arm.ranges or "",
        )
        for regimen in arm.treatments
    )


def _versions() -> dict[str, str]:
    packages = {name: importlib.metadata.version(name) for name in ("brian2", "numpy", "scipy", "h5py")}
    return {"bluespot": __version__, "python": platform.python_version(), **packages}
