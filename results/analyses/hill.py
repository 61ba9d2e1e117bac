"""The Hill curve of effect over dose, E = bottom + span d^slope / (ED50^slope + d^slope), fitted by least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Bounds of the slope, and decades beyond the given doses within which the ED50 is searched.
SLOPES = (0.3, 5.0)
DECADES_BEYOND = 1.0
#: Bound of the span, in multiples of the range of the values.
SPANS = 3.0


@dataclass(frozen=True)
class Hill:
    """A Hill curve.

    Attributes
    ----------
    bottom
        Value at dose 0.
    span
        What doses add without limit (Emax), positive or negative.
    ed50
        Dose of half the span, in the unit of the doses.
    slope
        Hill slope.
    """

    bottom: float
    span: float
    ed50: float
    slope: float

    def at(self, doses: np.ndarray) -> np.ndarray:
        """Values at doses of 0 or more, in the shape of `doses`."""
        return self.bottom + self.span * _share(np.asarray(doses, float), np.log(self.ed50), self.slope)

    def dose_for(self, value: float) -> float:
        """The dose at which the curve reaches `value`: 0 if dose 0 is beyond it, infinite if it never does."""
        share = (value - self.bottom) / self.span if self.span else np.inf
        if share <= 0:
            return 0.0
        return float(self.ed50 * (share / (1 - share)) ** (1 / self.slope)) if share < 1 else float("inf")


def fit(doses: np.ndarray, values: np.ndarray, start: Hill | None = None) -> Hill:
    """Fit a Hill curve by bounded least squares.

    Parameters
    ----------
    doses
        (k,), one of them 0 and three or more above 0.
    values
        Values at these doses, (k,).
    start
        Where the fit begins; by default it begins at several curves and keeps the best result.
    """
    positive = np.log(doses[doses > 0])
    low, high = positive.min(), positive.max()
    beyond = DECADES_BEYOND * np.log(10)
    width = float(np.ptp(values)) or 1.0
    first = float(values[doses == 0].mean())
    lower = np.array([values.min() - width, -SPANS * width, low - beyond, SLOPES[0]])
    upper = np.array([values.max() + width, SPANS * width, high + beyond, SLOPES[1]])
    change = float(values[np.argmax(np.abs(values - first))]) - first
    starts = [(first, change, low + share * (high - low), 1.0) for share in (0.2, 0.5, 0.8)]
    if start is not None:
        starts = [(start.bottom, start.span, np.log(start.ed50), start.slope)]
    ends = [_descent(doses, values, np.array(each), lower, upper) for each in starts]
    bottom, span, middle, slope = min(ends, key=lambda end: end[0])[1]
    return Hill(float(bottom), float(span), float(np.exp(middle)), float(slope))


def _descent(
    doses: np.ndarray, values: np.ndarray, start: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[float, np.ndarray]:
    from scipy.optimize import least_squares

    inside = np.clip(start, lower + 1e-6 * (upper - lower), upper - 1e-6 * (upper - lower))
    found = least_squares(
        lambda p: p[0] + p[1] * _share(doses, p[2], p[3]) - values,
        inside,
        jac=lambda p: _gradient(doses, p),
        bounds=(lower, upper),
        x_scale=upper - lower,
    )
    return float(found.cost), found.x


def _gradient(doses: np.ndarray, p: np.ndarray) -> np.ndarray:
    share = _share(doses, p[2], p[3])
    steep = p[1] * share * (1 - share)
    distance = np.log(np.where(doses > 0, doses, 1.0)) - p[2]
    return np.column_stack([np.ones_like(doses), share, -steep * p[3], steep * distance])


def _share(doses: np.ndarray, log_ed50: float, slope: float) -> np.ndarray:
    """Share of the span that is reached at each dose; 0 at dose 0."""
    positive = doses > 0
    exponent = slope * (np.log(np.where(positive, doses, 1.0)) - log_ed50)
    return np.where(positive, 0.5 * (1 + np.tanh(0.5 * exponent)), 0.0)
