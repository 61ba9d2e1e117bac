"""How many findings are reproduced in each group, with intervals over draws of animals, and which contradict another.

Groups are the roles; a finding that contradicts another is counted apart from them. Each draw takes as many animals as
there are, with replacement, and judges every outcome of them anew, with its interval and its repeated vehicle. Findings
of one publication draw the same animals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.keys import stream
from experiments.evidence.estimation import AnimalNumbers, Band
from experiments.evidence.finding import Finding
from experiments.evidence.statistic_forms import middle_share
from experiments.evidence.verdict import NOT_TESTABLE, VERDICTS, JudgedFinding, judge_finding
from results.statistics.intervals import Estimate

ANIMAL_DRAWS = 200
#: Draws of a repeated vehicle within each draw of animals.
_VEHICLES = 500
CONTRADICTING = "contradicting"
#: Group -> what belongs to it, in the order in which groups are told.
ROLE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "construction": ("construction",),
    "fit": ("fit",),
    "check": ("check",),
    "fit and check": ("fit", "check"),
    CONTRADICTING: (CONTRADICTING,),
}


class Share(NamedTuple):
    """How many findings have a verdict, and the ends of the 95 % interval over draws of animals."""

    number: int
    low: int
    high: int


@dataclass(frozen=True)
class GroupCount:
    """Verdicts of a group of findings.

    Attributes
    ----------
    group
        One of ROLE_GROUPS.
    findings
        How many can be tested.
    verdicts
        Verdict -> how many have it.
    """

    group: str
    findings: int
    verdicts: Mapping[str, Share]


def count_verdicts(found: Sequence[JudgedFinding], draws: int = ANIMAL_DRAWS) -> tuple[GroupCount, ...]:
    """Count the verdicts of each group that has findings.

    Parameters
    ----------
    found
        Judged findings, with the numbers of their animals.
    draws
        Of animals, with a fixed seed.
    """
    verdicts = np.array(
        [[VERDICTS.index(one.verdict) for one in (each, *drawn_judgements(each, draws))] for each in found]
    )
    groups = [group_of(each.finding) for each in found]
    counts = []
    for name, parts in ROLE_GROUPS.items():
        rows = verdicts[[group in parts for group in groups]] if groups else verdicts
        if len(rows):
            shares = {verdict: _share(rows == k) for k, verdict in enumerate(VERDICTS)}
            counts.append(GroupCount(name, len(rows) - shares[NOT_TESTABLE].number, shares))
    return tuple(counts)


def contradictions(found: Sequence[JudgedFinding]) -> Iterator[tuple[JudgedFinding, JudgedFinding]]:
    """Yield each pair of judged findings of which one contradicts the other, once."""
    by_id = {each.finding.id: each for each in found}
    seen: set[frozenset[str]] = set()
    for one in found:
        for id in one.finding.contradicts:
            pair = frozenset((one.finding.id, id))
            if id in by_id and pair not in seen:
                seen.add(pair)
                yield one, by_id[id]


def group_of(finding: Finding) -> str:
    """The group that a finding is counted in: its role, unless it contradicts another finding."""
    return CONTRADICTING if finding.contradicts else finding.role


def _share(having: np.ndarray) -> Share:
    """Of findings x (all animals, draws): how many have a verdict."""
    counts = having.sum(axis=0)
    low, high = middle_share(counts[1:]) if len(counts) > 1 else counts[[0, 0]]
    return Share(int(counts[0]), int(low), int(high))


def drawn_judgements(judged: JudgedFinding, draws: int = ANIMAL_DRAWS) -> Iterator[JudgedFinding]:
    """Yield the finding as each draw of its animals judges it; as it is where the numbers of animals are not at hand.

    Findings of one publication draw the same animals, whatever the model.
    """
    if not judged.numbers:
        yield from [judged] * draws
        return
    finding = judged.finding
    most = max(each.count for each in judged.numbers)
    # Animals first, so that findings with other numbers of animals begin with the same ones.
    drawn = stream("draws of animals", finding.publication).random((most, draws)).T
    outcomes = zip(*(_drawn(each, drawn) for each in judged.numbers), strict=True)
    yield from (judge_finding(finding, *zip(*each, strict=True)) for each in outcomes)


def _drawn(numbers: AnimalNumbers, drawn: np.ndarray) -> Iterator[tuple[Estimate, Band]]:
    """Yield the estimate and the band of each draw."""
    n = numbers.count
    samples = numbers.redrawn((drawn[:, :n] * n).astype(int))
    bands = samples.bands(_VEHICLES)
    for k, ends in enumerate(np.column_stack(samples.intervals()).tolist()):
        yield Estimate(n, *ends), None if bands is None else (float(bands[k, 0]), float(bands[k, 1]))
