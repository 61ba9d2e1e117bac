"""Linear mixed models of a measure over time: arm x time and circuit x treatment, with random intercepts of animals.

The fixed effects are the means of every arm at every time, so that each term is a linear hypothesis on them. Two models
differ in what is random:

| model | random intercepts | asks |
|---|---|---|
| `twins` | the animal number, and the animal within its number | what the arms do to the same virtual animals |
| `independent` | the animal | what a laboratory would see, whose rats have no twins |

With more than `MOST_MODELLED` animals in an arm, ordinary least squares with cluster-robust errors take their place:
with so many clusters nothing need be assumed of the covariance, and the time stays bounded. docs/comparing.md says why.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from results.statistics.grids import Grids

TWINS, INDEPENDENT, CLUSTERS = "twins", "independent", "clusters"
#: Above as many animals in an arm the covariance is taken from clusters instead of a model.
MOST_MODELLED = 30
#: Above as many means of arms at times no model is fitted.
MOST_MEANS = 150
#: A variance below this share of the residual variance is at its boundary, 0.
BOUNDARY_SHARE = 1e-6
#: A variance below this share of the residual one may be 0.
DOUBTFUL_SHARE = 0.2
#: Model -> its random intercepts.
_COMPONENTS = {TWINS: ("number", "animal"), INDEPENDENT: ("animal",)}
#: Optimisers of statsmodels, each tried where those before it did not converge.
_OPTIMISERS = ["bfgs", "lbfgs", "powell"]


@dataclass(frozen=True)
class CourseData:
    """Values of one measure in some arms at some times, one row for each animal and time.

    Attributes
    ----------
    arms, times
        Names of the arms, and hours from surgery, at which all of these arms were measured.
    value
        (m,).
    arm, time
        Positions in `arms` and `times`, (m,).
    number
        Number of the animal, (m,).
    censored
        Whether the value is at the cut-off, (m,).
    left_out
        Arms without a value below the cut-off: they have no variance that others could share.
    """

    arms: tuple[str, ...]
    times: tuple[float, ...]
    value: np.ndarray
    arm: np.ndarray
    time: np.ndarray
    number: np.ndarray
    censored: np.ndarray
    left_out: tuple[str, ...] = ()

    @cached_property
    def animal(self) -> np.ndarray:
        """A code for each animal: its number within its arm, (m,)."""
        return np.unique(np.column_stack([self.arm, self.number]), axis=0, return_inverse=True)[1].ravel()

    @property
    def clusters(self) -> np.ndarray:
        """What is independent of all else: the number, with all twins of it; the animal where there are none, (m,)."""
        return self.number if self.shares_numbers else self.animal

    @property
    def shares_numbers(self) -> bool:
        """Whether animals of several arms have the same number, and so are virtual twins."""
        return len(np.unique(self.number)) < len(np.unique(self.animal))

    @cached_property
    def means(self) -> np.ndarray:
        """Which mean each value belongs to, arm by arm and in it time by time, as dummies (m, arms x times)."""
        return np.asarray(np.eye(len(self.arms) * len(self.times))[self.arm * len(self.times) + self.time])


@dataclass(frozen=True)
class CourseModel:
    """A fitted model of a measure over time.

    Attributes
    ----------
    kind
        `TWINS`, `INDEPENDENT` or `CLUSTERS`.
    data
        What it was fitted to.
    means, covariance
        Estimated means of arms at times, arm by arm, (k,), and their covariance (k, k).
    animal_df, residual_df
        Denominator degrees of freedom of terms between animals, and of those within animals.
    variances
        Component -> variance: `number`, `animal` and `residual`, as far as the model has them.
    result
        As statsmodels returns it.
    """

    kind: str
    data: CourseData
    means: np.ndarray
    covariance: np.ndarray
    animal_df: int
    residual_df: int
    variances: dict[str, float]
    result: Any

    def boundary(self) -> list[str]:
        """The random intercepts whose variance was estimated as 0."""
        residual = self.variances.get("residual", 0.0)
        return [k for k in ("number", "animal") if self.variances.get(k, np.inf) <= BOUNDARY_SHARE * residual]


class NoModelError(Exception):
    """Why a measure has no model, in words for the report."""


def course_data(grids: Grids, measure: tuple[str, ...], arms: Sequence[str], times: np.ndarray) -> CourseData:
    """Values of a measure at the times at which all of these arms were measured.

    Parameters
    ----------
    grids, measure
        The measure as `Grids.measures` has it.
    arms
        Names of arms.
    times
        Hours from surgery, as `grids.measurements` has them.
    """
    kept = [arm for arm in arms if not _at_cut_off(grids, measure, arm, times)]
    measured = np.logical_and.reduce([grids.measured(arm) for arm in kept])
    columns = [c for c in _columns(grids, measure, times) if measured[c]] if kept else []
    if not columns:
        raise NoModelError("its arms have no time in common" if kept else "all values are at the cut-off")
    left_out = tuple(arm for arm in arms if arm not in kept)
    if len(kept) < 2 and left_out:
        raise NoModelError(f"but for {kept[0]}, all values are at the cut-off")
    blocks = [np.argwhere(np.isfinite(grids.values[arm][:, columns])) for arm in kept]
    arm = np.concatenate([np.full(len(block), k) for k, block in enumerate(blocks)])
    rows, time = np.concatenate(blocks).T
    value = np.concatenate([grids.values[a][:, columns][tuple(b.T)] for a, b in zip(kept, blocks, strict=True)])
    censored = np.concatenate([grids.censored[a][:, columns][tuple(b.T)] for a, b in zip(kept, blocks, strict=True)])
    hours = tuple(grids.measurements["hours"].to_numpy()[columns].tolist())
    return CourseData(tuple(kept), hours, value, arm, time, grids.numbers[rows], censored, left_out)


def fit_models(data: CourseData) -> Iterator[CourseModel]:
    """Fit the models of a measure: with twins where animals share numbers, and as if the animals were independent.

    Raises
    ------
    NoModelError
        Where the data do not hold what a model needs, and where a fit does not converge.
    """
    _check(data)
    if len(np.unique(data.clusters)) > MOST_MODELLED * (1 if data.shares_numbers else len(data.arms)):
        yield _clusters(data)
        return
    if data.shares_numbers:
        yield _mixed(data, TWINS)
    yield _mixed(data, INDEPENDENT)


def likelihood_ratio(data: CourseData, kind: str) -> tuple[float, int]:
    """Twice the log-likelihood that arm x time adds to arm + time, by maximum likelihood, and its degrees of freedom.

    Raises
    ------
    NoModelError
        Where a fit does not converge.
    """
    additive = np.column_stack([np.eye(len(data.arms))[data.arm], np.eye(len(data.times))[data.time][:, 1:]])
    full, less = (_fit(data, kind, exog, reml=False)[1] for exog in (data.means, additive))
    return float(2 * (full.llf - less.llf)), data.means.shape[1] - additive.shape[1]


def _columns(grids: Grids, measure: tuple[str, ...], times: np.ndarray) -> list[int]:
    hours, wanted = grids.measurements["hours"].to_numpy(), set(times.tolist())
    return [column for column in grids.course(measure) if hours[column] in wanted]


def _at_cut_off(grids: Grids, measure: tuple[str, ...], arm: str, times: np.ndarray) -> bool:
    columns = _columns(grids, measure, times)
    values, censored = grids.values[arm][:, columns], grids.censored[arm][:, columns]
    return bool(censored[np.isfinite(values)].all()) if np.isfinite(values).any() else False


def _check(data: CourseData) -> None:
    animals = pd.Series(data.number).groupby(data.arm).nunique()
    if len(data.arms) < 2:
        raise NoModelError("fewer than two arms have values that differ")
    if len(data.times) < 2:
        raise NoModelError("it was measured once")
    if animals.min() < 2:
        raise NoModelError(f"{data.arms[int(animals.idxmin())]} has one animal")
    if data.means.shape[1] > MOST_MEANS:
        raise NoModelError(f"it has {data.means.shape[1]} means of arms at times, and a model takes {MOST_MEANS}")
    if 2 * data.censored.sum() > data.censored.size:
        raise NoModelError(f"{data.censored.sum()} of {data.censored.size} values are at the cut-off")
    spread = data.value - _average(data.value, data.arm * len(data.times) + data.time)
    if np.abs(spread).max() <= 1e-9 * max(1.0, np.abs(data.value).max()):
        raise NoModelError("all animals of an arm have the same value at a time")
    within = spread - _average(spread, data.animal)
    if np.abs(within).max() <= 1e-9 * np.abs(spread).max():
        raise NoModelError("the animals of an arm keep the same distances at all times")


def _average(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The mean of its group for each value."""
    return np.asarray(pd.Series(values).groupby(groups).transform("mean"))


