"""The folder of a study whose animals, made in no time, say of themselves what simulated ones say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cohort_samples

from core.records import AnimalRecord
from experiments.laboratory.animal import NOTHING_PAST, plan
from experiments.laboratory.history import Numerics
from experiments.laboratory.provenance.facts import study_text, tools
from experiments.protocol.study import Study
from experiments.running.cohort import run
from experiments.running.matched_animals import AnimalRunner
from results.files.store import read_animal, write_animal


def write_verified_study(out: Path, study: Study | None = None) -> Path:
    """Run a study of two animals in each of two arms, or another one, with stand-ins for animals."""
    run(study or cohort_samples.small_study(2), out, runner=VERIFIED)
    return out


def run_matched_animals(
    study: Study, number: int, report: cohort_samples.Report, past: Mapping[str, Path] = NOTHING_PAST
) -> Iterator[AnimalRecord]:
    """Stand-ins that say of themselves what simulated animals say; they do not look at files of before."""
    for record in cohort_samples.run_matched_animals(study, number, report):
        yield replace(record, provenance=facts_of(study.only([record.arm]), number))


def first_animal_only(
    study: Study, number: int, report: cohort_samples.Report, past: Mapping[str, Path] = NOTHING_PAST
) -> Iterator[AnimalRecord]:
    if number > 1:
        raise ZeroDivisionError("stopped half-way")
    yield from run_matched_animals(study, number, report)


def facts_of(own: Study, number: int) -> dict[str, Any]:
    """What an animal of the only arm of a study says that it was made from."""
    return {
        "seed": own.seed,
        "size": own.size,
        "study_toml": study_text(own, number),
        "fingerprint": own.fingerprint(),
        "numerics": vars(Numerics(precision=own.precision)),
        **tools(),
    }


def give_provenance(path: Path, study: Study) -> None:
    """Write into the file of an animal what it was made from."""
    record = read_animal(path)
    facts = facts_of(study.only([record.arm]), record.animal)
    write_animal(replace(record, provenance=facts), path, replace=True)


VERIFIED = AnimalRunner(plan, run_matched_animals)
