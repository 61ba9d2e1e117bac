"""What a run will take: time, disk and epochs of the animals that are still missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from circuits.brian.compiling import needs_building
from circuits.structure import structure
from experiments.protocol.study import Study
from experiments.running.earlier_files import FilesOfBefore
from experiments.running.matched_animals import AnimalRunner
from experiments.running.memory import memory_of_worker
from experiments.running.speed import BUILD_SECONDS, Speed, expected_speed
from experiments.running.study_folder import Missing
from experiments.running.workers import WorkerPool

if TYPE_CHECKING:
    from experiments.laboratory.animal import Plan
    from experiments.laboratory.continuing.same_history import Continued


@dataclass(frozen=True)
class RunEstimate:
    """What the animals that are still missing will take.

    Attributes
    ----------
    study : Study
        The study that is run.
    missing, animals : int
        Animals of all arms that have no file yet, and all animals of the study.
    epochs : int
        Epochs to simulate, at most.
    simulated_seconds : mapping of int to float
        Simulated time (s) of the matched animals of each number.
    bytes : int
        Space on disk, at most.
    memory : int
        Bytes of memory that one worker takes, about.
    seconds : float
        Time by the clock (s) with `pool`; with one worker where a scheduler has an unknown number of them.
    build_seconds : float
        The part of `seconds` in which the program of the model is compiled, once for each size of the circuit.
    speed : Speed
        The speed that `seconds` follows from.
    pool : WorkerPool
        Who will run the animals.
    """

    study: Study
    missing: int
    animals: int
    epochs: int
    simulated_seconds: Mapping[int, float]
    bytes: int
    memory: int
    seconds: float
    build_seconds: float
    speed: Speed
    pool: WorkerPool


def estimate(
    study: Study, missing: Missing, pool: WorkerPool, runner: AnimalRunner, past: FilesOfBefore | None = None
) -> RunEstimate:
    """Estimate time and disk for the missing animals of a study.

    missing: animal number -> names of arms. past: what these animals have already in files of before the study grew.
    """
    begun = past or {}

    @cache
    def one_number(arms: tuple[str, ...], done: frozenset[tuple[str, Continued]]) -> Plan:
        return runner.planned(study.only(arms).model_copy(update={"animals": 1}), dict(done))

    plans = {number: one_number(arms, frozenset(begun.get(number, {}).items())) for number, arms in missing.items()}
    speed, build = expected_speed(study.size), _build_seconds(study, missing, pool)
    simulated = {number: plan.simulated_seconds for number, plan in plans.items()}
    return RunEstimate(
        study=study,
        missing=sum(map(len, missing.values())),
        animals=study.animals * len(study.arms),
        epochs=sum(plan.epochs for plan in plans.values()),
        simulated_seconds=simulated,
        bytes=sum(plan.bytes for plan in plans.values()),
        memory=memory_of_worker(study),
        seconds=speed.seconds(list(simulated.values()), pool.workers) + build,
        build_seconds=build,
        speed=speed,
        pool=pool,
    )


def _build_seconds(study: Study, missing: Missing, pool: WorkerPool) -> float:
    """Time (s) to compile what the cache folder of this machine lacks; those of a scheduler's workers are not known."""
    if pool.scheduler:
        return 0.0
    arms = {name for names in missing.values() for name in names}
    circuits = [arm.prepared_circuit() for arm in study.only(arms).arms]
    keys = {needs_building(structure(each, study.size), precision=study.precision) for each in circuits}
    return BUILD_SECONDS * len(keys - {""})
