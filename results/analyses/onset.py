"""The analysis of onset: the first day on which an effect reaches half of its settled value, for pain and for mood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.days import HOURS_PER_DAY
from results.analyses.analysis import NOT_FROM_ZERO, Analysis, interval, not_from_zero, number
from results.analyses.effects import (
    FEWEST_RESAMPLED,
    AnalysedStudy,
    Effect,
    about_resamples,
    effects,
    percentiles,
    resamples,
)
from results.comparison.frames import frame_of
from results.files.folder import ManifestArm
from results.statistics.intervals import Estimate, mean_interval

#: The assay of the antidepressive index; the onsets of all other measures are compared with its onset.
MOOD = "mood"
#: So many measurements after the first dose make a course.
FEWEST_TIMES = 3
FIRST, TIMED = "at the first measurement", "timed"
_ARM_COLUMNS = {"arm": str, "circuit": str, "treatment": str, "manipulation": str}
_SERIES_COLUMNS = {"assay": str, "name": str, "side": str, "unit": str}
ONSET_COLUMNS = {
    **_ARM_COLUMNS,
    **_SERIES_COLUMNS,
    "n": int,
    "times": int,
    **dict.fromkeys(("settled", "settled_low", "settled_high", "half_day", "half_low", "half_high"), float),
    "outcome": str,
}
LAG_COLUMNS = {**_ARM_COLUMNS, **_SERIES_COLUMNS, "n": int, "lag": float, "low": float, "high": float}
COURSE_COLUMNS = {
    **_ARM_COLUMNS,
    **_SERIES_COLUMNS,
    **dict.fromkeys(("day_of_dosing", "effect", "low", "high"), float),
    "n": int,
}


@dataclass(frozen=True)
class EffectCourse:
    """Effects of an arm over time, in one measure.

    Attributes
    ----------
    arm
        The treated arm.
    place
        (assay, name, side, unit) of the measure.
    animals
        Numbers of the n animals that were measured at all times.
    days
        Times in days from the first dose, (k,).
    values
        Arm minus control, (n, k).
    """

    arm: ManifestArm
    place: tuple[str, str, str, str]
    animals: tuple[int, ...]
    days: np.ndarray
    values: np.ndarray

    @property
    def settled(self) -> Estimate:
        """The settled effect: its mean in the second half of the time, with a t interval over animals."""
        return mean_interval(self.values[:, self._late].mean(axis=1))

    @property
    def _late(self) -> np.ndarray:
        found: np.ndarray = self.days >= self.days[-1] / 2
        return found

    def half_day(self, rows: Sequence[int] | np.ndarray) -> float:
        """First day on which the mean effect of some animals reaches half of its settled value; infinite if never.

        The effect is interpolated linearly between times. Nothing is known before the first time, so that the result is
        never earlier.

        Parameters
        ----------
        rows
            Rows of `values`; one animal may appear several times.
        """
        mean = self.values[rows].mean(axis=0)
        goal = 0.5 * float(mean[self._late].mean())
        above = mean * np.sign(goal) >= abs(goal)
        if goal == 0 or not above.any():
            return float("inf")
        k = int(np.argmax(above))
        if k == 0:
            return float(self.days[0])
        share = (goal - mean[k - 1]) / (mean[k] - mean[k - 1])
        return float(self.days[k - 1] + share * (self.days[k] - self.days[k - 1]))

    def resampled_half_days(self) -> np.ndarray:
        """`half_day` of resampled animals, which are the same in every measure of a study; empty where too few."""
        n = len(self.animals)
        rows = resamples(n, "onset") if n >= FEWEST_RESAMPLED else ()
        return np.array([self.half_day(some) for some in rows])


def onset(study: AnalysedStudy) -> Analysis:
    """Onsets of every treated arm, in days from the first dose, and how many days later mood follows.

    Returns
    -------
    Analysis
        Its tables are `onset` (settled effect, day of half of it, outcome), `onset_lags` (mood minus other measures)
        and `onset_courses` (mean effects over time).
    """
    found = list(courses(study))
    rows = {id(course): _row(course) for course in found}
    lags = list(_lags([course for course in found if rows[id(course)][-1] in (TIMED, FIRST)]))
    tables = {
        "onset": frame_of(ONSET_COLUMNS, [(*_labels(course), *rows[id(course)]) for course in found]),
        "onset_lags": frame_of(LAG_COLUMNS, [(*_labels(course), len(course.animals), *lag) for course, lag in lags]),
        "onset_courses": frame_of(COURSE_COLUMNS, [row for course in found for row in _course_rows(course)]),
    }
    sentences = [_sentence(course, rows[id(course)]) for course in found]
    sentences += [_lag_sentence(course, lag) for course, lag in lags]
    title = "ONSET: days from the first dose to half of the settled effect [95 % interval, animals resampled]"
    nothing = "No treated arm was measured at three times or more."
    return Analysis("onset", title, tables, (*sentences, about_resamples()) if sentences else (nothing,))


def courses(study: AnalysedStudy) -> Iterator[EffectCourse]:
    """Yield the course of every treated arm in every measure with three times or more after its first dose."""
    series: dict[tuple[str, tuple[str, str, str, str]], list[tuple[float, Effect]]] = {}
    for effect in effects(study):
        if effect.arm.dosing_records and not effect.measure.phase:
            first = effect.arm.first_dose_hours
            days = effect.measure.day + (effect.measure.hour - first) / HOURS_PER_DAY
            m = effect.measure
            if days > 0:
                series.setdefault((effect.arm.name, (m.assay, m.name, m.side, m.unit)), []).append((days, effect))
    for (_, place), points in series.items():
        if len(points) >= FEWEST_TIMES:
            points.sort(key=lambda point: point[0])
            animals = tuple(sorted(set.intersection(*(set(effect.animals) for _, effect in points))))
            values = [[effect.values[effect.animals.index(k)] for _, effect in points] for k in animals]
            if animals:
                yield EffectCourse(points[0][1].arm, place, animals, np.array([d for d, _ in points]), np.array(values))


def _row(course: EffectCourse) -> tuple[Any, ...]:
    settled = course.settled
    head = (len(course.animals), course.days.size, settled.value, settled.low, settled.high)
    if not (settled.low > 0 or settled.high < 0):
        return (*head, np.nan, np.nan, np.nan, NOT_FROM_ZERO)
    half = course.half_day(np.arange(len(course.animals)))
    low, high = percentiles(course.resampled_half_days())
    outcome = FIRST if half == course.days[0] else TIMED
    return (*head, half, low, high if np.isfinite(high) else np.nan, outcome)


def _lags(timed: Sequence[EffectCourse]) -> Iterator[tuple[EffectCourse, tuple[float, float, float]]]:
    """Yield (course, lag with interval): days from half of its effect to half of mood's, in the same animals."""
    moods = {course.arm.name: course for course in timed if course.place[0] == MOOD}
    for course in timed:
        mood = moods.get(course.arm.name)
        if mood is None or course is mood or course.animals != mood.animals:
            continue
        everyone = np.arange(len(course.animals))
        others = mood.resampled_half_days() - course.resampled_half_days()
        yield course, (mood.half_day(everyone) - course.half_day(everyone), *percentiles(others))


