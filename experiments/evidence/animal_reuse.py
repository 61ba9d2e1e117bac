"""Takes over finished animals from other study folders, so that equal animals are simulated once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from experiments.protocol.study import Study
from results.files.atomic import new_file
from results.files.folder import MANIFEST, Manifest, animal_path, read_manifest


def take_over_animals(study: Study, folder: Path, studies: Path) -> None:
    """Link into `folder` the animals of `study` that another folder in `studies` has finished.

    Animals are equal where the protocol (the study's name), the arm, the number, the model and the versions are.
    """
    wanted = read_manifest(folder)
    for other in sorted(path.parent for path in studies.glob(f"{study.name}-*/{MANIFEST}")):
        manifest = read_manifest(other)
        if other == folder or manifest.study != study.name or _made_with(manifest) != _made_with(wanted):
            continue
        for arm in study.arms:
            for number in range(1, study.animals + 1):
                _link(animal_path(other, arm.name, number), animal_path(folder, arm.name, number))


def _made_with(manifest: Manifest) -> dict[str, Any]:
    """Model, versions and whatever else animals follow from besides their arm."""
    return {key: value for key, value in manifest.extra.items() if key != "fingerprint"}


def _link(there: Path, here: Path) -> None:
    """One file under both names where the file system allows it, else a copy, complete or not at all."""
    if here.exists() or not there.is_file():
        return
    here.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(there, here)
    except OSError:
        with new_file(here, replace=True) as part:
            shutil.copyfile(there, part)
