"""Fits a calibration by bounded least squares: the parameters at which the residuals of the outcomes are smallest.

The optimiser is SciPy's trust-region reflective one. Animals have the same random numbers at all points, so that
residuals are nearly smooth in the parameters; derivatives are differences over the share `STEP` of a range, to be above
the remaining roughness.
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

#: Positions (k, n) of n parameters at k points -> residuals (k, m); all points of a call are run at once.
Residuals = Callable[[np.ndarray], np.ndarray]
STEP = 0.05
#: A fit ends with a move or a gain below this share.
TOLERANCE = 0.01
#: A fitted position so near to an end of its range counts as at that end.
EDGE = 0.01
_PROFILE = np.linspace(0.0, 1.0, 5)


@dataclass(frozen=True)
class Optimum:
    """Result of the optimiser, for n parameters.

    Attributes
    ----------
    positions
        Within their ranges, 0..1, (n,).
    half_widths
        Half of the 95 % intervals of the positions, (n,); infinite where the outcomes do not determine a parameter.
    cost
        Half of the sum of squared residuals.
    message
        How the fit ended.
    """

    positions: np.ndarray
    half_widths: np.ndarray
    cost: float
    message: str


@dataclass(frozen=True)
class FittedParameter:
    """One fitted parameter, in SI units.

    Attributes
    ----------
    parameter
        The uncertain numbers.
    value
        Their fitted value.
    low, high
        Ends of the 95 % interval; None for an end outside the range.
    edge
        "low" or "high" where the value is at that end of its range, else "".
    profile
        (value, cost) over the range, with all other parameters at their fitted values; empty if not asked for.
    """

    parameter: UncertainParameter
    value: float
    low: float | None
    high: float | None
    edge: str
    profile: tuple[tuple[float, float], ...] = ()

    @property
    def determined(self) -> bool:
        """Whether the outcomes bound the parameter on at least one side within its range."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True)
class Fit:
    """Result of a calibration.

    Attributes
    ----------
    calibration
        What was fitted to what.
    parameters
        The fitted parameters, in its order.
    before, after
        The judged findings with the numbers in use, and with the fitted ones.
    cost_before, cost_after
        Half of the sum of squared residuals.
    message
        How the fit ended.
    """

    calibration: Calibration
    parameters: tuple[FittedParameter, ...]
    before: list[JudgedFinding]
    after: list[JudgedFinding]
    cost_before: float
    cost_after: float
    message: str


def optimum(residuals: Residuals, start: np.ndarray, steps: int) -> Optimum:
    """Minimise the sum of squared residuals.

    Parameters
    ----------
    residuals
        Residuals at several points at once.
    start
        Positions to begin at, 0..1, (n,).
    steps
        Moves of the optimiser at most.
    """

    def differences(position: np.ndarray) -> np.ndarray:
        """The Jacobian (m, n); each difference is taken towards the inside of the range."""
        moves = np.where(position + STEP <= 1.0, STEP, -STEP)
        found = residuals(np.vstack([position, position + np.diag(moves)]))
        jacobian: np.ndarray = ((found[1:] - found[0]) / moves[:, None]).T
        return jacobian

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
    """Half of the 95 % intervals (n,), from the Gauss-Newton covariance; infinite where nothing determines one."""
    information = jacobian.T @ jacobian
    values, vectors = np.linalg.eigh(information)
    flat = values <= 1e-9 * max(1.0, float(values.max()))
    variance = (vectors[:, ~flat] ** 2) @ (1.0 / values[~flat])
    free = (vectors[:, flat] ** 2).sum(axis=1) > 1e-6
    return np.where(free, np.inf, HALF_INTERVAL * np.sqrt(variance))


def fit(calibration: Calibration, points: ParameterPoints, profile: bool = False) -> Fit:
    """Run a calibration. No number of bluespot is changed.

    Parameters
    ----------
    calibration
        What is fitted to what.
    points
        Judges the findings of the calibration at points of parameter space.
    profile
        Whether to compute the cost over the range of each parameter too.
    """
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
    """Residuals of all outcomes that count, in the order of the findings."""
    return [
        residual(outcome, one.judged[k].estimate) for one in found for k, outcome in calibration.counted(one.finding)
    ]


def _fitted(parameter: UncertainParameter, position: float, half: float) -> FittedParameter:
    low, high = position - half, position + half
    edge = "low" if position <= EDGE else "high" if position >= 1.0 - EDGE else ""
    return FittedParameter(
        parameter,
        parameter.at(position),
        parameter.at(low) if low > 0.0 else None,
        parameter.at(high) if high < 1.0 else None,
        edge,
    )


def _profiled(fitted: Sequence[FittedParameter], best: np.ndarray, residuals: Residuals) -> list[FittedParameter]:
    """The parameters with their profiles; all points are evaluated in one call."""
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
