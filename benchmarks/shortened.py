"""The shortened problem: slow onsets and time constants divided so that weeks become minutes, split and unsplit.

Without the split, short epochs follow one another without a gap. The slow state moves by the time just simulated, and
concentrations, drug and afferent trains go on from one epoch to the next; only the cells begin anew (membrane at rest,
pacemakers at a random phase), because a compiled epoch does not take their state in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from brian2.units import second
from brian2.units.fundamentalunits import have_same_dimensions

from circuits import fields, ligated, plasticity
from circuits.brian.compiling import program
from circuits.brian.epoch_data import Simulator, afferent_table
from circuits.brian.running import open_simulator
from circuits.circuit import Circuit
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import EpochResult, prepare, simulate
from circuits.slow_clock import SlowState, advance, first_state, injury_at, observe, scales
from circuits.stimulus import Stimulus, fibre_rates
from circuits.structure import structure
from core.days import HOURS_PER_DAY
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.keys import stream
from core.records import SpikeTrain
from core.units import SECONDS_PER_HOUR
from core.vocabulary import COMPARTMENTS
from experiments.laboratory.bench import Bench, Memory
from experiments.laboratory.history import SETTLING_EPOCHS, Numerics, with_noise

#: Simulated seconds that stand for a day.
DAY_SECONDS = 90.0
#: Length of a contiguous epoch: long against the fast time constants (spike adaptation 0.4 s), short against the slow
#: ones (45 s and more).
EPOCH_SECONDS = 2.0
#: Averaging time of the nociceptive drive (3 h before shortening): a rate seen in 2 s alone is mostly chance.
DRIVE_SECONDS = 10.0
#: The drug: nine in ten transporters blocked at once and for good.
BLOCKED = Exposure({place: {site: SiteBinding(block=9.0) for site in ("NET", "SERT")} for place in COMPARTMENTS})
SEED = 1


def shortened(circuit: Circuit, factor: float) -> Circuit:
    """The circuit with every onset and time constant of injury and plasticity divided by `factor`."""
    for path, number in circuit.parameters():
        if path.startswith(("differences.", "plasticity.")) and have_same_dimensions(number.value, second):
            circuit = circuit.with_value(path, number.value / factor)
    return circuit


@dataclass(frozen=True)
class Problem:
    """Ligation on day 0, transporter block from `treated_from` on; a day lasts `day_seconds`. Hours are shortened."""

    day_seconds: float = DAY_SECONDS
    first_day: float = -1.0
    treated_from: float = 14.0
    last_day: float = 17.2

    @property
    def factor(self) -> float:
        """By how much slow time runs faster."""
        return SECONDS_PER_HOUR * HOURS_PER_DAY / self.day_seconds

    @property
    def circuit(self) -> Circuit:
        """The ligated animal with fast slow processes."""
        return shortened(ligated, self.factor)

    def hours(self, day: float) -> float:
        """Shortened hours from surgery."""
        return HOURS_PER_DAY * day / self.factor

    def exposure(self, hours: float) -> Exposure:
        """Drug at that hour."""
        return BLOCKED if hours >= self.hours(self.treated_from) else NO_DRUG


@dataclass
class Trajectory:
    """Slow state, LC rate and spinal NA of one animal over days."""

    days: list[float] = field(default_factory=list)
    rows: list[tuple[float, ...]] = field(default_factory=list)

    NAMES = ("sensitisation", "glutamate clearance", "LC rate (Hz)", "NA in the cord (nM)")

    def note(self, day: float, state: SlowState, averages: Mapping[str, float]) -> None:
        """Add what an epoch left."""
        self.days.append(day)
        variables = (state.variables[name] for name in ("sensitisation_ipsi", "glutamate_clearance"))
        seen = (averages[n] for n in ("locus_coeruleus_spinal_rate_hertz", "noradrenaline_dorsal_horn_ipsi_nanomolar"))
        self.rows.append((*variables, *seen))

    def at(self, day: float, half_width: float) -> np.ndarray:
        """The four quantities around a day; the last before it where no epoch lies that near."""
        days, rows = np.array(self.days), np.array(self.rows)
        near = np.abs(days - day) <= half_width
        return rows[near].mean(axis=0) if near.any() else rows[np.searchsorted(days, day + 1e-6) - 1]


@contextmanager
def animal(circuit: Circuit, number: int, size: float, numerics: Numerics) -> Iterator[tuple[AnimalDraw, Simulator]]:
    """One animal of the study's seed and a simulator wired for it."""
    draw = with_noise(draw_animal(circuit, structure(circuit, size), SEED, number), numerics.noise)
    autoreceptors = {t.name: t.autoreceptor for t in circuit.transmitters}
    simulator = open_simulator(program(draw.structure, autoreceptors, numerics.dt_ms, numerics.precision))
    try:
        simulator.wire(draw.contacts)
        yield draw, simulator
    finally:
        simulator.close()


