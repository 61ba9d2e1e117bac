"""Counts what each candidate of a question reproduces, and ranks the candidates, over the same draws of animals.

Each draw takes as many animals as there are, with replacement, the same ones under every candidate, and judges every
outcome anew. Candidates are ranked by findings reproduced, then by findings right in direction, then by outcomes
reproduced, then by outcomes right in direction. Right in direction are also those that are reproduced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from experiments.evidence.candidate_runs import JudgedQuestion
from experiments.evidence.statistic_forms import middle_share
from experiments.evidence.verdict import FOUND, REPRODUCED, JudgedFinding
from experiments.evidence.verdict_counts import (
    ANIMAL_DRAWS,
    CONTRADICTING,
    Share,
    drawn_judgements,
    group_of,
)

#: What is counted, in the order in which it decides a rank.
COUNTED = ("findings reproduced", "findings right in direction", "outcomes reproduced", "outcomes right in direction")
RANKED_BY, CHECK = "fit", "check"
#: The groups in which candidates are counted; they are ranked in the first, each of the others is a look.
COUNTED_GROUPS = (RANKED_BY, CHECK, CONTRADICTING)
#: Share of the draws in which a candidate that decides a question is the only first.
DECIDED = 0.95
#: Counts of the measures (measures, 1 + draws): of all animals, then of each draw.
Counts: TypeAlias = np.ndarray


@dataclass(frozen=True)
class Standing:
    """How a candidate stands in a group of findings.

    Attributes
    ----------
    candidate
        Its name.
    default
        Whether it is the model as it stands.
    counts
        Measure -> how many, with the ends of the 95 % interval over draws of animals.
    against_default
        Measure -> how many more than under the default, paired by the draws.
    rank
        1 for the best; equal candidates share a rank.
    first
        Share of the draws in which it is the best; equal candidates share a draw.
    """

    candidate: str
    default: bool
    counts: Mapping[str, Share]
    against_default: Mapping[str, Share]
    rank: int
    first: float


@dataclass(frozen=True)
class GroupStandings:
    """The standings of all candidates of a question in a group of findings, the best first.

    Attributes
    ----------
    question
        Its name.
    group
        "fit", "check" or "contradicting".
    findings, outcomes
        How many are counted.
    standings
        Of each candidate.
    """

    question: str
    group: str
    findings: int
    outcomes: int
    standings: tuple[Standing, ...]

    @property
    def decided(self) -> bool:
        """Whether the best candidate is so in nearly all draws of animals."""
        return self.standings[0].first >= DECIDED


def standings(judged: Sequence[JudgedQuestion], draws: int = ANIMAL_DRAWS) -> list[GroupStandings]:
    """Count and rank the candidates of each question in each group that has findings.

    Parameters
    ----------
    judged
        As `candidate_runs.judge_questions` gives them.
    draws
        Of animals, with a fixed seed.

    Returns
    -------
    list of GroupStandings
        In the order of the questions, then of `COUNTED_GROUPS`. Checks of a publication that a candidate names do not
        count, since the candidate knows them.
    """
    known: dict[int, Counts] = {}
    return [
        _standings(each, group, known, draws)
        for each in judged
        for group in COUNTED_GROUPS
        if any(_counting(each, group))
    ]


def _counting(judged: JudgedQuestion, group: str) -> list[bool]:
    """Whether each finding counts in a group."""
    found = next(iter(judged.found.values()))
    own = judged.question.named
    return [
        bool(each.judged) and group_of(each.finding) == group and not (group == CHECK and own(each.finding))
        for each in found
    ]


def _standings(judged: JudgedQuestion, group: str, known: dict[int, Counts], draws: int) -> GroupStandings:
    counting = _counting(judged, group)
    kept = {
        name: [each for each, counts in zip(found, counting, strict=True) if counts]
        for name, found in judged.found.items()
    }
    counts = {name: np.sum([_known(each, known, draws) for each in found], axis=0) for name, found in kept.items()}
    first = next(iter(kept.values()))
    return GroupStandings(
        judged.question.name, group, len(first), sum(len(each.published) for each in first),
        ranked(counts, judged.question.default.name),
    )  # fmt: skip


def ranked(counts: Mapping[str, Counts], default: str) -> tuple[Standing, ...]:
    """Rank candidates by their counts, the best first; equal ones stay in their order.

    Parameters
    ----------
    counts
        Name of a candidate -> its counts.
    default
        The candidate that the others are compared with.
    """
    orders = _orders(np.stack(list(counts.values())))
    best = orders == orders.max(axis=0)
    shares = (best / best.sum(axis=0))[:, 1:]
    found = [
        Standing(
            name,
            name == default,
            _shares(own),
            _shares(own - counts[default]),
            1 + int((orders[:, 0] > orders[k, 0]).sum()),
            float(shares[k].mean()) if shares.size else float(best[k, 0] / best[:, 0].sum()),
        )
        for k, (name, own) in enumerate(counts.items())
    ]
    return tuple(sorted(found, key=lambda each: each.rank))


def _orders(counts: np.ndarray) -> np.ndarray:
    """Candidates x measures x draws -> one number for each candidate and draw, higher for the better."""
    base = int(counts.max()) + 1
    weights = base ** np.arange(len(COUNTED) - 1, -1, -1, dtype=np.int64)
    return np.asarray(np.einsum("cmd,m->cd", counts, weights))


def _shares(counts: Counts) -> dict[str, Share]:
    ends = middle_share(counts[:, 1:]) if counts.shape[1] > 1 else counts[:, [0, 0]]
    return {name: Share(int(counts[k, 0]), int(ends[k, 0]), int(ends[k, 1])) for k, name in enumerate(COUNTED)}


def _known(judged: JudgedFinding, known: dict[int, Counts], draws: int) -> Counts:
    """The counts of one finding; one that stands in several questions is drawn once."""
    if id(judged) not in known:
        each = (judged, *drawn_judgements(judged, draws))
        known[id(judged)] = np.array([_count(one) for one in each]).T
    return known[id(judged)]


def _count(judged: JudgedFinding) -> tuple[int, ...]:
    verdicts = [each.verdict for each in judged.published]
    return (
        int(judged.verdict == REPRODUCED),
        int(judged.verdict in FOUND),
        verdicts.count(REPRODUCED),
        sum(verdict in FOUND for verdict in verdicts),
    )
