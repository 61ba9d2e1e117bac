"""One epoch of an animal of a study as a script in plain Brian2, for those who have Brian2 but not bluespot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from textwrap import wrap

from circuits.brian.epoch_data import EpochInputs, EpochOutputs
from circuits.brian.plain_model import PlainEpoch
from circuits.brian.plain_script import script
from circuits.draw import draw_animal
from circuits.epoch import EpochResult
from circuits.moment import Moment
from circuits.slow_state import first_state
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.errors import UserError, unknown_name
from core.exposure import NO_DRUG
from core.vocabulary import SIDES
from drugs.binding import exposure
from experiments.laboratory.assays.pinch import pinch, pinch_stimulus
from experiments.laboratory.bench import Bench, EpochCache
from experiments.laboratory.history import REST_SECONDS, History, Numerics, wired_cache
from experiments.laboratory.rest_plan import planned
from experiments.laboratory.timetable import LONGEST_STEP, Stop, regimens_given, rests, stops
from experiments.protocol.arm import Arm
from experiments.protocol.ranges import varied
from experiments.protocol.study import Study
from experiments.version import __version__

#: Name of an epoch -> what is done in it. A pinch is that of the assay.
EPOCHS: Mapping[str, Stimulus] = {
    "rest": Stimulus(REST_SECONDS),
    **{f"pinch:{side}": pinch_stimulus(side, 1.0, pinch.seconds) for side in SIDES},
}


@dataclass(frozen=True)
class EpochWanted:
    """One epoch of one animal: of an arm of a study, at an hour of a day.

    epoch: one of `EPOCHS`. It is the epoch that the study would have there if it measured it.
    """

    study: Study
    arm: str
    number: int
    when: Stop
    epoch: str

    def __post_init__(self) -> None:
        if self.epoch not in EPOCHS:
            raise unknown_name("epoch", self.epoch, EPOCHS)
        if self.when.hours < self.study.begins:
            first = self.study.span[0]
            raise UserError(f"day {self.when.day}, hour {self.when.hour:g}: the animal begins on day {first}.")


@dataclass
class _KeepingCache(EpochCache):
    """A cache that keeps the inputs of its last epoch."""

    last: EpochInputs = field(init=False)

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """Run or recall an epoch."""
        self.last = inputs
        return super().run(inputs)


@dataclass(frozen=True)
class Reached:
    """An animal at the epoch that was wanted: what the epoch is told, and what bluespot's own run of it gave."""

    plain: PlainEpoch
    moment: Moment
    result: EpochResult

    @property
    def rates(self) -> dict[str, float]:
        """Mean rate (Hz) of every population of cells."""
        return {block.name: self.result.averages[f"{block.name}_rate_hertz"] for block in self.plain.structure.blocks}


def animal_script(wanted: EpochWanted, reached: Reached | None = None) -> str:
    """Take an animal through its history, run the epoch that is wanted, and write it as a script.

    The history is simulated by bluespot's own program as in a study, which takes seconds for each week. reached: what
    `reach` gave, to save doing that again.
    """
    reached = reached or reach(wanted)
    return script(reached.plain, reached.moment.draw, _head(wanted, reached.moment), reached.rates)


def reach(wanted: EpochWanted) -> Reached:
    """Take an animal through its history and run the epoch that is wanted."""
    study, arm = wanted.study.only([wanted.arm]), wanted.study.arm(wanted.arm)
    circuit, numerics = arm.prepared_circuit(), Numerics(precision=study.precision)
    draw = draw_animal(circuit, structure(circuit, study.size), study.seed, wanted.number)
    found = wired_cache(circuit, draw, numerics)
    try:
        cache = _KeepingCache(found.simulator)
        first = Moment(circuit, first_state(study.begins), NO_DRUG, draw)
        history = _lived(study, arm, first, cache, wanted.when.hours)
        bench = replace(history.bench, began=wanted.when.hours)
        result = bench.epoch(wanted.epoch, EPOCHS[wanted.epoch])
    finally:
        found.simulator.close()
    plain = PlainEpoch(circuit, draw.structure, draw.contacts, cache.last, numerics.dt_ms)
    return Reached(plain, bench.moment, result)