def _settled(problem: Problem, circuit: Circuit, draw: AnimalDraw, simulator: Simulator, numerics: Numerics) -> Bench:
    start = first_state(problem.hours(problem.first_day))
    bench = Bench(Memory(simulator), circuit, draw, start, problem.exposure, [])
    for trial in range(SETTLING_EPOCHS):
        bench.settle(f"settle:{trial}", Stimulus(numerics.rest_seconds))
    return bench


def split(problem: Problem, moments: Iterable[float], numerics: Numerics, number: int, size: float) -> Trajectory:
    """The ordinary way: at each of `moments` (days) a rest epoch, which takes no time on the slow clock."""
    circuit, track = problem.circuit, Trajectory()
    longest = numerics.longest_hours / problem.factor
    with animal(circuit, number, size, numerics) as (draw, simulator):
        bench = _settled(problem, circuit, draw, simulator, numerics)
        for day in sorted(d for d in moments if problem.first_day <= d <= problem.last_day):
            until = problem.hours(day)
            bench.state = advance(circuit, bench.state, problem.exposure, until, draw.factors, longest)
            track.note(day, bench.state, bench.settle("rest", Stimulus(numerics.rest_seconds)).averages)
    return track


def unsplit(problem: Problem, epoch_seconds: float, number: int, size: float) -> Trajectory:
    """Without the split: epochs cover all of the time, and the slow state moves by the length of each."""
    circuit, track = problem.circuit, Trajectory()
    with animal(circuit, number, size, Numerics()) as (draw, simulator):
        state = _settled(problem, circuit, draw, simulator, Numerics()).state
        going = Contiguous(problem, circuit, draw, simulator, epoch_seconds, state, Afferents(circuit, draw))
        for _ in range(round((problem.last_day - problem.first_day) * problem.day_seconds / epoch_seconds)):
            result = going.step()
            middle = going.state.hours - 0.5 * epoch_seconds / SECONDS_PER_HOUR
            track.note(middle * problem.factor / HOURS_PER_DAY, going.state, result.averages)
    return track


@dataclass
class Contiguous:
    """An animal whose epochs follow one another: `concentrations` are those at the end of the last one."""

    problem: Problem
    circuit: Circuit
    draw: AnimalDraw
    simulator: Simulator
    seconds: float
    state: SlowState
    afferents: Afferents
    concentrations: Mapping[str, np.ndarray] = field(default_factory=dict)

    def step(self) -> EpochResult:
        """Simulate one epoch and let the slow state follow it."""
        exposure = self.problem.exposure(self.state.hours)
        result = self._epoch(exposure)
        seen = observe(self.circuit, self.state, result.averages, exposure)
        seen = replace(seen, drive=_averaged(self.state.drive, seen.drive, self.seconds))
        hours = self.seconds / SECONDS_PER_HOUR
        self.state = followed(self.circuit, seen, result.averages, exposure, self.draw.factors, hours)
        return result

    def _epoch(self, exposure: Exposure) -> EpochResult:
        stimulus, label, dt_ms = Stimulus(self.seconds), f"{self.state.hours:.6f} h", self.simulator.program.dt_ms
        inputs, _ = prepare(self.circuit, self.draw, self.state, exposure, stimulus, label, dt_ms)
        injury = injury_at(self.circuit, self.state.hours, self.draw.factors["injury_extent"])
        trains = self.afferents.go_on(stimulus, injury)
        table = afferent_table({name: (t.seconds, t.index) for name, t in trains.items()}, self.draw.structure, dt_ms)
        begun = {f"fields.{name}": levels for name, levels in self.concentrations.items()}
        arguments = {**inputs.arguments, **begun}
        outputs = self.simulator.run(replace(inputs, arguments=arguments, afferents=table))
        self.concentrations = outputs.last
        return simulate(lambda _: outputs, self.draw, inputs, trains, dt_ms)


def _averaged(old: Mapping[str, float], seen: Mapping[str, float], seconds: float) -> dict[str, float]:
    """A running mean over `DRIVE_SECONDS`."""
    weight = -float(np.expm1(-seconds / DRIVE_SECONDS))
    return {side: value + weight * (seen[side] - value) for side, value in old.items()}


