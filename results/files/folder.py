"""The folder of a study: its manifest, the place of each animal's file, and `cohort.h5`, which links to all of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import h5py

from core.days import hours_from_surgery
from core.errors import UserError
from results.files.arrays import COLUMN_GROUPS, AnimalArrays, Groups, arrays_of, names_by_group
from results.files.atomic import write_text
from results.files.inside import inside
from results.files.new_hdf5 import new_hdf5
from results.files.opening import opened
from results.files.reading import identity_of, read_counts, read_identity
from results.files.schema.manifest import NO_FOLDER, check_manifest
from results.files.writing import SONATA_MAGIC, SONATA_VERSION

MANIFEST = "manifest.json"
COHORT = "cohort.h5"
COMPARE = "compare"
#: What is told of a folder that `Manifest.grows`.
GROWS = (
    "The study of this folder has grown, and some of its animals have not yet: they lack what was added. `bluespot "
    "run` of the study goes on."
)


@dataclass(frozen=True)
class DosingRecord:
    """One drug of an arm's treatment, as the manifest keeps it.

    Attributes
    ----------
    drug, drug_class
        Name and class, such as "duloxetine" and "SNRI".
    dose
        As the study wrote it, such as "10 mg/kg".
    route, schedule
        Such as "s.c." and "daily".
    from_day, hour
        Day from surgery and hour of that day at which dosing begins.
    ranges
        Which values of the drug's uncertain numbers were taken: "low", "high", "sampled", or "" for those in use.
    """

    drug: str
    drug_class: str
    dose: str
    route: str
    schedule: str
    from_day: int
    hour: float = 0.0
    ranges: str = ""

    @property
    def label(self) -> str:
        """Name of the drug, followed by `ranges` where its uncertain numbers are not those in use."""
        return f"{self.drug} (numbers {self.ranges})" if self.ranges else self.drug


@dataclass(frozen=True)
class ManifestArm:
    """One arm of a study, as the manifest describes it to the comparison.

    An arm is compared with every arm that differs from it in one of circuit, treatment and manipulation only, and has
    the baseline value there: `sham` or `naive`, `vehicle`, or "" (`results.comparison.contrasts`).

    Attributes
    ----------
    name
        Also the name of the folder of its animals.
    circuit, treatment, manipulation
        Such as "ligated", "duloxetine 10 mg/kg s.c. daily from day 14" and "DSP-4"; "" for no manipulation.
    dosing_days
        (first, last) day from surgery of each dosing period, which the figures shade.
    dosing_records
        The drugs of the treatment, which the analyses read; `given` in the file.
    fingerprint
        Of all that makes the arm's animals, as each of their files has it; "" where it is not known.
    earlier_fingerprints
        Of the arm before the study grew, as long as files of that time may stand in the folder.
    """

    name: str
    circuit: str
    treatment: str
    manipulation: str = ""
    dosing_days: tuple[tuple[float, float], ...] = ()
    dosing_records: tuple[DosingRecord, ...] = ()
    fingerprint: str = ""
    earlier_fingerprints: tuple[str, ...] = ()

    @property
    def first_dose_hours(self) -> float:
        """Hours from surgery to the first dose; infinite where the treatment holds no drug."""
        return min((hours_from_surgery(r.from_day, r.hour) for r in self.dosing_records), default=float("inf"))


@dataclass(frozen=True)
class Manifest:
    """What a study folder holds, or will hold once all animals are finished.

    Attributes
    ----------
    study
        Name of the study.
    arms
        In the order in which tables and figures show them.
    animals
        Numbers of the animals of every arm.
    seed
        Of all random numbers.
    extra
        Other keys of the file, such as `size`, `versions` and `analyses`.
    own_animals
        Arm -> numbers of its animals, of several folders that are read as one; no manifest of a folder has it.
    """

    study: str
    arms: tuple[ManifestArm, ...]
    animals: tuple[int, ...]
    seed: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)
    own_animals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def arm(self, name: str) -> ManifestArm:
        """The arm called `name`; KeyError where there is none."""
        return {arm.name: arm for arm in self.arms}[name]

    def animals_of(self, name: str) -> tuple[int, ...]:
        """Numbers of the animals of an arm, finished or not."""
        return self.own_animals.get(name, self.animals)

    @property
    def grows(self) -> bool:
        """Whether the study has grown and files of before may stand in the folder: they lack what was added."""
        return any(arm.earlier_fingerprints for arm in self.arms)


def animal_path(out: Path | str, arm: str, animal: int) -> Path:
    """Path of an animal's file, `OUT/animals/<arm>/<arm>-NNN.h5`.

    UserError for a name that no folder can have, and for a link that leads out of the folder.
    """
    if not arm or arm.startswith(".") or any(letter in arm for letter in NO_FOLDER):
        raise UserError(f'arm "{arm}": its name is that of a folder too, so it has no "/" and no leading ".".')
    return inside(out, "animals", arm, f"{arm}-{animal:03d}.h5")


def write_manifest(out: Path | str, manifest: Manifest) -> None:
    """Write or replace `OUT/manifest.json`, complete or not at all; UserError where the folder cannot be written."""
    content = {
        "study": manifest.study,
        "seed": manifest.seed,
        "animals": list(manifest.animals),
        "arms": [_arm_entry(arm) for arm in manifest.arms],
        **manifest.extra,
    }
    write_text(Path(out) / MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n", replace=True)


def read_manifest(out: Path | str) -> Manifest:
    """Read the manifest of a study folder.

    In the file `animals` may be a list of numbers or a count n, which stands for 1 to n.

    Parameters
    ----------
    out
        The study folder.

    Raises
    ------
    UserError
        Where there is no manifest, or it is not one: no JSON, or without a key that it needs; where it is a link out of
        the folder.
    """
    path = inside(out, MANIFEST)
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: it is no regular file.")
        content = json.loads(path.read_text("utf-8"))
        check_manifest(content)
        return _manifest(content)
    except FileNotFoundError as error:
        if not Path(out).exists():
            raise UserError(f"{out}: there is no such folder.") from error
        raise UserError(f"{out}: no {MANIFEST} in it, so it is not the folder of a study.") from error
    except NotADirectoryError as error:
        raise UserError(f"{out}: it is a file; expected the folder of a study.") from error
    except OSError as error:
        raise UserError(f"{path}: it cannot be read: {error.strerror}.") from error
    except RecursionError as error:
        raise UserError(f"{path}: it is no manifest of a study (nested too deeply).") from error
    except ValueError as error:
        raise UserError(f"{path}: it is no manifest of a study ({' '.join(str(error).split())}).") from error


def finished_animals(out: Path | str, manifest: Manifest) -> Iterator[tuple[ManifestArm, int, Path]]:
    """Find the animals of a study that are finished.

    Parameters
    ----------
    out
        The study folder.
    manifest
        Its manifest, as `read_manifest` gives it.

    Yields
    ------
    ManifestArm, int, Path
        Arm, number and file of each finished animal, arm by arm.
    """
    for arm in manifest.arms:
        for animal in manifest.animals:
            path = animal_path(out, arm.name, animal)
            if path.is_file():
                yield arm, animal, path


def write_cohort(out: Path | str) -> Path:
    """Write `OUT/cohort.h5`, whose `/spikes` links to every population of every finished animal.

    A link is called `<arm>__<animal>__<population>`, because readers of SONATA see one level only. It is relative, so
    that the folder can be moved.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    UserError
        For a damaged animal, and where the folder cannot be written.
    """
    out = Path(out)
    links = {}
    for arm, animal, path in finished_animals(out, read_manifest(out)):
        for population in read_counts(path).names:
            target = os.path.relpath(path, out)
            links[f"{arm.name}__{animal:03d}__{population}"] = h5py.ExternalLink(target, f"/spikes/{population}")
    with new_hdf5(out / COHORT, replace=True) as file:
        file.attrs["magic"] = SONATA_MAGIC
        file.attrs["version"] = SONATA_VERSION
        spikes = file.create_group("spikes")
        for name, link in links.items():
            spikes[name] = link
    return out / COHORT


#: What a file and the manifest both know of how an animal was made, if they are new enough, and how it is called.
_IDENTITY = {
    "study": "the name",
    "seed": "the seed",
    "size": "the size",
    "fingerprint": "the fingerprint of all that is done to the animals of the arm",
    "model": "the fingerprint of the model's numbers",
}


def read_checked_arrays(
    path: Path, manifest: Manifest, arm: str, animal: int, groups: Groups = COLUMN_GROUPS
) -> AnimalArrays:
    """Read columns of an animal of a study, as `read_arrays`, once its file is known to be that of this animal.

    Raises
    ------
    UserError
        Where the file holds another animal than its place says, or one that was made otherwise: a renamed copy, or an
        animal of a study with another seed, day, dose or switch, or of another model. And as `read_arrays`.
    """
    wanted = names_by_group(groups)
    with opened(path, {**wanted, "provenance": None}) as file:
        _check_identity(identity_of(file), path, manifest, arm, animal)
        return arrays_of(file, path, wanted)


def is_of_now(path: Path, manifest: Manifest, arm: str, animal: int) -> bool:
    """Whether the file of an animal of a study has all that the study asks for now: it has grown with it.

    Raises
    ------
    UserError
        As `read_checked_arrays`: for a file that is none of this study, whole or as it was before it grew.
    """
    found = read_identity(path)
    _check_identity(found, path, manifest, arm, animal)
    return bool(found.get("fingerprint") == manifest.arm(arm).fingerprint)


def _check_identity(found: Mapping[str, Any], path: Path, manifest: Manifest, arm: str, animal: int) -> None:
    wanted = _wanted(manifest, arm)
    if found.get("fingerprint") in manifest.arm(arm).earlier_fingerprints:
        wanted.pop("fingerprint", None)
    if (found["arm"], found["animal"]) != (arm, animal):
        raise UserError(
            f"{path}: it holds animal {found['animal']} of arm {found['arm']}, not animal {animal} of arm {arm}; "
            "files of a study are not to be renamed."
        )
    for name in (name for name in wanted if name in found and found[name] != wanted[name]):
        raise UserError(
            f"{path}: it is no animal of this study: {_IDENTITY[name]} of the file is {found[name]}, that of the study "
            f"is {wanted[name]}. It was made by another study, or {MANIFEST} was changed."
        )


def _wanted(manifest: Manifest, arm: str) -> dict[str, Any]:
    known = {name: manifest.extra[name] for name in ("size", "model") if name in manifest.extra}
    fingerprint = manifest.arm(arm).fingerprint
    wanted = {"study": manifest.study, "seed": manifest.seed, **known}
    return wanted | ({"fingerprint": fingerprint} if fingerprint else {})


def _manifest(content: dict[str, Any]) -> Manifest:
    known, animals = {"study", "seed", "animals", "arms"}, content["animals"]
    return Manifest(
        study=content["study"],
        arms=tuple(_arm(arm) for arm in content["arms"]),
        animals=tuple(range(1, animals + 1)) if isinstance(animals, int) else tuple(animals),
        seed=content.get("seed", 0),
        extra={key: value for key, value in content.items() if key not in known},
    )


def _arm(entry: dict[str, Any]) -> ManifestArm:
    return ManifestArm(
        name=entry["name"],
        circuit=entry["circuit"],
        treatment=entry["treatment"],
        manipulation=entry.get("manipulation", ""),
        dosing_days=tuple((float(first), float(last)) for first, last in entry.get("dosing_days", ())),
        dosing_records=tuple(DosingRecord(**record) for record in entry.get("given", ())),
        fingerprint=entry.get("fingerprint", ""),
        earlier_fingerprints=tuple(entry.get("earlier_fingerprints", ())),
    )


def _arm_entry(arm: ManifestArm) -> dict[str, Any]:
    """An arm as the file has it, the reverse of `_arm`."""
    entry = asdict(arm)
    records = entry.pop("dosing_records")
    if_any = {name: found for name in ("fingerprint", "earlier_fingerprints") if (found := entry.pop(name))}
    return {**entry, "given": records, **if_any}
