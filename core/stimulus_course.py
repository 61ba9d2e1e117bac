"""Stimuli as the experimenter's device shows them, and the windows of an epoch that they define."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from core.vocabulary import SIDES

#: Width of the bins in which stimuli are given, seconds.
BIN = 0.01
SKIN_TEMPERATURE = 32.0
#: Kind of a stimulus -> unit of its strength, and the strength while nothing is done. The first that touches a paw
#: gives an epoch its strength.
STRENGTH_UNITS = {"force": "g", "heat": "degC", "brush": "1", "electric": "1", "capsaicin": "1"}
RESTING = {"force": 0.0, "heat": SKIN_TEMPERATURE, "brush": 0.0, "electric": 0.0, "capsaicin": 0.0}
#: Unit -> the strengths at which the window of a rising stimulus is cut. What is stronger is one more band.
BANDS = {
    "g": (0.0, 10.0, 20.0, 30.0, 45.0, 60.0, 80.0, 100.0, 125.0, 150.0, 175.0, 200.0, 250.0),
    "degC": (32.0, 36.0, 38.0, 40.0, 42.0, 44.0, 46.0, 48.0, 50.0, 52.0, 54.0, 56.0, 58.0, 60.0),
    "1": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
}
#: A stimulus that stays this long (bins) at each of its strengths is a series of steps and not a ramp.
_SHORTEST_STEP = 20


@dataclass(frozen=True, eq=False)
class StimulusCourse:
    """The strength of one stimulus over an epoch.

    Parameters
    ----------
    kind : str
        A key of `STRENGTH_UNITS`: "force", "heat", "brush", "electric" or "capsaicin".
    side : str
        Hind paw, "ipsi" or "contra"; "" for the forepaw.
    values : numpy.ndarray
        float64 of shape (n,), one for each bin of `BIN` seconds, as planned: an epoch that ends early has a part of
        them. In the unit that the device shows: g of a paw-pressure device or a filament, degrees Celsius of the skin,
        share of the strongest.
    """

    kind: str
    side: str
    values: np.ndarray

    def __eq__(self, other: object) -> bool:
        """Whether kind, side and every value are the same."""
        return self._key == other._key if isinstance(other, StimulusCourse) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str, bytes]:
        return self.kind, self.side, np.asarray(self.values, "f8").tobytes()

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return STRENGTH_UNITS[self.kind]

    @property
    def resting(self) -> float:
        """Value while nothing is done."""
        return RESTING[self.kind]

    def applied(self, seconds: float) -> np.ndarray:
        """The values within an epoch of that length."""
        return self.values[: max(1, int(np.ceil(seconds / BIN - 1e-6)))]

    def span(self, seconds: float) -> tuple[int, int] | None:
        """First bin in which anything is done in an epoch of that length, and the bin after the last; None at rest."""
        on = np.flatnonzero(self.applied(seconds) > self.resting)
        return (int(on[0]), int(on[-1]) + 1) if len(on) else None


@dataclass(frozen=True)
class AppliedStimuli:
    """What was done to an animal in one epoch, in the columns of results.

    Parameters
    ----------
    stimulus : str
        Kinds, joined by "+"; "" at rest.
    side : str
        "ipsi", "contra", "both", or "" where no hind paw was touched.
    strength : float
        The strongest of the stimulus that leads: the first of `STRENGTH_UNITS` on a hind paw, else on the forepaw. 0 at
        rest.
    unit : str
        Of the strength; "" at rest.
    onset : float
        Seconds until a hind paw is touched, else until the forepaw hurts; 0 at rest.
    """

    stimulus: str = ""
    side: str = ""
    strength: float = 0.0
    unit: str = ""
    onset: float = 0.0


@dataclass(frozen=True)
class Window:
    """A part of an epoch in which one strength, or one band of strengths, was applied.

    Parameters
    ----------
    part : str
        "rest" (an epoch without a stimulus), "before", "during" or "after".
    start, stop : float
        In seconds of the epoch; none goes beyond its end.
    low, high : float
        The strengths between which the stimulus was, in `unit`; equal for a steady one. A band that the animal's
        withdrawal cut short keeps its edges.
    unit : str
        "" in a rest epoch.
    """

    part: str
    start: float
    stop: float
    low: float = 0.0
    high: float = 0.0
    unit: str = ""


def applied_stimuli(stimuli: Sequence[StimulusCourse], seconds: float) -> AppliedStimuli:
    """Describe the stimuli of an epoch of `seconds` in the columns of results."""
    touching = leading_courses(stimuli, seconds)
    if not touching:
        return AppliedStimuli()
    done = [course for course in stimuli if course.span(seconds)]
    kinds = [kind for kind in STRENGTH_UNITS if any(course.kind == kind for course in done)]
    sides = {course.side for course in done} & set(SIDES)
    first = touching[0]
    strength = float(max(course.applied(seconds).max() for course in touching if course.kind == first.kind))
    onset = round(min(_bins(course, seconds)[0] for course in touching) * BIN, 9)
    side = "both" if len(sides) > 1 else "".join(sides)
    return AppliedStimuli("+".join(kinds), side, strength, first.unit, onset)


def leading_courses(stimuli: Sequence[StimulusCourse], seconds: float) -> list[StimulusCourse]:
    """The courses that touch a hind paw, else the forepaw, within `seconds`; the kind that gives the strength first."""
    done = [course for course in stimuli if course.span(seconds)]
    found = [course for course in done if course.side] or done
    return sorted(found, key=lambda course: (list(STRENGTH_UNITS).index(course.kind), course.side != "ipsi"))


def windows(stimuli: Sequence[StimulusCourse], seconds: float) -> tuple[Window, ...]:
    """Cut an epoch into before, during and after its stimulus; one window "rest" where there is none.

    A stimulus that rises steadily is cut into the bands of `BANDS`; one that rises in steps is cut at the steps; any
    other is one window, a series of strokes or pulses from the first to the last of them.

    Parameters
    ----------
    stimuli
        Of the epoch.
    seconds
        How long the epoch lasted.
    """
    touching = leading_courses(stimuli, seconds)
    if not touching:
        return (Window("rest", 0.0, seconds),)
    first, last = (pick(edge) for pick, edge in zip((min, max), _edges(touching, seconds), strict=True))
    unit, resting = touching[0].unit, touching[0].resting
    found = [("before", 0, first, resting, resting)]
    found += [("during", *band) for band in _during(touching, first, last, seconds)]
    found += [("after", last, round(seconds / BIN) + 1, resting, resting)]
    cut = (
        Window(part, round(start * BIN, 9), min(round(stop * BIN, 9), seconds), low, high, unit)
        for part, start, stop, low, high in found
    )
    return tuple(window for window in cut if window.stop - window.start > 1e-9)


def _bins(course: StimulusCourse, seconds: float) -> tuple[int, int]:
    return course.span(seconds) or (0, 0)


def _edges(courses: Sequence[StimulusCourse], seconds: float) -> tuple[list[int], list[int]]:
    spans = [_bins(course, seconds) for course in courses]
    return [first for first, _ in spans], [last for _, last in spans]


def _during(
    courses: Sequence[StimulusCourse], first: int, last: int, seconds: float
) -> Iterator[tuple[int, int, float, float]]:
    """Yield (first bin, bin after the last, low, high) of each window of a stimulus."""
    values = courses[0].applied(seconds)[first:last]
    if len(courses) > 1 or np.any(np.diff(values) < -1e-9):
        yield first, last, float(values.max()), float(values.max())
        return
    starts = np.flatnonzero(np.diff(values, prepend=-inf) > 1e-9)
    if np.all(np.diff(starts) >= _SHORTEST_STEP):
        for start, stop in zip(starts, [*starts[1:], len(values)], strict=True):
            yield first + int(start), first + int(stop), float(values[start]), float(values[start])
        return
    edges = np.array([*BANDS[courses[0].unit], inf])
    bands = np.searchsorted(edges, values, "left")
    for band in np.unique(bands):
        start, stop = np.searchsorted(bands, [band, band + 1])
        yield first + int(start), first + int(stop), float(edges[max(0, band - 1)]), float(edges[band])