def _course_rows(course: EffectCourse) -> Iterator[tuple[Any, ...]]:
    for k, day in enumerate(course.days.tolist()):
        mean = mean_interval(course.values[:, k])
        yield (*_labels(course), day, mean.value, mean.low, mean.high, mean.n)


def _labels(course: EffectCourse) -> tuple[Any, ...]:
    return course.arm.name, course.arm.circuit, course.arm.treatment, course.arm.manipulation, *course.place


def _sentence(course: EffectCourse, row: tuple[Any, ...]) -> str:
    n, _, settled, low, high, half, half_low, half_high, outcome = row
    _, name, side, unit = course.place
    effect = f"{interval(settled, low, high)} {unit if unit != '1' else ''}".strip()
    head = f"{course.arm.name}; {' '.join(filter(None, (name, side)))} (n = {n}): settles at {effect}"
    if outcome == NOT_FROM_ZERO:
        return f"{head}: {not_from_zero(course.settled)}."
    first = ", at the first measurement or before" if outcome == FIRST else ""
    return f"{head}, half of it on day {interval(half, half_low, half_high, ('?', 'later'))}{first}."


def _lag_sentence(course: EffectCourse, lag: tuple[float, float, float]) -> str:
    _, name, side, _ = course.place
    later, low, high = lag
    tells = "mood comes later" if low > 0 else "mood comes earlier" if high < 0 else "not told apart"
    what = " ".join(filter(None, (name, side)))
    return f"{course.arm.name}: mood {number(later)} d [{number(low)}, {number(high)}] after {what}: {tells}."
