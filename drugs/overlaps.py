"""Courses of one drug that run at the same time, so that their doses add up: told, since it is seldom meant."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations

from drugs.regimen import Regimen


def overlaps(regimens: Sequence[Regimen]) -> Iterator[str]:
    """Name, in one sentence each, the courses of one drug that run on the same days, so that their doses add up.

    Single doses may be given on top of a course, and one dose at several hours of a day is no overlap.
    """
    courses = [regimen for regimen in regimens if regimen.schedule != "once" and not regimen.drug.inert]
    for one, other in combinations(sorted(courses, key=lambda regimen: regimen.from_day), 2):
        spread = (one.dose, one.route, one.schedule) == (other.dose, other.route, other.schedule)
        spread = spread and one.hour != other.hour
        if one.drug.name == other.drug.name and one.covers(other.from_day) and not spread:
            yield f"{one}, and {other}: both run from day {other.from_day} on, and their doses add up."


@cache
def tell_overlap(sentence: str) -> None:
    """Log a sentence of `overlaps` as a warning, once."""
    logging.getLogger("bluespot").warning(sentence)
