"""With what the animals of a study were made: compiler, commit and machine of the first, checksums of all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from results.files.opening import opened
from results.files.reading import read_animal
from results.study import StudyResults

_TOLD = {"compiler": "compiler", "flags": "compiler flags"}
_OF_MACHINE = {"commit": "commit", "processor": "processor", "system": "system"}


def made_with(study: StudyResults) -> dict[str, str]:
    """Facts of the first animal that is finished, as its file says them; none where no animal is."""
    if not study.finished:
        return {}
    record = read_animal(study.finished[0][2], spikes=False)
    facts = {name: record.provenance[key] for key, name in _TOLD.items() if key in record.provenance}
    facts |= {name: record.machine[key] for key, name in _OF_MACHINE.items() if key in record.machine}
    return {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in facts.items()}


def checksums(study: StudyResults) -> list[tuple[str, int, str]]:
    """(arm, animal, checksum) of the content of each file; "" of files of format version 1, which have none."""
    return list(_checksums(study))


def checksum_of_all(found: list[tuple[str, int, str]]) -> str:
    """One checksum of all animals of a study: BLAKE2b of lines `arm animal checksum`; "" where one has none."""
    if not found or not all(checksum for _, _, checksum in found):
        return ""
    lines = "\n".join(f"{arm} {animal} {checksum}" for arm, animal, checksum in found)
    return hashlib.blake2b(lines.encode(), digest_size=16).hexdigest()


def _checksums(study: StudyResults) -> Iterator[tuple[str, int, str]]:
    for arm, animal, path in study.finished:
        with opened(path) as file:
            yield arm.name, animal, str(file.attrs.get("content_checksum", ""))