def _mixed(data: CourseData, kind: str) -> CourseModel:
    names, result = _fit(data, kind, data.means, reml=True)
    k = data.means.shape[1]
    variances = dict.fromkeys(_COMPONENTS[kind], 0.0) | {"residual": float(result.scale)}
    variances |= dict(
        zip(names, [*np.ravel(getattr(result, "cov_re", ())), *getattr(result, "vcomp", ())], strict=True)
    )
    means, covariance = np.asarray(result.params)[:k], np.asarray(result.cov_params())[:k, :k]
    return CourseModel(kind, data, means, covariance, *_degrees_of_freedom(data, kind), variances, result)


def _fit(data: CourseData, kind: str, exog: np.ndarray, reml: bool) -> tuple[tuple[str, ...], Any]:
    """The random intercepts whose variance is more than 0, and the result of statsmodels.

    At a variance of 0 the likelihood has no slope, and optimisers stop beside it. So the sign of each variance is taken
    from the mean squares, and where one is small the model without it is fitted too, and the more likely one taken.
    """
    ratios = _ratios(data, kind)
    names = tuple(name for name, ratio in ratios.items() if ratio > 0)
    doubtful = [name for name in names if ratios[name] < DOUBTFUL_SHARE]
    choices = [names, *(tuple(name for name in names if name != one) for one in doubtful if len(names) > 1)]
    fits = {choice: _fit_components(data, exog, {name: ratios[name] for name in choice}, reml) for choice in choices}
    found = {choice: fit for choice, fit in fits.items() if fit is not None}
    if not found:
        raise NoModelError("the fit did not converge")
    best = max(found, key=lambda choice: found[choice].llf)
    return best, found[best]


