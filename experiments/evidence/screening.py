"""Which uncertain numbers move the findings: Morris' elementary effects, by SALib (an extra, `bluespot[sensitivity]`).

A factor is a number, or a group of numbers that are moved in one step. The unit of an effect is a standard error of
what was published, over the whole stretch that the factor is moved on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from circuits import ligated
from circuits.receptors import LOCUS_COERULEUS
from core.errors import UserError, nearest
from experiments.evidence.points import Settings
from experiments.evidence.residual import published_error, standard_error
from experiments.evidence.uncertain import Parameter, parameter, settings, uncertain
from experiments.evidence.verdict import DIRECTION, REPRODUCED, Judged, Judgement
from results.tables import Table

#: points -> the judged findings of each.
Judge = Callable[[Sequence[Settings]], list[list[Judgement]]]
LEVELS = 4
SEED = 1
_RESAMPLES = 1000
#: Populations and processes that are one group.
_TOGETHER = {
    **dict.fromkeys(LOCUS_COERULEUS, "locus_coeruleus"),
    **dict.fromkeys(("a_beta", "a_delta", "c_peptidergic", "c_nonpeptidergic"), "hind_paw"),
    **dict.fromkeys(("serotonin1A", "alpha2_terminal", "alpha2_soma"), "desensitisation"),
}
_EFFECTS = {
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
_SUMMARY = {
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
_OUTCOMES = {
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
#: Of the estimates at the points: the middle four fifths.
_MIDDLE = (50.0, 10.0, 90.0)


@dataclass(frozen=True)
class Factor:
    """What is moved in one step."""

    name: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class Design:
    """Trajectories of points; samples: (trajectories * (factors + 1), numbers) in 0..1, each step moving one factor.

    span: share of the ranges, around the values in use, on which the numbers are moved.
    """

    factors: tuple[Factor, ...]
    trajectories: int
    span: float
    samples: np.ndarray

    @property
    def problem(self) -> dict[str, Any]:
        """As SALib takes it."""
        return _problem(self.factors)

    def steps(self) -> Iterator[tuple[int, int]]:
        """(row after which a step is taken, factor that it moves)."""
        of_number = [k for k, factor in enumerate(self.factors) for _ in factor.parameters]
        rows = len(self.factors) + 1
        for row in range(len(self.samples) - 1):
            if (row + 1) % rows:
                changed = np.nonzero(self.samples[row + 1] != self.samples[row])[0]
                yield row, of_number[int(changed[0])]


@dataclass(frozen=True)
class Screening:
    """effects: one row for each factor and outcome. summary: one for each factor, those that move most first.

    outcomes: one for each outcome: its estimate with the numbers in use, the median and the 10 and 90 % of the points
    elsewhere, and at how many of them the estimate is on the expected side (NaN where no side is expected), the outcome
    reproduced, or found in direction only.
    """

    effects: Table
    summary: Table
    outcomes: Table


@cache
def groups() -> Mapping[str, tuple[str, ...]]:
    """Group -> the uncertain numbers in it. Numbers that shape the compiled program are in none."""
    found: dict[str, list[str]] = {}
    for path in uncertain():
        if not _shapes_program(path):
            found.setdefault(_group(path), []).append(path)
    return {name: tuple(paths) for name, paths in found.items()}


def factors(names: Sequence[str] = ()) -> tuple[Factor, ...]:
    """All groups as one factor each; with names of groups or numbers, every number of them as a factor."""
    if not names:
        return tuple(Factor(name, tuple(parameter([path], name) for path in paths)) for name, paths in groups().items())
    paths = dict.fromkeys(path for name in names for path in groups().get(name, (name,)))
    return tuple(Factor(path, (_parameter(path),)) for path in paths)


def design(moved: Sequence[Factor], trajectories: int, span: float = 1.0) -> Design:
    """The same points for the same factors, number of trajectories (2 or more) and span."""
    if not 0.0 < span <= 1.0:
        raise UserError(f"--span = {span:g}: expected a share of the ranges above 0, 1 at most.")
    if trajectories < 2:
        raise UserError(f"--trajectories = {trajectories}: expected a whole number, 2 or more.")
    samples = _morris("sample").sample(_problem(moved), trajectories, num_levels=LEVELS, seed=SEED)
    return Design(tuple(moved), trajectories, span, np.asarray(samples))


def screen(wanted: Design, judge: Judge) -> Screening:
    """Judge all points of a design, and the model in use."""
    parameters = [one for factor in wanted.factors for one in factor.parameters]
    in_use = np.array([one.position(one.value) for one in parameters])
    positions = in_use + wanted.span * (wanted.samples - in_use)
    base, *found = judge([{}, *(settings(parameters, row) for row in positions)])
    effects = Table.of_rows(_EFFECTS, list(_effects(wanted, base, found)))
    return Screening(effects, _summary(wanted, effects, found), Table.of_rows(_OUTCOMES, list(_outcomes(base, found))))


def _at_points(
    base: list[Judgement], found: list[list[Judgement]]
) -> Iterator[tuple[str, Judged, np.ndarray, list[str]]]:
    """Of each outcome: its finding, how it is judged with the numbers in use, and its values and verdicts elsewhere."""
    for i, one in enumerate(base):
        for j, in_use in enumerate(one.judged):
            there = [point[i].judged[j] for point in found]
            yield one.finding.id, in_use, np.array([each.estimate.value for each in there]), [e.verdict for e in there]


def _outcomes(base: list[Judgement], found: list[list[Judgement]]) -> Iterator[list[Any]]:
    for finding, in_use, values, verdicts in _at_points(base, found):
        outcome = in_use.outcome
        middle = np.nanpercentile(values, _MIDDLE) if np.isfinite(values).any() else np.full(len(_MIDDLE), np.nan)
        sides = {"up": np.sum(values > outcome.none), "down": np.sum(values < outcome.none)}
        yield [
            *(finding, outcome.says, outcome.unit, in_use.estimate.value, in_use.verdict),
            *(*map(float, middle), len(values), float(sides.get(outcome.expected, math.nan))),
            *(verdicts.count(REPRODUCED), verdicts.count(DIRECTION)),
        ]


def _effects(wanted: Design, base: list[Judgement], found: list[list[Judgement]]) -> Iterator[list[Any]]:
    """The rows of all outcomes."""
    for finding, in_use, values, verdicts in _at_points(base, found):
        error = published_error(in_use.outcome)
        error = standard_error(in_use.estimate) if math.isnan(error) else error
        scale = error if error > 0.0 else float(np.nanstd(values)) or 1.0
        seen, used = analysed(wanted, values / scale)
        flips = _flips(wanted, verdicts)
        for k, factor in enumerate(wanted.factors):
            numbers = [float(seen[name][k]) for name in ("mu_star", "mu_star_conf", "sigma", "mu")]
            about = [factor.name, len(factor.parameters), finding, in_use.outcome.says]
            yield [*about, *numbers, used, flips[k], wanted.trajectories]


def analysed(wanted: Design, values: np.ndarray) -> tuple[dict[str, np.ndarray], int]:
    """SALib's measures (factors,) and the number of trajectories they rest on: those without a missing number."""
    rows = len(wanted.factors) + 1
    whole = np.isfinite(values).reshape(-1, rows).all(axis=1)
    used = int(whole.sum())
    nothing = np.full(len(wanted.factors), np.nan)
    if used < 2:
        return dict.fromkeys(("mu_star", "mu_star_conf", "sigma", "mu"), nothing), used
    kept = np.repeat(whole, rows)
    found = _morris("analyze").analyze(
        wanted.problem, wanted.samples[kept], values[kept], num_resamples=_RESAMPLES, num_levels=LEVELS, seed=SEED
    )
    return {name: np.asarray(found[name], float) for name in ("mu_star", "mu_star_conf", "sigma", "mu")}, used


