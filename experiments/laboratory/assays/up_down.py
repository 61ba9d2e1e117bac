"""The 50 % threshold of filaments that are given up and down."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import norm

VON_FREY_GRAMS = (0.4, 0.6, 1.0, 1.4, 2.0, 4.0, 6.0, 8.0, 10.0, 15.0)


def up_down_threshold(tested: list[tuple[float, bool]]) -> tuple[float, bool]:
    """50 % threshold (g) of an up-down series, as Dixon (1965) and Chaplan et al. (1994): maximum likelihood of a
    normal ogive in log force whose s.d. is the mean filament step; no answer at all gives the strongest filament,
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
