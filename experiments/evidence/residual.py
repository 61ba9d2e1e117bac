"""Residuals of a fit: how far an estimate lies from the published number, in standard errors.

In standard errors outcomes of any unit may be added up:

| published | residual |
|---|---|
| number with an interval | (estimate - target) / standard error, the interval being 1.96 of them to either side |
| one end only, a margin, or an interval without a number | 0 within it, else the distance to its end in such errors |
| direction without a size | how many of its own standard errors it lacks of `SURE_ERRORS` in that direction; else 0 |

The standard error of one end without a number is a quarter of its effect. Large residuals are compressed towards
`MOST_RESIDUAL`, so that no single outcome rules a fit; it is also the residual of an estimate that is NaN.
"""

from __future__ import annotations

import math

from scipy.stats import t as student

from experiments.evidence.outcome import Outcome
from results.statistics.intervals import CONFIDENCE_LEVEL, Estimate

#: Standard errors from no effect at which a direction counts as found.
SURE_ERRORS = 2.0
MOST_RESIDUAL = 10.0
#: Standard error of one end that was published without a number, as a share of its effect.
UNSTATED_ERROR = 0.25
#: Half of a 95 % interval, in standard errors.
HALF_INTERVAL = 1.96


def residual(outcome: Outcome, estimate: Estimate) -> float:
    """Standard errors between an estimate and the published number, negative where the estimate is lower.

    Parameters
    ----------
    outcome
        What was published.
    estimate
        What the model gives, in the unit of the outcome.

    Returns
    -------
    float
        Within -MOST_RESIDUAL..MOST_RESIDUAL.
    """
    if math.isnan(estimate.value):
        return MOST_RESIDUAL
    if outcome.target is not None and outcome.low is not None and outcome.high is not None:
        return _bent((estimate.value - outcome.target) / published_error(outcome))
    if outcome.low is not None or outcome.high is not None:
        return _bent(_beyond(outcome, estimate.value) / published_error(outcome))
    return _bent(_missing(outcome, estimate))


def published_error(outcome: Outcome) -> float:
    """Standard error of the published number, in its unit; NaN where no size was published."""
    target, low, high = outcome.target, outcome.low, outcome.high
    if low is not None and high is not None:
        return (high - low) / (2.0 * HALF_INTERVAL)
    end = low if low is not None else high
    if end is None:
        return math.nan
    if target is not None and end != target:
        return abs(end - target) / HALF_INTERVAL
    return UNSTATED_ERROR * abs(end - outcome.none) or UNSTATED_ERROR


def standard_error(estimate: Estimate) -> float:
    """Standard error of an estimate, from its interval if not given, else NaN."""
    if not math.isnan(estimate.sem):
        return estimate.sem
    if estimate.n < 2:
        return math.nan
    return (estimate.high - estimate.low) / (2.0 * float(student.ppf(0.5 + CONFIDENCE_LEVEL / 2, estimate.n - 1)))


def _beyond(outcome: Outcome, value: float) -> float:
    """Signed distance of a value from low..high; 0 inside."""
    if outcome.low is not None and value < outcome.low:
        return value - outcome.low
    if outcome.high is not None and value > outcome.high:
        return value - outcome.high
    return 0.0


def _missing(outcome: Outcome, estimate: Estimate) -> float:
    """Standard errors that an effect lacks of `SURE_ERRORS` in the expected direction; negative for expected rises."""
    sign = 1.0 if outcome.expected == "up" else -1.0
    effect, error = sign * (estimate.value - outcome.none), standard_error(estimate)
    if math.isnan(error):
        return -sign * SURE_ERRORS
    sureness = effect / error if error > 0.0 else math.copysign(math.inf, effect) if effect else 0.0
    return -sign * max(0.0, SURE_ERRORS - sureness)


def _bent(distance: float) -> float:
    """Compress a distance smoothly into -MOST_RESIDUAL..MOST_RESIDUAL; small ones stay as they are."""
    if math.isinf(distance):
        return math.copysign(MOST_RESIDUAL, distance)
    return distance / math.hypot(1.0, distance / MOST_RESIDUAL)
