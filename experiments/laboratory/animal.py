"""Animals through a study: all arms of one number, which share their draw and the epochs before their treatments
part.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from circuits.circuit import Circuit
from circuits.draw import AnimalDraw, draw_animal
from circuits.moment import Moment
from circuits.slow_state import first_state
from circuits.structure import structure
from core.exposure import NO_DRUG
from core.records import AnimalRecord, AssayValue
from drugs.binding import exposure
from drugs.kinetics import concentration_table
from experiments.laboratory.assays.assay import Assay
from experiments.laboratory.bench import Bench, EpochCache
from experiments.laboratory.continuing.recorded_epochs import OtherAnimalError, RecordedEpochs
from experiments.laboratory.continuing.same_history import Continued, continued
from experiments.laboratory.history import REST_SECONDS, History, Numerics, wired_cache, with_noise
from experiments.laboratory.own_assays.known import known_assays
from experiments.laboratory.provenance.cells import UNITS_OF_CELLS, drawn_cells
from experiments.laboratory.provenance.facts import provenance
from experiments.laboratory.provenance.machine import machine
from experiments.laboratory.shared_history import SharedHistory
from experiments.laboratory.timetable import Stop, regimens_given, stops
from experiments.protocol.ranges import varied
from results.files.reading import read_identity

if TYPE_CHECKING:
    from drugs import Regimen
    from experiments.protocol.arm import Arm
    from experiments.protocol.study import Study

_LOG = logging.getLogger("bluespot")
#: Arm -> anything, for a study that has not grown.
NOTHING_PAST: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Plan:
    """What a study will take, at most: epochs that all arms share are counted once. bytes: on disk."""

    epochs: int
    simulated_seconds: float
    bytes: int


def plan(study: Study, past: Mapping[str, Continued] = NOTHING_PAST) -> Plan:
    """Counts epochs, simulated seconds and bytes without simulating.

    past: arm -> what its animals have already, and is not simulated again.
    """
    seen: set[tuple[object, ...]] = set()
    assays = known_assays(study.extensions)
    epochs = seconds = kept = 0.0
    for arm in study.effective_arms:
        for stop in stops(study.only([arm.name]), arm):
            number, length = _cost(stop, assays)
            kept += length
            if arm.name in past and past[arm.name].holds(stop):
                continue
            key = (*_history(study, arm, stop.hours), stop.hours, stop.measurement and stop.measurement.assay)
            if key not in seen:
                seen.add(key)
                epochs, seconds = epochs + number, seconds + length
    per_second = 25_000 * study.size
    return Plan(int(epochs * study.animals), seconds * study.animals, int(kept * study.animals * per_second))


def _cost(stop: Stop, assays: Mapping[str, Assay]) -> tuple[int, float]:
    if stop.like is not None:
        return 0, 0.0
    if stop.measurement is None:
        return 1, REST_SECONDS
    assay, sides = assays[stop.measurement.assay], max(1, len(stop.measurement.sides))
    return assay.epochs * sides + 1, assay.seconds * sides + REST_SECONDS


def _history(study: Study, arm: Arm, hours: float) -> tuple[object, ...]:
    """What distinguishes this arm from others up to a time."""
    given = tuple(
        str(r) for r in regimens_given(study, arm) if not r.drug.inert and r.until(study.span[1]).times[0] < hours
    )
    return arm.circuit if hours > 0 else "", arm.manipulation, given and arm.ranges, given


def run_matched_animals(
    study: Study,
    number: int,
    report: Callable[[float], None] = lambda seconds: None,
    numerics: Numerics | None = None,
    past: Mapping[str, Path] = NOTHING_PAST,
) -> Iterator[AnimalRecord]:
    """Animal `number` of every arm of `study`, one record after another.

    report: called with simulated seconds as they are done. past: arm -> the animal's file of before the study grew,
    whose epochs are not simulated again where they hold. The records do not depend on what was run before or elsewhere.
    """
    matched = _MatchedAnimals(study, number, report, numerics or Numerics(precision=study.precision), past)
    try:
        for arm in study.effective_arms:
            yield matched.record(arm)
    finally:
        matched.close()


@dataclass
class _MatchedAnimals:
    """The animals of one number, and what they have in common: epochs of one wiring, draws, and histories."""

    study: Study
    number: int
    report: Callable[[float], None]
    numerics: Numerics
    past: Mapping[str, Path]
    caches: dict[object, EpochCache] = field(default_factory=dict)
    shared: SharedHistory = field(default_factory=SharedHistory)

    def record(self, arm: Arm) -> AnimalRecord:
        """Run the animal of an arm: what happens in it does not depend on the other arms."""
        if arm.name in self.past:
            try:
                return self._recorded(arm, self.past[arm.name])
            except OtherAnimalError as error:
                _LOG.warning(f"{self.past[arm.name]}: its study gives another animal ({error}); it is run anew.")
                self.shared = SharedHistory()
        return self._lived(arm)

    def _recorded(self, arm: Arm, path: Path) -> AnimalRecord:
        """Run the animal with what holds of its file."""
        holds = continued(read_identity(path), self.study.only([arm.name]))
        return self._lived(arm, RecordedEpochs(path) if holds.until > -inf else None, holds.until)

    def _lived(self, arm: Arm, recorded: RecordedEpochs | None = None, until: float = inf) -> AnimalRecord:
        """Take the animal through its stops; recorded: stands in for simulations up to hour `until` from surgery."""
        circuit = self.shared.same(arm.prepared_circuit())
        draw = self.shared.draw(circuit, partial(self._drawn, circuit))
        alone = self.study.only([arm.name])
        regimens = varied(regimens_given(alone, arm), arm.ranges, alone.seed, draw.number)
        history = self._begun(alone, arm, Moment(circuit, first_state(alone.begins), NO_DRUG, draw), regimens, recorded)
        values: list[AssayValue] = []
        assays = known_assays(self.study.extensions)
        for stop in stops(alone, arm, self.numerics.step_scale, self.numerics.rest_error):
            if recorded is not None and stop.hours > until:
                recorded.end(history)
            history.go_on(stop.hours, rest=stop.measurement is None, like=stop.like)
            if stop.measurement is not None:
                values += history.measure(assays[stop.measurement.assay], stop.measurement.sides, stop)
        if recorded is not None:
            recorded.end(history)
        return _record(alone, arm, history, values, self.numerics)

    def close(self) -> None:
        """End the simulators."""
        for cache in self.caches.values():
            cache.simulator.close()

    def _drawn(self, circuit: Circuit) -> AnimalDraw:
        shape = structure(circuit, self.study.size)
        return with_noise(draw_animal(circuit, shape, self.study.seed, self.number), self.numerics.noise)

    def _begun(
        self, study: Study, arm: Arm, first: Moment, regimens: tuple[Regimen, ...], recorded: RecordedEpochs | None
    ) -> History:
        exposure_at = partial(exposure, regimens)
        begin = replace(first, exposure=exposure_at(first.state.hours))
        bench = Bench(
            self._cache(first.circuit, first.draw),
            begin,
            exposure_at,
            [],
            interventions=study.interventions(arm.name),
            shared=self.shared,
            recorded=recorded,
        )
        return History.begun(bench, regimens, self.numerics)

    def _cache(self, circuit: Circuit, draw: AnimalDraw) -> EpochCache:
        """The epoch cache of a wiring; arms of one wiring share it."""
        wiring = self.shared.wiring(draw)
        if wiring not in self.caches:
            self.caches[wiring] = wired_cache(circuit, draw, self.numerics, self.report)
        return self.caches[wiring]


def _record(study: Study, arm: Arm, history: History, values: list[AssayValue], numerics: Numerics) -> AnimalRecord:
    bench, regimens = history.bench, history.given
    draw = bench.moment.draw
    return AnimalRecord(
        study=study.name,
        arm=arm.name,
        animal=draw.number,
        circuit=arm.circuit,
        epochs=tuple(bench.records),
        assays=tuple(values),
        slow_state=history.slow_table(),
        concentrations=concentration_table(regimens, np.array([moment.state.hours for moment in history.track])),
        provenance=provenance(study, arm, draw, numerics, regimens),
        machine=machine(),
        cells=drawn_cells(draw),
        cell_units=UNITS_OF_CELLS,
    )
