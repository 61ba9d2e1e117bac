"""Animals whose study has grown: their files of before, what of each still holds, and what that means in words."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.days import day_and_hour
from results.files.folder import animal_path
from results.files.reading import read_identity

if TYPE_CHECKING:
    from experiments.laboratory.continuing.same_history import Continued
    from experiments.protocol.study import Study
    from experiments.running.study_folder import Missing

_LOG = logging.getLogger("bluespot")

#: Animal number -> arm -> what its file of before holds for the study as it is now.
FilesOfBefore = Mapping[int, Mapping[str, "Continued"]]


def earlier_files(study: Study, out: Path, missing: Missing) -> FilesOfBefore:
    """What holds of the files of before that unfinished animals have, said in the log before any of them is run.

    Raises UserError for a file that cannot be read.
    """
    files = {
        (number, arm): path
        for number, arms in missing.items()
        for arm in arms
        if (path := animal_path(out, arm, number)).is_file()
    }
    known: dict[str, Continued] = {}
    past: dict[int, dict[str, Continued]] = {}
    for (number, arm), path in files.items():
        past.setdefault(number, {})[arm] = _of_file(read_identity(path), study, arm, known)
    for line in _in_words([each for arms in past.values() for each in arms.values()]):
        _LOG.info(f"{out}: {line}")
    return past


def _of_file(facts: Mapping[str, Any], study: Study, arm: str, known: dict[str, Continued]) -> Continued:
    """What holds of a file; files that were made alike are looked at once."""
    from experiments.laboratory.continuing.same_history import continued

    alike = {
        key: value for key, value in facts.items() if key not in ("study_toml", "animal", "variability", "drug_numbers")
    }
    key = repr(sorted(alike.items()))
    if key not in known:
        known[key] = continued(facts, study.only([arm]))
    return known[key]


def _in_words(found: list[Continued]) -> Iterator[str]:
    whole = sum(each.parts == inf for each in found)
    if whole:
        yield f"{whole} animals go on: what is in their files stays as it is, and is not simulated again."
    changed = [each.parts for each in found if not each.why and each.parts < inf]
    if changed:
        day, hour = day_and_hour(min(changed))
        yield (
            f"{len(changed)} animals change from day {day}, hour {hour:g} on, where something comes in between and "
            "moves their slow clock; from there on they are simulated anew."
        )
    for why in dict.fromkeys(each.why for each in found if each.why):
        yield f"{sum(each.why == why for each in found)} animals are simulated anew: {why}."
    if found:
        yield "each of them keeps its file until the new one is whole."