def _lived(study: Study, arm: Arm, first: Moment, cache: EpochCache, until_hours: float) -> History:
    """The history of an animal of a study up to an hour, with all stops of its slow clock.

    Assays leave nothing behind but the rest before them, so that none is run here.
    """
    regimens = varied(regimens_given(study, arm), arm.ranges, study.seed, first.draw.number)
    exposure_at = partial(exposure, regimens)
    bench = Bench(cache, replace(first, exposure=exposure_at(first.state.hours)), exposure_at, [])
    history = History.begun(bench, regimens, Numerics(precision=study.precision))
    given = regimens_given(study, arm)
    hours = rests(given, arm.marks(), study.begins, until_hours + LONGEST_STEP)
    timetable = [Stop(rest.hours, like=rest.like) for rest in planned(first.circuit, given, hours, kept=arm.marks())]
    timetable += [stop for stop in stops(study, arm) if stop.measurement is not None]
    for stop in sorted(timetable, key=lambda stop: (stop.hours, stop.measurement is not None)):
        if stop.hours <= until_hours:
            history.go_on(stop.hours, rest=stop.measurement is None, like=stop.like)
    history.go_on(until_hours, rest=False)
    return history


def _head(wanted: EpochWanted, moment: Moment) -> str:
    """What a script says of itself."""
    study, when, done = wanted.study, wanted.when, EPOCHS[wanted.epoch]
    arm = study.arm(wanted.arm)
    of_study = "" if study.name == arm.name else f" --study {study.name}"
    command = (
        f"bluespot model --brian2 {arm.name}{of_study} --day {when.day} --hour {when.hour:g} --epoch {wanted.epoch}"
    )
    given = "; ".join(map(str, regimens_given(study, arm))) or "nothing"
    changed = f"; {arm.manipulation}" if arm.manipulation else ""
    state = ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in moment.state.variables.items())
    spans = {name: f"{rate:.3g}" for name, rate in moment.state.observed.rates.items()}
    rates = ", ".join(f"{name.replace('_', ' ')} {rate}" for name, rate in spans.items())
    paragraphs = (
        f"A virtual rat in plain Brian2: {arm.circuit}, animal {wanted.number}, day {when.day}, hour {when.hour:g}, "
        f"{wanted.epoch.replace(':', ' ')}.",
        f"One epoch of {done.seconds:g} s of one animal of bluespot {__version__}, written by "
        f"`{command}`. It needs Brian2 and NumPy, not bluespot: `pip install brian2`, then `python` with this file; "
        "`--help` says what can be changed. It prints the mean rate of every population of cells beside that of "
        "bluespot's own run, which had other noise.",
        f"Computed by bluespot before, and frozen here: the cells, fibres and contacts that this animal drew (seed "
        f"{study.seed}, size {study.size:g}); its history, with its injury, in which it was given {given}{changed}; "
        "the spikes of its afferents in this epoch; the concentrations and phases at its start. Computed here: the "
        "membranes and spikes of all cells, the transmitters that they release, and the receptors these activate.",
        f"Slow state: {state}. Rates of the last rest epoch (Hz): {rates}.",
        "Equations, tables and sources: docs/model.md of bluespot; keys in brackets stand in its docs/references.bib. "
        "Not for human doses. BSD 3-Clause License, Copyright (c) 2026, the bluespot developers: redistribution and "
        "use with or without modification are permitted with this notice, without any warranty. Please cite bluespot "
        "and Brian2 (Stimberg, Brette & Goodman 2019).",
    )
    return "\n\n".join("\n".join(wrap(paragraph, 118, break_on_hyphens=False)) for paragraph in paragraphs)