def followed(
    circuit: Circuit,
    state: SlowState,
    averages: Mapping[str, float],
    exposure: Exposure,
    factors: Mapping[str, float],
    hours: float,
) -> SlowState:
    """The slow state after `hours` in which concentrations were as simulated, not as the slow clock expects them."""
    drive = {
        "nociceptive_ipsi": state.drive["ipsi"],
        "nociceptive_contra": state.drive["contra"],
        "alpha2_locus_coeruleus": _active(circuit, "alpha2A", "locus_coeruleus", averages, exposure),
        "alpha2_cord": _active(circuit, "alpha2A", "dorsal_horn_contra", averages, exposure),
        "serotonin1A_raphe": _active(circuit, "5-HT1A", "raphe", averages, exposure),
        "serotonin_forebrain": 0.0,
        "noradrenaline_forebrain": 0.0,
    }
    lost = scales(circuit, state, factors["injury_extent"])["glt1_loss"]
    slopes = plasticity.rates_of_change(circuit.plasticity, state.variables, drive, lost, circuit.off)
    moved = {}
    for name, value in state.variables.items():
        constant = plasticity.relaxation_hours(circuit.plasticity, name, rising=slopes[name] > 0)
        moved[name] = value - slopes[name] * constant * float(np.expm1(-hours / constant))
    return replace(state, hours=state.hours + hours, variables=moved)


def _active(circuit: Circuit, name: str, place: str, averages: Mapping[str, float], exposure: Exposure) -> float:
    receptor = circuit.receptor(name)
    return fields.activation(receptor, averages[f"{receptor.transmitter}_{place}_nanomolar"], exposure.at(place, name))


@dataclass
class Afferents:
    """Fibres at rest whose renewal trains go on from one stretch of time to the next, spikes on their way included."""

    circuit: Circuit
    draw: AnimalDraw
    waiting: dict[str, np.ndarray] = field(default_factory=dict)
    travelling: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    stretches: int = 0

    def go_on(self, stimulus: Stimulus, injury: Mapping[str, float]) -> dict[str, SpikeTrain]:
        """Arrivals at the cord, by block, in the next `stimulus.seconds`."""
        trains = {}
        for block in self.draw.structure.fibres:
            rng = stream(self.draw.seed, self.draw.number, "contiguous", self.stretches, block.name)
            rates = fibre_rates(self.circuit, self.draw, block, stimulus, injury)[0]
            shape = self.circuit.afferent_population(block.population).regularity.si
            if block.name not in self.waiting:
                self.waiting[block.name] = first_wait(block.count, shape, rng)
            waiting = self.waiting[block.name]
            times, fibre, self.waiting[block.name] = renewals(rates, waiting, stimulus.seconds, shape, rng)
            times = times + self.draw.fibres["delay"][block.start + fibre]
            trains[block.name] = self._arrived(block.name, times, fibre, stimulus.seconds, block.count)
        self.stretches += 1
        return trains

    def _arrived(self, name: str, times: np.ndarray, fibre: np.ndarray, seconds: float, count: int) -> SpikeTrain:
        before = self.travelling.get(name, (np.zeros(0), np.zeros(0, int)))
        times, fibre = np.concatenate([before[0], times]), np.concatenate([before[1], fibre])
        late = times >= seconds
        self.travelling[name] = (times[late] - seconds, fibre[late])
        order = np.argsort(times[~late], kind="stable")
        return SpikeTrain(times[~late][order], fibre[~late][order].astype("u4"), count)


def first_wait(fibres: int, shape: float, rng: np.random.Generator) -> np.ndarray:
    """What is left, in mean intervals, of the interval in which a fibre is found: longer ones are found more often."""
    return rng.standard_gamma(shape + 1.0, fibres) / shape * rng.random(fibres)


def renewals(
    rates: np.ndarray, waiting: np.ndarray, seconds: float, shape: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times and fibres of spikes at constant `rates` (Hz), and how many mean intervals each fibre then still waits."""
    times, fibres, mark = [np.zeros(0)], [np.zeros(0, int)], waiting.copy()
    while (due := np.flatnonzero(mark < rates * seconds)).size:
        times.append(mark[due] / rates[due])
        fibres.append(due)
        mark[due] += rng.standard_gamma(shape, due.size) / shape
    return np.concatenate(times), np.concatenate(fibres), mark - rates * seconds
