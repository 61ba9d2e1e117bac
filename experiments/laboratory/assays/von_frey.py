"""The von Frey assay: filaments by the up-down method, and the 50 % threshold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from brian2.units import second
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from circuits.stimulus import BIN, Stimulus
from core.sourced import ASSUMED, Sourced
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import LEAD, Assay, Reading
from experiments.laboratory.assays.withdrawal import millinewtons, until_withdrawal, withdrawal
from experiments.laboratory.bench import Bench

VON_FREY_GRAMS = (0.4, 0.6, 1.0, 1.4, 2.0, 4.0, 6.0, 8.0, 10.0, 15.0)

VON_FREY_SECONDS = Sourced(
    1.5 * second, ASSUMED, "filament held 2-6 s in the rat; the withdrawal comes early", low=1 * second, high=6 * second
)


def up_down_threshold(tested: list[tuple[float, bool]]) -> tuple[float, bool]:
    """50 % threshold (g) of an up-down series: maximum likelihood of a normal ogive in log force whose s.d. is the mean
    filament step, as Dixon (1965) and Chaplan et al. (1994), recalled; no answer at all gives the strongest filament,
    censored, only answers the weakest.
    """
    answers = [answered for _, answered in tested]
    if not any(answers):
        return VON_FREY_GRAMS[-1], True
    if all(answers):
        return VON_FREY_GRAMS[0], False
    logs = np.log10([grams for grams, _ in tested])
    sigma = float(np.mean(np.diff(np.log10(VON_FREY_GRAMS))))
    signs = np.where(answers, 1.0, -1.0)

    def misfit(threshold: float) -> float:
        return -float(np.sum(norm.logcdf(signs * (logs - threshold) / sigma)))

    low, high = np.log10(VON_FREY_GRAMS[0]), np.log10(VON_FREY_GRAMS[-1])
    return float(10 ** minimize_scalar(misfit, bounds=(low, high), method="bounded").x), False


def _von_frey(bench: Bench, side: str) -> Iterator[Reading]:
    tested: list[tuple[float, bool]] = []
    level, after_reversal = VON_FREY_GRAMS.index(2.0), 0
    while after_reversal < 5 and len(tested) < 10:
        grams = VON_FREY_GRAMS[level]
        answered = _filament(bench, side, grams, len(tested))
        tested.append((grams, answered))
        after_reversal += bool(after_reversal) or len({a for _, a in tested}) == 2
        step = level + (-1 if answered else 1)
        if not 0 <= step < len(VON_FREY_GRAMS):
            break
        level = step
    threshold, censored = up_down_threshold(tested)
    yield Reading("von_frey_threshold", side, threshold, "g", censored)


def _filament(bench: Bench, side: str, grams: float, trial: int) -> bool:
    seconds = LEAD + VON_FREY_SECONDS.si
    force = np.where(np.arange(round(seconds / BIN)) * BIN >= LEAD, float(millinewtons(grams)), 0.0)
    stimulus = Stimulus(seconds, force={side: force}, watch=until_withdrawal(side))
    result = bench.epoch(f"von_frey:{side}:{trial}:{grams:g} g", stimulus)
    return withdrawal(result.spikes[f"{side}_projection"], result.seconds) is not None


von_frey = Assay(
    "von_frey",
    SIDES,
    "g",
    10 * (LEAD + VON_FREY_SECONDS.si),
    10,
    "50 % threshold to filaments by the up-down method (Dixon 1965; Chaplan et al. 1994), cut-off 15 g",
    _von_frey,
    {"von_frey_threshold": VON_FREY_GRAMS[-1]},
)
