"""The finished animals of a study folder, or of several folders that are read as one, once they are known to fit.

Of several folders, arms of one name that are not the same have the name of their folder behind their own, and animals
that are other animals have other numbers. What the folders do not have in common is told in notes.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import UserError
from results.files.arrays import COLUMN_GROUPS, AnimalArrays, Groups
from results.files.folder import GROWS, Manifest, ManifestArm, finished_animals, read_checked_arrays, read_manifest
from results.files.inside import inside
from results.files.reading import read_content_checksum, read_identity

#: Between the name of an arm and that of its folder.
OF_FOLDER = "@"
#: Numbers of animals that are others than those of the first folder begin behind a multiple of this, or of a larger
#: power of ten where there are more animals.
FEWEST_NUMBERS = 1000
#: How the note on folders of two models begins.
NOT_OF_ONE_MODEL = "NOT OF ONE MODEL"
#: What is told where it is not the same in two folders, besides the model and the numerics.
_TOOLS = ("bluespot_version", "brian2_version", "numpy_version", "scipy_version", "compiler")


@dataclass(frozen=True)
class FiledAnimal:
    """A finished animal.

    Attributes
    ----------
    arm, number
        As it is called in what is read.
    path
        Its file.
    manifest
        Of the folder in which the file stands.
    filed_as
        Arm and number by which that folder has it.
    """

    arm: ManifestArm
    number: int
    path: Path
    manifest: Manifest
    filed_as: tuple[str, int]

    def read(self, groups: Groups = COLUMN_GROUPS) -> AnimalArrays:
        """Its columns, under the name and number that it has in what is read; checked as `read_checked_arrays`."""
        arrays = read_checked_arrays(self.path, self.manifest, *self.filed_as, groups)
        if self.filed_as == (self.arm.name, self.number):
            return arrays
        return replace(arrays, attributes={**arrays.attributes, "arm": self.arm.name, "animal": self.number})


@dataclass(frozen=True)
class FiledStudy:
    """The finished animals of a study folder, or of several that are read as one.

    Attributes
    ----------
    folders
        In the order in which they were given.
    manifest
        Of the folder, or of all of them together.
    animals
        Arm by arm.
    origin, twins
        Arm -> position of its folder, and of the first folder whose animals of a number are the same as its own.
    alike
        (arm, arm of an earlier folder) of one name, circuit, treatment and manipulation.
    notes
        What the folders have not in common, and what follows; a line each.
    """

    folders: tuple[Path, ...]
    manifest: Manifest
    animals: tuple[FiledAnimal, ...]
    origin: Mapping[str, int]
    twins: Mapping[str, int]
    alike: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def places(self) -> dict[tuple[str, int], FiledAnimal]:
        """(arm, number) -> the animal."""
        return {(each.arm.name, each.number): each for each in self.animals}


@dataclass
class _Folder:
    """One of several folders: its manifest, its finished animals, what the first says of its making, its short name."""

    path: Path
    manifest: Manifest
    files: dict[tuple[str, int], Path]
    label: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    shift: int = 0
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> _Folder:
        manifest = read_manifest(path)
        files = {(arm.name, number): file for arm, number, file in finished_animals(path, manifest)}
        facts = read_identity(next(iter(files.values()))) if files else {}
        return cls(path, manifest, files, facts=facts)

    @property
    def drawn_by(self) -> tuple[int, Any]:
        """What the draw of an animal follows from, besides its number."""
        return self.manifest.seed, self.manifest.extra.get("size")


def filed(*folders: Path | str) -> FiledStudy:
    """Find the finished animals of one study folder, or of several.

    Raises
    ------
    UserError
        For what is no folder of a study, a folder that is given twice, and of several for one without an animal.
    """
    paths = tuple(Path(folder) for folder in folders)
    if len(paths) == 1:
        manifest = read_manifest(paths[0])
        animals = (
            FiledAnimal(arm, number, path, manifest, (arm.name, number))
            for arm, number, path in finished_animals(paths[0], manifest)
        )
        nothing = dict.fromkeys((arm.name for arm in manifest.arms), 0)
        return FiledStudy(paths, manifest, tuple(animals), nothing, nothing)
    return _joined(_opened(paths))


def _opened(paths: Sequence[Path]) -> list[_Folder]:
    for path, count in Counter(path.resolve() for path in paths).items():
        if count > 1:
            raise UserError(f"{path}: this folder is given twice.")
    found = [_Folder.of(path) for path in paths]
    for each, label in zip(found, _labels(paths), strict=True):
        each.label = label
        if not each.files:
            raise UserError(f"{each.path}: none of its animals is finished.")
    return found


def _labels(paths: Sequence[Path]) -> list[str]:
    """A short name for each folder: its own, with those above it as far as others have the same."""
    parts = [path.resolve().parts[1:] or ("root",) for path in paths]
    for count in range(1, max(map(len, parts)) + 1):
        found = ["-".join(each[-count:]) for each in parts]
        if len(set(found)) == len(found):
            return found
    return [f"{each[-1]}-{k + 1}" for k, each in enumerate(parts)]


def _joined(found: list[_Folder]) -> FiledStudy:
    """Several folders as one study."""
    twins = _numbered(found)
    shared = _named(found)
    arms: dict[str, ManifestArm] = {}
    origin: dict[str, int] = {}
    for k, each in enumerate(found):
        for arm in each.manifest.arms:
            name = each.names[arm.name]
            arms.setdefault(name, replace(arm, name=name, earlier_fingerprints=()))
            origin.setdefault(name, k)
    return FiledStudy(
        tuple(each.path for each in found),
        _manifest(found, tuple(arms.values())),
        tuple(_animals(found, arms)),
        origin,
        {name: twins[k] for name, k in origin.items()},
        tuple(_alike(found)),
        tuple(_notes(found, twins, shared)),
    )


def _numbered(found: list[_Folder]) -> list[int]:
    """Give animals that are others other numbers; of each folder the first that has the same animals."""
    first_of: dict[tuple[int, Any], int] = {}
    twins = [first_of.setdefault(each.drawn_by, k) for k, each in enumerate(found)]
    most = max(number for each in found for number in each.manifest.animals)
    step = max(FEWEST_NUMBERS, 10 ** len(str(most)))
    for each, group in zip(found, twins, strict=True):
        each.shift = step * sorted(set(twins)).index(group)
    return twins


def _animals(found: list[_Folder], arms: Mapping[str, ManifestArm]) -> Iterator[FiledAnimal]:
    """The finished animals of all folders, arm by arm; those that several folders have once."""
    for name, arm in arms.items():
        seen: dict[int, FiledAnimal] = {}
        for each in found:
            own = {(each.names[filed], number): (filed, number) for filed, number in each.files}
            for place in ((name, number) for number in each.manifest.animals if (name, number) in own):
                number = place[1] + each.shift
                path = each.files[own[place]]
                seen.setdefault(number, FiledAnimal(arm, number, path, each.manifest, own[place]))
        yield from (seen[number] for number in sorted(seen))


def _named(found: list[_Folder]) -> list[str]:
    """Give each arm its name in what is read, and return those that several folders share."""
    shared: list[str] = []
    for name in dict.fromkeys(arm.name for each in found for arm in each.manifest.arms):
        having = [each for each in found if any(arm.name == name for arm in each.manifest.arms)]
        one = len(having) == 1 or all(_is_same_arm(having[0], other, name) for other in having[1:])
        shared += [name] if one and len(having) > 1 else []
        for each in having:
            each.names[name] = name if one else f"{name}{OF_FOLDER}{each.label}"
    return shared


def _is_same_arm(one: _Folder, other: _Folder, name: str) -> bool:
    """Whether an arm holds the same animals in both folders: made alike, and with one content where both have one."""
    arms = [each.manifest.arm(name) for each in (one, other)]
    models = [each.manifest.extra.get("model") for each in (one, other)]
    if not arms[0].fingerprint or arms[0].fingerprint != arms[1].fingerprint or None in models or len(set(models)) > 1:
        return False
    if any(arm.earlier_fingerprints for arm in arms):
        return False
    both = [number for arm, number in one.files if arm == name and (name, number) in other.files]
    return all(
        read_content_checksum(one.files[name, number]) == read_content_checksum(other.files[name, number])
        for number in both
    )


def _alike(found: list[_Folder]) -> Iterator[tuple[str, str]]:
    """Arms of one name in two folders that do the same and are not the same animals, with that of the first folder."""
    first: dict[tuple[str, ...], str] = {}
    for each in found:
        for arm in each.manifest.arms:
            name = each.names[arm.name]
            other = first.setdefault((arm.name, arm.circuit, arm.treatment, arm.manipulation), name)
            if other != name:
                yield name, other


def _manifest(found: list[_Folder], arms: tuple[ManifestArm, ...]) -> Manifest:
    """What all folders hold together; what is not the same in all of them is left out."""
    own = {
        arm.name: sorted(
            {k + each.shift for each in found if arm.name in each.names.values() for k in each.manifest.animals}
        )
        for arm in arms
    }
    extra: dict[str, Any] = {
        "analyses": list(dict.fromkeys(name for each in found for name in each.manifest.extra.get("analyses", ()))),
        "cut_offs": {name: end for each in found for name, end in each.manifest.extra.get("cut_offs", {}).items()},
    }
    for key in ("size", "model"):
        values = {each.manifest.extra.get(key) for each in found}
        extra |= {key: values.pop()} if len(values) == 1 else {}
    names = " + ".join(dict.fromkeys(each.manifest.study for each in found))
    every = tuple(sorted({number for numbers in own.values() for number in numbers}))
    numbers = {name: tuple(numbers) for name, numbers in own.items()}
    return Manifest(names, arms, every, found[0].manifest.seed, extra, numbers)


def _notes(found: list[_Folder], twins: Sequence[int], shared: Sequence[str]) -> Iterator[str]:
    yield "Several folders: " + "; ".join(f'{each.path} (study "{each.manifest.study}")' for each in found) + "."
    if shared:
        yield f"The same animals in several folders, taken once: {', '.join(shared)}."
    renamed = [each for each in found if any(name != own for own, name in each.names.items())]
    if renamed:
        ends = ", ".join(f"{OF_FOLDER}{each.label} is of {each.path}" for each in renamed)
        yield f"Arms of one name that are not the same: {ends}."
    for each, group in zip(found[1:], twins[1:], strict=True):
        yield _paired(found[0], each, alike=group == 0)
        yield from _unlike(found[0], each)
    yield from (f"{each.path}: {GROWS}" for each in found if each.manifest.grows)


def _paired(first: _Folder, other: _Folder, alike: bool) -> str:
    """Whether animals of one number are the same animal in both folders."""
    seeds = [f"seed {seed}, size {size if size is not None else 'not known'}" for seed, size in
             (each.drawn_by for each in (first, other))]  # fmt: skip
    if alike:
        return f"Animal 1 is the same animal in {first.path} and {other.path} ({seeds[0]}): they are compared in pairs."
    return (
        f"{other.path} has other animals ({seeds[1]}) than {first.path} ({seeds[0]}): its animal 1 is called "
        f"{other.shift + 1}, and arms of both are compared as groups that are not paired (Welch)."
    )


def _unlike(first: _Folder, other: _Folder) -> Iterator[str]:
    """What the animals of two folders were not made alike with."""
    models = [each.manifest.extra.get("model", "not known") for each in (first, other)]
    if models[0] != models[1] or "not known" in models:
        versions = [each.manifest.extra.get("versions", {}).get("bluespot", "?") for each in (first, other)]
        yield (
            f"{NOT_OF_ONE_MODEL}: {first.path} was made with the numbers {models[0]} (bluespot {versions[0]}), "
            f"{other.path} with {models[1]} (bluespot {versions[1]}). What differs between their arms may be the model."
        )
    made = [_made_with(each.facts) for each in (first, other)]
    words = [
        f"{name} {made[0].get(name, 'not known')} and {made[1].get(name, 'not known')}"
        for name in {**made[0], **made[1]}
        if made[0].get(name) != made[1].get(name)
    ]
    if words:
        yield f"{first.path} and {other.path} were made with other tools: {'; '.join(words)}."
    own = [_extensions(each.path) for each in (first, other)]
    names = [name for name in {**own[0], **own[1]} if own[0].get(name) != own[1].get(name)]
    if names:
        yield f"{first.path} and {other.path} have not the same extensions: {', '.join(names)}."


def _made_with(facts: Mapping[str, Any]) -> dict[str, str]:
    """In words with what an animal was made: packages, compiler, and how finely time was split."""
    numerics = facts.get("numerics", {})
    own = {name.removesuffix("_version"): facts[name] for name in _TOOLS if name in facts}
    split = {name.replace("_", " "): value for name, value in numerics.items()} if isinstance(numerics, dict) else {}
    return {name: str(value) for name, value in {**own, **split}.items()}


def _extensions(folder: Path) -> dict[str, Any]:
    """The extensions of a study by name, as far as its file tells them."""
    try:
        tables = tomllib.loads(inside(folder, "study.toml").read_text("utf-8")).get("extensions", [])
        return {str(table["name"]): table for table in tables}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
