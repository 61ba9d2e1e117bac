"""The folder of one study: its manifest, where each animal's file stands, and one file that links to them all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import h5py

from core.errors import UserError
from results.atomic import write_text
from results.reading import read_attributes, read_counts
from results.writing import SONATA_MAGIC, SONATA_VERSION, new_hdf5

MANIFEST = "manifest.json"
COHORT = "cohort.h5"
COMPARE = "compare"


@dataclass(frozen=True)
class Given:
    """One drug of a treatment: `dose` as it was written ("10 mg/kg"), by `route` and `schedule` from hour `hour` of
    `from_day` on. drug_class: such as "SNRI". ranges: how its uncertain numbers were taken, "" for as they stand.
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
    def called(self) -> str:
        """The drug, and how its numbers were taken where that is not as usual."""
        return f"{self.drug} (numbers {self.ranges})" if self.ranges else self.drug


@dataclass(frozen=True)
class Arm:
    """One condition as the comparison sees it.

    An arm is compared with the arms that differ from it in one of circuit, treatment and manipulation, and stand
    at `sham`, `vehicle` and "" there. dosing_days: (first, last) day of each dosing period, for the figures. given:
    the drugs of the treatment, for the analyses.
    """

    name: str
    circuit: str
    treatment: str
    manipulation: str = ""
    dosing_days: tuple[tuple[float, float], ...] = ()
    given: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What a study folder is to hold: arms in the order to show them, animal numbers, seed; extra: anything else."""

    study: str
    arms: tuple[Arm, ...]
    animals: tuple[int, ...]
    seed: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    def arm(self, name: str) -> Arm:
        """The arm of that name; KeyError where there is none."""
        return {arm.name: arm for arm in self.arms}[name]


def animal_path(out: Path | str, arm: str, animal: int) -> Path:
    """`OUT/animals/<arm>/<arm>-NNN.h5`. Raises UserError for an arm whose name cannot be that of a folder."""
    if not arm or arm.startswith(".") or any(letter in arm for letter in '/\\:*?"<>|\0'):
        raise UserError(f'arm "{arm}": its name is that of a folder too, so it has no "/" and no leading ".".')
    return Path(out) / "animals" / arm / f"{arm}-{animal:03d}.h5"


def write_manifest(out: Path | str, manifest: Manifest) -> None:
    """Write `OUT/manifest.json` anew, complete or not at all. Raises UserError where the folder cannot be written."""
    content = {
        "study": manifest.study,
        "seed": manifest.seed,
        "animals": list(manifest.animals),
        "arms": [asdict(arm) for arm in manifest.arms],
        **manifest.extra,
    }
    write_text(Path(out) / MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n", replace=True)


def read_manifest(out: Path | str) -> Manifest:
    """The manifest of a study folder. `animals` may be a count (1 to n) or a list of numbers.

    Raises UserError where there is none, where it is no JSON, or where it lacks a key.
    """
    path = Path(out) / MANIFEST
    try:
        content = json.loads(path.read_text("utf-8"))
        return _manifest(content)
    except FileNotFoundError as error:
        raise UserError(f"{out}: no {MANIFEST} in it, so it is not the folder of a study.") from error
    except NotADirectoryError as error:
        raise UserError(f"{out}: it is a file; expected the folder of a study.") from error
    except OSError as error:
        raise UserError(f"{path}: it cannot be read: {error.strerror}.") from error
    except KeyError as error:
        raise UserError(f"{path}: it lacks {error.args[0]!r}.") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: it is no manifest of a study ({error}).") from error


def finished_animals(out: Path | str, manifest: Manifest) -> Iterator[tuple[Arm, int, Path]]:
    """(arm, animal, path) of every file of the manifest that is there, arm by arm."""
    for arm in manifest.arms:
        for animal in manifest.animals:
            path = animal_path(out, arm.name, animal)
            if path.is_file():
                yield arm, animal, path


def write_cohort(out: Path | str) -> Path:
    """Write `OUT/cohort.h5`, whose `/spikes` links to every population of every finished animal; returns its path.

    A link is called `<arm>__<animal>__<population>`, flat, as readers of SONATA see one level only, and relative,
    so that the folder can be moved. Raises UserError for a damaged animal or a folder that cannot be written.
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


def check_identity(path: Path, arm: str, animal: int) -> None:
    """Raise UserError where the file at the place of one animal holds another one (a copied or renamed file)."""
    found = read_attributes(path)
    if (found["arm"], found["animal"]) != (arm, animal):
        raise UserError(
            f"{path}: it holds animal {found['animal']} of arm {found['arm']}, not animal {animal} of arm {arm}; "
            "files of a study are not to be renamed."
        )


def _manifest(content: dict[str, Any]) -> Manifest:
    animals = content["animals"]
    numbers = range(1, animals + 1) if isinstance(animals, int) else animals
    known = {"study", "seed", "animals", "arms"}
    return Manifest(
        study=content["study"],
        arms=tuple(_arm(arm) for arm in content["arms"]),
        animals=tuple(int(number) for number in numbers),
        seed=int(content.get("seed", 0)),
        extra={key: value for key, value in content.items() if key not in known},
    )


def _arm(entry: dict[str, Any]) -> Arm:
    return Arm(
        name=entry["name"],
        circuit=entry["circuit"],
        treatment=entry["treatment"],
        manipulation=entry.get("manipulation", ""),
        dosing_days=tuple((float(first), float(last)) for first, last in entry.get("dosing_days", ())),
        given=tuple(Given(**given) for given in entry.get("given", ())),
    )
