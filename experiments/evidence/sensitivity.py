"""Sensitivity analysis: which uncertain numbers move the findings, by elementary effects (Morris 1991, screening).

A factor is a number, or a group of numbers that are moved in one step. The effect of a factor on an outcome is in
standard errors of the published number, over the whole stretch on which the factor is moved. SALib does the arithmetic;
it is an extra, `bluespot[sensitivity]`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import UserError
from experiments.evidence.factors import Factor
from experiments.evidence.parameter_points import Settings
from experiments.evidence.residual import published_error, standard_error
from experiments.evidence.uncertain import settings
from experiments.evidence.verdict import DIRECTION, REPRODUCED, JudgedFinding, JudgedOutcome
from results.comparison.frames import frame_of, where

#: Points of parameter space -> the judged findings at each.
JudgePoints = Callable[[Sequence[Settings]], list[list[JudgedFinding]]]
#: Levels that a design gives each number, and the seed of the design.
DESIGN_LEVELS = 4
DESIGN_SEED = 1
_CONFIDENCE_RESAMPLES = 1000
_EFFECT_COLUMNS = {
    "factor": str,
    "numbers": int,
    "finding": str,
    "outcome": str,
    "mu_star": float,
    "confidence": float,
    "sigma": float,
    "mu": float,
    "trajectories": int,
    "flips": int,
    "steps": int,
}
_SUMMARY_COLUMNS = {
    "factor": str,
    "numbers": int,
    "mu_star": float,
    "most_moved": str,
    "most_mu_star": float,
    "most_confidence": float,
    "most_sigma": float,
    "flips": int,
    "verdicts": int,
}
_OUTCOME_COLUMNS = {
    "finding": str,
    "outcome": str,
    "unit": str,
    "in_use": float,
    "verdict_in_use": str,
    **dict.fromkeys(("median", "low", "high"), float),
    "points": int,
    "expected_side": float,
    "reproduced": int,
    "direction_only": int,
}
#: Percentiles of the estimates at the points: the median and the ends of the middle four fifths.
_PERCENTILES = (50.0, 10.0, 90.0)


@dataclass(frozen=True)
class Design:
    """Points of a sensitivity analysis: trajectories through the ranges, each step of which moves one factor.

    Attributes
    ----------
    factors
        What the steps move.
    trajectories
        Number of trajectories; each has one point more than there are factors.
    span
        Share of the ranges, around the values in use, on which the numbers are moved.
    samples
        Positions of the numbers in 0..1, (trajectories * (factors + 1), numbers).
    """

    factors: tuple[Factor, ...]
    trajectories: int
    span: float
    samples: np.ndarray

    @property
    def problem(self) -> dict[str, Any]:
        """The design as SALib's functions take it."""
        return _problem(self.factors)

    def steps(self) -> Iterator[tuple[int, int]]:
        """(row of `samples` that a step starts from, factor that it moves), step by step."""
        of_number = [k for k, factor in enumerate(self.factors) for _ in factor.parameters]
        rows = len(self.factors) + 1
        for row in range(len(self.samples) - 1):
            if (row + 1) % rows:
                changed = np.nonzero(self.samples[row + 1] != self.samples[row])[0]
                yield row, of_number[int(changed[0])]


@dataclass(frozen=True)
class Screening:
    """Result of a sensitivity analysis, as three tables.

    Attributes
    ----------
    effects
        One row for each factor and outcome: mu* (mean absolute elementary effect) with half the width of its 95 %
        interval, sigma (standard deviation of the effects), mu (their mean), and in how many steps of the factor the
        verdict of the finding's outcome changed (`flips`).
    summary
        One row for each factor, those that move most first: mean mu* over outcomes, the outcome it moves most, and how
        many verdicts of findings changed.
    outcomes
        One row for each outcome: the estimate with the numbers in use; median, 10 and 90 % percentile at the points;
        and at how many points the estimate is on the expected side (NaN where no side is expected), the outcome
        reproduced, or found in direction only.
    """

    effects: pd.DataFrame
    summary: pd.DataFrame
    outcomes: pd.DataFrame


def design(moved: Sequence[Factor], trajectories: int, span: float = 1.0) -> Design:
    """The points of a sensitivity analysis; equal arguments give equal points.

    Parameters
    ----------
    moved
        The factors, as `factors.factors` gives them.
    trajectories
        Number of trajectories, 2 or more.
    span
        Share of the ranges, around the values in use, on which the numbers are moved: above 0, at most 1.

    Raises
    ------
    UserError
        For a span or a number of trajectories that is not allowed, and where SALib is not installed.
    """
    if not 0.0 < span <= 1.0:
        raise UserError(f"--span = {span:g}: expected a share of the ranges above 0, 1 at most.")
    if trajectories < 2:
        raise UserError(f"--trajectories = {trajectories}: expected a whole number, 2 or more.")
    samples = _morris("sample").sample(_problem(moved), trajectories, num_levels=DESIGN_LEVELS, seed=DESIGN_SEED)
    return Design(tuple(moved), trajectories, span, np.asarray(samples))


def screen(wanted: Design, judge: JudgePoints) -> Screening:
    """Judge the findings with the numbers in use and at all points of a design, and compute the effects.

    Parameters
    ----------
    wanted
        The points.
    judge
        Judges findings at points, such as `ParameterPoints.judge`.
    """
    parameters = [one for factor in wanted.factors for one in factor.parameters]
    in_use = np.array([one.position(one.value) for one in parameters])
    positions = in_use + wanted.span * (wanted.samples - in_use)
    base, *found = judge([{}, *(settings(parameters, row) for row in positions)])
    effects = frame_of(_EFFECT_COLUMNS, list(_effects(wanted, base, found)))
    return Screening(
        effects, _summary(wanted, effects, found), frame_of(_OUTCOME_COLUMNS, list(_outcomes(base, found)))
    )


