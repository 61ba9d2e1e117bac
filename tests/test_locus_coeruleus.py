"""The locus coeruleus: modules with fields of their own, cells with rates of their own, and how it hears of pain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from small_animals import DAY, SmallAnimal, animal, blocked

from circuits import Circuit, ligated, sham
from circuits.moment import Moment
from circuits.slow_clock import observe
from circuits.slow_state import first_state
from circuits.stimulus import BIN, Stimulus
from core.records import SpikeTrain

SPINAL, ASCENDING = MODULES = ("locus_coeruleus_spinal", "locus_coeruleus_ascending")
FIELDS = {SPINAL: "locus_coeruleus_spinal", ASCENDING: "locus_coeruleus"}
#: Large enough that cells of the paragigantocellular nucleus are not all shared.
SIZE = 1.0


# --- each module brakes itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_uptake_blocked_around_one_module_slows_that_module_alone(module: str) -> None:
    drug = blocked("NET", compartments=(FIELDS[module],))
    free, held = (Moment(sham, first_state(-DAY), *there).rates for there in ((), (drug,)))
    other = next(name for name in MODULES if name != module)
    assert held[module] < 0.9 * free[module]
    assert held[other] == free[other]


def test_no_module_releases_noradrenaline_around_the_other() -> None:
    fed = Moment(sham, first_state(-DAY)).quanta["noradrenaline"]
    around = {source: {place for name, place in fed if name == source} for source in MODULES}
    assert FIELDS[SPINAL] in around[SPINAL] - around[ASCENDING]
    assert FIELDS[ASCENDING] in around[ASCENDING] - around[SPINAL]


# --- cells at rates of their own ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rat() -> Iterator[SmallAnimal]:
    with animal(sham, 1, SIZE) as found:
        yield found


def counts(train: SpikeTrain, width: float, seconds: float) -> np.ndarray:
    """Spikes of each cell in bins (cells, bins)."""
    edges = np.arange(0.0, seconds + width / 2, width)
    return np.array([np.histogram(train.seconds[train.index == k], edges)[0] for k in range(train.cells)])


@pytest.mark.slow
def test_cells_fire_at_rates_of_their_own_and_not_together(rat: SmallAnimal) -> None:
    """0.1 to 5 Hz is said of waking rats (PMC6674489); correlations are low (Totah 2018)."""
    seconds = 20.0
    spikes = rat.epoch(Stimulus(seconds), rat.settled(-DAY, circuit=sham), circuit=sham).spikes
    trains = {name: counts(spikes[name], 0.2, seconds) for name in MODULES}
    for binned in trains.values():
        rates = binned.sum(axis=1) / seconds
        assert 1.0 < rates.mean() < 3.0
        assert np.percentile(rates, 90) > 3 * np.percentile(rates, 10)
        assert np.mean(rates > 0) > 0.85
    firing = np.vstack([binned[binned.any(axis=1)] for binned in trains.values()])
    pairs = np.corrcoef(firing)[np.triu_indices(len(firing), 1)]
    assert abs(pairs.mean()) < 0.02
    assert np.percentile(np.abs(pairs), 90) < 0.3


# --- what it hears of pain ---------------------------------------------------------------------------------------


def rate(train: SpikeTrain, start: float, stop: float) -> float:
    return float(np.sum((train.seconds >= start) & (train.seconds < stop))) / train.cells / (stop - start)


def pinched(side: str, start: float = 2.0, stop: float = 3.0, end: float = 5.0) -> Stimulus:
    time = np.arange(round(end / BIN)) * BIN
    return Stimulus(end, force={side: 800.0 * ((time >= start) & (time < stop))})


@pytest.mark.slow
@pytest.mark.parametrize("side", ["ipsi", "contra"])
@pytest.mark.parametrize("module", MODULES)
def test_a_pinch_of_either_paw_gives_a_burst_and_then_a_pause(rat: SmallAnimal, side: str, module: str) -> None:
    """The last spikes of C fibres arrive 0.2 s after the paw is let go."""
    state = rat.settled(-DAY, circuit=sham)
    train = rat.epoch(pinched(side), state, circuit=sham).spikes[module]
    rest, burst, pause = rate(train, 0.5, 2.0), rate(train, 2.0, 2.5), rate(train, 3.25, 3.75)
    assert burst > 2 * rest
    assert pause < 0.5 * rest


def answers(spikes: Mapping[str, SpikeTrain], name: str, pulses: np.ndarray) -> dict[str, float]:
    """Rate (Hz) before the pulses, in the windows of A-delta and of C volleys after them, and later."""
    windows = {"before": (-0.5, 0.0), "A": (0.03, 0.11), "C": (0.13, 0.25), "later": (0.3, 0.5)}
    return {
        what: float(np.mean([rate(spikes[name], at + start, at + stop) for at in pulses]))
        for what, (start, stop) in windows.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_a_strong_pulse_is_answered_twice_by_way_of_a_delta_and_of_c_fibres(rat: SmallAnimal, module: str) -> None:
    """A weaker pulse, which excites no C fibre, is answered once. The second answer falls into the pause after the
    first one: of the ascending module it stands out of that pause, but stays below the rate at rest.
    """
    pulses = np.arange(1.0, 12.0, 2.0)
    found = {}
    for strength in (5.0, 30.0):
        wave = np.zeros(round(13.0 / BIN))
        wave[np.round(pulses / BIN).astype(int)] = strength
        spikes = rat.epoch(Stimulus(13.0, electric={"contra": wave}), rat.settled(-DAY, circuit=sham), circuit=sham)
        found[strength] = answers(spikes.spikes, module, pulses)
    assert found[5.0]["A"] > 2 * found[5.0]["before"]
    assert found[5.0]["C"] < found[5.0]["before"]
    assert found[30.0]["A"] > 2 * found[30.0]["before"]
    assert found[30.0]["C"] > 10 * max(found[30.0]["later"], found[5.0]["C"])
    assert found[30.0]["C"] > (2 if module == SPINAL else 0.3) * found[30.0]["before"]
    assert found[30.0]["later"] < 0.5 * found[30.0]["before"]


@pytest.mark.slow
def test_what_it_hears_of_pain_comes_through_the_paragigantocellular_nucleus(rat: SmallAnimal) -> None:
    """Lidocaine there lessens or stops the answer to footshock in 50 of 56 cells (Chiang and Aston-Jones 1993)."""
    deaf = sham.with_value("projections.projection_to_paragigantocellularis.weight", "0.001 nS")
    with animal(deaf, 1, SIZE) as other:
        state = other.settled(-DAY, circuit=deaf)
        train = other.epoch(pinched("contra"), state, circuit=deaf).spikes[SPINAL]
    assert rate(train, 2.0, 2.5) < 1.3 * rate(train, 0.5, 2.0)


# --- what lost glutamate clearance does, and its repair ----------------------------------------------------------


def evoked(rat: SmallAnimal, circuit: Circuit, clearance: float) -> tuple[dict[str, float], dict[str, float]]:
    """Averages at rest and under forepaw capsaicin, six weeks after surgery."""
    sensitised = 0.7 if circuit is ligated else 0.0
    state = rat.settled(42 * DAY, circuit=circuit, glutamate_clearance=clearance, sensitisation_ipsi=sensitised)
    rest = rat.epoch(Stimulus(8.0), state, circuit=circuit).averages
    capsaicin = Stimulus(5.0, capsaicin={"": np.full(round(5.0 / BIN), 0.6)})
    for trial in range(2):
        seen = rat.epoch(capsaicin, state, label=f"capsaicin {trial}", circuit=circuit).averages
        state = observe(rat.moment(state, circuit=circuit), seen).state
    return dict(rest), dict(seen)


@pytest.fixture(scope="module")
def failing(rat: SmallAnimal) -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """Sham; ligated with the loss of clearance that follows (basal glutamate +170 %), and repaired."""
    return {
        "sham": evoked(rat, sham, 1.0),
        "failing": evoked(rat, ligated, 1.0 / 2.7),
        "repaired": evoked(rat, ligated, 1.0),
    }


@pytest.mark.slow
def test_raised_glutamate_lessens_what_pain_evokes_and_repair_gives_it_back(failing: Any) -> None:
    """Evoked noradrenaline -39 % [32, 45] after ligation (Kimura 2015)."""
    place = "noradrenaline_dorsal_horn_contra_nanomolar"
    rise = {name: seen[place] / rest[place] - 1.0 for name, (rest, seen) in failing.items()}
    assert rise["sham"] > 0.5
    assert -0.5 < rise["failing"] / rise["sham"] - 1.0 < -0.25
    assert rise["repaired"] > 0.9 * rise["sham"]


@pytest.mark.slow
def test_repair_does_not_take_the_tone_away_that_relieves_at_rest(failing: Any) -> None:
    """Less glutamate, and a stronger input of the paragigantocellular nucleus, balance at rest."""
    place = "noradrenaline_dorsal_horn_ipsi_nanomolar"
    rest = {name: levels[place] for name, (levels, _) in failing.items()}
    assert rest["failing"] > 1.3 * rest["sham"]
    assert rest["repaired"] > 0.9 * rest["failing"]
    spikes = {name: levels["locus_coeruleus_ascending_rate_hertz"] for name, (levels, _) in failing.items()}
    assert spikes["failing"] == pytest.approx(spikes["sham"], rel=0.15)
