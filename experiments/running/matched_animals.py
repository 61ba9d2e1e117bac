"""One animal number in all its arms, as a worker carries it out: each arm's animal is written as soon as it is done.

A litter may be begun again, here or elsewhere, after a failure or the death of its worker. What is written then stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import UserError
from core.records import AnimalRecord
from experiments.protocol.study import Study
from experiments.running import study_folder
from experiments.running.workers import worker_name, worker_threads
from results.store import animal_path, write_animal

if TYPE_CHECKING:
    from experiments.laboratory.animal import Plan

#: The least time between two reports of one worker.
REPORT_SECONDS = 0.5
#: How late a network file system may show another machine what was written.
NETWORK_SECONDS = 60.0

Report = Callable[[float], None]
#: Number, simulated seconds and arms of a litter that are over, whether a try begins.
Message = tuple[int, float, int, bool]


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
        from experiments.laboratory.animal import plan, run_litter

        return cls(plan, run_litter)


@dataclass(frozen=True)
class Order:
    """What a worker needs to know. seconds: simulated, of all arms; token: of the run that holds the folder;
    made_with: what the worker must have installed, None for one that is this run's own.
    """

    study: Study
    number: int
    out: Path
    laboratory: Laboratory
    seconds: float
    token: str
    made_with: dict[str, str] | None = None


def carry_out(order: Order, tell: Callable[[Message], None]) -> None:
    """Run and write the animals of an order that are not there yet. tell: see `Account`.

    Raises UserError where this worker is not fit for it, or the run that gave the order is over.
    """
    _check_worker(order)
    arms = study_folder.unfinished(order.study, order.out, order.number)
    account = Account(order, tell, len(order.study.arms) - len(arms))
    if not arms:
        account.begin()
        return
    study = order.study.only(arms)
    if account.arms:
        rest = order.laboratory.plan(study.model_copy(update={"animals": 1}))
        account.seconds = order.seconds - rest.simulated_seconds
    account.begin()
    for record in order.laboratory.run_litter(study, order.number, study.size, account.epoch_over):
        account.check()
        write_animal(record, animal_path(order.out, record.arm, order.number))
        account.animal_written()


@dataclass
class Account:
    """What the parent is told of a litter: its number, and how many simulated seconds and arms of it are over, those
    of earlier tries that need not be done again included.
    """

    order: Order
    tell: Callable[[Message], None]
    arms: int
    seconds: float = 0.0
    _last: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Say that a try begins."""
        self._say(begins=True)

    def epoch_over(self, seconds: float) -> None:
        """An epoch of so many simulated seconds is over; told now and then only."""
        self.seconds += seconds
        if time.monotonic() - self._last >= REPORT_SECONDS:
            self.check()
            self._say()

    def animal_written(self) -> None:
        """One arm more is finished."""
        self.arms += 1
        self._say()

    def check(self) -> None:
        """Raises UserError where the run is over: nobody waits for the animal, or another run is at it."""
        if not study_folder.is_occupied_by(self.order.out, self.order.token):
            raise _not_seen(self.order.out)

    def _say(self, begins: bool = False) -> None:
        self._last = time.monotonic()
        self.tell((self.order.number, self.seconds, self.arms, begins))


def _check_worker(order: Order) -> None:
    limit = time.monotonic() + (NETWORK_SECONDS if order.made_with else 0.0)
    while not study_folder.is_occupied_by(order.out, order.token):
        if time.monotonic() >= limit:
            raise _not_seen(order.out)
        time.sleep(0.2)
    if order.made_with is None:
        return
    if worker_threads() > 1:
        raise UserError(
            f"worker {worker_name()}: it does {worker_threads()} tasks at once; start workers with --nthreads 1."
        )
    here = study_folder.made_with()
    differs = [
        f"{name} {here[name]} instead of {wanted}" for name, wanted in order.made_with.items() if here[name] != wanted
    ]
    if differs:
        raise UserError(f"worker {worker_name()}: it has {', '.join(differs)}; install the same everywhere.")


def _not_seen(out: Path) -> UserError:
    return UserError(
        f"worker {worker_name() or 'here'}: it does not see this run in the folder {out}; "
        "the results must go to a file system that all workers share, under the same path."
    )
