"""Tests of the terms of a model over time, and planned contrasts between its arms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from results.comparison.contrasts import Contrast
from results.statistics.intervals import t_quantile
from results.statistics.mixed_models import CLUSTERS, TWINS, CourseModel, NoModelError, likelihood_ratio

ARM_TERM, TIME_TERM, ARM_TIME_TERM = "arm", "time", "arm x time"
CIRCUIT_TREATMENT_TERM, CIRCUIT_TREATMENT_TIME_TERM = "circuit x treatment", "circuit x treatment x time"


@dataclass(frozen=True)
class Hypothesis:
    """A term as a linear hypothesis: `matrix` (q, k) times the means is 0; and whether it lies between animals."""

    term: str
    matrix: np.ndarray
    between_animals: bool


def hypotheses(model: CourseModel, arms: pd.DataFrame) -> Iterator[Hypothesis]:
    """The terms that the arms of a model allow.

    Parameters
    ----------
    model
        Of a measure.
    arms
        Indexed by name, with circuit, treatment and manipulation.
    """
    count, times = len(model.data.arms), len(model.data.times)
    average, change = np.full((1, times), 1.0 / times), _steps(times)
    yield Hypothesis(ARM_TERM, np.kron(_steps(count), average), True)
    yield Hypothesis(TIME_TERM, np.kron(np.full((1, count), 1.0 / count), change), False)
    yield Hypothesis(ARM_TIME_TERM, np.kron(_steps(count), change), False)
    interaction = _interaction(arms.loc[list(model.data.arms)])
    if interaction is not None:
        yield Hypothesis(CIRCUIT_TREATMENT_TERM, np.kron(interaction, average), True)
        yield Hypothesis(CIRCUIT_TREATMENT_TIME_TERM, np.kron(interaction, change), False)


def term_tests(model: CourseModel, arms: pd.DataFrame, ratio: bool) -> Iterator[dict[str, object]]:
    """Rows of the table of terms: Wald tests as F and chi-squared; with `ratio` arm x time by its likelihood too."""
    from scipy.special import chdtrc, fdtrc

    for hypothesis in hypotheses(model, arms):
        degrees = len(hypothesis.matrix)
        chi2 = _wald(model, hypothesis.matrix)
        f, residual = chi2 / degrees, model.animal_df if hypothesis.between_animals else model.residual_df
        if model.kind == CLUSTERS:
            # Of balanced clusters the Wald statistic is Hotelling's T squared, times (values - means) / (values - 1) by
            # the correction of statsmodels; this is its F.
            f, residual = f * (residual + 1 - degrees) / residual, residual + 1 - degrees
        p = float(fdtrc(degrees, residual, f)) if residual > 0 else np.nan
        gain, gain_p = _ratio(model) if ratio and hypothesis.term == ARM_TIME_TERM else (np.nan, np.nan)
        yield {
            "term": hypothesis.term, "F": f, "df": degrees, "df_residual": residual, "p": p,
            "wald_chi2": chi2, "p_chi2": float(chdtrc(degrees, chi2)),
            "likelihood_ratio": gain, "p_likelihood_ratio": gain_p,
        }  # fmt: skip


def model_contrasts(model: CourseModel, contrasts: Iterable[Contrast]) -> Iterator[dict[str, object]]:
    """Rows of planned contrasts: arm minus reference, meaned over all times of the model, and at each time.

    Their t tests have the degrees of freedom between animals, which are too few rather than too many at a single time.
    """
    from scipy.special import stdtr

    names, times = model.data.arms, model.data.times
    wanted = [c for c in contrasts if c.arm in names and c.reference in names]
    quantile = t_quantile(model.animal_df) if model.animal_df > 0 else np.nan
    for contrast in wanted:
        sign = np.array([float(name == contrast.arm) - float(name == contrast.reference) for name in names])
        for hours, weights in _moments(times):
            row = np.kron(sign, weights)
            difference, sem = float(row @ model.means), float(np.sqrt(row @ model.covariance @ row))
            yield {
                "contrast": contrast.kind, "arm": contrast.arm, "reference": contrast.reference, "hours": hours,
                "difference": difference, "sem": sem, "df": model.animal_df,
                "low": difference - quantile * sem, "high": difference + quantile * sem,
                "p": float(2 * stdtr(model.animal_df, -abs(difference) / sem)) if sem > 0 else np.nan,
            }  # fmt: skip


def _moments(times: Sequence[float]) -> Iterator[tuple[float, np.ndarray]]:
    """(hours, weights of the times): NaN for the mean of all, then each time."""
    yield np.nan, np.full(len(times), 1.0 / len(times))
    yield from zip(times, np.eye(len(times)), strict=True)


def _steps(count: int) -> np.ndarray:
    """Differences from the first of `count` means, (count - 1, count)."""
    return np.column_stack([-np.ones((count - 1, 1)), np.eye(count - 1)])


def _interaction(arms: pd.DataFrame) -> np.ndarray | None:
    """Weights of the arms in circuit x treatment, over unmanipulated arms in each combination of both; else None."""
    told = zip(arms["circuit"].tolist(), arms["treatment"].tolist(), arms["manipulation"].tolist(), strict=True)
    cells = {(circuit, treatment): k for k, (circuit, treatment, other) in enumerate(told) if other == ""}
    circuits, treatments = (list(dict.fromkeys(cell[k] for cell in cells)) for k in (0, 1))
    crossed = [treatment for treatment in treatments if all((circuit, treatment) in cells for circuit in circuits)]
    if len(circuits) < 2 or len(crossed) < 2:
        return None
    order = [cells[circuit, treatment] for circuit in circuits for treatment in crossed]
    weights = np.zeros(((len(circuits) - 1) * (len(crossed) - 1), len(arms)))
    weights[:, order] = np.kron(_steps(len(circuits)), _steps(len(crossed)))
    return weights


def _wald(model: CourseModel, matrix: np.ndarray) -> float:
    """The Wald statistic of a hypothesis, by statsmodels; parameters beyond the means are not in it."""
    padded = np.zeros((len(matrix), len(model.result.params)))
    padded[:, : matrix.shape[1]] = matrix
    return float(model.result.wald_test(padded, use_f=False, scalar=True).statistic)


def _ratio(model: CourseModel) -> tuple[float, float]:
    """Likelihood-ratio test of arm x time; NaN for clusters, and where a fit fails."""
    from scipy.special import chdtrc

    if not model.variances:
        return np.nan, np.nan
    try:
        ratio, degrees = likelihood_ratio(model.data, model.kind)
    except NoModelError:
        return np.nan, np.nan
    return ratio, float(chdtrc(degrees, ratio))


def primary(models: Sequence[CourseModel]) -> CourseModel:
    """The model whose tests the report shows: that of twins where there is one."""
    return next((model for model in models if model.kind == TWINS), models[0])
