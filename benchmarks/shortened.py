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

from circuits import ligated, plasticity
from circuits.brian.compiling import program
from circuits.brian.epoch_data import Simulator, afferent_table
from circuits.brian.running import open_simulator
from circuits.circuit import Circuit
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import EpochResult, prepare, simulate
from circuits.moment import Moment
from circuits.slow_clock import drive_of, observe
from circuits.slow_state import SlowState, first_state
from circuits.stimulus import Stimulus, fibre_rates
from circuits.structure import Block, structure
from core.days import HOURS_PER_DAY
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.keys import stream
from core.records import SpikeTrain
from core.units import SECONDS_PER_HOUR
from core.vocabulary import COMPARTMENTS
from experiments.laboratory.bench import Bench, EpochCache
from experiments.laboratory.history import SETTLING_EPOCHS, Numerics, with_noise

#: Simulated seconds that stand for a day.
DAY_SECONDS = 90.0
#: Length of a contiguous epoch: long against the fast time constants (spike adaptation 0.4 s), short against the slow
#: ones (45 s and more).
EPOCH_SECONDS = 2.0
#: Averaging time of the nociceptive drive (3 h before shortening): a rate seen in 2 s alone is mostly chance.
DRIVE_SECONDS = 10.0
#: The drug: nine in ten transporters blocked at once and for good.
UPTAKE_BLOCKED = Exposure({place: {site: SiteBinding(block=9.0) for site in ("NET", "SERT")} for place in COMPARTMENTS})
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

    def exposure(self, hours: float, *, before: float | None = None) -> Exposure:
        """Drug at that hour; it is no dose, so that which doses count (`before`) is no question."""
        return UPTAKE_BLOCKED if hours >= self.hours(self.treated_from) else NO_DRUG


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
    simulator = open_simulator(program(draw.structure, numerics.dt_ms, numerics.precision))
    try:
        simulator.wire(draw.contacts)
        yield draw, simulator
    finally:
        simulator.close()


def _settled(problem: Problem, circuit: Circuit, draw: AnimalDraw, simulator: Simulator, numerics: Numerics) -> Bench:
    hours = problem.hours(problem.first_day)
    start = Moment(circuit, first_state(hours, assume_rest=True), problem.exposure(hours), draw)
    bench = Bench(EpochCache(simulator), start, problem.exposure, [])
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
            bench.advance(problem.hours(day), longest)
            track.note(day, bench.state, bench.settle("rest", Stimulus(numerics.rest_seconds)).averages)
    return track


def unsplit(problem: Problem, epoch_seconds: float, number: int, size: float) -> Trajectory:
    """Without the split: epochs cover all of the time, and the slow state moves by the length of each."""
    circuit, track = problem.circuit, Trajectory()
    with animal(circuit, number, size, Numerics()) as (draw, simulator):
        moment = _settled(problem, circuit, draw, simulator, Numerics()).moment
        going = Contiguous(problem, moment, simulator, epoch_seconds)
        for _ in range(round((problem.last_day - problem.first_day) * problem.day_seconds / epoch_seconds)):
            result = going.step()
            state = going.moment.state
            middle = state.hours - 0.5 * epoch_seconds / SECONDS_PER_HOUR
            track.note(middle * problem.factor / HOURS_PER_DAY, state, result.averages)
    return track


@dataclass
class Contiguous:
    """An animal whose epochs follow one another: `concentrations` are those at the end of the last one."""

    problem: Problem
    moment: Moment
    simulator: Simulator
    seconds: float
    afferents: Afferents = field(default_factory=lambda: Afferents())
    concentrations: Mapping[str, np.ndarray] = field(default_factory=dict)

    def step(self) -> EpochResult:
        """Simulate one epoch and let the slow state follow it."""
        state = self.moment.state
        self.moment = replace(self.moment, exposure=self.problem.exposure(state.hours))
        result = self._epoch()
        seen = observe(self.moment, result.averages)
        drive = _averaged(state.drive, seen.state.drive, self.seconds)
        seen = replace(seen, state=replace(seen.state, drive=drive))
        self.moment = followed(seen, result.averages, self.seconds / SECONDS_PER_HOUR)
        return result

    def _epoch(self) -> EpochResult:
        moment, stimulus, dt_ms = self.moment, Stimulus(self.seconds), self.simulator.program.dt_ms
        inputs, _ = prepare(moment, stimulus, f"{moment.state.hours:.6f} h", dt_ms)
        trains = self.afferents.go_on(moment, stimulus)
        arrivals = {name: (t.seconds, t.index) for name, t in trains.items()}
        begun = {f"fields.{name}": levels for name, levels in self.concentrations.items()}
        table = afferent_table(arrivals, moment.draw.structure, dt_ms)
        arguments = {**inputs.arguments, **begun}
        outputs = self.simulator.run(replace(inputs, arguments=arguments, afferents=table))
        self.concentrations = outputs.last
        return simulate(lambda _: outputs, moment.draw, inputs, trains, dt_ms)


