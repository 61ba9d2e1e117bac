"""What a study may hold but seldom means: one line for each, told before it runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from experiments.protocol.arm import Arm


def added_courses(arms: Sequence[Arm], last_day: int) -> Iterator[str]:
    """One line for each two courses of one drug by one route that overlap in an arm, so that their doses add up."""
    for arm in arms:
        courses = zip(arm.treatments, arm.dosing_days(last_day), strict=True)
        lasting = [(regimen, days) for regimen, days in courses if regimen.schedule != "once"]
        for (one, (begins, ends)), (other, (later_begins, later_ends)) in combinations(lasting, 2):
            first, last = max(begins, later_begins), min(ends, later_ends)
            if (one.drug.name, one.route) == (other.drug.name, other.route) and first <= last:
                yield (
                    f"{arm.name}: two courses of {one.drug.name} {one.route} overlap from day {first} to day {last}, "
                    f"and their doses add up ({one.dose} and {other.dose}); until_day ends one, steps change a dose."
                )
