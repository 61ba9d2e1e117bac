"""What the model is known to get wrong: published findings that it does not reproduce in the last look, and why.

`verdicts.toml` is what `bluespot evidence` wrote in that look. `reasons.toml` has, by hand, what is known of the reason
of a miss.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from experiments.evidence.finding import Finding, bundled
from experiments.evidence.looks import read_log
from experiments.evidence.verdict import NOT_TESTABLE, REPRODUCED
from experiments.evidence.verdict_counts import ROLE_GROUPS, group_of
from results.page.texts import Miss

#: As docs/design.md lists it.
NOT_MODELLED = (
    "dendrites, gap junctions, glia other than GLT-1, motor neurons (the withdrawal is read from projection cells), "
    "body temperature, learning, sedation and motor side effects, sex and strain, the A5 and A7 noradrenergic groups, "
    "descending GABA, opioids but for mu receptors of the dorsal horn, non-linear kinetics. Human doses and outcomes "
    "are not predicted."
)


def misses(drugs: Collection[str] = ()) -> tuple[Miss, ...]:
    """The findings that the model does not reproduce.

    Parameters
    ----------
    drugs
        That a study gives; a finding that is about one of them says so.
    """
    return tuple(_miss(finding, told, drugs) for finding, told in _tested() if told["verdict"] != REPRODUCED)


def counts() -> dict[str, tuple[int, int]]:
    """Group of findings, as `verdict_counts` has them -> how many are reproduced, of how many that can be tested."""
    grouped: dict[str, list[bool]] = {}
    for finding, told in _tested():
        grouped.setdefault(group_of(finding), []).append(told["verdict"] == REPRODUCED)
    return {group: (sum(grouped[group]), len(grouped[group])) for group in ROLE_GROUPS if group in grouped}


def look() -> int:
    """The number of the last look, in the log of looks, that verdicts come from: the last at that model and seed."""
    told = _read("verdicts.toml")
    return max(each.number for each in read_log().looks if (each.model, each.seed) == (told["model"], told["seed"]))


def verdicts() -> dict[str, str]:
    """Id of a finding -> its verdict in that look."""
    return {id: told["verdict"] for id, told in _read("verdicts.toml").items() if isinstance(told, dict)}


def _tested() -> Iterator[tuple[Finding, dict[str, str]]]:
    """Each finding that was tested in that look, and what was told of it."""
    for id, told in _read("verdicts.toml").items():
        if isinstance(told, dict) and told["verdict"] != NOT_TESTABLE:
            yield bundled()[id], told


def _miss(finding: Finding, told: dict[str, str], drugs: Collection[str]) -> Miss:
    why = [f"{told['outcome'][0].upper()}{told['outcome'][1:]}: {told['estimate']}, published {told['target']}."]
    why += [reason] if (reason := _read("reasons.toml").get(finding.id)) else []
    met = [id for id in finding.contradicts if verdicts().get(id) == REPRODUCED]
    why += [f"It contradicts {', '.join(met)}, which the model reproduces."] if met else []
    concerns = tuple(drug for drug in drugs if drug in _drugs_of(finding))
    return Miss(finding.id, finding.claim, finding.citation, told["verdict"], " ".join(why), concerns, finding.role)


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("experiments.evidence") / name).read_text("utf-8"))


def _drugs_of(finding: Finding) -> set[str]:
    if finding.study is None:
        return set()
    return {regimen.drug.name for arm in finding.study.arms for regimen in arm.treatments}