def _averaged(old: Mapping[str, float], seen: Mapping[str, float], seconds: float) -> dict[str, float]:
    """A running mean over `DRIVE_SECONDS`."""
    weight = -float(np.expm1(-seconds / DRIVE_SECONDS))
    return {side: value + weight * (seen[side] - value) for side, value in old.items()}


def followed(moment: Moment, averages: Mapping[str, float], hours: float) -> Moment:
    """The animal after `hours` in which concentrations were as simulated, not as the slow clock expects them."""
    state, plasticities = moment.state, moment.circuit.plasticity
    drive = replace(
        drive_of(moment),
        alpha1_locus_coeruleus=_active(moment, "alpha1", "locus_coeruleus", averages),
        alpha2_locus_coeruleus=_active(moment, "alpha2A", "locus_coeruleus", averages),
        alpha2_cord=_active(moment, "alpha2A", "dorsal_horn_contra", averages),
        alpha2_cord_ipsi=_active(moment, "alpha2A", "dorsal_horn_ipsi", averages),
        serotonin1A_raphe=_active(moment, "5-HT1A", "raphe", averages),
        serotonin_forebrain=0.0,
        noradrenaline_forebrain=0.0,
    )
    slopes = plasticity.rates_of_change(plasticities, state.variables, drive, moment.circuit.off)
    moved = {}
    for name, value in state.variables.items():
        constant = plasticity.relaxation_hours(plasticities, name, rising=slopes[name] > 0)
        moved[name] = value - slopes[name] * constant * float(np.expm1(-hours / constant))
    return replace(moment, state=replace(state, hours=state.hours + hours, variables=moved))


def _active(moment: Moment, receptor: str, place: str, averages: Mapping[str, float]) -> float:
    return moment.active(receptor, place, lambda x: averages[f"{x}_{place}_nanomolar"])


@dataclass
class Afferents:
    """Fibres at rest whose renewal trains go on from one stretch of time to the next, spikes on their way included."""

    waiting: dict[str, np.ndarray] = field(default_factory=dict)
    travelling: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    stretches: int = 0

    def go_on(self, moment: Moment, stimulus: Stimulus) -> dict[str, SpikeTrain]:
        """Arrivals at the cord, by block, in the next `stimulus.seconds`."""
        draw, trains = moment.draw, {}
        for block in draw.structure.fibres:
            rng = stream(draw.seed, draw.number, "contiguous", self.stretches, block.name)
            rates = fibre_rates(moment, block, stimulus)[0]
            shape = moment.circuit.afferent_population(block.population).regularity.si
            if block.name not in self.waiting:
                self.waiting[block.name] = first_wait(block.count, shape, rng)
            waiting = self.waiting[block.name]
            times, fibre, self.waiting[block.name] = renewals(rates, waiting, stimulus.seconds, shape, rng)
            times = times + draw.fibres["delay"][block.start + fibre]
            trains[block.name] = self._arrived(block, times, fibre, stimulus.seconds)
        self.stretches += 1
        return trains

    def _arrived(self, block: Block, times: np.ndarray, fibre: np.ndarray, seconds: float) -> SpikeTrain:
        before = self.travelling.get(block.name, (np.zeros(0), np.zeros(0, int)))
        times, fibre = np.concatenate([before[0], times]), np.concatenate([before[1], fibre])
        late = times >= seconds
        self.travelling[block.name] = (times[late] - seconds, fibre[late])
        order = np.argsort(times[~late], kind="stable")
        return SpikeTrain(times[~late][order], fibre[~late][order].astype("u4"), block.count)


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
