"""The analysis of antagonists: what is left of a drug's effect under an antagonist, a lesion or the like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from results.analyses.analysis import NOT_FROM_ZERO, Analysis, interval, not_from_zero, number
from results.analyses.effects import AnalysedStudy, Effect, effect_of, effects
from results.comparison.contrasts import PLACE_COLUMNS
from results.comparison.frames import frame_of
from results.files.folder import ManifestArm
from results.statistics.intervals import Estimate, mean_interval, ratio_of_means, t_quantile

BLOCKED, REDUCED, KEPT, UNDECIDED = (
    "taken away",
    "reduced",
    "kept",
    "not told apart from all and from nothing",
)
_EFFECT_NUMBERS = [
    f"{name}{end}" for name in ("alone", "under", "taken", "percent_left") for end in ("", "_low", "_high")
]
ANTAGONIST_COLUMNS = {
    **{"circuit": str, "treatment": str, "manipulation": str, "arm": str},
    **PLACE_COLUMNS,
    "n": int,
    **dict.fromkeys(_EFFECT_NUMBERS, float),
    "outcome": str,
}
#: Endings of the names of measures of withdrawal.
WITHDRAWAL = ("_threshold", "_latency", "nsia")


def antagonists(study: AnalysedStudy) -> Analysis:
    """Effects of treatments alone and under each manipulation, each against the vehicle arm under the same.

    Returns
    -------
    Analysis
        Its table `antagonists` has one row for each treatment, manipulation and measure: the effect `alone`, `under`
        the manipulation, their difference (`taken`), `percent_left`, and the outcome.
    """
    rows = [row for alone in effects(study) if not alone.arm.manipulation for row in _rows(study, alone)]
    title = "UNDER MANIPULATIONS: treated minus vehicle alone, the same under it, and what is left [95 % interval]"
    told = [row for row in (dict(zip(ANTAGONIST_COLUMNS, row, strict=True)) for row in rows) if _is_told(row)]
    sentences = tuple(map(_sentence, told))
    nothing = "No treatment was given both with and without a manipulation."
    tables = {"antagonists": frame_of(ANTAGONIST_COLUMNS, rows)}
    return Analysis("antagonists", title, tables, sentences or (nothing,))


def _rows(study: AnalysedStudy, alone: Effect) -> Iterator[tuple[Any, ...]]:
    for arm in _manipulated(study, alone.arm):
        under = effect_of(study, arm, alone.measure)
        if under is not None and set(under.animals) & set(alone.animals):
            yield (
                arm.circuit,
                arm.treatment,
                arm.manipulation,
                arm.name,
                *alone.measure.place,
                *_numbers(alone, under),
            )


def _manipulated(study: AnalysedStudy, arm: ManifestArm) -> Iterator[ManifestArm]:
    """Yield arms of the same circuit and treatment with a manipulation, whose vehicle arm has the same one."""
    for other in study.arms:
        if other.manipulation and (other.circuit, other.treatment) == (arm.circuit, arm.treatment):
            control = study.controls.get(other.name)
            if control is not None and control.manipulation == other.manipulation:
                yield other


def _numbers(alone: Effect, under: Effect) -> tuple[Any, ...]:
    animals = sorted(set(alone.animals) & set(under.animals))
    one, other = (np.array([e.values[e.animals.index(k)] for k in animals]) for e in (alone, under))
    before, left, taken = mean_interval(one), mean_interval(other), mean_interval(one - other)
    share = ratio_of_means(100 * other, one)
    numbers = [n for e in (before, left, taken, share) for n in (e.value, e.low, e.high)]
    return (len(animals), *numbers, _outcome(before, left, taken))


def _outcome(before: Estimate, left: Estimate, taken: Estimate) -> str:
    """The outcome by 95 % intervals: is there an effect alone, is it smaller under the manipulation, is any left."""
    sign = np.sign(before.value)
    if not _beyond_zero(before, sign):
        return NOT_FROM_ZERO
    if _beyond_zero(taken, sign):
        return REDUCED if _beyond_zero(left, sign) else BLOCKED
    return KEPT if _beyond_zero(left, sign) else UNDECIDED


def _beyond_zero(estimate: Estimate, sign: float) -> bool:
    return min(sign * estimate.low, sign * estimate.high) > 0


def _is_told(row: dict[str, Any]) -> bool:
    """Whether a row has a sentence: measures of withdrawal have; all others are in the table only."""
    return bool(row["name"].endswith(WITHDRAWAL))


def _estimate(row: dict[str, Any]) -> Estimate:
    """The effect alone, as the table has it."""
    n, half = row["n"], (row["alone_high"] - row["alone_low"]) / 2
    return Estimate(n, row["alone"], half / t_quantile(n - 1), row["alone_low"], row["alone_high"])


def _sentence(row: dict[str, Any]) -> str:
    name = " ".join(filter(None, (row["name"], row["side"])))
    hour = f" {row['hour']:+g} h" if row["hour"] else ""
    alone, under = (interval(row[key], row[f"{key}_low"], row[f"{key}_high"]) for key in ("alone", "under"))
    left = f", {number(row['percent_left'])} % left" if row["outcome"] != NOT_FROM_ZERO else ""
    outcome = f"{row['outcome']} (n = {row['n']})"
    if row["outcome"] == NOT_FROM_ZERO:
        outcome = not_from_zero(_estimate(row))
    return (
        f"{row['arm']}; {name}, day {row['day']}{hour}: alone {alone}, under it {under} {row['unit']}{left}: {outcome}."
    )
