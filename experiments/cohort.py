"""All animals of all arms of a study, on several cores, into one folder.

One task is one animal number in all its arms: they share a draw, and a history until their treatments part. An
animal's file is written as soon as it is done. What is drawn for an animal depends on the study's seed and its
number only, so neither the number of workers nor the order of the tasks changes a result.
"""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.simulation import warning_without_compiler
from core.errors import UserError
from core.records import AnimalRecord
from experiments import study_folder
from experiments.findings import Findings, compare_arms
from experiments.progress import Meter
from experiments.speed import Speed, expected_speed, remember_speed
from experiments.study import Study
from experiments.terminal import note
from experiments.workers import is_death, run_tasks, tell
from results.store import animal_path, write_animal, write_cohort

if TYPE_CHECKING:
    from experiments.animal import Plan

Report = Callable[[float], None]
Message = tuple[int, float | None]
FAILURES = "failures.txt"


@dataclass(frozen=True)
class Laboratory:
    """Who simulates the animals; `installed()` is the real one. Both functions must be picklable by name.

    plan(study): what all its animals will take. run_litter(study, number, size, report): one record per arm of one
    animal number; `report` is called with the simulated seconds of each epoch when it is over.
    """

    plan: Callable[[Study], Plan]
    run_litter: Callable[[Study, int, float, Report], Iterator[AnimalRecord]]

    @classmethod
    def installed(cls) -> Laboratory:
        """The virtual rats of this package."""
        from experiments.animal import plan, run_litter

        return cls(plan, run_litter)


class CohortError(Exception):
    """Some animals could not be simulated through a fault of the program; the others are finished and kept."""


@dataclass(frozen=True)
class Estimate:
    """What the animals still missing will take: epochs, simulated seconds by animal number, bytes, wall seconds."""

    missing: int
    animals: int
    epochs: int
    simulated_seconds: dict[int, float]
    bytes: int
    seconds: float
    speed: Speed


@dataclass(frozen=True)
class Finished:
    """A study whose animals lie in `out`."""

    study: Study
    out: Path

    def compare(self) -> Findings:
        """Compare the arms; tables and figures go to `out`/compare."""
        return compare_arms(self.out)


def estimate(study: Study, missing: study_folder.Missing, workers: int, laboratory: Laboratory) -> Estimate:
    """Time and disk for the missing animals."""

    @cache
    def litter(arms: tuple[str, ...]) -> Plan:
        return laboratory.plan(study.only(arms).model_copy(update={"animals": 1}))

    plans = {number: litter(arms) for number, arms in missing.items()}
    speed = expected_speed(study.size)
    simulated = {number: plan.simulated_seconds for number, plan in plans.items()}
    return Estimate(
        missing=sum(map(len, missing.values())),
        animals=study.animals * len(study.arms),
        epochs=sum(plan.epochs for plan in plans.values()),
        simulated_seconds=simulated,
        bytes=sum(plan.bytes for plan in plans.values()),
        seconds=speed.seconds(list(simulated.values()), workers),
        speed=speed,
    )


def run(
    study: Study,
    out: str | Path,
    workers: int = 1,
    *,
    laboratory: Laboratory | None = None,
    quiet: bool = False,
    before: Callable[[Estimate], None] = lambda estimate: None,
) -> Finished:
    """Run all animals of `study` that `out` does not hold yet, with `workers` processes.

    before: told what the run will take, once study and folder are found to be in order. Raises UserError for a
    folder that cannot be used, CohortError when the program fails on an animal (the other ones are kept).
    """
    check_workers(workers)
    out, laboratory = Path(out), laboratory or Laboratory.installed()
    missing = study_folder.prepare(study, out)
    expected = estimate(study, missing, workers, laboratory)
    if missing and (warning := warning_without_compiler()):
        note(warning)
    before(expected)
    if missing:
        _Run(study, out, laboratory, missing, expected, min(workers, len(missing)), quiet).all_missing()
    write_cohort(out)
    return Finished(study, out)


def check_workers(workers: int) -> None:
    """Raises UserError for what is no number of processes."""
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise UserError(f"workers = {workers!r}: expected a whole number of processes, 1 or more.")


@dataclass
class _Run:
    study: Study
    out: Path
    laboratory: Laboratory
    missing: study_folder.Missing
    expected: Estimate
    workers: int
    quiet: bool
    first_heard: float = math.inf
    seconds_done: dict[int, float] = field(default_factory=dict)
    animals_done: int = 0
    failures: list[BaseException] = field(default_factory=list)

    def all_missing(self) -> None:
        """Run the litters; one that fails does not stop the others."""
        total = sum(self.expected.simulated_seconds.values())
        tasks = [(self.study.only(arms), number, self.out, self.laboratory) for number, arms in self.missing.items()]
        with Meter(total, self.expected.missing, self.quiet) as meter:

            def show() -> None:
                meter.show(sum(self.seconds_done.values()), self.animals_done)

            with closing(run_tasks(self.workers, _run_litter, tasks, self.hear, show)) as futures:
                for future in futures:
                    self.note(future)
        if self.failures:
            raise self.failure()
        remember_speed(self.study.size, total, (time.monotonic() - self.first_heard) * self.workers)

    def hear(self, message: Message) -> None:
        """(number, seconds) for each epoch of a litter, (number, None) for each animal written."""
        self.first_heard = min(self.first_heard, time.monotonic())
        number, seconds = message
        if seconds is None:
            self.animals_done += 1
        else:
            done = self.seconds_done.get(number, 0.0) + seconds
            self.seconds_done[number] = min(done, self.expected.simulated_seconds[number])

    def note(self, future: Future[None]) -> None:
        """A mistake of the user stops everything; any other failure is one litter's own."""
        error = future.exception()
        if isinstance(error, UserError):
            raise error
        if error is not None and not (is_death(error) and any(map(is_death, self.failures))):
            self.failures.append(error)

    def failure(self) -> CohortError:
        """The error that tells what failed; the traces go to a file."""
        traces = ("".join(traceback.format_exception(error)) for error in self.failures)
        study_folder.write_text_into(self.out, FAILURES, "\n".join(traces))
        causes = "; ".join(dict.fromkeys(map(_cause, self.failures)))
        left = self.expected.missing - self.animals_done
        return CohortError(
            f"{left} of {self.expected.missing} animals are not finished: {causes}. "
            f"The others are kept; details are in {self.out / FAILURES}."
        )


def _run_litter(study: Study, number: int, out: Path, laboratory: Laboratory) -> None:
    """In a worker: one animal number in the arms of `study`, each written when it is done."""
    for record in laboratory.run_litter(study, number, study.size, lambda seconds: tell((number, seconds))):
        write_animal(record, animal_path(out, record.arm, number))
        tell((number, None))


def _cause(error: BaseException) -> str:
    if is_death(error):
        return "a worker process was ended from outside, as happens when memory runs out"
    return f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(".: ")