def _summary(wanted: Design, effects: Table, found: list[list[Judgement]]) -> Table:
    count = len(found[0])
    flips = np.sum([_flips(wanted, [point[i].verdict for point in found]) for i in range(count)], axis=0)
    rows: list[tuple[float, list[Any]]] = []
    for k, factor in enumerate(wanted.factors):
        own = effects.where(factor=factor.name)
        sizes = np.nan_to_num(own["mu_star"], nan=-1.0)
        most = int(np.argmax(sizes))
        mean = float(np.nanmean(own["mu_star"])) if (sizes >= 0.0).any() else math.nan
        at_most = [float(own[name][most]) for name in ("mu_star", "confidence", "sigma")]
        outcome = f"{own['finding'][most]} {own['outcome'][most]}"
        verdicts = wanted.trajectories * count
        row = [factor.name, len(factor.parameters), mean, outcome, *at_most, int(flips[k]), verdicts]
        rows.append((-1.0 if math.isnan(mean) else mean, row))
    ordered = sorted(rows, key=lambda each: each[0], reverse=True)
    return Table.of_rows(_SUMMARY, [row for _, row in ordered])


def _flips(wanted: Design, verdicts: Sequence[str]) -> list[int]:
    """How many of the steps of each factor change the verdict."""
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


def _shapes_program(path: str) -> bool:
    """Whether each value needs a program of its own, which takes longer to build than animals to run."""
    return path.endswith(".standard") or path.startswith("synapses.delays.")


def _parameter(path: str) -> Parameter:
    if path not in uncertain() and "." not in path and (close := nearest(path, groups())):
        raise UserError(f'--parameters: no group "{path}". Nearest: {", ".join(close)}; --list lists them all.')
    return parameter([path], "--parameters")


def _group(path: str) -> str:
    """The part of the model a number belongs to: a population, a transmitter, the receptors of one family, ..."""
    head, second = (*path.split("."), "")[:2]
    if head in ("couplings", "plain_couplings", "receptors"):
        return f"receptors.{_family(second)}"
    if head in ("projections", "synapses"):
        return "wiring"
    if head == "differences":
        return "injury"
    if head in ("cells", "afferents", "transmitters", "plasticity"):
        return f"{head}.{_TOGETHER.get(second, second)}"
    return "animal"


def _family(name: str) -> str:
    """The family of a coupling, or of the couplings of a receptor; sites without a transmitter are one."""
    if any(name == each.name for each in ligated.plain_couplings):
        return "other_sites"
    return next(each.group for each in ligated.couplings if name in (each.name, each.receptor))
