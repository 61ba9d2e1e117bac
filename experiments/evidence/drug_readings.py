"""Readings of drugs: what a site holds and how much there is in plasma and tissue, from the doses of an arm alone.

They come from the functions by which the simulation itself follows its drugs, at the very hour that is asked for. No
animal is run for them. Animals of an arm differ where it draws the numbers of its drugs from their ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from core.days import hours_from_surgery
from drugs import Regimen, exposure, unbound_concentrations
from drugs.kinetics import plasma_concentrations
from experiments.evidence.value import PLASMA, Value
from experiments.laboratory.timetable import regimens_given
from experiments.protocol.ranges import varied
from experiments.protocol.study import Study


def drug_numbers(study: Study, arm: str, value: Value, animals: Iterable[int]) -> dict[int, float]:
    """Animal number -> occupancy in per cent, or concentration in nM.

    Parameters
    ----------
    study, arm
        What its animals are given.
    value
        A reading of drugs. At the hour of a dose it is as before that dose.
    animals
        Their numbers.
    """
    given, hours = study.arm(arm), hours_from_surgery(value.day, value.hour)
    regimens = regimens_given(study, given)
    if given.ranges is None:
        number = _number(regimens, value, hours)
        return dict.fromkeys(animals, number)
    return {n: _number(varied(regimens, given.ranges, study.seed, n), value, hours) for n in animals}


def _number(regimens: tuple[Regimen, ...], value: Value, hours: float) -> float:
    if value.name == "occupancy":
        return 100.0 * exposure(regimens, hours).at(value.place, value.site).occupancy
    return float(np.sum(_concentrations(regimens, value.place, hours).get(value.drug, 0.0)))


def _concentrations(regimens: tuple[Regimen, ...], place: str, hours: float) -> Mapping[str, np.ndarray | float]:
    """Molecule -> nM in plasma or a tissue; the regimens of a drug are summed."""
    if place == PLASMA:
        return plasma_concentrations(regimens, hours)
    found: dict[str, float] = {}
    for unbound in unbound_concentrations(regimens, hours):
        found[unbound.drug.name] = found.get(unbound.drug.name, 0.0) + float(getattr(unbound, place))
    return found