def _at_points(
    base: list[JudgedFinding], found: list[list[JudgedFinding]]
) -> Iterator[tuple[str, JudgedOutcome, np.ndarray, list[str]]]:
    """For each outcome: its finding, its verdict with the numbers in use, its values and verdicts at the points."""
    for i, one in enumerate(base):
        for j, in_use in enumerate(one.judged):
            there = [point[i].judged[j] for point in found]
            yield one.finding.id, in_use, np.array([each.estimate.value for each in there]), [e.verdict for e in there]


def _outcomes(base: list[JudgedFinding], found: list[list[JudgedFinding]]) -> Iterator[list[Any]]:
    for finding, in_use, values, verdicts in _at_points(base, found):
        outcome = in_use.outcome
        middle = (
            np.nanpercentile(values, _PERCENTILES) if np.isfinite(values).any() else np.full(len(_PERCENTILES), np.nan)
        )
        sides = {"up": np.sum(values > outcome.none), "down": np.sum(values < outcome.none)}
        yield [
            *(finding, outcome.says, outcome.unit, in_use.estimate.value, in_use.verdict),
            *(*map(float, middle), len(values), float(sides.get(outcome.expected, math.nan))),
            *(verdicts.count(REPRODUCED), verdicts.count(DIRECTION)),
        ]


def _effects(wanted: Design, base: list[JudgedFinding], found: list[list[JudgedFinding]]) -> Iterator[list[Any]]:
    """Rows of the effects, outcome by outcome."""
    for finding, in_use, values, verdicts in _at_points(base, found):
        error = published_error(in_use.outcome)
        error = standard_error(in_use.estimate) if math.isnan(error) else error
        scale = error if error > 0.0 else float(np.nanstd(values)) or 1.0
        seen, used = elementary_effects(wanted, values / scale)
        flips = _flips(wanted, verdicts)
        for k, factor in enumerate(wanted.factors):
            numbers = [float(seen[name][k]) for name in ("mu_star", "mu_star_conf", "sigma", "mu")]
            about = [factor.name, len(factor.parameters), finding, in_use.outcome.says]
            yield [*about, *numbers, used, flips[k], wanted.trajectories]


def elementary_effects(wanted: Design, values: np.ndarray) -> tuple[dict[str, np.ndarray], int]:
    """mu*, its confidence, sigma and mu of each factor, from the values of one outcome at all points.

    Parameters
    ----------
    wanted
        The points.
    values
        The outcome at each point, (points,); NaN where there is none.

    Returns
    -------
    dict, int
        Measure -> array (factors,), and the number of trajectories used: those without a NaN.
    """
    rows = len(wanted.factors) + 1
    whole = np.isfinite(values).reshape(-1, rows).all(axis=1)
    used = int(whole.sum())
    nothing = np.full(len(wanted.factors), np.nan)
    if used < 2:
        return dict.fromkeys(("mu_star", "mu_star_conf", "sigma", "mu"), nothing), used
    kept = np.repeat(whole, rows)
    found = _morris("analyze").analyze(
        wanted.problem,
        wanted.samples[kept],
        values[kept],
        num_resamples=_CONFIDENCE_RESAMPLES,
        num_levels=DESIGN_LEVELS,
        seed=DESIGN_SEED,
    )
    return {name: np.asarray(found[name], float) for name in ("mu_star", "mu_star_conf", "sigma", "mu")}, used


def _summary(wanted: Design, effects: pd.DataFrame, found: list[list[JudgedFinding]]) -> pd.DataFrame:
    count = len(found[0])
    flips = np.sum([_flips(wanted, [point[i].verdict for point in found]) for i in range(count)], axis=0)
    rows: list[tuple[float, list[Any]]] = []
    for k, factor in enumerate(wanted.factors):
        own = where(effects, factor=factor.name)
        sizes = np.nan_to_num(own["mu_star"], nan=-1.0)
        most = int(np.argmax(sizes))
        mean = float(np.nanmean(own["mu_star"])) if (sizes >= 0.0).any() else math.nan
        at_most = [float(own[name][most]) for name in ("mu_star", "confidence", "sigma")]
        outcome = f"{own['finding'][most]} {own['outcome'][most]}"
        verdicts = wanted.trajectories * count
        row = [factor.name, len(factor.parameters), mean, outcome, *at_most, int(flips[k]), verdicts]
        rows.append((-1.0 if math.isnan(mean) else mean, row))
    ordered = sorted(rows, key=lambda each: each[0], reverse=True)
    return frame_of(_SUMMARY_COLUMNS, [row for _, row in ordered])


def _flips(wanted: Design, verdicts: Sequence[str]) -> list[int]:
    """For each factor, how many of its steps change the verdict."""
    flips = [0] * len(wanted.factors)
    for row, factor in wanted.steps():
        flips[factor] += verdicts[row] != verdicts[row + 1]
    return flips


def _problem(moved: Sequence[Factor]) -> dict[str, Any]:
    names = [one.name for factor in moved for one in factor.parameters]
    problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if len(names) > len(moved):
        problem["groups"] = [factor.name for factor in moved for _ in factor.parameters]
    return problem


def _morris(part: str) -> Any:
    try:
        from SALib.analyze import morris as analyze
        from SALib.sample import morris as sample
    except ImportError:
        raise UserError(
            'sensitivity needs SALib, which is not installed: pip install "bluespot[sensitivity]".'
        ) from None
    return {"sample": sample, "analyze": analyze}[part]
