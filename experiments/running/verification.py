"""Whether a study folder or an animal's file is whole, and is what it says that it is: everything in it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from core.errors import UserError
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
from experiments.laboratory.replay import Past, arm_of, made_of, study_of
from experiments.protocol.study_file import read_study
from experiments.running.study_folder import STUDY_FILE, manifest_of
from experiments.version import __version__
from results.files.arrays import read_arrays
from results.files.folder import (
    COHORT,
    MANIFEST,
    Manifest,
    ManifestArm,
    animal_path,
    read_checked_arrays,
    read_manifest,
)
from results.files.inside import inside
from results.files.opening import read_cohort
from results.files.reading import read_animal, read_identity


@dataclass(frozen=True)
class Verification:
    """What a folder or a file was found to be.

    Attributes
    ----------
    path : Path
        What was looked at.
    whole : int
        Animals whose files were read to the end and are what they should be.
    there, wanted : int
        Animals that have a file, and those that the study has.
    faults : tuple of str
        What is wrong, each in one line that begins with the file.
    remarks : tuple of str
        What is not wrong, yet is to be known: what could not be checked, and why.
    """

    path: Path
    whole: int
    there: int
    wanted: int
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def verify(path: Path) -> Verification:
    """Read all of a study folder or of an animal's file, and check what it says of itself.

    Of a file: checksums, structure, every value and spike, and whether its study is that of its fingerprint. Of a
    folder besides: whether its manifest is that of its study, each animal is the one of its place, and no other file
    lies among them.

    Parameters
    ----------
    path
        The folder of a study, or the file of an animal.

    Raises
    ------
    UserError
        Where there is neither.
    """
    if not path.exists():
        raise UserError(f"{path}: there is no such file or folder.")
    if not path.is_dir():
        faults = list(_of_animal(path))
        return Verification(path, int(not faults), 1, 1, tuple(faults), tuple(_of_whole([path], faults)))
    return _of_folder(path)


def _of_folder(out: Path) -> Verification:
    try:
        manifest = read_manifest(out)
    except UserError as error:
        return Verification(out, 0, 0, 0, (str(error),))
    faults = list(_of_study(out, manifest))
    files, whole = [], []
    for arm in manifest.arms:
        for number in manifest.animals:
            try:
                path = animal_path(out, arm.name, number)
                found = list(_of_animal(path, manifest, (arm.name, number))) if path.is_file() else None
            except UserError as error:
                path, found = out / "animals" / arm.name / f"{arm.name}-{number:03d}.h5", [str(error)]
            if found is not None:
                files.append(path)
                faults += found
                whole += [] if found else [path]
    faults += _of_others(out, files)
    faults += _of_cohort(out, {(path.parent.name, path.stem): path for path in files})
    wanted = len(manifest.arms) * len(manifest.animals)
    remarks = (*_other_versions(manifest), *_of_whole(whole, ()), *_of_growth(manifest, whole))
    return Verification(out, len(whole), len(files), wanted, tuple(dict.fromkeys(faults)), remarks)


def _of_animal(path: Path, manifest: Manifest | None = None, place: tuple[str, int] = ("", 0)) -> Iterator[str]:
    """What is wrong with the file of an animal, read to its end."""
    try:
        if manifest is None:
            read_arrays(path)
        else:
            read_checked_arrays(path, manifest, *place)
        _check_own_study(Past(path, read_animal(path)))
    except UserError as error:
        yield from str(error).split("\n")


def _check_own_study(past: Past) -> None:
    """UserError where the study that a file holds is not the one whose fingerprint it has."""
    facts = past.record.provenance
    if "study_toml" not in facts or facts.get("bluespot_version") != __version__:
        return
    study = study_of(past)
    own = study.only([arm_of(past, study).name]).fingerprint()
    made_of(past, study)
    if own != facts.get("fingerprint"):
        raise UserError(
            f"{past.path}: its study has the fingerprint {own}, its provenance says {facts.get('fingerprint')}; one of "
            "them was changed."
        )


def _of_study(out: Path, manifest: Manifest) -> Iterator[str]:
    """What is wrong between `study.toml` and the manifest."""
    try:
        path = inside(out, STUDY_FILE)
        if not path.is_file():
            yield f"{path}: it is missing; without it the folder does not say what was done."
            return
        study = read_study(path)
    except UserError as error:
        yield from str(error).split("\n")
        return
    if _made_here(manifest):
        wanted = manifest_of(study, manifest.animals)
        yield from (f"{out / MANIFEST}: {what}" for what in _unlike(manifest, wanted))


def _made_here(manifest: Manifest) -> bool:
    """Whether this version wrote the manifest, so that it would write the same again."""
    return bool(manifest.extra.get("versions", {}).get("bluespot") == __version__)


def _unlike(found: Manifest, wanted: Manifest) -> Iterator[str]:
    """Fields of a manifest that do not follow from the study."""
    for name, was, should in (("study", found.study, wanted.study), ("seed", found.seed, wanted.seed)):
        if was != should:
            yield f"{name} is {was!r}; from {STUDY_FILE} follows {should!r}."
    for name in ("size", "fingerprint", "analyses", "cut_offs"):
        if found.extra.get(name) != wanted.extra[name]:
            yield f"{name} is {found.extra.get(name)!r}; from {STUDY_FILE} follows {wanted.extra[name]!r}."
    names = [[arm.name for arm in each.arms] for each in (found, wanted)]
    if names[0] != names[1]:
        yield f"arms are {', '.join(names[0])}; from {STUDY_FILE} follow {', '.join(names[1])}."
        return
    for was_arm, should_arm in zip(found.arms, wanted.arms, strict=True):
        for each in (each for each in fields(ManifestArm) if each.name != "earlier_fingerprints"):
            was, should = getattr(was_arm, each.name), getattr(should_arm, each.name)
            if was != should:
                yield f"{each.name} of arm {was_arm.name} is {_shown(was)}; from {STUDY_FILE} follows {_shown(should)}."


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _of_others(out: Path, known: list[Path]) -> Iterator[str]:
    """Files among those of animals that are none of the study."""
    if (out / "animals").is_symlink():
        return
    for path in sorted(out.glob("animals/*/*")):
        if path not in known and not path.name.startswith("."):
            yield f"{path}: it is no animal of {MANIFEST}."


def _of_cohort(out: Path, files: dict[tuple[str, str], Path]) -> Iterator[str]:
    """What is wrong with the file of links."""
    path = out / COHORT
    if not path.exists():
        return
    try:
        links = read_cohort(inside(out, COHORT))
    except UserError as error:
        yield str(error)
        return
    if links is None:
        yield f"{path}: it is no file of links to animals; `bluespot run` of the study writes it again."
        return
    for arm, number in sorted({(arm, number) for arm, number, _ in links}):
        if (arm, f"{arm}-{number:03d}") not in files:
            yield f"{path}: it links to animal {number} of arm {arm}, which is not there."


def _other_versions(manifest: Manifest) -> Iterator[str]:
    if not _made_here(manifest):
        made = manifest.extra.get("versions", {}).get("bluespot", "another version")
        yield f"{MANIFEST} was written by bluespot {made}; that it follows from {STUDY_FILE} cannot be checked."
    model = manifest.extra.get("model")
    if model is not None and model != model_fingerprint():
        yield f"the animals were made with other numbers of the model ({model}) than this bluespot has."


def _of_whole(whole: list[Path], faults: list[str] | tuple[str, ...]) -> Iterator[str]:
    """How many whole animals are flagged, and how many have no checksums, so that a change is not noticed."""
    flagged = [path for path in whole if not faults and read_arrays(path, ("flags",))["flags"]]
    if flagged:
        names = ", ".join(path.stem for path in flagged[:5]) + (", ..." if len(flagged) > 5 else "")
        yield f"{len(flagged)} animals are flagged, for what no circuit does ({names}): see `bluespot inspect FILE`."
    old = [path for path in whole if not faults and read_arrays(path, ()).format_version < 2]
    if old:
        yield f"{len(old)} files have format version 1, which has no checksums and no fingerprint."


def _of_growth(manifest: Manifest, whole: list[Path]) -> Iterator[str]:
    """How many whole animals are of the study before it grew."""
    earlier = {found for arm in manifest.arms for found in arm.earlier_fingerprints}
    old = [path for path in whole if earlier and read_identity(path).get("fingerprint") in earlier]
    if old:
        yield (
            f"{len(old)} animals are of the study before it grew, and lack what was added; `bluespot run` of "
            f"{STUDY_FILE} goes on."
        )
