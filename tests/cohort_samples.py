"""Stand-ins for the animals of a cohort: records made in no time from what the real ones would be made from."""

from __future__ import annotations

import errno
import os
import resource
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from core.errors import UserError
from core.keys import stream
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from experiments import Arm, Study
from experiments.protocol.study_file import parse_study
from experiments.running.matched_animals import AnimalRunner

if TYPE_CHECKING:
    from experiments.laboratory.animal import Plan

EPOCH_SECONDS = 2.0
#: Is told the simulated seconds of an epoch when it is over.
Report = Callable[[float], None]

ARMS = """
[[arms]]
name = "sham-vehicle"
circuit = "sham"
[[arms]]
name = "ligated-vehicle"
circuit = "ligated"
"""

TEXT = f"""
name = "small"
animals = 3
seed = 5
{ARMS}[[assays]]
assay = "paw_pressure"
sides = ["ipsi"]
days = [-1, 1]
"""


def small_study(animals: int = 3, **fields: Any) -> Study:
    return parse_study(TEXT).changed(animals=animals, **fields)


@dataclass(frozen=True)
class SamplePlan:
    epochs: int
    simulated_seconds: float
    bytes: int


def plan(study: Study) -> Plan:
    """What the stand-ins take; not the real class, whose import takes seconds in every worker."""
    epochs = 2 * study.animals * len(study.arms)
    return cast("Plan", SamplePlan(epochs, EPOCH_SECONDS * epochs, 1000 * epochs))


def run_matched_animals(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    for arm in study.arms:
        yield _record(study, arm, number, report)


def _record(study: Study, arm: Arm, number: int, report: Report) -> AnimalRecord:
    numbers = stream(study.seed, number)
    epochs = []
    for day in study.assays[0].days:
        spikes = SpikeTrain(
            np.sort(numbers.uniform(0, EPOCH_SECONDS, 20)), np.zeros(20, "u4"), max(1, int(40 * study.size))
        )
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
    return AnimalRecord(
        study.name, arm.name, number, arm.circuit, tuple(epochs), tuple(assays), table, table, provenance
    )


def fail_on_second(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    if number == 2:
        raise ZeroDivisionError("a fault")
    yield from run_matched_animals(study, number, report)


def mistake(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    raise UserError("there is no C++ compiler.")


def die(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    os._exit(9)


def first_arm_only(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    for record in run_matched_animals(study, number, report):
        if record.arm != "sham-vehicle":
            raise ZeroDivisionError("stopped half-way")
        yield record


def fail_once(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    """The second animal's second arm fails after its first epoch, the first time."""
    yield from _second_arm_first_time(study, number, report, _fail)


def die_once(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    """The second animal's second arm kills its process after its first epoch, the first time."""
    yield from _second_arm_first_time(study, number, report, _kill_self)


def _second_arm_first_time(study: Study, number: int, report: Report, do: Callable[[], None]) -> Iterator[AnimalRecord]:
    for record in run_matched_animals(study, number, report):
        first_time = Path(os.environ["SAMPLE_PIDS"], "first-time")
        if (number, record.arm) == (2, "ligated-vehicle") and not first_time.exists():
            first_time.touch()
            do()
        yield record


def _fail() -> None:
    raise OSError("the network was gone for a moment")


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def full_disk(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    """From the second animal on no file may grow beyond 20 kB, which the disk refuses in the midst of writing."""
    if number > 1:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    yield from run_matched_animals(study, number, report)


def full_scratch(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    raise OSError(errno.ENOSPC, "No space left on device")


def wait_forever(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    """The first animal is quick; all others start a program, leave a file that names their scratch, and never end."""
    if number == 1:
        yield from run_matched_animals(study, number, report)
        return
    scratch = tempfile.mkdtemp(prefix="bluespot-")
    os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "613")
    Path(os.environ["SAMPLE_PIDS"], str(os.getpid())).write_text(scratch)
    while True:
        time.sleep(0.1)
        report(0.0)


def threads(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    assert os.environ["OMP_NUM_THREADS"] == os.environ["OPENBLAS_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
    yield from run_matched_animals(study, number, report)


def together(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    """Each animal leaves a file named by its process, in a folder named by the seed, and waits for all the others'."""
    folder = Path(os.environ["SAMPLE_PIDS"], str(study.seed))
    folder.mkdir(exist_ok=True)
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.05)
    yield from run_matched_animals(study, number, report)


QUICK = AnimalRunner(plan, run_matched_animals)
