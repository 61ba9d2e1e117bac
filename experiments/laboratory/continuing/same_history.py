"""How long the history of an animal stays the same when more is asked of it.

The random numbers of an epoch follow from the animal and the label of the epoch, which has its hour; nothing of them is
used up by other epochs. What an epoch gives therefore follows from the slow state and its label, and the slow state
from the hours at which the animal was looked at. An assay at an hour at which the animal rests anyway, and whatever
comes after the last hour of before, leave all that was recorded as it is. A further hour in between moves the slow
clock in other steps, and what follows it is not the same any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, takewhile
from math import inf
from operator import attrgetter
from typing import Any

from experiments.laboratory.history import Numerics
from experiments.laboratory.provenance.facts import tools
from experiments.laboratory.timetable import Stop, stops
from experiments.protocol.study import Study
from experiments.protocol.study_file import parse_study


@dataclass(frozen=True)
class Continued:
    """What of an animal's file holds for a study that asks more of it.

    Attributes
    ----------
    done : frozenset
        Hour, assay ("" for rest) and sides of each stop of then.
    until : float
        Hours from surgery up to which its history is the same, that hour included; -inf for never.
    parts : float
        Hours from surgery of what comes first that was not there then, or is not any more; inf where all of then holds.
    why : str
        Why nothing of it holds, in words; "" where something does.
    """

    done: frozenset[tuple[float, str, tuple[str, ...]]] = frozenset()
    until: float = -inf
    parts: float = -inf
    why: str = ""

    def holds(self, stop: Stop) -> bool:
        """Whether the file has all of a stop, as it would be simulated again."""
        return stop.hours <= self.until and _done(stop) in self.done


def continued(facts: Mapping[str, Any], study: Study) -> Continued:
    """What holds of a file for the only arm of a study.

    Parameters
    ----------
    facts
        What the file says of how the animal was made (`AnimalRecord.provenance`).
    study
        The grown study, with the arm of the animal alone.

    Raises
    ------
    UserError
        Where the study that the file holds cannot be read.
    """
    if other := _other_tools(facts, study):
        return Continued(why=f"made with {other}")
    if "study_toml" not in facts:
        return Continued(why="its file does not say which study it was")
    was = parse_study(facts["study_toml"], "the study of an animal")
    if was.begins != study.begins:
        return Continued(why="the study begins earlier")
    arms = [each.effective_arms[0] for each in (was, study)]
    if arms[0].prepared_circuit() != arms[1].prepared_circuit():
        return Continued(why="an extension changes the circuit")
    then, now = (stops(each, arm) for each, arm in zip((was, study), arms, strict=True))
    return Continued(frozenset(map(_done, then)), *_same_until(then, now))


def _done(stop: Stop) -> tuple[float, str, tuple[str, ...]]:
    return (stop.hours, stop.measurement.assay, stop.measurement.sides) if stop.measurement else (stop.hours, "", ())


def _same_until(then: list[Stop], now: list[Stop]) -> tuple[float, float]:
    """The last hour of the looks that both begin with, and the first hour after it at which they differ."""
    looks = [list(_looks(each)) for each in (then, now)]
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*looks, strict=False)))
    until = looks[0][same - 1][0] if same else -inf
    was_left, left = (each[same:] for each in looks)
    return until, min(each[0][0] for each in (was_left, left) if each) if was_left else inf


def _looks(timetable: list[Stop]) -> Iterator[tuple[float, list[float | None]]]:
    """The hours at which the animal is looked at, and how it rests there; an assay at a rest changes nothing."""
    for hours, found in groupby(timetable, key=attrgetter("hours")):
        yield hours, [stop.like for stop in found if stop.measurement is None]


def _other_tools(facts: Mapping[str, Any], study: Study) -> str:
    """`numpy 1.26.4 then, 2.1.0 now`, for what the animal was made with and is not here any more."""
    here = {**tools(), "numerics": vars(Numerics(precision=study.precision))}
    differs = [name for name, value in here.items() if facts.get(name) != value]
    words = {name: [str(each.get(name, "?")) for each in (facts, here)] for name in differs}
    return ", ".join(f"{name.removesuffix('_version')} {a} then, {b} now" for name, (a, b) in words.items())
