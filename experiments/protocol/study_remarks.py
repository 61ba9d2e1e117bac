"""What a study may hold but seldom means: one line for each, told before it runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from experiments.protocol import catalogue
from experiments.protocol.arm import Arm
from experiments.protocol.settings import unlikely_settings

if TYPE_CHECKING:
    from experiments.protocol.study import Study

#: The largest dose of a test of acute toxicity in rats (limit test of OECD guideline 423), mg/kg, in one dose or a day.
LARGEST_MG_PER_KG = 2000.0
#: The largest amount into one place, mg: 10 ul, as go into the spinal canal of a rat, of a strong solution (100 g/L).
LARGEST_LOCAL_MG = 1.0


def remarks(study: Study) -> Iterator[str]:
    """One line for each thing of a study that is seldom meant."""
    yield from extreme_doses(study)
    yield from unlikely_numbers(study.effective_arms)
    yield from added_courses(study.effective_arms, study.span[1])


def extreme_doses(study: Study) -> Iterator[str]:
    """One line for each dose above what rats are given."""
    for arm in study.effective_arms:
        injected = (regimen for each in study.injections_of(arm.name) for regimen in each.regimens)
        given = [regimen for regimen in (*arm.treatments, *injected) if not regimen.drug.inert]
        for drug, dose in dict.fromkeys((regimen.drug.name, regimen.dose) for regimen in given):
            most = LARGEST_MG_PER_KG if dose.per_kilogram else LARGEST_LOCAL_MG
            if dose.milligram > most:
                unit = "mg/kg" if dose.per_kilogram else "mg"
                yield f"{arm.name}: {dose.text} of {drug} is above what rats are given (at most {most:g} {unit})."


def unlikely_numbers(arms: Sequence[Arm]) -> Iterator[str]:
    """One line for each number of the circuit that an arm sets far from what is likely."""
    for arm in (arm for arm in arms if arm.set):
        known = dict(catalogue.circuit_of(arm.circuit, arm.extensions).parameters())
        yield from (f"{arm.name}: {sentence}." for sentence in unlikely_settings(arm.set, known))


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
