"""All animals of all arms of a study, on several cores, into one folder.

One task is one animal number in all its arms: they share a draw, and a history until their treatments part. An
animal's file is written as soon as it is done. What is drawn for an animal depends on the study's seed and its
number only, so neither the number of workers nor the order of the tasks changes a result.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.brian.compiling import warning_without_compiler
from core.errors import UserError
from experiments.protocol.study import Study
from experiments.running import study_folder
from experiments.running.comparison import Findings, compare_arms
from experiments.running.matched_animals import Laboratory, Message, Order, carry_out
from experiments.running.progress import Meter
from experiments.running.speed import Speed, expected_speed, longest, remember_speed
from experiments.running.workers import Crew, Failure, run_tasks
from results.store import write_cohort

if TYPE_CHECKING:
    from experiments.laboratory.animal import Plan

FAILURES = "failures.txt"
NOTES = logging.getLogger("bluespot")


class CohortError(Exception):
    """Some animals could not be simulated through a fault of the program; the others are finished and kept."""


@dataclass(frozen=True)
class Estimate:
    """What the animals still missing will take: epochs, simulated seconds by animal number, bytes, and wall seconds of
    `crew`, or of one worker where a scheduler has an unknown number of them.
    """

    missing: int
    animals: int
    epochs: int
    simulated_seconds: dict[int, float]
    bytes: int
    seconds: float
    speed: Speed
    crew: Crew


@dataclass(frozen=True)
class Finished:
    """A study whose animals lie in `out`."""

    study: Study
    out: Path

    def compare(self) -> Findings:
        """Compare the arms; tables and figures go to `out`/compare."""
        return compare_arms(self.out)


def estimate(study: Study, missing: study_folder.Missing, crew: Crew, laboratory: Laboratory) -> Estimate:
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
        seconds=speed.seconds(list(simulated.values()), crew.workers),
        speed=speed,
        crew=crew,
    )


def run(
    study: Study,
    out: str | Path,
    workers: int | None = None,
    *,
    scheduler: str | None = None,
    laboratory: Laboratory | None = None,
    quiet: bool = False,
    before: Callable[[Estimate], None] = lambda estimate: None,
) -> Finished:
    """Run all animals of `study` that `out` does not hold yet.

    workers: processes on this machine; one, the default, is this process itself. scheduler: instead, the address of a
    Dask scheduler whose workers run them; they must see `out` under the same path. before: told what the run will
    take, once study and folder are found to be in order. Raises UserError for a folder that cannot be used and for
    workers that cannot be had, CohortError when the program fails on an animal (the other ones are kept). SIGTERM
    ends a run as Ctrl-C does.
    """
    crew = Crew.of(workers, scheduler)
    out, laboratory = Path(out), laboratory or Laboratory.installed()
    with study_folder.occupied(out) as token, _ended_in_order():
        missing = study_folder.prepare(study, out)
        expected = estimate(study, missing, crew, laboratory)
        if missing and (warning := warning_without_compiler()):
            NOTES.warning(warning)
        before(expected)
        if missing:
            whole = _Run(study, out, laboratory, missing, expected, crew.at_most(len(missing)), token, quiet)
            try:
                whole.all_missing()
            finally:
                study_folder.remove_parts(study, out)
        write_cohort(out)
    return Finished(study, out)


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Take SIGTERM, which ends a process on the spot, for a Ctrl-C; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@dataclass
class _Run:
    study: Study
    out: Path
    laboratory: Laboratory
    missing: study_folder.Missing
    expected: Estimate
    crew: Crew
    token: str
    quiet: bool
    seconds_done: dict[int, float] = field(default_factory=dict)
    arms_done: dict[int, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def all_missing(self) -> None:
        """Run the litters, those that take longest first; one that fails does not stop the others."""
        seconds = self.expected.simulated_seconds
        with Meter(sum(seconds.values()), self.expected.missing, self.quiet) as meter:

            def show() -> None:
                running, left = self.running(), self.left()
                meter.show(sum(self.seconds_done.values()), sum(self.arms_done.values()), len(running), left)

            tasks = [(self.order(number),) for number in sorted(self.missing, key=seconds.__getitem__, reverse=True)]
            with closing(run_tasks(self.crew, carry_out, tasks, self.hear, show)) as over:
                for failure in over:
                    self.note(failure)
        if self.failures:
            raise self.error()
        if not self.crew.scheduler:
            remember_speed(self.study.size, sum(seconds.values()), meter.worker_seconds)

    def order(self, number: int) -> Order:
        """What a worker is told of one litter."""
        return Order(
            study=self.study.only(self.missing[number]),
            number=number,
            out=self.out.absolute(),
            laboratory=self.laboratory,
            seconds=self.expected.simulated_seconds[number],
            token=self.token,
            made_with=study_folder.made_with() if self.crew.scheduler else None,
        )

    def running(self) -> list[int]:
        """The litters that are begun and not over."""
        return [number for number in self.seconds_done if self.arms_done[number] < len(self.missing[number])]

    def left(self) -> float:
        """Simulated seconds before the worker that has most of them before it."""
        seconds, running = self.expected.simulated_seconds, self.running()
        tasks = [seconds[number] - self.seconds_done[number] for number in running]
        waiting = [seconds[number] for number in self.missing if number not in self.seconds_done]
        return longest([*tasks, *sorted(waiting, reverse=True)], len(running))

    def hear(self, message: Message) -> None:
        """What a worker tells of a litter."""
        number, seconds, arms, begins = message
        if begins and number in self.seconds_done:
            NOTES.info(f"animal {number} is begun again: it failed, or its worker was lost.")
        expected = self.expected.simulated_seconds[number]
        self.seconds_done[number] = min(seconds, expected) if arms < len(self.missing[number]) else expected
        self.arms_done[number] = arms

    def note(self, failure: Failure | None) -> None:
        """A mistake of the user stops everything; any other failure is one litter's own."""
        if failure is None:
            return
        if failure.of_user:
            raise UserError(failure.what)
        self.failures.append(failure)

    def error(self) -> CohortError:
        """The error that tells what failed; the traces go to a file."""
        study_folder.write_text_into(self.out, FAILURES, "\n".join(failure.trace for failure in self.failures))
        causes = "; ".join(dict.fromkeys(failure.what for failure in self.failures))
        left = sum(len(study_folder.unfinished(self.study, self.out, number)) for number in self.missing)
        return CohortError(
            f"{left} of {self.expected.missing} animals are not finished: {causes}. "
            f"The others are kept; details are in {self.out / FAILURES}."
        )
