"""A recorded epoch of an animal's file, run again spike by spike, to see more of it than was recorded then.

The animal's history is followed anew from its study, with the averages and spikes of the file in place of simulations,
up to the epoch that is wanted; that one is simulated. Two checks tell whether it is the same animal: the slow state on
the way, and every spike of the epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from circuits.draw import draw_animal
from circuits.epoch import EpochResult
from circuits.moment import Moment
from circuits.slow_state import first_state
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.errors import UserError, nearest
from core.exposure import NO_DRUG
from core.records import AnimalRecord, EpochRecord, SlowTable, SpikeTrain
from drugs import Regimen
from drugs.binding import exposure
from experiments.laboratory.assays.assay import Assay
from experiments.laboratory.bench import Bench
from experiments.laboratory.epoch import Epoch
from experiments.laboratory.history import History, Numerics, wired_cache, with_noise
from experiments.laboratory.own_assays.known import known_assays
from experiments.laboratory.provenance.made_from import MadeFrom, made_from, seed_of
from experiments.laboratory.timetable import Stop, regimens_given, stops
from experiments.laboratory.traces import Recorder, Wanted, channels
from experiments.protocol.arm import Arm
from experiments.protocol.catalogue import Catalogue
from experiments.protocol.ranges import varied
from experiments.protocol.study import Study
from experiments.protocol.study_file import parse_study, read_study
from results.comparison.repetition import kept_spikes
from results.files.inside import inside
from results.files.store import read_animal, read_spikes

STUDY_FILE = "study.toml"
#: Slow states that differ by more are not those of one animal; machines may differ in the last digits.
_TOLERANCE = 1e-6
#: An assay may let some time pass before an epoch of its own.
_LONGEST_ASSAY_HOURS = 1.0


class _FoundError(Exception):
    """Ends a history once the epoch that is wanted has been simulated."""


@dataclass(frozen=True)
class Past:
    """What an animal's file holds of its epochs."""

    path: Path
    record: AnimalRecord

    def epoch(self, label: str) -> EpochRecord:
        """The averages of an epoch; UserError where the file has none of that label."""
        found = next((each for each in self.record.epochs if each.label == label), None)
        if found is None:
            raise UserError(f'{self.path}: no epoch "{label}" in it, though its study has one.')
        return found

    def result(self, label: str) -> EpochResult:
        """What an epoch gave, its spikes read when they are asked for."""
        epoch = self.epoch(label)
        names = [name.removesuffix("_rate_hertz") for name in epoch.averages if name.endswith("_rate_hertz")]
        return EpochResult(epoch.seconds, _FiledTrains(self.path, label, names), epoch.averages)


class _FiledTrains(Mapping[str, SpikeTrain]):
    """Spikes of one epoch by population, each read from the file when it is asked for."""

    def __init__(self, path: Path, label: str, names: list[str]) -> None:
        self._path, self._label, self._names = path, label, names

    def __getitem__(self, name: str) -> SpikeTrain:
        return read_spikes(self._path, name, self._label)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass
class RecallingBench(Bench):
    """A bench on which all epochs are recalled from a file but the one that is wanted."""

    past: Past = field(kw_only=True)
    wanted: str = field(kw_only=True)
    stimuli: list[Stimulus] = field(default_factory=list)

    def epoch(self, purpose: str, stimulus: Stimulus) -> EpochResult:
        """Recall an epoch, or simulate the one that is wanted and end the history there."""
        label = self.label(purpose)
        if label != self.wanted:
            return self.past.result(label)
        super().epoch(purpose, stimulus)
        self.stimuli.append(stimulus)
        raise _FoundError


def replay(path: Path, label: str, study: Study | None, wanted: Wanted) -> Epoch:
    """Run a recorded epoch again (see `Animal.replay`)."""
    past = Past(path, read_animal(path, spikes=False))
    _check_label(past, label)
    study = study or study_of(past)
    arm = arm_of(past, study)
    study = study.only([arm.name])
    made = made_of(past, study)
    numerics = made.numerics
    circuit = arm.prepared_circuit()
    shape = structure(circuit, made.size)
    draw = with_noise(draw_animal(circuit, shape, made.seed, past.record.animal), numerics.noise)
    cache = wired_cache(circuit, draw, numerics)
    try:
        recorder = Recorder(cache.simulator, channels=channels(draw.structure, wanted.record), every_ms=wanted.every_ms)
        drugs = varied(regimens_given(study, arm), arm.ranges, made.seed, past.record.animal)
        begin = Moment(circuit, first_state(study.begins), NO_DRUG, draw)
        done = study.interventions(arm.name)
        bench = RecallingBench(
            recorder, begin, partial(exposure, drugs), [], interventions=done, past=past, wanted=label
        )
        timetable = stops(study, arm, numerics.step_scale, numerics.rest_error)
        _follow(bench, drugs, numerics, timetable, known_assays(study.extensions))
        again = recorder.epoch(bench.records[-1], bench.stimuli[-1])
    finally:
        cache.simulator.close()
    _check_spikes(past, again)
    return again


