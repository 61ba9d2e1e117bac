"""The one calibration of the withdrawal criterion: on sham animals without a drug, before anything was done to
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t as student

from circuits import sham
from circuits.brian.compiling import program
from circuits.brian.running import open_simulator
from circuits.draw import draw_animal
from circuits.moment import Moment
from circuits.slow_state import first_state
from circuits.stimulus import BIN, Stimulus
from circuits.structure import structure
from core.exposure import NO_DRUG
from core.sourced import Sourced
from core.units import gram_force
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import LEAD
from experiments.laboratory.assays.paw_pressure import paw_pressure_stimulus
from experiments.laboratory.assays.withdrawal import WITHDRAWAL_RATE, smoothed_rate
from experiments.laboratory.bench import Bench, EpochCache
from experiments.laboratory.history import REST_SECONDS, SETTLING_EPOCHS

TARGET = Sourced(
    150 * gram_force,
    "Ito2018",
    "ligated rats whose NSIA is decreased, 30 min after capsaicin, 154 +/- 10 g; paw not printed: taken as uninjured",
    "derived",
    low=140 * gram_force,
    high=170 * gram_force,
)


@dataclass(frozen=True)
class Criterion:
    """criterion: Hz at which the mean threshold is the target; in_use: the one that assays read with.

    threshold, low, high: mean paw-pressure threshold (g) of the animals with the criterion in use, and its 95 %
    interval.
    """

    animals: int
    criterion: float
    in_use: float
    target: float
    threshold: float
    low: float
    high: float

    def report(self) -> list[str]:
        """What was found, in lines."""
        return [
            f"{self.animals} sham animals, both paws: a mean threshold of {self.target:.0f} g needs a criterion of "
            f"{self.criterion:.2f} Hz.",
            f"The criterion in use, {self.in_use:.2f} Hz, gives {self.threshold:.1f} g "
            f"(95 % interval {self.low:.1f} to {self.high:.1f}).",
        ]


def measure(animals: int = 12, seed: int = 1, size: float = 1.0) -> Criterion:
    """Measure `animals` sham animals and find the criterion that gives the target; changes nothing."""
    curves = [list(_curves(seed, number, size)) for number in range(animals)]
    target = float(TARGET.value / gram_force)

    def mean_threshold(criterion: float) -> np.ndarray:
        return np.array([np.mean([_threshold(rate, grams, criterion) for rate, grams in animal]) for animal in curves])

    criterion = brentq(lambda c: float(mean_threshold(c).mean()) - target, 0.1, 60.0, xtol=0.01)
    seen = mean_threshold(WITHDRAWAL_RATE.si)
    half = float(student.ppf(0.975, animals - 1) * seen.std(ddof=1) / np.sqrt(animals)) if animals > 1 else float("nan")
    mean = float(seen.mean())
    return Criterion(animals, float(criterion), WITHDRAWAL_RATE.si, target, mean, mean - half, mean + half)


def _curves(seed: int, number: int, size: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Smoothed projection rate and force (g) during the paw-pressure ramp on either side."""
    draw = draw_animal(sham, structure(sham, size), seed, number)
    simulator = open_simulator(program(draw.structure))
    simulator.wire(draw.contacts)
    bench = Bench(EpochCache(simulator), Moment(sham, first_state(-22.0), NO_DRUG, draw), lambda hours: NO_DRUG, [])
    try:
        for trial in range(SETTLING_EPOCHS):
            bench.settle(f"settle:{trial}", Stimulus(REST_SECONDS))
        for side in SIDES:
            stimulus, grams = paw_pressure_stimulus(side)
            result = bench.epoch(f"paw_pressure:{side}", stimulus)
            yield smoothed_rate(result.spikes[f"{side}_projection"], stimulus.seconds), grams
    finally:
        simulator.close()


def _threshold(rate: np.ndarray, grams: np.ndarray, criterion: float) -> float:
    over = np.nonzero(rate[round(LEAD / BIN) :] >= criterion)[0]
    return float(grams[-1]) if len(over) == 0 else float(grams[round(LEAD / BIN) + over[0]])
