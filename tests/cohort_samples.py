"""Stand-ins for the animals of a cohort: records made in no time from what the real ones would be made from."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.keys import stream
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from experiments import Study
from experiments.cohort import Laboratory, Report
from experiments.study_file import parse_study

EPOCH_SECONDS = 2.0

TEXT = """
name = "small"
animals = 3
seed = 5
[[arms]]
name = "sham-vehicle"
circuit = "sham"
[[arms]]
name = "ligated-vehicle"
circuit = "ligated"
[[assays]]
assay = "paw_pressure"
sides = ["ipsi"]
days = [-1, 1]
"""


def small_study(animals: int = 3, **fields: object) -> Study:
    return parse_study(TEXT).changed(animals=animals, **fields)


@dataclass(frozen=True)
class SamplePlan:
    epochs: int
    simulated_seconds: float
    bytes: int


def plan(study: Study) -> SamplePlan:
    epochs = 2 * study.animals * len(study.arms)
    return SamplePlan(epochs, EPOCH_SECONDS * epochs, 1000 * epochs)


def run_litter(study: Study, number: int, size: float, report: Report) -> Iterator[AnimalRecord]:
    for arm in study.arms:
        yield _record(study, arm.name, arm.circuit, number, size, report)


def _record(study: Study, arm: str, circuit: str, number: int, size: float, report: Report) -> AnimalRecord:
    numbers = stream(study.seed, number)
    epochs = []
    for day in study.assays[0].days:
        spikes = SpikeTrain(np.sort(numbers.uniform(0, EPOCH_SECONDS, 20)), np.zeros(20, "u4"), max(1, int(40 * size)))
        averages = {"projection_rate_hertz": 10.0}
        epochs.append(EpochRecord(f"day {day}", "paw_pressure", 24.0 * day, EPOCH_SECONDS, {"p": spikes}, averages))
        report(EPOCH_SECONDS)
    assays = [
        AssayValue("paw_pressure", "paw_pressure_threshold", "ipsi", float(numbers.normal(100, 5)), "g", day, 2.0)
        for day in study.assays[0].days
    ]
    hours = np.array([24.0 * day for day in study.assays[0].days])
    table = SlowTable(hours, {"x": hours * 0}, {"x": "1"})
    provenance = {"seed": study.seed, "bluespot_version": "0"}
    return AnimalRecord(study.name, arm, number, circuit, tuple(epochs), tuple(assays), table, table, provenance)


def fail_on_second(study: Study, number: int, size: float, report: Report) -> Iterator[AnimalRecord]:
    if number == 2:
        raise ZeroDivisionError("a fault")
    yield from run_litter(study, number, size, report)


def mistake(study: Study, number: int, size: float, report: Report) -> Iterator[AnimalRecord]:
    raise UserError("there is no C++ compiler.")


def die(study: Study, number: int, size: float, report: Report) -> Iterator[AnimalRecord]:
    os._exit(9)


def first_arm_only(study: Study, number: int, size: float, report: Report) -> Iterator[AnimalRecord]:
    yield next(run_litter(study, number, size, report))
    raise ZeroDivisionError("stopped half-way")


def wait_forever(study: Study, number: int, size: float, report: Report) -> Iterator[AnimalRecord]:
    """The first animal is quick; all others leave a file while they run, and never end."""
    if number == 1:
        yield from run_litter(study, number, size, report)
        return
    open_file = Path(os.environ["SAMPLE_PIDS"], str(os.getpid()))
    open_file.touch()
    os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "613")
    try:
        while True:
            time.sleep(0.1)
    finally:
        open_file.unlink()


def threads(study: Study, number: int, size: float, report: Report) -> Iterator[AnimalRecord]:
    assert os.environ["OMP_NUM_THREADS"] == os.environ["OPENBLAS_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
    yield from run_litter(study, number, size, report)


QUICK = Laboratory(plan, run_litter)