def _fit_components(data: CourseData, exog: np.ndarray, ratios: dict[str, float], reml: bool) -> Any:
    """Fit with some random intercepts; None where no optimiser converges, or the fit is singular."""
    from statsmodels.regression.linear_model import OLS
    from statsmodels.regression.mixed_linear_model import MixedLM

    if not ratios:
        return OLS(data.value, exog).fit()
    groups = data.number if "number" in ratios else data.animal
    more = {"exog_re": np.ones((len(data.value), 1)), "exog_vc": _within_numbers(data)} if len(ratios) > 1 else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they tell is in `converged`, or in `CourseModel.boundary`
        try:
            model = MixedLM(data.value, exog, groups=groups, **more)
            result = model.fit(start_params=np.sqrt(list(ratios.values())), reml=reml, method=_OPTIMISERS)
        except (np.linalg.LinAlgError, ValueError):
            return None
    usable = result.converged and np.isfinite(result.llf) and np.isfinite(result.params).all()
    return result if usable else None


def _ratios(data: CourseData, kind: str) -> dict[str, float]:
    """Random intercept -> its variance over the residual one, by the mean squares of balanced data; may be negative."""
    animal, times = data.animal, len(data.value) / len(np.unique(data.animal))
    spread = data.value - _average(data.value, data.arm * len(data.times) + data.time)
    means = pd.Series(spread).groupby(animal).mean().to_numpy()
    animal_df, residual_df = _degrees_of_freedom(data, kind)
    residual = float(((spread - means[animal]) ** 2).sum()) / residual_df if residual_df > 0 else 0.0
    if not residual > 0 or animal_df < 1:
        raise NoModelError("it has too few values")
    if kind != TWINS:
        return {"animal": (float((means**2).sum()) / animal_df - residual / times) / residual}
    number = pd.Series(data.number).groupby(animal).first().to_numpy()
    shared, numbers = _average(means, number), len(np.unique(number))
    own = float(((means - shared) ** 2).sum()) / animal_df
    common = float((shared**2).sum()) / (numbers - 1) - own
    return {"number": common * numbers / len(means) / residual, "animal": (own - residual / times) / residual}


def _within_numbers(data: CourseData) -> Any:
    """The variance component of the animals within their number: an indicator of the arm in each group."""
    from statsmodels.regression.mixed_linear_model import VCSpec

    arms = [data.arm[data.number == number] for number in np.unique(data.number)]
    matrices = [(one[:, None] == np.unique(one)).astype(float) for one in arms]
    names = [[str(arm) for arm in np.unique(one)] for one in arms]
    return VCSpec(["animal"], [names], [matrices])


def _degrees_of_freedom(data: CourseData, kind: str) -> tuple[int, int]:
    """Denominators between and within animals, by containment: what a level adds to the rank of all terms above it."""
    animals = np.unique(np.column_stack([data.arm, data.number]), axis=0)
    taken = len(data.arms)
    if kind == TWINS:
        numbers = (animals[:, 1:] == np.unique(data.number)).astype(float)
        taken = int(np.linalg.matrix_rank(np.column_stack([np.eye(taken)[animals[:, 0].astype(int)], numbers])))
    within = len(data.value) - len(animals) - (data.means.shape[1] - len(data.arms))
    return len(animals) - taken, within


def _clusters(data: CourseData) -> CourseModel:
    """Means by least squares; a cluster is all values of a number, with those of its twins."""
    from statsmodels.regression.linear_model import OLS

    clusters = np.unique(data.clusters, return_inverse=True)[1]
    exog = data.means
    result = OLS(data.value, exog).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
    df = len(np.unique(clusters)) - 1
    return CourseModel(CLUSTERS, data, np.asarray(result.params), np.asarray(result.cov_params()), df, df, {}, result)
