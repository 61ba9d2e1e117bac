"""Least squares within ranges: positions of parameters at which the residuals of published outcomes are smallest.

The optimiser is SciPy's trust-region reflective one. Animals share their random numbers between points, so that
residuals are nearly smooth in the parameters; differences are taken over `STEP` of a range to stay above what roughness
is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from experiments.evidence.calibration import Calibration
from experiments.evidence.parameter_points import ParameterPoints
from experiments.evidence.residual import HALF_INTERVAL, residual
from experiments.evidence.uncertain import UncertainParameter, settings
from experiments.evidence.verdict import JudgedFinding

#: (k, n) positions -> (k, m) residuals, all points of a call at once.
Residuals = Callable[[np.ndarray], np.ndarray]
STEP = 0.05
#: A move or a gain below this share ends a fit.
TOLERANCE = 0.01
#: A fitted position this near to an end of its range sits at it.
EDGE = 0.01
_PROFILE = np.linspace(0.0, 1.0, 5)


@dataclass(frozen=True)
class Optimum:
    """positions (n,) with the widths of their 95 % intervals to either side (n,), inf where nothing tells."""

    positions: np.ndarray
    half_widths: np.ndarray
    cost: float
    message: str


@dataclass(frozen=True)
class Fitted:
    """One parameter; value, low and high in SI units, None for an end that the range cuts off.

    edge: "low" or "high" where the value sits at that end of its range. profile: (value, cost) over the range, the
    others at their fitted values.
    """

    parameter: UncertainParameter
    value: float
    low: float | None
    high: float | None
    edge: str
    profile: tuple[tuple[float, float], ...] = ()

    @property
    def determined(self) -> bool:
        """Whether the outcomes bound it on any side, within its range."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True)
class Fit:
    """A calibration with what came out: costs are half of the sum of squared residuals."""

    calibration: Calibration
    parameters: tuple[Fitted, ...]
    before: list[JudgedFinding]
    after: list[JudgedFinding]
    cost_before: float
    cost_after: float
    message: str


def optimum(residuals: Residuals, start: np.ndarray, steps: int) -> Optimum:
    """Minimise the sum of squares over positions in 0..1 from `start` (n,) on, in at most `steps` moves."""

    def differences(position: np.ndarray) -> np.ndarray:
        """The Jacobian (m, n), each difference taken into the box."""
        moves = np.where(position + STEP <= 1.0, STEP, -STEP)
        found = residuals(np.vstack([position, position + np.diag(moves)]))
        return ((found[1:] - found[0]) / moves[:, None]).T

    found = least_squares(
        lambda position: residuals(position[None, :])[0],
        np.clip(start, 0.0, 1.0),
        jac=differences,
        bounds=(0.0, 1.0),
        method="trf",
        ftol=TOLERANCE,
        xtol=TOLERANCE,
        gtol=1e-6,
        max_nfev=steps + 1,
    )
    message = "it settled" if found.status > 0 else "the steps were used up before it settled"
    return Optimum(found.x, half_widths(found.jac), float(found.cost), message)


def half_widths(jacobian: np.ndarray) -> np.ndarray:
    """1.96 standard deviations (n,) of the Gauss-Newton covariance of residuals in standard errors; inf where none."""
    information = jacobian.T @ jacobian
    values, vectors = np.linalg.eigh(information)
    flat = values <= 1e-9 * max(1.0, float(values.max()))
    variance = (vectors[:, ~flat] ** 2) @ (1.0 / values[~flat])
    free = (vectors[:, flat] ** 2).sum(axis=1) > 1e-6
    return np.where(free, np.inf, HALF_INTERVAL * np.sqrt(variance))


def fit(calibration: Calibration, points: ParameterPoints, profile: bool = False) -> Fit:
    """Run a calibration; `points` must evaluate its findings. With `profile` the cost over the range of each."""
    parameters = calibration.moved

    def residuals(positions: np.ndarray) -> np.ndarray:
        found = points.judge([settings(parameters, position) for position in positions])
        return np.array([residuals_of(calibration, each) for each in found])

    start = np.array([one.position(one.value) for one in parameters])
    best = optimum(residuals, start, calibration.steps)
    before, after = points.judge([{}, settings(parameters, best.positions.tolist())])
    first, last = (_cost(residuals_of(calibration, found)) for found in (before, after))
    fitted = [
        _fitted(one, position, half)
        for one, position, half in zip(parameters, best.positions, best.half_widths, strict=True)
    ]
    if profile:
        fitted = _profiled(fitted, best.positions, residuals)
    return Fit(calibration, tuple(fitted), before, after, first, last, best.message)


def residuals_of(calibration: Calibration, found: Sequence[JudgedFinding]) -> list[float]:
    """The residuals of all outcomes that count, in the order of the findings."""
    return [
        residual(outcome, one.judged[k].estimate) for one in found for k, outcome in calibration.counted(one.finding)
    ]


def _fitted(parameter: UncertainParameter, position: float, half: float) -> Fitted:
    low, high = position - half, position + half
    edge = "low" if position <= EDGE else "high" if position >= 1.0 - EDGE else ""
    return Fitted(
        parameter,
        parameter.at(position),
        parameter.at(low) if low > 0.0 else None,
        parameter.at(high) if high < 1.0 else None,
        edge,
    )


def _profiled(fitted: Sequence[Fitted], best: np.ndarray, residuals: Residuals) -> list[Fitted]:
    """With the cost along each parameter, all points in one call."""
    rows = np.array([_with(best, k, share) for k in range(len(best)) for share in _PROFILE])
    costs = iter(map(_cost, residuals(rows)))
    return [replace(one, profile=tuple(_along(one.parameter, costs))) for one in fitted]


def _along(parameter: UncertainParameter, costs: Iterator[float]) -> Iterator[tuple[float, float]]:
    yield from ((parameter.at(share), next(costs)) for share in _PROFILE)


def _with(position: np.ndarray, k: int, value: float) -> np.ndarray:
    moved = position.copy()
    moved[k] = value
    return moved


def _cost(residuals: Sequence[float] | np.ndarray) -> float:
    return 0.5 * float(np.sum(np.square(residuals)))