def _follow(
    bench: RecallingBench,
    given: tuple[Regimen, ...],
    numerics: Numerics,
    timetable: list[Stop],
    assays: Mapping[str, Assay],
) -> None:
    """Take the animal through its stops until the wanted epoch has been simulated."""
    past = bench.past
    epoch = past.epoch(bench.wanted)
    try:
        history = History.begun(bench, given, numerics)
        for stop in timetable:
            history.go_on(stop.hours, rest=stop.measurement is None, like=stop.like)
            _check_state(past, history)
            if stop.measurement is None or stop.measurement.assay != epoch.purpose:
                continue
            if stop.hours <= epoch.hours <= stop.hours + _LONGEST_ASSAY_HOURS:
                history.measure(assays[stop.measurement.assay], stop.measurement.sides, stop)
    except _FoundError:
        return
    raise UserError(f'{past.path}: its study does not come to an epoch "{bench.wanted}".')


def _check_label(past: Past, label: str) -> None:
    labels = [epoch.label for epoch in past.record.epochs]
    if label not in labels:
        close = nearest(str(label), labels)
        hint = f" Nearest: {', '.join(close)}." if close else ""
        raise UserError(f'{past.path}: no epoch "{label}".{hint} `read_animal` lists the labels of all {len(labels)}.')


def study_of(past: Past, names: Catalogue | None = None) -> Study:
    """The study that the file holds, or for a file of format version 1 that of the folder in which it lies.

    names: a catalogue whose extensions vouch for programs that the study carries.
    """
    text = past.record.provenance.get("study_toml")
    if text is not None:
        return parse_study(text, f"{past.path}: its study", names)
    where = past.path.resolve().parents
    folder = where[2] if len(where) > 2 else where[0]
    if not (folder / STUDY_FILE).is_file():
        raise UserError(
            f"{past.path}: it does not say which doses, switches and settings its animal had. They stand in the "
            f"{STUDY_FILE} of the folder that it was run into, and {folder} has none. Leave the file in its folder, or "
            "give the study: replay(..., study=...)."
        )
    return read_study(inside(folder, STUDY_FILE), names)


def arm_of(past: Past, study: Study) -> Arm:
    """The arm of the animal; UserError where the study has none of its name, or another seed."""
    seed = seed_of(past.path, past.record.provenance)
    if study.seed != seed:
        raise UserError(f'{past.path}: it was run with seed {seed}, the study "{study.name}" has seed {study.seed}.')
    try:
        return study.arm(past.record.arm)
    except UserError as error:
        raise UserError(f'{past.path}: not of the study "{study.name}": {error}') from None


def made_of(past: Past, study: Study) -> MadeFrom:
    """What the animal was made from; UserError for what cannot be, and where the study has another size."""
    made = made_from(past.path, past.record.provenance)
    if made.size != study.size:
        raise UserError(f'{past.path}: it was run with size {made.size}, the study "{study.name}" has {study.size}.')
    return made


def _check_state(past: Past, history: History) -> None:
    """UserError where the slow state at the last rest is not that of the file."""
    table, state = past.record.slow_state, history.track[-1].state
    row = len(history.track) - 1
    if row >= len(table.hours) or table.hours[row] != state.hours:
        raise UserError(f"{past.path}: it has no rest epoch at hour {state.hours:g}, though its study has one.")
    for name, value in state.variables.items():
        recorded = _recorded(table, name, row)
        if abs(recorded - value) > _TOLERANCE * max(1.0, abs(value)):
            raise UserError(
                f"{past.path}: at hour {state.hours:g} its {name} was {recorded:.6g}; from its study follows "
                f"{value:.6g}. It was run with other doses or settings, or by another version ({_made_with(past)})."
            )


def _recorded(table: SlowTable, name: str, row: int) -> float:
    return float(table.columns[name][row]) if name in table.columns else float("nan")


def _check_spikes(past: Past, again: Epoch) -> None:
    """UserError where any spike is not the one that was recorded."""
    for name, train in again.spikes.items():
        then = read_spikes(past.path, name, again.label)
        if not np.array_equal(kept_spikes(train), kept_spikes(then)):
            raise UserError(
                f"{past.path}: {again.label} came out otherwise than recorded ({name}: {len(train.seconds)} spikes, "
                f"{len(then.seconds)} recorded). Other versions or another compiler may be why: {_made_with(past)}."
            )


def _made_with(past: Past) -> str:
    facts = {**past.record.provenance, **past.record.machine}
    names = ("bluespot_version", "brian2_version", "numpy_version", "compiler", "machine")
    return ", ".join(f"{name.removesuffix('_version')} {facts.get(name, '?')}" for name in names)
