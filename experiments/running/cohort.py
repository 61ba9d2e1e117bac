"""Run a study: all animals of all arms, on several cores or machines, into one folder.

The matched animals of one number, one in each arm, are one task: they share a draw, and a history until their
treatments part. An animal's file is written as soon as the animal is finished. What is drawn for an animal depends on
the study's seed and its number only, so neither the number of workers nor the order of the tasks changes a result.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from circuits.brian.compiling import check_cache, warning_without_compiler
from core.errors import UserError
from core.interruption import stopped_in_order
from core.scratch import remove_abandoned
from experiments.protocol.extensions.extension import require_named
from experiments.protocol.study import Study
from experiments.protocol.study_remarks import remarks
from experiments.running import study_folder
from experiments.running.comparison import ComparisonFiles, compare_arms
from experiments.running.earlier_files import FilesOfBefore, earlier_files
from experiments.running.estimate import RunEstimate, estimate
from experiments.running.in_steps import Steps, at_once
from experiments.running.matched_animals import AnimalRunner, Message, Task, carry_out
from experiments.running.progress import LoggedProgress, Observer, Pace, RunProgress
from experiments.running.room import lacking
from experiments.running.speed import longest, remember_speed
from experiments.running.workers import Failure, WorkerPool, run_tasks
from results.files.store import Manifest, read_manifest, write_cohort

FAILURES = "failures.txt"
_LOG = logging.getLogger("bluespot")


class CohortError(Exception):
    """Some animals could not be simulated through a fault of the program; the others are finished and kept."""


@dataclass(frozen=True)
class Finished:
    """A study all of whose animals lie in the folder `out`.

    Attributes
    ----------
    study : Study
        The study as it was run.
    out : Path
        The folder of the results.
    """

    study: Study
    out: Path

    def compare(self) -> ComparisonFiles:
        """Compare the arms and write tables and figures to `out`/compare; `print(....report())` shows them."""
        return compare_arms(self.out)


def run(
    study: Study,
    out: str | Path,
    pool: WorkerPool | None = None,
    *,
    observer: Observer | None = None,
    runner: AnimalRunner | None = None,
) -> Finished:
    """Run all animals of a study that its folder does not hold yet.

    SIGTERM and SIGHUP end a run as Ctrl-C does: by KeyboardInterrupt, with nothing left running.

    Parameters
    ----------
    study : Study
        What is done to which animals.
    out : path
        The folder of the results, made if need be. Finished animals in it are kept.
    pool : WorkerPool, optional
        Who runs the animals; by default this process itself, one animal number after another. Workers of a Dask
        scheduler must see `out` under the same path.
    observer : Observer, optional
        Is told what the run will take and how it goes; by default that goes to the log `bluespot`.
    runner : AnimalRunner, optional
        The functions that simulate animals; by default the virtual rats.

    Returns
    -------
    Finished
        The finished study; `.compare()` compares its arms.

    Raises
    ------
    UserError
        For a folder that cannot be used and for workers that cannot be had.
    CohortError
        When the program fails on an animal. The other animals are kept.
    """
    conditions = Conditions(pool or WorkerPool(), observer or LoggedProgress(), runner or AnimalRunner.installed())
    return run_some(study, Path(out), conditions)


@dataclass(frozen=True)
class Conditions:
    """Who runs animals (pool), who is told of it (observer), and the functions that simulate them (runner)."""

    pool: WorkerPool
    observer: Observer
    runner: AnimalRunner


def run_some(study: Study, out: Path, by: Conditions, only: study_folder.Missing | None = None) -> Finished:
    """Run as `run` does; `only` those animals, number -> names of arms, where they are given."""
    return at_once(run_in_steps(study, out, by, only))


def run_in_steps(study: Study, out: Path, by: Conditions, only: study_folder.Missing | None = None) -> Steps[Finished]:
    """Run as `run_some` does, a little with every step, so that several runs can be under way in one thread.

    The animals go on between two steps where other processes simulate them. A run that is closed early stops as an
    interrupted one does.
    """
    require_named(study.extensions, study_folder.extensions_of(out))
    with study_folder.occupied(out) as token, stopped_in_order():
        remove_abandoned()
        missing = _wanted(study_folder.prepare(study, out), only)
        past = earlier_files(study, out, missing)
        expected = estimate(study, missing, by.pool, by.runner, past)
        if missing and not by.pool.scheduler:
            check_cache()
        if missing and (warning := warning_without_compiler()):
            _LOG.warning(warning)
        if missing:
            for remark in (*lacking(expected, out), *remarks(study)):
                _LOG.warning(remark)
        by.observer.begins(expected)
        if missing:
            pool = by.pool.at_most(len(missing))
            whole = _Run(study, out, by.runner, missing, expected, pool, token, by.observer, read_manifest(out), past)
            try:
                yield from whole.all_missing()
            finally:
                by.observer.ends()
                study_folder.remove_parts(study, out)
        study_folder.end_growth(study, out)
        write_cohort(out)
    return Finished(study, out)


def _wanted(missing: study_folder.Missing, only: study_folder.Missing | None) -> study_folder.Missing:
    """The animals that are missing, as far as they are wanted."""
    if only is None:
        return missing
    wanted = {number: tuple(arm for arm in arms if arm in only.get(number, ())) for number, arms in missing.items()}
    return {number: arms for number, arms in wanted.items() if arms}


def run_study(study: Study, out: str | Path, workers: int | None = None, scheduler: str | None = None) -> Finished:
    """Run a study as `Study.run` does: `workers` processes on this machine, or those of a Dask scheduler."""
    return run(study, out, WorkerPool.of(workers, scheduler))


@dataclass
class _Run:
    study: Study
    out: Path
    runner: AnimalRunner
    missing: study_folder.Missing
    expected: RunEstimate
    pool: WorkerPool
    token: str
    observer: Observer
    manifest: Manifest
    past: FilesOfBefore
    pace: Pace = field(default_factory=Pace)
    seconds_done: dict[int, float] = field(default_factory=dict)
    arms_done: dict[int, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def all_missing(self) -> Iterator[None]:
        """Run all tasks in steps, those that take longest first; one that fails does not stop the others."""
        seconds = self.expected.simulated_seconds
        tasks = [(self.task(number),) for number in sorted(self.missing, key=seconds.__getitem__, reverse=True)]
        with closing(run_tasks(self.pool, carry_out, tasks, self.hear, self.tell_observer)) as over:
            for ended in over:
                for failure in ended:
                    self.note(failure)
                yield
        if self.failures:
            raise self.error()
        if not self.pool.scheduler:
            remember_speed(self.study.size, sum(seconds.values()), self.pace.worker_seconds)

    def task(self, number: int) -> Task:
        """The task of running the matched animals of one number."""
        return Task(
            study=self.study.only(self.missing[number]),
            number=number,
            out=self.out.absolute(),
            runner=self.runner,
            seconds=self.expected.simulated_seconds[number],
            token=self.token,
            made_with=study_folder.made_with() if self.pool.scheduler else None,
            manifest=self.manifest if self.manifest.grows else None,
            past=self.past.get(number, {}),
        )

    def tell_observer(self) -> None:
        """Tell the observer how far the run is."""
        done, total = sum(self.seconds_done.values()), sum(self.expected.simulated_seconds.values())
        left = self.pace.seconds_left(done, len(self.running()), self.longest_left())
        finished = sum(self.arms_done.values())
        self.observer.advances(RunProgress(done, total, finished, self.expected.missing, left))

    def running(self) -> list[int]:
        """The animal numbers whose tasks are begun and not over."""
        return [number for number in self.seconds_done if self.arms_done[number] < len(self.missing[number])]

    def longest_left(self) -> float:
        """Simulated seconds that are still before the worker with most to do."""
        seconds, running = self.expected.simulated_seconds, self.running()
        begun = [seconds[number] - self.seconds_done[number] for number in running]
        waiting = [seconds[number] for number in self.missing if number not in self.seconds_done]
        return longest([*begun, *sorted(waiting, reverse=True)], len(running))

    def hear(self, message: Message) -> None:
        """Take in what a worker tells of its task."""
        number, seconds, arms, begins = message
        if begins and number in self.seconds_done:
            _LOG.info(f"animal {number} is begun again: it failed, or its worker was lost.")
        expected = self.expected.simulated_seconds[number]
        self.seconds_done[number] = min(seconds, expected) if arms < len(self.missing[number]) else expected
        self.arms_done[number] = arms

    def note(self, failure: Failure | None) -> None:
        """Stop everything at a mistake of the user; keep any other failure, which concerns one animal number."""
        if failure is None:
            return
        if failure.of_user:
            raise UserError(failure.what)
        self.failures.append(failure)

    def error(self) -> CohortError:
        """The error that tells what failed; the tracebacks go to a file."""
        study_folder.write_text_into(self.out, FAILURES, "\n".join(failure.trace for failure in self.failures))
        causes = "; ".join(dict.fromkeys(failure.what for failure in self.failures))
        left = sum(len(study_folder.unfinished(self.study, self.out, number, self.manifest)) for number in self.missing)
        return CohortError(
            f"{left} of {self.expected.missing} animals are not finished: {causes}. "
            f"The others are kept; details are in {self.out / FAILURES}."
        )
