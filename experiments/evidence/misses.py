"""What the model is known to get wrong: published findings that it does not reproduce, and why."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from importlib.resources import files
from typing import Any

from experiments.evidence.finding import Finding, bundled
from results.page.texts import Miss

#: As docs/design.md lists it.
NOT_MODELLED = (
    "dendrites, gap junctions, glia other than GLT-1, motor neurons (the withdrawal is read from projection cells), "
    "body temperature, learning, sedation and motor side effects, sex and strain, the A5 and A7 noradrenergic groups, "
    "descending GABA, opioids, non-linear kinetics. Human doses and outcomes are not predicted."
)


def misses(drugs: Collection[str] = ()) -> tuple[tuple[Miss, ...], tuple[int, int]]:
    """The findings that are not reproduced, and (how many are, of how many).

    Parameters
    ----------
    drugs
        That a study gives; a finding that is about one of them says so.
    """
    told, _ = _told()
    reproduced = int(told.pop("reproduced"))
    told.pop("checks_reproduced")
    found = []
    for name, miss in told.items():
        finding = bundled()[name]
        concerns = tuple(drug for drug in drugs if drug in _drugs_of(finding))
        found.append(Miss(name, finding.claim, finding.citation, miss["verdict"], miss["why"], concerns, finding.role))
    return tuple(found), (reproduced, reproduced + len(found))


def checks() -> tuple[int, int]:
    """How many of the findings that check the model it reproduces, of how many: those that it was not made from."""
    reproduced = int(_told()[0]["checks_reproduced"])
    return reproduced, reproduced + sum(miss.role == "check" for miss in misses()[0])


def look() -> int:
    """The number of the look, in the log of looks, that the misses come from."""
    return _told()[1]


def _told() -> tuple[dict[str, Any], int]:
    told = tomllib.loads((files("experiments.evidence") / "misses.toml").read_text("utf-8"))
    return told, int(told.pop("look"))


def _drugs_of(finding: Finding) -> set[str]:
    if finding.study is None:
        return set()
    return {regimen.drug.name for arm in finding.study.arms for regimen in arm.treatments}
