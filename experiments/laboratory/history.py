"""The history of one animal along the slow clock: settled on its first day, then rested or measured at each stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from circuits.brian.compiling import program
from circuits.brian.running import open_simulator
from circuits.circuit import Circuit
from circuits.draw import AnimalDraw
from circuits.moment import Moment
from circuits.stimulus import Stimulus
from core.keys import word
from core.records import AssayValue, SlowTable
from drugs import Regimen
from drugs.binding import exposure
from experiments.laboratory.assays.assay import Assay
from experiments.laboratory.bench import Bench, EpochCache
from experiments.laboratory.rest_plan import REST_ERROR
from experiments.laboratory.timetable import FRESH, Stop, dosed_between

#: Length of a rest epoch, and how many settle a new animal before its first.
REST_SECONDS = 3.0
SETTLING_EPOCHS = 3


@dataclass(frozen=True)
class Numerics:
    """How finely the two clocks are split; the defaults are what studies use, others are for measuring their error.

    noise: any other number gives the same animals other noise in every epoch. precision: of all that an epoch holds,
    "single" or "double". rest_error: as of `timetable.stops`.
    """

    dt_ms: float = 0.1
    precision: str = "single"
    rest_seconds: float = REST_SECONDS
    step_scale: float = 1.0
    longest_hours: float = 1.0
    noise: int = 0
    rest_error: float = REST_ERROR


def with_noise(draw: AnimalDraw, noise: int) -> AnimalDraw:
    """Copy of the draw with another noise seed (0: unchanged)."""
    return replace(draw, seed=word(draw.seed, "noise", noise)) if noise else draw


def wired_cache(
    circuit: Circuit, draw: AnimalDraw, numerics: Numerics, report: Callable[[float], None] = lambda seconds: None
) -> EpochCache:
    """An empty epoch cache in front of a simulator that holds the contacts of this draw; close its simulator."""
    simulator = open_simulator(program(draw.structure, numerics.dt_ms, numerics.precision))
    simulator.wire(draw.contacts)
    return EpochCache(simulator, report)


@dataclass
class History:
    """One animal from its first day on. `bench` stands where its slow clock stands.

    given: its drugs, those to come among them; the bench knows them by their exposure. rested: hours from surgery of
    its last rest epoch. track: the animal after each rest, and seen: the hour of the epoch that stands for it. run: the
    animal after each rest epoch, by its hour.
    """

    bench: Bench
    given: tuple[Regimen, ...]
    numerics: Numerics
    rested: float = -np.inf
    track: list[Moment] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    run: dict[float, Moment] = field(default_factory=dict)

    @classmethod
    def begun(cls, bench: Bench, given: tuple[Regimen, ...], numerics: Numerics) -> History:
        """The history of an animal that has settled on the bench; its forebrain at rest is the reference of mood."""
        bench.given = given
        for trial in range(SETTLING_EPOCHS):
            settled = bench.settle(f"settle:{trial}", Stimulus(numerics.rest_seconds))
        bench.moment = _with_reference(bench.moment, settled.averages)
        return cls(bench, given, numerics)

    def give(self, given: tuple[Regimen, ...]) -> None:
        """Have these drugs from now on; their first doses lie ahead."""
        self.given = self.bench.given = given
        self.bench.exposure_at = partial(exposure, given)

    def go_on(self, hours: float, rest: bool, like: float | None = None) -> None:
        """Advance the slow clock to `hours` from surgery; rest there if asked to, or if the last rest is out of date.

        A rest is out of date after a while, or a dose. What fails or is interrupted on the way leaves the animal where
        it stood. like: the hour of an earlier rest whose rates and drive stand for those of now, so that none is run.
        """
        moved = replace(self.bench)
        moved.advance(hours, self.numerics.longest_hours)
        if rest and like is not None:
            then = self.run[like].state
            moved.moment = replace(moved.moment, state=replace(moved.state, observed=then.observed, drive=then.drive))
            self._rested(moved.moment, like)
        elif rest or hours - self.rested > FRESH or dosed_between(self.given, self.rested, hours):
            moved.settle("rest", Stimulus(self.numerics.rest_seconds))
            self.rested = hours
            self.run[hours] = moved.moment
            self._rested(moved.moment, hours)
        self.bench.moment = moved.moment

    def _rested(self, moment: Moment, seen: float) -> None:
        """Note a rest. One that is run at the hour of one that was not, before an assay, takes its place."""
        if self.track and self.track[-1].state.hours == moment.state.hours:
            self.track.pop()
            self.seen.pop()
        self.track.append(moment)
        self.seen.append(seen)

    def measure(self, assay: Assay, sides: tuple[str, ...], stop: Stop) -> list[AssayValue]:
        """All sides of one assay, each from the same state; what an assay moves does not outlast it.

        A dose at its hour, or while it lasts, comes after it.
        """
        return [value for side in sides or ("",) for value in self._values(assay, side, stop)]

    def _values(self, assay: Assay, side: str, stop: Stop) -> list[AssayValue]:
        hours, first = self.bench.state.hours, len(self.bench.records)
        readings = list(assay.perform(replace(self.bench, began=hours), side))
        epochs = range(first, len(self.bench.records))
        phase = self.bench.interventions.phase(hours, assay.name)
        place = stop.day, stop.hour
        return [
            AssayValue(assay.name, r.name, r.side, r.value, r.unit, *place, r.censored, phase, epochs) for r in readings
        ]

    def slow_table(self) -> SlowTable:
        """State variables, the injury's quantities and the rates that stand, at every rest; `observed_hours` is when an
        epoch showed these rates.
        """
        rows = [
            {
                **moment.state.variables,
                **moment.injury,
                **_lesion_columns(moment),
                **{f"nociceptive_drive_{side}_rate": rate for side, rate in moment.state.drive.items()},
                **{f"{name}_rate": rate for name, rate in moment.state.observed.rates.items()},
                "observed_hours": seen,
            }
            for moment, seen in zip(self.track, self.seen, strict=True)
        ]
        columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        units = {name: _unit(name) for name in columns}
        return SlowTable(np.array([moment.state.hours for moment in self.track]), columns, units)


def _unit(column: str) -> str:
    if column == "observed_hours":
        return "h"
    return "Hz" if column.endswith("rate") else "V" if column.startswith("gaba_reversal_shift") else "1"


def _with_reference(moment: Moment, averages: Mapping[str, float]) -> Moment:
    reference = {x: averages[f"{x}_forebrain_nanomolar"] for x in ("noradrenaline", "serotonin")}
    return replace(moment, state=replace(moment.state, reference=reference))


def _lesion_columns(moment: Moment) -> dict[str, float]:
    """What lesions and knock-downs have left; nothing for an animal without."""
    done = moment.circuit.manipulations
    remaining = moment.remaining if done.lesions or done.knock_downs else {}
    return {name.replace(".", "_"): share for name, share in remaining.items()}
