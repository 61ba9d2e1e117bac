"""Matched animals: all animals of one number, one in each arm; the task of a worker is to run and write them.

A task may be begun again, here or elsewhere, after a failure or the death of its worker. What it has written stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import UserError
from core.records import AnimalRecord
from experiments.protocol.study import Study
from experiments.running import study_folder
from experiments.running.workers import worker_name, worker_threads
from results.files.store import animal_path, write_animal

if TYPE_CHECKING:
    from experiments.laboratory.animal import Plan
    from experiments.laboratory.continuing.same_history import Continued
    from results.files.folder import Manifest

#: The least time between two progress messages of one worker.
MESSAGE_SECONDS = 0.5
#: How late a network file system may show another machine what was written.
NETWORK_SECONDS = 60.0

#: What a task tells of itself: animal number, simulated seconds and arms that are over, whether a try begins.
Message = tuple[int, float, int, bool]


@dataclass(frozen=True)
class AnimalRunner:
    """The functions that plan and simulate animals; `installed()` has the real ones, tests have stand-ins.

    Workers get both by name, so they must be functions of a module.

    plan(study): what all animals of a study will take; plan(study, past) where animals have files of before it grew.
    run(study, number, report=...): the records of the matched animals of that number, one for each arm; it calls
    `report` with the simulated seconds of each epoch when the epoch is over. Files of before go in as `past`, by arm.
    """

    plan: Callable[..., Plan]
    run: Callable[..., Iterator[AnimalRecord]]

    def planned(self, study: Study, past: Mapping[str, Continued]) -> Plan:
        """What all animals of a study will take; past: arm -> what its animals have already."""
        return self.plan(study, past) if past else self.plan(study)

    @classmethod
    def installed(cls) -> AnimalRunner:
        """The virtual rats of this package."""
        from experiments.laboratory.animal import plan, run_matched_animals

        return cls(plan, run_matched_animals)


@dataclass(frozen=True)
class Task:
    """What a worker needs to know to run the matched animals of one number.

    seconds: simulated time of all arms. token: of the run that holds the folder. made_with: the versions that the
    worker must have installed; None for a worker process that the run itself has started. manifest: of a folder whose
    study has grown, so that files of before are to be replaced; None for any other. past: arm -> what holds of its file
    of before.
    """

    study: Study
    number: int
    out: Path
    runner: AnimalRunner
    seconds: float
    token: str
    made_with: dict[str, str] | None = None
    manifest: Manifest | None = None
    past: Mapping[str, Continued] = field(default_factory=dict)


def carry_out(task: Task, tell: Callable[[Message], None]) -> None:
    """Run and write the animals of a task whose files are not there yet; `tell` gets the messages of its progress.

    Raises UserError where this worker cannot do it, or where the run that the task belongs to is over.
    """
    _check_worker(task)
    arms = study_folder.unfinished(task.study, task.out, task.number, task.manifest)
    progress = TaskProgress(task, tell, len(task.study.arms) - len(arms))
    if not arms:
        progress.begin()
        return
    study = task.study.only(arms)
    past = {arm: task.past[arm] for arm in arms if arm in task.past}
    if progress.arms:
        rest = task.runner.planned(study.model_copy(update={"animals": 1}), past)
        progress.seconds = task.seconds - rest.simulated_seconds
    progress.begin()
    begun = {"past": {arm: animal_path(task.out, arm, task.number) for arm in past}} if past else {}
    for record in task.runner.run(study, task.number, report=progress.epoch_over, **begun):
        progress.check()
        write_animal(record, animal_path(task.out, record.arm, task.number), replace=task.manifest is not None)
        progress.animal_written()


@dataclass
class TaskProgress:
    """The progress report of a task: how many simulated seconds and arms are over.

    What earlier tries have finished counts, because it is not done again.
    """

    task: Task
    tell: Callable[[Message], None]
    arms: int
    seconds: float = 0.0
    _last: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Say that a try begins."""
        self._say(begins=True)

    def epoch_over(self, seconds: float) -> None:
        """Count an epoch of that many simulated seconds; a message goes out at most every `MESSAGE_SECONDS`."""
        self.seconds += seconds
        if time.monotonic() - self._last >= MESSAGE_SECONDS:
            self.check()
            self._say()

    def animal_written(self) -> None:
        """Count one more finished arm."""
        self.arms += 1
        self._say()

    def check(self) -> None:
        """Raise UserError where the run is over: nobody waits for the animal, or another run works in the folder."""
        if not study_folder.is_occupied_by(self.task.out, self.task.token):
            raise _not_seen(self.task.out)

    def _say(self, begins: bool = False) -> None:
        self._last = time.monotonic()
        self.tell((self.task.number, self.seconds, self.arms, begins))


def _check_worker(task: Task) -> None:
    """UserError where this worker does not see the folder, does several tasks at once or has other versions."""
    limit = time.monotonic() + (NETWORK_SECONDS if task.made_with else 0.0)
    while not study_folder.is_occupied_by(task.out, task.token):
        if time.monotonic() >= limit:
            raise _not_seen(task.out)
        time.sleep(0.2)
    if task.made_with is None:
        return
    if worker_threads() > 1:
        raise UserError(
            f"worker {worker_name()}: it does {worker_threads()} tasks at once; start workers with --nthreads 1."
        )
    here = study_folder.made_with()
    differs = [
        f"{name} {here[name]} instead of {wanted}" for name, wanted in task.made_with.items() if here[name] != wanted
    ]
    if differs:
        raise UserError(f"worker {worker_name()}: it has {', '.join(differs)}; install the same versions everywhere.")


def _not_seen(out: Path) -> UserError:
    return UserError(
        f"worker {worker_name() or 'here'}: it does not see this run in the folder {out}; "
        "the results must go to a file system that all workers share, under the same path."
    )
