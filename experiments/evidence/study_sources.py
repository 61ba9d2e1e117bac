"""Which publications a study leans on: the sources of every number of its circuits, drugs, manipulations and assays."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

from circuits.manipulations import parameters as manipulation_parameters
from core.sourced import ASSUMED, DERIVED, FITTED, Sourced, walk
from drugs.substance import Substance
from experiments.laboratory import assays as assay_room
from experiments.laboratory.assays import ASSAYS, Assay, withdrawal
from experiments.laboratory.own_assays.known import known_assays
from experiments.protocol.study import Study


def numbers_used(study: Study) -> Iterator[tuple[str, Sourced]]:
    """Yield (what it is for, number) of all numbers that the animals of a study have, some of them more than once."""
    for arm in study.effective_arms:
        yield from (("circuit", number) for _, number in arm.prepared_circuit().parameters())
        told = [*(each.agent for each in arm.lesions), *(each.protein for each in arm.knock_downs)]
        told += [each.condition.agent.key for each in arm.anaesthesia]
        lit = ["light."] if arm.silencing or arm.stimulation else []
        for path, number in manipulation_parameters() if told or lit else ():
            if any(name in path for name in told) or path.startswith(tuple(lit)):
                yield "manipulations", number
    for drug in drugs_used(study):
        yield from ((drug.name, number) for _, number in walk(drug, drug.name))
    known = known_assays(study.extensions)
    for assay in dict.fromkeys(each.assay for each in study.assays):
        yield from ((assay.replace("_", " "), number) for number in _assay_numbers(known[assay]))


def drugs_used(study: Study) -> tuple[Substance, ...]:
    """The drugs of a study, given and injected, each once; vehicles are none."""
    given = [regimen.drug for arm in study.effective_arms for regimen in arm.treatments]
    injected = [each.given for arm in study.arms for each in study.injections_of(arm.name)]
    return tuple({drug.name: drug for drug in (*given, *injected) if drug.name != "vehicle"}.values())


def sources_used(study: Study) -> dict[str, tuple[str, ...]]:
    """Key of the bibliography -> what it was used for, in the order in which a study names it."""
    found: dict[str, dict[str, None]] = {}
    for what, number in numbers_used(study):
        if number.source not in (ASSUMED, FITTED, DERIVED):
            found.setdefault(number.source, {})[what] = None
    return {key: tuple(uses) for key, uses in found.items()}


def counts_by_status(study: Study) -> dict[str, int]:
    """Status -> how many different numbers of a study have it, such as "seen" and "assumed"."""
    counts: dict[str, int] = {}
    for number in {id(number): number for _, number in numbers_used(study)}.values():
        counts[number.status] = counts.get(number.status, 0) + 1
    return counts


def _assay_numbers(assay: Assay) -> Iterator[Sourced]:
    """Numbers that stand beside an assay, beside assays that it is made of, and those of the withdrawal."""
    modules = [withdrawal.__module__, *_rooms(sys.modules[assay.perform.__module__])]
    for module in dict.fromkeys(modules):
        yield from (value for value in vars(sys.modules[module]).values() if isinstance(value, Sourced))


def _rooms(module: ModuleType) -> list[str]:
    """The module of an assay, and those of the assays from which it takes functions."""
    taken = {getattr(value, "__module__", "") for value in vars(module).values() if callable(value)}
    names = {ASSAYS[name].perform.__module__ for name in ASSAYS}
    return [module.__name__, *sorted(name for name in taken & names if name.startswith(assay_room.__name__))]
