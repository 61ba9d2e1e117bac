"""Animals through a study: all arms of one number, which share their draw and the epochs before their treatments
part.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from circuits.brian.compiling import FLAGS, compiler, program
from circuits.brian.running import open_simulator
from circuits.circuit import Circuit
from circuits.draw import AnimalDraw, draw_animal
from circuits.slow_clock import SlowState, advance, first_state, injury_at, lesioned
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.days import HOURS_PER_DAY
from core.exposure import Exposure
from core.keys import word
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable
from drugs.binding import exposure
from drugs.kinetics import concentration_table
from experiments.laboratory.assays import ASSAYS
from experiments.laboratory.bench import Bench, Memory
from experiments.laboratory.timetable import FRESH, Stop, stops
from experiments.protocol.ranges import drawn_numbers, varied
from experiments.version import __version__

if TYPE_CHECKING:
    from drugs import Regimen
    from experiments.protocol.arm import Arm
    from experiments.protocol.measurement import Measurement
    from experiments.protocol.study import Study

#: Length of a rest epoch, and how many settle a new animal before its first.
REST_SECONDS = 3.0
SETTLING_EPOCHS = 3


@dataclass(frozen=True)
class Numerics:
    """How finely the two clocks are split; the defaults are what studies use, others are for measuring their error.

    noise: any other number gives the same animals other noise in every epoch. precision: of all that an epoch holds,
    "single" or "double".
    """

    dt_ms: float = 0.1
    precision: str = "single"
    rest_seconds: float = REST_SECONDS
    step_scale: float = 1.0
    longest_hours: float = 1.0
    noise: int = 0


@dataclass(frozen=True)
class Plan:
    """What a study will take, at most: epochs that all arms share are counted once. bytes: on disk."""

    epochs: int
    simulated_seconds: float
    bytes: int


def plan(study: Study) -> Plan:
    """Counts epochs, simulated seconds and bytes without simulating."""
    seen: set[tuple] = set()
    epochs = seconds = kept = 0.0
    for arm in study.arms:
        for stop in stops(study, arm):
            number, length = _cost(stop)
            kept += length
            key = (*_history(study, arm, stop.hours), stop.hours, stop.measurement and stop.measurement.assay)
            if key not in seen:
                seen.add(key)
                epochs, seconds = epochs + number, seconds + length
    per_second = 42_000 * study.size
    return Plan(int(epochs * study.animals), seconds * study.animals, int(kept * study.animals * per_second))


def _cost(stop: Stop) -> tuple[int, float]:
    if stop.measurement is None:
        return 1, REST_SECONDS
    assay, sides = ASSAYS[stop.measurement.assay], max(1, len(stop.measurement.sides))
    return assay.epochs * sides + 1, assay.seconds * sides + REST_SECONDS


def _history(study: Study, arm: Arm, hours: float) -> tuple:
    """What distinguishes this arm from others up to a time."""
    given = tuple(
        str(r) for r in _regimens(study, arm) if not r.drug.inert and r.until(study.last_day).times[0] < hours
    )
    return arm.circuit if hours > 0 else "", arm.manipulation, given and arm.ranges, given


def run_litter(
    study: Study,
    number: int,
    size: float | None = None,
    report: Callable[[float], None] = lambda seconds: None,
    numerics: Numerics | None = None,
) -> Iterator[AnimalRecord]:
    """Animal `number` of every arm of `study`, one record after another.

    report: called with simulated seconds as they are done. The records do not depend on what was run before or
    elsewhere.
    """
    size = study.size if size is None else size
    numerics = numerics or Numerics(precision=study.precision)
    memories: dict[object, Memory] = {}
    try:
        for arm in study.arms:
            circuit = arm.prepared_circuit()
            shape = structure(circuit, size)
            draw = with_noise(draw_animal(circuit, shape, study.seed, number), numerics.noise)
            memory = _memory(memories, circuit, draw, numerics, report)
            yield _run_animal(study, arm, circuit, draw, memory, numerics)
    finally:
        for memory in memories.values():
            memory.simulator.close()


def with_noise(draw: AnimalDraw, noise: int) -> AnimalDraw:
    """The same animal whose epochs draw other noise; 0 leaves it as it is."""
    return replace(draw, seed=word(draw.seed, "noise", noise)) if noise else draw


def _memory(
    memories: dict[object, Memory],
    circuit: Circuit,
    draw: AnimalDraw,
    numerics: Numerics,
    report: Callable[[float], None],
) -> Memory:
    """The bench's memory of a wiring; arms of one wiring share it."""
    key = tuple(part.tobytes() for contacts in draw.contacts.values() for part in contacts)
    wiring = (draw.structure, hash(key))
    if wiring not in memories:
        autoreceptors = {t.name: t.autoreceptor for t in circuit.transmitters}
        simulator = open_simulator(program(draw.structure, autoreceptors, numerics.dt_ms, numerics.precision))
        simulator.wire(draw.contacts)
        memories[wiring] = Memory(simulator, report)
    return memories[wiring]


