"""How far an estimate lies from what was published, as one number that a fit makes small.

The unit is a standard error, so that outcomes of any unit may be added up:

| published | residual |
|---|---|
| number with an interval | (estimate - target) / standard error, the interval being 1.96 of them to either side |
| number without an interval | the same; the standard error is taken as a quarter of the published effect |
| one end only, or a margin | 0 within, else the distance to the end in such standard errors |
| direction without a size | 0 from `SURE` of its own standard errors on the published side on, else what is missing |

Residuals beyond some ten standard errors are bent towards `MOST`, which is also that of an outcome without a number.
"""

from __future__ import annotations

import math

from scipy.stats import t as student

from experiments.evidence.finding import Outcome
from results.statistics import LEVEL, Estimate

SURE = 2.0
MOST = 10.0
#: Standard error of a published number that came without one, as a share of the effect.
UNSTATED = 0.25
_HALF_WIDTH = 1.96


def residual(outcome: Outcome, estimate: Estimate) -> float:
    """Standard errors between the estimate and what was published; within -MOST..MOST."""
    if math.isnan(estimate.value):
        return MOST
    if outcome.target is not None and (outcome.low is None) == (outcome.high is None):
        return _bent((estimate.value - outcome.target) / published_error(outcome))
    if outcome.low is not None or outcome.high is not None:
        return _bent(_beyond(outcome, estimate.value) / published_error(outcome))
    return _bent(_missing(outcome, estimate))


def published_error(outcome: Outcome) -> float:
    """The standard error of what was published, in its unit; NaN where no size was."""
    target, low, high = outcome.target, outcome.low, outcome.high
    if low is not None and high is not None:
        return (high - low) / (2.0 * _HALF_WIDTH)
    end = low if low is not None else high
    if end is not None and target is not None and end != target:
        return abs(end - target) / _HALF_WIDTH
    size = target if target is not None else end
    return math.nan if size is None else UNSTATED * abs(size - outcome.none) or UNSTATED


def standard_error(estimate: Estimate) -> float:
    """Of an estimate: its own, or what its interval says of it; NaN where it has neither."""
    if not math.isnan(estimate.sem):
        return estimate.sem
    if estimate.n < 2:
        return math.nan
    return (estimate.high - estimate.low) / (2.0 * float(student.ppf(0.5 + LEVEL / 2, estimate.n - 1)))


def _beyond(outcome: Outcome, value: float) -> float:
    """How far a value lies outside low..high, signed."""
    if outcome.low is not None and value < outcome.low:
        return value - outcome.low
    if outcome.high is not None and value > outcome.high:
        return value - outcome.high
    return 0.0


def _missing(outcome: Outcome, estimate: Estimate) -> float:
    """What an effect lacks of being `SURE` standard errors on the expected side: negative for an expected rise."""
    sign = 1.0 if outcome.expected == "up" else -1.0
    effect, error = sign * (estimate.value - outcome.none), standard_error(estimate)
    if math.isnan(error):
        return -sign * SURE
    sureness = effect / error if error > 0.0 else math.copysign(math.inf, effect) if effect else 0.0
    return -sign * max(0.0, SURE - sureness)


def _bent(distance: float) -> float:
    """`distance` where it is small, `MOST` where it is boundless, of either sign."""
    if math.isinf(distance):
        return math.copysign(MOST, distance)
    return distance / math.hypot(1.0, distance / MOST)
