"""Uncertain drug numbers drawn from their ranges, so that intervals hold what is not known for certain.

One number has one draw: it is addressed by the study's seed, the animal, its place in the drug and its own value and
range, not by the drug's name. A metabolite given as a drug, or a number that several drugs share, is therefore drawn
once for each animal, and sham and ligated animals of one number have the same drugs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.keys import stream
from core.sourced import Sourced, walk, with_value

if TYPE_CHECKING:
    from drugs import Regimen, Substance

#: How the numbers of drugs that carry a range are taken: drawn for each animal, or all at one of their ends.
Ranges = Literal["sampled", "low", "high"]


def varied(regimens: Iterable[Regimen], ranges: Ranges | None, seed: int, animal: int) -> tuple[Regimen, ...]:
    """The regimens of one animal with the numbers it has drawn; as they are where nothing is to be varied."""
    if ranges is None:
        return tuple(regimens)
    return tuple(replace(regimen, drug=drawn(regimen.drug, ranges, seed, animal)) for regimen in regimens)


def drawn(drug: Substance, ranges: Ranges, seed: int, animal: int) -> Substance:
    """The drug with every number that carries a range, its metabolites' too, at `ranges`."""
    for path, number in list(walk(drug)):
        if number.low is not None or number.high is not None:
            drug = with_value(drug, path, _value(path, number, ranges, seed, animal))
    return drug


def drawn_numbers(regimens: Iterable[Regimen]) -> dict[str, dict[str, str]]:
    """Drug -> path -> value with unit, of all numbers that carry a range: what an animal had."""
    return {regimen.drug.name: dict(_texts(regimen.drug)) for regimen in regimens}


def _texts(drug: Substance) -> Iterator[tuple[str, str]]:
    return ((path, str(n.value)) for path, n in walk(drug) if n.low is not None or n.high is not None)


def _value(path: str, number: Sourced, ranges: Ranges, seed: int, animal: int) -> Any:
    low = number.value if number.low is None else number.low
    high = number.value if number.high is None else number.high
    if ranges != "sampled":
        return low if ranges == "low" else high
    own_place = path.rpartition(".drug.")[2]
    address = tuple(float(np.asarray(each)) for each in (number.value, low, high))
    share = stream(seed, animal, "range", own_place, *address).uniform()
    if address[1] > 0:
        return low * float(np.exp(share * np.log(address[2] / address[1])))
    return low + share * (high - low)
