"""The folder of a study whose animals, made in no time, say of themselves what simulated ones say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cohort_samples

from experiments.laboratory.provenance.facts import study_text
from experiments.protocol.study import Study
from experiments.running.cohort import run
from experiments.running.matched_animals import AnimalRunner
from experiments.running.study_folder import made_with
from experiments.version import __version__
from results.files.folder import animal_path
from results.files.store import read_animal, write_animal


def write_verified_study(out: Path, study: Study | None = None) -> Path:
    """Run a study of two animals in each of two arms, or another one, with stand-ins for animals."""
    study = study or cohort_samples.small_study(2)
    run(study, out, runner=AnimalRunner(cohort_samples.plan, cohort_samples.run_matched_animals))
    for arm in study.arms:
        for number in range(1, study.animals + 1):
            give_provenance(animal_path(out, arm.name, number), study)
    return out


def give_provenance(path: Path, study: Study) -> None:
    """Write into the file of an animal what it was made from."""
    record = read_animal(path)
    own = study.only([record.arm])
    facts = {
        "seed": study.seed,
        "size": study.size,
        "study_toml": study_text(own, record.animal),
        "fingerprint": own.fingerprint(),
        "model": made_with()["model"],
        "bluespot_version": __version__,
    }
    write_animal(replace(record, provenance=facts), path, replace=True)