def _regimens(study: Study, arm: Arm) -> tuple[Regimen, ...]:
    return (*arm.treatments, *(r for i in study.injections_of(arm.name) for r in i.regimens))


def _run_animal(
    study: Study, arm: Arm, circuit: Circuit, draw: AnimalDraw, memory: Memory, numerics: Numerics
) -> AnimalRecord:
    regimens = varied(_regimens(study, arm), arm.ranges, study.seed, draw.number)
    epochs: list[EpochRecord] = []
    values: list[AssayValue] = []
    track: list[SlowState] = []
    bench = Bench(
        memory, circuit, draw, first_state(HOURS_PER_DAY * study.first_day), partial(_exposure, regimens), epochs
    )
    for trial in range(SETTLING_EPOCHS):
        bench.settle(f"settle:{trial}", Stimulus(numerics.rest_seconds))
    bench.state = _with_reference(bench.state, epochs[-1].averages)
    rested = -np.inf
    for stop in stops(study, arm, numerics.step_scale):
        bench.state = advance(circuit, bench.state, bench.exposure_at, stop.hours, draw.factors, numerics.longest_hours)
        if stop.measurement is None or stop.hours - rested > FRESH:
            bench.settle("rest", Stimulus(numerics.rest_seconds))
            rested = stop.hours
            track.append(bench.state)
        if stop.measurement is not None:
            values += _measure(study, arm, stop, stop.measurement, bench)
    return AnimalRecord(
        study=study.name,
        arm=arm.name,
        animal=draw.number,
        circuit=arm.circuit,
        epochs=tuple(epochs),
        assays=tuple(values),
        slow_state=_slow_table(circuit, draw, track),
        concentrations=concentration_table(regimens, np.array([state.hours for state in track])),
        provenance=_provenance(study, arm, draw, numerics) | _drawn(arm, regimens),
    )


def _exposure(regimens: tuple[Regimen, ...], hours: float) -> Exposure:
    return exposure(regimens, hours)


def _measure(study: Study, arm: Arm, stop: Stop, measurement: Measurement, bench: Bench) -> list[AssayValue]:
    """All sides of one assay, each from the same state; what an assay moves does not outlast it."""
    assay = ASSAYS[measurement.assay]
    phase = study.phase(arm.name, stop.day, stop.hour)
    values = []
    for side in measurement.sides or ("",):
        for reading in assay.perform(replace(bench), side):
            values.append(
                AssayValue(
                    assay.name,
                    reading.name,
                    reading.side,
                    reading.value,
                    reading.unit,
                    stop.day,
                    stop.hour,
                    reading.censored,
                    phase,
                )
            )
    return values


def _with_reference(state: SlowState, averages: Mapping[str, float]) -> SlowState:
    return replace(state, reference={x: averages[f"{x}_forebrain_nanomolar"] for x in ("noradrenaline", "serotonin")})


def _slow_table(circuit: Circuit, draw: AnimalDraw, track: list[SlowState]) -> SlowTable:
    """State variables, the injury's quantities and the rates last observed, at every rest epoch."""
    rows = [
        {
            **state.variables,
            **injury_at(circuit, state.hours, draw.factors["injury_extent"]),
            **_lesion_columns(circuit, state.hours),
            **{f"nociceptive_drive_{side}_rate": rate for side, rate in state.drive.items()},
            **{f"{name}_rate": rate for name, rate in state.observed.rates.items()},
        }
        for state in track
    ]
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    units = {name: "Hz" if name.endswith("rate") else "V" if name == "gaba_reversal_shift" else "1" for name in columns}
    return SlowTable(np.array([state.hours for state in track]), columns, units)


def _lesion_columns(circuit: Circuit, hours: float) -> dict[str, float]:
    """What lesions and knock-downs have left; nothing for an animal without."""
    done = circuit.manipulations
    left = lesioned(circuit, hours) if done.lesions or done.knock_downs else {}
    return {name.replace(".", "_"): share for name, share in left.items()}


def _drawn(arm: Arm, regimens: tuple[Regimen, ...]) -> dict[str, object]:
    return {"ranges": arm.ranges, "drug_numbers": drawn_numbers(regimens)} if arm.ranges else {}


def _provenance(study: Study, arm: Arm, draw: AnimalDraw, numerics: Numerics) -> dict[str, object]:
    import brian2

    return {
        "study": study.name,
        "seed": study.seed,
        "size": draw.structure.size,
        "variability": dict(draw.factors),
        "numerics": vars(numerics),
        "manipulations": arm.done_table(),
        "bluespot_version": __version__,
        "brian2_version": brian2.__version__,
        "numpy_version": np.__version__,
        "compiler": compiler() or "none: NumPy",
        "flags": list(FLAGS) if compiler() else [],
        "machine": platform.machine(),
    }
